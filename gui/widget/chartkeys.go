package widget

import (
	"image"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"

	"qunxiang/gui/theme"
)

var (
	_ fyne.Focusable   = (*ChartView)(nil)
	_ fyne.Disableable = (*ChartView)(nil)
)

// chartKeys is the keyboard on a chart: arrows go from mark to mark, Enter is the click.
type chartKeys struct {
	ring, mark *canvas.Rectangle // round the chart that has the keyboard, and the mark it is at
	focused    bool
	at         *ChartMark // nil = none yet
}

func newChartKeys() chartKeys {
	outline := func() *canvas.Rectangle {
		r := canvas.NewRectangle(theme.Color(theme.ColorNone))
		r.StrokeColor, r.StrokeWidth, r.CornerRadius = theme.Color(base.ColorNamePrimary), 2, theme.PillRadius
		r.Hide()
		return r
	}
	return chartKeys{ring: outline(), mark: outline()}
}

// FocusGained implements fyne.Focusable.
func (v *ChartView) FocusGained() {
	v.keys.focused = true
	v.keys.ring.Resize(v.Size())
	v.keys.ring.Show()
	v.dirty()
}

// FocusLost implements fyne.Focusable.
func (v *ChartView) FocusLost() {
	v.keys.focused, v.keys.at = false, nil
	v.keys.ring.Hide()
	v.keys.mark.Hide()
	v.hideTip()
	v.dirty()
}

// TypedRune implements fyne.Focusable.
func (v *ChartView) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (v *ChartView) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyUp:
		v.step(0, -1)
	case fyne.KeyDown:
		v.step(0, 1)
	case fyne.KeyLeft:
		v.step(-1, 0)
	case fyne.KeyRight:
		v.step(1, 0)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if m := v.keys.at; m != nil && v.OnClick != nil {
			v.OnClick(m.Thing)
		}
	default:
		if v.OnKey != nil {
			v.OnKey(k)
		}
	}
}

// Disabled implements fyne.Disableable: a chart without marks is passed over.
func (v *ChartView) Disabled() bool {
	return v.OnKey == nil && (v.frame == nil || len(v.frame.Marks) == 0 || v.OnClick == nil)
}

// Enable implements fyne.Disableable; what is drawn decides.
func (v *ChartView) Enable() {}

// Disable implements fyne.Disableable; what is drawn decides.
func (v *ChartView) Disable() {}

// step goes to the nearest mark in a direction, at first to the one in the upper left.
func (v *ChartView) step(dx, dy int) {
	if v.frame == nil || len(v.frame.Marks) == 0 {
		return
	}
	best, least := -1, math.Inf(1)
	for i, m := range v.frame.Marks {
		cost := float64(centre(m.Box).X + 2*centre(m.Box).Y)
		if v.keys.at != nil {
			cost = distance(v.keys.at.Box, m.Box, dx, dy)
		}
		if cost < least {
			best, least = i, cost
		}
	}
	if best >= 0 {
		v.goTo(&v.frame.Marks[best])
	}
}

// distance is how far b lies from a in a direction; what lies aside counts twice, what
// lies behind is infinitely far.
func distance(a, b image.Rectangle, dx, dy int) float64 {
	d := centre(b).Sub(centre(a))
	ahead, aside := d.X*dx+d.Y*dy, d.X*dy-d.Y*dx
	if ahead <= 0 {
		return math.Inf(1)
	}
	return float64(ahead) + 2*math.Abs(float64(aside))
}

func centre(r image.Rectangle) image.Point { return r.Min.Add(r.Max).Div(2) }

// goTo shows a mark and what it says.
func (v *ChartView) goTo(m *ChartMark) {
	s, b := v.Size(), v.frame.Image.Bounds()
	kx, ky := s.Width/float32(max(1, b.Dx())), s.Height/float32(max(1, b.Dy()))
	at, end := fyne.NewPos(float32(m.Box.Min.X)*kx, float32(m.Box.Min.Y)*ky), fyne.NewPos(float32(m.Box.Max.X)*kx, float32(m.Box.Max.Y)*ky)
	v.keys.at = m
	v.keys.mark.Move(at)
	v.keys.mark.Resize(fyne.NewSize(end.X-at.X, end.Y-at.Y))
	v.keys.mark.Show()
	v.tip.show(m.Lines, fyne.NewPos((at.X+end.X)/2, (at.Y+end.Y)/2), s)
	v.dirty()
}

// remark finds the mark that the keyboard is at on a new drawing, by what it says.
func (v *ChartView) remark() {
	was := v.keys.at
	if was == nil {
		return
	}
	v.keys.at = nil
	v.keys.mark.Hide()
	for i := range v.frame.Marks {
		if m := &v.frame.Marks[i]; slices.Equal(m.Lines, was.Lines) {
			v.goTo(m)
			return
		}
	}
	v.hideTip()
}
