package chart

import "image/color"

// theme is the set of colours that a chart is drawn in.
type theme struct {
	dark       bool
	background color.RGBA
	text       color.RGBA // titles, numbers
	muted      color.RGBA // axis labels, remarks
	grid       color.RGBA
	axis       color.RGBA
	track      color.RGBA // empty part of a bar, empty cell
}

func newTheme(dark bool) *theme {
	if dark {
		return &theme{
			dark:       true,
			background: color.RGBA{27, 32, 38, 255},
			text:       color.RGBA{236, 240, 244, 255},
			muted:      color.RGBA{158, 170, 182, 255},
			grid:       color.RGBA{46, 54, 63, 255},
			axis:       color.RGBA{88, 100, 113, 255},
			track:      color.RGBA{38, 45, 53, 255},
		}
	}
	return &theme{
		background: color.RGBA{255, 255, 255, 255},
		text:       color.RGBA{27, 36, 45, 255},
		muted:      color.RGBA{92, 104, 117, 255},
		grid:       color.RGBA{232, 236, 240, 255},
		axis:       color.RGBA{178, 187, 197, 255},
		track:      color.RGBA{240, 243, 246, 255},
	}
}

// hues are the segment colours as lightness, chroma and hue: from the cool colours
// of the best segments to the warm ones of those at risk and the grey of the lost.
// Dark and light take turns. A search maximised the least distance between any two
// for normal and colour-blind eyes on both grounds (palette_test.go measures it).
var hues = [...][3]float64{
	{0.380, 0.133, 279}, // indigo
	{0.775, 0.111, 245}, // sky
	{0.435, 0.090, 205}, // deep teal
	{0.853, 0.065, 162}, // mint
	{0.663, 0.124, 156}, // green
	{0.880, 0.132, 87},  // yellow
	{0.640, 0.133, 86},  // ochre
	{0.551, 0.146, 29},  // brick
	{0.382, 0.091, 21},  // wine
	{0.750, 0.090, 343}, // rose
	{0.532, 0.127, 313}, // purple
	{0.593, 0.020, 236}, // slate
}

// SegmentColors is the number of distinct segment colours; they repeat after it,
// with another marker shape.
const SegmentColors = len(hues)

// SegmentColor returns the colour of the segment with this id (1, 2, …). The
// colour belongs to the id, so it stays when segments are sorted or refitted.
func SegmentColor(id int, dark bool) color.RGBA {
	h := hues[(max(id, 1)-1)%SegmentColors]
	if dark {
		return oklch(0.30+0.66*h[0], h[1]*0.92, h[2])
	}
	return oklch(h[0], h[1], h[2])
}

// ramp returns the colour of a share 0…1 of a quantity: pale to deep on a light
// ground, dim to bright on a dark one, through blue-green so that lightness alone
// carries the order.
func (th *theme) ramp(t float64) color.RGBA {
	t = min(1, max(0, t))
	if th.dark {
		return oklch(0.30+0.52*t, 0.035+0.075*t, 235-55*t)
	}
	return oklch(0.965-0.53*t, 0.018+0.085*t, 185+60*t)
}
