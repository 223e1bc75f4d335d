package chart

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
)

// sprite is a marker drawn once, to be stamped many times: n×n coverage values.
type sprite struct {
	n     int
	alpha []uint32 // 0…255
	c     [3]uint32
}

// newSprite draws a marker of radius r pixels with its edges smoothed.
func newSprite(shape int, r float64, c color.RGBA, opacity uint32) sprite {
	n := 2*int(math.Ceil(r*1.45)) + 1
	s := sprite{n: n, alpha: make([]uint32, n*n), c: [3]uint32{uint32(c.R), uint32(c.G), uint32(c.B)}}
	pts := markerPolygon(shape, r)
	const sub = 4 // samples a side of a pixel
	for j := range n {
		for i := range n {
			hit := uint32(0)
			for k := range sub * sub {
				x := float64(i-n/2) + (float64(k%sub)+0.5)/sub - 0.5
				y := float64(j-n/2) + (float64(k/sub)+0.5)/sub - 0.5
				if pts == nil && x*x+y*y <= r*r || pts != nil && inside(pts, x, y) {
					hit++
				}
			}
			s.alpha[j*n+i] = hit * opacity / (sub * sub)
		}
	}
	return s
}

// inside is the even-odd rule.
func inside(pts [][2]float64, x, y float64) bool {
	in := false
	for i, j := 0, len(pts)-1; i < len(pts); j, i = i, i+1 {
		a, b := pts[i], pts[j]
		if (a[1] > y) != (b[1] > y) && x < (b[0]-a[0])*(y-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

// stamper stamps sprites into a picture, within clip.
type stamper struct {
	dst  *image.RGBA
	clip image.Rectangle
}

// stamp puts s with its centre at pixel (x, y). A sprite that the clip cuts is
// stamped in part.
func (t *stamper) stamp(s *sprite, x, y float64) {
	x0, y0 := int(math.Floor(x))-s.n/2, int(math.Floor(y))-s.n/2
	i0, i1 := max(0, t.clip.Min.X-x0), min(s.n, t.clip.Max.X-x0)
	j0, j1 := max(0, t.clip.Min.Y-y0), min(s.n, t.clip.Max.Y-y0)
	if i0 >= i1 {
		return
	}
	r, g, b := s.c[0], s.c[1], s.c[2]
	for j := j0; j < j1; j++ {
		o := t.dst.PixOffset(x0+i0, y0+j)
		row := t.dst.Pix[o : o+4*(i1-i0) : o+4*(i1-i0)]
		for q, a := range s.alpha[j*s.n+i0 : j*s.n+i1] {
			if a == 0 {
				continue
			}
			rest := 255 - a
			d := row[q*4 : q*4+4 : q*4+4]
			d[0] = uint8((r*a + uint32(d[0])*rest + 127) / 255)
			d[1] = uint8((g*a + uint32(d[1])*rest + 127) / 255)
			d[2] = uint8((b*a + uint32(d[2])*rest + 127) / 255)
			d[3] = uint8((255*a + uint32(d[3])*rest + 127) / 255)
		}
	}
}

// backend returns the canvas that draws in the end: gonum nests draw.Canvas values.
func backend(c vg.Canvas) vg.Canvas {
	for {
		d, ok := c.(draw.Canvas)
		if !ok {
			return c
		}
		c = d.Canvas
	}
}

// pixels returns the picture that a canvas draws into, nil for vector formats.
func pixels(c vg.Canvas) *image.RGBA {
	if ic, ok := backend(c).(*vgimg.Canvas); ok {
		if m, ok := ic.Image().(*image.RGBA); ok {
			return m
		}
	}
	return nil
}

// upright returns a picture as the canvas needs it: gonum's PDF canvas (v0.17)
// paints pictures upside down, so there the rows are turned over.
func upright(c vg.Canvas, m *image.RGBA) *image.RGBA {
	if _, ok := backend(c).(*vgpdf.Canvas); !ok {
		return m
	}
	out := image.NewRGBA(m.Rect)
	h, n := m.Rect.Dy(), m.Stride
	for y := range h {
		copy(out.Pix[(h-1-y)*n:(h-y)*n], m.Pix[y*n:(y+1)*n])
	}
	return out
}
