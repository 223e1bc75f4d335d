package theme_test

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"qunxiang/gui/theme"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	part := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.03928 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestTextIsReadableOnItsGround(t *testing.T) {
	t.Parallel()
	pairs := [][2]fyne.ThemeColorName{
		{base.ColorNameForeground, base.ColorNameBackground},
		{base.ColorNameForeground, theme.ColorCard},
		{base.ColorNameForeground, theme.ColorRail},
		{base.ColorNameForeground, base.ColorNameButton},
		{base.ColorNameForeground, theme.ColorAccentSoft},
		{base.ColorNameForeground, theme.ColorWarnSoft},
		{base.ColorNameForeground, theme.ColorErrorSoft},
		{theme.ColorMuted, base.ColorNameBackground},
		{theme.ColorMuted, theme.ColorCard},
		{theme.ColorMuted, theme.ColorCardAlt},
		{theme.ColorMuted, theme.ColorRail},
		{theme.ColorAccentText, theme.ColorCard},
		{theme.ColorAccentText, theme.ColorAccentSoft},
		{base.ColorNameError, theme.ColorCard},
		{base.ColorNameForegroundOnPrimary, base.ColorNamePrimary},
		{theme.ColorTipText, theme.ColorTip},
	}
	for _, mode := range []theme.Mode{theme.Light, theme.Dark} {
		th := theme.New(mode, 1)
		for _, p := range pairs {
			ink, ground := th.Color(p[0], base.VariantLight), th.Color(p[1], base.VariantLight)
			if c := contrast(ink, ground); c < 4.45 {
				t.Errorf("%s: %s on %s has a contrast of %.2f", mode, p[0], p[1], c)
			}
		}
	}
}

func TestModesAndSizes(t *testing.T) {
	t.Parallel()
	if theme.New(theme.System, 1).Variant(base.VariantDark) != base.VariantDark || theme.New(theme.Light, 1).Variant(base.VariantDark) != base.VariantLight {
		t.Error("the mode does not decide the variant")
	}
	if a, b := theme.New(theme.Light, 1).Size(base.SizeNameText), theme.New(theme.Light, theme.TextLarge).Size(base.SizeNameText); b <= a {
		t.Errorf("large text is %v, normal %v", b, a)
	}
	if p := theme.New(theme.Light, 1.3).Size(base.SizeNamePadding) + theme.RowHeight; math.Mod(float64(p), 8) != 0 {
		t.Errorf("rows are %v apart, no multiple of 8", p)
	}
	if theme.New(theme.Light, 9).Size(base.SizeNameText) > 30 {
		t.Error("text may grow beyond reason")
	}
}
