package page

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Page is one page of the window.
type Page interface {
	// Content returns the page's object, always the same.
	Content() fyne.CanvasObject
	// Show loads what the route asks for; the page is about to be seen.
	Show(r presenter.Route)
	// Refresh tells that the project's facts changed while the page is seen.
	Refresh()
	// Hide tells that another page is seen from now on.
	Hide()
}

// Searcher is a page with a search field.
type Searcher interface{ FocusSearch() }

// Undoer is a page with changes that can be taken back and made again.
type Undoer interface {
	Undo()
	Redo()
}

// Typer is a page that hears keys which nothing else on it takes.
type Typer interface{ TypedKey(k *fyne.KeyEvent) }

// Dialogs are the window's dialogs and menus.
type Dialogs interface {
	// OpenFile asks for an existing file with one of the endings (".csv"); done gets
	// its path.
	OpenFile(endings []string, done func(path string))
	// SaveFile asks for a place to write; name is proposed. A file that is there is
	// asked about. done gets the path.
	SaveFile(name string, done func(path string))
	// Confirm asks a question; done is called when the answer is yes.
	Confirm(title, text, yes string, done func())
	// Show shows content with buttons below; a button's Do is called after closing
	// unless it is nil. It returns what closes the dialog.
	Show(title string, content fyne.CanvasObject, buttons ...widget.Action) (close func())
	// Menu pops up a menu at a position of the canvas.
	Menu(at fyne.Position, items ...widget.Action)
	// Focus puts the keyboard on o.
	Focus(o fyne.Focusable)
	// Say tells the user about something that went well, with an action where there is one.
	Say(text string, actions ...widget.Action)
}

// Config is what every page is made with.
type Config struct {
	Env     widget.Env
	Session *presenter.Session
	Dialogs Dialogs
	Dark    bool
	// Commands of the window that pages offer too.
	NewProject  func()
	OpenProject func(path string) // "" asks for the file
	PickData    func()            // asks for data files and queues them
	SampleShop  func()
	Score       func() (score float64, known bool) // of the data; nil = nobody knows
	Browse      func(path string)                  // opens a file with the machine's own program
	// Rejected shows the rows of a source that were left out for a reason; nil = the page cannot.
	Rejected func(source int, reason string)
	// SettingsPath is where the settings are kept, for the user to know.
	SettingsPath string
}

// frame puts a page's title line above its body.
func frame(title, sub string, right fyne.CanvasObject, body fyne.CanvasObject) fyne.CanvasObject {
	head := widget.Column(2, widget.Title(title))
	if sub != "" {
		head.Add(widget.NewText(sub).Color(theme.ColorMuted))
	}
	var line fyne.CanvasObject = head
	if right != nil {
		line = widget.Spread(head, widget.Centered(right))
	}
	top := widget.Inset(line, 0, 0, theme.GapM, 0)
	return widget.Inset(container.NewBorder(top, nil, nil, nil, body), theme.GapL, theme.GapXL, theme.GapM, theme.GapXL)
}

// swap makes o the only object of a stack.
func swap(c *fyne.Container, o fyne.CanvasObject) {
	c.Objects = []fyne.CanvasObject{o}
	c.Refresh()
}

// failed is the look of a page whose content could not be read.
func failed(c Config, err error, retry func()) fyne.CanvasObject {
	message, hint := c.Env.Locale.Error(err)
	return widget.Failed(c.Env, message, hint,
		widget.Action{Text: c.Env.T("gui.retry"), Primary: true, Do: retry},
		widget.Action{Text: c.Env.T("gui.copyDetails"), Icon: "copy", Do: func() { c.Env.Copy(Details(c.Env, err)) }})
}

// Details is an error as text for whoever helps: code, place and cause.
func Details(e widget.Env, err error) string {
	message, hint := e.Locale.Error(err)
	return message + "\n" + hint + "\n\n" + core.CodeOf(err) + "\n" + err.Error()
}

// noProject is the look of a page that needs a project.
func noProject(c Config) fyne.CanvasObject {
	e := c.Env
	return widget.Empty(e, "open", e.T("gui.noProject"), e.T("gui.noProject.hint"),
		widget.Action{Text: e.T("gui.home.sample"), Icon: "shop", Primary: true, Do: c.SampleShop},
		widget.Action{Text: e.T("gui.home.import"), Icon: "drop", Do: c.PickData},
		widget.Action{Text: e.T("gui.home.open"), Icon: "open", Do: func() { c.OpenProject("") }})
}

// noData is the look of a page that needs imported data.
func noData(c Config) fyne.CanvasObject {
	e := c.Env
	return widget.Empty(e, "data", e.T("gui.noData"), e.T("gui.noData.hint"),
		widget.Action{Text: e.T("gui.home.import"), Icon: "drop", Primary: true, Do: c.PickData})
}

// columnTitle names a feature or output column for people.
func columnTitle(e widget.Env, name string) string {
	for _, family := range []string{"gui.column.", "chart.column."} {
		if e.Locale.Has(family + name) {
			return e.T(family + name)
		}
	}
	if of, ok := strings.CutPrefix(name, "segment:"); ok {
		return e.T("gui.form.segmentOf", "name", of)
	}
	return e.Locale.Feature(name)
}
