package page

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// tableView shows an evidence table that can be sorted, searched and narrowed to what
// differs.
type tableView struct {
	e        widget.Env
	currency string
	seg      *core.Segmentation
	t        sdk.DataTable // in the window's language
	q        presenter.TableQuery
	grid     *widget.DataGrid
	rows     []int
	count    *widget.Text
	open     func(row int) // to what stands behind a row, nil = nothing
}

// newTableView makes the view of a table that core has put into one language.
func newTableView(cfg Config, s *core.Segmentation, t sdk.DataTable, open func(row int)) *tableView {
	e := cfg.Env
	v := &tableView{e: e, currency: cfg.Session.State().Info.Project.Currency, seg: s, t: t, open: open, count: widget.Muted("").Keep()}
	grid := widget.GridConfig{Env: e, OnHeader: func(col int, _ fyne.Position) { v.sortBy(col) }}
	if open != nil {
		grid.OnOpen = func(row int) {
			if row >= 0 && row < len(v.rows) {
				open(v.rows[row])
			}
		}
	}
	v.grid = widget.NewDataGrid(grid)
	v.q.Differs = presenter.CanDiffer(t.Table) && len(presenter.TableQuery{Differs: true}.Rows(t.Table, v.text)) > 0
	v.fill()
	return v
}

func (v *tableView) text(row, col int) string {
	c := &v.t.Table.Columns[col]
	switch {
	case c.Kind != table.Float64 || c.Missing(row):
	case slices.Contains(shareColumns(), c.Name):
		if x := c.Float(row); x > 0 && x < 0.01 {
			return v.e.Locale.Number(100*x, 2) + "%"
		}
		return v.e.Locale.Percent(c.Float(row))
	case slices.Contains(moneyColumns(), c.Name):
		return v.e.Locale.Money(c.Float(row), v.currency)
	}
	return tableCell(v.e, v.seg, c, row)
}

// shareColumns and moneyColumns are the names by which methods call what is a part of a
// whole, and what is money.
func shareColumns() []string {
	return []string{"share", "support", "confidence", "base", "nonzeroShare", "levelShare", "groupShare", "explained"}
}

func moneyColumns() []string { return []string{"amount", "meanAmount"} }

func (v *tableView) fill() {
	v.rows = v.q.Rows(v.t.Table, v.text)
	cols := make([]widget.GridColumn, len(v.t.Table.Columns))
	sorted := -1
	for i := range v.t.Table.Columns {
		c := &v.t.Table.Columns[i]
		cols[i] = widget.GridColumn{Title: tableTitle(v.e, v.t, c.Name), Right: c.Numeric(), Sortable: true}
		if c.Name == v.q.Sort {
			sorted = i
		}
	}
	v.grid.SetData(cols, len(v.rows), func(row, col int) widget.GridCell { return widget.GridCell{Text: v.text(v.rows[row], col)} }, nil)
	v.grid.SetSort(sorted, v.q.Desc)
	v.count.Set(v.e.T("gui.table.rows", "n", len(v.rows), "of", v.t.Table.Rows))
}

// sortBy sorts by a column: numbers from the largest on at first, and back to the
// method's own order at the third tap.
func (v *tableView) sortBy(col int) {
	c := &v.t.Table.Columns[col]
	first := c.Numeric()
	switch {
	case v.q.Sort != c.Name:
		v.q.Sort, v.q.Desc = c.Name, first
	case v.q.Desc == first:
		v.q.Desc = !first
	default:
		v.q.Sort, v.q.Desc = "", false
	}
	v.fill()
}

// bar is the line above the table: what narrows it.
func (v *tableView) bar(search bool, right ...fyne.CanvasObject) fyne.CanvasObject {
	row := widget.Row(theme.GapS)
	if search {
		find := widget.NewEntry()
		find.SetPlaceHolder(v.e.T("gui.table.find"))
		find.SetText(v.q.Find)
		find.OnChanged = func(s string) {
			v.q.Find = s
			v.fill()
		}
		row.Add(widget.Fixed(find, theme.MenuWidth, 0))
	}
	if presenter.CanDiffer(v.t.Table) {
		c := widget.NewCheck(v.e.T("gui.table.differs"), nil)
		c.SetChecked(v.q.Differs)
		c.OnChanged = func(on bool) {
			v.q.Differs = on
			v.fill()
		}
		row.Add(c)
	}
	row.Add(widget.Centered(v.count))
	end := widget.Row(theme.GapS, right...)
	return widget.Spread(row, end)
}

// smallTable is a table in its own height, with the way to see it large.
func (r *Results) smallTable(t sdk.DataTable) fyne.CanvasObject {
	e, s := r.cfg.Env, r.seg
	t = withoutEmpty(s.TableIn(t, e.Locale.Lang))
	v := newTableView(r.cfg, s, t, r.behindRow(t))
	large := widget.Action{Text: e.T("gui.table.large"), Icon: "grid", Do: func() { r.openTable(t) }}.Link()
	rows := float32(min(len(v.rows), 8) + 1)
	grid := widget.Fixed(widget.Panel(v.grid), 0, rows*(theme.RowHeight+theme.GapXS)+theme.GapM)
	box := widget.Column(theme.GapXS, v.bar(false, large), grid)
	if v.open != nil {
		box.Add(widget.Hint(e, e.T("gui.table.open")))
	}
	return box
}

// withoutEmpty leaves out the columns that have no value in any row.
func withoutEmpty(t sdk.DataTable) sdk.DataTable {
	out := &table.Table{Rows: t.Table.Rows}
	for i := range t.Table.Columns {
		if c := t.Table.Columns[i]; c.CountMissing() < t.Table.Rows {
			out.Columns = append(out.Columns, c)
		}
	}
	t.Table = out
	return t
}

// openTable shows a table large.
func (r *Results) openTable(t sdk.DataTable) {
	e := r.cfg.Env
	var shut func()
	open := r.behindRow(t)
	if behind := open; behind != nil {
		open = func(row int) {
			shut()
			behind(row)
		}
	}
	v := newTableView(r.cfg, r.seg, t, open)
	copyAll := widget.Action{Text: e.T("gui.table.copy"), Icon: "copy", Do: func() { e.Copy(v.grid.Text()) }}.Button()
	body := container.NewBorder(widget.Inset(v.bar(true, copyAll), 0, 0, theme.GapS, 0), nil, nil, nil, widget.Panel(v.grid))
	shut = r.cfg.Dialogs.Show(t.Title.In(e.Locale.Lang), widget.Fixed(body, theme.DialogWide*1.2, theme.DialogTall*0.9),
		widget.Action{Text: e.T("gui.close"), Primary: true})
}

// behindRow leads from an offer to the customers who are to get it.
func (r *Results) behindRow(t sdk.DataTable) func(row int) {
	s := r.seg
	c := t.Table.Column(t.ID[:max(0, len(t.ID)-1)]) // "offers" has a row for each "offer"
	if c == nil || c.Numeric() || !hasColumn(s, c.Name) {
		return nil
	}
	return func(row int) {
		r.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Name: s.Name, Run: s.Run, Where: presenter.Equals(c.Name, c.Text(row))})
	}
}

func hasColumn(s *core.Segmentation, name string) bool {
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return true
		}
	}
	return false
}

// namedText puts into a method's sentence about a result the names that people know: of
// columns, and of results used as columns.
func namedText(e widget.Env, s *core.Segmentation, text string) string {
	columns := slices.Clone(s.Features)
	for _, u := range s.Uses {
		columns = append(columns, u.As)
	}
	return named(e, columns, text)
}

// named puts the names that people know in place of columns and indices.
func named(e widget.Env, columns []string, text string) string {
	known := map[string]string{}
	for _, c := range columns {
		if title := columnTitle(e, c); title != c {
			known[c] = title
		}
	}
	for _, index := range []string{"silhouette", "calinskiHarabasz", "daviesBouldin", "elbow"} {
		known[index] = e.T("gui.index." + index)
	}
	names := sortedKeys(known)
	slices.SortStableFunc(names, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(names))
	for _, n := range names {
		pairs = append(pairs, n, known[n])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// outputTitle names a column of a result: a feature, or what its method wrote.
func outputTitle(e widget.Env, outputs []sdk.Output, name string) string {
	if title := columnTitle(e, name); title != name {
		return title
	}
	for _, o := range outputs {
		if title := o.Title.In(e.Locale.Lang); o.ID == name && title != "" {
			return title
		}
	}
	return name
}

func outputsOf(st presenter.ResultsState) []sdk.Output {
	if st.Method == nil {
		return nil
	}
	return st.Method.Info.Outputs
}
