package comment

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
)

// class is what a token is made of.
type class uint8

const (
	classHan   class = iota // a word of the lexicon or one character
	classLatin              // a word of letters or digits
	classMark               // punctuation, a symbol
	classBreak              // ends a clause
	classEnd                // ends a sentence
)

// token is a piece of a folded text.
type token struct {
	text   string
	at     int // where it begins in the folded text
	class  class
	entry  entry // of the lexicon; word "" = none
	before bool  // a blank stands before it
}

// stem returns the stem of an English word, other words as they are.
func (t token) stem() string {
	if len(t.text) < 4 || len(t.text) > 40 {
		return t.text
	}
	return english.Stem(t.text, false)
}

// breaks end a clause, ends a sentence.
const (
	breaks = ",;:、；：~…—"
	ends   = ".!?。！？\n"
)

// tokens cuts a folded text. Latin words are looked up later, with their neighbours.
func (l *Lexicon) tokens(text string, into []token) []token {
	out := into[:0]
	blank := false
	var last rune
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == ' ' {
			blank = true
			i += size
			continue
		}
		if blank && unicode.Is(unicode.Han, last) && unicode.Is(unicode.Han, r) {
			out = append(out, token{text: " ", at: i - 1, class: classBreak}) // people put a blank for a comma
		}
		t := token{at: i, before: blank}
		blank = false
		if e, ok := l.at(text[i:], r); ok {
			t.text, t.class, t.entry = text[i:i+len(e.word)], classHan, e
		} else {
			t.text, t.class = piece(text[i:], r, size)
		}
		i += len(t.text)
		last, _ = utf8.DecodeLastRuneInString(t.text)
		out = append(out, t)
	}
	l.lookUp(out)
	return out
}

// piece returns the token at the beginning of text that the lexicon does not know.
func piece(text string, r rune, size int) (string, class) {
	switch {
	case latin(r):
		return text[:wordEnd(text)], classLatin
	case strings.ContainsRune(ends, r):
		return text[:size], classEnd
	case strings.ContainsRune(breaks, r):
		return text[:size], classBreak
	case unicode.IsLetter(r):
		return text[:size], classHan
	}
	return text[:size], classMark
}

// wordEnd is the length of the Latin word with which text begins; an apostrophe, and a
// point between digits, belong to it.
func wordEnd(text string) int {
	var last rune
	for i, r := range text {
		next := rune(0)
		if i+1 < len(text) {
			next = rune(text[i+1])
		}
		inside := r == '\'' && next >= 'a' && next <= 'z' || r == '.' && digit(last) && digit(next)
		if !latin(r) && !inside {
			return i
		}
		last = r
	}
	return len(text)
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// lookUp finds the entries of Latin words and phrases. The entry of a phrase stands at its
// first word, the others are emptied.
func (l *Lexicon) lookUp(list []token) {
	for i := 0; i < len(list); i++ {
		if list[i].class != classLatin {
			continue
		}
		e, n := l.phrase(list[i:])
		list[i].entry = e
		for j := i + 1; j < i+n; j++ {
			list[j].entry = entry{word: list[j].text} // it does nothing on its own
		}
		i += n - 1
	}
}

// together reports whether all are Latin words.
func together(list []token) bool {
	for i, t := range list {
		if t.class != classLatin || i > 0 && !t.before {
			return false
		}
	}
	return true
}

func join(list []token) string {
	var b strings.Builder
	for i, t := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}
