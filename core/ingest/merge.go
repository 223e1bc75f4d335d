package ingest

import (
	"context"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/intern"
)

// Merge adds the rows of add that old does not have. Rows are compared as a
// multiset over the columns that both have: what a file holds n times and the
// project m times is there max(n, m) times afterwards, so that importing a file
// again, or one that overlaps, adds no duplicate, while two equal lines of one
// order stay two.
//
// merged begins with the rows of old; their codes keep their meaning, since
// dictionaries only grow. Neither argument is changed. old may be nil.
//
// The error is that of ctx, which is looked at every few milliseconds.
func Merge(ctx context.Context, old, add *core.Transactions) (merged *core.Transactions, added, duplicates int, err error) {
	if old == nil || old.Rows() == 0 && old.Customers.Len() == 0 {
		return add, add.Rows(), 0, ctx.Err()
	}
	a, err := recode(ctx, old, add)
	if err != nil {
		return nil, 0, 0, err
	}
	fresh, err := freshRows(ctx, old, a)
	if err != nil {
		return nil, 0, 0, err
	}
	if merged, err = join(ctx, old, a, fresh); err != nil {
		return nil, 0, 0, err
	}
	return merged, len(fresh), a.Rows() - len(fresh), nil
}

// recode returns add with codes of dictionaries that begin with those of old.
func recode(ctx context.Context, old, add *core.Transactions) (*core.Transactions, error) {
	a := *add
	var codes []uint32
	a.Customers, codes = extend(old.Customers, add.Customers)
	a.Customer = translate(add.Customer, codes)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if add.Orders != nil {
		a.Orders, codes = extend(old.Orders, add.Orders)
		a.Order = translate(add.Order, codes)
	}
	a.Labels = nil
	for _, l := range add.Labels {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var before *core.Dict
		if o := labelsOf(old, l.Role); o != nil {
			before = o.Dict
		}
		l.Dict, codes = extend(before, l.Dict)
		l.Codes = translate(l.Codes, codes)
		a.Labels = append(a.Labels, l)
	}
	return &a, ctx.Err()
}

// extend returns the dictionary of all entries of old and then the new ones of add,
// and the code in it of every entry of add.
func extend(old, add *core.Dict) (*core.Dict, []uint32) {
	d, codes, err := intern.Extend(old, add)
	if err != nil {
		// More than four billion entries do not fit the memory that would have to
		// hold both sides, so this cannot be reached; nothing is merged then.
		return old, make([]uint32, add.Len())
	}
	return d, codes
}

// translate maps codes, which it leaves alone when nothing changes.
func translate(codes, to []uint32) []uint32 {
	same := true
	for i, c := range to {
		if c != uint32(i) {
			same = false
			break
		}
	}
	if same {
		return codes
	}
	out := make([]uint32, len(codes))
	for i, c := range codes {
		if out[i] = c; c != core.NoCode {
			out[i] = to[c]
		}
	}
	return out
}

func labelsOf(t *core.Transactions, role string) *core.Labels {
	for i := range t.Labels {
		if t.Labels[i].Role == role {
			return &t.Labels[i]
		}
	}
	return nil
}

// join puts the fresh rows of a behind old.
func join(ctx context.Context, old, a *core.Transactions, fresh []int32) (*core.Transactions, error) {
	if len(fresh) == 0 {
		return old, ctx.Err()
	}
	out := &core.Transactions{Customers: a.Customers, Orders: old.Orders}
	if a.Orders != nil {
		out.Orders = a.Orders
	}
	n := old.Rows()
	steps := []func(){
		func() { out.Customer = appendPicked(old.Customer, a.Customer, fresh) },
		func() { out.Day = appendPicked(old.Day, a.Day, fresh) },
		func() { out.Amount, out.Scale = joinScaled(old.Amount, old.Scale, a.Amount, a.Scale, fresh) },
	}
	if old.Clock != nil || a.Clock != nil {
		steps = append(steps, func() { out.Clock = appendPicked(orFilled(old.Clock, n, 0), orFilled(a.Clock, a.Rows(), 0), fresh) })
	}
	if out.Orders != nil {
		steps = append(steps, func() {
			out.Order = appendPicked(orFilled(old.Order, n, core.NoCode), orFilled(a.Order, a.Rows(), core.NoCode), fresh)
		})
	}
	if old.Quantity != nil || a.Quantity != nil {
		steps = append(steps, func() {
			out.Quantity, out.QuantityScale = joinScaled(orFilled(old.Quantity, n, 0), old.QuantityScale, orFilled(a.Quantity, a.Rows(), 0), a.QuantityScale, fresh)
		})
	}
	if old.Refund != nil || a.Refund != nil {
		steps = append(steps, func() {
			out.Refund = appendPicked(orFilled(old.Refund, n, false), orFilled(a.Refund, a.Rows(), false), fresh)
		})
	}
	if old.Void != nil {
		steps = append(steps, func() { out.Void = append(slices.Clone(old.Void), make([]bool, len(fresh))...) })
	}
	for _, step := range append(steps, joinLabels(out, old, a, fresh)...) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		step()
	}
	return out, nil
}

// joinLabels are the steps of join for labels, in the order of old and then of a.
func joinLabels(out, old, a *core.Transactions, fresh []int32) (steps []func()) {
	for _, l := range old.Labels {
		steps = append(steps, func() {
			codes := []uint32(nil)
			if la := labelsOf(a, l.Role); la != nil {
				codes, l.Dict = la.Codes, la.Dict
			}
			l.Codes = appendPicked(l.Codes, orFilled(codes, a.Rows(), core.NoCode), fresh)
			out.Labels = append(out.Labels, l)
		})
	}
	for _, l := range a.Labels {
		if labelsOf(old, l.Role) == nil {
			steps = append(steps, func() {
				l.Codes = appendPicked(slices.Repeat([]uint32{core.NoCode}, old.Rows()), l.Codes, fresh)
				out.Labels = append(out.Labels, l)
			})
		}
	}
	return steps
}

func orFilled[T any](v []T, n int, x T) []T {
	if v != nil {
		return v
	}
	return slices.Repeat([]T{x}, n)
}

func appendPicked[T any](old, add []T, rows []int32) []T {
	out := make([]T, len(old), len(old)+len(rows))
	copy(out, old)
	for _, r := range rows {
		out = append(out, add[r])
	}
	return out
}

// joinScaled joins fixed-point columns at the finer scale, or at the finest one at
// which every value fits, rounding what is beyond.
func joinScaled(old []int64, so int, add []int64, sa int, rows []int32) ([]int64, int) {
	top := 0.0
	for _, v := range old {
		top = max(top, math.Abs(core.Money(v, so)))
	}
	for _, r := range rows {
		top = max(top, math.Abs(core.Money(add[r], sa)))
	}
	scale := max(so, sa)
	for scale > 0 && top*math.Pow10(scale) > 1<<62 {
		scale--
	}
	out := make([]int64, 0, len(old)+len(rows))
	for _, v := range old {
		out = append(out, toScale(v, so, scale))
	}
	for _, r := range rows {
		out = append(out, toScale(add[r], sa, scale))
	}
	return out, scale
}

func toScale(v int64, from, to int) int64 {
	for ; from < to; from++ {
		v *= 10
	}
	for ; from > to; from-- {
		half := int64(5)
		if v < 0 {
			half = -5
		}
		v = (v + half) / 10
	}
	return v
}
