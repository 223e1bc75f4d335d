package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"qunxiang/gui/theme"
)

// Pad puts the same space around o.
func Pad(o fyne.CanvasObject, gap float32) fyne.CanvasObject {
	return Inset(o, gap, gap, gap, gap)
}

// Inset puts space around o: top, right, bottom, left. Negative space takes away
// what o adds of its own.
func Inset(o fyne.CanvasObject, top, right, bottom, left float32) fyne.CanvasObject {
	return container.New(insetLayout{top, right, bottom, left}, o)
}

type insetLayout struct{ top, right, bottom, left float32 }

func (l insetLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	for _, o := range os {
		o.Move(fyne.NewPos(l.left, l.top))
		o.Resize(fyne.NewSize(s.Width-l.left-l.right, s.Height-l.top-l.bottom))
	}
}

func (l insetLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range os {
		m = m.Max(o.MinSize())
	}
	return m.AddWidthHeight(l.left+l.right, l.top+l.bottom)
}

// Centered keeps o at its smallest size in the middle of the height it is given.
func Centered(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(middleLayout{}, o)
}

type middleLayout struct{}

func (middleLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	for _, o := range os {
		m := o.MinSize()
		o.Resize(fyne.NewSize(s.Width, m.Height))
		o.Move(fyne.NewPos(0, (s.Height-m.Height)/2))
	}
}

func (middleLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range os {
		m = m.Max(o.MinSize())
	}
	return m
}

// Row sets objects side by side with a gap, each at its smallest width.
func Row(gap float32, os ...fyne.CanvasObject) *fyne.Container {
	return container.New(flowLayout{gap: gap, horizontal: true}, os...)
}

// Column sets objects below each other with a gap, each as wide as the column.
func Column(gap float32, os ...fyne.CanvasObject) *fyne.Container {
	return container.New(flowLayout{gap: gap}, os...)
}

type flowLayout struct {
	gap        float32
	horizontal bool
}

func (l flowLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	var at float32
	for _, o := range os {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if l.horizontal {
			o.Move(fyne.NewPos(at, 0))
			o.Resize(fyne.NewSize(m.Width, s.Height))
			at += m.Width + l.gap
			continue
		}
		o.Move(fyne.NewPos(0, at))
		o.Resize(fyne.NewSize(s.Width, m.Height))
		at += o.MinSize().Height + l.gap // wrapped text knows its height once it has a width
	}
}

func (l flowLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	var w, h float32
	n := 0
	for _, o := range os {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if l.horizontal {
			w, h = w+m.Width, max(h, m.Height)
		} else {
			w, h = max(w, m.Width), h+m.Height
		}
		n++
	}
	gaps := l.gap * float32(max(0, n-1))
	if l.horizontal {
		return fyne.NewSize(w+gaps, h)
	}
	return fyne.NewSize(w, h+gaps)
}

// Wrap sets objects side by side and starts a new line where the width ends. With
// a cell width above 0, objects are as wide as the columns that fit, at least that
// much; their height is that of the highest object of the line.
func Wrap(gap, cell float32, os ...fyne.CanvasObject) *fyne.Container {
	return container.New(&wrapLayout{gap: gap, cell: cell}, os...)
}

type wrapLayout struct {
	gap, cell float32
	height    float32 // of the last layout
	width     float32
}

func (l *wrapLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	l.height = l.place(os, s.Width, func(o fyne.CanvasObject, p fyne.Position, z fyne.Size) {
		o.Move(p)
		o.Resize(z)
	})
}

// place computes the position of every object; it returns the height in use.
func (l *wrapLayout) place(os []fyne.CanvasObject, width float32, put func(fyne.CanvasObject, fyne.Position, fyne.Size)) float32 {
	cell := l.columnWidth(os, width)
	var x, y, high float32
	line := make([]fyne.CanvasObject, 0, len(os))
	at := make([]fyne.Position, 0, len(os))
	flush := func() {
		for i, o := range line {
			w := o.MinSize().Width
			if cell > 0 {
				w = cell
			}
			put(o, at[i], fyne.NewSize(w, high))
		}
		line, at = line[:0], at[:0]
	}
	for _, o := range os {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		w := m.Width
		if cell > 0 {
			w = cell
		}
		if x > 0 && x+w > width+0.5 {
			flush()
			x, y, high = 0, y+high+l.gap, 0
		}
		line, at = append(line, o), append(at, fyne.NewPos(x, y))
		x += w + l.gap
		high = max(high, m.Height)
	}
	flush()
	return y + high
}

func (l *wrapLayout) columnWidth(os []fyne.CanvasObject, width float32) float32 {
	if l.cell <= 0 {
		return 0
	}
	n := max(1, int((width+l.gap)/(l.cell+l.gap)))
	shown := 0
	for _, o := range os {
		if o.Visible() {
			shown++
		}
	}
	n = max(1, min(n, max(shown, 3)))
	return (width - l.gap*float32(n-1)) / float32(n)
}

func (l *wrapLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	m := fyne.NewSize(l.cell, 0)
	for _, o := range os {
		if o.Visible() {
			m = m.Max(fyne.NewSize(max(l.cell, o.MinSize().Width), 0))
		}
	}
	width := max(l.width, m.Width)
	m.Height = l.place(os, width, func(fyne.CanvasObject, fyne.Position, fyne.Size) {})
	return m
}

// Fixed gives o exactly this smallest size (0 keeps the object's own).
func Fixed(o fyne.CanvasObject, width, height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(theme.Color(theme.ColorNone))
	r.SetMinSize(fyne.NewSize(width, height))
	return container.NewStack(r, o)
}

// Spread sets left and right on one line with the free space between them.
func Spread(left, right fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, nil, nil, right, left)
}

// Frame sets top above and bottom below the window's width, left beside the
// middle, without gaps.
func Frame(top, bottom, left, middle fyne.CanvasObject) fyne.CanvasObject {
	return container.New(frameLayout{}, top, bottom, left, middle)
}

type frameLayout struct{}

func (frameLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	top, bottom, left := os[0].MinSize().Height, os[1].MinSize().Height, os[2].MinSize().Width
	place := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	}
	place(os[0], 0, 0, s.Width, top)
	place(os[1], 0, s.Height-bottom, s.Width, bottom)
	place(os[2], 0, top, left, s.Height-top-bottom)
	place(os[3], left, top, s.Width-left, s.Height-top-bottom)
}

func (frameLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	top, bottom, left, middle := os[0].MinSize(), os[1].MinSize(), os[2].MinSize(), os[3].MinSize()
	return fyne.NewSize(max(top.Width, bottom.Width, left.Width+middle.Width), top.Height+bottom.Height+max(left.Height, middle.Height))
}
