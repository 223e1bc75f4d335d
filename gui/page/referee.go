package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Referee shows how far two results agree, and on whom.
type Referee struct {
	cfg   Config
	p     *presenter.Referee
	root  *fyne.Container
	side  *fyne.Container
	picks *fyne.Container
	view  *widget.ChartView
	drawn *chart.Figure
	page  fyne.CanvasObject
}

// NewReferee makes the page.
func NewReferee(cfg Config, p *presenter.Referee) *Referee {
	r := &Referee{cfg: cfg, p: p, root: container.NewStack(), side: container.NewStack(), picks: container.NewStack()}
	r.view = widget.NewChartView(cfg.Env, theme.FormWidth, theme.FormWidth*0.75)
	r.view.OnClick = func(thing any) {
		if m, ok := thing.(mark); ok {
			if route, some := p.Behind(m.sel); some {
				cfg.Session.Go(route)
			}
		}
	}
	e := cfg.Env
	head := widget.Column(theme.GapXS, widget.Section(e.T("gui.referee.cross")), widget.Hint(e, e.T("gui.referee.cross.hint")))
	table := widget.Card(container.NewBorder(head, nil, nil, nil, r.view))
	body := container.New(splitLayout{gap: theme.GapL, left: 0.38}, r.side, table)
	r.page = frame(e.T("gui.page.compare"), e.T("gui.referee.sub"), nil,
		container.NewBorder(widget.Inset(r.picks, 0, 0, theme.GapM, 0), nil, nil, nil, body))
	return r
}

// Content implements Page.
func (r *Referee) Content() fyne.CanvasObject { return r.root }

// Show implements Page.
func (r *Referee) Show(route presenter.Route) {
	r.p.Watch(r.render)
	r.p.Load(route)
	r.render(r.p.State())
}

// Refresh implements Page.
func (r *Referee) Refresh() { r.p.Load(presenter.Route{}) }

// Hide implements Page.
func (r *Referee) Hide() { r.p.Watch(nil) }

func (r *Referee) render(st presenter.RefereeState) {
	e := r.cfg.Env
	switch {
	case r.cfg.Session.Project() == nil:
		swap(r.root, noProject(r.cfg))
	case st.Phase == presenter.Failed:
		swap(r.root, failed(r.cfg, st.Err, func() { r.p.Load(presenter.Route{}) }))
	case st.Phase == presenter.Empty:
		swap(r.root, widget.Empty(e, "compare", e.T("gui.referee.empty"), e.T("gui.referee.empty.hint"),
			widget.Action{Text: e.T("gui.home.next.segment.do"), Icon: "segment", Primary: true, Do: func() {
				r.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment})
			}}))
	case st.Phase != presenter.Ready:
		swap(r.root, widget.Loading(e.T("gui.loading")))
	default:
		swap(r.picks, r.choices(st))
		swap(r.side, r.verdict(st))
		if st.Figure != r.drawn {
			r.drawn = st.Figure
			r.view.SetSource(chartSource(st.Figure))
		}
		if len(r.root.Objects) != 1 || r.root.Objects[0] != r.page {
			swap(r.root, r.page)
		}
	}
}

// choices pick the two results.
func (r *Referee) choices(st presenter.RefereeState) fyne.CanvasObject {
	e := r.cfg.Env
	ids, titles := runChoices(e, st.Runs)
	find := func(id string) presenter.RunRef {
		for _, h := range st.Runs {
			if runID(h.Name, h.Run) == id {
				return presenter.RunRef{Name: h.Name, Run: h.Run}
			}
		}
		return presenter.RunRef{}
	}
	a := widget.NewChoice(ids, titles, runID(st.A.Name, st.A.Run), func(id string) { r.p.Pick(find(id), st.B) })
	b := widget.NewChoice(ids, titles, runID(st.B.Name, st.B.Run), func(id string) { r.p.Pick(st.A, find(id)) })
	turn := widget.Action{Text: e.T("gui.referee.swap"), Icon: "compare", Do: func() { r.p.Pick(st.B, st.A) }}.Button()
	return widget.Row(theme.GapS, widget.Fixed(a, theme.MenuWidth, 0), widget.Centered(widget.Muted(e.T("gui.referee.and")).Keep()), widget.Fixed(b, theme.MenuWidth, 0), turn)
}

// verdict says in words how far the two agree, and on whom.
func (r *Referee) verdict(st presenter.RefereeState) fyne.CanvasObject {
	e, l := r.cfg.Env, r.cfg.Env.Locale
	switch {
	case st.Wrong != nil && !presenter.Cancelled(st.Wrong):
		message, hint := l.Error(st.Wrong)
		return widget.Column(0, widget.Notice(e, widget.ToneWarn, message, hint))
	case st.Result == nil:
		return widget.Column(0, widget.Card(widget.Hint(e, e.T("gui.loading"))))
	}
	a := st.Result
	word := st.Verdict()
	mood := map[string]widget.Tone{"same": widget.ToneGood, "close": widget.ToneGood, "partly": widget.ToneInfo, "little": widget.ToneWarn, "chance": widget.ToneWarn}[word]
	box := widget.Column(theme.GapL, widget.Card(widget.Column(theme.GapM,
		widget.Section(e.T("gui.referee.verdict")),
		widget.Notice(e, mood, e.T("gui.referee.verdict."+word), e.T("gui.referee.verdict."+word+".do")),
		widget.Facts(
			e.T("gui.referee.ari"), l.Number(a.ARI, 3),
			e.T("gui.referee.ami"), l.Number(a.AMI, 3),
			e.T("gui.referee.customers"), l.Int(a.Customers),
			e.T("gui.referee.onlyA", "name", a.A.Name), l.Int(a.OnlyA),
			e.T("gui.referee.onlyB", "name", a.B.Name), l.Int(a.OnlyB)),
		widget.Hint(e, e.T("gui.referee.explain")))))
	box.Add(widget.Card(r.core(st)))
	return container.NewVScroll(widget.Inset(box, 0, theme.GapM, theme.GapL, 0))
}

// core lists the segments that answer each other with the customers in both.
func (r *Referee) core(st presenter.RefereeState) fyne.CanvasObject {
	e, l, a := r.cfg.Env, r.cfg.Env.Locale, st.Result
	box := widget.Column(theme.GapS, widget.Section(e.T("gui.referee.core")))
	if len(a.Pairs) == 0 {
		box.Add(widget.Hint(e, e.T("gui.referee.core.none")))
		return box
	}
	share := float64(a.Core) / float64(max(1, a.Customers))
	box.Add(widget.Para(e, e.T("gui.referee.core.all", "n", a.Core, "share", l.Percent(share))))
	box.Add(widget.Row(0, widget.Action{Text: e.T("gui.referee.core.see"), Icon: "customers", Primary: true, Do: func() { r.p.OpenPair(-1) }}.Button()))
	for i, p := range a.Pairs {
		x, y := st.PairNames(i)
		name := x.In(l.Lang)
		if y != x {
			name = e.T("gui.referee.pair", "a", x, "b", y)
		}
		rows := widget.Column(3,
			container.NewBorder(nil, nil, nil, widget.Inset(widget.Whole(l.Int(p.Customers)).Bold(), 0, 0, 0, theme.GapM), widget.Para(e, name)),
			widget.Meter(p.Jaccard, chart.SegmentColor(a.A.Segments[p.A].ID, r.cfg.Dark), theme.GapXS+1),
			widget.Hint(e, e.T("gui.referee.jaccard", "share", l.Percent(p.Jaccard))))
		box.Add(widget.NewFlatTappable(widget.Inset(rows, theme.GapXS, theme.GapXS, theme.GapXS, theme.GapXS), func() { r.p.OpenPair(i) }))
	}
	return box
}
