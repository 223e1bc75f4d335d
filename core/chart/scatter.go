package chart

import (
	"image"
	"math"

	"gonum.org/v1/plot/vg"

	"qunxiang/core"
)

// scatterData is what a scatter needs: points with both values.
type scatterData struct {
	xs, ys   []float64
	rows     []int32
	segments []int32
	x, y     axis
}

func hasScatter(in *Input) bool { return hasSegments(in) && len(in.features()) >= 2 }

func newScatter(in *Input, o Options) (drawFunc, error) {
	xn, yn := in.axisColumns(KindScatter, o)
	xc, err := in.numeric(xn)
	if err != nil {
		return nil, err
	}
	yc, err := in.numeric(yn)
	if err != nil {
		return nil, err
	}
	d := &scatterData{}
	xs, rows := floats(xc)
	for i, row := range rows {
		y := yc.Float(int(row))
		if yc.Missing(int(row)) || !drawable(y) {
			continue
		}
		d.xs, d.ys = append(d.xs, xs[i]), append(d.ys, y)
		d.rows, d.segments = append(d.rows, row), append(d.segments, in.Seg.Label[row])
	}
	if len(d.xs) == 0 {
		return nil, &core.Error{
			Code: "chart_no_data", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"kind": KindScatter, "kinds": Kinds(*in)},
		}
	}
	d.x, d.y = in.axisOf(xn, d.xs), in.axisOf(yn, d.ys)
	return func(p *pen, b box) { in.drawScatter(p, b, o, d) }, nil
}

// axisOf makes the axis of a column from its values.
func (in *Input) axisOf(name string, values []float64) axis {
	s, lo, hi := scaleFor(values)
	return axis{title: in.axisTitle(name), lo: lo, hi: hi, scale: s}
}

func (in *Input) drawScatter(p *pen, b box, o Options, d *scatterData) {
	b = p.legend(b, in.entries(p, o))
	xn, yn := in.axisColumns(KindScatter, o)
	p.axes(b, d.x, d.y, func(m *mapping) {
		in.drawPoints(p, m, o, d, func(i int) []string {
			return []string{in.named(xn, d.xs[i]), in.named(yn, d.ys[i]), in.segmentName(int(d.segments[i]))}
		})
	})
}

// drawPoints draws a point per customer and lets it be hit; about says what a point
// is beside the customer's name.
func (in *Input) drawPoints(p *pen, m *mapping, o Options, d *scatterData, about func(i int) []string) {
	n := len(d.xs)
	px, py := make([]float32, n), make([]float32, n)
	mapAll(m.x, d.xs, px, m.box.x*p.k, m.w*p.k)
	mapAll(m.y, d.ys, py, m.bottom()*p.k, -m.h*p.k)
	r := radius(n)
	in.stamp(p, m, o, d, px, py, r)
	if p.hits == nil {
		return
	}
	p.hits.points = newPixelGrid(int(p.w*p.k), int(p.h*p.k), px, py, d.rows)
	p.hits.radius = max(6, r+3) * p.k
	p.hits.point = func(i int) Hit {
		return Hit{
			Lines:  append([]string{in.customer(int(d.rows[i]))}, about(i)...),
			Select: Selection{Rows: []int32{d.rows[i]}},
		}
	}
}

// mapAll puts values on a line from at, length long (negative: upwards), in pixels.
func mapAll(a axis, values []float64, out []float32, at, length float64) {
	if _, ok := a.scale.(linearScale); ok {
		k := length / (a.hi - a.lo)
		for i, v := range values {
			out[i] = float32(at + (v-a.lo)*k)
		}
		return
	}
	for i, v := range values {
		out[i] = float32(at + a.scale.Normalize(a.lo, a.hi, v)*length)
	}
}

// radius of the points in dips: smaller when there are many.
func radius(n int) float64 {
	switch {
	case n <= 300:
		return 4
	case n <= 3000:
		return 3
	case n <= 30000:
		return 2.2
	}
	return 1.6
}

// opacity of the points, 0…255: many points are let shine through each other.
func opacity(n int) uint32 {
	switch {
	case n <= 3000:
		return 215
	case n <= 30000:
		return 150
	}
	return 105
}

// fewPoints are drawn as shapes in SVG and PDF; more become a picture.
const fewPoints = 1500

// stamp draws the points: straight into the picture; on a vector canvas as shapes,
// or many of them as one bitmap layer of twice the resolution, which keeps a big
// SVG or PDF small.
func (in *Input) stamp(p *pen, m *mapping, o Options, d *scatterData, px, py []float32, r float64) {
	if pixels(p.c) == nil && len(px) <= fewPoints {
		for i := range px {
			at := int(d.segments[i])
			p.marker(float64(px[i])/p.k, float64(py[i])/p.k, r, in.Seg.Segments[at].ID, in.color(p, o, at))
		}
		return
	}
	colours := make([]sprite, len(in.Seg.Segments))
	scale, dst, dx, dy := p.k, pixels(p.c), 0.0, 0.0
	clip := image.Rect(int(m.box.x*p.k), int(m.box.y*p.k), int(math.Ceil(m.right()*p.k)), int(math.Ceil(m.bottom()*p.k)))
	direct := dst != nil
	const oversample = 2
	if !direct {
		scale *= oversample
		dx, dy = float64(clip.Min.X), float64(clip.Min.Y)
		clip = image.Rect(0, 0, clip.Dx()*oversample, clip.Dy()*oversample)
		dst = image.NewRGBA(clip)
	}
	alpha := opacity(len(px))
	for i := range colours {
		s := &in.Seg.Segments[i]
		colours[i] = newSprite(markerOf(s.ID), r*scale, in.color(p, o, i), alpha)
	}
	zoom := scale / p.k
	st := stamper{dst: dst, clip: clip.Intersect(dst.Bounds())}
	for pass := range 2 { // faded segments first, so that they lie below
		for i := range px {
			at := int(d.segments[i])
			if faded := o.Only != nil && !o.Only[at]; faded == (pass == 0) {
				st.stamp(&colours[at], (float64(px[i])-dx)*zoom, (float64(py[i])-dy)*zoom)
			}
		}
	}
	if !direct {
		b := box{dx / p.k, dy / p.k, float64(clip.Dx()) / scale, float64(clip.Dy()) / scale}
		p.c.DrawImage(vg.Rectangle{Min: p.at(b.x, b.bottom()), Max: p.at(b.right(), b.y)}, upright(p.c, dst))
	}
}

// customer names the customer in a row.
func (in *Input) customer(row int) string {
	if row < len(in.Seg.Customers) {
		if code := int(in.Seg.Customers[row]); code < in.Keys.Len() {
			return in.Keys.At(code)
		}
	}
	return in.locale().T("chart.hover.row", "n", row+1)
}
