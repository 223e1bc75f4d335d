package core_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"qunxiang/core"
)

func TestLabel(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                        "",
		"city":                    "city",
		" 城市 ":                    "城市",
		"a\u200eb\u202ac\ufeff":   "abc",
		"a\tb\r\nc\x00":           "a b  c",
		"\u2028\u2066":            "",
		"a\xffb":                  "ab",
		"é (‰)":                   "é (‰)",
		strings.Repeat("长", 201):  strings.Repeat("长", 199) + "…",
		strings.Repeat("x", 2000): strings.Repeat("x", 199) + "…",
	} {
		if got := core.Label(s); got != want {
			t.Errorf("%q is shown as %q, want %q", s, got, want)
		}
	}
}

// A label of a label is that label, and short.
func TestLabelOfALabel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := core.Label(rapid.String().Draw(t, "text") + string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")))
		if core.Label(s) != s || !utf8.ValidString(s) || utf8.RuneCountInString(s) > core.LongestLabel {
			t.Errorf("%q", s)
		}
	})
}
