package page

import (
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Database is the section that reads SQL databases: where one is, what is in it, how a
// table would be read, and what came in.
type Database struct {
	cfg      Config
	p        *presenter.Database
	root     *fyne.Container
	grid     *widget.DataGrid
	seen     any // the preview that the grid shows
	query    *widget.Entry
	password *widget.Entry
	form     fyne.CanvasObject
	formOf   string // kind and project of the form
}

// sqliteEndings are those of SQLite files.
func sqliteEndings() []string { return []string{".db", ".sqlite", ".sqlite3", ".db3"} }

// IsDatabaseFile reports whether a file's name is that of a SQLite database.
func IsDatabaseFile(path string) bool {
	return slices.Contains(sqliteEndings(), strings.ToLower(filepath.Ext(path)))
}

// NewDatabase makes the section.
func NewDatabase(cfg Config, p *presenter.Database) *Database {
	d := &Database{cfg: cfg, p: p, root: container.NewStack(), query: widget.NewMultiLineEntry(), password: widget.NewPasswordEntry()}
	d.grid = widget.NewDataGrid(widget.GridConfig{Env: cfg.Env, RowNumbers: true, TwoLines: true, OnHeader: d.roleMenu})
	d.query.SetPlaceHolder("SELECT customer, ordered, amount FROM …")
	d.query.SetMinRowsVisible(4)
	d.query.Wrapping = fyne.TextWrapWord
	d.password.OnSubmitted = func(string) { d.connect() }
	return d
}

// Content implements Page.
func (d *Database) Content() fyne.CanvasObject { return d.root }

// Show implements Page.
func (d *Database) Show(presenter.Route) {
	d.p.Watch(d.render)
	d.p.Load()
	d.render(d.p.State())
}

// Refresh implements Page.
func (d *Database) Refresh() { d.p.Load() }

// Hide implements Page.
func (d *Database) Hide() { d.p.Watch(nil) }

func (d *Database) render(st presenter.DatabaseState) {
	e := d.cfg.Env
	switch {
	case d.cfg.Session.Project() == nil:
		swap(d.root, noProject(d.cfg))
	case st.Report != nil:
		swap(d.root, d.done(st))
	case st.Phase == presenter.Loading:
		stop := widget.Action{Text: e.T("gui.cancel"), Icon: "stop", Do: d.p.Disconnect}.Button()
		swap(d.root, frame(e.T("gui.database.title"), "", stop, widget.Loading(e.T("gui.database.connecting", "where", where(st.Address)))))
	case st.Phase == presenter.Ready:
		swap(d.root, d.connected(st))
	default:
		swap(d.root, d.address(st))
	}
}

// where names a database for people.
func where(a presenter.Address) string {
	if a.Kind == "sqlite" {
		return base(a.Path)
	}
	if a.Database == "" {
		return a.Host
	}
	return a.Database + " @ " + a.Host
}

// address is the look before there is a connection.
func (d *Database) address(st presenter.DatabaseState) fyne.CanvasObject {
	e := d.cfg.Env
	body := widget.Column(theme.GapL)
	if err := firstError(st.Err, st.RunErr); err != nil {
		body.Add(d.fault(err))
	}
	body.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.database.only"), e.T("gui.database.only.detail")))
	if of := st.Address.Kind + " " + d.cfg.Session.State().Path; d.form == nil || d.formOf != of {
		d.form, d.formOf = d.newForm(st), of
	}
	body.Add(widget.TitledCard(e.T("gui.database.where"), nil, d.form))
	if len(st.Sources) > 0 {
		body.Add(d.before(st))
	}
	return frame(e.T("gui.database.title"), e.T("gui.database.sub"), d.stopButton(st), container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapM, 0)))
}

// fault tells what is wrong. What to do is said in words of the window where the hint of
// the error speaks of flags.
func (d *Database) fault(err error) fyne.CanvasObject {
	e := d.cfg.Env
	message, hint := e.Locale.Error(err)
	if key := "gui.hint." + core.CodeOf(err); e.Locale.Has(key) {
		hint = e.T(key)
	}
	return widget.Notice(e, widget.ToneError, message, hint, widget.Action{Text: e.T("gui.copyDetails"), Do: func() { e.Copy(Details(e, err)) }})
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// stopButton ends a running import; nil while there is none.
func (d *Database) stopButton(st presenter.DatabaseState) fyne.CanvasObject {
	if !st.Running {
		return nil
	}
	return widget.Action{Text: d.cfg.Env.T("gui.cancel"), Icon: "stop", Do: d.p.Cancel}.Button()
}

// newForm asks where the database is. It stays while it is filled in.
func (d *Database) newForm(st presenter.DatabaseState) fyne.CanvasObject {
	e, a := d.cfg.Env, st.Address
	kinds := presenter.DatabaseKinds()
	titles := make([]string, len(kinds))
	for i, k := range kinds {
		titles[i] = e.T("gui.database.kind." + k)
	}
	kind := widget.NewChoice(kinds, titles, a.Kind, func(k string) { d.p.SetAddress(func(a *presenter.Address) { a.Kind, a.Port = k, "" }) })
	rows := widget.Column(theme.GapM, d.labelled("kind", widget.Row(0, kind)))
	if a.Kind == "sqlite" {
		choose := widget.Action{Text: e.T("gui.database.file.choose"), Icon: "open", Primary: true, Do: func() {
			d.cfg.Dialogs.OpenFile(sqliteEndings(), d.p.OpenFile)
		}}.Button()
		line := widget.Row(theme.GapS, choose)
		if a.Path != "" {
			line.Add(widget.Action{Text: e.T("gui.database.file.again", "file", base(a.Path)), Icon: "data", Do: func() { d.p.OpenFile(a.Path) }}.Button())
		}
		rows.Add(d.labelled("file", line))
		rows.Add(widget.Hint(e, e.T("gui.database.file.hint")))
		return rows
	}
	field := func(value, place string, set func(*presenter.Address, string)) fyne.CanvasObject {
		entry := widget.NewEntry()
		entry.SetText(value)
		entry.SetPlaceHolder(place)
		entry.OnChanged = func(s string) { d.p.SetAddress(func(a *presenter.Address) { set(a, s) }) }
		entry.OnSubmitted = func(string) { d.connect() }
		return widget.Fixed(entry, theme.FormWidth, 0)
	}
	port := map[string]string{"postgres": "5432", "mysql": "3306", "clickhouse": "8123", "trino": "8080"}[a.Kind]
	name := "shop"
	if a.Kind == "trino" {
		name = "catalog/schema"
	}
	d.password.SetText("")
	secure := widget.NewCheck(e.T("gui.database.secure"), func(on bool) { d.p.SetAddress(func(a *presenter.Address) { a.Secure = on }) })
	secure.Checked = a.Secure
	for _, row := range []struct {
		id string
		o  fyne.CanvasObject
	}{
		{"host", field(a.Host, "db.example.com", func(a *presenter.Address, s string) { a.Host = s })},
		{"port", field(a.Port, port, func(a *presenter.Address, s string) { a.Port = s })},
		{"database", field(a.Database, name, func(a *presenter.Address, s string) { a.Database = s })},
		{"user", field(a.User, "", func(a *presenter.Address, s string) { a.User = s })},
		{"password", widget.Fixed(d.password, theme.FormWidth, 0)},
	} {
		rows.Add(d.labelled(row.id, widget.Row(0, row.o)))
	}
	rows.Add(d.labelled("", widget.Row(0, secure)))
	rows.Add(widget.Hint(e, e.T("gui.database.password.hint")))
	rows.Add(widget.Row(0, widget.Action{Text: e.T("gui.database.connect"), Icon: "data", Primary: true, Do: d.connect}.Button()))
	return rows
}

func (d *Database) labelled(id string, o fyne.CanvasObject) fyne.CanvasObject {
	text := ""
	if id != "" {
		text = d.cfg.Env.T("gui.database." + id)
	}
	return container.NewBorder(nil, nil, widget.Fixed(widget.Centered(widget.Whole(text)), theme.ChoiceWidth, 0), nil, o)
}

func (d *Database) connect() {
	if !d.p.State().Address.Complete() {
		d.cfg.Dialogs.Say(d.cfg.Env.T("gui.database.host.missing"))
		return
	}
	password := d.password.Text
	d.password.SetText("")
	d.p.Connect(password)
}

// before lists what was read from databases, to be read again.
func (d *Database) before(st presenter.DatabaseState) fyne.CanvasObject {
	e := d.cfg.Env
	rows := widget.Column(theme.GapS)
	for _, s := range st.Sources {
		how := e.T("gui.database.rows")
		if s.Database.Aggregate {
			how = e.T("gui.database.customers")
		}
		text := widget.Column(2, widget.NewText(s.Name+" · "+how).Bold(), widget.Muted(s.Database.URL+" · "+s.Imported.Local().Format("2006-01-02 15:04")))
		again := widget.Action{Text: e.T("gui.database.again"), Icon: "run", Do: func() { d.again(st, s) }}.Button()
		able(again, !st.Running)
		rows.Add(container.NewBorder(nil, nil, nil, widget.Centered(again), text))
	}
	return widget.TitledCard(e.T("gui.database.before"), nil, rows)
}

// again reads a source once more, after asking for a password where one may be needed.
func (d *Database) again(st presenter.DatabaseState, s core.Source) {
	e := d.cfg.Env
	if !st.NeedsPassword(s) {
		d.p.Again(s.ID, "")
		return
	}
	entry := widget.NewPasswordEntry()
	d.cfg.Dialogs.Show(e.T("gui.database.password"), widget.Column(theme.GapM, widget.Fixed(widget.Para(e, e.T("gui.database.password.ask", "url", s.Database.URL)), theme.FormWidth, 0), entry),
		widget.Action{Text: e.T("gui.cancel")},
		widget.Action{Text: e.T("gui.database.again"), Primary: true, Do: func() { d.p.Again(s.ID, entry.Text) }})
	d.cfg.Dialogs.Focus(entry)
}

// connected shows the tables, and the one that is chosen.
func (d *Database) connected(st presenter.DatabaseState) fyne.CanvasObject {
	e := d.cfg.Env
	leave := widget.Action{Text: e.T("gui.database.leave"), Icon: "back", Do: func() { d.form = nil; d.p.Disconnect() }}.Button()
	able(leave, !st.Running)
	right := widget.Row(theme.GapS)
	if stop := d.stopButton(st); stop != nil {
		right.Add(stop)
	}
	right.Add(leave)
	run := widget.Action{Text: e.T("gui.database.import"), Icon: "check", Primary: true, Do: d.p.Import}.Button()
	able(run, st.Ready())
	right.Add(run)
	side := widget.Fixed(widget.Card(container.NewVScroll(widget.Inset(d.tables(st), 0, theme.GapM, 0, 0))), theme.CardWidth, 0)
	body := container.NewBorder(nil, nil, widget.Inset(side, 0, theme.GapL, 0, 0), nil, d.table(st))
	return frame(where(st.Address), e.T("gui.database.connected", "n", len(st.Tables)), right, body)
}

func (d *Database) tables(st presenter.DatabaseState) fyne.CanvasObject {
	e := d.cfg.Env
	box := widget.Column(theme.GapXS, widget.Section(e.T("gui.database.tables")))
	for _, t := range st.Tables {
		sub := e.T("gui.database.columns", "n", len(t.Columns))
		switch {
		case t.View:
			sub += " · " + e.T("gui.database.view")
		case t.Rows >= 0:
			sub += " · " + e.T("gui.database.about", "n", int(t.Rows))
		}
		item := widget.NewFlatTappable(widget.Inset(widget.Column(2, widget.NewText(t.Name).Bold(), widget.Muted(sub)), theme.GapXS, theme.GapS, theme.GapXS, theme.GapS), func() { d.p.Choose(t.Name) })
		item.Choose(t.Name == st.Table)
		box.Add(item)
	}
	if len(st.Tables) == 0 {
		box.Add(widget.Hint(e, e.T("gui.database.tables.none")))
	}
	box.Add(widget.Line())
	box.Add(widget.Section(e.T("gui.database.query")))
	box.Add(d.query)
	box.Add(widget.Row(0, widget.Action{Text: e.T("gui.database.query.look"), Icon: "search", Do: func() { d.p.Ask(d.query.Text) }}.Button()))
	box.Add(widget.Hint(e, e.T("gui.database.query.hint")))
	return box
}

// table shows how the chosen table would be read.
func (d *Database) table(st presenter.DatabaseState) fyne.CanvasObject {
	e := d.cfg.Env
	if !st.Chosen() {
		return widget.Empty(e, "data", e.T("gui.database.choose"), e.T("gui.database.choose.hint"))
	}
	top := widget.Column(theme.GapS)
	if err := firstError(st.LookErr, st.RunErr); err != nil {
		top.Add(d.fault(err))
	}
	if need := st.NeedsRole(); len(need) > 0 {
		words := make([]string, len(need))
		for i, r := range need {
			words[i] = e.T("gui.role." + string(r))
		}
		top.Add(widget.Notice(e, widget.ToneWarn, e.T("gui.import.need", "roles", words), e.T("gui.import.need.hint")))
	}
	if st.Preview == nil {
		if st.Looking {
			return widget.Loading(e.T("gui.database.looking"))
		}
		return top
	}
	if any(st.Preview) != d.seen {
		d.fill(st)
	}
	top.Add(d.ways(st))
	return container.NewBorder(widget.Inset(top, 0, 0, theme.GapM, 0), nil, nil, nil, widget.Panel(d.grid))
}

// ways offers all rows or a row per customer, and shows the SQL.
func (d *Database) ways(st presenter.DatabaseState) fyne.CanvasObject {
	e := d.cfg.Env
	chosen := "rows"
	if st.Aggregate {
		chosen = "customers"
	}
	way := widget.NewChoice([]string{"rows", "customers"}, []string{e.T("gui.database.rows"), e.T("gui.database.customers")}, chosen, func(id string) { d.p.SetAggregate(id == "customers") })
	kinds := []string{string(core.SourceTransactions), string(core.SourceCustomers)}
	kind := widget.NewChoice(kinds, []string{e.T("gui.database.purchases"), e.T("gui.database.attributes")}, string(st.Preview.Detected.Kind), func(k string) { d.p.SetKind(core.SourceKind(k)) })
	if st.Running {
		way.Disable()
		kind.Disable()
	}
	show := widget.Action{Text: e.T("gui.database.sql"), Icon: "search", Do: func() { d.showSQL(st.SQL) }}.Button()
	able(show, st.SQL != "")
	line := widget.Row(theme.GapM, way, kind, show)
	hint := "gui.database.rows.hint"
	if st.Aggregate {
		hint = "gui.database.customers.hint"
	}
	return widget.Card(widget.Column(theme.GapS, line, widget.Hint(e, e.T(hint))))
}

// showSQL shows the statement that would run.
func (d *Database) showSQL(sql string) {
	e := d.cfg.Env
	text := widget.NewMultiLineEntry()
	text.SetText(sql)
	text.TextStyle.Monospace = true
	text.SetMinRowsVisible(16)
	d.cfg.Dialogs.Show(e.T("gui.database.sql"), widget.Column(theme.GapM, widget.Hint(e, e.T("gui.database.sql.hint")), widget.Fixed(text, 2*theme.FormWidth, 0)),
		widget.Action{Text: e.T("gui.copyDetails"), Icon: "copy", Do: func() { e.Copy(sql) }}, widget.Action{Text: e.T("gui.close"), Primary: true})
}

// fill puts the first rows under the roles of their columns.
func (d *Database) fill(st presenter.DatabaseState) {
	e, pv := d.cfg.Env, st.Preview
	d.seen = pv
	roles := map[string]core.Role{}
	for r, c := range pv.Detected.Mapping {
		roles[c] = r
	}
	purchases := pv.Detected.Kind == core.SourceTransactions
	columns := make([]widget.GridColumn, len(pv.Header))
	for i, h := range pv.Header {
		sub := e.T("gui.import.noRole")
		if r, ok := roles[h]; ok {
			sub = e.T("gui.role." + string(r))
		} else if !purchases {
			sub = e.T("gui.import.attribute")
		}
		columns[i] = widget.GridColumn{Title: h, Sub: sub + " ▾"}
	}
	d.grid.SetData(columns, len(pv.Rows), func(r, c int) widget.GridCell {
		if c >= len(pv.Rows[r]) {
			return widget.GridCell{}
		}
		_, used := roles[pv.Header[c]]
		return widget.GridCell{Text: pv.Rows[r][c], Muted: !used && purchases}
	}, func(row int) string { return e.Locale.Int(row + 1) })
}

// roleMenu lets the user say what a column is.
func (d *Database) roleMenu(col int, at fyne.Position) {
	e, pv := d.cfg.Env, d.p.State().Preview
	if pv == nil || col >= len(pv.Header) || d.p.State().Running {
		return
	}
	name := pv.Header[col]
	var items []widget.Action
	for _, r := range rolesOf(pv.Detected.Kind) {
		icon := ""
		if pv.Detected.Mapping[r] == name {
			icon = "check"
		}
		items = append(items, widget.Action{Text: e.T("gui.role." + string(r)), Icon: icon, Do: func() { d.p.SetRole(name, r) }})
	}
	items = append(items, widget.Action{Text: e.T("gui.import.noRole"), Do: func() { d.p.SetRole(name, "") }})
	d.cfg.Dialogs.Menu(at, items...)
}

// done tells what came in.
func (d *Database) done(st presenter.DatabaseState) fyne.CanvasObject {
	e, l, r := d.cfg.Env, d.cfg.Env.Locale, st.Report
	stats := widget.Wrap(theme.GapM, theme.StatWidth,
		widget.Stat(e.T("gui.stat.customers"), l.Int(r.Customers), "", func() { d.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers}) }))
	if r.FirstDate != core.NoDate && r.LastDate != core.NoDate {
		stats.Add(widget.Stat(e.T("gui.stat.orders"), l.Int(r.Orders), e.T("gui.stat.span", "from", r.FirstDate, "to", r.LastDate), nil))
		stats.Add(widget.Stat(e.T("gui.stat.amount"), l.CompactMoney(r.Amount, d.cfg.Session.State().Info.Project.Currency), "", nil))
	}
	rows := widget.Column(theme.GapS, widget.NewText(reconciled(e, r.Rows)).Bold())
	if r.Duplicates > 0 {
		rows.Add(widget.NewText(e.T("gui.import.duplicates", "n", r.Duplicates)))
	}
	for _, x := range r.Rows.Excluded {
		rows.Add(widget.Spread(widget.Whole(e.T("reason."+x.Reason)), widget.Whole(l.Int(x.Count))))
	}
	body := widget.Column(theme.GapL, stats, widget.TitledCard(e.T("gui.import.reconcile"), nil, rows))
	for _, m := range r.Hints {
		tone := widget.ToneWarn
		if strings.HasPrefix(m.Key, "database.hint.") { // how it was done; nothing is wrong
			tone = widget.ToneInfo
		}
		body.Add(widget.Notice(e, tone, hintText(e, m), ""))
	}
	if r.AsOf != core.NoDate {
		body.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.database.asOf", "date", r.AsOf), ""))
	}
	back := widget.Action{Text: e.T("gui.database.more"), Icon: "back", Do: func() { d.form = nil; d.p.CloseReport() }}
	sql := widget.Action{Text: e.T("gui.database.sql"), Icon: "search", Do: func() { d.showSQL(r.Statement) }}
	next := widget.Action{Text: e.T("gui.import.next"), Icon: "segment", Primary: true, Do: func() {
		d.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: "rfm"})
	}}
	return frame(e.T("gui.database.done"), e.T("gui.import.done.sub"), widget.Row(theme.GapS, back.Button(), sql.Button(), next.Button()),
		container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapM, 0)))
}
