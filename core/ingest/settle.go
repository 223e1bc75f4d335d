package ingest

import (
	"slices"

	"qunxiang/core"
)

// What a project stores are rows as their files told them, refunds among them. Which
// refund belongs to which purchase is found anew for all of them together, so that it
// does not matter which file brought what, or in which order.

// settled links the refunds of rows as told on a copy; nil where there are none.
func settled(t *core.Transactions) *policy {
	if t != nil && t.Linked.Of(t) {
		return fromLinked(t)
	}
	refunds := openRefunds(t)
	if len(refunds) == 0 {
		return nil
	}
	work := *t
	work.Amount, work.Quantity, work.Refund = slices.Clone(t.Amount), slices.Clone(t.Quantity), slices.Clone(t.Refund)
	p := newPolicy(&work, core.RefundNet)
	p.drop = make([]reason, t.Rows())
	for i, v := range t.Void {
		if v {
			p.drop[i] = orderRefunded
		}
	}
	p.link(refunds)
	return p
}

// fromLinked is settled where it is known what comes of it.
func fromLinked(t *core.Transactions) *policy {
	l := t.Linked
	if len(l.Row) == 0 {
		return nil
	}
	work := *t
	work.Amount, work.Quantity = slices.Clone(t.Amount), slices.Clone(t.Quantity)
	p := &policy{tx: &work, drop: make([]reason, t.Rows())}
	for i, v := range t.Void {
		if v {
			p.drop[i] = orderRefunded
		}
	}
	p.useLinked(l)
	return p
}

// useLinked writes what refunds leave into the rows.
func (p *policy) useLinked(l *core.Linked) {
	for k, row := range l.Row {
		p.tx.Amount[row] = l.Amount[k]
		if l.Quantity != nil && p.tx.Quantity != nil {
			p.tx.Quantity[row] = l.Quantity[k]
		}
		if l.Amount[k] == 0 {
			p.drop[row] = orderRefunded
		}
	}
}

// WithLinked returns rows as told that know what refunds leave of them, so that linking them
// need not be done again.
func WithLinked(t *core.Transactions) *core.Transactions {
	if t == nil || t.Refund == nil || t.Linked.Of(t) {
		return t
	}
	l := &core.Linked{Rows: t.Rows()}
	if t.Quantity != nil {
		l.Quantity = []int64{}
	}
	p := settled(t)
	for i := range t.Rows() {
		if t.Void != nil && t.Void[i] || !p.changes(t, i) {
			continue
		}
		left := p.tx.Amount[i]
		if p.dropped(i) {
			left = 0
		}
		l.Row, l.Amount = append(l.Row, int32(i)), append(l.Amount, left)
		if t.Quantity != nil {
			l.Quantity = append(l.Quantity, p.tx.Quantity[i])
		}
	}
	out := *t
	out.Linked = l
	return &out
}

// openRefunds are the refunds that belong to purchases, if these are there.
func openRefunds(t *core.Transactions) []int {
	var out []int
	if t == nil {
		return nil
	}
	for i, is := range t.Refund {
		if is && (t.Void == nil || !t.Void[i]) && t.Amount[i] < 0 {
			out = append(out, i)
		}
	}
	return out
}

// changes reports whether linking left a row out or changed it.
func (p *policy) changes(t *core.Transactions, i int) bool {
	return p != nil && (p.dropped(i) || p.tx.Amount[i] != t.Amount[i] || t.Quantity != nil && p.tx.Quantity[i] != t.Quantity[i])
}

// settle tells what the fresh rows of a file, which are those of t behind those of old,
// changed by refunds: the orders of old, how many refunds of the file reduced any of
// them, and how many of those that the file left open are settled. own is the file by
// itself.
func settle(old, t *core.Transactions, fresh []int32, own *policy) (orders []uint32, linked, done int) {
	if len(fresh) == 0 {
		return nil, 0, 0
	}
	now := settled(t)
	if now == nil {
		return nil, 0, 0
	}
	orders = reduced(old, t, now)
	rows := make([]int32, len(fresh))
	for k := range rows {
		rows[k] = int32(old.Rows() + k)
	}
	part := pickRows(t, rows)
	alone := settled(part)
	for k, f := range fresh {
		row := old.Rows() + k
		if !t.Refund[row] || !now.changes(t, row) {
			continue
		}
		if now.outcome(t, row, t.Scale) != alone.outcome(part, k, t.Scale) {
			linked++
		}
		if own != nil && !own.dropped(int(f)) && now.dropped(row) {
			done++
		}
	}
	return orders, linked, done
}

// reduced are the orders of old of which linking all rows, those of t, leaves something
// else than linking those of old by themselves. now is t with its refunds linked.
func reduced(old, t *core.Transactions, now *policy) (orders []uint32) {
	was := settled(old)
	seen := map[uint32]bool{}
	for i := range old.Rows() {
		if old.Amount[i] <= 0 || t.Void != nil && t.Void[i] || t.Order == nil || t.Order[i] == core.NoCode || seen[t.Order[i]] {
			continue
		}
		if now.outcome(t, i, t.Scale) != was.outcome(old, i, t.Scale) {
			seen[t.Order[i]] = true
			orders = append(orders, t.Order[i])
		}
	}
	return orders
}

// outcome is what linking left of a row, in units of a scale; 0 = nothing.
func (p *policy) outcome(t *core.Transactions, i, scale int) int64 {
	switch {
	case p == nil:
		return toScale(t.Amount[i], t.Scale, scale)
	case p.dropped(i):
		return 0
	}
	return toScale(p.tx.Amount[i], t.Scale, scale)
}

// Live returns the rows that count: those that no later file took back, with refunds
// taken off their purchases. It is t where that changes nothing.
func Live(t *core.Transactions) *core.Transactions {
	live, _ := LiveRows(t)
	return live
}

// OwnLive is [Live] of rows that nobody else has: it may change them.
func OwnLive(t *core.Transactions) *core.Transactions {
	if t == nil || !t.Linked.Of(t) || len(t.Linked.Row) == 0 && t.Void == nil {
		return Live(t)
	}
	out := *t
	p := &policy{tx: &out, drop: make([]reason, t.Rows())}
	for i, v := range t.Void {
		if v {
			p.drop[i] = orderRefunded
		}
	}
	p.useLinked(t.Linked)
	p.close()
	if !slices.Contains(out.Refund, true) {
		out.Refund = nil
	}
	out.Void, out.Summary, out.Linked = nil, nil, nil
	return &out
}

// close moves the rows that are left together.
func (p *policy) close() {
	t := p.tx
	t.Customer, t.Day, t.Amount = closed(t.Customer, p.drop), closed(t.Day, p.drop), closed(t.Amount, p.drop)
	t.Clock, t.Order, t.Quantity, t.Refund = closed(t.Clock, p.drop), closed(t.Order, p.drop), closed(t.Quantity, p.drop), closed(t.Refund, p.drop)
	t.Labels = slices.Clone(t.Labels)
	for i := range t.Labels {
		t.Labels[i].Codes = closed(t.Labels[i].Codes, p.drop)
	}
}

// closed moves the values of the rows that are left together; nil stays nil.
func closed[T any](v []T, drop []reason) []T {
	if v == nil {
		return nil
	}
	n := 0
	for i := 0; i < len(v); {
		if drop[i] != used {
			i++
			continue
		}
		from := i
		for i < len(v) && drop[i] == used {
			i++
		}
		if n != from {
			copy(v[n:], v[from:i])
		}
		n += i - from
	}
	return v[:n]
}

// LiveRows is [Live] with the rows of t that are left, ascending; nil = all.
func LiveRows(t *core.Transactions) (*core.Transactions, []int32) {
	p := settled(t)
	void := t != nil && slices.Contains(t.Void, true)
	if p == nil && !void {
		return t, nil
	}
	any := void
	for i := 0; p != nil && !any && i < t.Rows(); i++ {
		any = p.changes(t, i)
	}
	if !any {
		return t, nil
	}
	from := t
	keep := make([]int32, 0, t.Rows())
	for i := range t.Customer {
		if p != nil && p.dropped(i) || t.Void != nil && t.Void[i] {
			continue
		}
		keep = append(keep, int32(i))
	}
	if p != nil {
		from = p.tx
	}
	out := pickRows(from, keep)
	if !slices.Contains(out.Refund, true) {
		out.Refund = nil
	}
	return out, keep
}

// pickRows copies rows, without what says that they do not count.
func pickRows(t *core.Transactions, keep []int32) *core.Transactions {
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
