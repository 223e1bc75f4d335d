package chart

import (
	"cmp"
	"slices"

	"qunxiang/sdk/table"
)

// association is one rule: who buys the first also buys the second.
type association struct {
	from, to                  string
	support, confidence, lift float64 // −1 = not known
	customers, baskets        float64
	segment                   int // position, −1 = all customers
}

func (in *Input) associationTable() *table.Table {
	t := in.anyTable("rules", "associations")
	if in.localText(t, "antecedent", "if", "lhs", "from") == nil || in.localText(t, "consequent", "then", "rhs", "to") == nil || number(t, "lift") == nil {
		return nil
	}
	return t
}

func hasAssociations(in *Input) bool { return in.associationTable() != nil }

// newAssociations draws the rules with the largest lift: how many times as likely the
// second is among those who have the first (Brin et al. 1997).
func newAssociations(in *Input, o Options) (drawFunc, error) {
	t := in.associationTable()
	from, to := in.localText(t, "antecedent", "if", "lhs", "from"), in.localText(t, "consequent", "then", "rhs", "to")
	segment := anyText(t, "segment", "group")
	value := func(i int, names ...string) float64 {
		if v, ok := at(anyNumber(t, names...), i); ok {
			return v
		}
		return -1
	}
	var all []association
	for i := range t.Rows {
		a := association{from: cellText(from, i), to: cellText(to, i), segment: in.segmentAt(cellText(segment, i))}
		a.support, a.confidence, a.lift = value(i, "support"), value(i, "confidence"), value(i, "lift")
		a.customers, a.baskets = value(i, "customers", "count", "n"), value(i, "baskets")
		if a.lift >= 0 {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil, in.noData(KindRules)
	}
	slices.SortStableFunc(all, func(a, b association) int {
		return cmp.Or(cmp.Compare(b.lift, a.lift), cmp.Compare(b.support, a.support))
	})
	return func(p *pen, b box) { in.drawAssociations(p, b, o, all) }, nil
}

func (in *Input) drawAssociations(p *pen, b box, o Options, all []association) {
	lc := in.locale()
	all = all[:min(len(all), max(3, int(b.h/34)))]
	names := make([]rowName, len(all))
	most := 1.0
	for i, a := range all {
		names[i] = rowName{text: a.from, sub: "→ " + a.to}
		most = max(most, a.lift)
	}
	x := axis{title: lc.T("chart.rules.x"), lo: 0, hi: most * 1.04, scale: linearScale{}}
	p.rows(in, o, b, names, x, func(m *mapping, i int, y, h float64) {
		if i == 0 { // as likely as among all
			p.line(m.px(1), m.box.y, m.px(1), m.bottom(), 1.4, p.th.muted)
		}
		a, half := all[i], min(12, h*0.34)
		c := SegmentColor(5, in.Dark)
		if a.segment >= 0 {
			c = in.color(p, o, a.segment)
		}
		x1 := m.px(a.lift)
		p.round(box{m.px(0), y - half, max(2, x1-m.px(0)), 2 * half}, 2, c)
		lines := in.associationLines(a)
		label := lc.T("chart.rules.label", "lift", lc.Number(a.lift, 1))
		if a.confidence >= 0 {
			label = lc.T("chart.rules.labels", "lift", lc.Number(a.lift, 1), "confidence", lc.Percent(a.confidence))
		}
		strong, _ := ink(c)
		st := style{size: sizeSmall, c: strong, v: 0.5}
		switch {
		case half < 6:
		case p.width(label, st) <= x1-m.px(0)-12:
			p.text(m.px(0)+6, y, label, st)
		case p.width(label, st) <= m.right()-x1-8:
			st.c = p.th.text
			p.text(x1+6, y, label, st)
		}
		p.hit(box{b.x, y - h/2, b.w, h}, Selection{}, lines...)
	})
}

func (in *Input) associationLines(a association) []string {
	lc := in.locale()
	out := []string{a.from + " → " + a.to}
	if a.segment >= 0 {
		out = append(out, in.segmentName(a.segment))
	}
	if a.confidence >= 0 {
		out = append(out, lc.T("chart.hover.confidence", "share", lc.Percent(a.confidence), "from", a.from, "to", a.to))
	}
	out = append(out, lc.T("chart.hover.lift", "lift", lc.Number(a.lift, 2)))
	if a.support >= 0 {
		out = append(out, lc.T("chart.hover.support", "share", lc.Percent(a.support)))
	}
	if a.baskets >= 0 {
		out = append(out, lc.T("chart.hover.baskets", "n", int(a.baskets)))
	}
	if a.customers >= 0 {
		out = append(out, lc.T("chart.subtitle.customers", "n", int(a.customers)))
	}
	return out
}
