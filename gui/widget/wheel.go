package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Fyne gives the wheel to the innermost widget that scrolls, and the text inside every field
// is one, whether it has anywhere to go or not: a form stops under the pointer as soon as a
// field comes to lie there. A wheelPad above the text takes the wheel and turns the page.
type wheelPad struct{ widget.BaseWidget }

func newWheelPad() *wheelPad {
	p := &wheelPad{}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer implements fyne.Widget: there is nothing to see.
func (p *wheelPad) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}

// Scrolled implements fyne.Scrollable.
func (p *wheelPad) Scrolled(ev *fyne.ScrollEvent) {
	d := fyne.CurrentApp().Driver()
	c := d.CanvasForObject(p)
	if c == nil || c.Overlays().Top() != nil { // the page below a dialog stays where it is
		return
	}
	at := d.AbsolutePositionForObject(p).Add(ev.Position)
	if s := scrollAt(c.Content(), fyne.Position{}, at); s != nil {
		s.Scrolled(ev)
	}
}

// scrollAt is the innermost scroll below o that moves up and down under a place of the
// window; o's own place counts from origin.
func scrollAt(o fyne.CanvasObject, origin, at fyne.Position) *container.Scroll {
	if o == nil || !o.Visible() {
		return nil
	}
	origin = origin.Add(o.Position())
	p, s := at.Subtract(origin), o.Size()
	if p.X < 0 || p.Y < 0 || p.X >= s.Width || p.Y >= s.Height {
		return nil
	}
	switch o := o.(type) {
	case *fyne.Container:
		for i := len(o.Objects) - 1; i >= 0; i-- { // what lies above comes first
			if found := scrollAt(o.Objects[i], origin, at); found != nil {
				return found
			}
		}
	case *container.Scroll:
		if inner := scrollAt(o.Content, origin, at); inner != nil {
			return inner
		}
		if o.Direction == container.ScrollBoth || o.Direction == container.ScrollVerticalOnly {
			return o
		}
	}
	return nil
}

// padded is a renderer with a wheelPad above what it shows.
type padded struct {
	fyne.WidgetRenderer
	pad *wheelPad
}

func withWheelPad(r fyne.WidgetRenderer) fyne.WidgetRenderer { return &padded{r, newWheelPad()} }

// Layout implements fyne.WidgetRenderer.
func (r *padded) Layout(s fyne.Size) {
	r.WidgetRenderer.Layout(s)
	r.pad.Resize(s)
}

// Objects implements fyne.WidgetRenderer.
func (r *padded) Objects() []fyne.CanvasObject {
	below := r.WidgetRenderer.Objects()
	return append(below[:len(below):len(below)], r.pad)
}
