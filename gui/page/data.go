package page

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Data shows the imported files and leads new ones in.
type Data struct {
	cfg  Config
	p    *presenter.Data
	root *fyne.Container
	imp  *importView
	ask  *orderView
	out  *rejectedView
	list *container.Scroll // of the files; it stays where it is while they change
}

// NewData makes the page.
func NewData(cfg Config, p *presenter.Data) *Data {
	return &Data{cfg: cfg, p: p, root: container.NewStack(), imp: newImportView(cfg, p), ask: newOrderView(cfg, p), out: newRejectedView(cfg, p), list: container.NewVScroll(container.NewWithoutLayout())}
}

// Content implements Page.
func (d *Data) Content() fyne.CanvasObject { return d.root }

// Show implements Page.
func (d *Data) Show(presenter.Route) {
	d.p.Watch(d.render)
	d.p.Load()
	d.render(d.p.State())
}

// Refresh implements Page.
func (d *Data) Refresh() {}

// Hide implements Page.
func (d *Data) Hide() { d.p.Watch(nil) }

func (d *Data) render(st presenter.DataState) {
	e := d.cfg.Env
	switch im := st.Import; {
	case d.cfg.Session.Project() == nil:
		if d.cfg.Session.State().Busy {
			swap(d.root, widget.Loading(e.T("gui.home.opening")))
			return
		}
		swap(d.root, noProject(d.cfg))
	case st.Rejected != nil:
		d.out.render(*st.Rejected)
		d.show(d.out.root)
	case im.Phase == presenter.ImportOrders:
		d.ask.render(im)
		d.show(d.ask.root)
	case im.Phase != presenter.ImportNone:
		d.imp.render(im)
		d.show(d.imp.root)
	case len(st.Files) > 0:
		swap(d.root, d.files(st))
	case st.Phase == presenter.Failed:
		swap(d.root, failed(d.cfg, st.Err, d.p.Load))
	case st.Phase == presenter.Loading:
		swap(d.root, widget.Loading(e.T("gui.loading")))
	default:
		swap(d.root, d.sources(st.Sources))
	}
}

// show puts a view that keeps its own content in sight.
func (d *Data) show(o fyne.CanvasObject) {
	if len(d.root.Objects) != 1 || d.root.Objects[0] != o {
		swap(d.root, o)
	}
}

// sources lists what is in the project, with the way to more.
func (d *Data) sources(src []core.Source) fyne.CanvasObject {
	e := d.cfg.Env
	drop := widget.DropZone(e, e.T("gui.data.drop"), e.T("gui.data.drop.hint"), d.cfg.PickData)
	if len(src) == 0 {
		return frame(e.T("gui.page.data"), e.T("gui.data.sub"), nil, container.NewBorder(drop, nil, nil, nil))
	}
	list := widget.Column(theme.GapM)
	for i := len(src) - 1; i >= 0; i-- {
		list.Add(d.source(src[i]))
	}
	add := widget.Action{Text: e.T("gui.data.add"), Icon: "add", Do: d.cfg.PickData}.Button()
	next := widget.Action{Text: e.T("gui.data.segment"), Icon: "segment", Primary: true, Do: func() {
		d.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment})
	}}.Button()
	body := container.NewVScroll(widget.Inset(widget.Column(theme.GapL, list, drop), 0, theme.GapM, 0, 0))
	return frame(e.T("gui.page.data"), e.T("gui.data.count", "n", len(src)), widget.Row(theme.GapS, add, next), body)
}

func (d *Data) source(s core.Source) fyne.CanvasObject {
	e, l := d.cfg.Env, d.cfg.Env.Locale
	r := s.Report
	head := widget.Spread(
		widget.Row(theme.GapS, widget.Icon("file", theme.ColorAccentText, theme.IconSize), widget.Centered(widget.Section(s.Name).Keep()),
			widget.Centered(widget.QuietPill(e.T("gui.kind."+string(s.Kind))))),
		widget.Centered(widget.Muted(l.Time(s.Imported)).Keep()))
	pairs := []string{e.T("gui.data.rows"), reconciled(e, r.Rows), e.T("gui.data.added"), d.brought(s)}
	if t := changes(e, r); t != "" {
		pairs = append(pairs, e.T("gui.data.changes"), t)
	}
	if u := r.Unmatched; u != nil && u.SourceOnly > 0 {
		pairs = append(pairs, e.T("gui.data.unmatched"), e.T("gui.data.unmatched.facts", "n", u.SourceOnly, "examples", u.Examples))
	}
	rows := widget.Column(theme.GapM, head, widget.Facts(pairs...))
	if out := d.leftOut(s); out != nil {
		rows.Add(out)
	}
	return widget.Card(rows)
}

// brought says what the source added, by its kind.
func (d *Data) brought(s core.Source) string {
	e, l, r := d.cfg.Env, d.cfg.Env.Locale, s.Report
	currency := d.cfg.Session.State().Info.Project.Currency
	span := ""
	if r.FirstDate != core.NoDate && r.LastDate != core.NoDate {
		span = e.T("gui.data.span", "from", r.FirstDate, "to", r.LastDate)
	}
	switch s.Kind {
	case core.SourceTransactions:
		return e.T("gui.data.brought.transactions", "customers", r.Customers, "orders", r.Orders, "amount", l.Money(r.Amount, currency)) + span
	case core.SourceCustomers:
		return e.T("gui.data.brought.customers", "customers", r.Customers)
	}
	return e.T("gui.data.brought."+string(s.Kind), "records", r.Records, "customers", r.Customers) + span
}

// changes says what a file of purchases told of orders that were there, "" for nothing.
func changes(e widget.Env, r core.ImportReport) string {
	d := r.Diff
	if d == nil || r.Duplicates+d.Changed+d.Vanished == 0 {
		return ""
	}
	return e.T("gui.data.changes.facts", "new", d.New, "unchanged", d.Unchanged, "changed", d.Changed, "vanished", d.Vanished, "duplicates", r.Duplicates)
}

// leftOut lists the reasons for which rows were left out, each leading to its rows; nil
// where there is none.
func (d *Data) leftOut(s core.Source) fyne.CanvasObject {
	e := d.cfg.Env
	links := widget.Wrap(theme.GapS, 0, widget.Centered(widget.Muted(e.T("gui.data.leftOut")).Keep()))
	for _, x := range s.Report.Rows.Excluded {
		if x.Reason == "already_imported" {
			continue
		}
		text := e.T("gui.data.leftOut.each", "reason", e.T("reason."+x.Reason), "n", x.Count)
		if s.Database != nil {
			links.Add(widget.Centered(widget.Muted(text).Keep()))
			continue
		}
		links.Add(widget.Action{Text: text, Do: func() { d.p.ShowRejected(s.ID, x.Reason) }}.Link())
	}
	if len(links.Objects) == 1 {
		return nil
	}
	return links
}

// reconciled is the line that proves that no row was lost.
func reconciled(e widget.Env, r core.Reconciliation) string {
	out := 0
	for _, x := range r.Excluded {
		out += x.Count
	}
	return e.T("gui.data.reconciled", "in", r.In, "used", r.Used, "out", out)
}

// sizeText says how large a file is.
func sizeText(e widget.Env, n int64) string {
	if n < 1<<20 {
		return e.T("gui.file.kb", "n", max(1, int(n>>10)))
	}
	return e.T("gui.file.mb", "n", e.Locale.Number(float64(n)/(1<<20), 1))
}

func base(path string) string { return filepath.Base(path) }
