// Package assets holds what the program ships inside itself: the fonts that
// make Chinese readable on a machine without a Chinese font, and the icon.
//
// The fonts are Noto Sans SC cut down to GB 2312, Latin, Greek, Cyrillic, kana,
// punctuation, full-width forms, currency signs, arrows and common symbols; rarer
// characters (some names) are left to the fonts of the system. Their licence is
// fonts/OFL.txt. The package imports the standard library only.
package assets

import _ "embed"

// FontRegular and FontBold are TrueType files with glyf outlines, without hinting.
// Nobody may write to them.
var (
	//go:embed fonts/NotoSansSC-Regular.ttf
	FontRegular []byte
	//go:embed fonts/NotoSansSC-Bold.ttf
	FontBold []byte
)

// FontLicence is the text of the SIL Open Font Licence that the fonts come under.
//
//go:embed fonts/OFL.txt
var FontLicence string

// IconPNG is the program's icon, 512×512 pixels; IconSVG is its drawing.
var (
	//go:embed icon.png
	IconPNG []byte
	//go:embed icon.svg
	IconSVG []byte
)
