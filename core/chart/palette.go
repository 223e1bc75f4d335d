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

// hues are the segment colours as lightness, chroma and hue. They run from the
// cool colours of the best segments to the warm ones of those at risk and the
// greys of the lost, and neighbours differ in lightness too, so that they stay
// apart for colour-blind eyes and in a grey print (palette_test.go measures it).
var hues = [...][3]float64{
	{0.47, 0.125, 258}, // blue
	{0.74, 0.105, 235}, // sky
	{0.55, 0.095, 195}, // teal
	{0.84, 0.085, 175}, // mint
	{0.60, 0.135, 143}, // green
	{0.87, 0.150, 102}, // yellow
	{0.70, 0.130, 75},  // ochre
	{0.63, 0.185, 42},  // orange red
	{0.46, 0.150, 15},  // crimson
	{0.76, 0.090, 350}, // rose
	{0.52, 0.120, 310}, // purple
	{0.62, 0.020, 250}, // grey
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
