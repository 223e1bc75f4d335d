package chart

import (
	"math"
	"slices"
)

// histogram is a column in bins: edges rise, counts[bin][segment position].
type histogram struct {
	name   string
	edges  []float64
	counts [][]int
	totals []int
	n      int
	x      axis
}

func newHistogram(in *Input, o Options) (drawFunc, error) {
	name, _ := in.axisColumns(KindHistogram, o)
	values, groups, err := in.bySegment(name)
	if err != nil {
		return nil, err
	}
	s, _, _ := scaleFor(values)
	h := &histogram{name: name, n: len(values), edges: binEdges(values, s)}
	h.counts, h.totals = make([][]int, len(h.edges)-1), make([]int, len(h.edges)-1)
	for i := range h.counts {
		h.counts[i] = make([]int, len(groups))
	}
	for at, g := range groups {
		for _, v := range g {
			b := h.bin(v)
			h.counts[b][at]++
			h.totals[b]++
		}
	}
	h.x = axis{title: in.axisTitle(name), lo: h.edges[0], hi: h.edges[len(h.edges)-1], scale: s}
	return func(p *pen, b box) { in.drawHistogram(p, b, o, h) }, nil
}

func (h *histogram) bin(v float64) int {
	i, found := slices.BinarySearch(h.edges, v)
	if !found {
		i--
	}
	return min(max(i, 0), len(h.totals)-1)
}

// binEdges picks bins of equal width on the scale: one per value for few whole
// numbers, otherwise by the rule of Freedman and Diaconis (1981), 8 to 48 of them.
func binEdges(values []float64, s scale) []float64 {
	sorted := slices.Sorted(slices.Values(values))
	lo, hi := sorted[0], sorted[len(sorted)-1]
	whole := true
	for _, v := range sorted {
		whole = whole && v == math.Trunc(v)
	}
	if _, linear := s.(linearScale); linear && whole && hi-lo <= 30 {
		var out []float64
		for v := lo; v <= hi+1; v++ {
			out = append(out, v-0.5)
		}
		return out
	}
	if lo == hi {
		return []float64{lo - 0.5, lo + 0.5}
	}
	at := func(v float64) float64 { return s.Normalize(lo, hi, v) }
	iqr := at(quantile(sorted, 0.75)) - at(quantile(sorted, 0.25))
	bins := 24
	if iqr > 0 {
		bins = int(math.Round(math.Cbrt(float64(len(sorted))) / (2 * iqr)))
	}
	bins = min(48, max(8, bins))
	out := make([]float64, bins+1)
	for i := range out {
		out[i] = s.invert(lo, hi, float64(i)/float64(bins))
	}
	out[0], out[bins] = lo, hi
	if whole && hi-lo < 1e9 {
		out = halves(out)
	}
	return out
}

// halves moves edges between whole numbers and drops those that meet.
func halves(edges []float64) []float64 {
	out := []float64{edges[0] - 0.5}
	for _, e := range edges[1:] {
		if h := math.Floor(e) + 0.5; h > out[len(out)-1] {
			out = append(out, h)
		}
	}
	return out
}

func (in *Input) drawHistogram(p *pen, b box, o Options, h *histogram) {
	b = p.legend(b, in.entries(p, o))
	most := float64(slices.Max(h.totals))
	y := axis{title: p.lc.T("chart.histogram.y"), lo: 0, hi: most * 1.04, scale: linearScale{}}
	p.axes(b, h.x, y, func(m *mapping) {
		for i, total := range h.totals {
			x0, x1 := p.snap(m.px(h.edges[i])), p.snap(m.px(h.edges[i+1]))
			w := max(1, x1-x0-1)
			sum := 0
			for at := len(h.counts[i]) - 1; at >= 0; at-- {
				n := h.counts[i][at]
				if n == 0 {
					continue
				}
				top, bottom := m.py(float64(sum+n)), m.py(float64(sum))
				p.rect(box{x0, top, w, bottom - top}, in.color(p, o, at))
				sum += n
			}
			if total > 0 {
				p.hit(box{x0, m.box.y, x1 - x0, m.h}, h.selection(i), in.binLines(h, i)...)
			}
		}
	})
}

func (h *histogram) selection(i int) Selection {
	return Selection{Column: h.name, Low: h.edges[i], High: h.edges[i+1], Last: i == len(h.totals)-1}
}

func (in *Input) binLines(h *histogram, i int) []string {
	lc := in.locale()
	lo, hi := h.edges[i], h.edges[i+1]
	head := in.span(h.name, lo, hi)
	if lo != math.Trunc(lo) && hi != math.Trunc(hi) && math.Mod(lo, 0.5) == 0 && math.Mod(hi, 0.5) == 0 { // whole numbers
		head = in.value(h.name, lo+0.5)
		if hi-lo > 1 {
			head = in.span(h.name, lo+0.5, hi-0.5)
		}
	}
	out := []string{head, lc.T("chart.hover.customers", "n", h.totals[i], "share", lc.Percent(float64(h.totals[i])/float64(h.n)))}
	for at, n := range h.counts[i] {
		if n > 0 && len(out) < 8 {
			out = append(out, lc.T("chart.pair", "name", in.segmentName(at), "value", lc.Int(n)))
		}
	}
	return out
}
