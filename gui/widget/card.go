package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// Card sets o on a surface with a thin line around it.
func Card(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(surface(), Pad(o, theme.GapL))
}

// Panel is a Card without space inside, for tables and charts.
func Panel(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(surface(), Pad(o, 2))
}

// Quiet sets o on a quiet surface inside a card.
func Quiet(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(newSurface(theme.ColorCardAlt, theme.PillRadius), Pad(o, theme.GapM))
}

// TitledCard is a card with a title line, what belongs on its right, and a body.
func TitledCard(title string, right, body fyne.CanvasObject) fyne.CanvasObject {
	head := fyne.CanvasObject(Section(title))
	if right != nil {
		head = Spread(head, right)
	}
	return Card(container.NewBorder(Inset(head, 0, 0, theme.GapM, 0), nil, nil, nil, body))
}

func surface() *Surface { return newSurface(theme.ColorCard, theme.CardRadius) }

// Tappable is a surface that can be tapped, focused and pressed by keyboard. It
// shows that it can.
type Tappable struct {
	widget.BaseWidget
	content fyne.CanvasObject
	bg      *Surface
	onTap   func()
	chosen  bool
	flat    bool // no surface until hovered or chosen
	hovered bool
	focused bool
}

var (
	_ fyne.Tappable      = (*Tappable)(nil)
	_ fyne.Focusable     = (*Tappable)(nil)
	_ desktop.Hoverable  = (*Tappable)(nil)
	_ desktop.Cursorable = (*Tappable)(nil)
)

// NewTappable makes a card that calls onTap.
func NewTappable(content fyne.CanvasObject, onTap func()) *Tappable {
	t := &Tappable{content: content, onTap: onTap, bg: surface()}
	t.ExtendBaseWidget(t)
	t.paint()
	return t
}

// NewFlatTappable makes a row that has a surface only under the pointer.
func NewFlatTappable(content fyne.CanvasObject, onTap func()) *Tappable {
	t := &Tappable{content: content, onTap: onTap, flat: true, bg: newSurface(theme.ColorNone, theme.PillRadius)}
	t.ExtendBaseWidget(t)
	t.paint()
	return t
}

// Choose shows the surface as the chosen one of several.
func (t *Tappable) Choose(on bool) {
	if t.chosen != on {
		t.chosen = on
		t.paint()
	}
}

func (t *Tappable) paint() {
	ground, line := theme.ColorCard, theme.ColorLine
	if t.flat {
		ground, line = theme.ColorNone, theme.ColorNone
	}
	switch {
	case t.chosen:
		ground = theme.ColorAccentSoft
		if !t.flat {
			line = base.ColorNamePrimary
		}
	case t.hovered:
		ground = base.ColorNameHover
		if !t.flat {
			ground, line = theme.ColorCardAlt, base.ColorNamePrimary
		}
	}
	if t.focused {
		line = base.ColorNamePrimary
	}
	t.bg.Fill, t.bg.Line = theme.Color(ground), theme.Color(line)
	t.bg.Refresh()
}

// Tapped implements fyne.Tappable.
func (t *Tappable) Tapped(*fyne.PointEvent) {
	if t.onTap != nil {
		t.onTap()
	}
}

// MouseIn implements desktop.Hoverable.
func (t *Tappable) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.paint() }

// MouseMoved implements desktop.Hoverable.
func (t *Tappable) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (t *Tappable) MouseOut() { t.hovered = false; t.paint() }

// Cursor implements desktop.Cursorable.
func (t *Tappable) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements fyne.Focusable.
func (t *Tappable) FocusGained() { t.focused = true; t.paint() }

// FocusLost implements fyne.Focusable.
func (t *Tappable) FocusLost() { t.focused = false; t.paint() }

// TypedRune implements fyne.Focusable.
func (t *Tappable) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (t *Tappable) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace || e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		t.Tapped(nil)
	}
}

// CreateRenderer implements fyne.Widget.
func (t *Tappable) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(t.bg, t.content))
}

// Rail puts o on the rail's ground with a hair line on its right.
func Rail(o fyne.CanvasObject) fyne.CanvasObject {
	l := fill(theme.ColorLine)
	l.SetMinSize(fyne.NewSize(1, 0))
	return container.NewStack(fill(theme.ColorRail), container.NewBorder(nil, nil, nil, l, o))
}

// TopBar puts o on the rail's ground with a hair line below.
func TopBar(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(fill(theme.ColorRail), container.NewBorder(nil, fixedLine(), nil, nil, o))
}
