package comment

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

//go:embed words/traditional.txt
var traditionalFile string

// simplified maps traditional characters to simplified ones.
var simplified = sync.OnceValue(func() map[rune]rune {
	out := make(map[rune]rune, 1500)
	for line := range strings.Lines(traditionalFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for pair := range strings.FieldsSeq(line) {
			r := []rune(pair)
			out[r[0]] = r[1]
		}
	}
	return out
})

// repeats is how often a character may follow itself: people write one as often as they feel.
const repeats = 3

// Fold brings a text into the form in which words are looked up: simplified characters,
// half-width, lower case, one blank for every run of blanks and control characters, no
// character more than three times in a row, nothing invisible.
func Fold(text string) string {
	table := simplified()
	var b strings.Builder
	b.Grow(len(text))
	last, run := rune(0), 0
	for _, r := range text {
		r = foldRune(r, table)
		if r < 0 {
			continue
		}
		if r == last {
			run++
		} else {
			last, run = r, 1
		}
		if run > repeats || r == ' ' && run > 1 {
			continue
		}
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), " ")
}

// foldRune folds one character; −1 = it is dropped.
func foldRune(r rune, table map[rune]rune) rune {
	switch {
	case r < 0x80:
		return foldPlain(r)
	case r >= 0x4e00 && r <= 0x9fff:
		if s, ok := table[r]; ok {
			return s
		}
		return r
	case r >= 0xff01 && r <= 0xff5e: // full-width ASCII
		return foldPlain(r - 0xfee0)
	case r == '’' || r == '‘':
		return '\''
	case r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
		return -1
	}
	return unicode.ToLower(r)
}

// foldPlain folds an ASCII character.
func foldPlain(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r == '\n' || r == '\r':
		return '\n'
	case r < ' ' || r == 0x7f:
		return ' '
	}
	return r
}
