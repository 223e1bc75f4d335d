package chart

import (
	"slices"

	"qunxiang/core"
)

// fiveNumbers sums up a column in one segment: 5 %, 25 %, 50 %, 75 %, 95 %.
type fiveNumbers struct {
	q [5]float64
	n int
}

var boxQuantiles = [...]float64{0.05, 0.25, 0.5, 0.75, 0.95}

func hasFeature(in *Input) bool { return hasSegments(in) && len(in.features()) >= 1 }

func newBox(in *Input, o Options) (drawFunc, error) {
	name, _ := in.axisColumns(KindBox, o)
	values, groups, err := in.bySegment(name)
	if err != nil {
		return nil, err
	}
	boxes := make([]fiveNumbers, len(groups))
	var ends []float64
	for i, g := range groups {
		if len(g) == 0 {
			continue
		}
		slices.Sort(g)
		for k, q := range boxQuantiles {
			boxes[i].q[k] = quantile(g, q)
		}
		boxes[i].n = len(g)
		ends = append(ends, boxes[i].q[:]...)
	}
	s, _, _ := scaleFor(values)
	lo, hi := slices.Min(ends), slices.Max(ends)
	if lo == hi {
		lo, hi = lo-1, hi+1
	}
	const pad = 0.04
	x := axis{title: in.axisTitle(name), lo: s.invert(lo, hi, -pad), hi: s.invert(lo, hi, 1+pad), scale: s}
	return func(p *pen, b box) { in.drawBox(p, b, o, name, boxes, x) }, nil
}

// bySegment returns the finite values of a column, all and by segment position.
func (in *Input) bySegment(name string) (all []float64, groups [][]float64, err error) {
	c, err := in.numeric(name)
	if err != nil {
		return nil, nil, err
	}
	all, rows := floats(c)
	if len(all) == 0 {
		return nil, nil, &core.Error{
			Code: "chart_column", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"name": name, "columns": in.numericNames()},
		}
	}
	groups = make([][]float64, len(in.Seg.Segments))
	for i, row := range rows {
		if l := in.Seg.Label[row]; l >= 0 && int(l) < len(groups) {
			groups[l] = append(groups[l], all[i])
		}
	}
	return all, groups, nil
}

func (in *Input) drawBox(p *pen, b box, o Options, name string, boxes []fiveNumbers, x axis) {
	names := in.segmentRows(func(at int) bool { return boxes[at].n > 0 })
	if b.h > 180 {
		st := style{size: sizeSmall, c: p.th.muted}
		p.text(b.x, b.y, p.fit(p.lc.T("chart.box.note"), b.w, st), st)
		b = b.cut(0, st.size+8, 0, 0)
	}
	p.rows(in, o, b, names, x, func(m *mapping, i int, y, h float64) {
		at := names[i].at
		f, c := boxes[at], in.color(p, o, at)
		half := min(13, h*0.3)
		line := mix(c, p.th.text, 0.35)
		p.line(m.px(f.q[0]), y, m.px(f.q[4]), y, 1.5, line)
		for _, k := range []int{0, 4} {
			p.line(m.px(f.q[k]), y-half*0.5, m.px(f.q[k]), y+half*0.5, 1.5, line)
		}
		p.round(box{m.px(f.q[1]), y - half, max(2, m.px(f.q[3])-m.px(f.q[1])), 2 * half}, 3, c)
		strong, _ := ink(c)
		p.line(m.px(f.q[2]), y-half, m.px(f.q[2]), y+half, 2, strong)
		p.hit(box{b.x, y - h/2, b.w, h}, Selection{Segments: []int{at}}, in.boxLines(at, name, f)...)
	})
}

func (in *Input) boxLines(at int, name string, f fiveNumbers) []string {
	lc := in.locale()
	return []string{
		in.segmentName(at), in.columnTitle(name),
		lc.T("chart.hover.median", "v", in.value(name, f.q[2])),
		lc.T("chart.hover.middle", "range", in.span(name, f.q[1], f.q[3])),
		lc.T("chart.hover.most", "range", in.span(name, f.q[0], f.q[4])),
	}
}
