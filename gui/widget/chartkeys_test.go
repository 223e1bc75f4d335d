package widget_test

import (
	"image"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"qunxiang/gui/guitest"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
)

// Arrows go from mark to mark, Enter opens it, other keys are handed on, and a new drawing
// keeps the mark.
func TestChartView_GoesThroughItsMarksByKeyboard(t *testing.T) {
	guitest.App(t, theme.Light)
	v := widget.NewChartView(guitest.Env(sdk.EN), 100, 100)
	var opened, other string
	v.OnClick = func(x any) { opened = x.(string) }
	w := test.NewTempWindow(t, v)
	w.Resize(fyne.NewSize(400, 300))
	if !v.Disabled() {
		t.Error("an empty chart takes the keyboard")
	}
	source := func(wide, high int, _ float64) (widget.ChartFrame, error) {
		f := widget.ChartFrame{Image: image.NewRGBA(image.Rect(0, 0, wide, high))}
		for i, name := range []string{"left", "right", "below"} {
			at := []image.Point{{10, 10}, {200, 12}, {12, 150}}[i]
			f.Marks = append(f.Marks, widget.ChartMark{Box: image.Rectangle{at, at.Add(image.Pt(40, 20))}, Lines: []string{name}, Thing: name})
		}
		return f, nil
	}
	v.SetSource(source)
	w.Canvas().Focus(v)
	key := func(k fyne.KeyName) { v.TypedKey(&fyne.KeyEvent{Name: k}) }
	key(fyne.KeyReturn)
	if opened != "" {
		t.Errorf("%q was opened before any mark was chosen", opened)
	}
	for _, c := range []struct {
		key  fyne.KeyName
		want string
	}{{fyne.KeyDown, "left"}, {fyne.KeyRight, "right"}, {fyne.KeyRight, "right"}, {fyne.KeyLeft, "left"}, {fyne.KeyDown, "below"}} {
		key(c.key)
		if texts := guitest.Texts(v); !slices.Contains(texts, c.want) {
			t.Errorf("after %s: %q", c.key, texts)
		}
	}
	v.SetSource(source)
	key(fyne.KeyReturn)
	if opened != "below" {
		t.Errorf("opened %q after a new drawing", opened)
	}
	v.OnKey = func(k *fyne.KeyEvent) { other = string(k.Name) }
	key(fyne.KeyPlus)
	if other != string(fyne.KeyPlus) {
		t.Errorf("another key went to %q", other)
	}
	w.Canvas().Unfocus()
	if texts := guitest.Texts(v); slices.Contains(texts, "below") {
		t.Error("the mark stays after the keyboard has left")
	}
}
