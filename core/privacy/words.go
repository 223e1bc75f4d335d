package privacy

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed words.txt
var wordsFile string

// word is a word of headers: Chinese ones are looked for anywhere, Latin ones as whole
// words in their order.
type word struct {
	text string
	han  bool
}

var words = sync.OnceValue(func() map[Kind][]word {
	out := map[Kind][]word{}
	for line := range strings.Lines(wordsFile) {
		kind, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.SplitSeq(list, "|") {
			h := strings.ContainsFunc(w, han)
			if !h {
				w = " " + w + " "
			}
			out[Kind(kind)] = append(out[Kind(kind)], word{w, h})
		}
	}
	return out
})

// Kinds of words that are no kinds of columns.
const (
	maybeName Kind = "maybe_name" // a person or something else
	other     Kind = "other"      // what a number is not a phone or a card for
	announce  Kind = "announce"   // what names somebody in free text
)

// announcing are the words that name somebody in free text, Latin ones between blanks.
func announcing() []string {
	var out []string
	for _, w := range words()[announce] {
		out = append(out, w.text)
	}
	return out
}

// header is the header of a column, made ready to be looked through.
type header struct {
	han   string // in small letters, without blanks
	latin string // " in small letters as words "
	long  bool
}

// longest is the number of Chinese characters that a header has, and twice that of Latin
// words; what is longer is a question of a survey or a computed column.
const longest = 16

// newHeader splits words at signs, at digits and where a small letter meets a capital.
func newHeader(s string) header {
	s = fold(s)
	var b strings.Builder
	b.WriteByte(' ')
	last := rune(' ')
	for _, r := range s {
		switch {
		case r < 0x80 && letter(byte(r)) || r >= 0x80 && unicode.IsLetter(r) && !han(r):
			if unicode.IsUpper(r) && unicode.IsLower(last) {
				b.WriteByte(' ')
			}
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
		last = r
	}
	b.WriteByte(' ')
	parts := strings.Fields(b.String())
	h := header{han: strings.ToLower(strings.Join(strings.Fields(s), "")), latin: " " + strings.Join(parts, " ") + " "}
	h.long = len(parts) > longest/2 || utf8.RuneCountInString(h.han) > longest && strings.ContainsFunc(s, han)
	return h
}

// says reports whether the header has a word of a kind.
func (h header) says(k Kind) bool {
	for _, w := range words()[k] {
		if w.han && strings.Contains(h.han, w.text) || !w.han && strings.Contains(h.latin, w.text) {
			return true
		}
	}
	return false
}

// is reports whether the header is a word of a kind and nothing else.
func (h header) is(k Kind) bool {
	for _, w := range words()[k] {
		if w.han && h.han == w.text || !w.han && h.latin == w.text {
			return true
		}
	}
	return false
}
