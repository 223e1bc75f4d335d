package chart

import (
	"image/color"
	"math"
)

// oklch makes a colour from perceptual lightness 0…1, chroma and hue in degrees.
// Source: Björn Ottosson, "A perceptual color space for image processing" (2020).
// Colours outside sRGB are clipped by channel.
func oklch(l, c, hue float64) color.RGBA {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	a, b := c*cos, c*sin
	lm := cube(l + 0.3963377774*a + 0.2158037573*b)
	mm := cube(l - 0.1055613458*a - 0.0638541728*b)
	sm := cube(l - 0.0894841775*a - 1.2914855480*b)
	return color.RGBA{
		R: srgb(4.0767416621*lm - 3.3077115913*mm + 0.2309699292*sm),
		G: srgb(-1.2684380046*lm + 2.6097574011*mm - 0.3413193965*sm),
		B: srgb(-0.0041960863*lm - 0.7034186147*mm + 1.7076147010*sm),
		A: 255,
	}
}

func cube(v float64) float64 { return v * v * v }

func srgb(v float64) uint8 {
	v = min(1, max(0, v))
	if v <= 0.0031308 {
		v *= 12.92
	} else {
		v = 1.055*math.Pow(v, 1/2.4) - 0.055
	}
	return uint8(v*255 + 0.5)
}

func linear(v uint8) float64 {
	f := float64(v) / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}

// luminance is the relative luminance of WCAG 2.
func luminance(c color.RGBA) float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// contrast is the contrast ratio of WCAG 2, 1…21.
func contrast(a, b color.RGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// mix blends from a to b, t = 0…1.
func mix(a, b color.RGBA, t float64) color.RGBA {
	f := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*t + 0.5) }
	return color.RGBA{f(a.R, b.R), f(a.G, b.G), f(a.B, b.B), 255}
}

// ink returns the text colour that reads best on c, and a fainter one of it.
func ink(c color.RGBA) (strong, soft color.RGBA) {
	dark, light := color.RGBA{10, 14, 20, 255}, color.RGBA{255, 255, 255, 255}
	if contrast(c, light)*1.05 >= contrast(c, dark) {
		return light, mix(c, light, 0.85)
	}
	return dark, mix(c, dark, 0.85)
}
