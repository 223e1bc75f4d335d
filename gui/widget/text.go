package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// Text is one line of text without padding, cut with an ellipsis where it is
// longer than its place.
type Text struct {
	widget.BaseWidget
	text  string
	color fyne.ThemeColorName
	size  fyne.ThemeSizeName
	bold  bool
	align fyne.TextAlign
	whole bool // the smallest width is that of the whole text
}

// NewText makes normal text that may be cut.
func NewText(s string) *Text {
	t := &Text{text: s, color: base.ColorNameForeground, size: base.SizeNameText}
	t.ExtendBaseWidget(t)
	return t
}

// Whole makes normal text that asks for its whole width.
func Whole(s string) *Text { return NewText(s).keep() }

// Title makes a page's title.
func Title(s string) *Text { return NewText(s).style(theme.SizeTitle, base.ColorNameForeground, true) }

// Section makes a card's title.
func Section(s string) *Text {
	return NewText(s).style(theme.SizeSection, base.ColorNameForeground, true)
}

// Muted makes small secondary text.
func Muted(s string) *Text { return NewText(s).style(theme.SizeSmall, theme.ColorMuted, false) }

// Link is a small text that leads somewhere, whole.
func Link(s string) *Text {
	return NewText(s).style(theme.SizeSmall, theme.ColorAccentText, false).Keep()
}

func (t *Text) style(size fyne.ThemeSizeName, color fyne.ThemeColorName, bold bool) *Text {
	t.size, t.color, t.bold = size, color, bold
	return t
}

func (t *Text) keep() *Text { t.whole = true; return t }

// Keep makes the text ask for its whole width.
func (t *Text) Keep() *Text { return t.keep() }

// Color sets the colour by name.
func (t *Text) Color(c fyne.ThemeColorName) *Text { t.color = c; return t }

// Sized sets the text size by name.
func (t *Text) Sized(s fyne.ThemeSizeName) *Text { t.size = s; return t }

// Bold makes the text bold.
func (t *Text) Bold() *Text { t.bold = true; return t }

// Right aligns the text to the right.
func (t *Text) Right() *Text { t.align = fyne.TextAlignTrailing; return t }

// Center aligns the text to the middle.
func (t *Text) Center() *Text { t.align = fyne.TextAlignCenter; return t }

// Set changes the text.
func (t *Text) Set(s string) {
	if t.text != s {
		t.text = s
		t.Refresh()
	}
}

// String returns the whole text.
func (t *Text) String() string { return t.text }

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{t: t, c: canvas.NewText(t.text, theme.Color(t.color))}
	r.Refresh()
	return r
}

type textRenderer struct {
	t    *Text
	c    *canvas.Text
	full fyne.Size
}

func (r *textRenderer) measure() {
	r.full = fyne.MeasureText(r.t.text, r.c.TextSize, r.c.TextStyle)
}

func (r *textRenderer) Layout(s fyne.Size) {
	text := r.t.text
	if s.Width > 0 && r.full.Width > s.Width+0.5 {
		text = elide(text, s.Width, func(s string) float32 { return fyne.MeasureText(s, r.c.TextSize, r.c.TextStyle).Width })
	}
	if r.c.Text != text {
		r.c.Text = text
		r.c.Refresh()
	}
	r.c.Resize(fyne.NewSize(s.Width, r.full.Height))
	r.c.Move(fyne.NewPos(0, (s.Height-r.full.Height)/2))
}

func (r *textRenderer) MinSize() fyne.Size {
	if r.t.whole {
		return r.full
	}
	return fyne.NewSize(min(r.full.Width, r.c.TextSize*3), r.full.Height)
}

func (r *textRenderer) Refresh() {
	r.c.Color = theme.Color(r.t.color)
	r.c.TextSize = theme.Size(r.t.size)
	r.c.TextStyle = fyne.TextStyle{Bold: r.t.bold}
	r.c.Alignment = r.t.align
	r.c.Text = r.t.text
	r.measure()
	if !r.t.whole { // whole text gets another size from its parent, which then lays it out
		r.Layout(r.t.Size())
	}
	r.c.Refresh()
}

func (r *textRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.c} }
func (r *textRenderer) Destroy()                     {}

// elide cuts s so that it fits into width together with an ellipsis.
func elide(s string, width float32, measure func(string) float32) string {
	rs := []rune(s)
	lo, hi := 0, len(rs)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if measure(string(rs[:mid])+"…") <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	if lo == 0 {
		return "…"
	}
	return string(rs[:lo]) + "…"
}
