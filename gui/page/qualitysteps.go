package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// steps is the list of what was done to the data, in order, with what each does.
func (q *Quality) steps(st presenter.QualityState) fyne.CanvasObject {
	e := q.cfg.Env
	undo := widget.Action{Text: e.T("gui.quality.undo"), Icon: "back", Do: q.p.Undo}.Link()
	redo := widget.Action{Text: e.T("gui.quality.redo"), Icon: "next", Do: q.p.Redo}.Link()
	able(undo, st.Steps.Undoes() > 0 && !st.Busy)
	able(redo, st.Steps.Redoes() > 0 && !st.Busy)
	box := widget.Column(theme.GapM, widget.Fixed(widget.Spread(widget.Centered(widget.Section(e.T("gui.quality.steps"))), widget.Row(0, undo, redo)), 0, theme.RowHeight+theme.GapXS))
	if len(st.Card.Steps) == 0 {
		box.Add(widget.Card(widget.Column(theme.GapS, widget.Para(e, e.T("gui.quality.steps.none")), widget.Hint(e, e.T("gui.quality.steps.hint")))))
		return box
	}
	box.Add(widget.Hint(e, e.T("gui.quality.steps.hint")))
	for i, s := range st.Card.Steps {
		var effect presenter.CleanEffect
		if i < len(st.Card.Effects) {
			effect = st.Card.Effects[i]
		}
		box.Add(q.step(st, i, s, effect))
	}
	return box
}

func (q *Quality) step(st presenter.QualityState, i int, s presenter.CleanStep, effect presenter.CleanEffect) fyne.CanvasObject {
	e, n := q.cfg.Env, len(st.Card.Steps)
	on := widget.NewCheck("", nil)
	on.SetChecked(!s.Off)
	on.OnChanged = func(b bool) { q.p.Switch(s.ID, b) }
	if st.Busy {
		on.Disable()
	}
	up, down := small("up", func() { q.p.Move(s.ID, -1) }), small("down", func() { q.p.Move(s.ID, 1) })
	remove := small("trash", func() { q.p.Remove(s.ID) })
	able(up, i > 0 && !st.Busy)
	able(down, i < n-1 && !st.Busy)
	able(remove, !st.Busy)
	said := e.T("gui.quality.step", "n", i+1, "text", q.said(s.Message()))
	text := fyne.CanvasObject(widget.Para(e, said))
	if s.Off {
		text = widget.Hint(e, said)
	}
	box := widget.Column(theme.GapXS, text, q.effect(s, effect), widget.Row(0, on, widget.Centered(widget.Muted(e.T("gui.quality.step.on")).Keep()), widget.Fixed(container.NewStack(), theme.GapS, 0), up, down, remove))
	return widget.Card(box)
}

// effect says in numbers what a step did; they lead to the rows.
func (q *Quality) effect(s presenter.CleanStep, x presenter.CleanEffect) fyne.CanvasObject {
	e := q.cfg.Env
	switch {
	case s.Off:
		return widget.Hint(e, e.T("gui.quality.step.off"))
	case x.Rows == 0 && x.Customers == 0 && x.Remark.Key != "":
		return widget.Notice(e, widget.ToneInfo, e.Locale.Message(x.Remark), "")
	}
	line := widget.Wrap(0, 0)
	link := func(text string) {
		line.Add(widget.Action{Text: text, Icon: "search", Do: func() { q.stepRows(s.ID) }}.Link())
	}
	if x.Rows > 0 {
		key := "gui.quality.step.changed"
		if x.Dropped > 0 {
			key = "gui.quality.step.dropped"
		}
		link(e.T(key, "n", x.Rows))
	}
	if x.Customers > 0 {
		link(e.T("gui.quality.count.customers", "n", x.Customers))
	}
	if change := x.After.Money - x.Before.Money; change != 0 {
		line.Add(widget.Centered(widget.Muted(signed(e, change, q.currency())).Keep()))
	}
	return widget.Inset(line, 0, 0, 0, -theme.GapS)
}

func signed(e widget.Env, x float64, currency string) string {
	if x > 0 {
		return "+" + e.Locale.Money(x, currency)
	}
	return e.Locale.Money(x, currency)
}

// preview shows what a fix would do before it is made.
func (q *Quality) preview(i presenter.Issue, choice int) {
	e := q.cfg.Env
	q.open(e.T("gui.quality.fix.title"), widget.Action{Text: e.T("gui.cancel"), Do: q.p.Away},
		widget.Action{Text: e.T("gui.quality.apply"), Icon: "check", Primary: true, Do: func() {
			if f := q.p.State().Fix; f != nil {
				q.p.Apply(f.Step())
			}
		}})
	q.p.Preview(i, choice)
}

func (q *Quality) issueRows(i presenter.Issue) {
	q.openRows()
	q.p.IssueRows(i)
}

func (q *Quality) stepRows(id int) {
	if s, err := q.p.State().Steps.Step(id); err == nil {
		q.openRows()
		q.p.StepRows(s)
	}
}

func (q *Quality) openRows() {
	e := q.cfg.Env
	q.open(e.T("gui.quality.behind"), widget.Action{Text: e.T("gui.quality.copy"), Icon: "copy", Do: func() {
		if r := q.p.State().Rows; r != nil {
			e.Copy(touchedGrid(q.cfg, r.Rows, q.currency()).Text())
		}
		q.p.Away()
	}}, widget.Action{Text: e.T("gui.ok"), Primary: true, Do: q.p.Away})
}

// open shows a dialog whose body follows the presenter's state.
func (q *Quality) open(title string, buttons ...widget.Action) {
	q.dialog = container.NewStack(widget.Loading(q.cfg.Env.T("gui.loading")))
	q.cfg.Dialogs.Show(title, widget.Fixed(q.dialog, theme.DialogWide, theme.DialogTall*0.78), buttons...)
}

// fillDialog shows the fix, or the rows, in the dialog that is open.
func (q *Quality) fillDialog(st presenter.QualityState) {
	switch {
	case q.dialog == nil:
	case st.Fix != nil:
		swap(q.dialog, q.fixBody(st.Fix))
	case st.Rows != nil:
		swap(q.dialog, q.rowsBody(st.Rows))
	}
}

func (q *Quality) fixBody(f *presenter.FixState) fyne.CanvasObject {
	e, l := q.cfg.Env, q.cfg.Env.Locale
	top := widget.Column(theme.GapM, widget.Para(e, q.said(f.Issue.Message())))
	if n := len(f.Issue.Fixes); n > 1 {
		ids, titles := make([]string, n), make([]string, n)
		for i, s := range f.Issue.Fixes {
			ids[i], titles[i] = l.Int(i), q.said(s.Message())
		}
		pick := fynewidget.NewRadioGroup(titles, nil)
		pick.Required = true
		pick.SetSelected(titles[f.Choice])
		pick.OnChanged = func(s string) {
			q.cfg.Dialogs.Focus(nil) // the keys are the dialog's again
			for i := range titles {
				if titles[i] == s && i != f.Choice {
					q.p.Preview(f.Issue, i)
				}
			}
		}
		top.Add(pick)
	} else {
		top.Add(widget.NewText(q.said(f.Step().Message())).Bold())
	}
	switch f.Phase {
	case presenter.Failed:
		message, hint := l.Error(f.Err)
		return container.NewBorder(top, nil, nil, nil, widget.Centered(widget.Notice(e, widget.ToneError, message, hint)))
	case presenter.Ready:
	default:
		return container.NewBorder(top, nil, nil, nil, widget.Loading(e.T("gui.quality.fix.loading")))
	}
	top.Add(q.counts(f.Change.Before, f.Change.After))
	if n := len(f.Change.Effects); n > 0 && f.Change.Effects[n-1].Remark.Key != "" {
		top.Add(widget.Notice(e, widget.ToneInfo, l.Message(f.Change.Effects[n-1].Remark), ""))
	}
	if runs := len(q.cfg.Session.State().Info.Runs); runs > 0 {
		top.Add(widget.Hint(e, e.T("gui.quality.fix.results")))
	}
	return container.NewBorder(widget.Inset(top, 0, 0, theme.GapM, 0), nil, nil, nil, touchedList(q.cfg, f.Rows, q.currency()))
}

// counts is a small table: rows, orders, customers, money; before, after, change.
func (q *Quality) counts(a, b presenter.DataCounts) fyne.CanvasObject {
	e, l := q.cfg.Env, q.cfg.Env.Locale
	table := container.NewGridWithColumns(4)
	cell := func(s string, bold bool) {
		t := widget.NewText(s).Right()
		if bold {
			t.Bold()
		}
		table.Add(t)
	}
	table.Add(widget.Muted(""))
	for _, k := range []string{"before", "after", "change"} {
		table.Add(widget.Muted(e.T("gui.quality." + k)).Right())
	}
	row := func(key string, before, after, change string, changed bool) {
		table.Add(widget.NewText(e.T("gui.quality.counts." + key)))
		cell(before, false)
		cell(after, false)
		cell(change, changed)
	}
	number := func(key string, x, y int) {
		if x != 0 || y != 0 {
			change := l.Int(y - x)
			if y > x {
				change = "+" + change
			}
			row(key, l.Int(x), l.Int(y), change, x != y)
		}
	}
	number("rows", a.Rows, b.Rows)
	number("orders", a.Orders, b.Orders)
	number("customers", a.Customers, b.Customers)
	number("records", a.Records, b.Records)
	if a.Rows > 0 {
		row("money", l.Money(a.Money, q.currency()), l.Money(b.Money, q.currency()), signed(e, b.Money-a.Money, q.currency()), a.Money != b.Money)
	}
	return widget.Quiet(table)
}

func (q *Quality) rowsBody(r *presenter.RowsState) fyne.CanvasObject {
	e, l := q.cfg.Env, q.cfg.Env.Locale
	top := widget.Column(theme.GapS)
	if r.Issue != nil {
		top.Add(widget.Para(e, q.said(r.Issue.Message())))
	} else {
		top.Add(widget.Para(e, q.said(r.Step.Message())))
	}
	switch r.Phase {
	case presenter.Failed:
		message, hint := l.Error(r.Err)
		return container.NewBorder(top, nil, nil, nil, widget.Centered(widget.Notice(e, widget.ToneError, message, hint)))
	case presenter.Loading:
		return container.NewBorder(top, nil, nil, nil, widget.Loading(e.T("gui.loading")))
	}
	return container.NewBorder(widget.Inset(top, 0, 0, theme.GapM, 0), nil, nil, nil, touchedList(q.cfg, r.Rows, q.currency()))
}
