package chart

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"qunxiang/i18n"
)

// pen draws in device-independent pixels, origin at the top left, y down. It is
// used by one goroutine. Colours are opaque: PDF writers disagree on transparency.
type pen struct {
	c    vg.Canvas
	w, h float64   // size in dips
	unit vg.Length // length of a dip on the canvas
	k    float64   // device pixels per dip (hit areas are in device pixels)
	th   *theme
	lc   i18n.Locale
	hits *Hits
	area *mapping              // of the last axes drawn, nil without axes
	seen func(s string, b box) // for tests: told of every piece of text; nil = nobody asks
}

// box is a rectangle in dips.
type box struct{ x, y, w, h float64 }

func (b box) right() float64  { return b.x + b.w }
func (b box) bottom() float64 { return b.y + b.h }

// inset shrinks b by d on every side.
func (b box) inset(d float64) box {
	return box{b.x + d, b.y + d, max(0, b.w-2*d), max(0, b.h-2*d)}
}

// cut takes d off each side in turn: left, top, right, bottom.
func (b box) cut(left, top, right, bottom float64) box {
	return box{b.x + left, b.y + top, max(0, b.w-left-right), max(0, b.h-top-bottom)}
}

func (p *pen) at(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x) * p.unit, Y: vg.Length(p.h-y) * p.unit}
}

// canvas returns gonum's view of b.
func (p *pen) canvas(b box) draw.Canvas {
	return draw.Canvas{Canvas: p.c, Rectangle: vg.Rectangle{Min: p.at(b.x, b.bottom()), Max: p.at(b.right(), b.y)}}
}

// boxOf is the inverse of canvas.
func (p *pen) boxOf(r vg.Rectangle) box {
	return box{
		x: float64(r.Min.X / p.unit), y: p.h - float64(r.Max.Y/p.unit),
		w: float64((r.Max.X - r.Min.X) / p.unit), h: float64((r.Max.Y - r.Min.Y) / p.unit),
	}
}

func (p *pen) fill(c color.Color, path vg.Path) {
	p.c.SetColor(c)
	p.c.Fill(path)
}

func (p *pen) rect(b box, c color.Color) {
	if b.w > 0 && b.h > 0 {
		p.fill(c, p.polygonPath([][2]float64{{b.x, b.y}, {b.right(), b.y}, {b.right(), b.bottom()}, {b.x, b.bottom()}}))
	}
}

// snap moves an edge to a whole device pixel, so that straight edges are crisp.
func (p *pen) snap(v float64) float64 { return math.Round(v*p.k) / p.k }

func (p *pen) snapped(b box) box {
	x, y := p.snap(b.x), p.snap(b.y)
	return box{x, y, p.snap(b.right()) - x, p.snap(b.bottom()) - y}
}

func (p *pen) polygonPath(pts [][2]float64) vg.Path {
	var path vg.Path
	for i, q := range pts {
		if i == 0 {
			path.Move(p.at(q[0], q[1]))
			continue
		}
		path.Line(p.at(q[0], q[1]))
	}
	path.Close()
	return path
}

// round fills a rectangle with rounded corners. Corners are Bézier arcs, because
// gonum's PDF canvas closes circular arcs wrongly.
func (p *pen) round(b box, r float64, c color.Color) {
	if b.w <= 0 || b.h <= 0 {
		return
	}
	p.fill(c, p.roundPath(b, r))
}

// kappa is the control distance of a cubic that approximates a quarter circle.
const kappa = 0.5522847498

func (p *pen) roundPath(b box, r float64) vg.Path {
	r = min(r, b.w/2, b.h/2)
	k := r * (1 - kappa)
	x0, y0, x1, y1 := b.x, b.y, b.right(), b.bottom()
	var q vg.Path
	q.Move(p.at(x0+r, y0))
	q.Line(p.at(x1-r, y0))
	q.CubeTo(p.at(x1-k, y0), p.at(x1, y0+k), p.at(x1, y0+r))
	q.Line(p.at(x1, y1-r))
	q.CubeTo(p.at(x1, y1-k), p.at(x1-k, y1), p.at(x1-r, y1))
	q.Line(p.at(x0+r, y1))
	q.CubeTo(p.at(x0+k, y1), p.at(x0, y1-k), p.at(x0, y1-r))
	q.Line(p.at(x0, y0+r))
	q.CubeTo(p.at(x0, y0+k), p.at(x0+k, y0), p.at(x0+r, y0))
	q.Close()
	return q
}

func (p *pen) stroke(path vg.Path, width float64, c color.Color) {
	p.c.SetColor(c)
	p.c.SetLineWidth(vg.Length(width) * p.unit)
	p.c.Stroke(path)
}

func (p *pen) line(x0, y0, x1, y1, width float64, c color.Color) {
	var q vg.Path
	q.Move(p.at(x0, y0))
	q.Line(p.at(x1, y1))
	p.stroke(q, width, c)
}

// polyline joins the points.
func (p *pen) polyline(pts [][2]float64, width float64, c color.Color) {
	var q vg.Path
	for i, v := range pts {
		if i == 0 {
			q.Move(p.at(v[0], v[1]))
		} else {
			q.Line(p.at(v[0], v[1]))
		}
	}
	if len(pts) > 1 {
		p.stroke(q, width, c)
	}
}

func (p *pen) dot(x, y, r float64, c color.Color) {
	p.fill(c, p.roundPath(box{x - r, y - r, 2 * r, 2 * r}, r))
}
