package page

import (
	"math"
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
)

// Customers is the list of customers: all of them, a result's, a segment's, or
// those behind a mark of a chart.
type Customers struct {
	cfg    Config
	p      *presenter.Customers
	root   *fyne.Container
	filled fyne.CanvasObject
	grid   *widget.DataGrid
	search *widget.Entry
	where  *widget.Entry
	pick   *fyne.Container // result and segment choices
	head   *fyne.Container // at the right of the title
	count  *widget.Text
	chips  *fyne.Container
	wrong  *fyne.Container
	reveal *fyne.Container // shows what is masked, where something is
	view   *presenter.CustomerView
	quiet  bool // entries are being filled by the page
}

// NewCustomers makes the page.
func NewCustomers(cfg Config, p *presenter.Customers) *Customers {
	e := cfg.Env
	c := &Customers{
		cfg: cfg, p: p, root: container.NewStack(), pick: container.NewStack(), chips: container.NewStack(), wrong: container.NewStack(), reveal: container.NewStack(),
		count: widget.NewText("").Color(theme.ColorMuted), search: widget.NewEntry(), where: widget.NewEntry(),
	}
	c.grid = widget.NewDataGrid(widget.GridConfig{Env: e, RowNumbers: true, OnHeader: c.sort, Multi: true, OnPick: func(int) { c.counted() }})
	c.search.SetPlaceHolder(e.T("gui.customers.search"))
	c.search.SetIcon(theme.Icon("search"))
	c.search.OnChanged = func(s string) {
		if !c.quiet {
			p.Type(func(q *presenter.CustomerQuery) { q.Search = s })
		}
	}
	c.where.SetPlaceHolder(e.T("gui.customers.where"))
	c.where.OnChanged = func(s string) {
		if !c.quiet {
			p.Type(func(q *presenter.CustomerQuery) { q.Where = s })
		}
	}
	bar := container.NewBorder(nil, nil, widget.Row(theme.GapS, widget.Fixed(c.search, theme.MenuWidth, 0), c.pick), nil, widget.Inset(c.where, 0, 0, 0, theme.GapS))
	top := widget.Column(theme.GapS, bar, c.wrong, c.chips)
	copyAll := widget.Action{Text: e.T("gui.customers.copy"), Icon: "copy", Do: c.copyRows}.Button()
	c.head = widget.Row(theme.GapM, widget.Centered(c.count.Keep()), c.reveal, copyAll)
	c.filled = frame(e.T("gui.page.customers"), "", c.head,
		container.NewBorder(widget.Inset(top, 0, 0, theme.GapM, 0), nil, nil, nil, widget.Panel(c.grid)))
	return c
}

// Content implements Page.
func (c *Customers) Content() fyne.CanvasObject { return c.root }

// Show implements Page.
func (c *Customers) Show(r presenter.Route) {
	c.p.Watch(c.render)
	c.p.Load(r)
	c.render(c.p.State())
}

// Refresh implements Page.
func (c *Customers) Refresh() { c.p.Change(func(*presenter.CustomerQuery) {}) }

// Hide implements Page.
func (c *Customers) Hide() { c.p.Watch(nil) }

// FocusSearch implements Searcher.
func (c *Customers) FocusSearch() { c.cfg.Dialogs.Focus(c.search) }

func (c *Customers) render(st presenter.CustomersState) {
	switch {
	case c.cfg.Session.Project() == nil:
		swap(c.root, noProject(c.cfg))
	case st.Phase == presenter.Empty:
		swap(c.root, noData(c.cfg))
	case st.Phase == presenter.Failed:
		swap(c.root, failed(c.cfg, st.Err, func() { c.p.Query(presenter.CustomerQuery{}) }))
	case st.View == nil:
		swap(c.root, widget.Loading(c.cfg.Env.T("gui.loading")))
	default:
		c.fill(st)
		if len(c.root.Objects) != 1 || c.root.Objects[0] != c.filled {
			swap(c.root, c.filled)
		}
	}
}

// revealing is the button that shows what is masked, or masks it again.
func (c *Customers) revealing(st presenter.CustomersState) fyne.CanvasObject {
	text := "gui.customers.reveal"
	switch masked := slices.ContainsFunc(st.View.Columns, func(k presenter.CustomerColumn) bool { return k.Masked }); {
	case st.Query.Reveal:
		text = "gui.customers.mask"
	case !masked:
		return container.NewStack()
	}
	return widget.Action{Text: c.cfg.Env.T(text), Do: func() {
		c.p.Change(func(q *presenter.CustomerQuery) { q.Reveal = !q.Reveal })
	}}.Button()
}

func (c *Customers) fill(st presenter.CustomersState) {
	e := c.cfg.Env
	c.quiet = true
	setText(c.search, st.Query.Search)
	setText(c.where, st.Query.Where)
	c.quiet = false
	if st.View != c.view {
		c.view = st.View
		c.counted()
		swap(c.pick, c.choices(st))
		swap(c.chips, c.filters(st))
		swap(c.reveal, c.revealing(st))
		c.table(st)
	}
	at := slices.IndexFunc(st.View.Columns, func(k presenter.CustomerColumn) bool { return k.Name == st.Query.Sort })
	c.grid.SetSort(at, st.Query.Descending)
	if st.BadExpr == nil {
		c.wrong.Hide()
		return
	}
	c.wrong.Show()
	message, hint := e.Locale.Error(st.BadExpr)
	swap(c.wrong, widget.Notice(e, widget.ToneWarn, message, hint))
}

// counted says how many customers are listed, and how many of them are picked.
func (c *Customers) counted() {
	if c.view == nil {
		return
	}
	text := c.cfg.Env.T("gui.customers.count", "n", c.view.Len(), "total", c.view.Total)
	if n := c.grid.Picked(); n > 0 {
		text = c.cfg.Env.T("gui.customers.picked", "n", n, "of", c.view.Len())
	}
	c.count.Set(text)
	c.head.Refresh()
}

// copyRows copies the rows that are picked, else the first ones.
func (c *Customers) copyRows() {
	e, text := c.cfg.Env, c.grid.Text()
	e.Copy(text)
	c.cfg.Dialogs.Say(e.T("gui.customers.copied", "n", strings.Count(text, "\n")-1))
}

func setText(en *widget.Entry, s string) {
	if en.Text != s {
		en.SetText(s)
	}
}

// choices are the drop-downs of results and of their segments.
func (c *Customers) choices(st presenter.CustomersState) fyne.CanvasObject {
	e := c.cfg.Env
	ids, titles := append([]string{""}, st.Results...), append([]string{e.T("gui.customers.everybody")}, st.Results...)
	row := widget.Row(theme.GapS, wide(widget.NewChoice(ids, titles, st.Query.Segmentation, func(id string) {
		c.p.Change(func(q *presenter.CustomerQuery) {
			*q = presenter.CustomerQuery{Search: q.Search, Where: q.Where, Segmentation: id}
		})
	})))
	if st.Seg == nil {
		return row
	}
	ids, titles = []string{""}, []string{e.T("gui.customers.allSegments")}
	now := ""
	for i, g := range st.Seg.Segments {
		ids, titles = append(ids, g.Key), append(titles, g.Name.In(e.Locale.Lang))
		if len(st.Query.Segments) == 1 && st.Query.Segments[0] == i {
			now = g.Key
		}
	}
	row.Add(wide(widget.NewChoice(ids, titles, now, func(id string) {
		at := slices.IndexFunc(st.Seg.Segments, func(g core.Segment) bool { return g.Key == id })
		c.p.Change(func(q *presenter.CustomerQuery) {
			q.Segments, q.Rows, q.Excluded = nil, nil, ""
			if at >= 0 {
				q.Segments = []int{at}
			}
		})
	})))
	return row
}

// wide gives a drop-down room for a name.
func wide(o fyne.CanvasObject) fyne.CanvasObject { return widget.Fixed(o, theme.ChoiceWidth, 0) }

// filters says what the list is narrowed to, with the way out.
func (c *Customers) filters(st presenter.CustomersState) fyne.CanvasObject {
	e := c.cfg.Env
	row := widget.Row(theme.GapS)
	clear := func(text string, f func(q *presenter.CustomerQuery)) {
		b := widget.Action{Text: text, Icon: "close", Do: func() { c.p.Change(f) }}.Button()
		b.Importance = fynewidget.LowImportance
		row.Add(b)
	}
	if st.Query.Rows != nil {
		clear(e.T("gui.customers.mark", "n", len(st.Query.Rows)), func(q *presenter.CustomerQuery) { q.Rows = nil })
	}
	if st.Query.Excluded != "" && st.View != nil {
		clear(e.T("gui.segment.without", "n", st.View.Total, "reason", e.T("reason."+st.Query.Excluded)), func(q *presenter.CustomerQuery) { q.Excluded = "" })
	}
	if len(st.Query.Segments) > 1 {
		clear(e.T("gui.customers.segments", "n", len(st.Query.Segments)), func(q *presenter.CustomerQuery) { q.Segments = nil })
	}
	if len(row.Objects) == 0 {
		c.chips.Hide()
	} else {
		c.chips.Show()
	}
	return row
}

func (c *Customers) table(st presenter.CustomersState) {
	e, v := c.cfg.Env, st.View
	currency := c.cfg.Session.State().Info.Project.Currency
	columns, said := make([]widget.GridColumn, len(v.Columns)), make([]bool, len(v.Columns))
	for i, k := range v.Columns {
		said[i] = k.Name == presenter.ColumnNPSGroup || slices.ContainsFunc(st.Outputs, func(o sdk.Output) bool { return o.ID == k.Name }) // words of ours, not the user's
		columns[i] = widget.GridColumn{Title: outputTitle(e, st.Outputs, k.Name), Right: k.Numeric, Sortable: true}
	}
	c.grid.SetData(columns, v.Len(), func(row, col int) widget.GridCell {
		if v.Columns[col].Name == presenter.ColumnSegment {
			g, _, ok := v.Segment(row)
			if !ok {
				return widget.GridCell{}
			}
			return widget.GridCell{Text: g.Name.In(e.Locale.Lang), Swatch: chart.SegmentColor(g.ID, c.cfg.Dark)}
		}
		x := v.Cell(row, col)
		if said[col] && !x.Numeric && !x.Missing {
			x.Text = e.Locale.Word(v.Columns[col].Name, x.Text)
		}
		if st.Seg != nil && !x.Numeric && !x.Missing { // segments of a result that the run used
			x.Text = st.Seg.UsedName(v.Columns[col].Name, x.Text).In(e.Locale.Lang)
		}
		return widget.GridCell{Text: cellText(e, x, v.Columns[col].Unit, currency)}
	}, nil)
}

func cellText(e widget.Env, c presenter.Cell, unit, currency string) string {
	switch {
	case c.Missing:
		return "–"
	case !c.Numeric:
		return c.Text
	case unit == "money":
		return e.Locale.Money(c.Number, currency)
	case c.Number == math.Trunc(c.Number):
		return e.Locale.Number(c.Number, 0)
	}
	return e.Locale.Number(c.Number, -1)
}

func (c *Customers) sort(col int, _ fyne.Position) {
	if v := c.view; v != nil && col < len(v.Columns) {
		c.p.SortBy(v.Columns[col].Name)
	}
}
