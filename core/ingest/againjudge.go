package ingest

import (
	"slices"

	"qunxiang/core"
)

// judge counts the orders and finds the rows that give way.
func (c *comparison) judge() {
	d := &c.out.Diff
	same, changed := 0, 0
	for i := range c.orders {
		switch q := &c.orders[i]; {
		case q.oldN == 0 && q.freshN > 0:
			d.Examples.New = example(d.Examples.New, c.add.Orders, q.code)
			d.New++
		case !c.whole && q.differs():
			d.Examples.Changed = example(d.Examples.Changed, c.add.Orders, q.code)
			changed++
		default:
			same++
		}
	}
	d.Changed = changed
	if changed > 0 {
		c.collect()
		lone := same == 0 && changed == 1 && len(c.orders) > 1 // the earlier file ended within it
		for i := range c.orders {
			if q := &c.orders[i]; q.differs() {
				c.replace(q, same >= changed, lone)
			}
		}
	}
	c.withdraw()
}

// countNew is judge for a file that has nothing in common with the project.
func (c *comparison) countNew() {
	d := &c.out.Diff
	for i := range c.orders {
		if c.orders[i].freshN > 0 {
			d.Examples.New = example(d.Examples.New, c.add.Orders, c.orders[i].code)
			d.New++
		}
	}
}

// collect gathers the rows of the orders that differ.
func (c *comparison) collect() {
	c.rows = map[uint32]*orderRows{}
	row := int32(-1)
	eachHash(c.add.Rows(), c.pairs, func(p pair) func(int, []uint64) { return p.add }, func(h [2]uint64) {
		row++
		if q := c.of(c.add.Order[row]); q != nil && q.differs() && c.counts(int(row)) {
			of := c.rowsOf(q)
			of.add = append(of.add, orderRow{row, h, c.isFresh[row]})
		}
	})
	row = -1
	eachHash(c.old.Rows(), c.pairs, func(p pair) func(int, []uint64) { return p.old }, func(h [2]uint64) {
		row++
		if q := c.of(c.old.Order[row]); q != nil && q.differs() && c.live(int(row)) {
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

// replace lets the lines of the project that the file does not have give way to new ones:
// in a file that has most orders as the project has them (sure), or else where each of
// those lines has a new one in its place. Other files have parts of orders.
func (c *comparison) replace(q *sameOrder, sure, lone bool) {
	has := map[[2]uint64]int{}
	var fresh []int32
	rows := c.rowsOf(q)
	for _, r := range rows.add {
		has[r.hash]++
		if r.fresh {
			fresh = append(fresh, r.row)
		}
	}
	mine, theirs := c.products()
	var void []int32
	whole := true
	for _, r := range rows.old {
		if has[r.hash] > 0 {
			has[r.hash]--
			continue
		}
		if c.take(int(r.row)) {
			continue
		}
		at := slices.IndexFunc(fresh, func(f int32) bool { return mine == nil || mine[r.row] == theirs[f] })
		if at < 0 {
			whole = false
			continue
		}
		fresh = slices.Delete(fresh, at, at+1)
		void = append(void, r.row)
	}
	if sure || whole && !lone {
		c.void = append(c.void, void...)
		c.out.Replaced += len(void)
	}
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
	out.Summary = nil
	out.Void = make([]bool, t.Rows())
	copy(out.Void, t.Void)
	for _, r := range rows {
		out.Void[r] = true
	}
	return &out
}
