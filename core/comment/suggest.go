package comment

import (
	"cmp"
	"context"
	_ "embed"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"qunxiang/core"
)

//go:embed words/stop.txt
var stopFile string

var stopWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(stopFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			out[w] = true
		}
	}
	return out
})

// Suggestion is a word that many comments have and no theme.
type Suggestion struct {
	Word     string `json:"word"`     // folded
	Comments int    `json:"comments"` // texts with it, of those looked at
	// Theme is the one in whose clauses the word is most over-represented, "" where it
	// belongs to none; Strength is Dunning's log-likelihood ratio for it.
	Theme    string  `json:"theme"`
	Strength float64 `json:"strength"`
}

const (
	mostSuggested = 30
	longestWord   = 4     // characters of a Chinese word
	leastCohesion = 3.0   // least pointwise mutual information of its parts, in nats
	leastFreedom  = 1.0   // least entropy of what stands beside it, in nats
	related       = 10.83 // log-likelihood from which word and theme belong together, p < 0.001
)

// found is what is counted of a candidate.
type found struct {
	n           int // occurrences
	texts       int
	last        int32 // text in which it was seen last
	left, right map[rune]int
}

// Suggest finds words that are frequent in the comments and in no theme. Chinese words are
// found without a dictionary: runs of 2 to 4 characters whose parts stand together far more
// often than by chance and beside which anything may stand (mutual information and boundary
// entropy: Sun, Shen and Tsou 1998, COLING-ACL). The more comments the earlier; words of the
// lexicon of feelings are no themes. Which theme a word belongs to is measured by its
// log-likelihood (Dunning 1993, Computational Linguistics 19, 61).
func (r *Reading) Suggest(ctx context.Context) ([]Suggestion, error) {
	texts := r.sampleTexts()
	least := max(4, len(texts)/500)
	words, err := frequent(ctx, texts, least)
	if err != nil {
		return nil, core.AsError(err)
	}
	words = r.without(words)
	return r.placed(ctx, texts, words)
}

// sampleTexts returns the distinct folded texts, at most mostTexts of them.
func (r *Reading) sampleTexts() []string {
	blank := make([]float64, len(r.texts))
	return (&sample{texts: r.texts, sign: blank, lex: blank}).sorted().texts
}

// candidate is a frequent word.
type candidate struct {
	word  string
	texts int
}

// frequent counts runs of characters and words, and returns those that are words.
func frequent(ctx context.Context, texts []string, least int) ([]candidate, error) {
	grams := map[string]int{} // how often a run of characters occurs
	total := 0
	for i, t := range texts {
		if i%stride == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		total += runs(t, func(run string, _ []string) { grams[run]++ })
	}
	kept := map[string]*found{}
	at := func(word string) *found {
		f := kept[word]
		if f == nil {
			f = &found{last: -1}
			kept[word] = f
		}
		return f
	}
	for i, t := range texts {
		if i%stride == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		runs(t, func(run string, beside []string) {
			if grams[run] >= least && runes(run) > 1 && coherent(run, grams, total) {
				at(run).meet(int32(i), beside)
			}
		})
		latinWords(t, func(w string) { at(w).seen(int32(i)) })
	}
	var out []candidate
	for w, f := range kept {
		if f.texts >= least && f.free() {
			out = append(out, candidate{w, f.texts})
		}
	}
	slices.SortFunc(out, func(a, b candidate) int { return cmp.Or(b.texts-a.texts, strings.Compare(a.word, b.word)) })
	return out, nil
}

// meet counts a run of characters with what stands beside it.
func (f *found) meet(text int32, beside []string) {
	if f.left == nil {
		f.left, f.right = map[rune]int{}, map[rune]int{}
	}
	f.seen(text)
	f.left[edge(beside[0])]++
	f.right[edge(beside[1])]++
}

// free reports whether anything may stand beside the word.
func (f *found) free() bool {
	return f.left == nil || min(entropy(f.left), entropy(f.right)) >= leastFreedom
}

func (f *found) seen(text int32) {
	f.n++
	if f.last != text {
		f.last = text
		f.texts++
	}
}

// runs calls each run of one to four Chinese characters with its neighbours and returns
// the number of characters.
func runs(text string, each func(run string, beside []string)) int {
	var at []int // beginnings of the characters of the present stretch, and its end
	n := 0
	beside := make([]string, 2)
	flush := func() {
		for i := range max(0, len(at)-1) {
			for k := 1; k <= longestWord && i+k < len(at); k++ {
				beside[0], beside[1] = "", ""
				if i > 0 {
					beside[0] = text[at[i-1]:at[i]]
				}
				if i+k+1 < len(at) {
					beside[1] = text[at[i+k]:at[i+k+1]]
				}
				each(text[at[i]:at[i+k]], beside)
			}
		}
		n += max(0, len(at)-1)
		at = at[:0]
	}
	for i, r := range text {
		if isHan(r) {
			if len(at) == 0 {
				at = append(at, i)
			}
			at = append(at, i+len(string(r)))
			continue
		}
		flush()
	}
	flush()
	return n
}

func latinWords(text string, each func(string)) {
	for i := 0; i < len(text); {
		if !latin(rune(text[i])) {
			i++
			continue
		}
		end := i + wordEnd(text[i:])
		if w := text[i:end]; len(w) >= 3 && len(w) <= 30 && !strings.ContainsFunc(w, unicode.IsDigit) {
			each(w)
		}
		i = max(end, i+1)
	}
}

// coherent reports whether each way to cut a run in two has parts that stand together far
// more often than by chance.
func coherent(run string, grams map[string]int, total int) bool {
	n := float64(grams[run]) * float64(total)
	for i := range run {
		if i == 0 {
			continue
		}
		if math.Log(n/(float64(grams[run[:i]])*float64(grams[run[i:]]))) < leastCohesion {
			return false
		}
	}
	return true
}

// edge is the character beside a run; the border of a stretch is one of its own each time,
// since what stands beyond does not bind the run.
func edge(s string) rune {
	for _, r := range s {
		return r
	}
	return -1
}

// entropy is that of what stands beside a run; borders count as different characters.
func entropy(beside map[rune]int) float64 {
	n, sum := 0.0, 0.0
	for _, k := range beside {
		n += float64(k)
	}
	keys := make([]int, 0, len(beside))
	for r, k := range beside {
		if r == -1 {
			sum += float64(k) * math.Log(n) / n // k borders of 1/n each
			continue
		}
		keys = append(keys, k)
	}
	slices.Sort(keys) // so that the sum does not depend on the map
	for _, k := range keys {
		p := float64(k) / n
		sum -= p * math.Log(p)
	}
	return sum
}

// without drops words that a theme, the lexicon or the stop list has, and words within a
// longer one that is nearly as frequent.
func (r *Reading) without(words []candidate) []candidate {
	k := known{themed: map[string]bool{}, lexicon: DefaultLexicon(), stop: stopWords()}
	for _, t := range r.Themes {
		for _, w := range t.Words {
			w = Fold(w)
			k.themed[token{text: w}.stem()], k.themed[w] = true, true
			k.han = append(k.han, w)
		}
	}
	var out []candidate
	for _, c := range words {
		if len(out) == mostSuggested {
			break
		}
		if !k.has(c.word) && !within(c, words) {
			out = append(out, c)
		}
	}
	return out
}

// known are the words that need not be suggested.
type known struct {
	themed  map[string]bool // words of themes and their stems
	han     []string
	lexicon *Lexicon
	stop    map[string]bool
}

func (k *known) has(word string) bool {
	if k.themed[word] || k.stop[word] {
		return true
	}
	if first, _ := utf8.DecodeRuneInString(word); latin(first) {
		return k.themed[token{text: word}.stem()] || k.lexicon.feels(word)
	}
	return k.lexicon.touches(word, k.stop) || slices.ContainsFunc(k.han, func(w string) bool { return strings.Contains(word, w) })
}

// within reports whether seven tenths of the comments with a word have a longer one
// around it.
func within(c candidate, words []candidate) bool {
	first, _ := utf8.DecodeRuneInString(c.word)
	return !latin(first) && slices.ContainsFunc(words, func(o candidate) bool {
		return len(o.word) > len(c.word) && 10*o.texts >= 7*c.texts && strings.Contains(o.word, c.word)
	})
}

// feels reports whether an English word is in the lexicon.
func (l *Lexicon) feels(word string) bool {
	_, there := l.latin[word]
	_, stem := l.stems[token{text: word}.stem()]
	return there || stem
}

// touches reports whether a Chinese run is made of words of the lexicon or of the stop
// list at one of its ends.
func (l *Lexicon) touches(run string, stop map[string]bool) bool {
	for i, r := range run {
		if e, ok := l.at(run[i:], r); ok && e.role != roleNone {
			return true
		}
	}
	chars := []rune(run)
	return stop[string(chars[0])] || stop[string(chars[len(chars)-1])] || len(chars) > 2 && (stop[string(chars[:2])] || stop[string(chars[len(chars)-2:])])
}

// placed finds the theme that each word belongs to.
func (r *Reading) placed(ctx context.Context, texts []string, words []candidate) ([]Suggestion, error) {
	l, s := DefaultLexicon(), newSpotter(r.Themes)
	with := make([][]int, len(words)) // clauses with word and theme
	of := make([]int, len(words))     // clauses with the word
	themed := make([]int, len(r.Themes))
	for i := range with {
		with[i] = make([]int, len(r.Themes))
	}
	clauses := 0
	var list []token
	var here []int
	for i, t := range texts {
		if i%stride == 0 && ctx.Err() != nil {
			return nil, core.AsError(ctx.Err())
		}
		list = l.tokens(t, list)
		for _, c := range l.clauses(list) {
			span := spanOf(t, list, c)
			here = s.in(span, list[c.from:c.to], here[:0])
			clauses++
			for _, theme := range here {
				themed[theme]++
			}
			for w := range words {
				if strings.Contains(span, words[w].word) {
					of[w]++
					for _, theme := range here {
						with[w][theme]++
					}
				}
			}
		}
	}
	out := make([]Suggestion, len(words))
	for w := range words {
		out[w] = Suggestion{Word: words[w].word, Comments: words[w].texts}
		for t, both := range with[w] {
			if g := likelihood(both, of[w], themed[t], clauses); g >= related && g > out[w].Strength {
				out[w].Theme, out[w].Strength = r.Themes[t].ID, math.Round(g*100)/100
			}
		}
	}
	return out, nil
}

func spanOf(text string, list []token, c clause) string {
	last := list[c.to-1]
	return text[list[c.from].at : last.at+len(last.text)]
}

// likelihood is Dunning's −2 ln λ of two things that occur a and b times in n places, both
// times together; 0 where they meet no more often than by chance.
func likelihood(both, a, b, n int) float64 {
	if n == 0 || float64(both)*float64(n) <= float64(a)*float64(b) {
		return 0
	}
	part := func(k, row, col int) float64 {
		if k == 0 {
			return 0
		}
		return float64(k) * math.Log(float64(k)*float64(n)/(float64(row)*float64(col)))
	}
	return 2 * (part(both, a, b) + part(a-both, a, n-b) + part(b-both, n-a, b) + part(n-a-b+both, n-a, n-b))
}
