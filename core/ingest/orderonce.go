package ingest

import (
	"bytes"
	"slices"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/record"
)

// Shops export an order as a row for each product, and write its day, its customer and its
// total in the first of them only (Shopify). The order number stands in all: the rows below
// get what the first one says, and no money of their own.

// onceRoles are the roles that the first line of an order may say for all of them. The money
// is not among those that are copied.
var onceRoles = [...]core.Role{core.RoleDate, core.RoleCustomer, core.RoleAmount, core.RoleStatus, core.RoleRefundStatus, core.RoleChannel}

// setOnce finds the columns that the further lines of an order leave empty, and puts them
// into down. Without a column of order numbers there are none.
func (l *layout) setOnce(body [][]string) {
	order, ok := l.roles[core.RoleOrder]
	if !ok || len(l.down) > 0 || l.det.Grain != core.GrainLine {
		return
	}
	var once []int
	key, money := false, false
	for _, r := range onceRoles {
		c, ok := l.roles[r]
		if !ok || c == order || slices.Contains(once, c) || !l.isOnce(body, order, c, r == core.RoleAmount, key) {
			continue
		}
		once = append(once, c)
		switch r {
		case core.RoleAmount:
			money = true
		case core.RoleDate, core.RoleCustomer:
			key = true
		}
	}
	if key || money {
		l.down, l.once, l.onceMoney = once, true, money
	}
}

// isOnce reports a column that hardly any further line of an order fills; of money none may,
// and where day and customer are on every line (keyed is false) there must be several.
func (l *layout) isOnce(body [][]string, order, c int, money, keyed bool) bool {
	empty, full, late := l.saysOnce(body, order, c)
	if money && (late+full > 0 || !keyed && empty < 3) {
		return false
	}
	return empty > 0 && empty >= 4*full
}

// saysOnce counts the further lines of orders that leave a column empty which the first line
// fills, those that fill it too, and those that fill what the first leaves empty.
func (l *layout) saysOnce(body [][]string, order, c int) (empty, full, late int) {
	var first []string
	for _, r := range body {
		switch number := cellAt(r, order); {
		case number == "" || isTotalRow(r):
			first = nil
		case first == nil || cellAt(first, order) != number:
			first = r
		case !l.bought(r):
		case !isMissing(cellAt(first, c)):
			missing := isMissing(cellAt(r, c))
			empty, full = empty+b2i(missing), full+b2i(!missing)
		default:
			late += b2i(!isMissing(cellAt(r, c)))
		}
	}
	return empty, full, late
}

// onceFiller fills the further lines of orders from the lines above.
type onceFiller struct {
	order  int      // slot
	money  int      // slot; −1 where the money is not said once
	copied []int    // slots that are taken from the line above
	needed []int    // slots without which a row does not count
	known  []int    // slots that have a role
	bought []int    // slots of what is bought: one must be there
	number []byte   // of the order above; empty = none
	last   [][]byte // what its lines said, by copied
}

// newOnce returns nil where orders do not say things once. slot is by column of the file.
func (l *layout) newOnce(slot []int) *onceFiller {
	if !l.once {
		return nil
	}
	f := &onceFiller{order: slot[l.roles[core.RoleOrder]], money: -1, needed: []int{slot[l.roles[core.RoleDate]], slot[l.roles[core.RoleCustomer]]}}
	if c, ok := l.roles[core.RoleAmount]; ok && l.onceMoney {
		f.money = slot[c]
	}
	for _, c := range l.down {
		if s := slot[c]; s != f.money {
			f.copied = append(f.copied, s)
		}
	}
	f.last = make([][]byte, len(f.copied))
	for r, c := range l.roles {
		if slot[c] < 0 {
			continue
		}
		f.known = append(f.known, slot[c])
		if r == core.RoleAmount || r == core.RolePrice || r == core.RoleProduct {
			f.bought = append(f.bought, slot[c])
		}
	}
	return f
}

// fill fills the rows of a grid and returns how many; those without money of their own are
// noted in the grid.
func (f *onceFiller) fill(g *record.Grid) int {
	n := 0
	for i := range g.Rows {
		number := gridCell(g, f.order, i)
		switch {
		case len(number) == 0 || !bytes.Equal(number, f.number):
			f.number = append(f.number[:0], number...)
			for k := range f.last {
				f.last[k] = f.last[k][:0]
			}
			f.learn(g, i)
		case f.goesOn(g, i):
			n += b2i(f.fillRow(g, i))
			f.learn(g, i)
		}
	}
	return n
}

// learn remembers what a line of an order says.
func (f *onceFiller) learn(g *record.Grid, row int) {
	for k, s := range f.copied {
		if c := gridCell(g, s, row); !lacks(c) {
			f.last[k] = append(f.last[k][:0], c...)
		}
	}
}

// fillRow fills one row; it reports whether that made the row count.
func (f *onceFiller) fillRow(g *record.Grid, row int) bool {
	done := false
	for k, s := range f.copied {
		if len(f.last[k]) == 0 || !lacks(gridCell(g, s, row)) {
			continue
		}
		g.Start[s][row] = uint32(len(g.Data))
		g.Data = append(g.Data, f.last[k]...)
		g.End[s][row] = uint32(len(g.Data))
		done = done || slices.Contains(f.needed, s)
	}
	if slices.ContainsFunc(f.needed, func(s int) bool { return lacks(gridCell(g, s, row)) }) {
		return false
	}
	if f.money >= 0 && lacks(gridCell(g, f.money, row)) {
		g.Further = append(g.Further, int32(row))
		done = true
	}
	return done
}

// goesOn reports a line of an order: something is bought, and it is no subtotal.
func (f *onceFiller) goesOn(g *record.Grid, row int) bool {
	for _, s := range f.known {
		if c := gridCell(g, s, row); len(c) <= 40 && isWord("total", string(c)) {
			return false
		}
	}
	return slices.ContainsFunc(f.bought, func(s int) bool { return len(gridCell(g, s, row)) > 0 })
}

func gridCell(g *record.Grid, slot, row int) []byte { return bytes.TrimFunc(g.Cell(slot, row), blank) }

// lacks reports a cell that says nothing.
func lacks(cell []byte) bool { return len(cell) <= 16 && isMissing(string(cell)) }

// further reports a row whose money stands in the first line of its order.
func (t *txParser) further(row int) bool {
	_, ok := slices.BinarySearch(t.grid.Further, int32(row))
	return ok
}

// moneylessOrders drops the lines of orders whose first line has no money left, or did not
// count.
func (p *policy) moneylessOrders() {
	if !p.once || p.tx.Order == nil {
		return
	}
	money := make([]bool, p.tx.Orders.Len())
	for i, o := range p.tx.Order {
		if o != core.NoCode && p.tx.Amount[i] != 0 && !p.dropped(i) {
			money[o] = true
		}
	}
	for i, o := range p.tx.Order {
		if p.tx.Amount[i] == 0 && !p.dropped(i) && (o == core.NoCode || !money[o]) {
			p.exclude(i, p.whyMoneyless(i))
		}
	}
}

// whyMoneyless tells an order that was given back from one that cost nothing.
func (p *policy) whyMoneyless(row int) reason {
	free := p.status != nil && p.codes[row] != core.NoCode && p.status[p.codes[row]] == done
	if !p.backed || free {
		return zeroAmount
	}
	return orderRefunded
}
