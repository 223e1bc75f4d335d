package widget

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// ChartFrame is one finished drawing of a chart.
type ChartFrame struct {
	Image image.Image
	// Hit returns what is drawn at a pixel of the image: lines of text for the
	// pointer and the thing itself for a click. ok is false over nothing.
	Hit func(x, y float64) (lines []string, thing any, ok bool)
	// Data turns a pixel into values on the axes, those of the nearest point between
	// them; nil or ok false without axes.
	Data func(x, y float64) (dx, dy float64, ok bool)
	// In returns the rows behind the points in a rectangle of pixels; it may take a
	// while. nil = the chart has no points.
	In func(r image.Rectangle) []int32
	// Marks are the things that the keyboard goes through; nil = none.
	Marks []ChartMark
}

// ChartMark is a thing on a chart: what it says, and its place in pixels of the image.
type ChartMark struct {
	Box   image.Rectangle
	Lines []string
	Thing any // as a click gets it
}

// ChartSource draws a chart of w×h device pixels, scale device pixels per Fyne
// unit. It runs away from the window's thread.
type ChartSource func(w, h int, scale float64) (ChartFrame, error)

// ChartView shows a chart drawn at the device's own pixels. Drawing happens in
// Env.Work, one at a time, and ends on the newest size, so that pulling at the
// window's edge costs two drawings and not a hundred.
type ChartView struct {
	widget.BaseWidget
	// OnClick gets the thing under the click.
	OnClick func(thing any)
	// OnMenu is called for the secondary button with a position on the canvas.
	OnMenu func(at fyne.Position)
	// OnDrag gets the place of the pointer on the chart's axes while it is pulled, and
	// once more with end set when it is let go. nil = there is nothing to pull.
	OnDrag func(x, y float64, end bool)
	// OnBox gets what finds the rows in a box that was drawn with the pointer; nil = no
	// boxes. The box stays until ClearBox or another source.
	OnBox func(find func() []int32)
	// OnDrawn is called when a drawing is on the screen.
	OnDrawn func()
	// OnError gets the error of a drawing that went wrong.
	OnError func(err error)
	// OnKey gets the keys that do not go from mark to mark, while the chart has the keyboard.
	OnKey func(k *fyne.KeyEvent)

	env    Env
	source ChartSource
	image  *canvas.Image
	tip    *chartTip
	min    fyne.Size
	frame  *ChartFrame
	want   chartJob
	busy   bool
	serial int
	pulled fyne.Position // where the pointer was pulled to last
	// pulling is set from the first pull to the end; guide follows the pointer meanwhile,
	// for drawings come later.
	pulling bool
	guide   *canvas.Line
	corner  fyne.Position // where the box began
	boxing  bool
	area    *canvas.Rectangle
	keys    chartKeys
}

type chartJob struct {
	w, h   int
	scale  float64
	serial int
}

var (
	_ fyne.Tappable          = (*ChartView)(nil)
	_ fyne.SecondaryTappable = (*ChartView)(nil)
	_ desktop.Hoverable      = (*ChartView)(nil)
)

// NewChartView makes a view without a chart, at least width×height units large.
func NewChartView(e Env, width, height float32) *ChartView {
	v := &ChartView{
		env: e, min: fyne.NewSize(width, height), tip: newChartTip(),
		image: &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleFastest},
	}
	v.guide = canvas.NewLine(theme.Color(base.ColorNamePrimary))
	v.guide.StrokeWidth = 2
	v.guide.Hide()
	v.area = canvas.NewRectangle(theme.Color(theme.ColorNone))
	v.area.StrokeColor, v.area.StrokeWidth = theme.Color(base.ColorNamePrimary), 2
	v.area.Hide()
	v.keys = newChartKeys()
	v.ExtendBaseWidget(v)
	return v
}

// SetSource shows another chart; nil shows none.
func (v *ChartView) SetSource(s ChartSource) {
	v.source = s
	v.serial++
	v.hideTip()
	v.ClearBox()
	if s == nil {
		v.frame, v.image.Image = nil, nil
		v.image.Refresh()
		return
	}
	v.schedule()
}

// schedule asks for a drawing at the present size. It runs on the window's thread.
func (v *ChartView) schedule() {
	s, k := v.Size(), v.scale()
	j := chartJob{int(math.Round(float64(s.Width) * k)), int(math.Round(float64(s.Height) * k)), k, v.serial}
	if v.source == nil || j.w < 32 || j.h < 32 || j == v.want {
		return
	}
	v.want = j
	if v.busy {
		return
	}
	v.busy = true
	v.start()
}

func (v *ChartView) start() {
	j, src := v.want, v.source
	v.env.Work(func() {
		f, err := src(j.w, j.h, j.scale)
		v.env.Post(func() { v.done(j, f, err) })
	})
}

func (v *ChartView) done(j chartJob, f ChartFrame, err error) {
	if j.serial == v.serial || v.pulling { // a picture on the way to the one wanted is better than none
		v.take(f, err)
	}
	if v.want != j && v.source != nil {
		v.start()
		return
	}
	v.busy = false
}

func (v *ChartView) take(f ChartFrame, err error) {
	if err != nil {
		if v.OnError != nil {
			v.OnError(err)
		}
		return
	}
	v.frame = &f
	if !v.pulling {
		v.hideGuide()
	}
	v.image.Image = f.Image
	v.image.Refresh()
	v.remark()
	if v.OnDrawn != nil {
		v.OnDrawn()
	}
}

func (v *ChartView) scale() float64 {
	c := v.env.Canvas(v)
	if c == nil {
		return 1
	}
	x, _ := c.PixelCoordinateForPosition(fyne.NewPos(1000, 1000))
	return float64(x) / 1000
}

// Ready reports whether a drawing is shown.
func (v *ChartView) Ready() bool { return v.frame != nil }

func (v *ChartView) hit(p fyne.Position) (lines []string, thing any, ok bool) {
	if v.frame == nil || v.frame.Hit == nil || v.frame.Image == nil {
		return nil, nil, false
	}
	s, b := v.Size(), v.frame.Image.Bounds()
	return v.frame.Hit(float64(p.X)/float64(s.Width)*float64(b.Dx()), float64(p.Y)/float64(s.Height)*float64(b.Dy()))
}

// Tapped implements fyne.Tappable.
func (v *ChartView) Tapped(e *fyne.PointEvent) {
	if _, thing, ok := v.hit(e.Position); ok && v.OnClick != nil {
		v.hideTip()
		v.OnClick(thing)
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (v *ChartView) TappedSecondary(e *fyne.PointEvent) {
	if v.OnMenu != nil {
		v.OnMenu(e.AbsolutePosition)
	}
}

// MouseIn implements desktop.Hoverable.
func (v *ChartView) MouseIn(e *desktop.MouseEvent) { v.MouseMoved(e) }

// MouseOut implements desktop.Hoverable.
func (v *ChartView) MouseOut() { v.hideTip() }

// MouseMoved implements desktop.Hoverable.
func (v *ChartView) MouseMoved(e *desktop.MouseEvent) {
	lines, _, ok := v.hit(e.Position)
	if !ok || len(lines) == 0 {
		v.hideTip()
		return
	}
	v.tip.show(lines, e.Position, v.Size())
	v.dirty()
}

func (v *ChartView) hideTip() {
	if v.tip.Visible() {
		v.tip.Hide()
		v.dirty()
	}
}

// dirty asks for a repaint without sending the chart's texture again.
func (v *ChartView) dirty() {
	if c, ok := v.env.Canvas(v).(interface{ SetDirty() }); ok {
		c.SetDirty()
	}
}

// CreateRenderer implements fyne.Widget.
func (v *ChartView) CreateRenderer() fyne.WidgetRenderer { return &chartRenderer{v} }

type chartRenderer struct{ v *ChartView }

func (r *chartRenderer) Layout(s fyne.Size) {
	if s != r.v.image.Size() {
		r.v.ClearBox() // it would enclose others
	}
	r.v.image.Resize(s)
	r.v.keys.ring.Resize(s)
	r.v.schedule()
}
func (r *chartRenderer) MinSize() fyne.Size { return r.v.min }
func (r *chartRenderer) Refresh()           { r.v.schedule() }
func (r *chartRenderer) Destroy()           {}
func (r *chartRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.v.image, r.v.guide, r.v.area, r.v.keys.ring, r.v.keys.mark, r.v.tip}
}

// chartTip is the box of text beside the pointer.
type chartTip struct {
	widget.BaseWidget
	bg    *canvas.Rectangle
	lines []*canvas.Text
}

func newChartTip() *chartTip {
	t := &chartTip{bg: fill(theme.ColorTip)}
	t.bg.CornerRadius = theme.PillRadius
	for range 8 {
		t.lines = append(t.lines, canvas.NewText("", theme.Color(theme.ColorTipText)))
	}
	t.ExtendBaseWidget(t)
	t.Hide()
	return t
}

func (t *chartTip) show(lines []string, p fyne.Position, inside fyne.Size) {
	var w, h float32
	for i, c := range t.lines {
		show(c, i < len(lines))
		if i >= len(lines) {
			continue
		}
		c.Text, c.TextSize = lines[i], theme.Size(theme.SizeSmall)
		c.TextStyle.Bold = i == 0
		c.Color = theme.Color(theme.ColorTipText)
		m := c.MinSize()
		c.Move(fyne.NewPos(theme.GapS, theme.GapXS+h))
		c.Resize(m)
		w, h = max(w, m.Width), h+m.Height
	}
	s := fyne.NewSize(w+2*theme.GapS, h+2*theme.GapXS)
	at := p.AddXY(theme.GapL, theme.GapL)
	if at.X+s.Width > inside.Width {
		at.X = max(0, p.X-s.Width-theme.GapS)
	}
	if at.Y+s.Height > inside.Height {
		at.Y = max(0, p.Y-s.Height-theme.GapS)
	}
	t.bg.Resize(s)
	t.Resize(s)
	t.Move(at)
	t.Show()
	t.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *chartTip) CreateRenderer() fyne.WidgetRenderer { return &tipRenderer{t} }

type tipRenderer struct{ t *chartTip }

func (r *tipRenderer) Layout(fyne.Size)   {}
func (r *tipRenderer) MinSize() fyne.Size { return fyne.Size{} }
func (r *tipRenderer) Destroy()           {}
func (r *tipRenderer) Refresh() {
	for _, c := range r.t.lines {
		c.Refresh()
	}
	r.t.bg.Refresh()
}

func (r *tipRenderer) Objects() []fyne.CanvasObject {
	os := []fyne.CanvasObject{r.t.bg}
	for _, c := range r.t.lines {
		os = append(os, c)
	}
	return os
}
