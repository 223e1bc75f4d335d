package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Reports writes a result's report: one HTML file that opens in any browser.
type Reports struct {
	cfg  Config
	p    *presenter.Results
	root *fyne.Container
}

// NewReports makes the page.
func NewReports(cfg Config, p *presenter.Results) *Reports {
	return &Reports{cfg: cfg, p: p, root: container.NewStack()}
}

// Content implements Page.
func (r *Reports) Content() fyne.CanvasObject { return r.root }

// Show implements Page.
func (r *Reports) Show(presenter.Route) { r.Refresh() }

// Hide implements Page.
func (r *Reports) Hide() {}

// Refresh implements Page.
func (r *Reports) Refresh() {
	e, st := r.cfg.Env, r.cfg.Session.State()
	if !st.Open {
		swap(r.root, noProject(r.cfg))
		return
	}
	if len(st.Info.Runs) == 0 {
		swap(r.root, widget.Empty(e, "reports", e.T("gui.reports.empty"), e.T("gui.results.empty.hint"),
			widget.Action{Text: e.T("gui.home.next.segment.do"), Icon: "segment", Primary: true, Do: func() {
				r.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment})
			}}))
		return
	}
	list := widget.Wrap(theme.GapL, theme.CardWidth)
	for _, h := range st.Info.Runs {
		list.Add(r.card(h))
	}
	swap(r.root, frame(e.T("gui.page.reports"), e.T("gui.reports.sub"), nil, container.NewVScroll(widget.Inset(list, 0, theme.GapM, theme.GapL, 0))))
}

func (r *Reports) card(h core.RunHead) fyne.CanvasObject {
	e, l := r.cfg.Env, r.cfg.Env.Locale
	look := widget.Action{Text: e.T("gui.reports.look"), Do: func() {
		r.cfg.Session.Go(presenter.Route{Page: presenter.PageResults, Name: h.Name, Run: h.Run})
	}}.Button()
	write := widget.Action{Text: e.T("gui.reports.write"), Icon: "reports", Primary: true, Do: func() { saveReport(r.cfg, r.p, h) }}.Button()
	return widget.Card(widget.Column(theme.GapM,
		widget.Section(e.T("gui.results.run", "name", h.Name, "run", h.Run)),
		widget.Facts(e.T("gui.stat.customers"), l.Int(h.Customers), e.T("gui.results.tab.segments"), l.Int(h.Segments),
			e.T("gui.made.asOf"), l.Date(h.AsOf), e.T("gui.made.created"), l.Time(h.Created)),
		widget.Row(theme.GapS, write, look)))
}
