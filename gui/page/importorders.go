package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// orderView shows what a file changes in orders of the project, and asks what holds.
type orderView struct {
	cfg  Config
	p    *presenter.Data
	root *fyne.Container
	grid *widget.DataGrid
	seen []presenter.OrderChange // that the grid shows
}

func newOrderView(cfg Config, p *presenter.Data) *orderView {
	v := &orderView{cfg: cfg, p: p, root: container.NewStack()}
	v.grid = widget.NewDataGrid(widget.GridConfig{Env: cfg.Env, RowNumbers: true, OnOpen: p.ShowOrder})
	return v
}

func (v *orderView) render(im presenter.ImportState) {
	e, st := v.cfg.Env, *im.Orders
	list := st.List()
	v.fill(list)
	back := widget.Action{Text: e.T("gui.orders.back"), Icon: "back", Do: v.p.LeaveOrders}.Button()
	run := widget.Action{Text: e.T("gui.orders.do"), Icon: "check", Primary: true, Do: v.p.TakeOrders}.Button()
	if st.Busy {
		run.Disable()
	}
	head := widget.Column(theme.GapM, v.tiles(st))
	if n := st.Count(st.Kind); n > len(list) {
		head.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.orders.first", "n", len(list), "of", n), ""))
	}
	if st.Err != nil {
		message, hint := e.Locale.Error(st.Err)
		head.Add(widget.Notice(e, widget.ToneError, message, hint))
	}
	table := widget.Panel(v.grid)
	if len(list) == 0 {
		table = widget.Panel(container.NewCenter(widget.Muted(e.T("gui.orders.none"))))
	}
	if st.At >= 0 && st.At < len(list) {
		table = container.NewBorder(nil, widget.Inset(widget.Card(v.lines(list[st.At])), theme.GapM, 0, 0, 0), nil, nil, table)
	}
	card := widget.Card(container.NewVScroll(widget.Inset(v.choices(st), 0, theme.GapM, 0, 0)))
	body := container.NewBorder(widget.Inset(head, 0, 0, theme.GapM, 0), nil, nil,
		widget.Inset(widget.Fixed(card, theme.CardWidth, 0), 0, 0, 0, theme.GapL), table)
	swap(v.root, frame(e.T("gui.orders.title", "file", base(im.File)), e.T("gui.orders.sub"), widget.Row(theme.GapS, back, run), body))
}

// tiles count the orders; a tap lists them.
func (v *orderView) tiles(st presenter.OrdersState) fyne.CanvasObject {
	e := v.cfg.Env
	box := widget.Wrap(theme.GapM, theme.StatWidth)
	for _, kind := range []string{"changed", "new", "vanished", "unchanged"} {
		show := func() { v.p.ShowOrders(kind) }
		if kind == "unchanged" {
			show = nil
		}
		remark := ""
		if kind == st.Kind {
			remark = e.T("gui.orders.shown")
		}
		box.Add(widget.Stat(e.T("gui.orders."+kind), e.Locale.Int(st.Count(kind)), remark, show))
	}
	return box
}

// choices are what can become of orders that differ, with what each of them does.
func (v *orderView) choices(st presenter.OrdersState) fyne.CanvasObject {
	e := v.cfg.Env
	box := widget.Column(theme.GapS, widget.Section(e.T("gui.orders.choose")))
	for _, policy := range []core.OrderPolicy{"", core.OrdersReplace, core.OrdersAdd, core.OrdersKeep} {
		key := "gui.orders.policy." + string(policy)
		if policy == "" {
			key += "auto"
		}
		text := widget.Column(theme.GapXS, widget.NewText(e.T(key)).Bold(), widget.Hint(e, e.T(key+".hint")))
		b := widget.NewTappable(widget.Pad(text, theme.GapS), func() { v.p.ChooseOrders(policy) })
		b.Choose(policy == st.Policy)
		box.Add(b)
	}
	for _, m := range st.Pending.Report.Hints {
		switch m.Key {
		case "import.hint.orders_changed", "import.hint.orders_unclear", "import.hint.orders_kept":
			box.Add(widget.Notice(e, widget.ToneInfo, hintText(e, m), ""))
		}
	}
	r := st.Pending.Report
	currency := v.cfg.Session.State().Info.Project.Currency
	box.Add(widget.Hint(e, e.T("gui.orders.effect", "used", r.Rows.Used, "amount", e.Locale.Money(r.Amount, currency))))
	return box
}

// lines are the lines of an order on both sides.
func (v *orderView) lines(o presenter.OrderChange) fyne.CanvasObject {
	e := v.cfg.Env
	head := widget.Row(theme.GapM, widget.Section(e.T("gui.orders.order", "order", o.Order)).Keep(),
		widget.Centered(widget.Muted(e.T("gui.orders.whose", "customer", o.Customer, "day", o.Day)).Keep()))
	sides := container.NewGridWithColumns(2)
	for _, side := range []struct {
		key   string
		mark  string
		lines []presenter.OrderLine
	}{{"gui.orders.was", "−", o.Was}, {"gui.orders.is", "+", o.Is}} {
		box := widget.Column(theme.GapXS, widget.NewText(e.T(side.key)).Bold())
		if len(side.lines) == 0 {
			box.Add(widget.Hint(e, e.T("gui.orders.nothing")))
		}
		for _, l := range side.lines {
			box.Add(v.line(l, side.mark))
		}
		sides.Add(widget.Inset(box, 0, theme.GapL, 0, 0))
	}
	scroll := container.NewVScroll(sides)
	scroll.SetMinSize(fyne.NewSize(0, linesHeight))
	return widget.Column(theme.GapS, head, scroll)
}

// linesHeight is the room for the lines of an order: four on either side.
const linesHeight = 5 * theme.RowHeight * 0.8

// line is a line of an order; one that the other side does not have is marked.
func (v *orderView) line(l presenter.OrderLine, mark string) fyne.CanvasObject {
	e := v.cfg.Env
	name := l.Product
	if name == "" {
		name = e.T("gui.orders.line")
	}
	if l.Quantity != 0 {
		name = e.T("gui.orders.pieces", "name", name, "n", e.Locale.Number(l.Quantity, 2))
	}
	left, right := widget.NewText(name), widget.Whole(e.Locale.Money(l.Amount, v.cfg.Session.State().Info.Project.Currency))
	if l.Same {
		left, right = widget.Muted(name), right.Color(theme.ColorMuted)
		mark = " "
	} else {
		left, right = left.Bold(), right.Bold()
	}
	return container.NewBorder(nil, nil, widget.Fixed(widget.Centered(widget.Whole(mark).Bold()), theme.GapL, 0), widget.Centered(right), left)
}

// fill puts the orders into the grid.
func (v *orderView) fill(list []presenter.OrderChange) {
	if len(list) == len(v.seen) && (len(list) == 0 || list[0].Order == v.seen[0].Order && list[0].Kind == v.seen[0].Kind) {
		v.seen = list
		return
	}
	v.seen = list
	e := v.cfg.Env
	currency := v.cfg.Session.State().Info.Project.Currency
	columns := []widget.GridColumn{
		{Title: e.T("gui.role.order")},
		{Title: e.T("gui.role.customer")},
		{Title: e.T("gui.role.date")},
		{Title: e.T("gui.orders.was"), Right: true},
		{Title: e.T("gui.orders.is"), Right: true},
	}
	side := func(lines []presenter.OrderLine) string {
		if len(lines) == 0 {
			return "—"
		}
		sum := 0.0
		for _, l := range lines {
			sum += l.Amount
		}
		return e.T("gui.orders.side", "n", len(lines), "amount", e.Locale.Money(sum, currency))
	}
	v.grid.SetData(columns, len(list), func(r, c int) widget.GridCell {
		o := list[r]
		return widget.GridCell{Text: []func() string{
			func() string { return o.Order },
			func() string { return o.Customer },
			func() string { return e.Locale.Date(o.Day) },
			func() string { return side(o.Was) },
			func() string { return side(o.Is) },
		}[c]()}
	}, nil)
}
