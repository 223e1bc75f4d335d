package page

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// importView shows one file on its way in: what was detected, everything
// changeable, a preview under the roles of its columns, and the reconciliation.
type importView struct {
	cfg  Config
	p    *presenter.Data
	root *fyne.Container
	grid *widget.DataGrid
	seen *presenter.Preview // the preview that the grid shows
}

func newImportView(cfg Config, p *presenter.Data) *importView {
	v := &importView{cfg: cfg, p: p, root: container.NewStack()}
	v.grid = widget.NewDataGrid(widget.GridConfig{Env: cfg.Env, RowNumbers: true, TwoLines: true, OnHeader: v.roleMenu})
	return v
}

func (v *importView) render(st presenter.ImportState) {
	e := v.cfg.Env
	switch {
	case st.Phase == presenter.ImportDone:
		swap(v.root, v.done(st))
	case st.Phase == presenter.ImportFailed && st.Preview == nil:
		swap(v.root, v.failed(st))
	case st.Preview == nil:
		swap(v.root, widget.Loading(e.T("gui.import.looking", "file", base(st.File))))
	default:
		swap(v.root, v.form(st))
	}
}

func (v *importView) failed(st presenter.ImportState) fyne.CanvasObject {
	e := v.cfg.Env
	message, hint := e.Locale.Error(st.Err)
	return widget.Failed(e, e.T("gui.import.failed", "file", base(st.File), "message", message), hint,
		widget.Action{Text: e.T("gui.import.other"), Icon: "open", Primary: true, Do: func() { v.p.Next(); v.cfg.PickData() }},
		widget.Action{Text: e.T("gui.copyDetails"), Icon: "copy", Do: func() { e.Copy(Details(e, st.Err)) }},
		widget.Action{Text: e.T("gui.import.skip"), Do: v.p.Next})
}

// form is the page before the import.
func (v *importView) form(st presenter.ImportState) fyne.CanvasObject {
	e := v.cfg.Env
	if st.Preview != v.seen {
		v.fill(st)
	}
	busy := st.Phase == presenter.ImportRunning
	run := widget.Action{Text: e.T("gui.import.do"), Icon: "check", Primary: true, Do: v.p.Import}.Button()
	skip := widget.Action{Text: e.T("gui.import.skip"), Do: v.p.Next}.Button()
	if busy || len(st.NeedsRole()) > 0 {
		run.Disable()
	}
	if busy {
		skip.SetText(e.T("gui.cancel"))
	}
	sub := e.T("gui.import.sub", "size", e.Locale.Compact(float64(st.Preview.Size)))
	if st.Waiting > 0 {
		sub = e.T("gui.import.sub.waiting", "n", st.Waiting)
	}
	side := container.NewVScroll(widget.Inset(v.settings(st), 0, theme.GapM, 0, 0))
	table := widget.Panel(v.grid)
	left := container.NewBorder(v.notices(st), nil, nil, nil, table)
	body := container.NewBorder(nil, nil, nil, widget.Inset(widget.Fixed(widget.Card(side), theme.CardWidth, 0), 0, 0, 0, theme.GapL), left)
	return frame(e.T("gui.import.title", "file", base(st.File)), sub, widget.Row(theme.GapS, skip, run), body)
}

// notices say what is missing or worth a look, above the table.
func (v *importView) notices(st presenter.ImportState) fyne.CanvasObject {
	e := v.cfg.Env
	box := widget.Column(theme.GapS)
	if st.Err != nil {
		message, hint := e.Locale.Error(st.Err)
		box.Add(widget.Notice(e, widget.ToneError, message, hint, widget.Action{Text: e.T("gui.copyDetails"), Do: func() { e.Copy(Details(e, st.Err)) }}))
	}
	if need := st.NeedsRole(); len(need) > 0 {
		words := make([]string, len(need))
		for i, r := range need {
			words[i] = e.T("gui.role." + string(r))
		}
		box.Add(widget.Notice(e, widget.ToneWarn, e.T("gui.import.need", "roles", words), e.T("gui.import.need.hint")))
	} else if st.Err == nil {
		box.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.import.ready"), ""))
	}
	for _, m := range st.Preview.Problems {
		box.Add(widget.Notice(e, widget.ToneWarn, e.Locale.Message(m), ""))
	}
	return widget.Inset(box, 0, 0, theme.GapM, 0)
}

func (v *importView) fill(st presenter.ImportState) {
	e, pv := v.cfg.Env, st.Preview
	v.seen = pv
	roles := st.Mapping()
	kinds := map[string]core.DetectedColumn{}
	for _, c := range pv.Detected.Columns {
		kinds[c.Name] = c
	}
	columns := make([]widget.GridColumn, len(pv.Header))
	for i, h := range pv.Header {
		sub := e.T("gui.import.noRole")
		if r, ok := roles[h]; ok {
			sub = e.T("gui.role." + string(r))
		} else if pv.Detected.Kind != core.SourceTransactions {
			sub = e.T("gui.import.attribute")
		}
		columns[i] = widget.GridColumn{Title: h, Sub: sub + " ▾", Right: kinds[h].Type == "number"}
	}
	cell := func(r, c int) widget.GridCell {
		if c >= len(pv.Rows[r]) {
			return widget.GridCell{}
		}
		_, used := roles[pv.Header[c]]
		return widget.GridCell{Text: pv.Rows[r][c], Muted: !used && pv.Detected.Kind == core.SourceTransactions}
	}
	v.grid.SetData(columns, len(pv.Rows), cell, func(row int) string {
		if row < len(pv.RowNumbers) {
			return strconv.Itoa(pv.RowNumbers[row])
		}
		return ""
	})
}

// roleMenu lets the user say what a column is.
func (v *importView) roleMenu(col int, at fyne.Position) {
	e, st := v.cfg.Env, v.p.State().Import
	if st.Preview == nil || col >= len(st.Preview.Header) {
		return
	}
	name := st.Preview.Header[col]
	now := st.Mapping()[name]
	roles := rolesOf(st.Preview.Detected.Kind)
	items := make([]widget.Action, 0, len(roles)+1)
	for _, r := range roles {
		icon := ""
		if r == now {
			icon = "check"
		}
		items = append(items, widget.Action{Text: e.T("gui.role." + string(r)), Icon: icon, Do: func() { v.p.SetRole(name, r) }})
	}
	none := e.T("gui.import.noRole")
	if st.Preview.Detected.Kind != core.SourceTransactions {
		none = e.T("gui.import.attribute")
	}
	items = append(items, widget.Action{Text: none, Do: func() { v.p.SetRole(name, "") }})
	v.cfg.Dialogs.Menu(at, items...)
}

// rolesOf lists what the columns of a file of the kind can be.
func rolesOf(kind core.SourceKind) []core.Role {
	switch kind {
	case core.SourceCustomers:
		return []core.Role{core.RoleCustomer}
	case core.SourceSurvey:
		return []core.Role{core.RoleCustomer, core.RoleDate, core.RoleWeight}
	case core.SourceComments:
		return []core.Role{core.RoleCustomer, core.RoleText, core.RoleDate, core.RoleRating, core.RoleChannel}
	case core.SourceEvents:
		return []core.Role{core.RoleCustomer, core.RoleEvent, core.RoleDate, core.RoleChannel}
	}
	return []core.Role{
		core.RoleCustomer, core.RoleDate, core.RoleAmount, core.RoleOrder, core.RoleQuantity, core.RolePrice,
		core.RoleProduct, core.RoleCategory, core.RoleChannel, core.RoleStatus,
	}
}

// settings shows everything detected as choices.
func (v *importView) settings(st presenter.ImportState) fyne.CanvasObject {
	e, d := v.cfg.Env, st.Preview.Detected
	box := widget.Column(theme.GapM, widget.Section(e.T("gui.import.detected")))
	add := func(label string, sure float64, o fyne.CanvasObject) {
		head := fyne.CanvasObject(widget.NewText(label).Bold())
		if sure > 0 && sure < 0.8 {
			head = widget.Spread(widget.NewText(label).Bold(), widget.Muted(e.T("gui.import.unsure")).Keep())
		}
		box.Add(widget.Column(theme.GapXS, head, o))
	}
	add(e.T("gui.import.kind"), 0, v.choice("gui.kind.", []string{"transactions", "customers", "survey", "comments", "events"}, string(d.Kind), func(o *core.ImportOptions, id string) {
		o.Kind, o.Map = core.SourceKind(id), nil
	}))
	dates := func() {
		add(e.T("gui.import.dateOrder"), d.Confidence["dateOrder"], v.choice("gui.dateOrder.", []string{"ymd", "dmy", "mdy"}, string(d.DateOrder), func(o *core.ImportOptions, id string) {
			o.DateOrder = core.DateOrder(id)
		}))
	}
	switch {
	case d.Kind == core.SourceTransactions && d.Grain != "":
		grain := v.choice("gui.grain.", []string{"line", "order"}, string(d.Grain), func(o *core.ImportOptions, id string) { o.Grain = core.Grain(id) })
		add(e.T("gui.import.grain"), d.Confidence["oneRowIs"], widget.Column(theme.GapXS, grain,
			widget.Hint(e, e.T("gui.import.grain.counts", "lines", st.Preview.Lines, "orders", st.Preview.Orders))))
		dates()
	case d.Kind != core.SourceTransactions && d.DateOrder != "":
		dates()
	}
	if d.Kind == core.SourceTransactions {
		add(e.T("gui.import.refunds"), 0, widget.Column(theme.GapXS,
			v.choice("gui.refunds.", []string{"net", "drop", "keep"}, string(d.Refunds), func(o *core.ImportOptions, id string) { o.Refunds = core.RefundPolicy(id) }),
			widget.Hint(e, e.T("gui.refunds."+string(d.Refunds)+".hint"))))
	}
	v.fileSettings(st.Preview, add)
	return box
}

// fileSettings shows how the file itself is read.
func (v *importView) fileSettings(pv *presenter.Preview, add func(string, float64, fyne.CanvasObject)) {
	e, d := v.cfg.Env, pv.Detected
	if len(pv.Sheets) > 0 {
		add(e.T("gui.import.sheet"), 0, v.plain(pv.Sheets, pv.Sheets, d.Sheet, func(o *core.ImportOptions, id string) {
			*o = core.ImportOptions{Sheet: id}
		}))
	}
	if len(pv.Encodings) > 0 {
		add(e.T("gui.import.encoding"), d.Confidence["encoding"], v.plain(pv.Encodings, pv.Encodings, d.Encoding, func(o *core.ImportOptions, id string) { o.Encoding = id }))
	}
	if len(pv.Delimiters) > 0 {
		titles := make([]string, len(pv.Delimiters))
		for i, c := range pv.Delimiters {
			titles[i] = delimiterTitle(e, c)
		}
		add(e.T("gui.import.delimiter"), d.Confidence["delimiter"], v.plain(pv.Delimiters, titles, d.Delimiter, func(o *core.ImportOptions, id string) { o.Delimiter = id }))
	}
	ids, titles := []string{"-1"}, []string{e.T("gui.import.header.none")}
	for i := 1; i <= max(10, d.HeaderRow); i++ {
		ids, titles = append(ids, strconv.Itoa(i)), append(titles, e.T("gui.import.header.row", "row", i))
	}
	now := strconv.Itoa(d.HeaderRow)
	if d.HeaderRow == 0 {
		now = "-1"
	}
	add(e.T("gui.import.header"), d.Confidence["headerRow"], v.plain(ids, titles, now, func(o *core.ImportOptions, id string) {
		o.HeaderRow, _ = strconv.Atoi(id) // ids are numbers made above
		o.Map = nil
	}))
}

func delimiterTitle(e widget.Env, c string) string {
	key := map[string]string{",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}[c]
	if key == "" {
		return c
	}
	return e.T("gui.delimiter." + key)
}

func (v *importView) choice(prefix string, ids []string, now string, set func(*core.ImportOptions, string)) fyne.CanvasObject {
	titles := make([]string, len(ids))
	for i, id := range ids {
		titles[i] = v.cfg.Env.T(prefix + id)
	}
	return v.plain(ids, titles, now, set)
}

func (v *importView) plain(ids, titles []string, now string, set func(*core.ImportOptions, string)) fyne.CanvasObject {
	if !slices.Contains(ids, now) && now != "" {
		ids, titles = append(slices.Clone(ids), now), append(slices.Clone(titles), now)
	}
	return widget.NewChoice(ids, titles, now, func(id string) { v.p.Change(func(o *core.ImportOptions) { set(o, id) }) })
}

// done is the page after the import: what came in, what did not and why.
func (v *importView) done(st presenter.ImportState) fyne.CanvasObject {
	e, l, r := v.cfg.Env, v.cfg.Env.Locale, st.Report
	currency := v.cfg.Session.State().Info.Project.Currency
	stats := widget.Wrap(theme.GapM, theme.StatWidth,
		widget.Stat(e.T("gui.stat.customers"), l.Int(r.Customers), "", nil),
		widget.Stat(e.T("gui.stat.orders"), l.Int(r.Orders), e.T("gui.stat.lines", "n", l.Int(r.Lines)), nil),
		widget.Stat(e.T("gui.stat.amount"), l.CompactMoney(r.Amount, currency), e.T("gui.stat.span", "from", r.FirstDate, "to", r.LastDate), nil))
	switch {
	case r.Detected.Kind == core.SourceCustomers:
		stats = widget.Wrap(theme.GapM, theme.StatWidth, widget.Stat(e.T("gui.stat.customers"), l.Int(r.Customers), "", nil))
	case r.Detected.Kind != core.SourceTransactions:
		stats = widget.Wrap(theme.GapM, theme.StatWidth,
			widget.Stat(e.T("gui.kind."+string(r.Detected.Kind)), l.Int(r.Records), "", nil),
			widget.Stat(e.T("gui.stat.customers"), l.Int(r.Customers), "", nil))
	}
	body := widget.Column(theme.GapL, stats, v.reconciliation(r))
	if len(r.Hints) > 0 {
		hints := widget.Column(theme.GapS)
		for _, m := range r.Hints {
			hints.Add(widget.Notice(e, widget.ToneWarn, l.Message(m), ""))
		}
		body.Add(widget.TitledCard(e.T("gui.import.hints"), nil, hints))
	}
	next := widget.Action{Text: e.T("gui.import.next"), Icon: "segment", Primary: true, Do: func() {
		v.p.Next()
		v.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: "rfm"})
	}}
	sources := widget.Action{Text: e.T("gui.import.sources"), Icon: "data", Do: v.p.Next}
	if n := len(v.cfg.Session.State().Queue); n > 0 {
		next = widget.Action{Text: e.T("gui.import.nextFile", "n", n), Icon: "next", Primary: true, Do: v.p.Next}
	}
	return frame(e.T("gui.import.done", "file", base(st.File)), e.T("gui.import.done.sub"), widget.Row(theme.GapS, sources.Button(), next.Button()),
		container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapM, 0)))
}

func (v *importView) reconciliation(r core.ImportReport) fyne.CanvasObject {
	e, l := v.cfg.Env, v.cfg.Env.Locale
	rows := widget.Column(theme.GapS, widget.NewText(reconciled(e, r.Rows)).Bold())
	if r.Duplicates > 0 {
		rows.Add(widget.NewText(e.T("gui.import.duplicates", "n", r.Duplicates)))
	}
	rows.Add(widget.Line())
	line := func(name, count, note string) {
		rows.Add(container.NewBorder(nil, nil, widget.Row(theme.GapM, widget.Fixed(widget.Whole(count).Right(), theme.StatWidth/2, 0), widget.Whole(name)), nil,
			widget.Inset(widget.Muted(note).Right(), 0, 0, 0, theme.GapM)))
	}
	line(e.T("gui.import.used"), l.Int(r.Rows.Used), "")
	for _, x := range r.Rows.Excluded {
		line(e.T("reason."+x.Reason), l.Int(x.Count), examples(e, x.Examples))
	}
	return widget.TitledCard(e.T("gui.import.reconcile"), nil, rows)
}

func examples(e widget.Env, rows []int) string {
	if len(rows) == 0 {
		return ""
	}
	words := make([]string, 0, 5)
	for _, n := range rows[:min(5, len(rows))] {
		words = append(words, e.Locale.Int(n))
	}
	return e.T("gui.import.examples", "rows", words)
}
