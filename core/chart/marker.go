package chart

import (
	"image/color"
	"math"
)

// markerShapes is the number of marker shapes; a shape goes with a segment's id as
// its colour does, but with another period, so that colour and shape together tell
// 12 × 7 segments apart.
const markerShapes = 7

func markerOf(id int) int { return (max(id, 1) - 1) % markerShapes }

// markerPolygon returns the outline of a shape of radius r around (0, 0); nil for
// the disc. All shapes have about the area of the disc.
func markerPolygon(shape int, r float64) [][2]float64 {
	switch shape {
	case 1:
		return regular(4, r*1.12, math.Pi/4) // square
	case 2:
		return regular(3, r*1.42, -math.Pi/2) // triangle
	case 3:
		return regular(4, r*1.25, 0) // diamond
	case 4:
		return regular(3, r*1.42, math.Pi/2) // triangle on its tip
	case 5:
		return cross(r * 1.2)
	case 6:
		return regular(6, r*1.12, 0) // hexagon
	}
	return nil
}

func regular(n int, r, turn float64) [][2]float64 {
	out := make([][2]float64, n)
	for i := range out {
		sin, cos := math.Sincos(turn + 2*math.Pi*float64(i)/float64(n))
		out[i] = [2]float64{r * cos, r * sin}
	}
	return out
}

func cross(r float64) [][2]float64 {
	a := r * 0.42
	return [][2]float64{
		{-a, -r},
		{a, -r},
		{a, -a},
		{r, -a},
		{r, a},
		{a, a},
		{a, r},
		{-a, r},
		{-a, a},
		{-r, a},
		{-r, -a},
		{-a, -a},
	}
}

// marker draws the marker of a segment id.
func (p *pen) marker(x, y, r float64, id int, c color.Color) {
	pts := markerPolygon(markerOf(id), r)
	if pts == nil {
		p.dot(x, y, r, c)
		return
	}
	for i := range pts {
		pts[i][0] += x
		pts[i][1] += y
	}
	p.fill(c, p.polygonPath(pts))
}
