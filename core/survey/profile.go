package survey

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"qunxiang/core"
)

// fewValues is up to how many distinct numbers are listed.
const fewValues = 64

// profile is what the cells of a column look like.
type profile struct {
	answered int
	numbers  []tallied // distinct numbers, rising; nil where there are more than fewValues
	min, max float64
	whole    bool    // all numbers are whole
	labels   []label // distinct labels, by text
	length   float64 // mean characters of a label
}

type tallied struct {
	value float64
	count int
}

type label struct {
	code  uint32
	text  string
	count int
}

// look reads the cells of a column once.
func look(v *cells, rows int) profile {
	p := profile{min: math.Inf(1), max: math.Inf(-1), whole: true}
	if v.floats == nil {
		p.labelled(v, rows)
		return p
	}
	seen := map[float64]int{}
	var small [fewValues]int // of the whole numbers from −16 on, which most are
	for i := range rows {
		if !v.answered(i) {
			continue
		}
		p.answered++
		x := v.floats[i]
		p.min, p.max = min(p.min, x), max(p.max, x)
		p.whole = p.whole && x == math.Trunc(x)
		if k := x + 16; k >= 0 && k < fewValues && k == math.Trunc(k) {
			small[int(k)]++
			continue
		}
		if seen != nil {
			if seen[x]++; len(seen) > fewValues {
				seen = nil
			}
		}
	}
	if seen == nil {
		return p
	}
	for k, n := range small {
		if n > 0 {
			seen[float64(k-16)] = n
		}
	}
	if len(seen) > fewValues {
		return p
	}
	for x, n := range seen {
		p.numbers = append(p.numbers, tallied{x, n})
	}
	slices.SortFunc(p.numbers, func(a, b tallied) int { return cmp.Compare(a.value, b.value) })
	return p
}

func (p *profile) labelled(v *cells, rows int) {
	counts := make([]int, len(v.dict))
	for i := range rows {
		if c := v.code(i); c != core.NoCode {
			counts[c]++
			p.answered++
		}
	}
	var length int
	for c, n := range counts {
		if n > 0 {
			p.labels = append(p.labels, label{uint32(c), v.dict[c], n})
			length += n * utf8.RuneCountInString(v.dict[c])
		}
	}
	if p.answered > 0 {
		p.length = float64(length) / float64(p.answered)
	}
	slices.SortFunc(p.labels, func(a, b label) int { return cmp.Compare(a.text, b.text) })
}

// distinct is the number of distinct answers.
func (p *profile) distinct() int { return max(len(p.numbers), len(p.labels)) }

// levels are the points that labels stand for, by code: of a rating scale in words, or of
// labels with one number in each ("I love it!+5"). size is that of a scale in words.
func (p *profile) levels(dict int) (level []float64, size int) {
	if len(p.labels) == 0 {
		return nil, 0
	}
	for _, s := range words().scales {
		if level := s.match(p.labels, dict); level != nil {
			return level, s.size
		}
	}
	if len(p.labels) < 3 {
		return nil, 0
	}
	return numbered(p.labels, dict), 0
}

// match gives every label its level on the scale, nil where one is not on it, where two
// share a level, or where there are too few to tell.
func (s wordScale) match(labels []label, dict int) []float64 {
	if len(labels) < 2 || len(labels) > s.size {
		return nil
	}
	return s.only(labels, dict)
}

// only is match of any number of labels.
func (s wordScale) only(labels []label, dict int) []float64 {
	out := slices.Repeat([]float64{math.NaN()}, dict)
	taken := make([]bool, s.size+1)
	for _, l := range labels {
		at := s.level[plain(unnumbered(l.text))]
		if at == 0 || taken[at] {
			return nil
		}
		taken[at] = true
		out[l.code] = float64(at)
	}
	return out
}

var (
	leading = lazily(`^\s*(?:[A-Ga-g]|[+-]?\d{1,2})\s*[.、．:：)）=\-]\s*`)
	trailed = lazily(`\s*[（(]\s*[+-]?\d{1,2}\s*\p{Han}?\s*[）)]\s*$`)
	aNumber = lazily(`[+\-−]?\d+(?:\.\d+)?`)
)

// unnumbered is a label without the number or letter that many forms put around it:
// "5. agree", "A、同意", "满意（4分）".
func unnumbered(s string) string {
	return trailed().ReplaceAllString(leading().ReplaceAllString(s, ""), "")
}

// numbered gives every label the one number in it, nil where a label has none or several
// or where they are no rating scale together.
func numbered(labels []label, dict int) []float64 {
	out := slices.Repeat([]float64{math.NaN()}, dict)
	low, high := math.Inf(1), math.Inf(-1)
	for _, l := range labels {
		found := aNumber().FindAllString(l.text, 2)
		if len(found) != 1 {
			return nil
		}
		x, err := strconv.ParseFloat(strings.Replace(found[0], "−", "-", 1), 64)
		if err != nil || x != math.Trunc(x) {
			return nil
		}
		out[l.code] = x
		low, high = min(low, x), max(high, x)
	}
	if _, _, ok := family(low, high); !ok {
		return nil
	}
	return out
}

// families are the usual ends of rating scales, the more usual first.
var families = [...][2]float64{{1, 5}, {1, 7}, {0, 4}, {0, 5}, {0, 6}, {0, 10}, {1, 10}, {1, 6}, {-2, 2}, {-3, 3}, {-4, 4}, {-5, 5}, {1, 4}, {1, 3}, {1, 9}, {1, 8}}

// family finds the scale that answers between low and high are of: one with these very
// ends, else the most usual one around them.
func family(low, high float64) (lo, hi float64, ok bool) {
	for _, f := range families {
		if f[0] == low && f[1] == high {
			return f[0], f[1], true
		}
	}
	for _, f := range families {
		if f[0] <= low && f[1] >= high {
			return f[0], f[1], true
		}
	}
	return 0, 0, false
}
