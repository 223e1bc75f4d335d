package page

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// bar is one line of a list of bars: a name, a share 0…1 and what to write behind it.
type bar struct {
	name  string
	share float64
	said  string
	tint  color.Color // nil = the accent
	open  func()      // to what stands behind it, nil = nothing
}

// barHeight is how thick a bar is.
const barHeight float32 = 10

// bars lists names with bars of one scale.
func bars(rows []bar) fyne.CanvasObject {
	box := widget.Column(0)
	for _, r := range rows {
		tint := r.tint
		if tint == nil {
			tint = theme.Color(fynetheme.ColorNamePrimary)
		}
		line := container.New(barLayout{}, widget.Centered(widget.NewText(r.name)), widget.Meter(r.share, tint, barHeight),
			widget.Centered(widget.Muted(r.said)))
		padded := widget.Inset(line, 3, theme.GapXS, 3, theme.GapXS)
		if r.open == nil {
			box.Add(padded)
			continue
		}
		box.Add(widget.NewFlatTappable(padded, r.open))
	}
	return box
}

// barLayout gives the name and the words behind a bar a third each.
type barLayout struct{}

func (barLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	name, said := 0.32*s.Width, max(os[2].MinSize().Width, 0.3*s.Width)
	os[0].Resize(fyne.NewSize(name-theme.GapM, s.Height))
	os[1].Move(fyne.NewPos(name, 0))
	os[1].Resize(fyne.NewSize(max(10, s.Width-name-said-theme.GapM), s.Height))
	os[2].Move(fyne.NewPos(s.Width-said, 0))
	os[2].Resize(fyne.NewSize(said, s.Height))
}

func (barLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for _, o := range os {
		h = max(h, o.MinSize().Height)
	}
	return fyne.NewSize(theme.CardWidth-2*theme.GapL, h)
}

// ramp is the k-th of n shades of the accent, the lightest first.
func ramp(k, n int) color.Color {
	at := 1.0
	if n > 1 {
		at = 0.22 + 0.78*float64(k)/float64(n-1)
	}
	return blend(theme.Color(theme.ColorCardAlt), theme.Color(fynetheme.ColorNamePrimary), at)
}

func blend(a, b color.Color, at float64) color.Color {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	mix := func(x, y uint32) uint8 { return uint8((float64(x)*(1-at) + float64(y)*at) / 257) }
	return color.RGBA{R: mix(ar, br), G: mix(ag, bg), B: mix(ab, bb), A: 255}
}

// feelingColors are those of praise, neither and complaint.
func feelingColors() (good, neutral, bad color.Color) {
	neutral = blend(theme.Color(theme.ColorCardAlt), theme.Color(theme.ColorMuted), 0.55)
	return theme.Color(fynetheme.ColorNameSuccess), neutral, theme.Color(fynetheme.ColorNameError)
}

// legend names the parts of a bar.
func legend(parts ...legendPart) fyne.CanvasObject {
	row := widget.Wrap(theme.GapM, 0)
	for _, p := range parts {
		if p.open != nil {
			row.Add(widget.NewFlatTappable(widget.Row(theme.GapXS, widget.Swatch(p.tint), widget.Centered(widget.Link(p.text))), p.open))
			continue
		}
		row.Add(widget.Row(theme.GapXS, widget.Swatch(p.tint), widget.Centered(widget.Muted(p.text).Keep())))
	}
	return row
}

type legendPart struct {
	tint color.Color
	text string
	open func() // to the customers behind it, nil = nothing
}

// choiceColor is the colour of the k-th of several choices.
func (c Config) choiceColor(k int) color.Color { return chart.SegmentColor(k+1, c.Dark) }

// sideBySide gives cards the same width and height.
func sideBySide(os ...fyne.CanvasObject) fyne.CanvasObject { return container.New(sideLayout{}, os...) }

type sideLayout struct{}

func (sideLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	n := float32(max(1, len(os)))
	w := (s.Width - theme.GapL*(n-1)) / n
	for i, o := range os {
		o.Move(fyne.NewPos(float32(i)*(w+theme.GapL), 0))
		o.Resize(fyne.NewSize(w, s.Height))
	}
}

func (sideLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	var w, h float32
	for _, o := range os {
		m := o.MinSize()
		w, h = w+m.Width+theme.GapL, max(h, m.Height)
	}
	return fyne.NewSize(max(0, w-theme.GapL), h)
}

// importFirst is the look of a section that has no data of its kind: what such data bring
// and the way to them.
func importFirst(c Config, icon, section string) fyne.CanvasObject {
	e := c.Env
	return widget.Empty(e, icon, e.T("gui."+section+".empty"), e.T("gui."+section+".empty.hint"),
		widget.Action{Text: e.T("gui." + section + ".import"), Icon: "drop", Primary: true, Do: c.PickData})
}

// scrolled shows a body in a scroll that stays where it is when the body is made anew.
func scrolled(v *container.Scroll, body fyne.CanvasObject) fyne.CanvasObject {
	inside := widget.Inset(body, 0, theme.GapM, theme.GapL, 0)
	if v.Content != nil {
		inside.Resize(v.Content.Size()) // a scroll goes to the top of what has no size
	}
	v.Content = inside
	v.Refresh()
	return v
}

// monthHeight is the height of columns by month, their words included.
const monthHeight float32 = 150

// monthColumn is a column of parts, as high as its share of the highest, over its name.
func monthColumn(name string, share float64, said string, parts ...widget.Share) fyne.CanvasObject {
	os := []fyne.CanvasObject{widget.Muted(name).Center(), widget.Muted(said).Center()}
	for _, p := range parts {
		os = append(os, canvas.NewRectangle(p.Color))
	}
	return container.New(&stackedLayout{share: share, parts: parts}, os...)
}

// stackedLayout sets a name at the foot, parts above it from the bottom up, and a number on
// top of them.
type stackedLayout struct {
	share float64
	parts []widget.Share
}

func (l *stackedLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	line := os[0].MinSize().Height
	foot := s.Height - line
	os[0].Move(fyne.NewPos(0, foot))
	os[0].Resize(fyne.NewSize(s.Width, line))
	sum := 0.0
	for _, p := range l.parts {
		sum += p.Value
	}
	full := float32(l.share) * max(0, foot-line-theme.GapXS)
	wide := min(s.Width-2, 48)
	y := foot - theme.GapXS
	for i, p := range l.parts {
		h := float32(0)
		if sum > 0 {
			h = full * float32(p.Value/sum)
		}
		y -= h
		os[2+i].Move(fyne.NewPos((s.Width-wide)/2, y))
		os[2+i].Resize(fyne.NewSize(wide, h))
	}
	os[1].Move(fyne.NewPos(0, max(0, y-line)))
	os[1].Resize(fyne.NewSize(s.Width, line))
}

func (l *stackedLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(18, monthHeight) }

// monthsLayout gives all the same width.
type monthsLayout struct{}

func (monthsLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	w := s.Width / float32(max(1, len(os)))
	for i, o := range os {
		o.Move(fyne.NewPos(float32(i)*w, 0))
		o.Resize(fyne.NewSize(w, s.Height))
	}
}

func (monthsLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(18*float32(len(os)), monthHeight)
}

// monthName is a calendar month as 2026-03, shorter where there are many.
func monthName(first core.Date, of int) string {
	if of > 12 {
		return first.Time().Format("06-01")
	}
	return first.Time().Format("2006-01")
}
