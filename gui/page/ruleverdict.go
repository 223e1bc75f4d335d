package page

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
)

// outcome shows who goes where now, and what is odd about the rules.
func (b *ruleBuilder) outcome(st presenter.RulesState) fyne.CanvasObject {
	e, l := b.cfg.Env, b.cfg.Env.Locale
	top := st.Free
	for _, row := range st.Rows {
		top = max(top, row.Takes)
	}
	bars := container.New(barsLayout{})
	add := func(name string, n int, amount float64, i int) {
		bars.Add(widget.NewText(name))
		c := theme.Color("primary")
		if i < 0 {
			c = theme.Color("warning")
		}
		bars.Add(widget.Meter(float64(n)/float64(max(1, top)), c, theme.GapM))
		text := e.T("gui.preview.size", "n", n, "share", l.Percent(float64(n)/float64(max(1, st.Total))))
		if st.HasMoney && i >= 0 {
			text = e.T("gui.rules.size", "n", n, "share", l.Percent(float64(n)/float64(max(1, st.Total))), "money", l.CompactMoney(amount, b.currency()))
		}
		bars.Add(behind(b.cfg, b.p.Behind(i), n, text))
	}
	for i, row := range st.Rows {
		add(row.Name, row.Takes, row.Amount, i)
	}
	if st.Free > 0 {
		add(e.T("gui.rules.free"), st.Free, 0, -1)
	}
	body := widget.Column(theme.GapL, widget.Card(widget.Column(theme.GapM,
		widget.Section(e.T("gui.rules.now")), widget.Hint(e, e.T("gui.rules.now.hint", "n", st.Total)), bars)))
	body.Add(widget.Card(b.verdict(st)))
	return container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapL, 0))
}

func (b *ruleBuilder) currency() string { return b.cfg.Session.State().Info.Project.Currency }

// verdict tells gaps, overlaps and useless rules in words.
func (b *ruleBuilder) verdict(st presenter.RulesState) fyne.CanvasObject {
	e := b.cfg.Env
	box := widget.Column(theme.GapS, widget.Section(e.T("gui.rules.check")))
	switch {
	case !st.Valid:
		box.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.rules.unread"), e.T("gui.rules.unread.hint")))
		for i, row := range st.Rows {
			if fault := row.Fault.In(e.Locale.Lang); st.AsText && fault != "" { // there are no cards to say it
				box.Add(widget.Notice(e, widget.ToneWarn, e.T("gui.rules.fault", "n", i+1, "fault", fault), ""))
			}
		}
		return box
	case st.Proving && len(st.Findings) == 0:
		box.Add(widget.Hint(e, e.T("gui.rules.proving")))
		return box
	}
	gap := false
	for _, f := range st.Findings {
		gap = gap || f.Kind == "gap" || f.Kind == "free"
	}
	if gap {
		box.Add(widget.Notice(e, widget.ToneWarn, e.T("gui.rules.gaps", "n", st.Free), e.T("gui.rules.gaps.hint"),
			widget.Action{Text: e.T("gui.rules.addRest"), Icon: "add", Primary: true, Do: b.p.AddRest}))
	} else {
		box.Add(widget.Notice(e, widget.ToneGood, e.T("gui.rules.total"), ""))
	}
	for _, f := range st.Findings {
		if o := b.finding(st, f); o != nil {
			box.Add(o)
		}
	}
	return box
}

func (b *ruleBuilder) finding(st presenter.RulesState, f presenter.RuleFinding) fyne.CanvasObject {
	e := b.cfg.Env
	words := func(t sdk.Text) string {
		var names []string
		for _, c := range st.Columns {
			names = append(names, c.Name)
		}
		return nameColumns(e, t.In(e.Locale.Lang), names)
	}
	name := func(i int) string {
		if i < 0 || i >= len(st.Rows) {
			return ""
		}
		return st.Rows[i].Name
	}
	var act []widget.Action
	if f.Where != "" && f.Customers > 0 && !strings.Contains(f.Where, "segment:") { // the list of customers knows features only
		act = append(act, widget.Action{Text: e.T("gui.rules.see", "n", f.Customers), Icon: "customers", Do: func() {
			b.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Where: f.Where})
		}})
	}
	tone := widget.ToneInfo
	switch f.Kind {
	case "gap", "never", "shadowed":
		tone = widget.ToneWarn
	case "free":
		return nil
	}
	detail := ""
	if f.Kind == "gap" || f.Kind == "overlap" {
		detail = e.T("gui.rules.example", "example", words(f.Example))
	}
	return widget.Notice(e, tone, e.T("gui.rules.found."+f.Kind, "rule", name(f.Rule), "other", name(f.Other), "region", words(f.Region), "n", f.Customers), detail, act...)
}

// behind is a number that leads to its customers, where they can be listed.
func behind(cfg Config, where string, n int, text string) fyne.CanvasObject {
	if where == "" || n == 0 {
		return widget.Muted(text).Keep()
	}
	return widget.NewFlatTappable(widget.Link(text), func() {
		cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Where: where})
	})
}
