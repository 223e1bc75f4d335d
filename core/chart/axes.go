package chart

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// axis describes one axis. label writes a tick, nil is numbers as people write
// them; ticks nil lets the scale choose.
type axis struct {
	title  string
	lo, hi float64
	scale  scale
	label  func(float64) string
	ticks  []float64
	bare   bool // no labels, no line
}

// mapping is the data region of drawn axes, in dips (or pixels, see scaled).
type mapping struct {
	box
	x, y axis
}

func (m *mapping) px(v float64) float64 { return m.box.x + m.x.scale.Normalize(m.x.lo, m.x.hi, v)*m.w }
func (m *mapping) py(v float64) float64 {
	return m.bottom() - m.y.scale.Normalize(m.y.lo, m.y.hi, v)*m.h
}

func (m *mapping) data(px, py float64) (x, y float64, ok bool) {
	if px < m.box.x || px > m.right() || py < m.box.y || py > m.bottom() {
		return 0, 0, false
	}
	return m.x.scale.invert(m.x.lo, m.x.hi, (px-m.box.x)/m.w),
		m.y.scale.invert(m.y.lo, m.y.hi, (m.bottom()-py)/m.h), true
}

// scaled returns the mapping with its region multiplied by k.
func (m *mapping) scaled(k float64) *mapping {
	if m == nil {
		return nil
	}
	out := *m
	out.box = box{m.box.x * k, m.box.y * k, m.w * k, m.h * k}
	return &out
}

// plotterFunc lets a function draw between gonum's axes.
type plotterFunc func(draw.Canvas)

// Plot implements plot.Plotter.
func (f plotterFunc) Plot(c draw.Canvas, _ *plot.Plot) { f(c) }

// axes draws the axes in b with gonum and calls body for what is between them.
// The title of the vertical axis stands above it, level, for Chinese is hard to
// read sideways; that of the horizontal one below its right end.
func (p *pen) axes(b box, x, y axis, body func(m *mapping)) {
	small := style{size: sizeSmall, c: p.th.muted}
	if y.title != "" {
		p.text(b.x, b.y, p.fit(y.title, b.w, small), small)
		b = b.cut(0, small.size+8, 0, 0)
	}
	if x.title != "" {
		st := small
		st.h, st.v = 1, 1
		p.text(b.right(), b.bottom(), p.fit(x.title, b.w, small), st)
		b = b.cut(0, 0, 0, small.size+5)
	}
	if b.w < 10 || b.h < 10 {
		return
	}
	pl := plot.New()
	pl.BackgroundColor = nil
	pl.TextHandler, pl.Title.TextStyle.Handler = outlines{p}, outlines{p}
	pl.Legend.TextStyle.Handler = outlines{p}
	x.fill(p, &pl.X, b.w/75, p.th)
	y.fill(p, &pl.Y, b.h/55, p.th)
	pl.Add(plotterFunc(func(c draw.Canvas) {
		m := &mapping{box: p.boxOf(c.Rectangle), x: x, y: y}
		if !(m.w >= 2 && m.h >= 2) { // the labels left nothing
			return
		}
		p.area = m
		p.gridLines(m)
		body(m)
	}))
	pl.Draw(p.canvas(b))
}

// fill sets up gonum's axis with about n ticks. It completes a too: a keeps the
// ticks that are drawn.
func (a *axis) fill(p *pen, g *plot.Axis, n float64, th *theme) {
	if a.ticks == nil {
		want := int(max(3, min(9, n)))
		for more := range 4 { // one tick tells no scale
			if a.ticks = a.scale.ticks(a.lo, a.hi, want+2*more); len(a.ticks) > 1 {
				break
			}
		}
	}
	if a.label == nil {
		a.label = p.numbers(a.ticks)
	}
	dip := func(v float64) vg.Length { return vg.Length(v) * p.unit }
	g.Min, g.Max, g.Scale = a.lo, a.hi, a.scale
	g.Padding = 0
	g.Label.TextStyle.Handler = outlines{p}
	g.LineStyle = draw.LineStyle{Color: th.axis, Width: dip(1)}
	g.Tick.Label = text.Style{
		Color: th.muted, Font: font.Font{Size: dip(sizeSmall)}, XAlign: g.Tick.Label.XAlign,
		YAlign: g.Tick.Label.YAlign, Handler: outlines{p},
	}
	g.Tick.LineStyle = draw.LineStyle{Color: th.axis, Width: dip(1)}
	g.Tick.Length = dip(4)
	marks := make(plot.ConstantTicks, 0, len(a.ticks))
	for _, v := range a.ticks {
		marks = append(marks, plot.Tick{Value: v, Label: a.label(v)})
	}
	if a.bare {
		marks = nil
		g.Width = 0
	}
	g.Tick.Marker = marks
}

// numbers returns how to write the ticks: as many decimals as tell them apart, the
// same for all, and large ones as people say them.
func (p *pen) numbers(ticks []float64) func(float64) string {
	decimals := 0
	for _, v := range ticks {
		for decimals < 6 && math.Abs(v) < 1e4 {
			if r := math.Pow10(decimals); math.Abs(math.Round(v*r)/r-v) < 1e-9*max(1, math.Abs(v)) {
				break
			}
			decimals++
		}
	}
	seen := map[string]bool{}
	compact := func(v float64) string {
		if math.Abs(v) < 1e4 {
			return p.lc.Number(math.Round(v*1e9)/1e9+0, decimals) // + 0 turns −0 into 0
		}
		return p.lc.Compact(v)
	}
	for _, v := range ticks {
		s := compact(v)
		if seen[s] { // too close together for rounded numbers
			return func(v float64) string { return p.lc.Number(v+0, decimals) }
		}
		seen[s] = true
	}
	return compact
}

func (p *pen) gridLines(m *mapping) {
	for _, v := range m.x.ticks {
		if x := m.px(v); !m.x.bare && x > m.box.x+0.5 && x < m.right()+0.5 {
			p.line(p.crisp(x), m.box.y, p.crisp(x), m.bottom(), 1, p.th.grid)
		}
	}
	for _, v := range m.y.ticks {
		if y := m.py(v); !m.y.bare && y < m.bottom()-0.5 && y > m.box.y-0.5 {
			p.line(m.box.x, p.crisp(y), m.right(), p.crisp(y), 1, p.th.grid)
		}
	}
}

// crisp puts the middle of a line of one dip where its edges meet device pixels.
func (p *pen) crisp(v float64) float64 {
	if math.Mod(math.Round(p.k), 2) == 0 {
		return p.snap(v)
	}
	return (math.Floor(v*p.k) + 0.5) / p.k
}
