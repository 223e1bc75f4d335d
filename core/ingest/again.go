package ingest

import (
	"context"

	"qunxiang/core"
)

// Joined is a file of purchases put together with those that a project has.
type Joined struct {
	// Transactions begin with the rows of the project. Rows that the file took back or
	// replaced are Void; what took their place is among the rows behind. Refunds are not
	// linked: see [Live].
	Transactions *core.Transactions
	Added        int // rows of the file that the project did not have
	Duplicates   int // rows of the file that it had
	Known        int // those of them of which the file's own refunds left something
	Replaced     int // rows of the project for which the file has others
	Withdrawn    int // rows of the project that the file calls cancelled or refunded
	Unclear      int // orders that got lines where the file may have meant to replace some
	Linked       int // refunds of the file that reduce orders of the project
	Settled      int // those that the file could not link and of which nothing is left
	Kept         int // rows that the file's own refunds left and that stay out, since the project's orders are kept
	Diff         core.OrderDiff
	Orders       []OrderChange // those that differ, where they were asked for
}

// JoinOptions say what a file tells of a project's orders.
type JoinOptions struct {
	Orders core.OrderPolicy // "" = what the file itself makes likely
	// Parts: the file has parts of orders and says nothing of what they lack, as one of
	// rows that an earlier import left out. Nothing is replaced, withdrawn or vanished.
	Parts bool
	List  int // how many orders of each kind are listed with their lines
}

// Join is [Merge] for a file that may tell of the project's orders again. Besides what
// Merge does:
//
//   - An order of both, known by number, customer and day, whose lines differ: a line of
//     the project that the file does not have gives way to a new one of the same product (of any
//     where no product is known), if the file tells whole orders: see [comparison.again].
//     The lines without such a counterpart stay.
//   - A line that the file names and calls cancelled or refunded (gone) is withdrawn.
//
// add are rows as told, and so is what a project has. What gave way is not removed but
// Void, so that importing either file again adds nothing. segments tells how many rows of
// old came from which file, in order; an order has vanished where a file with orders in
// common had it within the days of this one.
func Join(ctx context.Context, old, add, gone *core.Transactions, segments []int, o JoinOptions) (*Joined, error) {
	if old == nil || old.Rows() == 0 && old.Customers.Len() == 0 {
		return joinFirst(add), ctx.Err()
	}
	a, err := recode(ctx, old, add)
	if err != nil {
		return nil, err
	}
	c := &comparison{old: old, add: a, own: settled(a), pairs: pairColumns(old, a), segments: segments, policy: o.Orders}
	if err := c.findFresh(ctx); err != nil {
		return nil, err
	}
	j := &Joined{Duplicates: a.Rows() - len(c.fresh)}
	j.Known = c.left() - len(c.counted())
	told := !o.Parts && a.Order != nil && old.Order != nil
	if told && o.Orders == core.OrdersKeep && !c.whole {
		j.Kept, gone = c.keepOld(), nil
	}
	j.Added = len(c.fresh)
	if j.Transactions, err = join(ctx, old, a, c.fresh); err != nil {
		return nil, err
	}
	c.out, c.listing.most = j, o.List
	if err := c.tell(ctx, told, gone); err != nil {
		return nil, err
	}
	return j, ctx.Err()
}

// tell says what the file changes: order by order where both have numbers (told).
func (c *comparison) tell(ctx context.Context, told bool, gone *core.Transactions) error {
	if !told {
		c.out.Diff.New, c.out.Diff.Changed = newAndKnown(c.old, c.add, c.counted())
	} else if err := c.compare(ctx, gone); err != nil {
		return err
	}
	c.refunded(told)
	if told && c.listing.most > 0 {
		c.out.Orders = c.changes()
	}
	return nil
}

// joinFirst is Join for a project without rows.
func joinFirst(add *core.Transactions) *Joined {
	add = WithLinked(add)
	j := &Joined{Transactions: add, Added: add.Rows()}
	j.Diff.New = newOrders(Live(add))
	return j
}

// findFresh finds the rows of the file that the project does not have.
func (c *comparison) findFresh(ctx context.Context) (err error) {
	if c.whole, err = run(ctx, c.old, c.add, c.pairs); err == nil && !c.whole {
		c.fresh, err = freshOf(ctx, c.old.Rows(), c.add.Rows(), c.pairs)
	}
	return err
}

// refunded tells the orders of the project that refunds of the file change.
func (c *comparison) refunded(told bool) {
	j, old := c.out, c.old
	var orders []uint32
	orders, j.Linked, j.Settled = settle(old, j.Transactions, c.fresh, c.own)
	for _, o := range orders {
		j.Diff.Changed++
		j.Diff.Examples.Changed = example(j.Diff.Examples.Changed, j.Transactions.Orders, o)
		c.listing.add(&c.listing.changed, o)
		if q := c.retold(o); told && q != nil && !q.differs() {
			j.Diff.Unchanged--
		}
	}
}

// left is how many rows of the file its own refunds left.
func (c *comparison) left() int {
	n := c.add.Rows()
	if c.own != nil {
		for _, why := range c.own.drop {
			if why != used {
				n--
			}
		}
	}
	return n
}

// counted are the fresh rows of which the file's own refunds left something.
func (c *comparison) counted() []int32 {
	out := make([]int32, 0, len(c.fresh))
	for _, r := range c.fresh {
		if c.own == nil || !c.own.dropped(int(r)) {
			out = append(out, r)
		}
	}
	return out
}

// sameOrder is what two files say of one order.
type sameOrder struct {
	add, old       [2]uint64 // sums of the hashes of the rows
	code, customer uint32
	day, oldDay    core.Date // the first
	addN, oldN     int32     // rows; oldN 0 = the project does not have it
	freshN         int32
	counts         bool // the file's own refunds left something of it
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
	own      *policy // the file with its refunds linked; nil = it has none
	policy   core.OrderPolicy
	pairs    []pair
	fresh    []int32
	whole    bool // the file is a stretch of the project
	several  bool // an order of the file or of the project has several lines
	segments []int
	out      *Joined
	listing  listing

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
			if err := c.sum(ctx); err != nil {
				return err
			}
		}
		if err := c.judge(ctx); err != nil {
			return err
		}
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
		q.counts = q.counts || c.own == nil || !c.own.dropped(i)
		if c.add.Customer[i] != q.customer {
			continue
		}
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
	c.meetRows()
	for i := range c.orders {
		q := &c.orders[i]
		c.several = c.several || q.addN > 1 || q.oldN > 1
		if q.oldN > 0 && q.oldDay != q.day {
			q.oldN = 0
		}
		if q.oldN > 0 {
			common++
		}
	}
	return common
}

// meetRows adds what the project has of the orders of the file, whatever the day: the first
// is known only after the last row.
func (c *comparison) meetRows() {
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
}

// sum adds up the rows of the orders that both have.
func (c *comparison) sum(ctx context.Context) error {
	err := c.each(ctx, true, func(q *sameOrder, _ int32, h [2]uint64) {
		q.add[0], q.add[1] = q.add[0]+h[0], q.add[1]+h[1]
	})
	if err != nil {
		return err
	}
	return c.each(ctx, false, func(q *sameOrder, _ int32, h [2]uint64) {
		q.old[0], q.old[1] = q.old[0]+h[0], q.old[1]+h[1]
	})
}

// each visits the purchases of the file, or of the project, that are of orders of both, with
// their hashes.
func (c *comparison) each(ctx context.Context, ofFile bool, visit func(q *sameOrder, row int32, h [2]uint64)) error {
	t, counts, side := c.old, c.live, ours
	if ofFile {
		t, counts, side = c.add, c.counts, theirs
	}
	row := int32(-1)
	return eachHash(ctx, t.Rows(), c.pairs, side, func(h [2]uint64) {
		row++
		if q := c.of(t.Order[row]); q != nil && t.Customer[row] == q.customer && counts(int(row)) {
			visit(q, row, h)
		}
	})
}

// retold is [comparison.of] for any order, also where no orders were compared.
func (c *comparison) retold(o uint32) *sameOrder {
	if int(o) >= len(c.place) {
		return nil
	}
	return c.of(o)
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

// newAndKnown counts the orders of rows (nil = all): those that the project lacks, and
// those that it has. Rows without a number are orders of their own.
func newAndKnown(old, add *core.Transactions, rows []int32) (unknown, known int) {
	n := len(rows)
	if rows == nil {
		n = add.Rows()
	}
	numbered := add.Order != nil && old.Order != nil
	var has, seen []bool
	if numbered {
		has, seen = standing(old, max(old.Orders.Len(), add.Orders.Len())), make([]bool, add.Orders.Len())
	}
	for k := range n {
		r := k
		if rows != nil {
			r = int(rows[k])
		}
		o := uint32(core.NoCode)
		if numbered {
			o = add.Order[r]
		}
		switch {
		case add.Refund != nil && add.Refund[r] || o != core.NoCode && seen[o]:
			continue
		case o == core.NoCode || !has[o]:
			unknown++
		default:
			known++
		}
		if o != core.NoCode {
			seen[o] = true
		}
	}
	return unknown, known
}

// newOrders counts the orders of a project's first rows.
func newOrders(add *core.Transactions) int {
	if add.Refund == nil {
		if n, ok := firstSeen(add.Order, add.Rows()); ok {
			return n
		}
	}
	n, _ := newAndKnown(&core.Transactions{Orders: &core.Dict{}, Order: []uint32{}}, add, nil)
	return n
}

// firstSeen counts the orders of n rows, where their codes are in the order in which they
// first appear, as those of a file are: then each new one is the next.
func firstSeen(codes []uint32, n int) (orders int, ok bool) {
	if codes == nil { // every row is an order
		return n, true
	}
	next, none := uint32(0), 0
	for _, o := range codes {
		switch {
		case o < next:
		case o == next && o != core.NoCode:
			next++
		case o == core.NoCode:
			none++
		default:
			return 0, false
		}
	}
	return int(next) + none, true
}

// standing tells which of n orders have rows that did not give way: one of which nothing
// is left is as new as one that never was.
func standing(t *core.Transactions, n int) []bool {
	has := make([]bool, n)
	for i, o := range t.Order {
		if o != core.NoCode && (t.Void == nil || !t.Void[i]) {
			has[o] = true
		}
	}
	return has
}
