package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
)

// The colour names that this theme adds to Fyne's.
const (
	ColorRail       fyne.ThemeColorName = "qx.rail"       // left rail, top bar
	ColorCard       fyne.ThemeColorName = "qx.card"       // surface of cards and tables
	ColorCardAlt    fyne.ThemeColorName = "qx.cardAlt"    // quiet surface inside a card
	ColorLine       fyne.ThemeColorName = "qx.line"       // hair lines and card borders
	ColorMuted      fyne.ThemeColorName = "qx.muted"      // secondary text
	ColorAccentSoft fyne.ThemeColorName = "qx.accentSoft" // background of what is chosen
	ColorAccentText fyne.ThemeColorName = "qx.accentText" // accent that is readable as text
	ColorWarnSoft   fyne.ThemeColorName = "qx.warnSoft"
	ColorErrorSoft  fyne.ThemeColorName = "qx.errorSoft"
	ColorGoodSoft   fyne.ThemeColorName = "qx.goodSoft"
	ColorInfoSoft   fyne.ThemeColorName = "qx.infoSoft"
	ColorTip        fyne.ThemeColorName = "qx.tip" // tooltip background
	ColorTipText    fyne.ThemeColorName = "qx.tipText"
	ColorNone       fyne.ThemeColorName = "qx.none" // fully transparent
)

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
}

func rgba(v uint32, a uint8) color.NRGBA {
	c := rgb(v)
	c.A = a
	return c
}

// light returns the colour of a name on paper; contrast of text on its ground is
// at least 4.5 : 1 (WCAG 2.2 AA).
func light(n fyne.ThemeColorName) (color.NRGBA, bool) {
	switch n {
	case base.ColorNameBackground:
		return rgb(0xF6F3EE), true
	case ColorRail, base.ColorNameMenuBackground:
		return rgb(0xEFEAE2), true
	case ColorCard, base.ColorNameOverlayBackground:
		return rgb(0xFFFFFF), true
	case base.ColorNameInputBackground:
		return rgb(0xFFFFFF), true
	case ColorCardAlt, base.ColorNameHeaderBackground:
		return rgb(0xFAF8F4), true
	case ColorLine, base.ColorNameSeparator:
		return rgb(0xE4DED4), true
	case base.ColorNameInputBorder:
		return rgb(0xCFC7BA), true
	case base.ColorNameForeground:
		return rgb(0x25221E), true
	case ColorMuted, base.ColorNamePlaceHolder:
		return rgb(0x6E675D), true
	case base.ColorNameDisabled:
		return rgb(0xA59D91), true
	case base.ColorNameButton:
		return rgb(0xEDE8DF), true
	case base.ColorNameDisabledButton:
		return rgb(0xF1EEE8), true
	case base.ColorNamePrimary:
		return rgb(0x1F6A80), true
	case ColorAccentText, base.ColorNameHyperlink:
		return rgb(0x17586B), true
	case ColorAccentSoft, base.ColorNameSelection:
		return rgb(0xDCEBEE), true
	case base.ColorNameHover:
		return rgba(0x25221E, 14), true
	case base.ColorNamePressed:
		return rgba(0x25221E, 34), true
	case base.ColorNameFocus:
		return rgba(0x1F6A80, 70), true
	case base.ColorNameScrollBar:
		return rgba(0x25221E, 90), true
	}
	return lightState(n)
}

func lightState(n fyne.ThemeColorName) (color.NRGBA, bool) {
	switch n {
	case base.ColorNameForegroundOnPrimary, base.ColorNameForegroundOnError, base.ColorNameForegroundOnSuccess, base.ColorNameForegroundOnWarning:
		return rgb(0xFFFFFF), true
	case base.ColorNameError:
		return rgb(0xA93B2A), true
	case base.ColorNameSuccess:
		return rgb(0x2E7350), true
	case base.ColorNameWarning:
		return rgb(0x8F5E0A), true
	case ColorWarnSoft:
		return rgb(0xFBF0D9), true
	case ColorErrorSoft:
		return rgb(0xFBE6E1), true
	case ColorGoodSoft:
		return rgb(0xE1F0E7), true
	case ColorInfoSoft:
		return rgb(0xE6EFF2), true
	case ColorTip:
		return rgba(0x2B2723, 242), true
	case ColorTipText:
		return rgb(0xFBF9F5), true
	case base.ColorNameShadow:
		return rgba(0x2B2520, 46), true
	case ColorNone:
		return color.NRGBA{}, true
	}
	return color.NRGBA{}, false
}

// dark returns the colour of a name at night.
func dark(n fyne.ThemeColorName) (color.NRGBA, bool) {
	switch n {
	case base.ColorNameBackground:
		return rgb(0x1A1917), true
	case ColorRail, base.ColorNameMenuBackground:
		return rgb(0x211F1D), true
	case ColorCard, base.ColorNameOverlayBackground:
		return rgb(0x262421), true
	case base.ColorNameInputBackground:
		return rgb(0x1F1D1B), true
	case ColorCardAlt, base.ColorNameHeaderBackground:
		return rgb(0x2C2926), true
	case ColorLine, base.ColorNameSeparator:
		return rgb(0x3B3733), true
	case base.ColorNameInputBorder:
		return rgb(0x514B45), true
	case base.ColorNameForeground:
		return rgb(0xECE7DF), true
	case ColorMuted, base.ColorNamePlaceHolder:
		return rgb(0xA9A196), true
	case base.ColorNameDisabled:
		return rgb(0x756E66), true
	case base.ColorNameButton:
		return rgb(0x37332F), true
	case base.ColorNameDisabledButton:
		return rgb(0x2B2825), true
	case base.ColorNamePrimary:
		return rgb(0x2F8299), true
	case ColorAccentText, base.ColorNameHyperlink:
		return rgb(0x7CC3D1), true
	case ColorAccentSoft, base.ColorNameSelection:
		return rgb(0x21414A), true
	case base.ColorNameHover:
		return rgba(0xFFFFFF, 16), true
	case base.ColorNamePressed:
		return rgba(0xFFFFFF, 36), true
	case base.ColorNameFocus:
		return rgba(0x4FA6BA, 90), true
	case base.ColorNameScrollBar:
		return rgba(0xFFFFFF, 90), true
	}
	return darkState(n)
}

func darkState(n fyne.ThemeColorName) (color.NRGBA, bool) {
	switch n {
	case base.ColorNameForegroundOnPrimary:
		return rgb(0xFFFFFF), true
	case base.ColorNameForegroundOnError, base.ColorNameForegroundOnSuccess, base.ColorNameForegroundOnWarning:
		return rgb(0x1A1917), true
	case base.ColorNameError:
		return rgb(0xF0917F), true
	case base.ColorNameSuccess:
		return rgb(0x7FC49F), true
	case base.ColorNameWarning:
		return rgb(0xE3B358), true
	case ColorWarnSoft:
		return rgb(0x3A301C), true
	case ColorErrorSoft:
		return rgb(0x402621), true
	case ColorGoodSoft:
		return rgb(0x20352A), true
	case ColorInfoSoft:
		return rgb(0x24343A), true
	case ColorTip:
		return rgba(0xF3EFE8, 245), true
	case ColorTipText:
		return rgb(0x25221E), true
	case base.ColorNameShadow:
		return rgba(0x000000, 120), true
	case ColorNone:
		return color.NRGBA{}, true
	}
	return color.NRGBA{}, false
}
