package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"qunxiang/cmd/qunxiang/cli"
)

// outcome is what one call left behind.
type outcome struct {
	code     int
	out, err string
}

// call runs the program in the test's own process, without plugins.
func call(t *testing.T, locale string, args ...string) outcome {
	t.Helper()
	var out, err bytes.Buffer
	code := cli.Run(t.Context(), cli.Call{
		Args: args, Stdout: &out, Stderr: &err, Version: "1.2.3",
		Getenv: func(name string) string {
			if name == "LANG" {
				return locale
			}
			return ""
		},
	})
	return outcome{code, out.String(), err.String()}
}

func TestRun_wrongUseEndsInTwoAndSaysWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args   []string
		zh, en string
	}{
		{[]string{"frobnicate"}, "没有命令“frobnicate”", "no command “frobnicate”"},
		{[]string{"drift", "p.qx"}, "没有命令“drift”", "no command “drift”"},
		{[]string{"plugin", "new"}, "没有命令“plugin”", "no command “plugin”"},
		{[]string{"imprt", "p.qx"}, "是不是 import", "Did you mean import"},
		{[]string{"show", "p.qx"}, "缺少 NAME", "NAME is missing"},
		{[]string{"show", "p.qx", "a", "b"}, "多出了“b”", "“b” is one word too many"},
		{[]string{"show", "p.qx", "a", "--ru", "1"}, "是不是 --run", "Did you mean --run"},
		{[]string{"show", "p.qx", "a", "--frobnicate"}, "没有选项 --frobnicate", "no flag --frobnicate"},
		{[]string{"show", "p.qx", "a", "-z"}, "没有选项 -z", "no flag -z"},
		{[]string{"show", "p.qx", "a", "--run"}, "选项 --run 需要一个值", "flag --run needs a value"},
		{[]string{"show", "p.qx", "a", "--run", "x"}, "需要一个整数", "takes a whole number"},
		{[]string{"show", "p.qx", "a", "--run", "-1"}, "从 1 数起", "counted from 1"},
		{[]string{"run", "p.qx", "rfm"}, "缺少选项 --name", "flag --name is missing"},
		{[]string{"run", "p.qx", "rfm", "--name", "a", "--as-of", "31/12/2011"}, "日期 yyyy-mm-dd", "a date yyyy-mm-dd"},
		{[]string{"import", "p.qx", "f.csv", "--refunds", "maybe"}, "net、drop、keep", "net, drop, keep"},
		{[]string{"import", "p.qx", "f.csv", "--map", "customer"}, "角色=列名", "role=column"},
		{[]string{"import", "p.qx", "f.csv", "--map", "date=a", "--map", "date=b"}, "映射到了两列", "mapped to two columns"},
		{[]string{"import", "p.qx", "f.csv", "--delimiter", "||"}, "一个字符", "one character"},
		{[]string{"import", "p.qx", "f.csv", "--header-row", "-2"}, "从 1 数起的行号", "counted from 1"},
		{[]string{"new", "p.qx", "--currency", "yuan"}, "CNY", "CNY"},
		{[]string{"export", "p.qx", "a", "--to", "list.txt"}, ".csv、.xlsx", ".csv, .xlsx"},
		{[]string{"chart", "p.qx", "a", "sizes", "--to", "a.gif"}, ".png", ".png"},
		{[]string{"chart", "p.qx", "a", "sizes", "--to", "a.png", "--size", "huge"}, "1200x800", "1200x800"},
		{[]string{"report", "p.qx", "a", "--to", "a.docx"}, ".html", ".html"},
		{[]string{"sample", "shop", "--out", "d", "--customers", "-5"}, "至少为 1", "from 1"},
		{[]string{"--lang", "fr", "methods"}, "zh-CN 或 en", "zh-CN or en"},
		{[]string{"--to", "x", "export"}, "不能有 --to", "not --to"},
	} {
		for locale, want := range map[string]string{"zh_CN.UTF-8": c.zh, "en_US.UTF-8": c.en} {
			got := call(t, locale, c.args...)
			if got.code != 2 || got.out != "" || !strings.Contains(got.err, want) {
				t.Errorf("%v in %s: exit %d, out %q, err %q, want %q", c.args, locale, got.code, got.out, got.err, want)
			}
			if strings.Contains(got.err, "{") {
				t.Errorf("%v in %s: unfilled place in %q", c.args, locale, got.err)
			}
		}
	}
}

func TestRun_failureIsOneDocumentWithJSON(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--json", "frobnicate"},
		{"show", "p.qx", "--json"},
		{"show", "--json", "p.qx", "n", "--frob"},
		{"show", "no-such-file.qx", "n", "--json"},
		{"methods", "--lang", "fr", "--json"},
	} {
		got := call(t, "C", args...)
		var doc struct {
			Error struct {
				Code, Message, Hint, Origin string
				Where                       map[string]any
			}
		}
		if err := json.Unmarshal([]byte(got.out), &doc); err != nil {
			t.Fatalf("%v: %v in %q", args, err, got.out)
		}
		if doc.Error.Code == "" || doc.Error.Message == "" || doc.Error.Origin != "user" || doc.Error.Where == nil || got.err != "" {
			t.Errorf("%v: %+v, stderr %q", args, doc, got.err)
		}
	}
}

func TestRun_languageFollowsTheFlagThenTheLocale(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale string
		args   []string
		want   string
	}{
		{"zh_CN.UTF-8", []string{"--help"}, "用法"},
		{"zh_TW", []string{"--help"}, "用法"},
		{"de_DE", []string{"--help"}, "Usage"},
		{"", []string{"--help"}, "Usage"},
		{"en_US", []string{"--lang", "zh-CN", "--help"}, "用法"},
		{"zh_CN", []string{"--help", "--lang=en"}, "Usage"},
		{"en_US", []string{"show", "--help", "--lang", "zh-CN"}, "用法"},
		{"en_US", []string{}, "Usage"},
	} {
		got := call(t, c.locale, c.args...)
		if got.code != 0 || !strings.Contains(got.out, c.want) || got.err != "" {
			t.Errorf("LANG=%s %v: exit %d, %q", c.locale, c.args, got.code, got.out+got.err)
		}
	}
}

func TestRun_everyCommandHasHelpWithAnExampleInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, name := range cli.CommandNames() {
		for lang, words := range map[string][]string{"en": {"Usage:", "Example:"}, "zh-CN": {"用法：", "示例："}} {
			for _, args := range [][]string{{name, "--help", "--lang", lang}, {"help", name, "--lang", lang}, {"--lang", lang, "--help", name}} {
				got := call(t, "C", args...)
				for _, w := range append(words, "qunxiang "+name) {
					if got.code != 0 || !strings.Contains(got.out, w) {
						t.Errorf("%v: exit %d, no %q in\n%s%s", args, got.code, w, got.out, got.err)
					}
				}
				if strings.Contains(got.out, "cli.") {
					t.Errorf("%v: a text is missing in\n%s", args, got.out)
				}
			}
		}
	}
}

// Words that no command takes, or that it lacks, are told: by every command, also by those
// that take none.
func TestRun_wordsTooManyOrTooFewAreWrongUse(t *testing.T) {
	t.Parallel()
	few := map[string]bool{"methods": true, "demo": true} // these need none, and would begin
	for _, name := range cli.CommandNames() {
		many := append([]string{name}, slices.Repeat([]string{"no such file"}, 9)...)
		if got := call(t, "C", many...); got.code == 0 || got.err == "" {
			t.Errorf("%s with nine words: %+v", name, got)
		}
		if few[name] {
			continue
		}
		if got := call(t, "C", name); got.code != 2 {
			t.Errorf("%s without words: %+v", name, got)
		}
	}
	for name := range few {
		if got := call(t, "C", name, "foo"); got.code != 2 || !strings.Contains(got.err, "foo") {
			t.Errorf("%s foo: %+v", name, got)
		}
	}
}

func TestRun_endedContextIsACancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, err bytes.Buffer
	code := cli.Run(ctx, cli.Call{Args: []string{"methods", "--json"}, Stdout: &out, Stderr: &err, Getenv: os.Getenv})
	if code != 5 || !strings.Contains(out.String(), `"cancelled"`) {
		t.Errorf("exit %d, %q", code, out.String())
	}
}

func TestRun_version(t *testing.T) {
	t.Parallel()
	if got := call(t, "C", "--version"); got.code != 0 || got.out != "qunxiang 1.2.3\n" {
		t.Errorf("%+v", got)
	}
	if got := call(t, "C", "--version", "--json"); got.code != 0 || !json.Valid([]byte(got.out)) {
		t.Errorf("%+v", got)
	}
}
