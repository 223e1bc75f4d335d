package privacy

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed surnames.txt
var surnamesFile string

type surnames struct {
	common map[rune]bool
	known  map[rune]bool
	double map[string]bool
}

var chinese = sync.OnceValue(func() surnames {
	out := surnames{common: map[rune]bool{}, known: map[rune]bool{}, double: map[string]bool{}}
	part := -1
	for line := range strings.Lines(surnamesFile) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			part++
		case part == 2:
			for _, w := range strings.Fields(line) {
				out.double[w] = true
			}
		default:
			for _, r := range line {
				out.known[r] = true
				if part == 0 {
					out.common[r] = true
				}
			}
		}
	}
	return out
})

// Surname returns the family name that a Chinese name of two to four characters begins
// with, "" where it begins with none.
func Surname(name string) string {
	first, size, n := "", 0, 0
	for i, r := range name {
		if !han(r) {
			return ""
		}
		if n == 2 {
			size = i
		}
		n++
	}
	if n < 2 || n > 4 {
		return ""
	}
	if n == 2 {
		size = len(name)
	}
	if n > 2 && chinese().double[name[:size]] {
		return name[:size]
	}
	r, w := utf8.DecodeRuneInString(name)
	if first = name[:w]; n == 4 || !chinese().known[r] {
		return "" // four characters need a surname of two, or two surnames
	}
	return first
}

// chineseName reports a name and whether its family name is among the most frequent.
func chineseName(s string) (ok, common bool) {
	if len(s) > 40 {
		return false, false
	}
	s = strings.ReplaceAll(fold(s), " ", "")
	if at := strings.IndexByte(s, '*'); at > 0 { // masked before
		r, w := utf8.DecodeRuneInString(s)
		return w <= at && chinese().known[r] && strings.Trim(s[w:], "*") == strings.Trim(s[at:], "*"), false
	}
	if Surname(s) == "" {
		r, w := utf8.DecodeRuneInString(s) // a married name of two surnames, or a title
		if utf8.RuneCountInString(s) != 4 || !chinese().known[r] {
			return false, false
		}
		next, _ := utf8.DecodeRuneInString(s[w:])
		return chinese().known[next] || Untitled(s) != s, false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return true, chinese().common[r]
}

// Untitled returns a name without a title: Mr, Ms, Dr and their Chinese words.
func Untitled(name string) string {
	for _, t := range [...]string{"\u5148\u751f", "\u5973\u58eb", "\u5c0f\u59d0", "\u592a\u592a", "\u8001\u5e08", "\u7ecf\u7406", "\u533b\u751f", "\u540c\u5b66", "\u603b", "\u7537\u58eb", "\u8001\u677f", "\u4e3b\u4efb", "\u6559\u6388", "\u5927\u592b", "\u963f\u59e8", "\u592b\u4eba"} {
		if h, ok := strings.CutSuffix(name, t); ok && h != "" {
			return h
		}
	}
	if utf8.RuneCountInString(name) == 2 { // of longer names they may be part
		for _, t := range [...]string{"\u59d0", "\u54e5", "\u59e8", "\u53d4"} {
			if h, ok := strings.CutSuffix(name, t); ok {
				return h
			}
		}
	}
	lower := strings.ToLower(name)
	for _, t := range [...]string{"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "mx"} {
		for _, dot := range [...]string{". ", " ", "."} {
			if strings.HasPrefix(lower, t+dot) && len(name) > len(t+dot) {
				return strings.TrimSpace(name[len(t+dot):])
			}
		}
	}
	return name
}

// westernName reports one to four words of letters, each with a capital in front, or in
// capitals altogether.
func westernName(s string) (ok bool, words int) {
	s = fold(s)
	if s == "" || len(s) > 60 {
		return false, 0
	}
	for w := range strings.FieldsSeq(s) {
		words++
		for i, r := range w {
			switch {
			case i == 0 && !unicode.IsUpper(r):
				return false, 0
			case !unicode.IsLetter(r) && !strings.ContainsRune("'-.\u2019\u00b7", r):
				return false, 0
			case han(r):
				return false, 0
			}
		}
	}
	return words <= 4, words
}
