package privacy

import "strings"

// fold makes a cell plain: full-width letters, digits and signs become half-width ones,
// characters of no width go, blanks at the ends too.
func fold(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			plain = false
			break
		}
	}
	if !plain {
		s = strings.Map(foldRune, s)
	}
	return strings.TrimSpace(s)
}

func foldRune(r rune) rune {
	switch {
	case between(r, 0xFF01, 0xFF5E): // full-width forms
		return r - 0xFEE0
	case r == 0x3000 || r == 0xA0 || r == 0x202F:
		return ' '
	case between(r, 0x2010, 0x2014) || r == 0x2212:
		return '-'
	case between(r, 0x200B, 0x200F) || between(r, 0x202A, 0x202E) || between(r, 0x2066, 0x2069) || r == 0xFEFF:
		return -1 // of no width
	}
	return r
}

func between(r, low, high rune) bool { return r >= low && r <= high }

// han reports a Chinese character, the dot in foreign names not included.
func han(r rune) bool { return r >= 0x3400 && r <= 0x9FFF || r >= 0x20000 && r <= 0x323AF }

func digit(c byte) bool { return c >= '0' && c <= '9' }

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// digits returns the digits of a cell in which nothing else stands but blanks, hyphens,
// dots and brackets; "" otherwise.
func digits(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case digit(c):
			b = append(b, c)
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')':
		default:
			return ""
		}
	}
	return string(b)
}

// whole returns the digits of a cell that was written with ".0" behind it, as a table of
// decimals does.
func whole(s string) string {
	if h, ok := strings.CutSuffix(s, ".0"); ok && len(h) >= 6 {
		return h
	}
	return s
}

// allDigits reports whether a text is digits and nothing else.
func allDigits(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return s != ""
}
