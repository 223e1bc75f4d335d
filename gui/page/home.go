package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Home shows where to begin: the drop zone, the open project's next step, and the
// projects of before.
type Home struct {
	cfg  Config
	root *fyne.Container
}

// NewHome makes the page.
func NewHome(cfg Config) *Home {
	return &Home{cfg: cfg, root: container.NewStack()}
}

// Content implements Page.
func (h *Home) Content() fyne.CanvasObject { return h.root }

// Show implements Page.
func (h *Home) Show(presenter.Route) { h.Refresh() }

// Hide implements Page.
func (h *Home) Hide() {}

// Refresh implements Page.
func (h *Home) Refresh() {
	e, st := h.cfg.Env, h.cfg.Session.State()
	if st.Busy {
		swap(h.root, widget.Loading(e.T("gui.home.opening")))
		return
	}
	body := widget.Column(theme.GapL)
	for _, path := range st.Lost {
		body.Add(widget.Notice(e, widget.ToneWarn, e.T("gui.home.lost"), e.T("gui.home.lost.hint"),
			widget.Action{Text: e.T("gui.home.lost.open"), Icon: "open", Primary: true, Do: func() { h.cfg.OpenProject(path) }},
			widget.Action{Text: e.T("gui.home.lost.drop"), Icon: "trash", Do: func() {
				h.cfg.Dialogs.Confirm(e.T("gui.home.lost.drop"), e.T("gui.home.lost.drop.ask"), e.T("gui.delete"), func() { h.cfg.Session.DropDraft(path) })
			}}))
	}
	if st.Open {
		body.Add(h.project(st))
	} else {
		body.Add(h.start())
	}
	if cards := h.recent(st); cards != nil {
		body.Add(widget.Inset(widget.Section(e.T("gui.home.recent")), theme.GapS, 0, 0, 0))
		body.Add(cards)
	}
	if !st.Open {
		body.Add(h.steps())
	}
	scroll := container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapL, 0))
	swap(h.root, frame(e.T("gui.home.title"), e.T("gui.home.sub"), h.buttons(), scroll))
}

func (h *Home) buttons() fyne.CanvasObject {
	e := h.cfg.Env
	buttons := widget.Row(theme.GapS,
		widget.Action{Text: e.T("gui.home.new"), Icon: "add", Do: h.cfg.NewProject}.Button(),
		widget.Action{Text: e.T("gui.home.open"), Icon: "open", Do: func() { h.cfg.OpenProject("") }}.Button())
	return widget.Inset(buttons, 0, theme.GapM, 0, 0) // in line with the cards, which leave room for the scroll bar
}

func (h *Home) start() fyne.CanvasObject {
	e := h.cfg.Env
	drop := widget.DropZone(e, e.T("gui.home.drop"), e.T("gui.home.drop.hint"), h.cfg.PickData)
	sample := widget.Card(container.NewBorder(nil,
		widget.Action{Text: e.T("gui.home.sample"), Icon: "shop", Primary: true, Do: h.cfg.SampleShop}.Button(), nil, nil,
		widget.Column(theme.GapS, widget.Section(e.T("gui.home.sample.title")), widget.Para(e, e.T("gui.home.sample.hint")))))
	return container.New(splitLayout{gap: theme.GapL, left: 0.62}, drop, sample)
}

// steps tells a newcomer what the four steps are.
func (h *Home) steps() fyne.CanvasObject {
	e := h.cfg.Env
	box := widget.Wrap(theme.GapM, theme.StatWidth+theme.GapXL)
	for _, s := range []struct{ id, icon string }{{"1", "drop"}, {"2", "segment"}, {"3", "results"}, {"4", "export"}} {
		box.Add(widget.Card(widget.Column(theme.GapS,
			widget.Row(theme.GapS, widget.Icon(s.icon, theme.ColorAccentText, theme.IconSize), widget.Whole(e.T("gui.home.step"+s.id)).Bold()),
			widget.Hint(e, e.T("gui.home.step"+s.id+".hint")))))
	}
	return widget.Column(theme.GapM, widget.Inset(widget.Section(e.T("gui.home.steps")), theme.GapS, 0, 0, 0), box)
}

// project shows the open project and what to do next.
func (h *Home) project(st presenter.SessionState) fyne.CanvasObject {
	e, in := h.cfg.Env, st.Info
	goTo := func(p presenter.Page) func() {
		return func() { h.cfg.Session.Go(presenter.Route{Page: p}) }
	}
	l := e.Locale
	stats := widget.Wrap(theme.GapM, theme.StatWidth,
		widget.Stat(e.T("gui.stat.customers"), l.Compact(float64(in.Customers)), e.T("gui.stat.all"), goTo(presenter.PageCustomers)),
		widget.Stat(e.T("gui.stat.orders"), l.Compact(float64(in.Orders)), e.T("gui.stat.lines", "n", l.Compact(float64(in.Lines))), goTo(presenter.PageData)),
		widget.Stat(e.T("gui.stat.amount"), l.CompactMoney(in.Amount, in.Project.Currency), span(e, in.FirstDate, in.LastDate), goTo(presenter.PageData)),
		widget.Stat(e.T("gui.stat.results"), l.Int(len(in.Runs)), h.newest(in.Runs != nil, st), goTo(presenter.PageResults)))
	if h.cfg.Score != nil {
		if score, known := h.cfg.Score(); known {
			stats.Add(widget.Stat(e.T("gui.stat.quality"), points(e, score), e.T("gui.stat.quality.of"), func() {
				h.cfg.Session.Go(presenter.Route{Page: presenter.PageData, Section: "quality"})
			}))
		}
	}
	next := h.nextStep(st, goTo)
	if len(in.Sources) == 0 {
		return widget.Column(theme.GapL, next, widget.DropZone(e, e.T("gui.home.drop"), e.T("gui.home.drop.hint"), h.cfg.PickData))
	}
	box := widget.Column(theme.GapL, next, stats)
	if s := st.Latest; s != nil {
		open := widget.Action{Text: e.T("gui.home.next.results.do"), Icon: "results", Do: func() {
			h.cfg.Session.Go(presenter.Route{Page: presenter.PageResults, Name: s.Name, Run: s.Run})
		}}.Link()
		box.Add(widget.TitledCard(e.T("gui.home.latest", "name", s.Name), open, segmentBars(h.cfg, s)))
	}
	box.Add(widget.DropZone(e, e.T("gui.data.drop"), e.T("gui.data.drop.hint"), h.cfg.PickData))
	return box
}

func (h *Home) newest(some bool, st presenter.SessionState) string {
	if !some || len(st.Info.Runs) == 0 {
		return h.cfg.Env.T("gui.stat.noRuns")
	}
	return st.Info.Runs[0].Name
}

func (h *Home) nextStep(st presenter.SessionState, goTo func(presenter.Page) func()) fyne.CanvasObject {
	e := h.cfg.Env
	title := e.T("gui.home.current", "name", st.Info.Project.Name)
	switch {
	case len(st.Info.Sources) == 0:
		return widget.Notice(e, widget.ToneInfo, title, e.T("gui.home.next.import"))
	case len(st.Info.Runs) == 0:
		return widget.Notice(e, widget.ToneInfo, title, e.T("gui.home.next.segment"),
			widget.Action{Text: e.T("gui.home.next.segment.do"), Icon: "segment", Primary: true, Do: func() {
				h.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: "rfm"})
			}})
	}
	return widget.Notice(e, widget.ToneGood, title, e.T("gui.home.next.results"),
		widget.Action{Text: e.T("gui.home.next.results.do"), Icon: "results", Primary: true, Do: goTo(presenter.PageResults)},
		widget.Action{Text: e.T("gui.home.next.more"), Icon: "segment", Do: goTo(presenter.PageSegment)})
}

// recent lays out the cards of the projects of before, nil without any.
func (h *Home) recent(st presenter.SessionState) fyne.CanvasObject {
	cards := widget.Wrap(theme.GapM, theme.CardWidth)
	for _, r := range st.Settings.Recent {
		if st.Open && r.Path == st.Path {
			continue
		}
		cards.Add(h.card(r))
	}
	if len(cards.Objects) == 0 {
		return nil
	}
	return cards
}

func (h *Home) card(r presenter.Recent) fyne.CanvasObject {
	e, l := h.cfg.Env, h.cfg.Env.Locale
	facts := e.T("gui.home.card.empty")
	if r.Customers > 0 {
		facts = e.T("gui.home.card.facts", "customers", l.Compact(float64(r.Customers)), "amount", l.CompactMoney(r.Amount, r.Currency), "date", r.LastDate)
	}
	changed := e.T("gui.home.card.same")
	switch {
	case r.NewCustomers > 0 && r.NewRuns > 0:
		changed = e.T("gui.home.card.both", "customers", r.NewCustomers, "runs", r.NewRuns)
	case r.NewCustomers > 0:
		changed = e.T("gui.home.card.more", "customers", r.NewCustomers)
	case r.NewRuns > 0:
		changed = e.T("gui.home.card.runs", "runs", r.NewRuns)
	}
	parts := make([]widget.Share, 0, len(r.Segments))
	best := ""
	for _, g := range r.Segments {
		parts = append(parts, widget.Share{Value: float64(g.Size), Color: chart.SegmentColor(g.ID, h.cfg.Dark)})
		if best == "" {
			best = e.T("gui.home.card.best", "name", g.Name.In(l.Lang), "n", g.Size)
		}
	}
	forget := widget.Action{Icon: "close", Do: func() { h.cfg.Session.Forget(r.Path) }}.Link()
	rows := widget.Column(theme.GapS,
		widget.Spread(widget.Section(r.Name), forget),
		widget.NewText(facts).Color(theme.ColorMuted),
		widget.ShareBar(parts, theme.GapM),
		widget.Muted(best),
		widget.Muted(changed))
	return widget.NewTappable(widget.Pad(rows, theme.GapL), func() { h.cfg.OpenProject(r.Path) })
}

// splitLayout sets two objects side by side, the left one with a share of the width.
type splitLayout struct {
	gap  float32
	left float32
}

func (l splitLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	if !os[1].Visible() {
		os[0].Resize(s)
		os[0].Move(fyne.NewPos(0, 0))
		return
	}
	w := (s.Width - l.gap) * l.left
	os[0].Resize(fyne.NewSize(w, s.Height))
	os[0].Move(fyne.NewPos(0, 0))
	os[1].Resize(fyne.NewSize(s.Width-l.gap-w, s.Height))
	os[1].Move(fyne.NewPos(w+l.gap, 0))
}

func (l splitLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	a, b := os[0].MinSize(), os[1].MinSize()
	return fyne.NewSize(a.Width+b.Width+l.gap, max(a.Height, b.Height))
}
