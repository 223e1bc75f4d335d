package chart

import (
	"math"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// outlines is gonum's text handler over our own glyphs, for axes that gonum draws.
// gonum's global handler and font cache stay untouched.
type outlines struct{ p *pen }

var _ text.Handler = outlines{}

// The box of a line, in em. The values centre digits on a tick, given how gonum's
// axis shifts its labels by ascent and descent.
const (
	ascent  = 0.95
	descent = 0.12
)

// Cache implements text.Handler; no font of gonum's cache is ever looked up.
func (outlines) Cache() *font.Cache { return font.DefaultCache }

// Extents implements text.Handler.
func (outlines) Extents(f font.Font) font.Extents {
	return font.Extents{Ascent: ascent * f.Size, Descent: descent * f.Size, Height: (ascent + descent) * f.Size}
}

// Lines implements text.Handler.
func (outlines) Lines(s string) []string { return strings.Split(strings.TrimRight(s, "\n"), "\n") }

// Box implements text.Handler.
func (outlines) Box(s string, f font.Font) (width, height, depth vg.Length) {
	return vg.Length(face(isBold(f)).width(s)) * f.Size, ascent * f.Size, descent * f.Size
}

// Draw implements text.Handler.
func (o outlines) Draw(c vg.Canvas, s string, style text.Style, pt vg.Point) {
	c.SetColor(style.Color)
	if style.Rotation != 0 {
		c.Push()
		c.Rotate(style.Rotation)
		defer c.Pop()
	}
	sin, cos := math.Sincos(style.Rotation)
	pt.X, pt.Y = pt.Y*vg.Length(sin)+pt.X*vg.Length(cos), pt.Y*vg.Length(cos)-pt.X*vg.Length(sin)
	t, size := face(isBold(style.Font)), style.Font.Size
	lines := o.Lines(s)
	pt.Y += style.Height(s)*vg.Length(style.YAlign) - ascent*size
	for i, line := range lines {
		x := pt.X + vg.Length(style.XAlign)*vg.Length(t.width(line))*size
		y := pt.Y + vg.Length(len(lines)-i)*size
		if o.p != nil && o.p.seen != nil {
			o.p.seen(line, o.p.boxOf(vg.Rectangle{Min: vg.Point{X: x, Y: y}, Max: vg.Point{X: x + vg.Length(t.width(line))*size, Y: y + capHeight*size}}))
		}
		t.fill(c, line, x, y, size)
	}
}

func isBold(f font.Font) bool { return f.Weight >= xfont.WeightSemiBold }
