package widget

import (
	"sort"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
	"qunxiang/sdk"
)

// Para makes text that wraps.
func Para(e Env, s string) *Paragraph {
	return newParagraph(e, s, base.ColorNameForeground, base.SizeNameText)
}

// Hint makes wrapping text in the secondary colour.
func Hint(e Env, s string) *Paragraph { return newParagraph(e, s, theme.ColorMuted, theme.SizeSmall) }

// Lead makes wrapping text in bold and the size of a card's title.
func Lead(e Env, s string) *Paragraph {
	p := newParagraph(e, s, base.ColorNameForeground, theme.SizeSection)
	p.style.Bold = true
	return p
}

// Heading makes wrapping text in bold.
func Heading(e Env, s string) *Paragraph {
	p := Para(e, s)
	p.style.Bold = true
	return p
}

// Paragraph is wrapping text without padding of its own. Lines break at blanks and
// between Han characters, never before a closing mark or after an opening one;
// Fyne's own wrapping knows only one or the other.
type Paragraph struct {
	widget.BaseWidget
	lang   sdk.Lang
	text   string
	color  fyne.ThemeColorName
	size   fyne.ThemeSizeName
	style  fyne.TextStyle
	center bool
	lines  []*canvas.Text
	width  float32 // that lines were made for
}

func newParagraph(e Env, s string, color fyne.ThemeColorName, size fyne.ThemeSizeName) *Paragraph {
	p := &Paragraph{lang: e.Locale.Lang, text: quotes(e.Locale.Lang, s), color: color, size: size}
	p.ExtendBaseWidget(p)
	return p
}

// Centered aligns the lines to the middle.
func (p *Paragraph) Centered() *Paragraph { p.center = true; return p }

// Set changes the text.
func (p *Paragraph) Set(s string) {
	if s = quotes(p.lang, s); p.text != s {
		p.text, p.width = s, 0
		p.Refresh()
	}
}

// String returns the text.
func (p *Paragraph) String() string { return p.text }

// CreateRenderer implements fyne.Widget.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	r := &paragraphRenderer{p}
	r.Refresh()
	return r
}

type paragraphRenderer struct{ p *Paragraph }

// narrow is the width that a paragraph asks for at least.
const narrow float32 = 96

func (r *paragraphRenderer) line() float32 { return theme.Size(r.p.size) * 1.5 }

func (r *paragraphRenderer) Layout(s fyne.Size) {
	p := r.p
	if s.Width != p.width {
		before := len(p.lines)
		r.wrap(s.Width)
		if len(p.lines) != before {
			canvas.Refresh(p)
		}
	}
	h := r.line()
	for i, l := range p.lines {
		l.Move(fyne.NewPos(0, float32(i)*h))
		l.Resize(fyne.NewSize(s.Width, h))
	}
}

func (r *paragraphRenderer) wrap(width float32) {
	p := r.p
	p.width = width
	size := theme.Size(p.size)
	texts := wrapText(p.text, max(width, narrow), func(s string) float32 { return fyne.MeasureText(s, size, p.style).Width })
	p.lines = p.lines[:0]
	for _, t := range texts {
		l := canvas.NewText(t, theme.Color(p.color))
		l.TextSize, l.TextStyle = size, p.style
		if p.center {
			l.Alignment = fyne.TextAlignCenter
		}
		p.lines = append(p.lines, l)
	}
}

func (r *paragraphRenderer) MinSize() fyne.Size {
	return fyne.NewSize(narrow, float32(max(1, len(r.p.lines)))*r.line())
}

func (r *paragraphRenderer) Refresh() {
	r.wrap(max(r.p.width, r.p.Size().Width))
	r.Layout(r.p.Size())
	canvas.Refresh(r.p)
}

func (r *paragraphRenderer) Destroy() {}

func (r *paragraphRenderer) Objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, len(r.p.lines))
	for i, l := range r.p.lines {
		out[i] = l
	}
	return out
}

// wrapText breaks text into lines no wider than width.
func wrapText(text string, width float32, measure func(string) float32) []string {
	var out []string
	for part := range strings.SplitSeq(text, "\n") {
		rs := []rune(part)
		for len(rs) > 0 {
			n := fitting(rs, width, measure)
			out = append(out, strings.TrimRight(string(rs[:n]), " "))
			rs = rs[n:]
			for len(rs) > 0 && rs[0] == ' ' {
				rs = rs[1:]
			}
		}
	}
	return out
}

// fitting returns how many runes go on one line, at least one.
func fitting(rs []rune, width float32, measure func(string) float32) int {
	if measure(string(rs)) <= width {
		return len(rs)
	}
	n := sort.Search(len(rs), func(i int) bool { return measure(string(rs[:i+1])) > width })
	for i := n; i > 0; i-- {
		if breakable(rs, i) {
			return i
		}
	}
	return max(1, n)
}

// breakable reports whether a line may end before rune i.
func breakable(rs []rune, i int) bool {
	if i <= 0 || i >= len(rs) {
		return true
	}
	before, after := rs[i-1], rs[i]
	switch {
	case after == ' ':
		return true
	case strings.ContainsRune("，。、；：！？）】》」』”’…,.;:!?)]}%％", after), strings.ContainsRune("（【《「『“‘([{¥$€£", before):
		return false
	}
	return before == ' ' || wide(before) || wide(after)
}

func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}

// quotes makes typographic quotation marks plain in English: the Chinese font
// that is shipped draws them as wide as a Han character.
func quotes(l sdk.Lang, s string) string {
	if l == sdk.ZH {
		return s
	}
	return strings.NewReplacer("\u201c", "\"", "\u201d", "\"", "\u2018", "'", "\u2019", "'").Replace(s)
}

// Markdown shows help text written in Markdown. Plain paragraphs, which most help
// is, get the better line breaks of Para.
func Markdown(e Env, text string) fyne.CanvasObject {
	if !strings.ContainsAny(text, "#*`|[_") {
		box := Column(theme.GapM)
		for part := range strings.SplitSeq(text, "\n\n") {
			box.Add(Para(e, strings.TrimSpace(part)))
		}
		return box
	}
	r := widget.NewRichTextFromMarkdown(quotes(e.Locale.Lang, text))
	r.Wrapping = fyne.TextWrapWord
	if e.Locale.Lang == sdk.ZH {
		r.Wrapping = fyne.TextWrapBreak
	}
	n := -base.InnerPadding()
	return Inset(r, n, n, n, n)
}
