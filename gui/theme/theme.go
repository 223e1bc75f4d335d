package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"qunxiang/assets"
)

// Mode is the user's choice between light and dark.
type Mode string

// The modes. System follows the machine.
const (
	System Mode = "system"
	Light  Mode = "light"
	Dark   Mode = "dark"
)

// The text sizes on offer, as factors of the normal one.
const (
	TextSmall  = 0.92
	TextNormal = 1.0
	TextLarge  = 1.18
	TextHuge   = 1.36
)

// Theme is the window's fyne.Theme. It is immutable: another mode or text size is
// another Theme.
type Theme struct {
	mode    Mode
	scale   float32
	regular fyne.Resource
	bold    fyne.Resource
}

// New makes the theme for a mode and a text size factor (0.8…1.6, 0 = 1).
func New(mode Mode, scale float64) *Theme {
	if scale == 0 {
		scale = TextNormal
	}
	return &Theme{
		mode:    mode,
		scale:   float32(min(1.6, max(0.8, scale))),
		regular: fyne.NewStaticResource("NotoSansSC-Regular.ttf", assets.FontRegular),
		bold:    fyne.NewStaticResource("NotoSansSC-Bold.ttf", assets.FontBold),
	}
}

// Variant returns the variant that a system variant becomes under the mode.
func (t *Theme) Variant(system fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.mode {
	case Light:
		return base.VariantLight
	case Dark:
		return base.VariantDark
	}
	return system
}

// Color implements fyne.Theme.
func (t *Theme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if n == ColorNone {
		return color.Transparent // the painter leaves out this value, and only this
	}
	v = t.Variant(v)
	colours := light()
	if v == base.VariantDark {
		colours = dark()
	}
	if c, ok := colours[n]; ok {
		return c
	}
	return base.DefaultTheme().Color(n, v)
}

// Font implements fyne.Theme: a font with Chinese for everything but code and symbols.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Monospace || s.Symbol:
		return base.DefaultTheme().Font(s)
	case s.Bold:
		return t.bold
	}
	return t.regular
}

// Icon implements fyne.Theme.
func (t *Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return base.DefaultTheme().Icon(n) }

// Size implements fyne.Theme.
func (t *Theme) Size(n fyne.ThemeSizeName) float32 { return size(n, t.scale) }

// Color returns the colour of a name under the running theme.
func Color(n fyne.ThemeColorName) color.Color { return base.Color(n) }

// Size returns the size of a name under the running theme.
func Size(n fyne.ThemeSizeName) float32 { return base.Size(n) }
