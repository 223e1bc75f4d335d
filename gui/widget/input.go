package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Fyne gives a key to the focused widget alone, and its own widgets swallow the keys that
// they have no use for. Those below give them to the window, so that Escape closes a dialog
// and Enter confirms it wherever the keyboard is.

// passOn gives a key that o has no use for to o's window.
func passOn(o fyne.CanvasObject, k *fyne.KeyEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil {
		return
	}
	if typed := c.OnTypedKey(); typed != nil {
		typed(k)
	}
}

func isEnter(k *fyne.KeyEvent) bool { return k.Name == fyne.KeyReturn || k.Name == fyne.KeyEnter }

// Entry is a field of text. Escape is the window's, and so is Enter in a field of one line
// without an answer of its own.
type Entry struct{ widget.Entry }

// NewEntry makes a field of one line.
func NewEntry() *Entry {
	e := &Entry{widget.Entry{Wrapping: fyne.TextWrap(fyne.TextTruncateClip)}}
	e.ExtendBaseWidget(e)
	return e
}

// NewMultiLineEntry makes a field of several lines.
func NewMultiLineEntry() *Entry {
	e := &Entry{widget.Entry{MultiLine: true, Wrapping: fyne.TextWrap(fyne.TextTruncateClip)}}
	e.ExtendBaseWidget(e)
	return e
}

// NewPasswordEntry makes a field that hides what is typed.
func NewPasswordEntry() *Entry {
	e := &Entry{widget.Entry{Password: true, Wrapping: fyne.TextWrap(fyne.TextTruncateClip)}}
	e.ExtendBaseWidget(e)
	return e
}

// CreateRenderer implements fyne.Widget.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	e.ExtendBaseWidget(e)
	r := e.Entry.CreateRenderer()
	if e.MultiLine { // its lines may need the wheel themselves
		return r
	}
	return withWheelPad(r)
}

// TypedKey implements fyne.Focusable.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape || isEnter(k) && !e.MultiLine && e.OnSubmitted == nil {
		passOn(e, k)
		return
	}
	e.Entry.TypedKey(k)
}

// SelectEntry is a field of one line with suggestions.
type SelectEntry struct{ widget.SelectEntry }

// NewSelectEntry makes a field that suggests options.
func NewSelectEntry(options []string) *SelectEntry {
	e := &SelectEntry{}
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ExtendBaseWidget(e)
	e.SetOptions(options)
	return e
}

// CreateRenderer implements fyne.Widget.
func (e *SelectEntry) CreateRenderer() fyne.WidgetRenderer {
	e.ExtendBaseWidget(e)
	return withWheelPad(e.SelectEntry.CreateRenderer())
}

// TypedKey implements fyne.Focusable.
func (e *SelectEntry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape || isEnter(k) {
		passOn(e, k)
		return
	}
	e.SelectEntry.TypedKey(k)
}

// List is a list of rows. Escape is the window's, and so is Enter where OnEnter leaves it.
type List struct {
	widget.List
	// OnEnter is called with the row that the keyboard is on; it reports whether it had a use
	// for the key.
	OnEnter func(row int) bool
	at      int
}

// NewList makes a list; see Fyne's own.
func NewList(length func() int, row func() fyne.CanvasObject, show func(widget.ListItemID, fyne.CanvasObject)) *List {
	l := &List{}
	l.Length, l.CreateItem, l.UpdateItem = length, row, show
	l.OnHighlighted = func(id widget.ListItemID) { l.at = id }
	l.ExtendBaseWidget(l)
	return l
}

// TypedKey implements fyne.Focusable.
func (l *List) TypedKey(k *fyne.KeyEvent) {
	switch {
	case isEnter(k) && l.OnEnter != nil && l.OnEnter(l.at):
	case isEnter(k), k.Name == fyne.KeyEscape:
		passOn(l, k)
	default:
		l.List.TypedKey(k)
	}
}

// Check is a box to tick.
type Check struct{ widget.Check }

// NewCheck makes a box with a text behind it.
func NewCheck(text string, onChange func(on bool)) *Check {
	c := &Check{widget.Check{Text: text, OnChanged: onChange}}
	c.ExtendBaseWidget(c)
	return c
}

// TypedKey implements fyne.Focusable.
func (c *Check) TypedKey(k *fyne.KeyEvent) { passOn(c, k) }

// Button is a button that Enter presses as well as the space bar.
type Button struct{ widget.Button }

// NewButton makes a button.
func NewButton(text string, do func()) *Button {
	b := &Button{widget.Button{Text: text, OnTapped: do}}
	b.ExtendBaseWidget(b)
	return b
}

// NewIconButton makes a button that shows an icon alone.
func NewIconButton(icon fyne.Resource, do func()) *Button {
	b := NewButton("", do)
	b.SetIcon(icon)
	return b
}

// TypedKey implements fyne.Focusable.
func (b *Button) TypedKey(k *fyne.KeyEvent) {
	switch {
	case k.Name == fyne.KeySpace || isEnter(k):
		if !b.Disabled() {
			b.Tapped(nil)
		}
	default:
		passOn(b, k)
	}
}

// dropDown is the list of a Choice.
type dropDown struct{ widget.Select }

func newDropDown(titles []string) *dropDown {
	s := &dropDown{widget.Select{Options: titles}}
	s.ExtendBaseWidget(s)
	return s
}

// TypedKey implements fyne.Focusable.
func (s *dropDown) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape || isEnter(k) {
		passOn(s, k)
		return
	}
	s.Select.TypedKey(k)
}
