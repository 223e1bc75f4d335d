package ingest

import (
	"bytes"
	"hash/maphash"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/intern"
	"qunxiang/core/ingest/internal/num"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/ingest/internal/text"
)

// txPlan is what the parsers of purchases share: which columns, and how.
type txPlan struct {
	lay     *layout
	dialect record.Dialect
	utf8    bool // the text must be UTF-8 as it is
	seed    maphash.Seed
	slot    []int // by column of the file, −1 = not read
	cols    []int // column of each slot
	date    int   // slots; −1 = not there
	amount  int
	qty     int
	price   int
	back    int // money that was given back
	key     [keyRoles]int
	contact []int // slots of columns that say who bought
	known   int   // slots that have a role; those behind have none
	zeros   bool  // rows without money count
	unit    int   // power of ten of the unit of the amount …
	each    int   // … and of the price
}

func newTxPlan(l *layout, d record.Dialect, encoding string, seed maphash.Seed) *txPlan {
	p := &txPlan{lay: l, dialect: d, utf8: encoding == text.UTF8 || encoding == text.UTF8BOM, seed: seed}
	p.slot = make([]int, len(l.names))
	for i := range p.slot {
		p.slot[i] = -1
	}
	use := func(r core.Role) int {
		c, ok := l.roles[r]
		if !ok {
			return -1
		}
		if p.slot[c] < 0 {
			p.slot[c] = len(p.cols)
			p.cols = append(p.cols, c)
		}
		return p.slot[c]
	}
	p.date, p.amount, p.qty, p.price = use(core.RoleDate), use(core.RoleAmount), use(core.RoleQuantity), use(core.RolePrice)
	for k, r := range keyRole {
		p.key[k] = use(r)
	}
	p.back = use(core.RoleRefund)
	p.known = len(p.cols)
	for _, c := range l.contactColumns() {
		if p.slot[c] < 0 {
			p.slot[c] = len(p.cols)
			p.contact = append(p.contact, p.slot[c])
			p.cols = append(p.cols, c)
		}
	}
	p.zeros = l.det.Refunds != core.RefundNet
	if c, ok := l.roles[core.RoleAmount]; ok && len(l.units) > 0 {
		p.unit = l.units[c]
	}
	if c, ok := l.roles[core.RolePrice]; ok && len(l.units) > 0 {
		p.each = l.units[c]
	}
	if l.det.Grain == core.GrainOrder && l.grainFixed {
		p.key[keyOrder] = -1
	}
	return p
}

// txParser parses blocks of purchases.
type txParser struct {
	*txPlan
	grid     record.Grid
	why      []reason
	locals   [keyRoles]*intern.Local
	contacts []*intern.Local
	memo     [10]byte // the last date that was read
	stamp    day.Stamp
	lane     *lane // nil where the layout is not plain
}

func (p *txPlan) newParser() parser {
	t := &txParser{txPlan: p}
	if p.unit == 0 && p.back < 0 {
		t.lane = newLane(p)
	}
	for i := range t.locals {
		t.locals[i] = intern.NewLocal(p.seed)
	}
	for range p.contact {
		t.contacts = append(t.contacts, intern.NewLocal(p.seed))
	}
	return t
}

func (t *txParser) parse(b *block) {
	if t.lane != nil && !b.rows && t.lane.parse(t, b) {
		return
	}
	if b.cells(&t.grid, t.dialect, t.slot, len(t.cols), t.utf8) {
		t.rows(&b.out)
	}
	b.keep(&t.grid)
}

// rows turns the cells of the grid into columns.
func (t *txParser) rows(out *part) {
	g := &t.grid
	n := g.Rows
	out.in, out.lines = n, g.Lines
	t.why = append(t.why[:0], make([]reason, n)...)
	for s := range g.Start {
		trim(g, s)
	}
	for _, r := range g.Long {
		t.why[r] = tooManyCells
	}
	for _, r := range g.Empty {
		t.why[r] = blankRow
	}
	if s := t.key[keyCustomer]; s >= 0 {
		t.customers(s)
	}
	t.dates(out)
	t.amounts(out)
	t.backed(out)
	t.skips(out)
	if out.rows < n {
		t.compact(out)
	}
	for k, s := range t.key {
		if s >= 0 {
			t.locals[k].Fill(&out.keys[k], g.Data, g.Start[s][:out.rows], g.End[s][:out.rows])
		}
	}
	t.fillContacts(g, out)
}

// customers finds rows without one, and takes ".0" off identifiers that a spreadsheet
// or a data frame made numbers of.
func (t *txParser) customers(s int) {
	g := &t.grid
	for _, k := range []int{keyCustomer, keyOrder} {
		if o := t.key[k]; o >= 0 && t.lay.strip[t.cols[o]] {
			stripFloats(g, o)
		}
	}
	for i, from := range g.Start[s] {
		to := g.End[s][i]
		if to-from > 8 || t.why[i] != used {
			continue
		}
		if from == to || suspicious(g.Data[from]) && isMissing(string(g.Data[from:to])) {
			t.why[i] = missingCustomer
		}
	}
}

// suspicious reports whether a cell that begins so may be a word for "missing".
func suspicious(c byte) bool {
	return c == '-' || c == '#' || c == '<' || c == '(' || c == '.' || c == '?' || c == '\\' || c|0x20 == 'n' || c|0x20 == 'm' || c >= 0x80
}

// stripFloats turns 17850.0 into 17850.
func stripFloats(g *record.Grid, s int) {
	for i, from := range g.Start[s] {
		cell := g.Data[from:g.End[s][i]]
		if h, ok := bytes.CutSuffix(cell, []byte(".0")); ok && digitsOnly(h) {
			g.End[s][i] -= 2
		}
	}
}

func (t *txParser) dates(out *part) {
	g := &t.grid
	style := t.lay.dates
	start, end := g.Start[t.date], g.End[t.date]
	for i, from := range start {
		b := g.Data[from:end[i]]
		if len(b) == 10 && [10]byte(b) == t.memo {
			out.day = append(out.day, t.stamp.Day)
			out.clock = append(out.clock, 0)
			continue
		}
		st, ok := day.Parse(b, style)
		if !ok && t.why[i] == used {
			t.why[i] = t.badDate(b, out)
		}
		if ok && len(b) == 10 && st.Clock == day.NoClock {
			t.memo, t.stamp = [10]byte(b), st
		}
		if st.Clock > 0 {
			out.timed = true
		} else {
			st.Clock = 0
		}
		out.day = append(out.day, st.Day)
		out.clock = append(out.clock, st.Clock)
	}
}

// badDate says why a cell is no date, and counts the orders that would read it.
func (t *txParser) badDate(b []byte, out *part) reason {
	if isMissing(string(b)) {
		return missingDate
	}
	for k, o := range orders {
		if _, ok := day.Parse(b, day.Style{Order: o}); ok {
			out.alt[k]++
		}
	}
	if out.oddDate == "" {
		out.oddDate = clipped(b)
	}
	return badDate
}

// amounts reads the money and the quantity of every row.
func (t *txParser) amounts(out *part) {
	switch {
	case t.amount >= 0:
		t.plainAmounts(out)
	case t.price >= 0 && t.qty >= 0:
		t.multiplied(out)
		return
	default:
		out.amount.v = append(out.amount.v[:0], make([]int64, t.grid.Rows)...)
	}
	if t.qty >= 0 {
		t.quantities(out)
	}
}

// quantities reads the quantity where the money does not depend on it: what is no number
// leaves no row out.
func (t *txParser) quantities(out *part) {
	g := &t.grid
	style := t.lay.numbers[t.cols[t.qty]]
	for i := range g.Rows {
		q, _ := num.Parse(g.Cell(t.qty, i), style)
		out.quantity.add(q)
	}
}

// multiplied reads quantities and prices where they are all that tells the money.
func (t *txParser) multiplied(out *part) {
	g := &t.grid
	qs, ps := t.lay.numbers[t.cols[t.qty]], t.lay.numbers[t.cols[t.price]]
	for i := range g.Rows {
		cell := g.Cell(t.qty, i)
		q, ok := num.Parse(cell, qs)
		out.quantity.add(q)
		pc := g.Cell(t.price, i)
		p, ok2 := num.Parse(pc, ps)
		if ok2 && dressed(pc) {
			out.currency(pc)
		}
		a := product(q, inUnit(p, t.each))
		switch {
		case t.why[i] != used:
		case !ok:
			t.why[i] = badNumber(cell, out)
		case !ok2:
			t.why[i] = badNumber(pc, out)
		case a.M == 0 && !t.zeros:
			t.why[i] = zeroAmount
		}
		out.amount.add(a)
	}
}

func (t *txParser) plainAmounts(out *part) {
	g := &t.grid
	style := t.lay.numbers[t.cols[t.amount]]
	start, end := g.Start[t.amount], g.End[t.amount]
	for i, from := range start {
		b := g.Data[from:end[i]]
		d, ok := num.Parse(b, style)
		if !ok || d.M == 0 {
			if t.why[i] == used {
				switch {
				case !ok && t.further(i):
				case !ok:
					t.why[i] = badNumber(b, out)
				case !t.zeros:
					t.why[i] = zeroAmount
				}
			}
			d = num.Decimal{}
		}
		if dressed(b) {
			out.currency(b)
		}
		d = inUnit(d, t.unit)
		if d.Scale == out.amount.scale {
			out.amount.v = append(out.amount.v, d.M)
			continue
		}
		out.amount.add(d)
	}
}

func badNumber(b []byte, out *part) reason {
	if isMissing(string(b)) {
		return missingAmount
	}
	if out.oddMoney == "" {
		out.oddMoney = clipped(b)
	}
	return badAmount
}

// skips makes the reasons exact and lists the lines that are no row in use.
func (t *txParser) skips(out *part) {
	for i, why := range t.why {
		if why != used {
			t.why[i] = t.refine(i, why)
		}
	}
	listSkips(&t.grid, t.why, out)
}

// refine looks at the whole of a row that does not count: it may be a header
// that comes again, or a total.
func (t *txParser) refine(i int, why reason) reason {
	if why == zeroAmount || why == blankRow {
		return why
	}
	header, filled, total, note := true, 0, false, false
	for s, c := range t.cols[:t.known] {
		cell := t.grid.Cell(s, i)
		if len(cell) == 0 {
			continue
		}
		filled++
		note = isNote(string(cell))
		header = header && string(cell) == t.lay.names[c]
		total = total || len(cell) <= 32 && isWord("total", string(cell))
	}
	switch {
	case filled > 1 && header:
		return repeatedHeader
	case total:
		return totalRow
	case filled == 1 && note:
		return noteRow
	}
	return why
}

// compact closes the gaps that skipped rows leave.
func (t *txParser) compact(out *part) {
	g := &t.grid
	k := 0
	for i, why := range t.why {
		if why != used {
			continue
		}
		out.day[k], out.clock[k], out.amount.v[k] = out.day[i], out.clock[i], out.amount.v[i]
		if t.qty >= 0 {
			out.quantity.v[k] = out.quantity.v[i]
		}
		for _, s := range t.key {
			if s >= 0 {
				g.Start[s][k], g.End[s][k] = g.Start[s][i], g.End[s][i]
			}
		}
		for _, s := range t.contact {
			g.Start[s][k], g.End[s][k] = g.Start[s][i], g.End[s][i]
		}
		k++
	}
	out.day, out.clock, out.amount.v = out.day[:k], out.clock[:k], out.amount.v[:k]
	if t.qty >= 0 {
		out.quantity.v = out.quantity.v[:k]
	}
}
