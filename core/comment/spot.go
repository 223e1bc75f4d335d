package comment

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// spotter finds themes in clauses.
type spotter struct {
	han   map[rune][]mark
	latin map[string][]mark // by the stem of the first word
}

// mark is a word of a theme.
type mark struct {
	word  string   // folded
	stems []string // of a word of letters
	theme int
}

func newSpotter(themes []Theme) *spotter {
	s := &spotter{han: map[rune][]mark{}, latin: map[string][]mark{}}
	for t, theme := range themes {
		for _, w := range theme.Words {
			w = Fold(w)
			first, _ := utf8.DecodeRuneInString(w)
			switch {
			case w == "":
			case latin(first) && !strings.ContainsFunc(w, isHan):
				m := mark{word: w, theme: t}
				for part := range strings.FieldsSeq(w) {
					m.stems = append(m.stems, token{text: part}.stem())
				}
				s.latin[m.stems[0]] = append(s.latin[m.stems[0]], m)
			default:
				s.han[first] = append(s.han[first], mark{word: w, theme: t})
			}
		}
	}
	return s
}

func isHan(r rune) bool { return r >= 0x3400 && r <= 0x9fff || r >= 0x20000 && r <= 0x323af }

// in adds the themes of the tokens of a clause.
func (s *spotter) in(text string, list []token, found []int) []int {
	add := func(t int) {
		if !slices.Contains(found, t) {
			found = append(found, t)
		}
	}
	for i, r := range text {
		for _, m := range s.han[r] {
			if strings.HasPrefix(text[i:], m.word) {
				add(m.theme)
			}
		}
	}
	for i := range list {
		if list[i].class != classLatin {
			continue
		}
		for _, m := range s.latin[list[i].stem()] {
			if i+len(m.stems) <= len(list) && follows(list[i:], m.stems) {
				add(m.theme)
			}
		}
	}
	return found
}

// follows reports whether the tokens begin with the stems.
func follows(list []token, stems []string) bool {
	for i, s := range stems {
		if list[i].class != classLatin || list[i].stem() != s {
			return false
		}
	}
	return true
}

// aspect is what a text says about a theme.
type aspect struct {
	theme uint16
	score float32 // −1…1, by the lexicon, of the clauses about the theme
}

// aspects finds the themes of a folded text. A clause without a theme is about what the
// clause before it in the sentence is about; if that said nothing of its own, it counts
// for it.
func (s *spotter) aspects(text string, list []token, clauses []clause) []aspect {
	sums := map[int]float64{}
	var order []int
	var about []int
	for i, c := range clauses {
		if i > 0 && ended(list[clauses[i-1].to:c.from]) {
			about = nil
		}
		here := s.in(spanOf(text, list, c), list[c.from:c.to], nil)
		if len(here) > 0 {
			about = here
		}
		for _, t := range about {
			if _, there := sums[t]; !there {
				order = append(order, t)
			}
			sums[t] += c.sum * c.weight
		}
	}
	slices.Sort(order)
	out := make([]aspect, len(order))
	for i, t := range order {
		out[i] = aspect{uint16(t), float32(squash(sums[t]))}
	}
	return out
}

// ended reports whether a sentence ends in the tokens between two clauses.
func ended(between []token) bool {
	return slices.ContainsFunc(between, func(t token) bool { return t.class == classEnd })
}
