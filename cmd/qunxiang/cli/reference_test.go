package cli

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"qunxiang/i18n"
	"qunxiang/sdk"
)

var update = flag.Bool("update", false, "write the commands into docs/cli*.md")

// The part of docs/cli*.md between these lines is made from the commands; what is
// around it is written by hand.
const (
	beginCommands = "<!-- commands: made by go test ./cmd/qunxiang/cli -run TestReference -update -->\n"
	endCommands   = "<!-- end of commands -->\n"
)

func TestReference(t *testing.T) {
	t.Parallel()
	for name, lang := range map[string]sdk.Lang{"cli.md": sdk.EN, "cli.zh-CN.md": sdk.ZH} {
		path := filepath.Join("..", "..", "..", "docs", name)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		head, rest, ok := strings.Cut(string(b), beginCommands)
		old, tail, ok2 := strings.Cut(rest, endCommands)
		if !ok || !ok2 {
			t.Fatalf("%s has lost the lines around the commands", name)
		}
		want := reference(lang)
		if *update {
			if err := os.WriteFile(path, []byte(head+beginCommands+want+endCommands+tail), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(want, old); diff != "" {
			t.Errorf("docs/%s is not what the commands say; run the test with -update (-want +got):\n%s", name, diff)
		}
	}
}

// reference is the Markdown of all commands in one language.
func reference(lang sdk.Lang) string {
	s := &session{loc: i18n.Locale{Lang: lang}}
	var b strings.Builder
	for _, e := range commands() {
		c := e.make()
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n```\n%s\n```\n", c.name, s.loc.T("cli."+c.name+".summary"), c.usage())
		if key := "cli." + c.name + ".help"; s.loc.Has(key) {
			fmt.Fprintf(&b, "\n%s\n", s.loc.T(key))
		}
		var rows []string
		c.flags.VisitAll(func(f *pflag.Flag) {
			rows = append(rows, fmt.Sprintf("| `%s` | %s |\n", strings.ReplaceAll(flagShape(f), "|", `\|`), strings.ReplaceAll(s.flagText(c, f), "|", `\|`)))
		})
		if len(rows) > 0 {
			b.WriteString("\n| | |\n|---|---|\n" + strings.Join(rows, ""))
		}
		fmt.Fprintf(&b, "\n```\n%s\n```\n", s.loc.T("cli."+c.name+".example"))
	}
	b.WriteString("\n")
	return b.String()
}

// The examples of the help are command lines that the commands take.
func TestExamples_areCommandLines(t *testing.T) {
	t.Parallel()
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		loc := i18n.Locale{Lang: lang}
		for _, e := range commands() {
			for line := range strings.SplitSeq(loc.T("cli."+e.name+".example"), "\n") {
				words := strings.Fields(strings.ReplaceAll(line, `"My shop"`, "My-shop"))
				if len(words) < 2 || words[0] != program || words[1] != e.name {
					t.Errorf("%s: the example %q is of something else", e.name, line)
					continue
				}
				if _, err := withGlobals(e.make()).parse(words[2:]); err != nil {
					t.Errorf("%s: %v", line, err)
				}
			}
		}
	}
}
