package survey

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/width"
)

//go:embed words.txt
var wordsFile string

// vocabulary are the words of one kind: whole headers or cells, and words within headers.
type vocabulary struct {
	whole  map[string]bool
	within []string
}

// wordScale is a rating scale in words: the level, from 1, of each word.
type wordScale struct {
	level map[string]int
	size  int
}

type wordTable struct {
	of     map[string]vocabulary
	scales []wordScale
}

// words is parsed once from the embedded table.
var words = sync.OnceValue(func() wordTable {
	t := wordTable{of: map[string]vocabulary{}}
	for line := range strings.Lines(wordsFile) {
		kind, list, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		switch {
		case !ok || strings.HasPrefix(line, "#"):
		case kind == "scale":
			s := wordScale{level: map[string]int{}}
			for level := range strings.SplitSeq(list, ";") {
				s.size++
				for word := range strings.SplitSeq(level, "|") {
					s.level[plain(word)] = s.size
				}
			}
			t.scales = append(t.scales, s)
		default:
			t.of[kind] = vocabularyOf(list)
		}
	}
	return t
})

func vocabularyOf(list string) vocabulary {
	v := vocabulary{whole: map[string]bool{}}
	for list = strings.TrimSpace(list); list != ""; list = strings.TrimSpace(list) {
		var word string
		if rest, quoted := strings.CutPrefix(list, `"`); quoted {
			word, list, _ = strings.Cut(rest, `"`)
		} else {
			word, list, _ = strings.Cut(list, " ")
		}
		if part, ok := strings.CutPrefix(word, "~"); ok {
			v.within = append(v.within, part)
		} else {
			v.whole[plain(word)] = true
		}
	}
	return v
}

// is reports whether a text is a word of the kind as a whole.
func is(kind, text string) bool { return words().of[kind].whole[plain(text)] }

// mentions reports whether a header has a word of the kind in it: a Latin word between
// characters that are no letters, a Chinese one anywhere.
func mentions(kind, header string) bool {
	v, h := words().of[kind], plain(header)
	if v.whole[h] {
		return true
	}
	for _, w := range v.within {
		if within(h, w) {
			return true
		}
	}
	return false
}

func within(text, word string) bool {
	latin := word[0] < 0x80
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		start, end := from+at, from+at+len(word)
		if !latin || !letterBefore(text[:start]) && !letterAfter(text[end:]) {
			return true
		}
		from = end
	}
}

func letterBefore(s string) bool { return s != "" && latinLetter(rune(s[len(s)-1])) }

// letterAfter lets the endings of a word pass: recommended, likes.
func letterAfter(s string) bool {
	for _, ending := range []string{"ing", "ed", "s", "d"} {
		if rest, ok := strings.CutPrefix(s, ending); ok && (rest == "" || !latinLetter(rune(rest[0]))) {
			return false
		}
	}
	return s != "" && latinLetter(rune(s[0]))
}

func latinLetter(r rune) bool { return r < 0x80 && unicode.IsLetter(r) }

// plain is the form in which words are compared: half-width, lower case, single blanks,
// without a sign at the end.
func plain(s string) string {
	s = strings.ToLower(width.Fold.String(s))
	s = strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
	if t := strings.TrimRight(s, ".!?。:*"); t != "" {
		return t
	}
	return s
}
