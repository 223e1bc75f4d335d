package widget

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

const cellInset float32 = 8

// gridCell is one cell: a canvas.Text, a swatch and the marks of its row.
type gridCell struct {
	widget.BaseWidget
	text   *canvas.Text
	swatch *canvas.Rectangle
	under  *canvas.Rectangle // hair line below the row
	mark   *canvas.Rectangle // ground of the chosen row
	full   string
	right  bool
}

func newGridCell() *gridCell {
	c := &gridCell{
		text:   canvas.NewText("", theme.Color(base.ColorNameForeground)),
		swatch: canvas.NewRectangle(theme.Color(theme.ColorNone)),
		under:  fill(theme.ColorLine),
		mark:   fill(theme.ColorAccentSoft),
	}
	c.text.TextSize = theme.Size(base.SizeNameText)
	c.swatch.CornerRadius = 3
	c.swatch.Hide()
	c.mark.Hide()
	c.ExtendBaseWidget(c)
	return c
}

func (c *gridCell) set(v GridCell, right, chosen bool) {
	name := base.ColorNameForeground
	if v.Muted {
		name = theme.ColorMuted
	}
	c.text.Color = theme.Color(name)
	c.text.TextStyle.Bold = v.Bold
	c.text.TextSize = theme.Size(base.SizeNameText)
	c.full, c.right = v.Text, right
	if v.Swatch != nil {
		c.swatch.FillColor = v.Swatch
	}
	show(c.swatch, v.Swatch != nil)
	show(c.mark, chosen)
	c.place()
	c.Refresh()
}

func show(o fyne.CanvasObject, on bool) {
	if on == o.Visible() {
		return
	}
	if on {
		o.Show()
		return
	}
	o.Hide()
}

func (c *gridCell) place() {
	s := c.Size()
	left := cellInset
	if c.swatch.Visible() {
		c.swatch.Resize(fyne.NewSquareSize(theme.SwatchSize))
		c.swatch.Move(fyne.NewPos(left, (s.Height-theme.SwatchSize)/2))
		left += theme.SwatchSize + theme.GapS - 2
	}
	avail := s.Width - left - cellInset
	c.text.Text = cut(c.full, avail, c.text.TextSize)
	c.text.Alignment = fyne.TextAlignLeading
	if c.right {
		c.text.Alignment = fyne.TextAlignTrailing
	}
	c.text.Move(fyne.NewPos(left, 0))
	c.text.Resize(fyne.NewSize(max(0, avail), s.Height))
	half := theme.GapXS / 2
	c.under.Move(fyne.NewPos(-half, s.Height+half-1))
	c.under.Resize(fyne.NewSize(s.Width+2*half, 1))
	c.mark.Move(fyne.NewPos(-half, -half))
	c.mark.Resize(fyne.NewSize(s.Width+2*half, s.Height+2*half-1))
}

// CreateRenderer implements fyne.Widget.
func (c *gridCell) CreateRenderer() fyne.WidgetRenderer { return &gridCellRenderer{c} }

type gridCellRenderer struct{ c *gridCell }

func (r *gridCellRenderer) Layout(fyne.Size)   { r.c.place() }
func (r *gridCellRenderer) MinSize() fyne.Size { return fyne.NewSize(60, theme.RowHeight) }
func (r *gridCellRenderer) Destroy()           {}
func (r *gridCellRenderer) Refresh() {
	r.c.text.Refresh()
	canvas.Refresh(r.c)
}

func (r *gridCellRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.c.mark, r.c.swatch, r.c.text, r.c.under}
}

// Cut shortens a text of the usual size to what fits into a width.
func Cut(s string, width float32) string { return cut(s, width, theme.Size(base.SizeNameText)) }

// cut shortens s to an estimate of what fits into width.
func cut(s string, width, size float32) string {
	if estimate(s, size) <= width {
		return s
	}
	var w float32
	dots := 0.9 * size
	for i, r := range s {
		n := runeWidth(r) * size
		if w+n+dots > width {
			return s[:i] + "…"
		}
		w += n
	}
	return s
}

func estimate(s string, size float32) float32 {
	var w float32
	for _, r := range s {
		w += runeWidth(r)
	}
	return w * size
}

// runeWidth is the advance of a rune in ems of Noto Sans SC, rounded up by class.
func runeWidth(r rune) float32 {
	switch {
	case r >= 0x2E80 || r == '…' || r == '—':
		return 1
	case strings.ContainsRune("iljI., ':|", r):
		return 0.3
	case strings.ContainsRune("mwMW@%", r):
		return 0.93
	case r >= 'A' && r <= 'Z':
		return 0.68
	}
	return 0.57
}

// gridHead is a header cell; a tap goes to the grid's owner.
type gridHead struct {
	widget.BaseWidget
	title, sub *canvas.Text
	bg, pill   *canvas.Rectangle
	line       *canvas.Rectangle
	two, right bool
	full, subs string
	tap        func(fyne.Position)
}

var (
	_ fyne.Tappable      = (*gridHead)(nil)
	_ desktop.Cursorable = (*gridHead)(nil)
)

func newGridHead(two bool) *gridHead {
	h := &gridHead{two: two, bg: fill(theme.ColorCardAlt), pill: fill(theme.ColorNone), line: fill(theme.ColorLine)}
	h.pill.CornerRadius = theme.PillRadius
	h.title = canvas.NewText("", color.Black)
	h.sub = canvas.NewText("", color.Black)
	h.ExtendBaseWidget(h)
	return h
}

func (h *gridHead) set(title, sub string, right bool, tap func(fyne.Position)) {
	h.full, h.subs, h.right, h.tap = title, sub, right, tap
	h.title.TextSize, h.sub.TextSize = theme.Size(theme.SizeSmall), theme.Size(theme.SizeSmall)
	h.title.TextStyle.Bold = true
	h.title.Color = theme.Color(theme.ColorMuted)
	h.sub.Color = theme.Color(theme.ColorAccentText)
	ground := theme.ColorNone
	if sub != "" {
		ground = theme.ColorAccentSoft
	}
	h.pill.FillColor = theme.Color(ground)
	h.place()
	h.Refresh()
}

func (h *gridHead) place() {
	s := h.Size()
	half := theme.GapXS / 2
	h.bg.Move(fyne.NewPos(-half, -half))
	h.bg.Resize(fyne.NewSize(s.Width+2*half, s.Height+2*half))
	h.line.Move(fyne.NewPos(-half, s.Height+half-1))
	h.line.Resize(fyne.NewSize(s.Width+2*half, 1))
	top := s.Height
	if h.two {
		top = s.Height / 2
	}
	avail := s.Width - 2*cellInset
	h.title.Text, h.sub.Text = cut(h.full, avail, h.title.TextSize), cut(h.subs, avail, h.sub.TextSize)
	h.title.Alignment, h.sub.Alignment = fyne.TextAlignLeading, fyne.TextAlignLeading
	if h.right && !h.two {
		h.title.Alignment = fyne.TextAlignTrailing
	}
	h.title.Move(fyne.NewPos(cellInset, 0))
	h.title.Resize(fyne.NewSize(avail, top))
	h.sub.Move(fyne.NewPos(cellInset, top))
	h.sub.Resize(fyne.NewSize(avail, s.Height-top-theme.GapXS))
	h.pill.Move(fyne.NewPos(theme.GapXS/2, top))
	h.pill.Resize(fyne.NewSize(s.Width-theme.GapXS, s.Height-top-theme.GapXS))
}

// Tapped implements fyne.Tappable.
func (h *gridHead) Tapped(e *fyne.PointEvent) {
	if h.tap != nil {
		h.tap(e.AbsolutePosition.Subtract(e.Position).AddXY(0, h.Size().Height))
	}
}

// Cursor implements desktop.Cursorable.
func (h *gridHead) Cursor() desktop.Cursor {
	if h.tap != nil {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer implements fyne.Widget.
func (h *gridHead) CreateRenderer() fyne.WidgetRenderer { return &gridHeadRenderer{h} }

type gridHeadRenderer struct{ h *gridHead }

func (r *gridHeadRenderer) Layout(fyne.Size) { r.h.place() }
func (r *gridHeadRenderer) Destroy()         {}
func (r *gridHeadRenderer) Refresh() {
	r.h.title.Refresh()
	canvas.Refresh(r.h)
}

// MinSize is that of a cell: Fyne makes rows as high as the higher of both.
func (r *gridHeadRenderer) MinSize() fyne.Size { return fyne.NewSize(60, theme.RowHeight) }

func (r *gridHeadRenderer) Objects() []fyne.CanvasObject {
	if r.h.two {
		return []fyne.CanvasObject{r.h.bg, r.h.pill, r.h.title, r.h.sub, r.h.line}
	}
	return []fyne.CanvasObject{r.h.bg, r.h.title, r.h.line}
}
