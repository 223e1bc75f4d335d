package widget

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// Surface is the ground of a card: a fill, a thin line around it and round corners.
//
// A rounded rectangle is computed at every one of its pixels, which without a graphics
// card takes three quarters of the time of a frame where cards fill a window. So only
// strips with the corners are rounded rectangles; between them lies a plain one with plain
// lines at its sides.
type Surface struct {
	widget.BaseWidget
	Fill, Line color.Color // opaque; color.Transparent = none
	radius     float32
}

// newSurface makes a ground in the colour of a name with a thin line.
func newSurface(fill fyne.ThemeColorName, radius float32) *Surface {
	s := &Surface{Fill: theme.Color(fill), Line: theme.Color(theme.ColorLine), radius: radius}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *Surface) CreateRenderer() fyne.WidgetRenderer {
	r := &surfaceRenderer{s: s}
	for i := range r.parts {
		r.parts[i] = canvas.NewRectangle(color.Transparent)
		r.os = append(r.os, r.parts[i])
	}
	r.paint()
	return r
}

// The parts of a surface, in the order in which they are drawn.
const (
	partTop = iota
	partBottom
	partMiddle
	partLeft
	partRight
	partCount
)

type surfaceRenderer struct {
	s     *Surface
	parts [partCount]*canvas.Rectangle
	os    []fyne.CanvasObject
}

// lineWidth is that of the line around a surface.
const lineWidth float32 = 1

// over is how far the middle reaches over the strips, so that neither a gap nor a strip's
// own line shows where positions and sizes are rounded to pixels.
const over float32 = 3

// whole reports whether the surface is drawn as one rounded rectangle: a small one, or
// one that lets its ground through, where parts on parts would show.
func (r *surfaceRenderer) whole(size fyne.Size) bool {
	opaque := func(c color.Color) bool {
		_, _, _, a := c.RGBA()
		return a == 0xffff
	}
	return size.Height < 4*(r.s.radius+over) || size.Width < 4*r.s.radius || !opaque(r.s.Fill) || !opaque(r.s.Line)
}

func (r *surfaceRenderer) Layout(size fyne.Size) {
	// Positions and sizes are rounded to pixels one by one: parts of a broken size end up a
	// pixel apart.
	size = fyne.NewSize(floor(size.Width), floor(size.Height))
	top, rad := r.parts[partTop], r.s.radius
	top.Move(fyne.NewPos(0, 0))
	if r.whole(size) {
		top.Resize(size)
		top.CornerRadius, top.TopLeftCornerRadius, top.TopRightCornerRadius = rad, 0, 0
		for _, p := range r.parts[partBottom:] {
			p.Hide()
		}
		return
	}
	strip, bottom := rad+2*over, r.parts[partBottom]
	top.CornerRadius, top.TopLeftCornerRadius, top.TopRightCornerRadius = 0, rad, rad
	bottom.BottomLeftCornerRadius, bottom.BottomRightCornerRadius = rad, rad
	top.Resize(fyne.NewSize(size.Width, strip))
	bottom.Move(fyne.NewPos(0, size.Height-strip))
	bottom.Resize(fyne.NewSize(size.Width, strip))
	from, high := rad+over, size.Height-2*(rad+over)
	r.parts[partMiddle].Move(fyne.NewPos(lineWidth, from))
	r.parts[partMiddle].Resize(fyne.NewSize(size.Width-2*lineWidth, high))
	r.parts[partLeft].Move(fyne.NewPos(0, from))
	r.parts[partLeft].Resize(fyne.NewSize(lineWidth, high))
	r.parts[partRight].Move(fyne.NewPos(size.Width-lineWidth, from))
	r.parts[partRight].Resize(fyne.NewSize(lineWidth, high))
	for _, p := range r.parts[partBottom:] {
		p.Show()
	}
}

func floor(x float32) float32 { return float32(math.Floor(float64(x))) }

// paint gives the parts their colours.
func (r *surfaceRenderer) paint() {
	for _, p := range r.parts[:partMiddle] {
		p.FillColor, p.StrokeColor, p.StrokeWidth = r.s.Fill, r.s.Line, lineWidth
		if r.s.Line == color.Transparent {
			p.StrokeWidth = 0 // a transparent stroke still darkens the edge
		}
	}
	r.parts[partMiddle].FillColor = r.s.Fill
	r.parts[partLeft].FillColor, r.parts[partRight].FillColor = r.s.Line, r.s.Line
}

func (r *surfaceRenderer) Refresh() {
	r.paint()
	r.Layout(r.s.Size())
	canvas.Refresh(r.s)
}

func (r *surfaceRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *surfaceRenderer) Destroy()                     {}
func (r *surfaceRenderer) Objects() []fyne.CanvasObject { return r.os }
