package chart

import (
	"cmp"
	"math"
	"slices"

	"qunxiang/sdk/table"
)

// dataTable returns the method's table with the id, nil where it is not there or empty.
func (in *Input) dataTable(id string) *table.Table {
	if in.Seg == nil {
		return nil
	}
	t := in.Seg.DataTable(id)
	if t == nil || t.Rows == 0 {
		return nil
	}
	return t
}

// number returns the numeric column of a method's table, nil where there is none.
func number(t *table.Table, name string) *table.Column {
	if t == nil {
		return nil
	}
	c := t.Column(name)
	if c == nil || !c.Numeric() || c.Len() != t.Rows {
		return nil
	}
	return c
}

func hasSilhouette(in *Input) bool {
	return hasSegments(in) && slices.Contains(in.numericNames(), "silhouette")
}

// newSilhouette draws, for every cluster, the sorted silhouette widths of its
// customers. Source: Rousseeuw, J. Comput. Appl. Math. 20 (1987) 53–65.
func newSilhouette(in *Input, o Options) (drawFunc, error) {
	all, groups, err := in.bySegment("silhouette")
	if err != nil {
		return nil, err
	}
	mean := 0.0
	for _, v := range all {
		mean += v / float64(len(all))
	}
	for _, g := range groups {
		slices.SortFunc(g, func(a, b float64) int { return cmp.Compare(b, a) })
	}
	return func(p *pen, b box) { in.drawSilhouette(p, b, o, groups, mean) }, nil
}

func (in *Input) drawSilhouette(p *pen, b box, o Options, groups [][]float64, mean float64) {
	lo, total := 0.0, 0
	for _, g := range groups {
		if len(g) > 0 {
			lo, total = min(lo, g[len(g)-1]), total+len(g)
		}
	}
	names := in.segmentRows(func(at int) bool { return len(groups[at]) > 0 })
	x := axis{title: p.lc.T("chart.silhouette.x", "mean", p.lc.Number(mean, 2)), lo: max(-1, lo-0.02), hi: 1, scale: linearScale{}}
	p.rows(in, o, b, names, x, func(m *mapping, i int, y, h float64) {
		at := names[i].at
		g := groups[at]
		half := h * 0.42
		pts := [][2]float64{{m.px(0), y - half}}
		steps := min(len(g), int(2*half*p.k)+2)
		for s := range steps {
			v := quantile(g, float64(s)/float64(max(1, steps-1)))
			pts = append(pts, [2]float64{m.px(v), y - half + 2*half*float64(s)/float64(max(1, steps-1))})
		}
		pts = append(pts, [2]float64{m.px(0), y + half})
		p.fill(in.color(p, o, at), p.polygonPath(pts))
		own := 0.0
		for _, v := range g {
			own += v / float64(len(g))
		}
		p.hit(box{b.x, y - h/2, b.w, h}, Selection{Segments: []int{at}}, append(in.segmentLines(at),
			p.lc.T("chart.hover.silhouette", "v", p.lc.Number(own, 2)))...)
		if i == len(names)-1 {
			for d := m.box.y; d < m.bottom(); d += 7 {
				p.line(m.px(mean), d, m.px(mean), min(m.bottom(), d+4), 1.5, p.th.text)
			}
		}
	})
}

func hasImportance(in *Input) bool {
	t := in.dataTable("importance")
	return number(t, "mean") != nil && textColumn(t, "feature") != nil
}

func textColumn(t *table.Table, name string) *table.Column {
	if t == nil {
		return nil
	}
	c := t.Column(name)
	if c == nil || c.Len() != t.Rows || c.Kind != table.Category && c.Kind != table.String {
		return nil
	}
	return c
}

// importance is one feature's importance with its interval.
type importance struct {
	name            string
	mean, low, high float64
}

func newImportance(in *Input, o Options) (drawFunc, error) {
	t := in.dataTable("importance")
	names, mean, low, high := textColumn(t, "feature"), number(t, "mean"), number(t, "low"), number(t, "high")
	var all []importance
	for i := range t.Rows {
		if names.Missing(i) || mean.Missing(i) || !drawable(mean.Float(i)) {
			continue
		}
		f := importance{name: names.Text(i), mean: mean.Float(i)}
		f.low, f.high = f.mean, f.mean
		if low != nil && high != nil && !low.Missing(i) && !high.Missing(i) && drawable(low.Float(i)) && drawable(high.Float(i)) {
			f.low, f.high = low.Float(i), high.Float(i)
		}
		all = append(all, f)
	}
	slices.SortStableFunc(all, func(a, b importance) int { return cmp.Compare(b.mean, a.mean) })
	return func(p *pen, b box) { in.drawImportance(p, b, o, all) }, nil
}

func (in *Input) drawImportance(p *pen, b box, o Options, all []importance) {
	all = all[:min(len(all), max(3, int(b.h/18)))]
	lo, hi := 0.0, 0.0
	names := make([]rowName, len(all))
	for i, f := range all {
		lo, hi = min(lo, f.low), max(hi, f.high)
		names[i] = rowName{text: in.columnTitle(f.name)}
	}
	if hi <= lo {
		hi = lo + 1
	}
	x := axis{title: p.lc.T("chart.importance.x"), lo: lo * 1.1, hi: hi + (hi-lo)*0.05, scale: linearScale{}}
	p.rows(in, o, b, names, x, func(m *mapping, i int, y, h float64) {
		f, half := all[i], min(12, h*0.32)
		c := SegmentColor(3, in.Dark)
		x0, x1 := min(m.px(0), m.px(f.mean)), max(m.px(0), m.px(f.mean))
		p.round(box{x0, y - half, max(2, x1-x0), 2 * half}, 2, c)
		if f.high > f.low {
			p.line(m.px(f.low), y, m.px(f.high), y, 1.6, p.th.text)
			for _, v := range []float64{f.low, f.high} {
				p.line(m.px(v), y-half*0.45, m.px(v), y+half*0.45, 1.6, p.th.text)
			}
		}
		p.hit(box{b.x, y - h/2, b.w, h}, Selection{Column: f.name, Low: math.Inf(-1), High: math.Inf(1)}, names[i].text,
			p.lc.T("chart.hover.importance", "mean", p.lc.Number(f.mean, -1), "low", p.lc.Number(f.low, -1), "high", p.lc.Number(f.high, -1)))
	})
}
