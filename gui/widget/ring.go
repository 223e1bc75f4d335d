package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"qunxiang/gui/theme"
)

// Ring draws a share 0…1 as a ring of a diameter with a text in its middle.
func Ring(share float64, c color.Color, text string, diameter float32) fyne.CanvasObject {
	share = min(1, max(0, share))
	track := canvas.NewArc(0, 360, 0.82, theme.Color(theme.ColorLine))
	os := []fyne.CanvasObject{track}
	if share > 0 {
		os = append(os, canvas.NewArc(0, float32(360*share), 0.82, c))
	}
	size := theme.SizeSection
	if diameter > 2*theme.RowHeight+theme.GapL {
		size = theme.SizeDisplay
	}
	os = append(os, Centered(NewText(text).Sized(size).Bold().Center().Keep()))
	return Fixed(container.NewStack(os...), diameter, diameter)
}
