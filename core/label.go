package core

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// LongestLabel is the most characters of a label, so that a method may put one into a name
// or a sentence.
const LongestLabel = 200

// Label makes a text from the data fit to be shown: one line of at most LongestLabel
// characters, without what cannot be seen or turns the direction of writing. Two texts that
// look the same become one.
func Label(s string) string {
	if plain(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r >= 0x2028 && r <= 0x2029 || r >= 0x2060 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
	if s = strings.TrimSpace(s); utf8.RuneCountInString(s) > LongestLabel {
		s = string([]rune(s)[:LongestLabel-1]) + "…"
	}
	return s
}

// plain reports a text that is a label as it stands, which most are: short, and nothing but
// printed signs of ASCII and Chinese characters.
func plain(s string) bool {
	if s == "" || len(s) > LongestLabel || s[0] == ' ' || s[len(s)-1] == ' ' {
		return s == ""
	}
	for _, r := range s {
		if (r < ' ' || r > '~') && (r < 0x4E00 || r > 0x9FFF) {
			return false
		}
	}
	return true
}
