package widget

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

var (
	_ fyne.Draggable     = (*ChartView)(nil)
	_ desktop.Cursorable = (*ChartView)(nil)
)

// Dragged implements fyne.Draggable.
func (v *ChartView) Dragged(e *fyne.DragEvent) {
	if v.OnDrag == nil && v.canBox() {
		if !v.boxing {
			v.boxing, v.corner = true, e.Position.Subtract(e.Dragged)
		}
		v.pulled = e.Position
		v.showBox()
		return
	}
	v.pulled, v.pulling = e.Position, v.OnDrag != nil
	v.pull(false)
}

// DragEnd implements fyne.Draggable.
func (v *ChartView) DragEnd() {
	if v.boxing {
		v.boxing = false
		v.endBox()
		return
	}
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

func (v *ChartView) canBox() bool {
	return v.OnBox != nil && v.frame != nil && v.frame.In != nil && v.frame.Image != nil
}

// box is the rectangle between the corners of the box, inside the view.
func (v *ChartView) box() (at fyne.Position, size fyne.Size) {
	s := v.Size()
	x0, x1 := min(v.corner.X, v.pulled.X), max(v.corner.X, v.pulled.X)
	y0, y1 := min(v.corner.Y, v.pulled.Y), max(v.corner.Y, v.pulled.Y)
	x0, y0 = max(0, x0), max(0, y0)
	return fyne.NewPos(x0, y0), fyne.NewSize(max(0, min(x1, s.Width)-x0), max(0, min(y1, s.Height)-y0))
}

func (v *ChartView) showBox() {
	v.hideTip()
	at, size := v.box()
	v.area.Move(at)
	v.area.Resize(size)
	v.area.Show()
	v.dirty()
}

// leastBox is the side of a box, in units, below which it was a slip of the hand.
const leastBox = 6

func (v *ChartView) endBox() {
	at, size := v.box()
	if size.Width < leastBox || size.Height < leastBox || !v.canBox() {
		v.ClearBox()
		return
	}
	s, b, in := v.Size(), v.frame.Image.Bounds(), v.frame.In
	x, y := float64(b.Dx())/float64(s.Width), float64(b.Dy())/float64(s.Height)
	r := image.Rect(int(float64(at.X)*x), int(float64(at.Y)*y), int(float64(at.X+size.Width)*x), int(float64(at.Y+size.Height)*y))
	v.OnBox(func() []int32 { return in(r) })
}

// ClearBox takes the box away.
func (v *ChartView) ClearBox() {
	if v.area.Visible() {
		v.area.Hide()
		v.dirty()
	}
}

// Cursor implements desktop.Cursorable: something can be moved up and down, or a box
// can be drawn.
func (v *ChartView) Cursor() desktop.Cursor {
	switch {
	case v.OnDrag != nil:
		return desktop.VResizeCursor
	case v.canBox():
		return desktop.CrosshairCursor
	}
	return desktop.DefaultCursor
}
