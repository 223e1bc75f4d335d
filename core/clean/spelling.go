package clean

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/width"
)

//go:embed words.txt
var wordsFile string

// wordLists are the words of this package by their kind.
var wordLists = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(wordsFile) {
		kind, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok && !strings.HasPrefix(line, "#") {
			out[kind] = strings.Fields(list)
		}
	}
	return out
})

// Unknown is the name of the category for values that are missing, in the script of the
// column's other values.
func Unknown(dict []string) string {
	han := slices.ContainsFunc(dict, func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	})
	if han {
		return wordLists()["unknown.zh"][0]
	}
	return "unknown"
}

// Normal is the form in which spellings of one name are equal: half width, lower case, no
// blanks and no punctuation between the letters, and without the ending of a Chinese
// region (the word for city, province …) behind at least two characters. Digits and what
// stands between them stay as they are: "1.5" is not "15".
func Normal(s string) string {
	s = strings.ToLower(width.Fold.String(strings.TrimSpace(s)))
	var b strings.Builder
	letters := 0
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
			letters++
		case unicode.IsSpace(r), r == '\u00b7', r == '-', r == '_', r == '.', r == ',', r == '\'':
			if digitAt(runes, i-1) || digitAt(runes, i+1) {
				b.WriteRune(r)
			}
		default:
			b.WriteRune(r)
		}
	}
	out := b.String()
	if letters == 0 {
		return s
	}
	return strings.TrimSuffix(out, region(out))
}

// region is the ending of a name that says what kind of region it is, "" where there is none.
func region(s string) string {
	for _, end := range wordLists()["region"] {
		if stem, ok := strings.CutSuffix(s, end); ok && len([]rune(stem)) >= 2 && unicode.Is(unicode.Han, []rune(stem)[0]) {
			return end
		}
	}
	return ""
}

// mixed reports words that name regions of two kinds: a province and a city of one name.
func mixed(dict []string, words []int) bool {
	kind := ""
	for _, i := range words {
		end := region(strings.TrimSpace(dict[i]))
		if end != "" && kind != "" && end != kind {
			return true
		}
		kind = cmp.Or(end, kind)
	}
	return false
}

func digitAt(r []rune, i int) bool { return i >= 0 && i < len(r) && unicode.IsDigit(r[i]) }

// Spellings groups the words of a dictionary that have one normal form: the commonest of
// them, of equally common ones the first in the order of bytes, is To. Words without a
// count do not take part. Groups are ordered by To.
func Spellings(dict []string, counts []int) []Group {
	by := map[string][]int{}
	for i, word := range dict {
		if counts[i] > 0 && word != "" {
			n := Normal(word)
			by[n] = append(by[n], i)
		}
	}
	var out []Group
	for _, form := range sortedKeys(by) {
		words := by[form]
		if len(words) < 2 || form == "" || mixed(dict, words) {
			continue
		}
		slices.SortFunc(words, func(a, b int) int {
			if counts[a] != counts[b] {
				return counts[b] - counts[a]
			}
			return strings.Compare(dict[a], dict[b])
		})
		g := Group{To: dict[words[0]]}
		for _, i := range words[1:] {
			g.From = append(g.From, dict[i])
		}
		slices.Sort(g.From)
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b Group) int { return strings.Compare(a.To, b.To) })
	return out
}
