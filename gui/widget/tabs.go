package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// Tab is one choice of Tabs.
type Tab struct{ ID, Title string }

// Tabs is a line of choices of which one holds.
type Tabs struct {
	widget.BaseWidget
	line   *fyne.Container
	items  map[string]*Tappable
	chosen string
}

// CreateRenderer implements fyne.Widget.
func (t *Tabs) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.line) }

// NewTabs makes the line; onTap gets the id.
func NewTabs(tabs []Tab, chosen string, onTap func(id string)) *Tabs {
	t := &Tabs{items: make(map[string]*Tappable, len(tabs))}
	t.line = Row(theme.GapXS)
	for _, tab := range tabs {
		b := NewFlatTappable(Inset(Whole(tab.Title), theme.GapXS+1, theme.GapM, theme.GapXS+1, theme.GapM), func() {
			t.Choose(tab.ID)
			onTap(tab.ID)
		})
		t.items[tab.ID] = b
		t.line.Add(b)
	}
	t.ExtendBaseWidget(t)
	t.Choose(chosen)
	return t
}

// Wrapped lets the line break where its place is narrow.
func (t *Tabs) Wrapped() *Tabs {
	t.line = Wrap(theme.GapXS, 0, t.line.Objects...)
	return t
}

// Choose marks the tab with the id.
func (t *Tabs) Choose(id string) {
	t.chosen = id
	for k, b := range t.items {
		b.Choose(k == id)
	}
}

// Share is one part of a ShareBar.
type Share struct {
	Value float64
	Color color.Color
}

// ShareBar draws parts of a whole side by side.
func ShareBar(parts []Share, height float32) fyne.CanvasObject {
	os := make([]fyne.CanvasObject, 0, len(parts))
	l := &shareLayout{height: height}
	for _, p := range parts {
		if p.Value <= 0 {
			continue
		}
		os = append(os, canvas.NewRectangle(p.Color))
		l.parts = append(l.parts, p.Value)
	}
	return container.New(l, os...)
}

type shareLayout struct {
	parts  []float64
	height float32
}

func (l *shareLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	var sum float64
	for _, p := range l.parts {
		sum += p
	}
	var x float32
	for i, o := range os {
		w := s.Width * float32(l.parts[i]/sum)
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(max(1, w-1), s.Height))
		x += w
	}
}

func (l *shareLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.StatWidth/2, l.height)
}

// Meter draws a bar of a share 0…1 on a quiet ground.
func Meter(share float64, c color.Color, height float32) fyne.CanvasObject {
	track := fill(theme.ColorCardAlt)
	bar := canvas.NewRectangle(c)
	track.CornerRadius, bar.CornerRadius = 3, 3
	return container.New(meterLayout{share, height}, track, bar)
}

type meterLayout struct {
	share  float64
	height float32
}

func (l meterLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	os[0].Move(fyne.NewPos(0, (s.Height-l.height)/2))
	os[0].Resize(fyne.NewSize(s.Width, l.height))
	os[1].Move(fyne.NewPos(0, (s.Height-l.height)/2))
	os[1].Resize(fyne.NewSize(barWidth(s.Width, l.share), l.height))
}

// barWidth is that of a bar; a small share still shows, none does not.
func barWidth(whole float32, share float64) float32 {
	if share <= 0 {
		return 0
	}
	return max(2, whole*float32(min(1, share)))
}

func (l meterLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.StatWidth/3, l.height)
}

// Choice is a drop-down over ids; the texts are only shown.
type Choice struct {
	widget.BaseWidget
	sel *dropDown
	ids []string
}

// NewChoice makes a drop-down of ids and their titles. onChange is not called for
// the value set here or by Choose.
func NewChoice(ids, titles []string, chosen string, onChange func(id string)) *Choice {
	c := &Choice{ids: ids, sel: newDropDown(titles)}
	c.sel.PlaceHolder = " "
	c.ExtendBaseWidget(c)
	c.Choose(chosen)
	c.sel.OnChanged = func(string) {
		if i := c.sel.SelectedIndex(); i >= 0 && i < len(ids) {
			onChange(ids[i])
		}
	}
	return c
}

// CreateRenderer implements fyne.Widget: Fyne's Select has no edge of its own.
func (c *Choice) CreateRenderer() fyne.WidgetRenderer {
	edge := fill(theme.ColorNone)
	edge.StrokeColor, edge.StrokeWidth = theme.Color(base.ColorNameInputBorder), 1
	edge.CornerRadius = theme.PillRadius
	edge.SetMinSize(fyne.NewSize(c.natural(), 0))
	return widget.NewSimpleRenderer(container.NewStack(c.sel, edge))
}

// natural is the width that the longest title needs, within reason.
func (c *Choice) natural() float32 {
	var w float32
	for _, t := range c.sel.Options {
		w = max(w, fyne.MeasureText(t, theme.Size(base.SizeNameText), fyne.TextStyle{}).Width)
	}
	return min(theme.MenuWidth, w+theme.Size(base.SizeNameInlineIcon)+4*theme.Size(base.SizeNameInnerPadding))
}

// Disable makes the drop-down unusable, Enable usable again.
func (c *Choice) Disable() { c.sel.Disable() }

// Enable makes the drop-down usable.
func (c *Choice) Enable() { c.sel.Enable() }

// Choose shows the id as chosen without a call.
func (c *Choice) Choose(id string) {
	f := c.sel.OnChanged
	c.sel.OnChanged = nil
	defer func() { c.sel.OnChanged = f }()
	for i, v := range c.ids {
		if v == id {
			c.sel.SetSelectedIndex(i)
			return
		}
	}
	c.sel.ClearSelected()
}
