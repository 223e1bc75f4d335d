package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

var (
	_ fyne.Draggable     = (*ChartView)(nil)
	_ desktop.Cursorable = (*ChartView)(nil)
)

// Dragged implements fyne.Draggable.
func (v *ChartView) Dragged(e *fyne.DragEvent) {
	v.pulled, v.pulling = e.Position, v.OnDrag != nil
	v.pull(false)
}

// DragEnd implements fyne.Draggable.
func (v *ChartView) DragEnd() {
	v.pulling = false
	v.pull(true)
}

func (v *ChartView) pull(end bool) {
	if v.OnDrag == nil || v.frame == nil || v.frame.Data == nil || v.frame.Image == nil {
		return
	}
	v.hideTip()
	s, b := v.Size(), v.frame.Image.Bounds()
	x, y, ok := v.frame.Data(float64(v.pulled.X)/float64(s.Width)*float64(b.Dx()), float64(v.pulled.Y)/float64(s.Height)*float64(b.Dy()))
	if ok {
		v.showGuide()
		v.OnDrag(x, y, end)
	}
}

// showGuide draws a line at the pointer at once: the drawing of the chart follows when
// it is ready.
func (v *ChartView) showGuide() {
	y := min(max(v.pulled.Y, 0), v.Size().Height)
	v.guide.Position1, v.guide.Position2 = fyne.NewPos(0, y), fyne.NewPos(v.Size().Width, y)
	v.guide.Show()
	v.dirty()
}

func (v *ChartView) hideGuide() {
	if v.guide.Visible() {
		v.guide.Hide()
		v.dirty()
	}
}

// Cursor implements desktop.Cursorable: something can be moved up and down.
func (v *ChartView) Cursor() desktop.Cursor {
	if v.OnDrag != nil {
		return desktop.VResizeCursor
	}
	return desktop.DefaultCursor
}
