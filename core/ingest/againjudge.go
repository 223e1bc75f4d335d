package ingest

import (
	"context"
	"slices"

	"qunxiang/core"
)

// judge counts the orders and finds the rows that give way.
func (c *comparison) judge(ctx context.Context) error {
	d := &c.out.Diff
	changed := 0
	for i := range c.orders {
		switch q := &c.orders[i]; {
		case q.oldN == 0 && q.freshN > 0 && q.counts:
			d.Examples.New = example(d.Examples.New, c.add.Orders, q.code)
			d.New++
			c.listing.add(&c.listing.fresh, q.code)
		case !c.whole && q.differs():
			d.Examples.Changed = example(d.Examples.Changed, c.add.Orders, q.code)
			changed++
			c.listing.add(&c.listing.changed, q.code)
		case q.oldN > 0:
			d.Unchanged++
		}
	}
	d.Changed = changed
	if changed > 0 || c.policy == core.OrdersReplace {
		if err := c.collect(ctx); err != nil {
			return err
		}
		c.replace()
	}
	c.withdraw()
	return nil
}

// countNew is judge for a file that has nothing in common with the project.
func (c *comparison) countNew() {
	d := &c.out.Diff
	for i := range c.orders {
		if c.orders[i].freshN > 0 && c.orders[i].counts {
			d.Examples.New = example(d.Examples.New, c.add.Orders, c.orders[i].code)
			d.New++
			c.listing.add(&c.listing.fresh, c.orders[i].code)
		}
	}
}

// collect gathers the rows of the orders that differ.
func (c *comparison) collect(ctx context.Context) error {
	c.rows = map[uint32]*orderRows{}
	err := c.each(ctx, true, func(q *sameOrder, row int32, h [2]uint64) {
		if q.differs() {
			of := c.rowsOf(q)
			of.add = append(of.add, orderRow{row, h, c.isFresh[row]})
		}
	})
	if err != nil {
		return err
	}
	return c.each(ctx, false, func(q *sameOrder, row int32, h [2]uint64) {
		if q.differs() {
			of := c.rowsOf(q)
			of.old = append(of.old, orderRow{row, h, false})
		}
	})
}

func (c *comparison) rowsOf(q *sameOrder) *orderRows {
	of := c.rows[q.code]
	if of == nil {
		of = &orderRows{}
		c.rows[q.code] = of
	}
	return of
}

// verdict is what the lines of an order that differs look like.
type verdict struct {
	missing []int32 // rows of the project that the file does not have
	paired  []int32 // those of them that have a new line in their place
	sure    bool    // as many lines on both sides, and some are the same
	edge    bool    // the file begins or ends within it
}

// replace lets lines of the project that the file does not have give way.
func (c *comparison) replace() {
	verdicts := make([]verdict, 0, len(c.rows))
	for i := range c.orders {
		if q := &c.orders[i]; q.differs() {
			verdicts = append(verdicts, c.compareLines(q))
		}
	}
	again := c.policy == core.OrdersReplace || c.policy == "" && c.again(verdicts)
	for _, v := range verdicts {
		rows := v.paired
		if c.policy == core.OrdersReplace {
			rows = v.missing
		}
		switch {
		case again:
			c.void = append(c.void, rows...)
			c.out.Replaced += len(rows)
		case len(rows) > 0 && c.policy == "":
			c.out.Unclear++
		}
	}
}

// compareLines compares the lines of an order.
func (c *comparison) compareLines(q *sameOrder) (v verdict) {
	v.edge = q.code == c.add.Order[0] || q.code == c.add.Order[c.add.Rows()-1]
	has := map[[2]uint64]int{}
	rows := c.rowsOf(q)
	for _, r := range rows.add {
		has[r.hash]++
	}
	for _, r := range rows.old {
		if has[r.hash] > 0 {
			has[r.hash]--
		} else if !c.take(int(r.row)) {
			v.missing = append(v.missing, r.row)
		}
	}
	fresh := rows.fresh()
	mine, theirs := c.products()
	news := len(fresh)
	for _, r := range v.missing {
		at := slices.IndexFunc(fresh, func(f int32) bool { return mine == nil || mine[r] == theirs[f] })
		if at >= 0 {
			fresh = slices.Delete(fresh, at, at+1)
			v.paired = append(v.paired, r)
		}
	}
	v.sure = len(v.paired) == len(v.missing) && news == len(v.missing) && (mine != nil || !c.several) &&
		(len(rows.old) == 1 || len(v.missing) < len(rows.old))
	return v
}

// fresh are the rows of the file that the project does not have: only they can take the
// place of others.
func (of *orderRows) fresh() []int32 {
	var out []int32
	for _, r := range of.add {
		if r.fresh {
			out = append(out, r.row)
		}
	}
	return out
}

// again reports whether the file seems to tell whole orders again, rather than to have
// some lines of an order of which another file has the others. A file of whole orders has
// most orders as the project has them, and where one differs, a line with another
// amount in the place of each that is missing; parts of orders lack lines without that.
func (c *comparison) again(verdicts []verdict) bool {
	same, common := c.alike()
	if common == 1 && len(c.orders) > 1 { // the earlier file may have ended within it
		return false
	}
	corrected, sure, lacking, grown := 0, 0, 0, 0
	for _, v := range verdicts {
		switch {
		case v.sure:
			sure++
		case len(v.missing) == 0 && !v.edge:
			grown++
		case len(v.paired) < len(v.missing) && !v.edge:
			lacking++
		case len(v.paired) > 0:
			corrected++
		}
	}
	return corrected+sure >= max(1, lacking) && same+sure >= corrected+lacking+grown
}

// alike counts the orders that both have, and those of them that speak for whole orders
// because they are the same.
func (c *comparison) alike() (same, common int) {
	lines := slices.ContainsFunc(c.orders, func(q sameOrder) bool { return q.oldN > 0 && (q.oldN > 1 || q.addN > 1) })
	for i := range c.orders {
		q := &c.orders[i]
		if q.oldN == 0 {
			continue
		}
		common++
		if !q.differs() && (q.oldN > 1 || !lines) { // an order of one line is never in parts
			same++
		}
	}
	return same, common
}

// products returns the products of the rows of both sides; nil where either has none.
func (c *comparison) products() (old, add []uint32) {
	o, a := labelsOf(c.old, string(core.RoleProduct)), labelsOf(c.add, string(core.RoleProduct))
	if o == nil || a == nil {
		return nil, nil
	}
	return o.Codes, a.Codes
}

// take withdraws a row of the project if the file says that its line is gone.
func (c *comparison) take(row int) bool {
	if len(c.lines) == 0 {
		return false
	}
	l := goneLine{c.old.Order[row], c.old.Customer[row], core.NoCode, c.old.Day[row]}
	if c.lines[l] == 0 {
		if p := labelsOf(c.old, string(core.RoleProduct)); p != nil {
			l.product = p.Codes[row]
		}
	}
	if c.lines[l] == 0 {
		return false
	}
	c.lines[l]--
	c.void = append(c.void, int32(row))
	c.out.Withdrawn++
	return true
}

// withdraw takes back the orders of which the file has only lines that do not count.
func (c *comparison) withdraw() {
	if len(c.lines) == 0 {
		return
	}
	d := &c.out.Diff
	counted := map[uint32]bool{}
	for i, o := range c.old.Order {
		if o == core.NoCode || c.place[o] != 0 || !c.live(i) || !c.take(i) || counted[o] {
			continue
		}
		counted[o] = true
		d.Changed++
		d.Examples.Changed = example(d.Examples.Changed, c.old.Orders, o)
		c.listing.add(&c.listing.changed, o)
	}
}

// maxOrders is how many orders of a kind are named.
const maxOrders = 5

func example(list []string, d *core.Dict, code uint32) []string {
	if len(list) < maxOrders {
		list = append(list, d.At(int(code)))
	}
	return list
}

// withVoid marks rows that no longer count.
func withVoid(t *core.Transactions, rows []int32) *core.Transactions {
	out := *t
	out.Summary, out.Linked = nil, nil
	out.Void = make([]bool, t.Rows())
	copy(out.Void, t.Void)
	for _, r := range rows {
		out.Void[r] = true
	}
	return &out
}
