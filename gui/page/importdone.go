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

// done is the page after the import: what came in, what did not and why.
func (v *importView) done(st presenter.ImportState) fyne.CanvasObject {
	e, r := v.cfg.Env, st.Report
	body := widget.Column(theme.GapL, v.stats(r), v.reconciliation(st))
	if len(st.Sheets) > 0 {
		body.Add(v.sheets(st.Sheets))
	}
	if c := v.compared(r); c != nil {
		body.Add(c)
	}
	if len(r.Hints) > 0 {
		hints := widget.Column(theme.GapS)
		for _, m := range r.Hints {
			hints.Add(widget.Notice(e, toneOf(m), hintText(e, m), ""))
		}
		body.Add(widget.TitledCard(e.T("gui.import.hints"), nil, hints))
	}
	next := widget.Action{Text: e.T("gui.import.next"), Icon: "segment", Primary: true, Do: func() {
		v.p.Next()
		v.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: "rfm"})
	}}
	if r.Detected.Kind != core.SourceTransactions {
		next = widget.Action{Text: e.T("gui.import.sources"), Icon: "data", Primary: true, Do: v.p.Next}
	}
	sources := widget.Action{Text: e.T("gui.import.sources"), Icon: "data", Do: v.p.Next}
	if st.Waiting > 0 {
		next = widget.Action{Text: e.T("gui.import.nextFile", "n", st.Waiting), Icon: "next", Primary: true, Do: v.p.Next}
	}
	buttons := widget.Row(theme.GapS)
	if st.Source > 0 {
		buttons.Add(widget.Action{Text: e.T("gui.import.template.keep"), Icon: "star", Do: func() { v.keepTemplate(st) }}.Button())
	}
	if next.Text != sources.Text && st.Waiting == 0 {
		buttons.Add(sources.Button())
	}
	buttons.Add(next.Button())
	return frame(e.T("gui.import.done", "file", base(st.File)), e.T("gui.import.done.sub"), buttons,
		container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapM, 0)))
}

// sheets are the tables that were imported at once, each with where its rows went.
func (v *importView) sheets(sheets []presenter.SheetReport) fyne.CanvasObject {
	e := v.cfg.Env
	rows := widget.Column(theme.GapM)
	for _, s := range sheets {
		head := widget.Spread(widget.NewText(s.Sheet).Bold(), widget.Muted(e.T("gui.stat.lines", "n", e.Locale.Int(s.Report.Rows.Used))).Keep())
		links := widget.Wrap(theme.GapS, 0, widget.Centered(widget.Muted(reconciled(e, s.Report.Rows)).Keep()))
		for _, x := range s.Report.Rows.Excluded {
			if x.Reason != "already_imported" {
				links.Add(widget.Action{Text: e.T("gui.data.leftOut.each", "reason", e.T("reason."+x.Reason), "n", x.Count), Do: func() { v.p.ShowRejected(s.Source, x.Reason) }}.Link())
			}
		}
		rows.Add(widget.Column(theme.GapXS, head, links))
	}
	return widget.TitledCard(e.T("gui.import.sheets", "n", len(sheets)), nil, rows)
}

// keepTemplate asks for a name and keeps how the file was read.
func (v *importView) keepTemplate(st presenter.ImportState) {
	e := v.cfg.Env
	name := widget.NewEntry()
	name.SetText(strings.TrimSuffix(base(st.File), filepath.Ext(st.File)))
	form := widget.Column(theme.GapM, widget.Fixed(widget.Para(e, e.T("gui.import.template.hint")), theme.FormWidth, 0), name)
	v.cfg.Dialogs.Show(e.T("gui.import.template.keep"), form, widget.Action{Text: e.T("gui.cancel")},
		widget.Action{Text: e.T("gui.import.template.save"), Primary: true, Do: func() {
			v.p.SaveTemplate(name.Text, func(err error) {
				if err != nil {
					message, hint := e.Locale.Error(err)
					v.cfg.Dialogs.Say(message + " " + hint)
					return
				}
				v.cfg.Dialogs.Say(e.T("cli.template.kept", "name", name.Text))
			})
		}})
	v.cfg.Dialogs.Focus(name)
}

// stats are the tiles of what came in, by kind.
func (v *importView) stats(r core.ImportReport) fyne.CanvasObject {
	e, l := v.cfg.Env, v.cfg.Env.Locale
	currency := v.cfg.Session.State().Info.Project.Currency
	customers := widget.Stat(e.T("gui.stat.customers"), l.Int(r.Customers), "", nil)
	days := span(e, r.FirstDate, r.LastDate)
	switch r.Detected.Kind {
	case core.SourceTransactions:
		return widget.Wrap(theme.GapM, theme.StatWidth, customers,
			widget.Stat(e.T("gui.stat.orders"), l.Int(r.Orders), e.T("gui.stat.lines", "n", l.Int(r.Lines)), nil),
			widget.Stat(e.T("gui.stat.amount"), l.CompactMoney(r.Amount, currency), days, nil))
	case core.SourceCustomers:
		return widget.Wrap(theme.GapM, theme.StatWidth, customers)
	}
	return widget.Wrap(theme.GapM, theme.StatWidth, widget.Stat(e.T("gui.kind."+string(r.Detected.Kind)), l.Int(r.Records), days, nil), customers)
}

// span says from which day to which; nothing where no day is known.
func span(e widget.Env, from, to core.Date) string {
	if from == core.NoDate || to == core.NoDate {
		return ""
	}
	return e.T("gui.stat.span", "from", from, "to", to)
}

// compared says what the file told of orders and customers that the project knows; nil
// where it told nothing.
func (v *importView) compared(r core.ImportReport) fyne.CanvasObject {
	e := v.cfg.Env
	rows := widget.Column(theme.GapS)
	if d := r.Diff; d != nil && r.Duplicates+d.Changed+d.Vanished > 0 {
		for _, x := range []struct {
			key      string
			n        int
			examples []string
		}{{"new", d.New, d.Examples.New}, {"changed", d.Changed, d.Examples.Changed}, {"vanished", d.Vanished, d.Examples.Vanished}} {
			if x.n > 0 {
				rows.Add(widget.Para(e, e.T("gui.import.diff."+x.key, "n", x.n, "examples", x.examples)))
			}
		}
	}
	if u := r.Unmatched; u != nil && u.SourceOnly > 0 {
		rows.Add(widget.Para(e, e.T("gui.data.unmatched.facts", "n", u.SourceOnly, "examples", u.Examples)))
	}
	if len(rows.Objects) == 0 {
		return nil
	}
	return widget.TitledCard(e.T("gui.import.compared"), nil, rows)
}

// reconciliation proves that no row was lost; a reason leads to its rows.
func (v *importView) reconciliation(st presenter.ImportState) fyne.CanvasObject {
	e, l, r := v.cfg.Env, v.cfg.Env.Locale, st.Report
	rows := widget.Column(theme.GapS, widget.NewText(reconciled(e, r.Rows)).Bold())
	if r.Duplicates > 0 {
		rows.Add(widget.NewText(e.T("gui.import.duplicates", "n", r.Duplicates)))
	}
	rows.Add(widget.Line())
	line := func(name, count, note string, do fyne.CanvasObject) {
		left := widget.Row(theme.GapM, widget.Fixed(widget.Whole(count).Right(), theme.StatWidth/2, 0), widget.Whole(name))
		rows.Add(container.NewBorder(nil, nil, widget.Centered(left), do, widget.Centered(widget.Inset(widget.Muted(note).Right(), 0, theme.GapS, 0, theme.GapM))))
	}
	line(e.T("gui.import.used"), l.Int(r.Rows.Used), "", nil)
	for _, x := range r.Rows.Excluded {
		var do fyne.CanvasObject
		if st.Source > 0 && x.Reason != "already_imported" {
			do = widget.Action{Text: e.T("gui.rejected.show"), Icon: "search", Do: func() { v.p.ShowRejected(st.Source, x.Reason) }}.Button()
		}
		line(e.T("reason."+x.Reason), l.Int(x.Count), examples(e, x.Examples), do)
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
	return e.T("gui.import.examples", "n", len(words), "rows", words)
}
