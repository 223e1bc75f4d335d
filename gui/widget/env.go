package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"qunxiang/gui/theme"
	"qunxiang/i18n"
)

// Env is what widgets and pages need from the window around them. Tests fill it
// with synchronous functions.
type Env struct {
	Locale i18n.Locale
	// Post runs fn on the window's thread, at once or later, in the order of calls.
	Post func(fn func())
	// Work runs fn away from the window's thread. It is the only executor that
	// widgets use (chart rendering).
	Work func(fn func())
	// Canvas returns the canvas that shows o, nil while o is not shown.
	Canvas func(o fyne.CanvasObject) fyne.Canvas
	// Place returns the position of o on its canvas.
	Place func(o fyne.CanvasObject) fyne.Position
	// Copy puts text on the clipboard.
	Copy func(text string)
}

// T is short for Locale.T.
func (e Env) T(key string, args ...any) string { return e.Locale.T(key, args...) }

// line returns a rectangle in a colour of the theme that follows no theme change
// by itself: the window rebuilds its content when the theme changes.
func fill(name fyne.ThemeColorName) *canvas.Rectangle {
	return canvas.NewRectangle(theme.Color(name))
}

// Swatch is a small square of a segment's colour.
func Swatch(c color.Color) fyne.CanvasObject {
	r := canvas.NewRectangle(c)
	r.CornerRadius = 3
	r.SetMinSize(fyne.NewSquareSize(theme.SwatchSize))
	return Centered(r)
}
