package feature

import (
	"context"
	"math/big"
	"runtime"
	"slices"
	"sync"

	"qunxiang/core"
	"qunxiang/internal/ahead"
	"qunxiang/internal/large"
	"qunxiang/sdk/table"
)

// stride is how many rows pass between two looks at the context: a few
// milliseconds of work.
const stride = 1 << 18

// never is the first day of a customer without one while rows are added up.
const never core.Date = 1<<31 - 1

// totals are the tallies of all customers. A tally is one small struct, not a column
// per field, because rows jump between customers and each jump is a miss of the cache.
type totals struct {
	of    []core.Tally
	early table.Bits // customers with a valid order before the window
	big   []*big.Int // money, where a sum could leave an int64; else nil

	from, to core.Date // first and last day of the rows, NoDate without any
}

// money is a customer's, whose units are 10^-scale.
func (t *totals) money(c uint32, scale int) float64 {
	if t.big[c] == nil {
		return 0
	}
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	f, _ := new(big.Rat).SetFrac(t.big[c], ten).Float64()
	return f
}

// walk adds the rows up. Where there are two cores, two workers share the customers
// between them, each reading every row and keeping its own; nothing has to be merged,
// so the result does not depend on how many there are.
//
// Orders are counted in the same pass while the rows of an order stand together,
// and days while each customer's rows come in order of time; otherwise a second
// pass counts them.
func walk(ctx context.Context, tx *core.Transactions, s span, n int) totals {
	t := totals{of: make([]core.Tally, n), early: table.NewBits(n)}
	large.Hint(t.of)
	for c := range t.of {
		t.of[c].First, t.of[c].Last = never, core.NoDate
	}
	workers := make([]walker, min(2, runtime.GOMAXPROCS(0)))
	var wg sync.WaitGroup
	for id := range workers {
		workers[id] = walker{
			tx: tx, span: s, of: t.of, early: table.NewBits(n), id: uint32(id), mask: uint32(len(workers) - 1),
			sorted: true, grouped: true, top: -1, order: core.NoCode, from: never, to: core.NoDate,
		}
		wg.Go(func() { workers[id].all(ctx) })
	}
	wg.Wait()
	t.from, t.to = workers[0].from, workers[0].to
	for c := range t.of {
		t.from, t.to = min(t.from, t.of[c].First), max(t.to, t.of[c].Last)
		if t.of[c].First == never {
			t.of[c].First = core.NoDate
		}
	}
	if ctx.Err() != nil {
		return t
	}
	sorted, amounts := true, int64(0)
	if t.from == never {
		t.from = core.NoDate
	}
	for id := range workers {
		amounts |= workers[id].amounts
		sorted = sorted && workers[id].sorted
		for i, w := range workers[id].early {
			t.early[i] |= w
		}
	}
	if !sorted {
		countDays(tx, s, t.of)
	}
	if !workers[0].grouped {
		countOrders(tx, s, t.of)
	}
	if couldOverflow(amounts, tx.Rows()) {
		t.big = sumBig(tx, s, n)
	}
	return t
}

// walker adds up the rows of the customers whose code, masked, is the worker's id.
type walker struct {
	tx    *core.Transactions
	span  span
	of    []core.Tally
	early table.Bits // own: a word is shared by customers of both workers
	id    uint32
	mask  uint32

	from, to core.Date // of the rows so far, every worker's
	amounts  int64     // the bits that own amounts have had, without their signs

	sorted  bool   // each customer's days have not gone back so far
	grouped bool   // the rows of each order have stood together so far
	top     int64  // largest order code seen; codes rise by first appearance
	order   uint32 // of the row before
	owner   uint32 // customer of the row before
}

func (w *walker) all(ctx context.Context) {
	for lo := 0; lo < w.tx.Rows() && ctx.Err() == nil; lo += stride {
		hi := min(lo+stride, w.tx.Rows())
		if w.plain(lo, hi) {
			w.plainRows(lo, hi)
		} else {
			w.rows(lo, hi)
		}
	}
}

// plain reports whether every row of a block counts and opens an order of its own,
// as in a file with a row per order.
func (w *walker) plain(lo, hi int) bool {
	tx := w.tx
	if w.span.all() && tx.Refund == nil && tx.Order == nil {
		return true // and the tallies will tell the first and the last day
	}
	from, to := never, core.NoDate
	for _, d := range tx.Day[lo:hi] {
		from, to = min(from, d), max(to, d)
	}
	w.from, w.to = min(w.from, from), max(w.to, to)
	if !w.span.has(from) || !w.span.has(to) {
		return false
	}
	if tx.Refund != nil && slices.Contains(tx.Refund[lo:hi], true) {
		return false
	}
	if tx.Order == nil {
		return true
	}
	top := w.top
	for _, o := range tx.Order[lo:hi] {
		if int64(o) <= top || o == core.NoCode {
			return false
		}
		top = int64(o)
	}
	w.top, w.order, w.owner = top, tx.Order[hi-1], tx.Customer[hi-1]
	return true
}

// plainRows does what rows does, for a plain block. Its time goes by waiting for
// memory, so the tallies of the next rows are fetched while those of a few are written.
func (w *walker) plainRows(lo, hi int) {
	customers := w.tx.Customer[lo:hi]
	ahead.Fetch(w.of, customers[:min(ahead.Rows, len(customers))])
	for at := 0; at < len(customers); at += ahead.Rows {
		end := min(at+ahead.Rows, len(customers))
		ahead.Fetch(w.of, customers[end:min(end+ahead.Rows, len(customers))])
		w.fewRows(lo+at, lo+end)
	}
}

// fewRows has no branch in its loop that the processor could guess wrongly: it would
// throw away the waiting that it has begun for the customers to come.
func (w *walker) fewRows(lo, hi int) {
	day, amount := w.tx.Day[lo:hi], w.tx.Amount[lo:hi]
	of, id, mask := w.of, w.id, w.mask
	back, amounts := int64(0), w.amounts
	for i, c := range w.tx.Customer[lo:hi] {
		if c&mask != id {
			continue
		}
		t, d := &of[c], day[i]
		last := t.Last
		back |= int64(d) - int64(last) // negative where a day goes back
		other := uint32(d ^ last)
		a := amount[i]
		amounts |= a ^ a>>63
		t.Money += a
		t.First, t.Last = min(t.First, d), max(last, d)
		t.Orders++
		t.Days += (other | -other) >> 31 // 1 unless the day is the last one's
	}
	w.sorted, w.amounts = w.sorted && back >= 0, amounts
}

func (w *walker) rows(lo, hi int) {
	tx := w.tx
	for i := lo; i < hi; i++ {
		c, d := tx.Customer[i], tx.Day[i]
		w.amounts |= tx.Amount[i] ^ tx.Amount[i]>>63
		refund, mine := tx.Refund != nil && tx.Refund[i], c&w.mask == w.id
		switch {
		case !w.span.has(d):
			if mine && d < w.span.from && !refund {
				w.early.Set(int(c))
			}
			continue
		case refund:
			if mine {
				w.of[c].Money += tx.Amount[i]
			}
			continue
		}
		opens := tx.Order == nil || w.opensOrder(tx.Order[i], c) // every worker follows the orders
		if mine {
			w.take(&w.of[c], d, tx.Amount[i], opens)
		}
	}
}

// take adds one row that counts to its customer.
func (w *walker) take(t *core.Tally, d core.Date, amount int64, opens bool) {
	t.Money += amount
	if opens {
		t.Orders++
	}
	if d != t.Last {
		t.Days++
	}
	w.sorted = w.sorted && d >= t.Last // NoDate is before every day
	t.First, t.Last = min(t.First, d), max(t.Last, d)
}

// opensOrder reports whether a row is the first of its order.
func (w *walker) opensOrder(order, c uint32) bool {
	switch {
	case order == core.NoCode: // no number: the row is an order of its own
		return true
	case order == w.order && c == w.owner:
		return false
	}
	if int64(order) <= w.top {
		w.grouped = false
	}
	w.top, w.order, w.owner = max(w.top, int64(order)), order, c
	return true
}

// countOrders counts the distinct orders of each customer when rows of an order
// stand apart, or under several customers.
func countOrders(tx *core.Transactions, s span, of []core.Tally) {
	owner := make([]uint32, codes(tx.Order)) // the first customer of each order
	for i := range owner {
		owner[i] = core.NoCode
	}
	for c := range of {
		of[c].Orders = 0
	}
	shared := map[[2]uint32]bool{} // order and customer, beyond the owner
	for i, order := range tx.Order {
		c := tx.Customer[i]
		if !s.has(tx.Day[i]) || tx.Refund != nil && tx.Refund[i] {
			continue
		}
		switch {
		case order == core.NoCode:
			of[c].Orders++
		case owner[order] == c:
		case owner[order] == core.NoCode:
			owner[order] = c
			of[c].Orders++
		case !shared[[2]uint32{order, c}]:
			shared[[2]uint32{order, c}] = true
			of[c].Orders++
		}
	}
}

// codes returns how many order codes there may be. Transactions that were loaded
// for features alone bring no dictionary that would know.
func codes(orders []uint32) int {
	n := uint32(0)
	for _, o := range orders {
		if o != core.NoCode {
			n = max(n, o+1)
		}
	}
	return int(n)
}

// countDays counts the distinct days of each customer by grouping the valid rows.
func countDays(tx *core.Transactions, s span, of []core.Tally) {
	start := make([]uint32, len(of)+1)
	valid := func(i int) bool { return s.has(tx.Day[i]) && (tx.Refund == nil || !tx.Refund[i]) }
	for i, c := range tx.Customer {
		if valid(i) {
			start[c+1]++
		}
	}
	for c := range of {
		start[c+1] += start[c]
	}
	grouped, next := make([]core.Date, start[len(of)]), slices.Clone(start)
	for i, c := range tx.Customer {
		if valid(i) {
			grouped[next[c]] = tx.Day[i]
			next[c]++
		}
	}
	for c := range of {
		own := grouped[start[c]:start[c+1]]
		slices.Sort(own)
		of[c].Days = uint32(len(slices.Compact(own)))
	}
}

// couldOverflow reports whether some sum of so many amounts, of which amounts has the
// bits, could leave an int64.
func couldOverflow(amounts int64, rows int) bool {
	return rows > 0 && amounts >= (1<<62)/int64(rows)
}

// magnitudes are the bits that the amounts have, without their signs.
func magnitudes(amounts []int64) (bits int64) {
	for _, a := range amounts {
		bits |= a ^ a>>63
	}
	return bits
}

func sumBig(tx *core.Transactions, s span, n int) []*big.Int {
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
	return sums
}
