package sample

import (
	"cmp"
	"slices"
)

// Marks of linked refund rows, kept in row.word.
const (
	partOfLine = iota
	wholeOrder
)

// refund takes back orders: whole ones and parts under the number of the order, a
// few under numbers of their own. Only customers with more than one order lose a
// whole one, so that everybody keeps at least one valid order.
func (m *maker) refund() {
	lines := m.rows // what is added below is not looked at again
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && lines[to].order == lines[from].order {
			to++
		}
		switch n := m.r.IntN(1000); {
		case n < 70 && m.notAlone(lines, from, to):
			for _, l := range lines[from:to] {
				m.takeBack(l, -l.pieces, -l.amount, wholeOrder)
			}
		case n >= 70 && n < 85:
			l := lines[from]
			m.takeBack(l, -1, -max(1, l.amount*int64(20+m.r.IntN(60))/100), partOfLine)
		case n >= 85 && n < 89:
			l := lines[from]
			m.refunds++
			l.order = -m.refunds
			m.takeBack(l, -1, -max(1, l.amount/3), partOfLine)
		}
		from = to
	}
}

// notAlone reports whether the customer of the order in lines[from:to] has another
// one beside it. Orders of a customer stand together; the first order of each may
// be taken back only if nothing of that customer was before.
func (m *maker) notAlone(lines []row, from, to int) bool {
	first := from == 0 || lines[from-1].customer != lines[from].customer
	more := to < len(lines) && lines[to].customer == lines[from].customer
	return first && more
}

// takeBack adds a refund of l, some days after it and still within the file.
func (m *maker) takeBack(l row, pieces int, amount int64, mark int) {
	days := 1 + (l.order%9+9)%9 // one parcel, one day for all its lines
	l.day, l.clock = min(l.day+days, m.cal.days()-1), 23*3600+l.clock%3600
	l.pieces, l.amount, l.status, l.word = pieces, amount, refunded, mark
	m.rows = append(m.rows, l)
}

// spoil adds the rows that an import has to leave out: each kind about once in so
// many orders, and at least once.
func (m *maker) spoil() {
	orders := m.orders
	each := func(every int) int { return max(1, orders/every) }
	sales := m.rows[:0:0]
	for _, l := range m.rows {
		if l.status == paid {
			sales = append(sales, l)
		}
	}
	for range each(400) {
		m.stray(sales, func(l *row) { l.flaw = noCustomer })
	}
	for i := range each(2000) + 2 {
		m.stray(sales, func(l *row) { l.flaw, l.word = badDate, i%3 })
	}
	for i := range each(1500) + 2 {
		m.stray(sales, func(l *row) { l.flaw, l.word = badAmount, i%3 })
	}
	for range each(2000) + 1 {
		m.stray(sales, func(l *row) { l.status, l.customer, l.amount, l.price, l.pieces = tested, testAccount, 1, 1, 1 })
	}
	for range each(120) {
		m.stray(sales, func(l *row) { l.status = cancelled })
	}
	m.repeat(sales, each(1200))
}

// stray adds one more line like one of sales, as an order of its own, changed by f.
func (m *maker) stray(sales []row, f func(*row)) {
	l := sales[m.r.IntN(len(sales))]
	m.orders++
	l.order = m.orders
	l.clock = m.clock()
	f(&l)
	m.rows = append(m.rows, l)
}

// repeat adds second copies of n orders, as happens when two exports are pasted
// together. The sales rise by order.
func (m *maker) repeat(sales []row, n int) {
	done := map[int]bool{}
	for range n {
		order := sales[m.r.IntN(len(sales))].order
		if done[order] {
			continue
		}
		done[order] = true
		m.facts.DuplicateOrders++
		at, _ := slices.BinarySearchFunc(sales, order, func(l row, order int) int { return cmp.Compare(l.order, order) })
		for ; at < len(sales) && sales[at].order == order; at++ {
			l := sales[at]
			l.flaw = duplicate
			m.rows = append(m.rows, l)
		}
	}
}
