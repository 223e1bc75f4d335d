package widget_test

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"qunxiang/gui/guitest"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// A dialog listens on the canvas, which hears only what the focused widget does not.
func TestInput_KeysWithoutAUseReachTheWindow(t *testing.T) {
	guitest.App(t, theme.Light)
	pressed := 0
	line, lines, own := widget.NewEntry(), widget.NewMultiLineEntry(), widget.NewEntry()
	submitted := ""
	own.OnSubmitted = func(s string) { submitted = s }
	own.SetText("typed")
	button := widget.NewButton("Do it", func() { pressed++ })
	w := test.NewTempWindow(t, container.NewVBox(line, lines, own, widget.NewPasswordEntry(), widget.NewCheck("Tick", nil), button))
	var heard []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { heard = append(heard, k.Name) })
	type typed interface {
		fyne.Focusable
		fyne.CanvasObject
	}
	for _, c := range []struct {
		name  string
		o     typed
		key   fyne.KeyName
		heard bool
	}{
		{"escape in a field", line, fyne.KeyEscape, true},
		{"enter in a field of one line", line, fyne.KeyReturn, true},
		{"a letter's key in a field", line, fyne.KeyA, false},
		{"escape in a field of lines", lines, fyne.KeyEscape, true},
		{"enter in a field of lines", lines, fyne.KeyReturn, false},
		{"enter in a field with an answer", own, fyne.KeyEnter, false},
		{"escape on a button", button, fyne.KeyEscape, true},
		{"enter on a button", button, fyne.KeyReturn, false},
	} {
		heard = nil
		w.Canvas().Focus(c.o)
		c.o.TypedKey(&fyne.KeyEvent{Name: c.key})
		if got := slices.Equal(heard, []fyne.KeyName{c.key}); got != c.heard {
			t.Errorf("%s: the window heard %v", c.name, heard)
		}
	}
	if submitted != "typed" || pressed != 1 || lines.Text != "\n" {
		t.Errorf("submitted %q, pressed %d times, wrote %q", submitted, pressed, lines.Text)
	}
}

// The wheel turns the page also where a field lies under the pointer.
func TestEntry_LetsTheWheelTurnThePage(t *testing.T) {
	guitest.App(t, theme.Light)
	line, lines := widget.NewEntry(), widget.NewMultiLineEntry()
	box := container.NewVBox(line, lines)
	for range 40 {
		box.Add(widget.NewButton("further down", nil))
	}
	sideways := container.NewHScroll(box)
	page := container.NewVScroll(sideways)
	w := test.NewTempWindow(t, container.NewBorder(widget.NewButton("above", nil), nil, nil, nil, page))
	w.Resize(fyne.NewSize(400, 300))
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(line).Add(fyne.NewPos(20, 10))
	test.Scroll(w.Canvas(), at, 0, -30)
	if page.Offset.Y != 30 {
		t.Errorf("the page is at %v after the wheel turned over a field", page.Offset)
	}
	page.ScrollToTop()
	at = fyne.CurrentApp().Driver().AbsolutePositionForObject(lines).Add(fyne.NewPos(20, 10))
	test.Scroll(w.Canvas(), at, 0, -30)
	if page.Offset.Y != 0 {
		t.Errorf("a field of several lines gave its wheel away: %v", page.Offset)
	}
}

// The keyboard does not stay caught in a list: Escape closes the dialog around it, Enter is
// the row's or the dialog's.
func TestList_KeysWithoutAUseReachTheWindow(t *testing.T) {
	guitest.App(t, theme.Light)
	var entered []int
	l := widget.NewList(func() int { return 3 }, func() fyne.CanvasObject { return widget.NewText("row") }, func(int, fyne.CanvasObject) {})
	l.OnEnter = func(row int) bool {
		entered = append(entered, row)
		return row == 0
	}
	w := test.NewTempWindow(t, l)
	w.Resize(fyne.NewSize(200, 200))
	var heard []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { heard = append(heard, k.Name) })
	w.Canvas().Focus(l)
	for _, k := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn, fyne.KeyEscape} {
		l.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if !slices.Equal(entered, []int{0, 1}) || !slices.Equal(heard, []fyne.KeyName{fyne.KeyReturn, fyne.KeyEscape}) {
		t.Errorf("rows %v were entered, the window heard %v", entered, heard)
	}
}
