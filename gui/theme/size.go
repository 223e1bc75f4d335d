package theme

import (
	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
)

// The text sizes of this theme beside Fyne's own; all follow the user's text size.
const (
	SizeDisplay fyne.ThemeSizeName = "qx.display" // the number of a stat tile
	SizeTitle   fyne.ThemeSizeName = "qx.title"   // a page's title
	SizeSection fyne.ThemeSizeName = "qx.section" // a card's title
	SizeSmall   fyne.ThemeSizeName = "qx.small"   // captions, table headers
)

// Lengths that pages and widgets are laid out with, in Fyne units.
const (
	GapXS float32 = 4
	GapS  float32 = 8
	GapM  float32 = 12
	GapL  float32 = 16
	GapXL float32 = 24

	CardRadius  float32 = 10
	PillRadius  float32 = 6
	RailWidth   float32 = 172
	TopHeight   float32 = 46
	RowHeight   float32 = 28 // with Fyne's padding of 4 a pitch of 32, exact in float32 beyond two million rows
	IconSize    float32 = 20
	SwatchSize  float32 = 12
	FormWidth   float32 = 360
	DialogWide  float32 = 860
	DialogTall  float32 = 600
	MenuWidth   float32 = 220
	ChoiceWidth float32 = 168
	StatWidth   float32 = 150
	CardWidth   float32 = 292
	CardHeight  float32 = 168
	MinWidth    float32 = 1080
	MinHeight   float32 = 660
	SmallButton float32 = 30
)

// textSize is the size of normal text at the normal text size.
const textSize float32 = 13

// TextFactor is the user's text size as a factor, for what is drawn outside Fyne.
func TextFactor() float64 { return float64(Size(base.SizeNameText) / textSize) }

func size(n fyne.ThemeSizeName, scale float32) float32 {
	switch n {
	case base.SizeNameText:
		return textSize * scale
	case base.SizeNameCaptionText, SizeSmall:
		return 11.5 * scale
	case base.SizeNameSubHeadingText, SizeSection:
		return 15 * scale
	case base.SizeNameHeadingText, SizeTitle:
		return 21 * scale
	case SizeDisplay:
		return 24 * scale
	case base.SizeNamePadding:
		return 4 // the table's row pitch counts on it
	case base.SizeNameInnerPadding:
		return 7
	case base.SizeNameInlineIcon:
		return 18 * scale
	case base.SizeNameInputRadius, base.SizeNameSelectionRadius:
		return PillRadius
	case base.SizeNameInputBorder, base.SizeNameSeparatorThickness:
		return 1
	case base.SizeNameScrollBar:
		return 12
	case base.SizeNameScrollBarSmall:
		return 5
	case base.SizeNameLineSpacing:
		return 4
	}
	return base.DefaultTheme().Size(n)
}
