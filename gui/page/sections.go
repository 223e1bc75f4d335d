package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Section is one part of a page that has several, each a page of its own. Its title is
// the text "gui.section.<ID>".
type Section struct {
	ID     string
	Page   Page
	Always bool // it is of use before there are data
}

// Sections is a page of several under one entry of the rail: a line of tabs, and the
// section that the route names.
type Sections struct {
	cfg   Config
	id    presenter.Page
	all   []Section
	at    int // position in all
	shown bool
	tabs  *fyne.Container
	root  *fyne.Container
}

// NewSections makes the page; the first section is shown where a route names none.
func NewSections(cfg Config, id presenter.Page, all ...Section) *Sections {
	s := &Sections{cfg: cfg, id: id, all: all, tabs: container.NewStack()}
	s.root = container.NewBorder(s.tabs, nil, nil, nil, container.NewStack())
	return s
}

// Content implements Page.
func (s *Sections) Content() fyne.CanvasObject { return s.root }

// Show implements Page.
func (s *Sections) Show(r presenter.Route) {
	at := 0
	for i, x := range s.all {
		if x.ID == r.Section {
			at = i
		}
	}
	if s.shown && at != s.at {
		s.all[s.at].Page.Hide()
	}
	s.at, s.shown = at, true
	s.line()
	now := s.all[at].Page
	now.Show(r)
	s.root.Objects[0] = now.Content()
	s.root.Refresh()
}

// line shows the tabs where there is something to choose from.
func (s *Sections) line() {
	s.tabs.Objects = nil
	var tabs []widget.Tab
	st := s.cfg.Session.State()
	for _, x := range s.all {
		if st.Open && (x.Always || len(st.Info.Sources) > 0) {
			tabs = append(tabs, widget.Tab{ID: x.ID, Title: s.title(x.ID)})
		}
	}
	if len(tabs) > 1 {
		choose := func(id string) { s.cfg.Session.Go(presenter.Route{Page: s.id, Section: id}) }
		s.tabs.Objects = []fyne.CanvasObject{widget.Inset(widget.NewTabs(tabs, s.all[s.at].ID, choose).Wrapped(), theme.GapM, theme.GapXL, 0, theme.GapXL)}
	}
	s.tabs.Refresh()
}

// title is the title of a section; that of quality has the score.
func (s *Sections) title(id string) string {
	e := s.cfg.Env
	title := e.T("gui.section." + id)
	if id == "quality" && s.cfg.Score != nil {
		if score, known := s.cfg.Score(); known {
			return e.T("gui.quality.tab", "title", title, "score", points(e, score))
		}
	}
	return title
}

// Refresh implements Page.
func (s *Sections) Refresh() {
	s.line()
	s.all[s.at].Page.Refresh()
}

// Hide implements Page.
func (s *Sections) Hide() {
	s.shown = false
	s.all[s.at].Page.Hide()
}

// Undo implements Undoer for the section that is shown.
func (s *Sections) Undo() {
	if u, ok := s.all[s.at].Page.(Undoer); ok {
		u.Undo()
	}
}

// Redo implements Undoer.
func (s *Sections) Redo() {
	if u, ok := s.all[s.at].Page.(Undoer); ok {
		u.Redo()
	}
}

// TypedKey implements Typer.
func (s *Sections) TypedKey(k *fyne.KeyEvent) {
	if t, ok := s.all[s.at].Page.(Typer); ok {
		t.TypedKey(k)
	}
}
