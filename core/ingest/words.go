package ingest

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"qunxiang/core"
)

//go:embed synonyms.txt
var synonymsFile string

//go:embed words.txt
var wordsFile string

// notDate and notAmount are the kinds of headers that look like a date or an amount
// but are not the one of a purchase.
const (
	notDate   core.Role = "notdate"
	notAmount core.Role = "notamount"
)

// synonym is one header that stands for a role.
type synonym struct {
	role  core.Role
	score float64 // 0…100; earlier words of a line are a little better
}

type vocabulary struct {
	exact    map[string][]synonym
	contains []struct {
		word string
		synonym
	}
}

// synonyms is parsed once from the embedded table.
var synonyms = sync.OnceValue(func() vocabulary {
	v := vocabulary{exact: map[string][]synonym{}}
	for line := range strings.Lines(synonymsFile) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 3 {
			continue
		}
		base, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			continue
		}
		for i, w := range strings.Fields(f[2]) {
			s := synonym{core.Role(f[0]), base - float64(i)*0.05}
			if w, ok := strings.CutPrefix(w, "~"); ok {
				v.contains = append(v.contains, struct {
					word string
					synonym
				}{fold(w), s})
				continue
			}
			v.exact[fold(w)] = append(v.exact[fold(w)], s)
		}
	}
	return v
})

// fold brings a header to the form in which headers are compared.
func fold(h string) string {
	if i := strings.IndexAny(h, "(（[【"); i > 0 {
		h = h[:i]
	}
	simple := simplified()
	return strings.Map(func(r rune) rune {
		if s, ok := simple[r]; ok {
			return s
		}
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		case unicode.IsSpace(r), strings.ContainsRune("_-.:：*#\"'", r):
			return -1
		}
		if strings.ContainsRune("_-.:*#\"' ", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, h)
}

// simplified maps traditional characters to simplified ones.
var simplified = sync.OnceValue(func() map[rune]rune {
	out := map[rune]rune{}
	for line := range strings.Lines(wordsFile) {
		list, ok := strings.CutPrefix(strings.TrimSpace(line), "simplify\t")
		if !ok {
			continue
		}
		for pair := range strings.FieldsSeq(list) {
			if r := []rune(pair); len(r) == 2 {
				out[r[0]] = r[1]
			}
		}
	}
	return out
})

// headerScore returns how well a header names a role, 0…100.
func headerScore(header string) map[core.Role]float64 {
	h := fold(header)
	out := map[core.Role]float64{}
	if h == "" {
		return out
	}
	v := synonyms()
	for _, s := range v.exact[h] {
		out[s.role] = max(out[s.role], s.score)
	}
	for _, s := range v.contains {
		if strings.Contains(h, s.word) {
			out[s.role] = max(out[s.role], s.score-10*(1-float64(len(s.word))/float64(len(h))))
		}
	}
	return out
}

// words are the cells that an import acts on, by kind.
type words struct {
	exact    map[string]bool
	contains []string
}

var wordLists = sync.OnceValue(func() map[string]*words {
	out := map[string]*words{}
	for line := range strings.Lines(wordsFile) {
		kind, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || !ok {
			continue
		}
		w := &words{exact: map[string]bool{}}
		for _, word := range splitWords(list) {
			if word, ok := strings.CutPrefix(word, "~"); ok {
				w.contains = append(w.contains, word)
				continue
			}
			w.exact[word] = true
		}
		out[kind] = w
	}
	return out
})

// splitWords divides at blanks outside quotation marks.
func splitWords(s string) []string {
	quoted := false
	return strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
			return true
		}
		return unicode.IsSpace(r) && !quoted
	})
}

// isWord reports whether a cell is one of the words of a kind.
func isWord(kind, cell string) bool {
	w := wordLists()[kind]
	c := strings.ToLower(strings.TrimSpace(cell))
	if w.exact[c] {
		return true
	}
	for _, s := range w.contains {
		if strings.Contains(c, s) {
			return true
		}
	}
	return false
}

// isNote reports whether a cell is a note about the table, or what a database says of how
// many rows it found.
func isNote(cell string) bool { return isWord("note", cell) || isWord("rowcount", cell) }

// isMissing reports whether a cell is empty or a word for it.
func isMissing(cell string) bool {
	c := strings.TrimSpace(cell)
	if c == "" || c == "\x1a" {
		return true
	}
	switch c {
	case "Nan", "Na", "Nil": // names of people; programs write nan, NaN, NA, NIL
		return false
	}
	return len(c) <= 12 && wordLists()["missing"].exact[strings.ToLower(c)]
}
