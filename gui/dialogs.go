package gui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"

	"qunxiang/gui/page"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

var _ page.Dialogs = (*window)(nil)

// Show implements page.Dialogs.
func (w *window) Show(title string, content fyne.CanvasObject, buttons ...widget.Action) (closeIt func()) {
	var shut func()
	for i, a := range buttons {
		buttons[i].Do = func() {
			shut()
			if a.Do != nil {
				a.Do()
			}
		}
	}
	shut = w.showKeeping(title, content, buttons...)
	return shut
}

// showKeeping shows a dialog whose buttons do not close it by themselves.
func (w *window) showKeeping(title string, content fyne.CanvasObject, buttons ...widget.Action) (closeIt func()) {
	d := dialog.NewCustomWithoutButtons(title, widget.Pad(content, theme.GapS), w.win)
	shut := func() {
		d.Hide()
		if n := len(w.open); n > 0 {
			w.open = w.open[:n-1]
		}
	}
	row := []fyne.CanvasObject{layout.NewSpacer()}
	for _, a := range buttons {
		row = append(row, a.Button())
	}
	d.SetButtons(row)
	var enter func()
	for _, a := range buttons {
		if a.Primary && a.Do != nil {
			enter = a.Do
		}
	}
	w.open = append(w.open, openDialog{shut, enter})
	d.Show()
	return shut
}

// openDialog is a dialog on top of the page.
type openDialog struct {
	close func()
	enter func() // what its main button does, nil = it has none
}

// typed takes a key that nothing in the dialog took.
func (d openDialog) typed(k *fyne.KeyEvent) {
	switch {
	case k.Name == fyne.KeyEscape:
		d.close()
	case (k.Name == fyne.KeyReturn || k.Name == fyne.KeyEnter) && d.enter != nil:
		d.enter()
	}
}

// closeDialogs closes what is open: something else was asked for.
func (w *window) closeDialogs() {
	for len(w.open) > 0 {
		w.open[len(w.open)-1].close()
	}
}

// Confirm implements page.Dialogs.
func (w *window) Confirm(title, text, yes string, done func()) {
	w.Show(title, widget.Fixed(widget.Para(w.env, text), theme.FormWidth, 0),
		widget.Action{Text: w.env.T("gui.cancel")}, widget.Action{Text: yes, Danger: true, Do: done})
}

// Menu implements page.Dialogs.
func (w *window) Menu(at fyne.Position, items ...widget.Action) {
	m := fyne.NewMenu("")
	for _, a := range items {
		it := fyne.NewMenuItem(a.Text, a.Do)
		if a.Icon != "" {
			it.Icon = theme.Icon(a.Icon)
		}
		m.Items = append(m.Items, it)
	}
	fynewidget.ShowPopUpMenuAtPosition(m, w.win.Canvas(), at)
}

// Focus implements page.Dialogs.
func (w *window) Focus(o fyne.Focusable) { w.win.Canvas().Focus(o) }

// Say implements page.Dialogs: a line above the task bar that goes by itself.
func (w *window) Say(text string, actions ...widget.Action) {
	if w.toast != nil {
		w.toast()
	}
	clearIt := func() {
		w.view.say.Objects = nil
		w.view.say.Refresh()
	}
	w.view.say.Objects = []fyne.CanvasObject{widget.Notice(w.env, widget.ToneGood, text, "", actions...)}
	w.view.say.Refresh()
	w.toast = w.exec.After(toastTime, clearIt)
}

// problem shows an error: what happened, what to do, and the details to copy.
func (w *window) problem(err error) {
	e := w.env
	message, hint := e.Locale.Error(err)
	rows := widget.Column(theme.GapM, widget.Para(e, message))
	if hint != "" {
		rows.Add(widget.Hint(e, hint))
	}
	w.Show(e.T("gui.problem"), widget.Fixed(rows, theme.FormWidth*1.2, 0),
		widget.Action{Text: e.T("gui.copyDetails"), Icon: "copy", Do: func() { e.Copy(page.Details(e, err)) }},
		widget.Action{Text: e.T("gui.ok"), Primary: true})
}

// safeName makes a file name of what the user called something.
func safeName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 32 || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.TrimSpace(s))
	if s == "" || strings.Trim(s, ".") == "" {
		return "project"
	}
	return s
}
