package feature

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// The columns of the long tables, as package sdk describes them.
const (
	colCustomer = "customer"
	colDay      = "day"
	colAmount   = "amount"
	colOrder    = "order"
	colQuantity = "quantity"
)

// Orders returns the valid orders of the given customers as a long table: position of
// the customer in the list, day, net amount, sorted by customer, day, time of day and
// amount. They are those that [FromTransactions] counts: a customer has Frequency of
// them, and their amounts add up to Monetary. Hence a refund that the import could not
// link lowers the customer's last order up to its day, or the first where there is none.
// An order whose lines bear several days has the first of them.
func Orders(ctx context.Context, tx *core.Transactions, o Options, customers []uint32) (*table.Table, error) {
	b := newOrderBook(tx, o, customers)
	if err := b.group(ctx); err != nil {
		return nil, err
	}
	n := int(b.start[len(customers)])
	out := newLong(n)
	for i := range customers {
		for _, q := range b.ordersOf(i) {
			out.add(i, q.day, b.value(q))
		}
		if i%stride == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return out.table(), nil
}

// order is one order of one customer.
type order struct {
	code   uint32 // NoCode for a row of its own
	day    core.Date
	clock  int32
	amount int64   // minor units
	rough  float64 // the same, where sums could leave an int64
	rows   []uint32
}

// orderBook groups the rows of some customers.
type orderBook struct {
	tx    *core.Transactions
	span  span
	place []int32 // by customer code: position in the list, -1 = not asked for
	rough bool

	start   []uint32 // of each customer's rows in rows
	rows    []uint32 // of valid orders, by customer, in file order
	refunds map[int32][]uint32
	orders  []order // of one customer, reused
}

func newOrderBook(tx *core.Transactions, o Options, customers []uint32) *orderBook {
	b := &orderBook{tx: tx, span: o.span(tx), place: make([]int32, tx.Customers.Len()), rough: couldOverflow(magnitudes(tx.Amount), tx.Rows())}
	for i := range b.place {
		b.place[i] = -1
	}
	for i, c := range customers {
		b.place[c] = int32(i)
	}
	b.start = make([]uint32, len(customers)+1)
	return b
}

// group sorts the rows that count by customer, by counting.
func (b *orderBook) group(ctx context.Context) error {
	b.refunds = map[int32][]uint32{}
	err := b.each(ctx, func(at int32, row uint32, refund bool) {
		if refund {
			b.refunds[at] = append(b.refunds[at], row)
		} else {
			b.start[at+1]++
		}
	})
	if err != nil {
		return err
	}
	for i := 1; i < len(b.start); i++ {
		b.start[i] += b.start[i-1]
	}
	b.rows = make([]uint32, b.start[len(b.start)-1])
	next := slices.Clone(b.start)
	return b.each(ctx, func(at int32, row uint32, refund bool) {
		if !refund {
			b.rows[next[at]] = row
			next[at]++
		}
	})
}

// each calls f for every row in the span of the customers asked for, in file order.
func (b *orderBook) each(ctx context.Context, f func(at int32, row uint32, refund bool)) error {
	tx := b.tx
	for i, c := range tx.Customer {
		if i%stride == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if at := b.place[c]; at >= 0 && b.span.has(tx.Day[i]) {
			f(at, uint32(i), tx.Refund != nil && tx.Refund[i])
		}
	}
	return nil
}

// ordersOf returns the orders of the customer at a position, in the order of the table.
// They hold until the next call.
func (b *orderBook) ordersOf(at int) []order {
	rows := b.rows[b.start[at]:b.start[at+1]]
	b.orders = b.orders[:0]
	if b.tx.Order == nil {
		for i := range rows {
			b.open(core.NoCode, rows[i:i+1])
		}
	} else {
		b.byOrder(rows)
	}
	slices.SortStableFunc(b.orders, func(p, q order) int {
		return cmp.Or(cmp.Compare(p.day, q.day), cmp.Compare(p.clock, q.clock), cmp.Compare(p.amount, q.amount), cmp.Compare(p.rough, q.rough))
	})
	b.refund(at)
	return b.orders
}

// byOrder opens an order for each number among the rows, and for each row without one.
func (b *orderBook) byOrder(rows []uint32) {
	codes := b.tx.Order
	if !slices.IsSortedFunc(rows, func(p, q uint32) int { return cmp.Compare(codes[p], codes[q]) }) {
		slices.SortStableFunc(rows, func(p, q uint32) int { return cmp.Compare(codes[p], codes[q]) })
	}
	for i := 0; i < len(rows); {
		end := i + 1
		for end < len(rows) && codes[rows[end]] == codes[rows[i]] && codes[rows[i]] != core.NoCode {
			end++
		}
		b.open(codes[rows[i]], rows[i:end])
		i = end
	}
}

func (b *orderBook) open(code uint32, rows []uint32) {
	o := order{code: code, day: math.MaxInt32, clock: math.MaxInt32, rows: rows}
	for _, r := range rows {
		clock := int32(0)
		if b.tx.Clock != nil {
			clock = b.tx.Clock[r]
		}
		if day := b.tx.Day[r]; day < o.day || day == o.day && clock < o.clock {
			o.day, o.clock = day, clock
		}
		b.take(&o, r)
	}
	b.orders = append(b.orders, o)
}

func (b *orderBook) take(o *order, row uint32) {
	if b.rough {
		o.rough += float64(b.tx.Amount[row])
	} else {
		o.amount += b.tx.Amount[row]
	}
}

// refund lowers the orders by the refunds that no order is known for.
func (b *orderBook) refund(at int) {
	if len(b.orders) == 0 {
		return
	}
	for _, r := range b.refunds[int32(at)] {
		after, _ := slices.BinarySearchFunc(b.orders, b.tx.Day[r]+1, func(o order, d core.Date) int { return cmp.Compare(o.day, d) })
		b.take(&b.orders[max(after-1, 0)], r)
	}
}

// value is the amount in units of money.
func (b *orderBook) value(o order) float64 {
	if b.rough {
		return o.rough / math.Pow10(b.tx.Scale)
	}
	return core.Money(o.amount, b.tx.Scale)
}

// long is a long table while it grows.
type long struct {
	customer, day []int64
	amount        []float64
}

func newLong(capacity int) *long {
	return &long{customer: make([]int64, 0, capacity), day: make([]int64, 0, capacity), amount: make([]float64, 0, capacity)}
}

func (l *long) add(customer int, day core.Date, amount float64) {
	l.customer, l.day, l.amount = append(l.customer, int64(customer)), append(l.day, int64(day)), append(l.amount, amount)
}

func (l *long) table() *table.Table {
	return &table.Table{Rows: len(l.customer), Columns: []table.Column{
		{Name: colCustomer, Kind: table.Int64, Ints: l.customer},
		{Name: colDay, Kind: table.Int64, Unit: "day", Ints: l.day},
		{Name: colAmount, Kind: table.Float64, Unit: "money", Floats: l.amount},
	}}
}
