package feature

import (
	"context"
	"math/big"
	"slices"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// stride is how many rows pass between two looks at the context: a few
// milliseconds of work.
const stride = 1 << 18

// money is the sum per customer in minor units: small where no sum can leave an
// int64, big where one could.
type money struct {
	small []int64
	big   []*big.Int
}

func (m money) at(c uint32, scale int) float64 {
	if m.big == nil {
		return core.Money(m.small[c], scale)
	}
	if m.big[c] == nil {
		return 0
	}
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	f, _ := new(big.Rat).SetFrac(m.big[c], ten).Float64()
	return f
}

func sumMoney(ctx context.Context, tx *core.Transactions, s span, n int) money {
	var top int64
	for _, a := range tx.Amount {
		top = max(top, a, -a)
	}
	if rows := int64(len(tx.Amount)); rows > 0 && top > (1<<62)/rows {
		return sumBig(tx, s, n)
	}
	sums := make([]int64, n)
	for lo := 0; lo < len(tx.Amount); lo += stride {
		if ctx.Err() != nil {
			break
		}
		hi := min(lo+stride, len(tx.Amount))
		day, who := tx.Day[lo:hi], tx.Customer[lo:hi]
		for i, a := range tx.Amount[lo:hi] {
			if s.has(day[i]) {
				sums[who[i]] += a
			}
		}
	}
	return money{small: sums}
}

func sumBig(tx *core.Transactions, s span, n int) money {
	sums := make([]*big.Int, n)
	for i, a := range tx.Amount {
		if !s.has(tx.Day[i]) {
			continue
		}
		c := tx.Customer[i]
		if sums[c] == nil {
			sums[c] = new(big.Int)
		}
		sums[c].Add(sums[c], big.NewInt(a))
	}
	return money{big: sums}
}

// days holds the first and last day with a valid order, NoDate where there is
// none; early marks customers whose valid orders lie before the window.
type days struct {
	first, last []core.Date
	early       table.Bits
}

// counts holds the distinct orders and the distinct order days per customer.
type counts struct{ orders, days []uint32 }

// walkOrders makes one pass over the rows. An order belongs to the customer of its
// first row; rows of one order number under several customers are counted for
// each, which needs the slower set. Days are counted in the same pass while the
// rows of each customer come in order of time, else by sorting.
func walkOrders(ctx context.Context, tx *core.Transactions, s span, n int) (days, counts) {
	w := walker{
		tx: tx, span: s,
		days:   days{first: make([]core.Date, n), last: make([]core.Date, n), early: table.NewBits(n)},
		counts: counts{orders: make([]uint32, n), days: make([]uint32, n)},
		sorted: true,
	}
	for c := range n {
		w.first[c], w.last[c] = core.NoDate, core.NoDate
	}
	if tx.Order != nil {
		w.owner = make([]uint32, tx.Orders.Len())
		for i := range w.owner {
			w.owner[i] = core.NoCode
		}
	}
	for lo := 0; lo < tx.Rows() && ctx.Err() == nil; lo += stride {
		w.rows(lo, min(lo+stride, tx.Rows()))
	}
	if !w.sorted && ctx.Err() == nil {
		w.countDays()
	}
	return w.days, w.counts
}

type walker struct {
	tx   *core.Transactions
	span span
	days
	counts
	owner  []uint32           // customer of an order, NoCode = not seen
	shared map[[2]uint32]bool // (order, customer) beyond the owner
	sorted bool               // each customer's days have not gone back so far
}

func (w *walker) rows(lo, hi int) {
	tx := w.tx
	for i := lo; i < hi; i++ {
		c, d := tx.Customer[i], tx.Day[i]
		if tx.Refund != nil && tx.Refund[i] {
			continue
		}
		if !w.span.has(d) {
			if d < w.span.from {
				w.early.Set(int(c))
			}
			continue
		}
		last := w.last[c]
		switch {
		case last == core.NoDate:
			w.first[c], w.last[c] = d, d
			w.counts.days[c] = 1
		case d > last:
			w.last[c] = d
			w.counts.days[c]++
		case d < last:
			w.sorted = false
			w.first[c] = min(w.first[c], d)
		}
		if w.owner == nil || w.newOrder(tx.Order[i], c) {
			w.orders[c]++
		}
	}
}

func (w *walker) newOrder(order, c uint32) bool {
	if order == core.NoCode { // no number: the row is an order of its own
		return true
	}
	switch w.owner[order] {
	case c:
		return false
	case core.NoCode:
		w.owner[order] = c
		return true
	}
	if w.shared == nil {
		w.shared = map[[2]uint32]bool{}
	}
	k := [2]uint32{order, c}
	seen := w.shared[k]
	w.shared[k] = true
	return !seen
}

// countDays counts distinct days by grouping the valid rows by customer.
func (w *walker) countDays() {
	tx := w.tx
	start := make([]uint32, len(w.counts.days)+1)
	valid := func(i int) bool { return w.span.has(tx.Day[i]) && (tx.Refund == nil || !tx.Refund[i]) }
	for i, c := range tx.Customer {
		if valid(i) {
			start[c+1]++
		}
	}
	for c := range w.counts.days {
		start[c+1] += start[c]
	}
	grouped, next := make([]core.Date, start[len(start)-1]), slices.Clone(start)
	for i, c := range tx.Customer {
		if valid(i) {
			grouped[next[c]] = tx.Day[i]
			next[c]++
		}
	}
	for c := range w.counts.days {
		own := grouped[start[c]:start[c+1]]
		slices.Sort(own)
		w.counts.days[c] = uint32(len(slices.Compact(own)))
	}
}
