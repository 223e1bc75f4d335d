package page

import (
	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/widget"
)

// hintText says a remark as the window does: without the flags of the command.
func hintText(e widget.Env, m core.Message) string {
	if own := "gui." + m.Key; e.Locale.Has(own) {
		m.Key = own
	}
	return e.Locale.Message(m)
}

// problem says a remark on the file, how grave it is, and what mends it with one click.
func (v *importView) problem(st presenter.ImportState, m core.Message) (text string, tone widget.Tone, fixes []widget.Action) {
	e := v.cfg.Env
	switch m.Key {
	case "import.hint.two_dates":
		fixes = v.twoReadings(m)
	case "import.hint.ambiguous_dates":
		fixes = []widget.Action{
			v.fix(e.T("gui.dateOrder.dmy"), func(o *core.ImportOptions) { o.DateOrder = core.DateDMY }),
			v.fix(e.T("gui.dateOrder.mdy"), func(o *core.ImportOptions) { o.DateOrder = core.DateMDY }),
		}
	case "import.hint.encoding_guessed":
		fixes = v.otherEncodings(st)
	case "import.hint.customer_guessed":
		column, _ := m.Args["column"].(string) // "" is no column: nothing happens
		fixes = []widget.Action{{Text: e.T("gui.import.fix.right"), Do: func() { v.p.SetRole(column, core.RoleCustomer) }}}
	case "import.hint.lines_orders":
		fixes = []widget.Action{
			v.fix(e.T("gui.import.fix.line"), func(o *core.ImportOptions) { o.Grain = core.GrainLine }),
			v.fix(e.T("gui.import.fix.order"), func(o *core.ImportOptions) { o.Grain = core.GrainOrder }),
		}
	case "import.hint.other_sheets":
		fixes = v.otherSheets(m)
	}
	return hintText(e, m), toneOf(m), fixes
}

// toneOf says how grave a remark is: what was decided beyond doubt is only told.
func toneOf(m core.Message) widget.Tone {
	switch m.Key {
	case "import.hint.lines_orders", "import.hint.other_sheets", "import.hint.alike_sheets", "import.hint.preset", "import.hint.above_header",
		"import.hint.corrected", "import.hint.sample_excluded":
		return widget.ToneInfo
	}
	return widget.ToneWarn
}

func (v *importView) fix(title string, set func(*core.ImportOptions)) widget.Action {
	return widget.Action{Text: title, Do: func() { v.p.Change(set) }}
}

// twoReadings offers both readings of a date.
func (v *importView) twoReadings(m core.Message) []widget.Action {
	e := v.cfg.Env
	word, _ := m.Args["order"].(string) // as package ingest writes it
	now, other := core.DateOrder(word), core.DateDMY
	if now == core.DateDMY {
		other = core.DateMDY
	}
	title := func(day string, order core.DateOrder) string {
		return e.T("gui.import.fix.date", "cell", m.Args["cell"], "day", m.Args[day], "order", e.T("gui.dateOrder."+string(order)))
	}
	return []widget.Action{
		v.fix(title("first", now), func(o *core.ImportOptions) { o.DateOrder = now }),
		v.fix(title("second", other), func(o *core.ImportOptions) { o.DateOrder = other }),
	}
}

// mostFixes is how many choices stand beside a remark.
const mostFixes = 4

func (v *importView) otherEncodings(st presenter.ImportState) []widget.Action {
	now := st.Preview.Detected.Encoding
	out := []widget.Action{v.fix(v.cfg.Env.T("gui.import.fix.right"), func(o *core.ImportOptions) { o.Encoding = now })}
	for _, name := range st.Preview.Encodings {
		if name != now && len(out) <= mostFixes {
			out = append(out, v.fix(name, func(o *core.ImportOptions) { o.Encoding = name }))
		}
	}
	return out
}

func (v *importView) otherSheets(m core.Message) []widget.Action {
	sheets, _ := m.Args["sheets"].([]string) // as package ingest writes it
	var out []widget.Action
	for _, s := range sheets[:min(mostFixes, len(sheets))] {
		out = append(out, v.fix(v.cfg.Env.T("gui.import.fix.sheet", "sheet", s), func(o *core.ImportOptions) { *o = core.ImportOptions{Sheet: s} }))
	}
	return out
}
