package page

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Results shows one result: who is in which segment, how much money stands behind
// it, charts that lead to the customers, evidence.
type Results struct {
	cfg    Config
	p      *presenter.Results
	root   *fyne.Container
	view   *widget.ChartView
	drawn  *chart.Figure
	seg    *core.Segmentation
	filled fyne.CanvasObject
	kinds  *fyne.Container
	tabs   *widget.Tabs // in kinds
	listed []string     // by tabs
	axes   *fyne.Container
	wrong  *fyne.Container
	busy   *fyne.Container // says that the chart takes a while
	tools  *fyne.Container // what the chart can be worked with
	side   *fyne.Container
	split  *fyne.Container // the chart and the side
	head   *fyne.Container
	save   *widget.Button
	wide   *widget.Button // gives the chart the whole width, and back
	tab    string         // "segments", "evidence" or "settings"
}

// NewResults makes the page.
func NewResults(cfg Config, p *presenter.Results) *Results {
	r := &Results{
		cfg: cfg, p: p, root: container.NewStack(), kinds: container.NewStack(), axes: container.NewStack(), wrong: container.NewStack(),
		tools: container.NewStack(), busy: container.NewCenter(widget.Muted(cfg.Env.T("gui.results.drawing")).Keep()),
		side: container.NewStack(), head: container.NewStack(), tab: "segments",
	}
	r.view = widget.NewChartView(cfg.Env, theme.FormWidth, theme.FormWidth*0.75)
	r.view.OnClick = r.open
	r.view.OnDrawn = p.Drawn
	r.view.OnKey = r.TypedKey
	r.view.OnBox = func(find func() []int32) { r.p.Box(find) }
	r.view.OnMenu = func(at fyne.Position) { cfg.Dialogs.Menu(at, r.saveActions()...) }
	r.view.OnError = func(err error) {
		p.Drawn()
		r.chartError(err)
	}
	r.save = widget.Action{Text: cfg.Env.T("gui.results.saveChart"), Icon: "save", Do: r.saveMenu}.Link()
	r.wide = widget.Action{Text: cfg.Env.T("gui.results.wide"), Icon: "grid", Do: r.widen}.Link()
	top := container.NewBorder(nil, nil, nil, widget.Column(0, r.save, r.wide), r.kinds)
	chartSide := container.NewBorder(widget.Column(theme.GapXS, top, r.axes, r.wrong), r.tools, nil, nil, container.NewStack(r.view, r.busy))
	r.split = container.New(splitLayout{gap: theme.GapL, left: 0.6}, widget.Card(chartSide), r.side)
	r.filled = widget.Inset(container.NewBorder(r.head, nil, nil, nil, r.split), theme.GapL, theme.GapXL, theme.GapM, theme.GapXL)
	return r
}

// widen gives the chart the whole width, or the side its place back.
func (r *Results) widen() {
	key := "gui.results.narrow"
	if r.side.Visible() {
		r.side.Hide()
	} else {
		key = "gui.results.wide"
		r.side.Show()
	}
	r.wide.SetText(r.cfg.Env.T(key))
	r.split.Refresh()
}

// Content implements Page.
func (r *Results) Content() fyne.CanvasObject { return r.root }

// Show implements Page.
func (r *Results) Show(route presenter.Route) {
	r.p.Watch(r.render)
	r.p.Load(route)
	r.render(r.p.State())
}

// Refresh implements Page.
func (r *Results) Refresh() { r.p.Load(presenter.Route{}) }

// Hide implements Page.
func (r *Results) Hide() { r.p.Watch(nil) }

// Undo implements Undoer: names of segments, and changes of a tree by hand.
func (r *Results) Undo() { r.p.TakeBack() }

// Redo implements Undoer.
func (r *Results) Redo() { r.p.MakeAgain() }

// TypedKey implements Typer: + and − move the cut of a dendrogram or the number of groups,
// Escape lets go of what is looked at.
func (r *Results) TypedKey(k *fyne.KeyEvent) {
	st := r.p.State()
	step := map[fyne.KeyName]int{fyne.KeyPlus: 1, fyne.KeyEqual: 1, fyne.KeyMinus: -1}[k.Name]
	switch {
	case k.Name == fyne.KeyEscape && st.Kind == chart.KindTree && st.Node != nil:
		r.p.PickNode(chart.Selection{}, nil)
	case k.Name == fyne.KeyEscape && st.Boxed != nil:
		r.p.Unbox()
	case step != 0 && st.Kind == chart.KindDendrogram && st.Cut != nil:
		r.p.CutInto(len(st.Cut.Groups) + step)
	case step != 0 && st.Kind == chart.KindSweep && st.Choice != nil:
		r.p.StepK(step)
	}
}

func (r *Results) render(st presenter.ResultsState) {
	e := r.cfg.Env
	switch {
	case r.cfg.Session.Project() == nil:
		swap(r.root, noProject(r.cfg))
	case st.Phase == presenter.Failed:
		swap(r.root, r.failed(st))
	case st.Phase == presenter.Empty:
		swap(r.root, widget.Empty(e, "results", e.T("gui.results.empty"), e.T("gui.results.empty.hint"),
			widget.Action{Text: e.T("gui.home.next.segment.do"), Icon: "segment", Primary: true, Do: func() {
				r.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment})
			}}))
	case st.Seg == nil:
		swap(r.root, widget.Loading(e.T("gui.loading")))
	default:
		r.fill(st)
		if len(r.root.Objects) != 1 || r.root.Objects[0] != r.filled {
			swap(r.root, r.filled)
		}
	}
}

func (r *Results) fill(st presenter.ResultsState) {
	if st.Seg != r.seg {
		r.seg = st.Seg
		swap(r.head, r.header(st))
		swap(r.side, r.sidePanel(st))
	}
	r.showKinds(st)
	r.axes.Objects = nil
	if row := r.chartOptions(st); len(row.Objects) > 0 {
		r.axes.Objects = []fyne.CanvasObject{row}
	}
	r.axes.Refresh()
	r.showTool(st)
	r.busy.Hidden = !st.Drawing
	r.busy.Refresh()
	if st.Figure != r.drawn {
		r.drawn = st.Figure
		r.wrong.Objects = nil
		r.wrong.Refresh()
		r.view.SetSource(chartSource(st.Figure))
	}
	if st.FigureErr != nil && !presenter.Cancelled(st.FigureErr) {
		r.chartError(st.FigureErr)
	}
}

// showKinds lists the charts. The line stays the same object while it can, so that the
// keyboard stays on it.
func (r *Results) showKinds(st presenter.ResultsState) {
	if r.tabs != nil && slices.Equal(r.listed, st.Kinds) {
		r.tabs.Choose(st.Kind)
		return
	}
	tabs := make([]widget.Tab, len(st.Kinds))
	for i, k := range st.Kinds {
		tabs[i] = widget.Tab{ID: k, Title: r.cfg.Env.T("gui.chart." + k)}
	}
	r.listed, r.tabs = slices.Clone(st.Kinds), widget.NewTabs(tabs, st.Kind, r.p.SetKind).Wrapped()
	swap(r.kinds, r.tabs)
}

// chartSource draws a figure for the view.
func chartSource(f *chart.Figure) widget.ChartSource {
	if f == nil {
		return nil
	}
	return func(w, h int, scale float64) (widget.ChartFrame, error) {
		fr, err := f.Render(w, h, scale*theme.TextFactor())
		if err != nil {
			return widget.ChartFrame{}, err
		}
		out := widget.ChartFrame{Image: fr.Image, Hit: func(x, y float64) ([]string, any, bool) {
			hit, ok := fr.Hits.At(x, y)
			return hit.Lines, mark{hit.Select, hit.Lines}, ok
		}, Data: fr.Near}
		if fr.Hits.HasPoints() {
			out.In = fr.Hits.In
		}
		for _, h := range fr.Hits.Marks() {
			out.Marks = append(out.Marks, widget.ChartMark{Box: h.Box, Lines: h.Lines, Thing: mark{h.Select, h.Lines}})
		}
		return out, nil
	}
}

func (r *Results) chartError(err error) {
	message, hint := r.cfg.Env.Locale.Error(err)
	swap(r.wrong, widget.Notice(r.cfg.Env, widget.ToneWarn, message, hint))
}

// header is the title line: which result, its run, what can be done with it.
func (r *Results) header(st presenter.ResultsState) fyne.CanvasObject {
	e, l, s := r.cfg.Env, r.cfg.Env.Locale, st.Seg
	pick := r.runPicker(st, runID(s.Name, s.Run))
	customers, money := 0, 0.0
	for _, g := range s.Segments {
		customers += g.Size
		money += g.Amount
	}
	sub := e.T("gui.results.sub", "method", st.MethodName(), "date", l.Date(s.AsOf), "customers", customers, "money", l.CompactMoney(money, st.Currency), "segments", len(s.Segments))
	switch {
	case len(s.Segments) == 0 && s.AsOf == core.NoDate: // an analysis, not a division
		sub = e.T("gui.results.sub.analysis.plain", "method", st.MethodName(), "customers", len(s.Customers))
	case len(s.Segments) == 0:
		sub = e.T("gui.results.sub.analysis", "method", st.MethodName(), "date", l.Date(s.AsOf), "customers", len(s.Customers))
	case s.AsOf == core.NoDate:
		sub = e.T("gui.results.sub.plain", "method", st.MethodName(), "customers", customers, "segments", len(s.Segments))
	}
	more := widget.NewIconButton(theme.Icon("down"), nil)
	more.OnTapped = func() {
		r.cfg.Dialogs.Menu(below(more, r.cfg.Env), widget.Action{Text: e.T("gui.results.again"), Icon: "run", Do: func() {
			r.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: s.Method})
		}}, widget.Action{Text: e.T("gui.referee.compare"), Icon: "compare", Do: func() {
			r.cfg.Session.Go(presenter.Route{Page: presenter.PageCompare, Name: s.Name, Run: s.Run})
		}}, widget.Action{Text: e.T("gui.results.delete"), Icon: "trash", Do: func() {
			r.cfg.Dialogs.Confirm(e.T("gui.results.delete"), e.T("gui.results.delete.ask", "name", s.Name), e.T("gui.delete"), func() { r.p.Delete(s.Name) })
		}})
	}
	list := widget.Action{Text: e.T("gui.results.list"), Icon: "export", Primary: true, Do: func() { openExport(r.cfg, r.p, nil) }}.Button()
	report := widget.Action{Text: e.T("gui.results.report"), Icon: "reports", Do: func() { saveReport(r.cfg, r.p, core.RunHead{Name: s.Name, Run: s.Run}) }}.Button()
	title := widget.Column(2, widget.Title(s.Name), widget.NewText(sub).Color(theme.ColorMuted))
	if family := r.familyLine(st); family != nil {
		title.Add(family)
	}
	right := widget.Row(theme.GapS, widget.Fixed(pick, theme.MenuWidth, 0), report, list, more)
	return widget.Inset(widget.Spread(title, widget.Centered(right)), 0, 0, theme.GapM, 0)
}

// runPicker is the drop-down of all runs.
func (r *Results) runPicker(st presenter.ResultsState, now string) fyne.CanvasObject {
	ids, titles := runChoices(r.cfg.Env, st.Runs)
	return widget.NewChoice(ids, titles, now, func(id string) {
		for _, h := range st.Runs {
			if runID(h.Name, h.Run) == id {
				r.p.Load(presenter.Route{Name: h.Name, Run: h.Run})
			}
		}
	})
}

// failed is the look of a result that cannot be read; the others stay in reach.
func (r *Results) failed(st presenter.ResultsState) fyne.CanvasObject {
	look := failed(r.cfg, st.Err, func() { r.p.Load(presenter.Route{}) })
	if len(st.Runs) < 2 {
		return look
	}
	return frame(r.cfg.Env.T("gui.page.results"), "", widget.Fixed(r.runPicker(st, ""), theme.MenuWidth, 0), look)
}

// below returns the place under o on its canvas, for a menu.
func below(o fyne.CanvasObject, e widget.Env) fyne.Position {
	if c := e.Canvas(o); c == nil {
		return fyne.Position{}
	}
	return e.Place(o).AddXY(0, o.Size().Height)
}

func runID(name string, run int) string { return name + "\x00" + strconv.Itoa(run) }

func runChoices(e widget.Env, heads []core.RunHead) (ids, titles []string) {
	for _, h := range heads {
		ids = append(ids, runID(h.Name, h.Run))
		titles = append(titles, e.T("gui.results.run", "name", h.Name, "run", h.Run))
	}
	return ids, titles
}

// chartOptions are the choices that the chart has.
func (r *Results) chartOptions(st presenter.ResultsState) *fyne.Container {
	e := r.cfg.Env
	row := widget.Row(theme.GapS)
	by := func(ids ...string) {
		titles := make([]string, len(ids))
		for i, id := range ids {
			titles[i] = e.T("gui.chart.by." + id)
		}
		now := st.Options.By
		if now == "" {
			now = ids[0]
		}
		row.Add(widget.NewChoice(ids, titles, now, func(id string) { r.p.SetOptions(func(o *chart.Options) { o.By = id }) }))
	}
	axis := func(label, now string, set func(o *chart.Options, id string)) {
		ids, titles := []string{""}, []string{e.T("gui.form.auto")}
		for _, c := range st.Columns {
			ids, titles = append(ids, c), append(titles, columnTitle(e, c))
		}
		row.Add(widget.Centered(widget.Muted(label).Keep()))
		row.Add(widget.NewChoice(ids, titles, now, func(id string) { r.p.SetOptions(func(o *chart.Options) { set(o, id) }) }))
	}
	switch st.Kind {
	case chart.KindTreemap:
		by("customers", "money")
	case chart.KindGrid:
		by("money", "customers")
	case chart.KindScatter:
		axis(e.T("gui.chart.x"), st.Options.X, func(o *chart.Options, id string) { o.X = id })
		axis(e.T("gui.chart.y"), st.Options.Y, func(o *chart.Options, id string) { o.Y = id })
	case chart.KindTracking:
		by("period", "cumulative")
	case chart.KindAgreement:
		r.otherResult(st, row)
	case chart.KindCrosstab:
		r.crosstabFeature(st, row)
	case chart.KindBox, chart.KindHistogram:
		axis(e.T("gui.chart.column"), st.Options.X, func(o *chart.Options, id string) { o.X = id })
	}
	return row
}

// showTool puts below the chart what it can be worked with.
func (r *Results) showTool(st presenter.ResultsState) {
	r.view.OnDrag = nil
	if st.Kind == chart.KindDendrogram && st.Cut != nil {
		r.view.OnDrag = func(_, height float64, _ bool) { r.p.SetCut(height) }
	}
	if o := r.tool(st); o != nil {
		swap(r.tools, widget.Inset(o, theme.GapS, 0, 0, 0))
		return
	}
	if st.Boxed == nil {
		r.view.ClearBox()
	}
	r.tools.Objects = nil
	r.tools.Refresh()
}

// open answers a click on a mark: a number of groups is compared, a node of the tree is
// looked at, and everything else shows the customers behind it.
func (r *Results) open(thing any) {
	m, ok := thing.(mark)
	switch {
	case !ok:
	case m.sel.K > 0:
		r.p.PickK(m.sel.K)
	case m.sel.Node > 0 && r.p.State().CanEdit():
		r.p.PickNode(m.sel, m.lines)
	default:
		r.behind(m.sel)
	}
}

func (r *Results) behind(sel chart.Selection) {
	if route, ok := r.p.Behind(sel); ok {
		r.cfg.Session.Go(route)
	}
}

func (r *Results) saveActions() []widget.Action {
	e := r.cfg.Env
	out := make([]widget.Action, 0, 3)
	for _, f := range []string{"png", "svg", "pdf"} {
		out = append(out, widget.Action{Text: e.T("gui.results.saveAs", "format", strings.ToUpper(f)), Icon: "save", Do: func() { r.saveChart(f) }})
	}
	return out
}

func (r *Results) saveMenu() {
	r.cfg.Dialogs.Menu(below(r.save, r.cfg.Env), r.saveActions()...)
}

func (r *Results) saveChart(format string) {
	e, st := r.cfg.Env, r.p.State()
	r.cfg.Dialogs.SaveFile(st.Seg.Name+" "+e.T("gui.chart."+st.Kind)+"."+format, func(path string) {
		r.p.SaveChart(path, func(err error) {
			if err != nil {
				r.cfg.Session.Fail(err)
				return
			}
			r.cfg.Dialogs.Say(e.T("gui.saved", "file", base(path)))
		})
	})
}
