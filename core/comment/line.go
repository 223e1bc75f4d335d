package comment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// oneLine makes a text one line without control characters or marks of direction.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError || unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func lastRune(s string) (rune, int) { return utf8.DecodeLastRuneInString(s) }

// isMark reports whether a text may be cut before r.
func isMark(r rune) bool { return strings.ContainsRune(breaks+ends+" ", r) }
