package gui

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/gui/page"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/i18n"
)

// window is the frame: rail, top bar, page, task bar. It keeps the presenters;
// everything that shows words or colours is built anew when those change.
type window struct {
	app     fyne.App
	win     fyne.Window
	desk    presenter.Desk
	exec    presenter.Exec
	cfg     Config
	theme   *theme.Theme
	session *presenter.Session
	models  models

	env   widget.Env
	pages map[presenter.Page]page.Page
	shown presenter.Page
	view  view
	last  presenter.SessionState
	open  []openDialog // dialogs on top, last opened last
	toast func()       // stops the running toast's timer
}

// models are the pages' presenters; they outlive a change of language.
type models struct {
	data      *presenter.Data
	database  *presenter.Database
	customers *presenter.Customers
	segment   *presenter.Segment
	results   *presenter.Results
	referee   *presenter.Referee
	quality   *presenter.Quality
	people    *presenter.People
	fields    *presenter.Fields
	survey    *presenter.Survey
	comments  *presenter.Comments
	events    *presenter.Events
}

// view is what the frame shows and changes.
type view struct {
	body  *fyne.Container
	tasks *widget.TaskBar
	say   *fyne.Container
	rail  map[presenter.Page]*widget.Tappable
	top   *topBar
}

func newWindow(a fyne.App, c Config, x presenter.Exec) *window {
	w := &window{app: a, cfg: c, exec: x, desk: presenter.NewDesk(c.Workspace)}
	w.win = a.NewWindow("")
	w.win.SetPadded(false)
	w.session = w.newSession(c, x)
	w.models = models{
		data: presenter.NewData(w.desk, x, w.session), database: presenter.NewDatabase(w.desk, x, w.session), customers: presenter.NewCustomers(x, w.session),
		segment: presenter.NewSegment(w.desk, x, w.session), results: presenter.NewResults(w.desk, x, w.session),
		referee: presenter.NewReferee(x, w.session), quality: presenter.NewQuality(w.desk, x, w.session),
		people: presenter.NewPeople(w.desk, x, w.session), fields: presenter.NewFields(w.desk, x, w.session),
		survey:   presenter.NewSurvey(w.desk, x, w.session),
		comments: presenter.NewComments(w.desk, x, w.session), events: presenter.NewEvents(w.desk, x, w.session),
	}
	w.models.quality.OnKnown(func() {
		if p := w.pages[w.shown]; p != nil && (w.shown == presenter.PageHome || w.shown == presenter.PageData) {
			p.Refresh()
		}
	})
	w.paint()
	w.build()
	s := w.session.State().Settings
	width, height := max(s.Width, 1240), max(s.Height, 760)
	w.win.Resize(fyne.NewSize(width, height))
	w.win.CenterOnScreen()
	w.win.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) { w.dropped(uris) })
	w.win.SetCloseIntercept(w.quit)
	w.win.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) {
		if n := len(w.open); n > 0 {
			w.open[n-1].typed(k)
			return
		}
		if p, ok := w.pages[w.shown].(page.Typer); ok && len(w.open) == 0 {
			p.TypedKey(k)
		}
	})
	w.session.Watch(w.render)
	return w
}

// build makes everything that is seen, in the settings' language and theme.
func (w *window) build() {
	st := w.session.State()
	l := i18n.Locale{Lang: st.Settings.Lang, Window: true}
	if err := setFyneLanguage(l); err != nil {
		fyne.LogError("translations of Fyne's own texts", err)
	}
	w.env = widget.Env{
		Locale: l, Post: w.exec.Post, Work: w.exec.Work, Copy: w.app.Clipboard().SetContent,
		Canvas: func(o fyne.CanvasObject) fyne.Canvas { return w.app.Driver().CanvasForObject(o) },
		Place:  func(o fyne.CanvasObject) fyne.Position { return w.app.Driver().AbsolutePositionForObject(o) },
	}
	if p := w.pages[w.shown]; p != nil {
		p.Hide()
	}
	card := rgba(w.theme.Color(theme.ColorCard, w.app.Settings().ThemeVariant()))
	w.models.results.Paint(w.isDark(), card)
	w.models.referee.Paint(w.isDark(), card)
	w.pages, w.shown = map[presenter.Page]page.Page{}, ""
	w.view = view{body: container.NewStack(), say: container.NewStack(), rail: map[presenter.Page]*widget.Tappable{}}
	w.view.tasks = widget.NewTaskBar(w.env, w.session.Cancel)
	w.view.top = newTopBar(w)
	toast := container.NewBorder(nil, widget.Inset(w.view.say, 0, theme.GapXL, theme.GapM, theme.GapXL), nil, nil)
	w.win.SetMainMenu(w.menu())
	w.win.SetContent(widget.Frame(w.view.top.box, w.view.tasks, w.rail(), container.NewStack(w.view.body, toast)))
	w.last = presenter.SessionState{Open: st.Open, Path: st.Path} // the same project: what pages hold stays
	w.render(st)
	w.models.results.Redraw()
	w.models.referee.Redraw()
}

func rgba(c color.Color) color.RGBA {
	r, g, b, a := c.RGBA()
	return color.RGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: uint8(a >> 8)}
}

// render shows a new state of the session.
func (w *window) render(st presenter.SessionState) {
	old := w.last
	w.last = st
	w.view.tasks.Set(w.taskItems(st.Tasks))
	if looks(old.Settings) != looks(st.Settings) && old.Settings.Lang != "" {
		w.paint()
		w.build()
		return
	}
	if old.Open != st.Open || old.Path != st.Path {
		w.forget()
	}
	w.win.SetTitle(w.title(st))
	w.view.top.set(st)
	moved := w.shown != st.Route.Page || !old.Route.Same(st.Route) || filesCame(old, st)
	w.showPage(st.Route, moved)
	if !moved && factsChanged(old, st) {
		w.pages[w.shown].Refresh()
	}
}

// look is what makes the window build itself anew.
type look struct {
	lang, theme string
	scale       float64
}

func looks(s presenter.Settings) look { return look{string(s.Lang), s.Theme, s.TextScale} }

// filesCame reports that files wait for the page that takes them, which is shown already.
func filesCame(a, b presenter.SessionState) bool {
	return len(b.Queue) > len(a.Queue) && b.Route.Same(presenter.Route{Page: presenter.PageData})
}

func factsChanged(a, b presenter.SessionState) bool {
	return a.Open != b.Open || a.Busy != b.Busy || a.Path != b.Path || a.Revision != b.Revision || a.Draft != b.Draft ||
		len(a.Info.Sources) != len(b.Info.Sources) || len(a.Info.Runs) != len(b.Info.Runs) || a.Info.Customers != b.Info.Customers ||
		a.Info.AsOf != b.Info.AsOf || a.Info.Project != b.Info.Project || len(a.Settings.Recent) != len(b.Settings.Recent) || a.Latest != b.Latest || len(a.Lost) != len(b.Lost)
}

// forget empties the pages' presenters: another project is open.
func (w *window) forget() {
	w.models.data.Reset()
	w.models.database.Reset()
	w.models.customers.Reset()
	w.models.segment.Reset()
	w.models.results.Reset()
	w.models.referee.Reset()
	w.models.quality.Reset()
	w.models.people.Reset()
	w.models.fields.Reset()
	w.models.survey.Reset()
	w.models.comments.Reset()
	w.models.events.Reset()
}

// showPage brings a page to the front; moved says that its route is new to it.
func (w *window) showPage(r presenter.Route, moved bool) {
	if !moved {
		return
	}
	p := w.pages[r.Page]
	if p == nil {
		p = w.newPage(r.Page)
		w.pages[r.Page] = p
	}
	if old := w.pages[w.shown]; old != nil && w.shown != r.Page {
		old.Hide()
	}
	for id, item := range w.view.rail {
		item.Choose(id == r.Page)
	}
	w.shown = r.Page
	p.Show(r)
	w.view.body.Objects = []fyne.CanvasObject{p.Content()}
	w.view.body.Refresh()
}

func (w *window) newPage(id presenter.Page) page.Page {
	c := page.Config{
		Env: w.env, Session: w.session, Dialogs: w, Dark: w.isDark(),
		NewProject: w.newProject, OpenProject: w.openProject, PickData: w.pickData, SampleShop: w.sampleShop, Browse: w.browse,
		SettingsPath: w.cfg.Folder, Score: w.models.quality.Score,
		Rejected: func(source int, reason string) {
			w.session.Go(presenter.Route{Page: presenter.PageData, Section: "sources"})
			w.models.data.ShowRejected(source, reason)
		},
	}
	switch id {
	case presenter.PageData:
		return page.NewSections(c, id,
			page.Section{ID: "sources", Page: page.NewData(c, w.models.data), Always: true},
			page.Section{ID: "quality", Page: page.NewQuality(c, w.models.quality)},
			page.Section{ID: "people", Page: page.NewPeople(c, w.models.people)},
			page.Section{ID: "fields", Page: page.NewFields(c, w.models.fields)},
			page.Section{ID: "survey", Page: page.NewSurvey(c, w.models.survey)},
			page.Section{ID: "comments", Page: page.NewComments(c, w.models.comments)},
			page.Section{ID: "events", Page: page.NewEvents(c, w.models.events)},
			page.Section{ID: "database", Page: page.NewDatabase(c, w.models.database), Always: true},
		)
	case presenter.PageCustomers:
		return page.NewCustomers(c, w.models.customers)
	case presenter.PageSegment:
		return page.NewSegment(c, w.models.segment)
	case presenter.PageResults:
		return page.NewResults(c, w.models.results)
	case presenter.PageCompare:
		return page.NewReferee(c, w.models.referee)
	case presenter.PageReports:
		return page.NewReports(c, w.models.results)
	case presenter.PageMethods:
		return page.NewMethods(c, w.models.segment)
	case presenter.PageLearn:
		return page.NewLearn(c)
	case presenter.PageSettings:
		return page.NewSettings(c)
	}
	return page.NewHome(c)
}

func (w *window) title(st presenter.SessionState) string {
	if !st.Open {
		return w.env.T("gui.app")
	}
	mark := ""
	if st.Unsaved() {
		mark = "● "
	}
	return mark + st.Info.Project.Name + " – " + w.env.T("gui.app")
}

func (w *window) taskItems(ts []workspace.TaskState) []widget.TaskItem {
	out := make([]widget.TaskItem, 0, len(ts))
	for _, t := range ts {
		it := widget.TaskItem{ID: t.ID, Title: w.env.Locale.Message(t.Title), Fraction: t.Fraction}
		if t.Stage.Key != "" {
			it.Stage = w.env.Locale.Message(t.Stage)
		}
		if t.Left >= time.Second {
			it.Left = w.env.T("gui.task.left", "n", int(t.Left.Round(time.Second)/time.Second))
			if t.Left > 100*time.Second {
				it.Left = w.env.T("gui.task.leftMinutes", "n", int(t.Left.Round(time.Minute)/time.Minute))
			}
		}
		out = append(out, it)
	}
	return out
}

// rail is the list of pages on the left.
func (w *window) rail() fyne.CanvasObject {
	items := widget.Column(theme.GapXS)
	for _, id := range presenter.Pages() {
		row := widget.Row(theme.GapM, widget.Icon(string(id), fynetheme.ColorNameForeground, theme.IconSize),
			widget.Centered(widget.Whole(w.env.T("gui.page."+string(id)))))
		item := widget.NewFlatTappable(widget.Inset(row, theme.GapS, theme.GapM, theme.GapS, theme.GapM), func() {
			if id == presenter.PageSegment && w.shown == id { // from a method's form back to the questions
				w.models.segment.Pick("")
			}
			w.session.Go(presenter.Route{Page: id})
		})
		w.view.rail[id] = item
		items.Add(item)
	}
	return widget.Rail(widget.Fixed(widget.Inset(items, theme.GapM, theme.GapS, theme.GapM, theme.GapS), theme.RailWidth, 0))
}

// asOfText is the as-of date as the top bar shows it.
func asOfText(e widget.Env, d core.Date) string {
	if d == core.NoDate {
		return ""
	}
	return e.T("gui.top.asOf", "date", d)
}
