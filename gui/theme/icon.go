package theme

import (
	"bytes"
	"embed"
	"fmt"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
)

//go:embed icons/*.svg
var icons embed.FS

// Icon returns the line icon with the name, in the colour of the text around it.
// An unknown name is a programmer's mistake and gives Fyne's broken image.
func Icon(name string) fyne.Resource {
	return Tinted(name, base.ColorNameForeground)
}

// Tinted returns the icon in a colour of the running theme. Fyne tints fills only
// and these icons are strokes, so the colour is written into the drawing; the
// window makes its icons anew when the theme changes.
func Tinted(name string, c fyne.ThemeColorName) fyne.Resource {
	b, err := icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		return base.BrokenImageIcon()
	}
	r, g, bl, _ := Color(c).RGBA()
	hex := fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, bl>>8)
	return fyne.NewStaticResource(name+hex+".svg", bytes.ReplaceAll(b, []byte("#000000"), []byte(hex)))
}
