package widget

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// Threshold is one line of Thresholds.
type Threshold struct {
	At    float64 // 0…1 from the left
	Label string
	Color color.Color // of the bars from here on
	Fixed bool
}

// Thresholds shows bars of a distribution with lines that can be dragged.
type Thresholds struct {
	widget.BaseWidget
	// OnDrag is called with the line and where it is pulled to, 0…1.
	OnDrag func(line int, at float64)
	bars   []float64
	lines  []Threshold
	drag   int // line that is pulled, −1 = none
}

var (
	_ fyne.Draggable     = (*Thresholds)(nil)
	_ desktop.Cursorable = (*Thresholds)(nil)
	_ desktop.Mouseable  = (*Thresholds)(nil)
)

// NewThresholds makes an empty one.
func NewThresholds() *Thresholds {
	t := &Thresholds{drag: -1}
	t.ExtendBaseWidget(t)
	return t
}

// Set shows bars (heights 0…1) and lines, from left to right.
func (t *Thresholds) Set(bars []float64, lines []Threshold) {
	t.bars, t.lines = bars, lines
	t.Refresh()
}

// Cursor implements desktop.Cursorable.
func (t *Thresholds) Cursor() desktop.Cursor { return desktop.HResizeCursor }

// MouseDown implements desktop.Mouseable: the nearest line is taken.
func (t *Thresholds) MouseDown(e *desktop.MouseEvent) {
	t.drag = -1
	near := math.Inf(1)
	for i, l := range t.lines {
		if d := math.Abs(l.At - t.at(e.Position.X)); !l.Fixed && d < near {
			t.drag, near = i, d
		}
	}
	t.pull(e.Position.X)
}

// MouseUp implements desktop.Mouseable.
func (t *Thresholds) MouseUp(*desktop.MouseEvent) { t.drag = -1 }

// Dragged implements fyne.Draggable.
func (t *Thresholds) Dragged(e *fyne.DragEvent) { t.pull(e.Position.X) }

// DragEnd implements fyne.Draggable.
func (t *Thresholds) DragEnd() { t.drag = -1 }

func (t *Thresholds) at(x float32) float64 {
	return min(1, max(0, float64(x/max(1, t.Size().Width))))
}

func (t *Thresholds) pull(x float32) {
	if t.drag >= 0 && t.OnDrag != nil {
		t.OnDrag(t.drag, t.at(x))
	}
}

// CreateRenderer implements fyne.Widget.
func (t *Thresholds) CreateRenderer() fyne.WidgetRenderer {
	r := &thresholdsRenderer{t: t}
	r.Refresh()
	return r
}

type thresholdsRenderer struct {
	t      *Thresholds
	bars   []*canvas.Rectangle
	lines  []*canvas.Line
	knobs  []*canvas.Circle
	labels []*canvas.Text
	floor  *canvas.Line
}

// The heights of the labels' line and the least of the whole.
const (
	labelLine float32 = 18
	thrHeight float32 = 150
	knobSize  float32 = 11
)

func (r *thresholdsRenderer) MinSize() fyne.Size { return fyne.NewSize(theme.FormWidth, thrHeight) }

func (r *thresholdsRenderer) Destroy() {}

func (r *thresholdsRenderer) Objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, b := range r.bars {
		out = append(out, b)
	}
	if r.floor != nil {
		out = append(out, r.floor)
	}
	for i := range r.lines {
		out = append(out, r.lines[i], r.knobs[i], r.labels[i])
	}
	return out
}

// Refresh keeps the objects that are there, so that a drag stays smooth.
func (r *thresholdsRenderer) Refresh() {
	t := r.t
	for len(r.bars) < len(t.bars) {
		r.bars = append(r.bars, canvas.NewRectangle(color.Transparent))
	}
	r.bars = r.bars[:len(t.bars)]
	if r.floor == nil {
		r.floor = canvas.NewLine(theme.Color(theme.ColorLine))
	}
	for len(r.lines) < len(t.lines) {
		r.lines = append(r.lines, canvas.NewLine(color.Transparent))
		r.knobs = append(r.knobs, canvas.NewCircle(color.Transparent))
		r.labels = append(r.labels, canvas.NewText("", color.Transparent))
	}
	r.lines, r.knobs, r.labels = r.lines[:len(t.lines)], r.knobs[:len(t.lines)], r.labels[:len(t.lines)]
	for i, l := range t.lines {
		ink := theme.Color(base.ColorNameForeground)
		r.lines[i].StrokeColor, r.lines[i].StrokeWidth = ink, 1.5
		r.knobs[i].FillColor, r.knobs[i].StrokeColor, r.knobs[i].StrokeWidth = l.Color, ink, 1.5
		r.labels[i].Text, r.labels[i].Color, r.labels[i].TextSize = l.Label, ink, theme.Size(theme.SizeSmall)
		if l.Fixed {
			r.lines[i].StrokeColor, r.knobs[i].FillColor, r.knobs[i].StrokeColor = color.Transparent, color.Transparent, color.Transparent
		}
	}
	r.Layout(t.Size())
	canvas.Refresh(t)
}

func (r *thresholdsRenderer) Layout(s fyne.Size) {
	t := r.t
	n := len(t.bars)
	bottom := s.Height - 2
	full := max(1, bottom-2*labelLine-theme.GapS)
	for i, h := range t.bars {
		w := s.Width / float32(n)
		high := full * float32(h)
		if h > 0 {
			high = max(2, high)
		}
		mid := (float64(i) + 0.5) / float64(n)
		r.bars[i].FillColor = theme.Color(base.ColorNamePrimary)
		for _, l := range t.lines {
			if l.At <= mid || l.Fixed {
				r.bars[i].FillColor = l.Color
			}
		}
		r.bars[i].Move(fyne.NewPos(float32(i)*w+0.5, bottom-high))
		r.bars[i].Resize(fyne.NewSize(max(1, w-1), high))
	}
	r.floor.Position1, r.floor.Position2 = fyne.NewPos(0, bottom), fyne.NewPos(s.Width, bottom)
	r.place(s, bottom)
}

// place sets the lines with their labels; labels that would meet stand on two levels.
func (r *thresholdsRenderer) place(s fyne.Size, bottom float32) {
	var end [2]float32
	for i, l := range r.t.lines {
		x := float32(l.At) * s.Width
		m := r.labels[i].MinSize()
		left := min(max(0, x-m.Width/2), max(0, s.Width-m.Width))
		level := 1
		if left < end[1] {
			level = 0
		}
		end[level] = left + m.Width + theme.GapS
		y := float32(level) * labelLine
		r.labels[i].Move(fyne.NewPos(left, y))
		r.labels[i].Resize(m)
		r.lines[i].Position1, r.lines[i].Position2 = fyne.NewPos(x, y+labelLine), fyne.NewPos(x, bottom)
		r.knobs[i].Move(fyne.NewPos(x-knobSize/2, bottom-knobSize))
		r.knobs[i].Resize(fyne.NewSquareSize(knobSize))
	}
}
