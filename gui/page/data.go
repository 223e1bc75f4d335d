package page

import (
	"path/filepath"
	"strings"

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
}

// NewData makes the page.
func NewData(cfg Config, p *presenter.Data) *Data {
	return &Data{cfg: cfg, p: p, root: container.NewStack(), imp: newImportView(cfg, p)}
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
	case im.Phase != presenter.ImportNone:
		d.imp.render(im)
		if len(d.root.Objects) != 1 || d.root.Objects[0] != d.imp.root {
			swap(d.root, d.imp.root)
		}
	case st.Phase == presenter.Failed:
		swap(d.root, failed(d.cfg, st.Err, d.p.Load))
	case st.Phase == presenter.Loading:
		swap(d.root, widget.Loading(e.T("gui.loading")))
	default:
		swap(d.root, d.sources(st.Sources))
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
		widget.Row(theme.GapS, widget.Icon("file", theme.ColorAccentText, theme.IconSize), widget.Centered(widget.Section(s.Name).Keep())),
		widget.Centered(widget.Muted(l.Time(s.Imported)).Keep()))
	facts := widget.Facts(
		e.T("gui.data.kind"), e.T("gui.kind."+string(s.Kind)),
		e.T("gui.data.rows"), reconciled(e, r.Rows),
		e.T("gui.data.added"), e.T("gui.data.added.facts", "customers", r.Customers, "orders", r.Orders, "duplicates", r.Duplicates))
	rows := widget.Column(theme.GapM, head, facts)
	if out := leftOut(e, r.Rows.Excluded); out != "" {
		rows.Add(widget.Hint(e, out))
	}
	return widget.Card(rows)
}

// leftOut lists the reasons for which rows were left out, with counts.
func leftOut(e widget.Env, xs []core.Exclusion) string {
	parts := make([]string, 0, len(xs))
	for _, x := range xs {
		parts = append(parts, e.T("gui.data.leftOut", "reason", e.T("reason."+x.Reason), "n", x.Count))
	}
	return strings.Join(parts, " · ")
}

// reconciled is the line that proves that no row was lost.
func reconciled(e widget.Env, r core.Reconciliation) string {
	out := 0
	for _, x := range r.Excluded {
		out += x.Count
	}
	return e.T("gui.data.reconciled", "in", r.In, "used", r.Used, "out", out)
}

func base(path string) string { return filepath.Base(path) }
