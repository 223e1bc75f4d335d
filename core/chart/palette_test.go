package chart

import (
	"image/color"
	"math"
	"testing"
)

// Simulations of dichromacy in linear sRGB, severity 1. Source: Machado, Oliveira,
// Fernandes, "A Physiologically-based Model for Simulation of Color Vision
// Deficiency" (2009), table 1.
func visions() map[string][9]float64 {
	return map[string][9]float64{
		"normal":       {1, 0, 0, 0, 1, 0, 0, 0, 1},
		"protanopia":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
		"deuteranopia": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
		"tritanopia":   {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
	}
}

// oklab of a colour as an eye sees it.
func seenBy(m [9]float64, c color.RGBA) [3]float64 {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	clip := func(v float64) float64 { return min(1, max(0, v)) }
	r, g, b = clip(m[0]*r+m[1]*g+m[2]*b), clip(m[3]*r+m[4]*g+m[5]*b), clip(m[6]*r+m[7]*g+m[8]*b)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	mm := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return [3]float64{
		0.2104542553*l + 0.7936177850*mm - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*mm + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*mm - 0.8086757660*s,
	}
}

func apart(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// TestSegmentColoursStayApart measures distances in OKLab, where 0.02 is about what
// one just sees beside each other. Shapes differ too, wherever colours are nearest.
func TestSegmentColoursStayApart(t *testing.T) {
	t.Parallel()
	limits := map[string]float64{"normal": 0.12, "protanopia": 0.07, "deuteranopia": 0.07, "tritanopia": 0.07}
	for _, dark := range []bool{false, true} {
		background := newTheme(dark).background
		for name, m := range visions() {
			least, who := math.Inf(1), [2]int{}
			for i := 1; i <= SegmentColors; i++ {
				a := SegmentColor(i, dark)
				for j := 1; j < i; j++ {
					if d := apart(seenBy(m, a), seenBy(m, SegmentColor(j, dark))); d < least {
						least, who = d, [2]int{j, i}
					}
				}
				if d := apart(seenBy(m, a), seenBy(m, background)); d < 0.11 {
					t.Errorf("%s dark=%v: colour %d is only %.3f from the background", name, dark, i, d)
				}
			}
			t.Logf("%s dark=%v: nearest %v, %.3f apart", name, dark, who, least)
			if least < limits[name] {
				t.Errorf("%s dark=%v: colours %v are only %.3f apart", name, dark, who, least)
			}
		}
	}
}

func TestInkIsLegible(t *testing.T) {
	t.Parallel()
	for _, dark := range []bool{false, true} {
		for i := 1; i <= SegmentColors; i++ {
			c := SegmentColor(i, dark)
			strong, soft := ink(c)
			if contrast(c, strong) < 4.3 || contrast(c, soft) < 3 {
				t.Errorf("dark=%v colour %d: contrast %.1f, soft %.1f", dark, i, contrast(c, strong), contrast(c, soft))
			}
		}
		th := newTheme(dark)
		for v := 0.0; v <= 1; v += 0.05 {
			strong, soft := ink(th.ramp(v))
			if contrast(th.ramp(v), strong) < 4.3 || contrast(th.ramp(v), soft) < 3 {
				t.Errorf("dark=%v ramp %.2f: contrast %.1f, soft %.1f", dark, v, contrast(th.ramp(v), strong), contrast(th.ramp(v), soft))
			}
		}
		if contrast(th.background, th.text) < 7 || contrast(th.background, th.muted) < 4.5 {
			t.Errorf("dark=%v: text on the background: %.1f, %.1f", dark, contrast(th.background, th.text), contrast(th.background, th.muted))
		}
	}
}
