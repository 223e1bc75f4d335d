package chart

import (
	"image"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"

	"qunxiang/core"
)

// Figure is a chart ready to be drawn at any size. It is immutable and safe for
// concurrent use.
type Figure struct {
	kind string
	in   Input
	o    Options
	draw drawFunc
}

// Kind returns the figure's kind.
func (f *Figure) Kind() string { return f.kind }

// Frame is one drawing in pixels.
type Frame struct {
	Image *image.RGBA
	Hits  *Hits
	axes  *mapping // in pixels; nil without axes
}

// The limits of a drawing, in device pixels a side: below, nothing is legible;
// above, a picture does not fit in memory.
const (
	minSide = 40
	maxSide = 16384
)

// Render draws the figure w×h device pixels large; scale is device pixels per
// device-independent pixel, which sets the size of text (1 on a common screen, 2
// on a dense one). It returns core.Error chart_size for a size that is out of range.
func (f *Figure) Render(w, h int, scale float64) (*Frame, error) {
	if w < minSide || h < minSide || w > maxSide || h > maxSide || !(scale > 0.1 && scale < 20) {
		return nil, &core.Error{
			Code: "chart_size", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"width": w, "height": h, "min": minSide, "max": maxSide},
		}
	}
	th := f.theme()
	c := vgimg.NewWith(
		vgimg.UseWH(vg.Length(w)*px, vg.Length(h)*px),
		vgimg.UseDPI(96), vgimg.UseBackgroundColor(th.background))
	p := f.pen(c, float64(w), float64(h), scale)
	p.hits = &Hits{}
	f.paint(p)
	img, ok := c.Image().(*image.RGBA)
	if !ok {
		return nil, &core.Error{Code: core.CodeInternal, Origin: core.OriginApp, Op: "chart"}
	}
	return &Frame{Image: img, Hits: p.hits, axes: p.area.scaled(scale)}, nil
}

// pen makes a pen for a canvas of w×h pixels.
func (f *Figure) pen(c vg.Canvas, w, h, scale float64) *pen {
	return &pen{c: c, w: w / scale, h: h / scale, unit: px * vg.Length(scale), k: scale, th: f.theme(), lc: f.in.locale()}
}

func (f *Figure) theme() *theme {
	th := newTheme(f.in.Dark)
	if f.o.Background != nil {
		th.background = *f.o.Background
	}
	return th
}

// paint draws title, subtitle and body.
func (f *Figure) paint(p *pen) {
	m := 16.0
	if p.w < 480 || p.h < 320 {
		m = 10
	}
	b := box{0, 0, p.w, p.h}.inset(m)
	title := style{size: sizeTitle, bold: true, c: p.th.text}
	if p.w < 480 {
		title.size = 14
	}
	p.text(b.x, b.y, p.fit(f.Title(), b.w, title), title)
	b = b.cut(0, title.size+6, 0, 0)
	if p.h >= 280 {
		sub := style{size: sizeSmall, c: p.th.muted}
		p.text(b.x, b.y, p.fit(f.subtitle(), b.w, sub), sub)
		b = b.cut(0, sub.size+5, 0, 0)
	}
	f.draw(p, b.cut(0, 8, 0, 0))
}

// Title returns the figure's title in its language.
func (f *Figure) Title() string {
	if f.o.Title != "" {
		return f.o.Title
	}
	lc := f.in.locale()
	key := "chart.title." + f.kind
	for _, by := range []string{"money", "customers", "cumulative"} {
		if f.o.By == by && lc.Has(key+"_"+by) {
			key += "_" + by
			break
		}
	}
	x, y := f.in.axisColumns(f.kind, f.o)
	if by := f.in.groupedBy(); f.kind == KindCrosstab && by != "" {
		key, y = key+"_by", by
	}
	return lc.T(key, "x", f.in.columnTitle(x), "y", f.in.columnTitle(y))
}

func (f *Figure) subtitle() string {
	lc, s := f.in.locale(), f.in.Seg
	parts := make([]string, 0, 3)
	if s.AsOf != core.NoDate {
		parts = append(parts, lc.T("chart.subtitle.as_of", "date", s.AsOf))
	}
	parts = append(parts, lc.T("chart.subtitle.customers", "n", f.in.customers()))
	if total := f.in.money(); total != 0 {
		parts = append(parts, lc.CompactMoney(total, f.in.Currency))
	}
	return strings.Join(parts, " · ")
}

func (in *Input) customers() int {
	n := 0
	if len(in.Seg.Segments) == 0 { // an analysis of all customers
		return len(in.Seg.Customers)
	}
	for i := range in.Seg.Segments {
		n += in.Seg.Segments[i].Size
	}
	return n
}

func (in *Input) money() float64 {
	m := 0.0
	for i := range in.Seg.Segments {
		m += in.Seg.Segments[i].Amount
	}
	return m
}

// Data converts a pixel of the frame to data values, and reports whether the
// figure has axes and the pixel lies between them.
func (fr *Frame) Data(px, py float64) (x, y float64, ok bool) {
	if fr.axes == nil {
		return 0, 0, false
	}
	return fr.axes.data(px, py)
}

// Near is Data for the nearest point between the axes, for a pointer that has left them.
func (fr *Frame) Near(px, py float64) (x, y float64, ok bool) {
	if fr.axes == nil {
		return 0, 0, false
	}
	b := fr.axes.box
	return fr.axes.data(min(max(px, b.x), b.right()), min(max(py, b.y), b.bottom()))
}

// Pixel converts data values to a pixel of the frame; ok is false without axes.
func (fr *Frame) Pixel(x, y float64) (px, py float64, ok bool) {
	if fr.axes == nil {
		return 0, 0, false
	}
	px, py = fr.axes.px(x), fr.axes.py(y)
	return px, py, !math.IsNaN(px) && !math.IsNaN(py)
}
