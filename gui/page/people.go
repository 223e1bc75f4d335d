package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// People is the queue of customers who may be there twice: the pairs on the left, the one that is
// looked at side by side on the right.
type People struct {
	cfg    Config
	p      *presenter.People
	root   *fyne.Container
	grid   *widget.DataGrid
	top    *fyne.Container
	right  *fyne.Container
	split  *fyne.Container // list and pair
	body   *fyne.Container // split, or that there is nothing to list
	filled fyne.CanvasObject
	shown  presenter.PeopleState
}

// NewPeople makes the section.
func NewPeople(cfg Config, p *presenter.People) *People {
	x := &People{cfg: cfg, p: p, root: container.NewStack(), top: container.NewStack(), right: container.NewStack()}
	x.grid = widget.NewDataGrid(widget.GridConfig{Env: cfg.Env, OnOpen: p.Select, OnKey: x.key})
	x.split = container.New(splitLayout{gap: theme.GapL, left: 0.42}, widget.Panel(x.grid), x.right)
	x.body = container.NewStack(x.split)
	e := cfg.Env
	x.filled = frame(e.T("gui.section.people"), e.T("gui.people.sub"), nil, container.NewBorder(widget.Inset(x.top, 0, 0, theme.GapM, 0), nil, nil, nil, x.body))
	return x
}

// Content implements Page.
func (x *People) Content() fyne.CanvasObject { return x.root }

// Show implements Page.
func (x *People) Show(presenter.Route) {
	x.shown = presenter.PeopleState{}
	x.p.Watch(x.render)
	x.p.Load()
	x.render(x.p.State())
}

// Refresh implements Page.
func (x *People) Refresh() { x.p.Load() }

// Hide implements Page.
func (x *People) Hide() { x.p.Watch(nil) }

// Undo implements Undoer.
func (x *People) Undo() { x.p.Undo() }

// Redo implements Undoer.
func (x *People) Redo() { x.p.Redo() }

// TypedKey implements Typer.
func (x *People) TypedKey(k *fyne.KeyEvent) { x.key(k) }

// key decides on the pair that is looked at, or goes up and down the list.
func (x *People) key(k *fyne.KeyEvent) bool {
	if x.p.State().Phase != presenter.Ready {
		return false
	}
	switch k.Name {
	case fyne.KeyA, fyne.KeyRight:
		x.p.Decide(presenter.PairAccepted)
	case fyne.KeyN, fyne.KeyLeft:
		x.p.Decide(presenter.PairRejected)
	case fyne.KeyL:
		x.p.Decide(presenter.PairLater)
	case fyne.KeyO:
		x.p.Decide(presenter.PairOpen)
	case fyne.KeyUp:
		x.p.Move(-1)
	case fyne.KeyDown:
		x.p.Move(1)
	default:
		return false
	}
	return true
}

func (x *People) render(st presenter.PeopleState) {
	e := x.cfg.Env
	switch {
	case x.cfg.Session.Project() == nil:
		swap(x.root, noProject(x.cfg))
	case st.Phase == presenter.Failed:
		swap(x.root, failed(x.cfg, st.Err, x.p.Retry))
	case st.Phase == presenter.Loading:
		swap(x.root, waiting(e, e.T("gui.people.loading"), x.p.Cancel))
	case st.Found == nil:
		swap(x.root, noData(x.cfg))
	case len(st.Pairs) == 0:
		swap(x.root, x.nobody(st))
	default:
		x.fill(st)
		if len(x.root.Objects) != 1 || x.root.Objects[0] != x.filled {
			swap(x.root, x.filled)
		}
	}
}

// nobody is the look where no pair was found: good news, or nothing to compare.
func (x *People) nobody(st presenter.PeopleState) fyne.CanvasObject {
	e := x.cfg.Env
	var body fyne.CanvasObject
	if len(st.Found.Columns) == 0 {
		body = widget.Empty(e, "customers", e.T("gui.people.noColumns"), e.T("gui.people.noColumns.hint", "n", st.Found.Customers),
			widget.Action{Text: e.T("gui.data.add"), Icon: "add", Primary: true, Do: x.cfg.PickData})
	} else {
		body = widget.Empty(e, "check", e.T("gui.people.none"), e.T("gui.people.none.hint", "n", st.Found.Customers, "pairs", st.Found.Compared))
	}
	return frame(e.T("gui.section.people"), e.T("gui.people.sub"), nil, body)
}

func (x *People) fill(st presenter.PeopleState) {
	e, l := x.cfg.Env, x.cfg.Env.Locale
	swap(x.top, x.head(st))
	listed := len(st.List) != len(x.shown.List) || st.Filter != x.shown.Filter || len(st.List) > 0 && (&st.List[0] != &x.shown.List[0] || st.Reveal != x.shown.Reveal)
	x.shown = st
	if listed || x.grid.Rows() != len(st.List) {
		columns := []widget.GridColumn{{Title: e.T("gui.people.a")}, {Title: e.T("gui.people.b")}, {Title: e.T("gui.people.verdict")}, {Title: e.T("gui.people.points"), Right: true}}
		list, pairs := st.List, st.Pairs
		x.grid.SetData(columns, len(list), func(row, col int) widget.GridCell {
			d := pairs[list[row]]
			switch col {
			case 0:
				return widget.GridCell{Text: d.A}
			case 1:
				return widget.GridCell{Text: d.B}
			case 2:
				return widget.GridCell{Text: e.T("identity.band." + string(d.Band)), Bold: presenter.IsSure(d)}
			}
			return widget.GridCell{Text: l.Number(d.Score, 1)}
		}, nil)
	}
	x.grid.Choose(st.At)
	if len(st.List) == 0 {
		swap(x.body, x.pair(st))
		return
	}
	swap(x.right, x.pair(st))
	swap(x.body, x.split)
}

// head holds the numbers, the tabs, what is sure, undo.
func (x *People) head(st presenter.PeopleState) fyne.CanvasObject {
	e := x.cfg.Env
	tabs := make([]widget.Tab, 0, 4)
	for _, s := range presenter.PairStates() {
		tabs = append(tabs, widget.Tab{ID: s, Title: e.T("gui.people.state."+s, "n", st.Count(s))})
	}
	undo := widget.Action{Text: e.T("gui.quality.undo"), Icon: "back", Do: x.p.Undo}.Link()
	redo := widget.Action{Text: e.T("gui.quality.redo"), Icon: "next", Do: x.p.Redo}.Link()
	able(undo, st.Undoes > 0)
	able(redo, st.Redoes > 0)
	right := widget.Row(0, undo, redo)
	if st.View != nil && st.View.Masked {
		key := "gui.customers.reveal"
		if st.Reveal {
			key = "gui.customers.mask"
		}
		right.Add(widget.Action{Text: e.T(key), Do: x.p.Reveal}.Link())
	}
	facts := e.T("gui.people.facts", "customers", st.Found.Customers, "pairs", st.Found.Compared, "merged", st.Found.Merged)
	if st.Busy {
		facts = e.T("gui.people.storing")
	}
	box := widget.Column(theme.GapS, widget.Muted(facts))
	if n := st.Sure(); n > 0 {
		box.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.people.sure", "n", n), e.T("gui.people.sure.hint"),
			widget.Action{Text: e.T("gui.people.sure.do", "n", n), Icon: "check", Primary: true, Do: func() {
				x.p.AcceptSure()
				x.cfg.Dialogs.Say(e.T("gui.people.sure.done", "n", n))
			}}))
	}
	if st.Found.Refused > 0 {
		box.Add(widget.Notice(e, widget.ToneWarn, e.T("cli.duplicates.refused", "count", st.Found.Refused), ""))
	}
	box.Add(widget.Spread(widget.NewTabs(tabs, st.Filter, x.p.Filter), right))
	return box
}

// pair shows the two customers side by side, with what speaks for and against them being one.
func (x *People) pair(st presenter.PeopleState) fyne.CanvasObject {
	e, d, v := x.cfg.Env, st.Now(), st.View
	if d == nil || v == nil {
		key := "gui.people.done"
		if st.Filter != presenter.PairOpen {
			key = "gui.people.empty"
		}
		return widget.Card(widget.Empty(e, "check", e.T(key), e.T(key+".hint")))
	}
	why := widget.Wrap(theme.GapS, 0)
	for _, r := range d.Reasons {
		tone := widget.ToneGood
		if r.Points < 0 {
			tone = widget.ToneWarn
		}
		why.Add(widget.Pill(e.T("identity.reason."+r.ID, "count", r.Share), tone))
	}
	band := "gui.people.is." + string(d.Band)
	head := widget.Column(theme.GapS, widget.Lead(e, e.T(band, "points", e.Locale.Number(d.Score, 1))), why)
	body := widget.Column(theme.GapM, head, x.compare(v), widget.Hint(e, x.effect(v)))
	return widget.Card(container.NewBorder(nil, widget.Inset(x.buttons(d), theme.GapM, 0, 0, 0), nil, nil, container.NewVScroll(widget.Inset(body, 0, theme.GapM, 0, 0))))
}

func (x *People) buttons(d *presenter.Pair) fyne.CanvasObject {
	e := x.cfg.Env
	row := widget.Wrap(theme.GapS, 0)
	add := func(state, key, icon string, primary bool) {
		if d.State != state {
			row.Add(widget.Action{Text: e.T(key), Icon: icon, Primary: primary, Do: func() { x.p.Decide(state) }}.Button())
		}
	}
	add(presenter.PairAccepted, "gui.people.accept", "check", true)
	if d.State == presenter.PairAccepted {
		row.Add(widget.Action{Text: e.T("gui.people.unmerge"), Icon: "back", Primary: true, Do: func() { x.p.Decide(presenter.PairOpen) }}.Button())
	}
	add(presenter.PairRejected, "gui.people.reject", "close", false)
	add(presenter.PairLater, "gui.people.later", "calendar", false)
	if d.State != presenter.PairAccepted {
		add(presenter.PairOpen, "gui.people.reopen", "back", false)
	}
	return row
}

// effect says what becomes of the two when they are one.
func (x *People) effect(v *presenter.PairView) string {
	e := x.cfg.Env
	return e.T("gui.people.effect", "orders", v.BuyA.Orders+v.BuyB.Orders, "money", e.Locale.Money(v.BuyA.Amount+v.BuyB.Amount, x.currency()))
}

func (x *People) currency() string { return x.cfg.Session.State().Info.Project.Currency }

// compare is the table of the two: what they share is marked, and what they do not.
func (x *People) compare(v *presenter.PairView) fyne.CanvasObject {
	e, l := x.cfg.Env, x.cfg.Env.Locale
	box := container.New(&compareLayout{})
	compareLine(box, e.T("gui.people.code"), v.A, v.B, false, false)
	for _, f := range v.Fields {
		if f.A != "" || f.B != "" {
			compareLine(box, columnTitle(e, f.Name), f.A, f.B, f.Same, f.Differ)
		}
	}
	day := func(d core.Date) string {
		if d == core.NoDate {
			return ""
		}
		return l.Date(d)
	}
	for _, f := range []struct {
		key  string
		text func(presenter.Bought) string
	}{
		{"orders", func(b presenter.Bought) string { return l.Int(b.Orders) }},
		{"money", func(b presenter.Bought) string { return l.Money(b.Amount, x.currency()) }},
		{"first", func(b presenter.Bought) string { return day(b.First) }},
		{"last", func(b presenter.Bought) string { return day(b.Last) }},
	} {
		compareLine(box, e.T("gui.people."+f.key), f.text(v.BuyA), f.text(v.BuyB), false, false)
	}
	return widget.Quiet(box)
}

// compareLine adds a line: a mark, a name, the two values.
func compareLine(box *fyne.Container, name, a, b string, same, differ bool) {
	text := func(s string) fyne.CanvasObject {
		if s == "" {
			return widget.Muted("–")
		}
		t := widget.NewText(s)
		if differ {
			t.Bold().Color(fynetheme.ColorNameWarning)
		}
		return t
	}
	mark := fyne.CanvasObject(container.NewStack())
	switch {
	case same:
		mark = widget.Icon("check", fynetheme.ColorNameSuccess, theme.SwatchSize+2)
	case differ:
		mark = widget.Icon("close", fynetheme.ColorNameWarning, theme.SwatchSize+2)
	}
	for _, o := range []fyne.CanvasObject{mark, widget.Muted(name), text(a), text(b)} {
		box.Add(o)
	}
}

// compareLayout sets mark, name and two values in columns.
type compareLayout struct{}

func (compareLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	mark := theme.IconSize
	name := (s.Width - mark) * 0.26
	value := (s.Width - mark - name) / 2
	var y float32
	for i := 0; i+3 < len(os); i += 4 {
		var h float32
		for _, o := range os[i : i+4] {
			h = max(h, o.MinSize().Height)
		}
		at := float32(0)
		for k, w := range []float32{mark, name, value, value} {
			os[i+k].Move(fyne.NewPos(at, y))
			os[i+k].Resize(fyne.NewSize(w-theme.GapXS, h))
			at += w
		}
		y += h + theme.GapXS + 2
	}
}

func (compareLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	var y float32
	for i := 0; i+3 < len(os); i += 4 {
		var h float32
		for _, o := range os[i : i+4] {
			h = max(h, o.MinSize().Height)
		}
		y += h + theme.GapXS + 2
	}
	return fyne.NewSize(theme.FormWidth*0.8, y)
}
