package chart

import (
	"math"
	"slices"
	"strings"

	"qunxiang/core"
)

// snake holds the standardised mean of every feature in every segment.
type snake struct {
	names []string
	z     [][]float64 // by feature, by segment position; NaN = nobody
	mean  [][]float64 // in original units
}

// maxSnake is the number of features that stand side by side.
const maxSnake = 12

func hasSnake(in *Input) bool { return hasSegments(in) && len(in.snakeNames()) >= 2 }

// snakeNames are the features of the run that vary.
func (in *Input) snakeNames() []string {
	var out []string
	for _, n := range in.Seg.Features {
		if slices.Contains(in.numericNames(), n) && len(out) < maxSnake {
			out = append(out, n)
		}
	}
	return out
}

func newSnake(in *Input, _ Options) (drawFunc, error) {
	s := &snake{}
	for _, name := range in.snakeNames() {
		all, groups, err := in.bySegment(name)
		if err != nil {
			return nil, err
		}
		z, mean := standardised(all, groups)
		if z != nil {
			s.names, s.z, s.mean = append(s.names, name), append(s.z, z), append(s.mean, mean)
		}
	}
	if len(s.names) < 2 {
		return nil, &core.Error{
			Code: "chart_no_data", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"kind": KindSnake, "kinds": []string{KindSizes, KindTreemap}},
		}
	}
	return func(p *pen, b box) { in.drawSnake(p, b, s) }, nil
}

// standardised returns (mean of the segment − mean of all) / standard deviation of
// all (population), on the logarithmic scale where scaleFor picks one; nil for a
// constant column. mean is in original units.
func standardised(all []float64, groups [][]float64) (z, mean []float64) {
	f := func(v float64) float64 { return v }
	if sc, ok := any(scaleOf(all)).(signedLog); ok {
		f = sc.f
	}
	var m, m2, n float64
	for _, v := range all {
		n++
		d := f(v) - m
		m += d / n
		m2 += d * (f(v) - m)
	}
	sd := math.Sqrt(m2 / n)
	if !(sd > 0) {
		return nil, nil
	}
	z, mean = make([]float64, len(groups)), make([]float64, len(groups))
	for i, g := range groups {
		var s, raw float64
		for _, v := range g {
			s, raw = s+f(v), raw+v
		}
		k := float64(len(g))
		z[i], mean[i] = (s/k-m)/sd, raw/k // 0/0 = NaN for nobody
	}
	return z, mean
}

func scaleOf(values []float64) scale {
	s, _, _ := scaleFor(values)
	return s
}

func (in *Input) drawSnake(p *pen, b box, s *snake) {
	o := Options{}
	b = p.legend(b, in.entries(p, o))
	lo, hi := -0.5, 0.5
	for _, row := range s.z {
		for _, v := range row {
			if !math.IsNaN(v) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	pad := (hi - lo) * 0.06
	k := len(s.names)
	ticks := make([]float64, k)
	for i := range ticks {
		ticks[i] = float64(i)
	}
	room := b.w / float64(k) * 0.94
	small := style{size: sizeSmall}
	x := axis{lo: -0.4, hi: float64(k) - 0.6, scale: linearScale{}, ticks: ticks, label: func(v float64) string {
		return strings.Join(p.wrap(in.columnTitle(s.names[min(k-1, max(0, int(v+0.5)))]), room, 2, small), "\n")
	}}
	y := axis{title: p.lc.T("chart.snake.y"), lo: lo - pad, hi: hi + pad, scale: linearScale{}}
	p.axes(b, x, y, func(m *mapping) {
		p.line(m.box.x, p.crisp(m.py(0)), m.right(), p.crisp(m.py(0)), 1, p.th.axis)
		for at := range in.Seg.Segments {
			if in.Seg.Segments[at].Size > 0 {
				in.snakeLine(p, m, s, at)
			}
		}
	})
}

func (in *Input) snakeLine(p *pen, m *mapping, s *snake, at int) {
	var pts [][2]float64
	var which []int
	for i := range s.names {
		if v := s.z[i][at]; !math.IsNaN(v) {
			pts, which = append(pts, [2]float64{m.px(float64(i)), m.py(v)}), append(which, i)
		}
	}
	c := SegmentColor(in.Seg.Segments[at].ID, in.Dark)
	p.polyline(pts, 2, c)
	for i, q := range pts {
		f := which[i]
		p.marker(q[0], q[1], 5.5, in.Seg.Segments[at].ID, p.th.background)
		p.marker(q[0], q[1], 4.3, in.Seg.Segments[at].ID, c)
		p.hit(box{q[0] - 8, q[1] - 8, 16, 16}, Selection{Segments: []int{at}}, in.segmentName(at),
			p.lc.T("chart.hover.mean_of", "name", in.columnTitle(s.names[f]), "value", in.value(s.names[f], s.mean[f][at])),
			p.lc.T("chart.hover.z", "z", p.lc.Number(s.z[f][at], 2)))
	}
}
