package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// PaintCell is one cell of a PaintGrid.
type PaintCell struct {
	ID    int
	Title string
	Note  string
	Color color.Color // nil = not painted
}

// PaintGrid is a square of cells that are painted by tapping or by pulling the
// pointer over them, or with arrow keys and space.
type PaintGrid struct {
	widget.BaseWidget
	onPaint func(id int)
	n       int
	cells   []PaintCell
	marks   []*paintCell
	rows    *Text
	columns *Text
	cursor  int
	focused bool
}

type paintCell struct {
	bg    *canvas.Rectangle
	title [2]*canvas.Text // lines
	note  *canvas.Text
}

var (
	_ fyne.Tappable     = (*PaintGrid)(nil)
	_ fyne.Draggable    = (*PaintGrid)(nil)
	_ fyne.Focusable    = (*PaintGrid)(nil)
	_ desktop.Mouseable = (*PaintGrid)(nil)
)

// NewPaintGrid makes an empty grid; onPaint gets the id of a cell.
func NewPaintGrid(onPaint func(id int)) *PaintGrid {
	g := &PaintGrid{onPaint: onPaint, rows: Muted(""), columns: Muted("").Center()}
	g.ExtendBaseWidget(g)
	return g
}

// Set shows n×n cells, line by line, with what the axes are.
func (g *PaintGrid) Set(cells []PaintCell, n int, rowAxis, columnAxis string) {
	g.cells, g.n = cells, n
	g.rows.Set(rowAxis)
	g.columns.Set(columnAxis)
	for len(g.marks) < len(cells) {
		m := &paintCell{bg: canvas.NewRectangle(color.Transparent), note: canvas.NewText("", color.Black)}
		for k := range m.title {
			m.title[k] = canvas.NewText("", color.Black)
		}
		m.bg.CornerRadius = theme.PillRadius
		g.marks = append(g.marks, m)
	}
	g.marks = g.marks[:len(cells)]
	g.Refresh()
}

func (g *PaintGrid) at(p fyne.Position) int {
	top := g.axis()
	s := g.Size()
	if g.n == 0 || p.Y < top || p.X < 0 || p.X >= s.Width || p.Y >= s.Height-top {
		return -1
	}
	c := int(p.X / (s.Width / float32(g.n)))
	r := int((p.Y - top) / ((s.Height - 2*top) / float32(g.n)))
	if i := r*g.n + c; r < g.n && c < g.n && i < len(g.cells) {
		return i
	}
	return -1
}

func (g *PaintGrid) axis() float32 { return theme.Size(theme.SizeSmall) + theme.GapS }

func (g *PaintGrid) paint(p fyne.Position) {
	if i := g.at(p); i >= 0 {
		g.cursor = i
		g.onPaint(g.cells[i].ID)
	}
}

// Tapped implements fyne.Tappable; MouseDown has painted already.
func (g *PaintGrid) Tapped(*fyne.PointEvent) {}

// MouseDown implements desktop.Mouseable.
func (g *PaintGrid) MouseDown(e *desktop.MouseEvent) { g.paint(e.Position) }

// MouseUp implements desktop.Mouseable.
func (g *PaintGrid) MouseUp(*desktop.MouseEvent) {}

// Dragged implements fyne.Draggable.
func (g *PaintGrid) Dragged(e *fyne.DragEvent) { g.paint(e.Position) }

// DragEnd implements fyne.Draggable.
func (g *PaintGrid) DragEnd() {}

// FocusGained implements fyne.Focusable.
func (g *PaintGrid) FocusGained() { g.focused = true; g.Refresh() }

// FocusLost implements fyne.Focusable.
func (g *PaintGrid) FocusLost() { g.focused = false; g.Refresh() }

// TypedRune implements fyne.Focusable.
func (g *PaintGrid) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (g *PaintGrid) TypedKey(e *fyne.KeyEvent) {
	to := g.cursor
	switch e.Name {
	case fyne.KeyLeft:
		to--
	case fyne.KeyRight:
		to++
	case fyne.KeyUp:
		to -= g.n
	case fyne.KeyDown:
		to += g.n
	case fyne.KeySpace, fyne.KeyReturn:
		if g.cursor < len(g.cells) {
			g.onPaint(g.cells[g.cursor].ID)
		}
		return
	}
	if to >= 0 && to < len(g.cells) {
		g.cursor = to
		g.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (g *PaintGrid) CreateRenderer() fyne.WidgetRenderer { return &paintRenderer{g} }

type paintRenderer struct{ g *PaintGrid }

func (r *paintRenderer) Layout(s fyne.Size) {
	g, top := r.g, r.g.axis()
	g.rows.Move(fyne.NewPos(0, 0))
	g.rows.Resize(fyne.NewSize(s.Width, top))
	g.columns.Move(fyne.NewPos(0, s.Height-top))
	g.columns.Resize(fyne.NewSize(s.Width, top))
	if g.n == 0 {
		return
	}
	w, h := s.Width/float32(g.n), (s.Height-2*top)/float32(g.n)
	for i, m := range g.marks {
		at := fyne.NewPos(float32(i%g.n)*w+1, top+float32(i/g.n)*h+1)
		m.bg.Move(at)
		m.bg.Resize(fyne.NewSize(w-2, h-2))
		line := theme.Size(theme.SizeSmall) * 1.35
		m.lines(g.cells[i].Title, w-theme.GapM)
		for k, t := range m.title {
			t.Move(at.AddXY(theme.GapS, theme.GapXS+float32(k)*line))
			t.Resize(fyne.NewSize(w-theme.GapM, line))
		}
		m.note.Move(at.AddXY(theme.GapS, h-line-theme.GapS))
		m.note.Resize(fyne.NewSize(w-theme.GapM, line))
	}
}

// lines breaks a title into at most two lines.
func (m *paintCell) lines(title string, width float32) {
	size := theme.Size(theme.SizeSmall)
	parts := wrapText(title, width, func(s string) float32 { return estimate(s, size) })
	for k, t := range m.title {
		t.Text = ""
		if k < len(parts) {
			t.Text = cut(parts[k], width, size)
		}
	}
}

func (r *paintRenderer) MinSize() fyne.Size {
	return fyne.NewSize(theme.FormWidth, theme.FormWidth*0.8)
}
func (r *paintRenderer) Destroy() {}

func (r *paintRenderer) Refresh() {
	g := r.g
	for i, m := range g.marks {
		c := g.cells[i]
		ink := theme.Color(theme.ColorMuted)
		m.bg.FillColor, m.bg.StrokeColor, m.bg.StrokeWidth = theme.Color(theme.ColorCardAlt), theme.Color(theme.ColorLine), 1
		if c.Color != nil {
			m.bg.FillColor, m.bg.StrokeWidth = c.Color, 0
			ink = Ink(c.Color)
		}
		if g.focused && i == g.cursor {
			m.bg.StrokeColor, m.bg.StrokeWidth = theme.Color(base.ColorNameForeground), 3
		}
		for _, t := range m.title {
			t.Color, t.TextSize, t.TextStyle.Bold = ink, theme.Size(theme.SizeSmall), true
		}
		m.note.Color, m.note.TextSize, m.note.Text = ink, theme.Size(theme.SizeSmall), c.Note
	}
	r.Layout(g.Size())
	canvas.Refresh(g)
}

func (r *paintRenderer) Objects() []fyne.CanvasObject {
	os := []fyne.CanvasObject{r.g.rows, r.g.columns}
	for _, m := range r.g.marks {
		os = append(os, m.bg, m.title[0], m.title[1], m.note)
	}
	return os
}

// Ink returns black or white, whichever reads better on c.
func Ink(c color.Color) color.Color {
	r, g, b, _ := c.RGBA()
	if 299*r+587*g+114*b > 140*1000*257 {
		return color.NRGBA{R: 0x1A, G: 0x1C, B: 0x20, A: 0xFF}
	}
	return color.White
}
