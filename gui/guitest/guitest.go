package guitest

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"qunxiang/gui/page"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// The place that a page has in the smallest window that is supported, 1280×800
// without rail, menu and bars.
const (
	PageWidth  = 1280 - theme.RailWidth
	PageHeight = 800 - theme.TopHeight - 30
)

// App makes a windowless application with the program's theme.
func App(tb testing.TB, mode theme.Mode) fyne.App {
	tb.Helper()
	a := test.NewTempApp(tb)
	a.Settings().SetTheme(theme.New(mode, theme.TextNormal))
	return a
}

// Env is an environment for widgets that runs everything at once.
func Env(lang sdk.Lang) widget.Env {
	now := func(fn func()) { fn() }
	return widget.Env{
		Locale: i18n.Locale{Lang: lang, Window: true}, Post: now, Work: now, Copy: func(string) {},
		Canvas: func(fyne.CanvasObject) fyne.Canvas { return nil },
		Place:  func(fyne.CanvasObject) fyne.Position { return fyne.Position{} },
	}
}

// Stage is a page's surroundings in a test.
type Stage struct {
	*presentertest.Rig
	Config  page.Config
	Dialogs *Dialogs
	Asked   []string // commands of the window that were called
}

// NewStage makes surroundings in a language.
func NewStage(tb testing.TB, lang sdk.Lang) *Stage {
	tb.Helper()
	s := &Stage{Rig: presentertest.New(tb, lang), Dialogs: &Dialogs{}}
	say := func(what string) func() { return func() { s.Asked = append(s.Asked, what) } }
	s.Config = page.Config{
		Env: Env(lang), Session: s.Session, Dialogs: s.Dialogs,
		NewProject: say("new"), PickData: say("pick"), SampleShop: say("sample"),
		OpenProject: func(string) { s.Asked = append(s.Asked, "open") },
		Browse:      func(string) { s.Asked = append(s.Asked, "browse") },
	}
	return s
}

// Look lays a page out in the smallest window and returns every text on it. It
// fails the test when the page does not fit or a text is missing its translation.
func Look(tb testing.TB, lang sdk.Lang, p fyne.CanvasObject) []string {
	tb.Helper()
	w := test.NewTempWindow(tb, p)
	w.Resize(fyne.NewSize(PageWidth, PageHeight))
	if m := p.MinSize(); m.Width > PageWidth || m.Height > PageHeight {
		tb.Errorf("needs %.0f×%.0f, the smallest window gives %.0f×%.0f", m.Width, m.Height, PageWidth, PageHeight)
	}
	texts := Texts(p)
	l := i18n.Locale{Lang: lang}
	for _, t := range texts {
		for word := range strings.FieldsSeq(t) {
			if family, _, ok := strings.Cut(word, "."); ok && strings.Contains("gui error hint reason chart role stage lang fyne", family) && family != "" && !l.Has(t) && len(word) > len(family)+2 && !strings.ContainsAny(word, "()（）,，;；/") {
				tb.Errorf("a key is shown instead of a text: %q", t)
			}
		}
		if strings.Contains(t, "{") {
			tb.Errorf("a placeholder was not filled: %q", t)
		}
	}
	return texts
}

// Texts lists every visible text below o.
func Texts(o fyne.CanvasObject) []string {
	var out []string
	walk(o, func(x fyne.CanvasObject) {
		if t, ok := x.(*canvas.Text); ok && t.Text != "" {
			out = append(out, t.Text)
		}
	})
	return out
}

// Buttons returns the visible buttons below o by their text.
func Buttons(o fyne.CanvasObject) map[string]*widget.Button {
	out := map[string]*widget.Button{}
	walk(o, func(x fyne.CanvasObject) {
		if b, ok := x.(*widget.Button); ok {
			out[b.Text] = b
		}
	})
	return out
}

func walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	visit(o)
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			walk(c, visit)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			walk(c, visit)
		}
	}
}

// Dialogs notes what was asked and answers as the test says.
type Dialogs struct {
	Titles []string
	Said   []string
	Menus  [][]widget.Action
	Path   string // answer to a question for a file
	Shown  fyne.CanvasObject
	Do     map[string]func() // buttons of the dialog shown last
}

// OpenFile implements page.Dialogs.
func (d *Dialogs) OpenFile(_ []string, done func(string)) { done(d.Path) }

// SaveFile implements page.Dialogs.
func (d *Dialogs) SaveFile(name string, done func(string)) {
	d.Titles = append(d.Titles, name)
	done(d.Path)
}

// Confirm implements page.Dialogs with yes.
func (d *Dialogs) Confirm(title, _, _ string, done func()) {
	d.Titles = append(d.Titles, title)
	done()
}

// Show implements page.Dialogs.
func (d *Dialogs) Show(title string, content fyne.CanvasObject, buttons ...widget.Action) func() {
	d.Titles, d.Shown, d.Do = append(d.Titles, title), content, map[string]func(){}
	for _, b := range buttons {
		d.Do[b.Text] = b.Do
	}
	return func() {}
}

// Menu implements page.Dialogs.
func (d *Dialogs) Menu(_ fyne.Position, items ...widget.Action) { d.Menus = append(d.Menus, items) }

// Focus implements page.Dialogs.
func (d *Dialogs) Focus(fyne.Focusable) {}

// Say implements page.Dialogs.
func (d *Dialogs) Say(text string, _ ...widget.Action) { d.Said = append(d.Said, text) }

var _ page.Dialogs = (*Dialogs)(nil)

// Show shows a page and runs what that asks for.
func (s *Stage) Show(p page.Page, r presenter.Route) fyne.CanvasObject {
	p.Show(r)
	s.Queue.Drain()
	p.Refresh()
	s.Queue.Drain()
	return p.Content()
}
