package plugins_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qunxiang/plugins"
)

// The page of every method names all of its parameters with their defaults, and no others:
// as `id=default` in the line of parameters, or in a table of them.
func TestManualHasEveryParameter(t *testing.T) {
	t.Parallel()
	for id, create := range plugins.Bundled() {
		text, err := os.ReadFile(filepath.Join("..", "docs", "method", id+".md"))
		if err != nil {
			t.Error(err)
			continue
		}
		page, info := string(text), create().Info()
		const head = "Parameters and their defaults: "
		_, after, listed := strings.Cut(page, head)
		line, _, _ := strings.Cut(after, "\n")
		for _, p := range info.Params {
			value := p.Default.String()
			row := "| `" + p.ID + "` | `" + value + "` |"
			if value == "" {
				row = "| `" + p.ID + "` | |"
			}
			if said := "`" + p.ID + "=" + value + "`"; !strings.Contains(line, said) && !strings.Contains(page, row) {
				t.Errorf("docs/method/%s.md does not say %s", id, said)
			}
		}
		for _, said := range strings.Split(line, "`") {
			name, _, assigned := strings.Cut(said, "=")
			if _, there := info.Param(name); listed && assigned && !there {
				t.Errorf("docs/method/%s.md has the parameter %s, the method has not", id, name)
			}
		}
	}
}
