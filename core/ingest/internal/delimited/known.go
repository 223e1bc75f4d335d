package delimited

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/num"
)

// What cells are worth that hold words, or a list in another delimiter.
const (
	word = 0.9
	list = 0.3
)

// known says how much a cell looks like one value, 0…1.
func (d *Dialect) known(c []byte, quoted bool) float64 {
	if quoted {
		return 1
	}
	c = bytes.TrimSpace(c)
	switch {
	case len(c) == 0:
		return 0.8
	case c[0] == '"' || c[len(c)-1] == '"':
		return 0.05 // a cut went through a quoted cell
	case isNumber(c), isDate(c), isTime(c), isAddress(c):
		return 1
	case len(c) == 1 && (d.blanks() || d.Delim == " ") && bytes.IndexByte([]byte("#|;,:~^"), c[0]) >= 0:
		return 0.05 // this divides the cells, not the blanks around it
	}
	return words(c)
}

func isNumber(c []byte) bool {
	if len(c) > 40 || !digit(c[len(c)-1]) && !bytes.ContainsAny(c, "0123456789") {
		return false
	}
	if _, ok := num.Float(c, num.Style{}); ok {
		return !gap(c)
	}
	return false
}

// gap reports a blank between digits, which a number of one column hardly has.
func gap(c []byte) bool {
	for i := 1; i+1 < len(c); i++ {
		if c[i] <= ' ' && digit(c[i-1]) && digit(c[i+1]) {
			return true
		}
	}
	return false
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func isDate(c []byte) bool {
	if len(c) > 40 || len(c) < 6 || bytes.IndexFunc(c[:min(len(c), 14)], func(r rune) bool { return r >= '0' && r <= '9' }) < 0 {
		return false
	}
	if _, ok := day.Parse(c, day.Style{Order: core.DateDMY}); ok {
		return true
	}
	_, ok := day.Parse(c, day.Style{Order: core.DateMDY})
	return ok
}

// isTime reports h:mm[:ss[.fff]], with AM or PM.
func isTime(c []byte) bool {
	if len(c) < 4 || len(c) > 18 || !digit(c[0]) {
		return false
	}
	if c[len(c)-1]|0x20 == 'm' {
		c = bytes.TrimRight(c[:len(c)-2], " ")
	}
	parts := bytes.Split(c, []byte{':'})
	if len(parts) < 2 || len(parts) > 3 {
		return false
	}
	last := len(parts) - 1
	if whole, frac, ok := bytes.Cut(parts[last], []byte{'.'}); ok && last == 2 && digits(frac) {
		parts[2] = whole
	}
	for _, p := range parts {
		if len(p) > 2 || !digits(p) {
			return false
		}
	}
	return true
}

func digits(b []byte) bool {
	for _, c := range b {
		if !digit(c) {
			return false
		}
	}
	return len(b) > 0
}

// isAddress reports web and e-mail addresses.
func isAddress(c []byte) bool {
	if bytes.IndexByte(c, ' ') >= 0 {
		return false
	}
	if i := bytes.Index(c, []byte("://")); i > 1 && i < 10 {
		return true
	}
	return bytes.HasPrefix(c, []byte("www.")) || bytes.IndexByte(c, '@') > 0 && bytes.IndexByte(c, '.') > 0
}

// words judges text: a name or a few words say more than a line with punctuation that
// may be other people's delimiters.
func words(c []byte) float64 { //nolint:gocyclo // one case for each kind of character; apart they would be harder to follow
	best := word
	if len(c) > 80 {
		best = 0.75
	}
	depth := 0
	for i := 0; i < len(c); {
		r, n := utf8.DecodeRune(c[i:])
		next := byte(' ')
		if i+n < len(c) {
			next = c[i+n]
		}
		switch {
		case r == '(' || r == '[' || r == '{':
			depth++
		case r == ')' || r == ']' || r == '}':
			if depth--; depth < 0 {
				return 0.2 // a cut went through brackets
			}
		case depth > 0:
		case r == ',' || r == ';' || r == '|' || r == '\t':
			if next != ' ' || r == '\t' || r == '|' {
				best = min(best, list)
				break
			}
			best = min(best, 0.5)
		case r == '"':
			best = min(best, 0.5)
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsSpace(r), r == '-', r == '_', r == '.', r == '\'', r == '/', r == '&':
		case unicode.IsControl(r):
			return 0.1
		default:
			best = min(best, 0.8)
		}
		i += n
	}
	if depth > 0 {
		return 0.2
	}
	return best
}
