package i18n_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// What the window says instead of a hint stands for one, and knows no flags and commands.
func TestHintsOfTheWindow(t *testing.T) {
	t.Parallel()
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		path := filepath.Join("locales", "gui.hints."+string(lang)+".json")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		plain := i18n.Locale{Lang: lang}
		for line := range strings.Lines(string(b)) {
			_, key, ok := strings.Cut(line, `"gui.hint.`)
			if !ok {
				continue
			}
			code, _, _ := strings.Cut(key, `"`)
			text := plain.T("gui.hint." + code)
			if strings.Contains(text, "--") || strings.Contains(text, "qunxiang") {
				t.Errorf("%s: %s speaks of the command: %s", lang, code, text)
			}
			e := &core.Error{Code: code, Args: core.Args{"columns": "a", "role": "b", "column": "c", "item": "d"}}
			_, command := plain.Error(e)
			_, window := i18n.Locale{Lang: lang, Window: true}.Error(e)
			if command == "" || window == "" || command == window {
				t.Errorf("%s: %s says %q in the window, %q besides", lang, code, window, command)
			}
		}
	}
}
