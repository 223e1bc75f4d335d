package page

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// sidePanel is what stands beside the chart: segments, evidence, or how the run
// was made.
func (r *Results) sidePanel(st presenter.ResultsState) fyne.CanvasObject {
	e := r.cfg.Env
	body := container.NewStack()
	show := func(id string) {
		switch id {
		case "evidence":
			swap(body, container.NewVScroll(widget.Inset(r.evidence(st.Seg), 0, theme.GapM, 0, 0)))
		case "settings":
			swap(body, container.NewVScroll(widget.Inset(howMade(e, st), 0, theme.GapM, 0, 0)))
		default:
			swap(body, container.NewVScroll(widget.Inset(r.segments(st), 0, theme.GapM, 0, 0)))
		}
	}
	choices := []widget.Tab{
		{ID: "segments", Title: e.T("gui.results.tab.segments")},
		{ID: "evidence", Title: e.T("gui.results.tab.evidence")},
		{ID: "settings", Title: e.T("gui.results.tab.settings")},
	}
	if len(st.Seg.Segments) == 0 { // an analysis has its tables only
		choices = choices[1:]
	}
	now := r.tab // what the user chose stays chosen for results that have it
	if !slices.ContainsFunc(choices, func(t widget.Tab) bool { return t.ID == now }) {
		now = choices[0].ID
	}
	tabs := widget.NewTabs(choices, now, func(id string) {
		r.tab = id
		show(id)
	}).Wrapped()
	show(now)
	return widget.Card(container.NewBorder(widget.Inset(tabs, 0, 0, theme.GapS, 0), nil, nil, nil, body))
}

// segments lists the segments, best first; a tap opens the customers.
func (r *Results) segments(st presenter.ResultsState) fyne.CanvasObject {
	e, l := r.cfg.Env, r.cfg.Env.Locale
	box := widget.Column(theme.GapXS)
	for i, g := range st.Seg.Segments {
		c := chart.SegmentColor(g.ID, r.cfg.Dark)
		name := g.Name.In(l.Lang)
		line1 := container.NewBorder(nil, nil, widget.Inset(widget.Swatch(c), 0, theme.GapS, 0, 0), widget.Centered(widget.Whole(l.Int(g.Size)).Bold()), widget.Heading(e, name))
		note := e.T("gui.results.share", "share", l.Percent(g.Share))
		if g.Amount != 0 {
			note = e.T("gui.results.shareMoney", "share", l.Percent(g.Share), "money", l.CompactMoney(g.Amount, st.Currency), "moneyShare", l.Percent(g.AmountShare))
		}
		rows := widget.Column(3, line1, widget.Meter(g.Share, c, theme.GapXS+1), widget.Hint(e, note))
		if d := g.Description.In(l.Lang); d != "" {
			if speaksOfColumns(st.Method) {
				d = nameColumns(e, d, st.Seg.Features)
			}
			rows.Add(widget.Hint(e, d))
		}
		r.evidenceOf(st, g, rows)
		more := widget.NewIconButton(theme.Tinted("down", theme.ColorMuted), nil)
		more.Importance = fynewidget.LowImportance
		more.OnTapped = func() { r.cfg.Dialogs.Menu(below(more, e), r.segmentActions(i, g)...) }
		row := container.NewBorder(nil, nil, nil, widget.Centered(more), rows)
		box.Add(widget.NewFlatTappable(widget.Inset(row, theme.GapS, theme.GapXS, theme.GapS, theme.GapS), func() { r.openSegment(i) }))
		box.Add(widget.Line())
	}
	r.proving(st, box)
	r.askNumber(st, box)
	for _, x := range st.Seg.Excluded {
		box.Add(widget.NewFlatTappable(widget.Inset(widget.Hint(e, e.T("gui.segment.without", "n", x.Count, "reason", e.T("reason."+x.Reason))), theme.GapS, theme.GapS, theme.GapXS, theme.GapS), func() {
			r.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Name: st.Seg.Name, Run: st.Seg.Run, Excluded: x.Reason})
		}))
	}
	return box
}

// speaksOfColumns reports whether a method's sentences name columns by their ids: those of
// rules are words already, but for the threshold of a ladder.
func speaksOfColumns(m *core.Method) bool {
	if m == nil || !slices.Contains(m.Info.Tags, "rule") {
		return true
	}
	_, ladder := m.Info.Param("ladder")
	return ladder
}

// nameColumns puts the names that people know into a sentence of a method, which
// knows columns by their ids only.
func nameColumns(e widget.Env, text string, columns []string) string {
	pairs := make([]string, 0, 2*len(columns))
	for _, c := range slices.SortedFunc(slices.Values(columns), func(a, b string) int { return len(b) - len(a) }) {
		pairs = append(pairs, c, columnTitle(e, c))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (r *Results) segmentActions(i int, g core.Segment) []widget.Action {
	e := r.cfg.Env
	return []widget.Action{
		{Text: e.T("gui.results.openCustomers"), Icon: "customers", Do: func() { r.openSegment(i) }},
		{Text: e.T("gui.results.listOf"), Icon: "export", Do: func() { openExport(r.cfg, r.p, []int{i}) }},
		{Text: e.T("gui.results.rename"), Icon: "edit", Do: func() { r.rename(g) }},
		{Text: e.T("gui.results.within"), Icon: "segment", Do: func() {
			r.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Within: r.seg.Name + "/" + g.Key, WithinTitle: r.p.State().FamilyName(g, e.Locale.Lang)})
		}},
	}
}

func (r *Results) openSegment(i int) {
	s := r.seg
	r.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Name: s.Name, Run: s.Run, Segments: []int{i}})
}

func (r *Results) rename(g core.Segment) {
	e := r.cfg.Env
	en := widget.NewEntry()
	en.SetText(g.Name.In(e.Locale.Lang))
	r.cfg.Dialogs.Show(e.T("gui.results.rename"), widget.Fixed(en, theme.FormWidth, 0),
		widget.Action{Text: e.T("gui.cancel")},
		widget.Action{Text: e.T("gui.ok"), Primary: true, Do: func() { r.p.Rename(g.ID, strings.TrimSpace(en.Text)) }})
	r.cfg.Dialogs.Focus(en)
}

// evidence shows what speaks for the result: its measures and its tables.
func (r *Results) evidence(s *core.Segmentation) fyne.CanvasObject {
	e, l := r.cfg.Env, r.cfg.Env.Locale
	box := widget.Column(theme.GapL)
	for _, d := range s.Diagnostics {
		box.Add(widget.Notice(e, tone(d.Severity), namedText(e, s, d.Summary.In(l.Lang)), guardAdvice(e, d.Code, namedText(e, s, d.Detail.In(l.Lang)))))
	}
	var pairs []string
	for _, m := range s.Metrics {
		pairs = append(pairs, m.Title.In(l.Lang), metricText(e, s, r.p.State().Currency, m))
	}
	if len(pairs) > 0 {
		box.Add(widget.Facts(pairs...))
	}
	for _, t := range s.Tables {
		if o := r.dataTable(s, t); o != nil {
			box.Add(widget.Column(theme.GapS, widget.NewText(t.Title.In(l.Lang)).Bold(), o))
		}
	}
	if len(box.Objects) == 0 {
		box.Add(widget.Hint(e, e.T("gui.results.noEvidence")))
	}
	return box
}

// isMoney reports a metric that is an amount of money: metrics have no unit.
func isMoney(metric string) bool {
	return slices.Contains([]string{"totalClv", "totalAtRisk", "expectedLoss"}, metric)
}

func metricText(e widget.Env, s *core.Segmentation, currency string, m sdk.Metric) string {
	switch {
	case m.Value != nil && isMoney(m.ID):
		return e.Locale.Money(*m.Value, currency)
	case m.Value != nil:
		return e.Locale.Number(*m.Value, -1)
	case m.ID == "positive":
		return s.Class(m.Word).In(e.Locale.Lang)
	}
	return e.Locale.Word(m.ID, m.Word)
}

// dataTable shows a table of a result: one row as facts, more in a grid.
func (r *Results) dataTable(s *core.Segmentation, t sdk.DataTable) fyne.CanvasObject {
	if t.Table == nil || t.Table.Rows == 0 || len(t.Table.Columns) == 0 {
		return nil
	}
	if !t.Record {
		return r.smallTable(t)
	}
	e := r.cfg.Env
	t = s.TableIn(t, e.Locale.Lang)
	var pairs []string
	for i := range t.Table.Columns {
		c := &t.Table.Columns[i]
		pairs = append(pairs, tableTitle(e, t, c.Name), tableCell(e, s, c, 0))
	}
	return widget.Facts(pairs...)
}

func tableTitle(e widget.Env, t sdk.DataTable, name string) string {
	if title := t.Titles[name].In(e.Locale.Lang); title != "" {
		return title
	}
	return columnTitle(e, name)
}

func tableCell(e widget.Env, s *core.Segmentation, c *table.Column, row int) string {
	switch {
	case c.Missing(row):
		return "–"
	case c.Name == "segment" && c.Kind == table.Category:
		return segmentName(e, s, c.Text(row))
	case c.Kind == table.Bool:
		return map[bool]string{true: "✓", false: "–"}[c.Float(row) != 0]
	case (c.Name == "feature" || c.Name == "a" || c.Name == "b") && c.Kind != table.Int64 && c.Kind != table.Float64:
		return columnTitle(e, c.Text(row))
	case c.Kind == table.Category || c.Kind == table.String:
		return e.Locale.Word(c.Name, c.Text(row))
	case c.Kind == table.Int64:
		return e.Locale.Int(int(c.Ints[row]))
	}
	return e.Locale.Number(c.Float(row), -1)
}

// segmentName names a segment that a table calls by its key.
func segmentName(e widget.Env, s *core.Segmentation, key string) string {
	for _, g := range s.Segments {
		if g.Key == key {
			return g.Name.In(e.Locale.Lang)
		}
	}
	return key
}

// howMade lists everything needed to make the run again.
func howMade(e widget.Env, st presenter.ResultsState) fyne.CanvasObject {
	l, s := e.Locale, st.Seg
	pairs := []string{e.T("gui.made.name"), s.Name, e.T("gui.made.method"), st.MethodName().In(l.Lang) + " " + s.MethodVersion}
	if s.AsOf != core.NoDate {
		pairs = append(pairs, e.T("gui.made.asOf"), l.Date(s.AsOf))
	}
	pairs = append(pairs,
		e.T("gui.made.run"), l.Int(s.Run),
		e.T("gui.made.seed"), l.Value(int(s.Seed)),
		e.T("gui.made.created"), l.Time(s.Created))
	if s.Where != "" {
		pairs = append(pairs, e.T("gui.segment.where"), s.Where)
	}
	if s.Within != "" {
		pairs = append(pairs, e.T("gui.made.within"), s.Within)
	}
	features := make([]string, len(s.Features))
	for i, f := range s.Features {
		features[i] = columnTitle(e, f)
	}
	pairs = append(pairs, e.T("gui.made.features"), l.Value(features))
	var params []string
	for _, id := range sortedKeys(s.Params) {
		v := s.Params[id].String()
		if v == "" || strings.Contains(v, "\n") {
			continue
		}
		name, value := st.ParamText(id, l.Lang)
		switch {
		case s.Params[id].IsAuto():
			value = e.T("gui.form.auto")
		case st.IsColumn(id):
			value = columnTitle(e, value)
		}
		params = append(params, name, value)
	}
	identity := s.Identity
	if len(identity) > 16 {
		identity = identity[:16]
	}
	return widget.Column(theme.GapL, widget.LongFacts(e, pairs...),
		widget.Column(theme.GapS, widget.NewText(e.T("gui.made.params")).Bold(), widget.LongFacts(e, params...)),
		widget.Hint(e, e.T("gui.made.identity", "id", identity)))
}
