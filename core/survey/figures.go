package survey

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
)

// Figures are the answers to one item.
type Figures struct {
	Answered int
	Missing  int
	Shares   []Share // of the points of a scale or of the choices; at most maxShares
	Others   int     // choices beyond those of Shares
	Mean     float64 // of ratings and numbers; NaN = none
	SD       float64
	Median   float64
	Min, Max float64
	Top2     float64 // share of the two best points of a rating; NaN = none
	Bottom2  float64
	Distinct int
	NPS      *Score
}

// Share is how many chose one answer.
type Share struct {
	Label string
	Value float64 // of a rating or number; NaN = none
	Count int     // respondents
	Share float64 // of those who answered, weighted
}

const (
	maxShares = 50
	maxPoints = 21 // a rating with more points is told by its numbers
)

// moments are mean and standard deviation (n − 1) of values with the weights added up by
// value; weights have mean 1 over the n rows.
func moments(weights map[float64]float64, n int) (mean, sd float64) {
	var sw, sx float64
	values := slices.Sorted(maps.Keys(weights)) // fractions are added in one order
	for _, x := range values {
		sw += weights[x]
		sx += weights[x] * x
	}
	if !(sw > 0) {
		return math.NaN(), math.NaN()
	}
	mean = sx / sw
	if n < 2 {
		return mean, math.NaN()
	}
	var ss float64
	for _, x := range values {
		ss += weights[x] * (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(ss / sw * float64(n) / float64(n-1))
}

// median is the weighted median: the value at which half of the weight is reached, the
// middle of two where it is reached between them.
func median(weights map[float64]float64) float64 {
	var total, sum float64
	values := slices.Sorted(maps.Keys(weights))
	for _, x := range values {
		total += weights[x]
	}
	for i, x := range values {
		sum += weights[x]
		if 2*sum == total && i+1 < len(values) {
			return x/2 + values[i+1]/2
		}
		if 2*sum > total {
			return x
		}
	}
	return math.NaN()
}

// figures counts the answers of the rows that count (weight above 0).
func (it *Item) figures(w []float64, p *profile) *Figures {
	g := &Figures{Mean: math.NaN(), SD: math.NaN(), Median: math.NaN(), Min: math.NaN(), Max: math.NaN(), Top2: math.NaN(), Bottom2: math.NaN(), Distinct: p.distinct()}
	for i, x := range w {
		switch {
		case x == 0:
		case it.answered(i):
			g.Answered++
		default:
			g.Missing++
		}
	}
	switch {
	case g.Answered == 0:
	case it.Kind == Multi && it.Separator != "":
		it.choices(g, w)
	case it.rating() || it.cells.floats != nil:
		it.numbers(g, w)
	case it.Kind != Text && it.Kind != Meta:
		it.labels(g, w)
	}
	if it.Kind == NPS && g.Answered > 0 {
		g.NPS = it.recommend(w)
	}
	return g
}

// numbers are the figures of ratings and numbers.
func (it *Item) numbers(g *Figures, w []float64) {
	weights, counts := it.tally(w)
	g.Mean, g.SD = moments(weights, g.Answered)
	g.Median = median(weights)
	values := slices.Sorted(maps.Keys(weights))
	if len(values) == 0 {
		return
	}
	g.Min, g.Max = values[0], values[len(values)-1]
	var total float64
	for _, v := range values {
		total += weights[v]
	}
	if it.rating() && it.High-it.Low >= 2 {
		g.boxes(it, weights, total)
	}
	if it.rating() && it.High-it.Low < maxPoints {
		values = nil
		for v := it.Low; v <= it.High; v++ {
			values = append(values, v)
		}
	}
	if it.listed(len(values)) {
		for _, v := range values {
			g.Shares = append(g.Shares, Share{it.pointText(v), v, counts[v], weights[v] / total})
		}
		g.cap()
	}
}

// tally adds weights and respondents up by value.
func (it *Item) tally(w []float64) (weights map[float64]float64, counts map[float64]int) {
	weights, counts = map[float64]float64{}, map[float64]int{}
	if !it.rating() || it.High-it.Low >= maxPoints {
		for i, x := range w {
			if v := it.value(i); x > 0 && !math.IsNaN(v) {
				weights[v] += x
				counts[v]++
			}
		}
		return weights, counts
	}
	var sum [maxPoints]float64 // a rating has few points, and they are whole numbers
	var n [maxPoints]int
	for i, x := range w {
		if v := it.value(i); x > 0 && !math.IsNaN(v) {
			sum[int(v-it.Low)] += x
			n[int(v-it.Low)]++
		}
	}
	for k := range sum {
		if v := it.Low + float64(k); n[k] > 0 {
			weights[v], counts[v] = sum[k], n[k]
		}
	}
	return weights, counts
}

// listed reports whether an item of numbers is told value by value.
func (it *Item) listed(values int) bool {
	switch it.Kind {
	case Number, Weight:
		return false
	case Single:
		return true
	case Demographic:
		return values <= 12
	}
	return values <= maxShares
}

// boxes are the shares of the two best and of the two worst points.
func (g *Figures) boxes(it *Item, weights map[float64]float64, total float64) {
	g.Top2, g.Bottom2 = 0, 0
	for v, x := range weights { // multiples of a power of two: exact in any order
		if v > it.High-2 {
			g.Top2 += x
		}
		if v < it.Low+2 {
			g.Bottom2 += x
		}
	}
	g.Top2, g.Bottom2 = g.Top2/total, g.Bottom2/total
}

// pointText is how a point of a rating is called: by its label where it has one.
func (it *Item) pointText(v float64) string {
	best := ""
	for c, x := range it.cells.level {
		if x+it.cells.shift == v && !it.cells.gone[c] && (best == "" || it.cells.dict[c] < best) {
			best = it.cells.dict[c]
		}
	}
	if best != "" {
		return best
	}
	return numberText(v)
}

func numberText(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// labels are the figures of choices.
func (it *Item) labels(g *Figures, w []float64) {
	counts, weights := make([]int, len(it.cells.dict)), make([]float64, len(it.cells.dict))
	var total float64
	for i, x := range w {
		if c := it.cells.code(i); x > 0 && int(c) < len(counts) {
			counts[c]++
			weights[c] += x
			total += x
		}
	}
	for c, n := range counts {
		if n > 0 {
			g.Shares = append(g.Shares, Share{it.cells.dict[c], math.NaN(), n, weights[c] / total})
		}
	}
	g.sort()
	g.cap()
}

// choices are the figures of several choices in a cell: shares of respondents, which add
// up to more than one.
func (it *Item) choices(g *Figures, w []float64) {
	parts := it.parts()
	counts, weights := map[string]int{}, map[string]float64{}
	var total float64
	for i, x := range w {
		c := it.cells.code(i)
		if x == 0 || int(c) >= len(parts) {
			continue
		}
		total += x
		for _, o := range parts[c] {
			counts[o]++
			weights[o] += x
		}
	}
	for o, n := range counts {
		g.Shares = append(g.Shares, Share{o, math.NaN(), n, weights[o] / total})
	}
	g.sort()
	g.cap()
}

// block makes the figures of a column of ticks those of all who ticked one of its block.
func (g *Figures) block(it *Item, block []*Item, w []float64) {
	g.Answered, g.Missing, g.Shares = 0, 0, nil
	var total, ticked float64
	count := 0
	for i, x := range w {
		switch {
		case x == 0:
		case !anyTicked(block, i):
			g.Missing++
		default:
			g.Answered++
			total += x
			if it.cells.answered(i) {
				count++
				ticked += x
			}
		}
	}
	if g.Answered > 0 {
		label := it.Name
		for c, text := range it.cells.dict {
			if !it.cells.gone[c] {
				label = text
			}
		}
		g.Shares = []Share{{label, math.NaN(), count, ticked / total}}
	}
}

// parts are the choices of each label.
func (it *Item) parts() [][]string {
	out := make([][]string, len(it.cells.dict))
	for c, s := range it.cells.dict {
		if !it.cells.gone[c] {
			out[c] = cut(s, it.Separator)
		}
	}
	return out
}

func (g *Figures) sort() {
	slices.SortFunc(g.Shares, func(a, b Share) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Label, b.Label)) })
}

func (g *Figures) cap() {
	if len(g.Shares) > maxShares {
		g.Others = len(g.Shares) - maxShares
		g.Shares = g.Shares[:maxShares:maxShares]
	}
}

// Score is the net promoter score of one item.
type Score struct {
	Promoters, Passives, Detractors int     // respondents with 9–10, 7–8, 0–6
	Promoting, Detracting           float64 // shares, weighted
	NPS                             float64 // −100 … 100
	Interval                        Interval
	Few                             bool // too few answers for the usual interval: another is given
}

// fewAnswers is below which the interval of the normal distribution is not used.
const fewAnswers = 30

// recommend works out the net promoter score: the share of 9–10 less that of 0–6.
func (it *Item) recommend(w []float64) *Score {
	var s Score
	var total, up, down float64
	for i, x := range w {
		v := it.value(i)
		if x == 0 || math.IsNaN(v) {
			continue
		}
		total += x
		switch {
		case v >= 9:
			s.Promoters++
			up += x
		case v >= 7:
			s.Passives++
		default:
			s.Detractors++
			down += x
		}
	}
	s.Promoting, s.Detracting = up/total, down/total
	s.NPS = 100 * (up - down) / total
	n := effective(w, func(i int) bool { return !math.IsNaN(it.value(i)) })
	s.interval(n)
	return &s
}

// z975 is the 97.5 % point of the normal distribution.
const z975 = 1.959963984540054

// interval is that of a difference of two shares of one sample. Usually d ± z·√((p + q −
// d²)/n); below thirty answers, or where all answered alike, the solution of (d − δ)² =
// z²(p + q − δ²)/n for δ (May and Johnson 1997, Statistics in Medicine 16, p. 2127), which
// is never of no width and never leaves −100 … 100.
func (s *Score) interval(n float64) {
	d, both := s.Promoting-s.Detracting, s.Promoting+s.Detracting
	variance := both - d*d
	if s.Few = n < fewAnswers || variance <= 0; !s.Few {
		e := z975 * math.Sqrt(variance/n)
		s.Interval = Interval{100 * max(-1, d-e), 100 * min(1, d+e)}
		return
	}
	z2 := z975 * z975
	e := math.Sqrt(max(0, z2*((n+z2)*both-n*d*d)))
	s.Interval = Interval{100 * max(-1, (n*d-e)/(n+z2)), 100 * min(1, (n*d+e)/(n+z2))}
}
