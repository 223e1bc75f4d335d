package value

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/sdk/table"
)

// mostRepeats is the largest number of repeat purchases that is believed.
const mostRepeats = 1<<20 - 1

// histories are what the models know of customers, one entry for each row of the table:
// x repeat purchases, the last of them t_x after the first purchase, which was T before
// the end of the data; and the mean value of the repeat purchases.
type histories struct {
	x     []int32   // −1: no history
	tx, T []float64 // in the unit of the run
	money []float64 // NaN where there is no value
	first []float64 // value of the first purchase, NaN or nil where unknown
	worth bool      // values of purchases are known at all
}

func newHistories(n int) *histories {
	h := &histories{x: large.Make[int32](n), tx: large.Make[float64](n), T: large.Make[float64](n), money: large.Make[float64](n)}
	for i := range n {
		h.x[i], h.money[i] = -1, math.NaN()
	}
	return h
}

// count is the number of customers with a history, and of those with repeat purchases.
func (h *histories) count() (all, repeat int) {
	for _, x := range h.x {
		if x >= 0 {
			all++
		}
		if x > 0 {
			repeat++
		}
	}
	return all, repeat
}

// grid returns a scale by which all times are small whole numbers (days, sevenths of
// weeks, or weeks with two decimals), and the largest of these; 0 where there is none.
func (h *histories) grid() (scale float64, most int) {
	const limit = 1 << 17
	for _, s := range []float64{1, 7, 100} {
		top := 0.0
		fits := true
		for i, x := range h.x {
			if x < 0 {
				continue
			}
			a, b := math.RoundToEven(h.tx[i]*s), math.RoundToEven(h.T[i]*s) // one instruction, and halves are on no grid
			if a/s != h.tx[i] || b/s != h.T[i] || b > limit || a > limit {
				fits = false
				break
			}
			top = max(top, a, b)
		}
		if fits {
			return s, int(top)
		}
	}
	return 0, 0
}

// ledger holds the purchases of the customers: days on which they bought, each once,
// with the value of the day. The purchases of customer i are those from start[i] to
// start[i+1], in the order of time.
type ledger struct {
	start       []int32
	day         []int32
	amount      []float64
	first, last int // days of the first and of the last purchase of all
	worth       bool
}

// newLedger reads the long table of orders. Orders of one day are one purchase, as in
// the reference results: the models know one purchase at a moment.
func newLedger(ctx context.Context, orders *table.Table, customers int) (*ledger, error) {
	who, when := orders.Column("customer"), orders.Column("day")
	l := &ledger{start: make([]int32, customers+1), first: math.MaxInt32, last: math.MinInt32}
	if who == nil || when == nil || who.Kind != table.Int64 || when.Kind != table.Int64 {
		return l, nil
	}
	amount := amountsOf(orders)
	row := func(i int) int { return i }
	if !inOrder(who.Ints, when.Ints) {
		order := sorted(who.Ints, when.Ints)
		row = func(i int) int { return order[i] }
	}
	l.day, l.amount = make([]int32, 0, orders.Rows), make([]float64, 0, orders.Rows)
	next := 0 // customer whose start is to be set next
	for i := range orders.Rows {
		if i%breath == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r := row(i)
		c, d := who.Ints[r], when.Ints[r]
		if c < 0 || c >= int64(customers) || d < math.MinInt32/2 || d > math.MaxInt32/2 {
			continue
		}
		for ; next <= int(c); next++ {
			l.start[next] = int32(len(l.day))
		}
		l.add(int(l.start[c]), int(d), amount(r))
	}
	for ; next <= customers; next++ {
		l.start[next] = int32(len(l.day))
	}
	return l, nil
}

// breath is the number of rows after which a loop asks whether the run was cancelled.
const breath = 1 << 15

// amountsOf returns a function that tells the value of an order, NaN where it is unknown.
func amountsOf(orders *table.Table) func(row int) float64 {
	c := orders.Column("amount")
	if c == nil || c.Kind != table.Float64 {
		return func(int) float64 { return math.NaN() }
	}
	return func(row int) float64 {
		if c.Missing(row) {
			return math.NaN()
		}
		return c.Floats[row]
	}
}

// add puts an order at the end of the purchases of the customer that begin at from.
func (l *ledger) add(from, day int, amount float64) {
	l.worth = l.worth || amount > 0
	if n := len(l.day); n > from && int(l.day[n-1]) == day {
		l.amount[n-1] += amount
		return
	}
	l.day, l.amount = append(l.day, int32(day)), append(l.amount, amount)
	l.first, l.last = min(l.first, day), max(l.last, day)
}

func inOrder(who, when []int64) bool {
	for i := 1; i < len(who); i++ {
		if who[i] < who[i-1] || who[i] == who[i-1] && when[i] < when[i-1] {
			return false
		}
	}
	return true
}

func sorted(who, when []int64) []int {
	order := make([]int, len(who))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(who[a], who[b]), cmp.Compare(when[a], when[b]))
	})
	return order
}

// at returns the histories as of the end of a day; unit is the number of days of the
// run's unit. Customers who had not bought by then have none.
func (l *ledger) at(ctx context.Context, end int, unit float64) (*histories, error) {
	n := len(l.start) - 1
	h := newHistories(n)
	h.first, h.worth = make([]float64, n), l.worth
	for i := range n {
		if i%breath == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		from, to := int(l.start[i]), int(l.start[i+1])
		for to > from && int(l.day[to-1]) > end {
			to--
		}
		h.first[i] = math.NaN()
		if to == from {
			continue
		}
		first, sum := int(l.day[from]), 0.0
		for _, v := range l.amount[from+1 : to] {
			sum += v
		}
		x := min(to-from-1, mostRepeats)
		h.x[i], h.first[i] = int32(x), finite(l.amount[from])
		h.tx[i], h.T[i] = float64(int(l.day[to-1])-first)/unit, float64(end-first)/unit
		if x > 0 {
			h.money[i] = finite(sum / float64(x))
		}
	}
	return h, nil
}

// finite makes what is no finite number of money NaN.
func finite(v float64) float64 {
	if math.Abs(v) > 1e200 {
		return math.NaN()
	}
	return v
}

// bought returns how many days of purchase each customer had after one day, up to the
// end of another.
func (l *ledger) bought(after, until int) []float64 {
	out := make([]float64, len(l.start)-1)
	for i := range out {
		for _, d := range l.day[l.start[i]:l.start[i+1]] {
			if int(d) > after && int(d) <= until {
				out[i]++
			}
		}
	}
	return out
}

// end is the last day that is watched. The automatic as-of date is the day after the
// last order; nothing is known of that day yet, so the data end with the last order,
// which is what the reference implementations take.
func (l *ledger) end(asOf int) int {
	if asOf == l.last+1 || asOf <= 0 && l.last > 0 {
		return l.last
	}
	return asOf
}
