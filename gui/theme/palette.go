package theme

import (
	"image/color"
	"sync"

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

// light are the colours on paper; contrast of text on its ground is at least 4.5 : 1
// (WCAG 2.2 AA).
var light = sync.OnceValue(func() map[fyne.ThemeColorName]color.NRGBA {
	return map[fyne.ThemeColorName]color.NRGBA{
		base.ColorNameBackground:          rgb(0xF6F3EE),
		ColorRail:                         rgb(0xEFEAE2),
		base.ColorNameMenuBackground:      rgb(0xEFEAE2),
		ColorCard:                         rgb(0xFFFFFF),
		base.ColorNameOverlayBackground:   rgb(0xFFFFFF),
		base.ColorNameInputBackground:     rgb(0xFFFFFF),
		ColorCardAlt:                      rgb(0xFAF8F4),
		base.ColorNameHeaderBackground:    rgb(0xFAF8F4),
		ColorLine:                         rgb(0xE4DED4),
		base.ColorNameSeparator:           rgb(0xE4DED4),
		base.ColorNameInputBorder:         rgb(0xCFC7BA),
		base.ColorNameForeground:          rgb(0x25221E),
		ColorMuted:                        rgb(0x6E675D),
		base.ColorNamePlaceHolder:         rgb(0x6E675D),
		base.ColorNameDisabled:            rgb(0xA59D91),
		base.ColorNameButton:              rgb(0xEDE8DF),
		base.ColorNameDisabledButton:      rgb(0xF1EEE8),
		base.ColorNamePrimary:             rgb(0x1F6A80),
		ColorAccentText:                   rgb(0x17586B),
		base.ColorNameHyperlink:           rgb(0x17586B),
		ColorAccentSoft:                   rgb(0xDCEBEE),
		base.ColorNameSelection:           rgb(0xDCEBEE),
		base.ColorNameHover:               rgba(0x25221E, 14),
		base.ColorNamePressed:             rgba(0x25221E, 34),
		base.ColorNameFocus:               rgba(0x1F6A80, 70),
		base.ColorNameScrollBar:           rgba(0x25221E, 90),
		base.ColorNameForegroundOnPrimary: rgb(0xFFFFFF),
		base.ColorNameForegroundOnError:   rgb(0xFFFFFF),
		base.ColorNameForegroundOnSuccess: rgb(0xFFFFFF),
		base.ColorNameForegroundOnWarning: rgb(0xFFFFFF),
		base.ColorNameError:               rgb(0xA93B2A),
		base.ColorNameSuccess:             rgb(0x2E7350),
		base.ColorNameWarning:             rgb(0x8F5E0A),
		ColorWarnSoft:                     rgb(0xFBF0D9),
		ColorErrorSoft:                    rgb(0xFBE6E1),
		ColorGoodSoft:                     rgb(0xE1F0E7),
		ColorInfoSoft:                     rgb(0xE6EFF2),
		ColorTip:                          rgba(0x2B2723, 242),
		ColorTipText:                      rgb(0xFBF9F5),
		base.ColorNameShadow:              rgba(0x2B2520, 46),
		ColorNone:                         {},
	}
})

// dark are the colours at night.
var dark = sync.OnceValue(func() map[fyne.ThemeColorName]color.NRGBA {
	return map[fyne.ThemeColorName]color.NRGBA{
		base.ColorNameBackground:          rgb(0x1A1917),
		ColorRail:                         rgb(0x211F1D),
		base.ColorNameMenuBackground:      rgb(0x211F1D),
		ColorCard:                         rgb(0x262421),
		base.ColorNameOverlayBackground:   rgb(0x262421),
		base.ColorNameInputBackground:     rgb(0x1F1D1B),
		ColorCardAlt:                      rgb(0x2C2926),
		base.ColorNameHeaderBackground:    rgb(0x2C2926),
		ColorLine:                         rgb(0x3B3733),
		base.ColorNameSeparator:           rgb(0x3B3733),
		base.ColorNameInputBorder:         rgb(0x514B45),
		base.ColorNameForeground:          rgb(0xECE7DF),
		ColorMuted:                        rgb(0xA9A196),
		base.ColorNamePlaceHolder:         rgb(0xA9A196),
		base.ColorNameDisabled:            rgb(0x756E66),
		base.ColorNameButton:              rgb(0x37332F),
		base.ColorNameDisabledButton:      rgb(0x2B2825),
		base.ColorNamePrimary:             rgb(0x2C7C92),
		ColorAccentText:                   rgb(0x7CC3D1),
		base.ColorNameHyperlink:           rgb(0x7CC3D1),
		ColorAccentSoft:                   rgb(0x21414A),
		base.ColorNameSelection:           rgb(0x21414A),
		base.ColorNameHover:               rgba(0xFFFFFF, 16),
		base.ColorNamePressed:             rgba(0xFFFFFF, 36),
		base.ColorNameFocus:               rgba(0x4FA6BA, 90),
		base.ColorNameScrollBar:           rgba(0xFFFFFF, 90),
		base.ColorNameForegroundOnPrimary: rgb(0xFFFFFF),
		base.ColorNameForegroundOnError:   rgb(0x1A1917),
		base.ColorNameForegroundOnSuccess: rgb(0x1A1917),
		base.ColorNameForegroundOnWarning: rgb(0x1A1917),
		base.ColorNameError:               rgb(0xF0917F),
		base.ColorNameSuccess:             rgb(0x7FC49F),
		base.ColorNameWarning:             rgb(0xE3B358),
		ColorWarnSoft:                     rgb(0x3A301C),
		ColorErrorSoft:                    rgb(0x402621),
		ColorGoodSoft:                     rgb(0x20352A),
		ColorInfoSoft:                     rgb(0x24343A),
		ColorTip:                          rgba(0xF3EFE8, 245),
		ColorTipText:                      rgb(0x25221E),
		base.ColorNameShadow:              rgba(0x000000, 120),
		ColorNone:                         {},
	}
})
