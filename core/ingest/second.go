package ingest

import (
	"maps"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/num"
)

// Exports of shops often say twice what became of an order: beside its status there is that
// of the refund, or the money that was given back. Both count, where their headers and
// their cells leave no doubt; see docs/import.md, Refunds.

// afterSales is how the Chinese header of a status after the sale begins.
const afterSales = "\u552E\u540E"

// second finds the column of the money that was given back and that of the status of the
// refund, which nobody chose.
func (l *layout) second(ps []*profile, body [][]string, o core.ImportOptions) {
	if l.header < 0 || l.det.Refunds != core.RefundNet {
		return
	}
	for _, r := range [...]core.Role{core.RoleRefund, core.RoleRefundStatus} {
		if c, ok := l.column(o.Map[r]); ok && o.Map[r] != "" {
			l.setRole(r, c, 1)
		}
	}
	open := func(r core.Role) bool {
		_, has := l.roles[r]
		_, said := o.Map[r]
		return !has && !said
	}
	l.seek(ps, body, open)
	if c, ok := l.roles[core.RoleRefundStatus]; ok && slices.ContainsFunc(slices.Collect(maps.Keys(ps[c].distinct)), undone) {
		l.hints = append(l.hints, core.Message{Key: "import.hint.refund_status_used", Args: core.Args{"column": l.names[c]}})
	}
}

// seek looks for the columns of roles that are open.
func (l *layout) seek(ps []*profile, body [][]string, open func(core.Role) bool) {
	for _, c := range free(ps, l.roles) {
		p := ps[c]
		switch {
		case open(core.RoleRefund) && isBackHeader(p.name) && isMoneyHeader(p.name) && p.share(p.number) > 0.5 && l.givenBack(body, c):
			l.setRole(core.RoleRefund, c, 0.8)
		case open(core.RoleRefundStatus) && isBackHeader(p.name) && refundWords(p):
			l.setRole(core.RoleRefundStatus, c, 0.8)
		}
	}
}

// isBackHeader reports a header that speaks of refunds.
func isBackHeader(name string) bool {
	name = fold(name)
	return isWord("refund", name) || strings.Contains(name, "refund") || strings.Contains(name, afterSales)
}

// isMoneyHeader tells money that was given back from numbers, times and reasons of refunds.
func isMoneyHeader(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"\u91D1\u989D", "\u5143", "amount", "refunded", "total", "money", "value"}, func(w string) bool { return strings.Contains(name, w) }) ||
		name == "refund" || name == "refunds" || name == "\u9000\u6B3E"
}

// givenBack reports whether a column can be taken off the amount of its row: never more than
// it, not the same on every line of an order, and the amount does not have it off already.
func (l *layout) givenBack(body [][]string, c int) bool {
	paid, ok := l.paid()
	if !ok {
		return false
	}
	order, numbered := l.roles[core.RoleOrder]
	type lines struct {
		n    int
		back num.Decimal
		same bool
	}
	orders := map[string]*lines{}
	for _, r := range body {
		back, ok := num.Parse([]byte(cellAt(r, c)), num.Style{})
		if !ok {
			back = num.Decimal{}
		}
		if _, ok := takenOff(paid(r), back); back.M != 0 && !ok {
			return false
		}
		if !numbered {
			continue
		}
		o := orders[cellAt(r, order)]
		if o == nil {
			o = &lines{back: back, same: true}
			orders[cellAt(r, order)] = o
		}
		o.n++
		o.same = o.same && back == o.back
	}
	for _, o := range orders {
		if o.n > 1 && o.same && o.back.M != 0 {
			return false
		}
	}
	return true
}

// paid returns what reads the payment of a row: its amount, or quantity times price. It is
// not ok where neither is there, or in another unit, or what was given back is off already.
func (l *layout) paid() (func(r []string) num.Decimal, bool) {
	number := func(r []string, c int) num.Decimal {
		d, _ := num.Parse([]byte(cellAt(r, c)), num.Style{})
		return d
	}
	if a, ok := l.roles[core.RoleAmount]; ok {
		return func(r []string) num.Decimal { return number(r, a) }, !isBackHeader(l.names[a]) && l.units[a] == 0
	}
	q, ok := l.roles[core.RoleQuantity]
	p, ok2 := l.roles[core.RolePrice]
	if !ok || !ok2 || l.units[p] != 0 {
		return nil, false
	}
	return func(r []string) num.Decimal { return product(number(r, q), number(r, p)) }, true
}

// takenOff is a payment less what was given back of it; not ok where that is more than it.
func takenOff(paid, back num.Decimal) (num.Decimal, bool) {
	if back.M < 0 {
		back.M = -back.M
	}
	scale := max(paid.Scale, back.Scale)
	p, ok := num.Shift(paid.M, scale-paid.Scale)
	b, ok2 := num.Shift(back.M, scale-back.Scale)
	if !ok || !ok2 || b > p {
		return paid, false
	}
	return num.Decimal{M: p - b, Scale: scale}, true
}

// refundWords reports whether the cells of a column say what became of a refund: not why it
// was asked for, or when.
func refundWords(p *profile) bool {
	if len(p.distinct) > 15 {
		return false
	}
	known, all := 0, 0
	for v, n := range p.distinct {
		switch {
		case isMissing(v):
			continue
		case undone(v), isWord("notrefund", v):
			known += n
		}
		all += n
	}
	return all > 0 && known*5 >= all*4
}

// backed takes what was given back off the amounts of the rows.
func (t *txParser) backed(out *part) {
	if t.back < 0 {
		return
	}
	style := t.lay.numbers[t.cols[t.back]]
	for i := range t.grid.Rows {
		if t.why[i] != used || out.amount.v[i] <= 0 {
			continue
		}
		back, ok := num.Parse(t.grid.Cell(t.back, i), style)
		if !ok || back.M == 0 {
			continue
		}
		left, ok := takenOff(num.Decimal{M: out.amount.v[i], Scale: out.amount.scale}, back)
		if !ok {
			out.over++
			continue
		}
		out.backed++
		out.amount.set(i, left)
	}
}
