package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// tierLadder sets the thresholds of tiers and shows at once what they give.
type tierLadder struct {
	cfg   Config
	p     *presenter.Tiers
	left  *fyne.Container
	right *fyne.Container
	bars  *widget.Thresholds
	rows  []*tierRow
	undo  *widget.Button
	shape int
	ready bool
	money func() (keep, grace float64, known bool) // what protection adds, from the run that is only tried
}

type tierRow struct {
	from  *widget.Entry
	fault *fyne.Container
	said  string
	quiet bool // the entry is being set, not typed in
}

func newTierLadder(cfg Config, p *presenter.Tiers) *tierLadder {
	l := &tierLadder{cfg: cfg, p: p, left: container.NewStack(), right: container.NewStack(), bars: widget.NewThresholds()}
	l.bars.OnDrag = p.Drag
	p.Watch(l.render)
	l.render(p.State())
	return l
}

func (t *tierLadder) render(st presenter.TiersState) {
	e := t.cfg.Env
	switch st.Phase {
	case presenter.Failed:
		message, hint := e.Locale.Error(st.Err)
		swap(t.left, widget.Notice(e, widget.ToneError, message, hint))
		t.right.Objects, t.ready = nil, false
		return
	case presenter.Ready:
	default:
		swap(t.left, widget.Card(widget.Hint(e, e.T("gui.loading"))))
		t.ready = false
		return
	}
	if !t.ready || t.shape != st.Shape {
		t.shape, t.ready = st.Shape, true
		swap(t.left, t.editor(st))
	}
	able(t.undo, st.CanUndo)
	lines := make([]widget.Threshold, len(st.Rungs))
	for i, r := range st.Rungs {
		label := r.Name + " " + t.number(st, r.From)
		if i == 0 {
			label = r.Name
		}
		lines[i] = widget.Threshold{At: r.At, Label: label, Color: chart.SegmentColor(len(st.Rungs)-i, t.cfg.Dark), Fixed: i == 0}
	}
	t.bars.Set(st.Bars, lines)
	for i, row := range t.rows {
		if i < len(st.Rungs) {
			row.show(e, st.Rungs[i])
		}
	}
	swap(t.right, t.outcome(st))
}

func (t *tierLadder) currency() string { return t.cfg.Session.State().Info.Project.Currency }

// number writes a threshold: money as money.
func (t *tierLadder) number(st presenter.TiersState, x float64) string {
	if st.IsMoney {
		return t.cfg.Env.Locale.CompactMoney(x, t.currency())
	}
	return t.cfg.Env.Locale.Number(x, -1)
}

func (r *tierRow) show(e widget.Env, g presenter.Rung) {
	if r.from.Text != g.Typed {
		r.quiet = true
		r.from.SetText(g.Typed)
		r.quiet = false
	}
	said := ""
	if g.Fault != "" {
		said = e.T("gui.tiers.fault." + g.Fault)
	}
	if said == r.said {
		return
	}
	r.said = said
	r.fault.Objects = nil
	if said != "" {
		r.fault.Add(widget.Notice(e, widget.ToneWarn, said, ""))
	}
	r.fault.Refresh()
}

// editor is the picture with its lines, and a row of fields for each tier.
func (t *tierLadder) editor(st presenter.TiersState) fyne.CanvasObject {
	e := t.cfg.Env
	t.undo = widget.Action{Text: e.T("gui.rules.undo"), Icon: "back", Do: t.p.Undo}.Link()
	add := widget.Action{Text: e.T("gui.tiers.add"), Icon: "add", Do: t.p.Add}.Button()
	able(add, len(st.Rungs) < 12)
	ends := widget.Spread(widget.Muted(t.number(st, st.Low)), widget.Muted(t.number(st, st.High)).Keep())
	box := widget.Column(theme.GapM, widget.Spread(widget.Section(e.T("gui.tiers.title")), t.undo),
		widget.Hint(e, e.T("gui.tiers.hint", "column", columnTitle(e, st.Column))), widget.Column(2, t.bars, ends))
	t.rows = nil
	for i := len(st.Rungs) - 1; i >= 0; i-- {
		box.Add(t.row(st, i))
	}
	// rows are shown highest first and kept lowest first
	for a, b := 0, len(t.rows)-1; a < b; a, b = a+1, b-1 {
		t.rows[a], t.rows[b] = t.rows[b], t.rows[a]
	}
	box.Add(widget.Row(0, add))
	return widget.Card(box)
}

func (t *tierLadder) row(st presenter.TiersState, i int) fyne.CanvasObject {
	e, g := t.cfg.Env, st.Rungs[i]
	r := &tierRow{from: widget.NewEntry(), fault: widget.Column(0)}
	t.rows = append(t.rows, r)
	name := widget.NewEntry()
	name.SetText(g.Name)
	name.OnChanged = func(s string) { t.p.Rename(i, s) }
	r.from.SetText(g.Typed)
	r.from.OnChanged = func(s string) {
		if !r.quiet {
			t.p.Type(i, s)
		}
	}
	remove := small("trash", func() { t.p.Remove(i) })
	able(remove, i > 0 && len(st.Rungs) > 2)
	swatch := widget.Inset(widget.Swatch(chart.SegmentColor(len(st.Rungs)-i, t.cfg.Dark)), 0, theme.GapS, 0, 0)
	word := widget.Centered(widget.Muted(e.T("gui.tiers.from")).Keep())
	from := fyne.CanvasObject(r.from)
	if i == 0 {
		word, from = container.NewStack(), widget.Centered(widget.Muted(e.T("gui.tiers.rest")).Keep())
	}
	fields := container.New(tierLayout{e.T("gui.tiers.from")}, name, word, from)
	box := widget.Column(theme.GapXS, container.NewBorder(nil, nil, swatch, remove, fields), r.fault)
	r.show(e, g)
	return box
}

// tierLayout gives name and threshold the same room, the word between what it needs, on
// every row alike.
type tierLayout struct{ word string }

func (l tierLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	mid := widget.Muted(l.word).Keep().MinSize().Width
	free := s.Width - mid - 2*theme.GapS
	var x float32
	for i, w := range []float32{free * 0.5, mid, free * 0.5} {
		os[i].Move(fyne.NewPos(x, 0))
		os[i].Resize(fyne.NewSize(w, s.Height))
		x += w + theme.GapS
	}
}

func (tierLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.FormWidth*0.8, max(os[0].MinSize().Height, os[2].MinSize().Height))
}

// outcome shows customers and money of each tier, highest first.
func (t *tierLadder) outcome(st presenter.TiersState) fyne.CanvasObject {
	e := t.cfg.Env
	customers, money := container.New(barsLayout{}), container.New(barsLayout{})
	near := widget.Column(theme.GapXS)
	for i := len(st.Rungs) - 1; i >= 0; i-- {
		g, c := st.Rungs[i], chart.SegmentColor(len(st.Rungs)-i, t.cfg.Dark)
		share := float64(g.Customers) / float64(max(1, st.Total))
		customers.Add(widget.NewText(g.Name))
		customers.Add(widget.Meter(share, c, theme.GapM))
		customers.Add(behind(t.cfg, t.p.Behind(i), g.Customers, e.T("gui.preview.size", "n", g.Customers, "share", e.Locale.Percent(share))))
		if st.HasMoney && st.Money > 0 {
			money.Add(widget.NewText(g.Name))
			money.Add(widget.Meter(g.Amount/st.Money, c, theme.GapM))
			money.Add(widget.Muted(e.T("gui.tiers.money", "money", e.Locale.CompactMoney(g.Amount, t.currency()), "share", e.Locale.Percent(g.Amount/st.Money))).Keep())
		}
		if g.Near > 0 {
			near.Add(container.NewBorder(nil, nil, nil, t.see(t.p.BehindNear(i), g.Near), widget.Inset(widget.Para(e, e.T("gui.tiers.near", "n", g.Near, "tier", g.Name)), theme.GapS, 0, 0, 0)))
		}
	}
	body := widget.Column(theme.GapL, widget.Card(widget.Column(theme.GapM,
		widget.Section(e.T("gui.tiers.now")), widget.Hint(e, e.T("gui.tiers.now.hint", "n", st.Total)),
		widget.NewText(e.T("gui.tiers.customers")).Bold(), customers)))
	if len(money.Objects) > 0 {
		body.Add(widget.Card(widget.Column(theme.GapM, widget.NewText(e.T("gui.tiers.moneyTitle")).Bold(), money)))
	}
	if len(near.Objects) > 0 {
		near.Add(widget.Hint(e, e.T("gui.tiers.near.hint")))
		body.Add(widget.Card(widget.Column(theme.GapS, widget.NewText(e.T("gui.tiers.nearTitle")).Bold(), near)))
	}
	if t.money != nil {
		if keep, grace, known := t.money(); known && keep+grace > 0 {
			body.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.tiers.protected", "keep", int(keep), "grace", int(grace)), e.T("gui.tiers.protected.hint")))
		}
	}
	return container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapL, 0))
}

// see is the button to customers, where they can be listed.
func (t *tierLadder) see(where string, n int) fyne.CanvasObject {
	if where == "" || n == 0 {
		return container.NewStack()
	}
	return widget.Action{Text: t.cfg.Env.T("gui.rules.see", "n", n), Icon: "customers", Do: func() {
		t.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Where: where})
	}}.Link()
}
