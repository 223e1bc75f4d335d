package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Events is the section of behaviour: what customers did beside buying, when and where, and
// what it tells about each of them.
type Events struct {
	cfg    Config
	p      *presenter.Events
	root   *fyne.Container
	scroll *container.Scroll
}

// NewEvents makes the page.
func NewEvents(cfg Config, p *presenter.Events) *Events {
	return &Events{cfg: cfg, p: p, root: container.NewStack(), scroll: container.NewVScroll(nil)}
}

// Content implements Page.
func (v *Events) Content() fyne.CanvasObject { return v.root }

// Show implements Page.
func (v *Events) Show(presenter.Route) {
	v.p.Watch(v.render)
	v.p.Load()
	v.render(v.p.State())
}

// Refresh implements Page.
func (v *Events) Refresh() { v.p.Load() }

// Hide implements Page.
func (v *Events) Hide() { v.p.Watch(nil) }

func (v *Events) render(st presenter.EventsState) {
	e := v.cfg.Env
	switch {
	case v.cfg.Session.Project() == nil:
		swap(v.root, noProject(v.cfg))
	case st.Phase == presenter.Empty:
		swap(v.root, importFirst(v.cfg, "run", "events"))
	case st.Phase == presenter.Failed && presenter.Cancelled(st.Err):
		swap(v.root, widget.Empty(e, "stop", e.T("gui.events.cancelled"), "", widget.Action{Text: e.T("gui.events.again"), Icon: "run", Primary: true, Do: v.p.Again}))
	case st.Phase == presenter.Failed:
		swap(v.root, failed(v.cfg, st.Err, v.p.Again))
	case st.Overview == nil:
		swap(v.root, widget.Loading(e.T("gui.events.loading")))
	default:
		swap(v.root, v.filled(st))
	}
}

func (v *Events) filled(st presenter.EventsState) fyne.CanvasObject {
	e, l, o := v.cfg.Env, v.cfg.Env.Locale, st.Overview
	body := widget.Column(theme.GapL)
	if o.Later > 0 {
		body.Add(widget.Hint(e, e.T("gui.events.later", "n", o.Later)))
	}
	if o.Undated > 0 {
		body.Add(widget.Hint(e, e.T("gui.events.undated", "n", o.Undated)))
	}
	body.Add(widget.Wrap(theme.GapM, theme.StatWidth*1.3,
		widget.Stat(e.T("gui.events.stat.events"), l.Int(o.Events), "", nil),
		widget.Stat(e.T("gui.events.stat.customers"), l.Int(o.Customers), e.T("gui.events.stat.each", "n", l.Number(float64(o.Events)/float64(max(1, o.Customers)), 1)), nil),
		widget.Stat(e.T("gui.events.stat.kinds"), l.Int(o.Kinds), "", nil),
		widget.Stat(e.T("gui.events.stat.channels"), l.Int(o.Channels), "", nil)))
	cards := []fyne.CanvasObject{v.tallies("gui.events.byEvent", o.ByEvent, o.Kinds, func(name string) func() { return v.behind(st, name) })}
	if len(o.ByChannel) > 0 {
		cards = append(cards, v.tallies("gui.events.byChannel", o.ByChannel, o.Channels, nil))
	}
	body.Add(sideBySide(cards...))
	if len(o.ByMonth) > 1 {
		body.Add(v.months(st))
	}
	if len(o.Pairs) > 0 {
		body.Add(v.pairs(o.Pairs))
	}
	body.Add(v.made(st))
	sub := ""
	if o.Last >= o.First && o.First.String() != "" {
		sub = e.T("gui.events.days", "from", o.First, "to", o.Last, "asOf", o.AsOf)
	}
	var right fyne.CanvasObject
	if names := st.Features(); len(names) > 1 {
		right = widget.Action{Text: e.T("gui.events.use"), Icon: "segment", Primary: true, Do: func() {
			v.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: "kmeans", Features: names})
		}}.Button()
	}
	return frame(e.T("gui.events.title"), sub, right, scrolled(v.scroll, body))
}

// mostTallies is how many events or channels are listed.
const mostTallies = 12

func (v *Events) tallies(title string, ts []presenter.Tally, all int, open func(name string) func()) fyne.CanvasObject {
	e := v.cfg.Env
	most := 1
	for _, t := range ts {
		most = max(most, t.Events)
	}
	rows := make([]bar, 0, mostTallies)
	for _, t := range ts[:min(len(ts), mostTallies)] {
		b := bar{name: t.Name, share: float64(t.Events) / float64(most), said: e.T("gui.events.tally", "n", t.Events, "customers", t.Customers)}
		if open != nil {
			b.open = open(t.Name)
		}
		rows = append(rows, b)
	}
	body := widget.Column(theme.GapS, bars(rows))
	if all > len(rows) {
		body.Add(widget.Hint(e, e.T("gui.events.more", "n", all-len(rows))))
	}
	return widget.TitledCard(e.T(title), nil, body)
}

// behind leads to the customers with an event, where there is a column to find them by.
func (v *Events) behind(st presenter.EventsState, name string) func() {
	column, ok := st.EventColumn(name)
	if !ok {
		return nil
	}
	return func() {
		v.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Where: presenter.Reaches(column, 1)})
	}
}

func (v *Events) months(st presenter.EventsState) fyne.CanvasObject {
	e, l := v.cfg.Env, v.cfg.Env.Locale
	months := st.Overview.ByMonth[max(0, len(st.Overview.ByMonth)-mostMonths):]
	most := 1
	for _, m := range months {
		most = max(most, m.Events)
	}
	cols := container.New(monthsLayout{})
	for _, m := range months {
		cols.Add(monthColumn(monthName(m.Month, len(months)), float64(m.Events)/float64(most), l.Compact(float64(m.Events)),
			widget.Share{Value: 1, Color: theme.Color(fynetheme.ColorNamePrimary)}))
	}
	body := widget.Column(theme.GapS, cols)
	if st.Overview.TooShort {
		body.Add(widget.Hint(e, e.T("gui.events.short")))
	}
	return widget.TitledCard(e.T("gui.events.months"), nil, body)
}

// pairs tells which events customers have together, and in which order.
func (v *Events) pairs(ps []presenter.EventPair) fyne.CanvasObject {
	e, l := v.cfg.Env, v.cfg.Env.Locale
	grid := widget.NewDataGrid(widget.GridConfig{Env: e})
	cols := []widget.GridColumn{
		{Title: e.T("gui.events.pair.from")},
		{Title: e.T("gui.events.pair.to")},
		{Title: e.T("gui.events.pair.share"), Right: true},
		{Title: e.T("gui.events.pair.both"), Right: true},
		{Title: e.T("gui.events.pair.then"), Right: true},
	}
	grid.SetData(cols, len(ps), func(row, col int) widget.GridCell {
		p := ps[row]
		switch col {
		case 0:
			return widget.GridCell{Text: p.A}
		case 1:
			return widget.GridCell{Text: p.B}
		case 2:
			return widget.GridCell{Text: l.Percent(float64(p.Both) / float64(max(1, p.From))), Bold: true}
		case 3:
			return widget.GridCell{Text: l.Int(p.Both)}
		}
		return widget.GridCell{Text: l.Int(p.Then)}
	}, nil)
	copyAll := widget.Action{Text: e.T("gui.table.copy"), Icon: "copy", Do: func() { e.Copy(grid.Text()) }}.Link()
	height := float32(min(len(ps), 10)+1)*(theme.RowHeight+theme.GapXS) + theme.GapM
	return widget.TitledCard(e.T("gui.events.pairs"), copyAll, widget.Column(theme.GapS, widget.Hint(e, e.T("gui.events.pairs.hint")), widget.Fixed(widget.Panel(grid), 0, height)))
}

// made lists the columns that events make of customers, and what they mean.
func (v *Events) made(st presenter.EventsState) fyne.CanvasObject {
	e := v.cfg.Env
	box := widget.Column(theme.GapM, widget.Hint(e, e.T("gui.events.made.hint")))
	families := map[string]int{}
	for _, f := range st.Made {
		if f.Of != "" {
			families[f.Kind]++
			if families[f.Kind] > 1 {
				continue
			}
		}
		title, mean := e.Locale.Feature(f.Name), e.T("gui.events.mean."+f.Kind)
		if f.Of != "" {
			title = e.T("gui.events.mean.each." + f.Kind)
		}
		box.Add(widget.Column(2, widget.Spread(widget.NewText(title).Bold(), widget.Muted(f.Name).Keep()), widget.Hint(e, mean)))
	}
	return widget.TitledCard(e.T("gui.events.made", "n", len(st.Made)), nil, box)
}
