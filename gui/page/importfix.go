package page

import (
	"fmt"

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
	text, tone = hintText(e, m), widget.ToneWarn
	fix := func(title string, set func(*core.ImportOptions)) {
		fixes = append(fixes, widget.Action{Text: title, Do: func() { v.p.Change(set) }})
	}
	word := func(key string) string { return fmt.Sprint(m.Args[key]) }
	switch m.Key {
	case "import.hint.two_dates":
		now := core.DateOrder(word("order"))
		other := core.DateDMY
		if now == core.DateDMY {
			other = core.DateMDY
		}
		for _, f := range []struct {
			day   string
			order core.DateOrder
		}{{"first", now}, {"second", other}} {
			title := e.T("gui.import.fix.date", "cell", m.Args["cell"], "day", m.Args[f.day], "order", e.T("gui.dateOrder."+string(f.order)))
			fix(title, func(o *core.ImportOptions) { o.DateOrder = f.order })
		}
	case "import.hint.ambiguous_dates":
		for _, order := range []core.DateOrder{core.DateDMY, core.DateMDY} {
			fix(e.T("gui.dateOrder."+string(order)), func(o *core.ImportOptions) { o.DateOrder = order })
		}
	case "import.hint.encoding_guessed":
		for i, enc := range st.Preview.Encodings {
			if i < 6 && enc != st.Preview.Detected.Encoding {
				fix(enc, func(o *core.ImportOptions) { o.Encoding = enc })
			}
		}
		fix(e.T("gui.import.fix.right"), func(o *core.ImportOptions) { o.Encoding = st.Preview.Detected.Encoding })
	case "import.hint.customer_guessed":
		fixes = append(fixes, widget.Action{Text: e.T("gui.import.fix.right"), Do: func() { v.p.SetRole(word("column"), core.RoleCustomer) }})
	case "import.hint.lines_orders":
		fix(e.T("gui.import.fix.line"), func(o *core.ImportOptions) { o.Grain = core.GrainLine })
		fix(e.T("gui.import.fix.order"), func(o *core.ImportOptions) { o.Grain = core.GrainOrder })
		tone = widget.ToneInfo
	case "import.hint.other_sheets":
		if sheets, ok := m.Args["sheets"].([]string); ok {
			for _, s := range sheets[:min(4, len(sheets))] {
				fix(e.T("gui.import.fix.sheet", "sheet", s), func(o *core.ImportOptions) { *o = core.ImportOptions{Sheet: s} })
			}
		}
		tone = widget.ToneInfo
	case "import.hint.preset", "import.hint.above_header", "import.hint.corrected", "import.hint.sample_excluded":
		tone = widget.ToneInfo
	}
	return text, tone, fixes
}
