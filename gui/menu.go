package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"qunxiang/gui/page"
	"qunxiang/gui/presenter"
	"qunxiang/gui/widget"
)

// menu is the main menu; it carries every shortcut of the window.
func (w *window) menu() *fyne.MainMenu {
	e := w.env
	always := func(key string, sc fyne.Shortcut, do func()) *fyne.MenuItem {
		m := fyne.NewMenuItem(e.T(key), do)
		m.Shortcut = sc
		return m
	}
	item := func(key string, sc fyne.Shortcut, do func()) *fyne.MenuItem {
		return always(key, sc, func() {
			if len(w.open) == 0 { // a dialog is answered first: shortcuts reach the menu all the same
				do()
			}
		})
	}
	file := fyne.NewMenu(e.T("gui.menu.file"),
		item("gui.menu.new", ctrl(fyne.KeyN), w.newProject),
		item("gui.menu.open", ctrl(fyne.KeyO), func() { w.openProject("") }),
		item("gui.menu.save", ctrl(fyne.KeyS), w.save),
		item("gui.menu.saveAs", ctrlShift(fyne.KeyS), w.saveAs),
		fyne.NewMenuItemSeparator(),
		item("gui.menu.import", ctrl(fyne.KeyI), w.pickData),
		item("gui.menu.sample", nil, w.sampleShop),
		fyne.NewMenuItemSeparator(),
		item("gui.menu.close", ctrl(fyne.KeyW), w.closeProject))
	quit := always("gui.menu.quit", ctrl(fyne.KeyQ), w.quit)
	quit.IsQuit = true
	file.Items = append(file.Items, fyne.NewMenuItemSeparator(), quit)
	redo := always("gui.menu.redo", ctrlShift(fyne.KeyZ), w.redo)
	edit := fyne.NewMenu(e.T("gui.menu.edit"),
		always("gui.menu.undo", &fyne.ShortcutUndo{}, w.undo), redo,
		item("gui.menu.find", ctrl(fyne.KeyF), w.find))
	view := fyne.NewMenu(e.T("gui.menu.view"))
	keys := []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7, fyne.Key8, fyne.Key9, fyne.Key0}
	for i, id := range presenter.Pages() {
		view.Items = append(view.Items, item("gui.page."+string(id), ctrl(keys[i]), func() { w.session.Go(presenter.Route{Page: id}) }))
	}
	view.Items = append(view.Items, fyne.NewMenuItemSeparator(), item("gui.menu.back", &desktop.CustomShortcut{KeyName: fyne.KeyLeft, Modifier: fyne.KeyModifierAlt}, w.session.Back))
	help := fyne.NewMenu(e.T("gui.menu.help"),
		item("gui.menu.learn", nil, func() { w.session.Go(presenter.Route{Page: presenter.PageLearn}) }),
		item("gui.menu.about", nil, w.about))
	return fyne.NewMainMenu(file, edit, view, help)
}

func ctrl(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
}

func ctrlShift(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}
}

// undo takes the last change back: in the field that is typed in, otherwise on the page.
func (w *window) undo() {
	if f, ok := w.win.Canvas().Focused().(*widget.Entry); ok {
		f.TypedShortcut(&fyne.ShortcutUndo{})
		return
	}
	if p, ok := w.pages[w.shown].(page.Undoer); ok && len(w.open) == 0 {
		p.Undo()
	}
}

// redo makes it again.
func (w *window) redo() {
	if f, ok := w.win.Canvas().Focused().(*widget.Entry); ok {
		f.TypedShortcut(&fyne.ShortcutRedo{})
		return
	}
	if p, ok := w.pages[w.shown].(page.Undoer); ok && len(w.open) == 0 {
		p.Redo()
	}
}

// find puts the keyboard on the page's search field, or the window's.
func (w *window) find() {
	if s, ok := w.pages[w.shown].(page.Searcher); ok {
		s.FocusSearch()
		return
	}
	w.Focus(w.view.top.search)
}
