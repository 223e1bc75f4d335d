package page

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// TestScrolled_StaysWhereItIs: what is made anew under the user's eyes does not move.
func TestScrolled_StaysWhereItIs(t *testing.T) {
	test.NewTempApp(t)
	tall := func() fyne.CanvasObject {
		r := canvas.NewRectangle(nil)
		r.SetMinSize(fyne.NewSize(50, 2000))
		return r
	}
	v := container.NewVScroll(nil)
	w := test.NewTempWindow(t, scrolled(v, tall()))
	w.Resize(fyne.NewSize(300, 300))
	v.ScrollToOffset(fyne.NewPos(0, 700))
	w.SetContent(container.NewStack(scrolled(v, tall())))
	if v.Offset.Y != 700 {
		t.Errorf("at %v, not 700", v.Offset.Y)
	}
}
