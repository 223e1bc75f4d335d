package ingest

import (
	"context"

	"qunxiang/core"
)

// Joined is a file of purchases put together with those that a project has.
type Joined struct {
	// Transactions begin with the rows of the project. Rows that the file took back or
	// replaced are Void; what took their place is among the rows behind.
	Transactions *core.Transactions
	Added        int // rows of the file that the project did not have
	Duplicates   int // rows of the file that it had
	Replaced     int // rows of the project for which the file has others
	Withdrawn    int // rows of the project that the file calls cancelled or refunded
	Linked       int // refunds of the file that reduce orders of the project
	Settled      int // those of which nothing is left
	Diff         core.OrderDiff
}

// Join is [Merge] for a file that may tell of the project's orders again. Besides what
// Merge does:
//
//   - An order of both, known by number, customer and day, whose lines differ: a line of
//     the project that the file does not have gives way to a new one of the same product (of any
//     where no product is known). The lines without such a counterpart stay.
//   - A line that the file names and calls cancelled or refunded (gone) is withdrawn.
//   - A refund of the file that it could not link is linked to the orders of the project
//     by the rules of docs/import.md.
//
// What gives way is not removed but Void, so that importing either file again adds
// nothing. segments tells how many rows of old came from which file, in order; an order
// has vanished where a file with orders in common had it within the days of this one.
func Join(ctx context.Context, old, add, gone *core.Transactions, segments []int) (*Joined, error) {
	return put(ctx, old, add, gone, segments, false)
}

// Complete is [Join] for rows that an earlier import of the project left out: an order of
// both gets the lines that it lacked, and nothing gives way or has vanished.
func Complete(ctx context.Context, old, add, gone *core.Transactions, segments []int) (*Joined, error) {
	return put(ctx, old, add, nil, nil, true)
}

func put(ctx context.Context, old, add, gone *core.Transactions, segments []int, complete bool) (*Joined, error) {
	if old == nil || old.Rows() == 0 && old.Customers.Len() == 0 {
		j := &Joined{Transactions: add, Added: add.Rows()}
		j.Diff.New = countOrders(add)
		return j, ctx.Err()
	}
	a := recode(old, add)
	pairs := pairColumns(old, a)
	whole := run(old, a, pairs)
	var fresh []int32
	if !whole {
		fresh = freshOf(old.Rows(), a.Rows(), pairs)
	}
	j := &Joined{Transactions: old, Added: len(fresh), Duplicates: a.Rows() - len(fresh)}
	if len(fresh) > 0 {
		j.Transactions = join(old, a, fresh)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch {
	case complete:
		j.Diff.New, j.Diff.Changed = newAndKnown(old, a, fresh)
	case a.Order == nil || old.Order == nil:
		j.Diff.New = countOrders(&core.Transactions{Refund: pickedFlags(a.Refund, fresh), Customer: make([]uint32, len(fresh))})
	default:
		c := &comparison{old: old, add: a, pairs: pairs, fresh: fresh, whole: whole, segments: segments, out: j}
		if err := c.compare(ctx, gone); err != nil {
			return nil, err
		}
	}
	var orders []uint32
	j.Transactions, orders, j.Linked, j.Settled = settle(j.Transactions, old.Rows())
	for _, o := range orders {
		j.Diff.Changed++
		j.Diff.Examples.Changed = example(j.Diff.Examples.Changed, j.Transactions.Orders, o)
	}
	return j, ctx.Err()
}

func pickedFlags(v []bool, rows []int32) []bool {
	if v == nil {
		return nil
	}
	return appendPicked(nil, v, rows)
}

// sameOrder is what two files say of one order.
type sameOrder struct {
	add, old       [2]uint64 // sums of the hashes of the rows
	code, customer uint32
	day, oldDay    core.Date // the first
	addN, oldN     int32     // rows; oldN 0 = the project does not have it
	freshN         int32
	void           bool // the project has rows of it that gave way before
}

// orderRows are the rows of an order that differs, on both sides.
type orderRows struct{ add, old []orderRow }

// orderRow is a row of an order that differs.
type orderRow struct {
	row   int32
	hash  [2]uint64
	fresh bool
}

// comparison tells the orders of a file from those of the project.
type comparison struct {
	old, add *core.Transactions
	pairs    []pair
	fresh    []int32
	whole    bool // the file is a stretch of the project
	segments []int
	out      *Joined

	isFresh []bool

	place  []uint32 // by order: position in orders and one
	orders []sameOrder
	rows   map[uint32]*orderRows // of the orders that differ, by code
	lines  map[goneLine]int      // that the file withdraws
	void   []int32
}

// goneLine is a line that a file calls cancelled or refunded.
type goneLine struct {
	order, customer, product uint32
	day                      core.Date
}

func (c *comparison) compare(ctx context.Context, gone *core.Transactions) error {
	c.list()
	c.withdrawn(gone)
	if common := c.meet(); common > 0 || len(c.lines) > 0 {
		if !c.whole {
			c.sum()
		}
		c.judge()
	} else {
		c.countNew()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c.vanished()
	if len(c.void) > 0 {
		c.out.Transactions = withVoid(c.out.Transactions, c.void)
	}
	return ctx.Err()
}

// list finds the orders of the file.
func (c *comparison) list() {
	c.place = make([]uint32, max(c.add.Orders.Len(), c.old.Orders.Len()))
	n := 0
	for i, o := range c.add.Order {
		if c.counts(i) && c.place[o] == 0 {
			c.place[o] = 1
			n++
		}
	}
	clear(c.place)
	c.orders = make([]sameOrder, 0, n)
	c.isFresh = make([]bool, c.add.Rows())
	for _, r := range c.fresh {
		c.isFresh[r] = true
	}
	for i, o := range c.add.Order {
		if !c.counts(i) {
			continue
		}
		if c.place[o] == 0 {
			c.orders = append(c.orders, sameOrder{customer: c.add.Customer[i], day: c.add.Day[i], code: o})
			c.place[o] = uint32(len(c.orders))
		}
		q := &c.orders[c.place[o]-1]
		q.day = min(q.day, c.add.Day[i])
		q.addN++
		if c.isFresh[i] {
			q.freshN++
		}
	}
}

// counts reports whether a row of the file is a purchase with a number.
func (c *comparison) counts(i int) bool {
	return c.add.Order[i] != core.NoCode && (c.add.Refund == nil || !c.add.Refund[i])
}

// withdrawn notes the lines that the file names and does not count.
func (c *comparison) withdrawn(gone *core.Transactions) {
	if gone.Rows() == 0 || gone.Orders == nil {
		return
	}
	_, customers := extend(c.old.Customers, gone.Customers)
	_, orders := extend(c.old.Orders, gone.Orders)
	product, products := labelsOf(gone, string(core.RoleProduct)), []uint32(nil)
	if o := labelsOf(c.old, string(core.RoleProduct)); o != nil && product != nil {
		_, products = extend(o.Dict, product.Dict)
	}
	c.lines = map[goneLine]int{}
	for i, o := range gone.Order {
		if o == core.NoCode || int(orders[o]) >= c.old.Orders.Len() {
			continue
		}
		l := goneLine{orders[o], customers[gone.Customer[i]], core.NoCode, gone.Day[i]}
		if products != nil && product.Codes[i] != core.NoCode {
			l.product = products[product.Codes[i]]
		}
		c.lines[l]++
	}
}

// live reports whether a row of the project counts as a purchase with a number.
func (c *comparison) live(i int) bool {
	return c.old.Order[i] != core.NoCode && (c.old.Void == nil || !c.old.Void[i]) && (c.old.Refund == nil || !c.old.Refund[i])
}

// meet finds the orders that both have: by number, customer and first day, since tills
// begin their numbers again.
func (c *comparison) meet() (common int) {
	for i, o := range c.old.Order {
		if o == core.NoCode || c.place[o] == 0 {
			continue
		}
		q := &c.orders[c.place[o]-1]
		if c.old.Customer[i] != q.customer {
			continue
		}
		switch {
		case c.old.Void != nil && c.old.Void[i]:
			q.void = true
		case c.live(i):
			if q.oldN++; q.oldN == 1 || c.old.Day[i] < q.oldDay {
				q.oldDay = c.old.Day[i]
			}
		}
	}
	for i := range c.orders {
		q := &c.orders[i]
		if q.oldN > 0 && q.oldDay != q.day {
			q.oldN = 0
		}
		if q.oldN > 0 {
			common++
		}
	}
	return common
}

// sum adds up the rows of the orders that both have.
func (c *comparison) sum() {
	row := -1
	eachHash(c.add.Rows(), c.pairs, func(p pair) func(int, []uint64) { return p.add }, func(h [2]uint64) {
		row++
		if q := c.of(c.add.Order[row]); q != nil && c.counts(row) {
			q.add[0], q.add[1] = q.add[0]+h[0], q.add[1]+h[1]
		}
	})
	row = -1
	eachHash(c.old.Rows(), c.pairs, func(p pair) func(int, []uint64) { return p.old }, func(h [2]uint64) {
		row++
		if q := c.of(c.old.Order[row]); q != nil && c.live(row) {
			q.old[0], q.old[1] = q.old[0]+h[0], q.old[1]+h[1]
		}
	})
}

// of returns the order of the file with the code that the project has too, else nil.
func (c *comparison) of(o uint32) *sameOrder {
	if o == core.NoCode || c.place[o] == 0 {
		return nil
	}
	if q := &c.orders[c.place[o]-1]; q.oldN > 0 {
		return q
	}
	return nil
}

// differs reports whether the file has other lines of an order than the project, and
// not only those that the project has replaced before.
func (q *sameOrder) differs() bool {
	return q.oldN > 0 && (q.add != q.old || q.addN != q.oldN) && (q.freshN > 0 || !q.void)
}

// newAndKnown counts the orders of fresh rows: those that the project lacks, and those
// that it has. Rows without a number are orders of their own.
func newAndKnown(old, add *core.Transactions, fresh []int32) (unknown, known int) {
	if add.Order == nil || old.Order == nil {
		return countOrders(&core.Transactions{Refund: pickedFlags(add.Refund, fresh), Customer: make([]uint32, len(fresh))}), 0
	}
	has := make([]bool, max(old.Orders.Len(), add.Orders.Len()))
	for i, o := range old.Order {
		if o != core.NoCode && (old.Void == nil || !old.Void[i]) {
			has[o] = true
		}
	}
	seen := map[uint32]bool{}
	for _, r := range fresh {
		o := add.Order[r]
		switch {
		case add.Refund != nil && add.Refund[r] || o != core.NoCode && seen[o]:
			continue
		case o == core.NoCode || !has[o]:
			unknown++
		default:
			known++
		}
		seen[o] = o != core.NoCode
	}
	return unknown, known
}
