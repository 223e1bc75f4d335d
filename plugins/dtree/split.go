package dtree

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// split is a candidate; gain 0 means that there is none.
type split struct {
	feature     int
	gain        float64
	threshold   float64
	cut         int
	side        []int8
	missingLeft bool
}

// everyNumber is the threshold of a split of all numbers from the missing ones.
const everyNumber = math.MaxFloat64

// mostExhaustive is the number of levels up to which every division of a category is
// tried for an outcome of more than two classes.
const mostExhaustive = 10

// scan is the search for the best split of one feature in one node.
type scan struct {
	g       *grower
	w       int
	hist    []float64 // statistics by code
	missing []float64 // statistics of the missing values
	total   []float64
	gaps    bool
	base    float64 // impurity of the node
	least   float64 // fewest rows of a side
	best    split
	at      int // position in the order of codes that the best split cuts after

	left, right []float64
}

func (g *grower) searchFeature(j int, rows []int32, nd *node) split {
	f, w := &g.features[j], g.tree.width
	s := &scan{
		g: g, w: w, hist: make([]float64, (f.bins()+1)*w), total: nd.stats, base: g.impurity(nd.stats),
		least: float64(g.o.minLeaf), left: make([]float64, w), right: make([]float64, w), at: -1,
	}
	if t := g.t; t.classes != nil {
		for _, i := range rows {
			s.hist[int(f.codes[i])*w+int(t.class[i])]++
		}
	} else {
		for _, i := range rows {
			at := int(f.codes[i]) * w
			s.hist[at]++
			s.hist[at+1] += t.value[i]
		}
	}
	s.missing = s.hist[f.bins()*w:]
	s.gaps = rowsOf(g.t, s.missing) > 0
	s.best.feature = j
	if f.levels == nil {
		s.numbers(f)
	} else {
		s.levels(f)
	}
	return s.best
}

// codesHere returns the codes that occur in the node.
func (s *scan) codesHere(bins int) []int {
	var out []int
	for c := range bins {
		if rowsOf(s.g.t, s.of(c)) > 0 {
			out = append(out, c)
		}
	}
	return out
}

func (s *scan) of(code int) []float64 { return s.hist[code*s.w : (code+1)*s.w] }

// numbers tries every cut between neighbouring values.
func (s *scan) numbers(f *feature) {
	codes := s.codesHere(f.bins())
	s.ordered(codes)
	if s.at < 0 {
		return
	}
	if s.at == len(codes)-1 { // values against missing ones
		s.best.cut, s.best.threshold = f.bins(), everyNumber
		return
	}
	a, b := f.hi[codes[s.at]], f.lo[codes[s.at+1]]
	s.best.cut = codes[s.at] + 1
	s.best.threshold = a/2 + b/2 // never overflows
	if f.whole {                 // ≥ 11 reads better than ≥ 10.5
		s.best.threshold = math.Ceil(s.best.threshold)
	}
	if s.best.threshold <= a { // neighbours in floating point
		s.best.threshold = b
	}
}

// ordered tries to cut a sequence of codes in two, with the missing values on either
// side, and all values against the missing ones.
func (s *scan) ordered(codes []int) {
	clear(s.left)
	for i, c := range codes {
		for k, x := range s.of(c) {
			s.left[k] += x
		}
		if i < len(codes)-1 || s.gaps {
			s.try(i, i == len(codes)-1)
		}
	}
}

// try judges the split behind position i of a sequence, s.left being the statistics up
// to there. With alone set the missing values are all that is on the right.
func (s *scan) try(i int, alone bool) {
	s.judge(i, false)
	if s.gaps && !alone {
		for k, x := range s.missing {
			s.left[k] += x
		}
		s.judge(i, true)
		for k, x := range s.missing {
			s.left[k] -= x
		}
	}
}

func (s *scan) judge(i int, missingLeft bool) {
	for k, x := range s.total {
		s.right[k] = x - s.left[k]
	}
	l, r := rowsOf(s.g.t, s.left), rowsOf(s.g.t, s.right)
	if l < s.least || r < s.least {
		return
	}
	gain := s.base - s.g.impurity(s.left) - s.g.impurity(s.right)
	if gain <= s.best.gain*(1+1e-12) {
		return
	}
	s.best.gain, s.at = gain, i
	s.best.missingLeft = missingLeft
	if !s.gaps {
		s.best.missingLeft = l >= r
	}
}

// levels divides a category: by the mean of the outcome, which is exact for two classes
// and for numbers (Breiman et al. 1984, theorem 4.5); otherwise by trying every division
// of up to ten levels; otherwise in the order of each class's share.
func (s *scan) levels(f *feature) {
	codes := s.codesHere(f.bins())
	if len(codes) < 2 && !s.gaps {
		return
	}
	classes := len(s.g.t.classes)
	switch {
	case classes <= 2:
		s.byShare(f, codes, classes-1)
	case len(codes) <= mostExhaustive:
		s.exhaustive(f, codes)
	default:
		for c := range classes {
			s.byShare(f, codes, c)
		}
	}
}

// byShare sorts the levels by the share of a class (or the mean) and cuts the sequence.
func (s *scan) byShare(f *feature, codes []int, class int) {
	share := func(c int) float64 {
		v := s.of(c)
		if class < 0 {
			return v[1] / v[0]
		}
		return v[class] / rowsOf(s.g.t, v)
	}
	order := slices.Clone(codes)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(share(a), share(b)) })
	s.at = -1
	if s.ordered(order); s.at < 0 {
		return
	}
	s.best.side = sides(f.bins())
	for i, c := range order {
		s.best.side[c] = 0
		if i <= s.at {
			s.best.side[c] = 1
		}
	}
}

func (s *scan) exhaustive(f *feature, codes []int) {
	s.at = -1
	last := len(codes) - 1
	for set := uint(1); set < 1<<last; set++ { // the last level stays right
		clear(s.left)
		for rest := set; rest != 0; rest &= rest - 1 {
			for k, x := range s.of(codes[bits.TrailingZeros(rest)]) {
				s.left[k] += x
			}
		}
		s.try(int(set), false)
	}
	if s.at < 0 {
		return
	}
	s.best.side = sides(f.bins())
	for i, c := range codes {
		s.best.side[c] = int8(s.at >> i & 1)
	}
}

func sides(n int) []int8 {
	out := make([]int8, n)
	for i := range out {
		out[i] = -1
	}
	return out
}
