package ingest

import (
	"slices"

	"qunxiang/core"
)

// settle links the refunds among the rows from the given one, which their file could not
// link, to purchases before them. A row that changes is Void, with what is left of it
// behind. orders are those of before that a refund changed, linked counts the refunds that
// did, settled those of which nothing is left.
func settle(t *core.Transactions, from int) (out *core.Transactions, orders []uint32, linked, settled int) {
	refunds := openRefunds(t, from)
	if len(refunds) == 0 {
		return t, nil, 0, 0
	}
	p := linkOnCopy(t, refunds)
	work := *p.tx
	var void, rest []int32
	seen := map[uint32]bool{}
	for i := range t.Rows() {
		gone := p.drop[i] != used
		if t.Void != nil && t.Void[i] || !gone && !changed(t, &work, i) {
			continue
		}
		void = append(void, int32(i))
		if !gone {
			rest = append(rest, int32(i))
		}
		if t.Amount[i] < 0 {
			linked++
			if gone {
				settled++
			}
		} else if o := t.Order; i < from && o != nil && o[i] != core.NoCode && !seen[o[i]] {
			seen[o[i]] = true
			orders = append(orders, o[i])
		}
	}
	if len(void) == 0 {
		return t, nil, 0, 0
	}
	out = join(&work, &work, rest)
	copy(out.Amount, t.Amount)
	copy(out.Quantity, t.Quantity)
	copy(out.Refund, t.Refund)
	return withVoid(out, void), orders, linked, settled
}

// linkOnCopy links refunds on a copy of the rows.
func linkOnCopy(t *core.Transactions, refunds []int) *policy {
	work := *t
	work.Amount, work.Quantity, work.Refund = slices.Clone(t.Amount), slices.Clone(t.Quantity), slices.Clone(t.Refund)
	p := newPolicy(&work, core.RefundNet)
	p.drop = make([]reason, t.Rows())
	for i, v := range t.Void {
		if v {
			p.drop[i] = orderRefunded
		}
	}
	p.strict = true
	p.link(refunds)
	return p
}

// openRefunds are the refunds from a row on that belong to no purchase yet.
func openRefunds(t *core.Transactions, from int) []int {
	var out []int
	for i := from; i < t.Rows() && t.Refund != nil; i++ {
		if t.Refund[i] && (t.Void == nil || !t.Void[i]) && t.Amount[i] < 0 {
			out = append(out, i)
		}
	}
	return out
}

// changed reports whether a row has another amount or quantity.
func changed(t, now *core.Transactions, i int) bool {
	return now.Amount[i] != t.Amount[i] || t.Quantity != nil && now.Quantity[i] != t.Quantity[i]
}

// Live returns the rows that count: those that no later file took back.
func Live(t *core.Transactions) *core.Transactions {
	if t == nil || t.Void == nil || !slices.Contains(t.Void, true) {
		return t
	}
	var keep []int32
	for i, v := range t.Void {
		if !v {
			keep = append(keep, int32(i))
		}
	}
	out := &core.Transactions{
		Customers: t.Customers, Scale: t.Scale, Orders: t.Orders, QuantityScale: t.QuantityScale,
		Customer: appendPicked(nil, t.Customer, keep), Day: appendPicked(nil, t.Day, keep), Amount: appendPicked(nil, t.Amount, keep),
	}
	if t.Clock != nil {
		out.Clock = appendPicked(nil, t.Clock, keep)
	}
	if t.Order != nil {
		out.Order = appendPicked(nil, t.Order, keep)
	}
	if t.Quantity != nil {
		out.Quantity = appendPicked(nil, t.Quantity, keep)
	}
	if t.Refund != nil {
		out.Refund = appendPicked(nil, t.Refund, keep)
	}
	for _, l := range t.Labels {
		l.Codes = appendPicked(nil, l.Codes, keep)
		out.Labels = append(out.Labels, l)
	}
	return out
}
