package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// Tone is the mood of a notice.
type Tone int

// The tones.
const (
	ToneInfo Tone = iota
	ToneGood
	ToneWarn
	ToneError
)

// Action is a button to be: its text, its icon and what it does.
type Action struct {
	Text    string
	Icon    string // name of theme.Icon, "" = none
	Primary bool
	Danger  bool
	Do      func()
}

// Button makes the button of an action.
func (a Action) Button() *Button {
	b := NewButton(a.Text, a.Do)
	tint := base.ColorNameForeground
	if a.Primary {
		b.Importance, tint = widget.HighImportance, base.ColorNameForegroundOnPrimary
	}
	if a.Danger {
		b.Importance, tint = widget.DangerImportance, base.ColorNameForegroundOnError
	}
	if a.Icon != "" {
		b.SetIcon(theme.Tinted(a.Icon, tint))
	}
	return b
}

// Link makes a quiet button without a surface.
func (a Action) Link() *Button {
	b := a.Button()
	b.Importance = widget.LowImportance
	return b
}

// Icon shows an icon in a colour at the size of the theme.
func Icon(name string, c fyne.ThemeColorName, size float32) fyne.CanvasObject {
	i := canvas.NewImageFromResource(theme.Tinted(name, c))
	i.FillMode = canvas.ImageFillContain
	i.SetMinSize(fyne.NewSquareSize(size))
	return Centered(container.NewCenter(i))
}

// Empty is the look of a page or card with nothing to show yet: why, and what to do.
func Empty(e Env, icon, title, hint string, actions ...Action) fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		container.NewCenter(Icon(icon, theme.ColorMuted, 2*theme.GapXL)),
		Section(title).Center().Keep(),
	}
	if hint != "" {
		rows = append(rows, container.NewCenter(Fixed(centeredHint(e, hint), theme.FormWidth, 0)))
	}
	if len(actions) > 0 {
		line := Row(theme.GapS)
		for _, a := range actions {
			line.Add(a.Button())
		}
		rows = append(rows, container.NewCenter(line))
	}
	return container.NewCenter(Column(theme.GapM, rows...))
}

func centeredHint(e Env, s string) fyne.CanvasObject {
	return newParagraph(e, s, theme.ColorMuted, base.SizeNameText).Centered()
}

// Loading is the look while something is read.
func Loading(text string) fyne.CanvasObject {
	bar := widget.NewProgressBarInfinite()
	return container.NewCenter(Column(theme.GapM, Whole(text).Color(theme.ColorMuted).Center(), Fixed(bar, theme.StatWidth, 0)))
}

// Failed is the look when something went wrong: the sentence, the hint, a way out.
func Failed(e Env, message, hint string, actions ...Action) fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		container.NewCenter(Icon("error", base.ColorNameError, 2*theme.GapXL)),
		Fixed(centeredHint(e, message), 1.4*theme.FormWidth, 0),
	}
	if hint != "" {
		rows = append(rows, Fixed(centeredHint(e, hint), 1.4*theme.FormWidth, 0))
	}
	line := Row(theme.GapS)
	for _, a := range actions {
		line.Add(a.Button())
	}
	rows = append(rows, container.NewCenter(line))
	return container.NewCenter(Column(theme.GapM, rows...))
}

// Notice is one remark on a soft ground, with an action where there is one.
func Notice(e Env, tone Tone, text, detail string, actions ...Action) fyne.CanvasObject {
	ground, tint, icon := toneLook(tone)
	body := Column(theme.GapXS, Para(e, text))
	if detail != "" {
		body.Add(Hint(e, detail))
	}
	if len(actions) > 0 {
		line := Row(theme.GapS)
		for _, a := range actions {
			line.Add(a.Button())
		}
		body.Add(line)
	}
	bg := fill(ground)
	bg.CornerRadius = theme.PillRadius
	mark := Inset(Icon(icon, tint, theme.IconSize), 0, theme.GapS, 0, 0)
	return container.NewStack(bg, Pad(container.NewBorder(nil, nil, mark, nil, body), theme.GapS+2))
}

func toneLook(t Tone) (ground, tint fyne.ThemeColorName, icon string) {
	switch t {
	case ToneGood:
		return theme.ColorGoodSoft, base.ColorNameSuccess, "check"
	case ToneWarn:
		return theme.ColorWarnSoft, base.ColorNameWarning, "warning"
	case ToneError:
		return theme.ColorErrorSoft, base.ColorNameError, "error"
	}
	return theme.ColorInfoSoft, theme.ColorAccentText, "info"
}

// Stat is a tile with a number, what it is, and a remark.
func Stat(label, value, remark string, onTap func()) fyne.CanvasObject {
	rows := Column(2, Muted(label), NewText(value).Sized(theme.SizeDisplay).Bold().Keep())
	if remark != "" {
		rows.Add(Muted(remark))
	}
	box := Inset(rows, theme.GapM, theme.GapL, theme.GapM, theme.GapL)
	if onTap == nil {
		return container.NewStack(surface(), box)
	}
	return NewTappable(box, onTap)
}

// DropZone is the place to drop files on, or to tap for a file dialog.
func DropZone(e Env, title, hint string, onTap func()) fyne.CanvasObject {
	rows := Column(theme.GapS,
		container.NewCenter(Icon("drop", theme.ColorAccentText, 2*theme.GapXL-theme.GapS)),
		Section(title).Center(),
		centeredHint(e, hint))
	return NewTappable(Inset(rows, theme.GapXL, theme.GapXL, theme.GapXL, theme.GapXL), onTap)
}

// Facts lists names and values in two columns.
func Facts(pairs ...string) fyne.CanvasObject {
	box := container.New(factsLayout{})
	for i := 0; i+1 < len(pairs); i += 2 {
		box.Add(Whole(pairs[i]).Color(theme.ColorMuted))
		box.Add(NewText(pairs[i+1]))
	}
	return box
}

// LongFacts is Facts whose values take as many lines as they need.
func LongFacts(e Env, pairs ...string) fyne.CanvasObject {
	box := container.New(factsLayout{})
	for i := 0; i+1 < len(pairs); i += 2 {
		box.Add(Column(0, Whole(pairs[i]).Color(theme.ColorMuted))) // beside the first line
		box.Add(Para(e, pairs[i+1]))
	}
	return box
}

type factsLayout struct{}

func (factsLayout) widths(os []fyne.CanvasObject) (name float32) {
	for i := 0; i < len(os); i += 2 {
		name = max(name, os[i].MinSize().Width)
	}
	return name + theme.GapL
}

func (l factsLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	name := l.widths(os)
	var y float32
	for i := 0; i+1 < len(os); i += 2 {
		h := max(os[i].MinSize().Height, os[i+1].MinSize().Height)
		os[i].Move(fyne.NewPos(0, y))
		os[i].Resize(fyne.NewSize(name, h))
		os[i+1].Move(fyne.NewPos(name, y))
		os[i+1].Resize(fyne.NewSize(max(0, s.Width-name), h))
		h = max(h, os[i+1].MinSize().Height) // wrapped text knows its height once it has a width
		y += h + theme.GapXS
	}
}

func (l factsLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	var h, w float32
	for i := 0; i+1 < len(os); i += 2 {
		h += max(os[i].MinSize().Height, os[i+1].MinSize().Height) + theme.GapXS
		w = max(w, os[i+1].MinSize().Width)
	}
	return fyne.NewSize(l.widths(os)+w, max(0, h-theme.GapXS))
}
