package clean

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"qunxiang/core"
)

// Ways of [DropDuplicates].
const (
	EqualRows    = "rows"
	EqualOrders  = "orders"
	SharedNumber = "number"
	ChangedLines = "changed"
)

// Repeats is what stands there more than once.
type Repeats struct {
	Rows   []int32 // that would go, rising
	Orders int     // distinct orders that they belong to, where rows have numbers
}

// FindRepeats returns the rows that a step of kind DropDuplicates would drop. It takes some
// bytes per row and passes over the rows a few times.
func FindRepeats(ctx context.Context, tx *core.Transactions, how string) (Repeats, error) {
	switch {
	case tx.Rows() == 0:
		return Repeats{}, nil
	case how == SharedNumber:
		return sharedNumbers(ctx, tx)
	case how == ChangedLines:
		return changedLines(ctx, tx)
	}
	rows, err := equalRows(ctx, tx)
	if err == nil && how == EqualOrders {
		rows = WholeOrders(tx, rows)
	}
	r := Repeats{Rows: rows}
	if tx.Order != nil {
		seen := newBits(tx.Orders.Len())
		for _, i := range rows {
			if tx.Order[i] != core.NoCode {
				seen.set(tx.Order[i])
			}
		}
		r.Orders = seen.count()
	}
	return r, err
}

func (w *work) dropDuplicates(s Step) error {
	r, err := FindRepeats(w.ctx, w.Transactions, s.Args.How)
	if err != nil || len(r.Rows) == 0 {
		return err
	}
	drop := newBits(w.Transactions.Rows())
	for _, i := range r.Rows {
		drop.set(uint32(i))
	}
	w.concerned(drop)
	return w.dropRows(drop)
}

// equalRows returns the rows that equal an earlier one in every column.
func equalRows(ctx context.Context, tx *core.Transactions) ([]int32, error) {
	size := 1
	for size < 2*tx.Rows() {
		size *= 2
	}
	table := make([]int32, size) // row + 1 by hash, open addressing
	var out []int32
	err := each(ctx, tx.Rows(), func(i int) {
		at := int(hashRow(tx, i) >> 20 & uint64(size-1))
		for ; table[at] != 0; at = (at + 1) & (size - 1) {
			if equal(tx, i, int(table[at]-1)) {
				out = append(out, int32(i))
				return
			}
		}
		table[at] = int32(i) + 1
	})
	return out, err
}

// hashRow mixes the columns of a row (the finaliser is that of SplitMix64: G. Steele,
// D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014).
func hashRow(tx *core.Transactions, i int) uint64 {
	h := uint64(tx.Customer[i])<<32 | uint64(uint32(tx.Day[i]))
	h = (h ^ uint64(tx.Amount[i])*0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	if tx.Clock != nil {
		h = (h ^ h>>29 ^ uint64(tx.Clock[i])) * 0x94d049bb133111eb
	}
	if tx.Order != nil {
		h = (h ^ h>>31 ^ uint64(tx.Order[i])) * 0x9e3779b97f4a7c15
	}
	for l := range tx.Labels {
		h = (h ^ h>>27 ^ uint64(tx.Labels[l].Codes[i])) * 0xbf58476d1ce4e5b9
	}
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

func equal(tx *core.Transactions, a, b int) bool {
	if tx.Customer[a] != tx.Customer[b] || tx.Day[a] != tx.Day[b] || tx.Amount[a] != tx.Amount[b] ||
		tx.Order != nil && tx.Order[a] != tx.Order[b] || tx.Clock != nil && tx.Clock[a] != tx.Clock[b] ||
		tx.Quantity != nil && tx.Quantity[a] != tx.Quantity[b] || tx.Refund != nil && tx.Refund[a] != tx.Refund[b] {
		return false
	}
	for l := range tx.Labels {
		if tx.Labels[l].Codes[a] != tx.Labels[l].Codes[b] {
			return false
		}
	}
	return true
}

// WholeOrders keeps, of all rows that repeat another one ([FindRepeats] with [EqualRows]), those
// of orders whose every line is there an even number of times, and of these the second halves.
func WholeOrders(tx *core.Transactions, repeats []int32) []int32 {
	if tx.Order == nil {
		return nil
	}
	size, again := orderSizes(tx), make([]int32, tx.Orders.Len())
	for _, i := range repeats {
		if o := tx.Order[i]; o != core.NoCode {
			again[o]++
		}
	}
	rows := map[uint32][]int32{} // of orders that have at least as many repeats as first lines
	for i, o := range tx.Order {
		if o != core.NoCode && size[o] > 1 && size[o]%2 == 0 && 2*again[o] >= size[o] {
			rows[o] = append(rows[o], int32(i))
		}
	}
	var out []int32
	for _, of := range rows {
		out = append(out, secondHalf(tx, of)...)
	}
	slices.Sort(out)
	return out
}

// secondHalf returns one of each pair of equal rows, nil where they are not all in pairs.
func secondHalf(tx *core.Transactions, of []int32) (out []int32) {
	slices.SortFunc(of, func(a, b int32) int { return compareRows(tx, int(a), int(b)) })
	for k := 0; k+1 < len(of); k += 2 {
		if !equal(tx, int(of[k]), int(of[k+1])) {
			return nil
		}
		out = append(out, max(of[k], of[k+1]))
	}
	return out
}

// compareRows orders rows of one order so that equal ones stand together.
func compareRows(tx *core.Transactions, a, b int) int {
	c := cmp.Or(cmp.Compare(tx.Amount[a], tx.Amount[b]), cmp.Compare(tx.Day[a], tx.Day[b]), cmp.Compare(tx.Customer[a], tx.Customer[b]))
	for l := 0; c == 0 && l < len(tx.Labels); l++ {
		c = cmp.Compare(tx.Labels[l].Codes[a], tx.Labels[l].Codes[b])
	}
	if c == 0 && tx.Quantity != nil {
		c = cmp.Compare(tx.Quantity[a], tx.Quantity[b])
	}
	if c == 0 && tx.Clock != nil {
		c = cmp.Compare(tx.Clock[a], tx.Clock[b])
	}
	return c
}

// sharedNumbers returns the purchases under a number that several customers have, but for
// those of the customer who bought last; of several on one day that is the first by key.
func sharedNumbers(ctx context.Context, tx *core.Transactions) (Repeats, error) {
	if tx.Order == nil {
		return Repeats{}, nil
	}
	of := make([]owner, tx.Orders.Len())
	err := each(ctx, tx.Rows(), func(i int) {
		if tx.Order[i] != core.NoCode && purchase(tx, i) {
			of[tx.Order[i]].take(tx.Customers, tx.Customer[i]+1, tx.Day[i])
		}
	})
	var r Repeats
	for i := range tx.Rows() {
		if tx.Order[i] != core.NoCode && purchase(tx, i) && of[tx.Order[i]].shared && of[tx.Order[i]].customer != tx.Customer[i]+1 {
			r.Rows = append(r.Rows, int32(i))
		}
	}
	for _, o := range of {
		if o.shared {
			r.Orders++
		}
	}
	return r, err
}

// owner is to whom an order number belongs.
type owner struct {
	customer uint32 // code + 1, 0 = nobody yet
	day      core.Date
	shared   bool // with others
}

// take gives the number to whoever bought last.
func (o *owner) take(keys *core.Dict, customer uint32, day core.Date) {
	switch o.customer {
	case 0:
		*o = owner{customer: customer, day: day}
		return
	case customer:
		o.day = max(o.day, day)
		return
	}
	o.shared = true
	if day > o.day || day == o.day && bytes.Compare(keys.AppendTo(nil, int(customer-1)), keys.AppendTo(nil, int(o.customer-1))) < 0 {
		o.customer, o.day = customer, day
	}
}

// changedLines returns the purchases that a later state of the same line replaces: rows of
// one order and customer over the same product (where rows name none, of one order and customer) that differ.
// The latest stays; of several of one time the smallest, since what changes an
// amount afterwards is mostly a refund, then the last by its texts.
func changedLines(ctx context.Context, tx *core.Transactions) (Repeats, error) {
	if tx.Order == nil {
		return Repeats{}, nil
	}
	var product []uint32
	for _, l := range tx.Labels {
		if l.Role == string(core.RoleProduct) {
			product = l.Codes
		}
	}
	type key struct{ order, customer, product uint32 }
	stays, many := map[key]int32{}, orderSizes(tx)
	var r Repeats
	orders := newBits(tx.Orders.Len())
	err := each(ctx, tx.Rows(), func(i int) {
		o := tx.Order[i]
		if o == core.NoCode || many[o] < 2 || !purchase(tx, i) {
			return
		}
		k := key{order: o, customer: tx.Customer[i], product: core.NoCode}
		if product != nil {
			k.product = product[i]
		}
		j, there := stays[k]
		switch {
		case !there:
			stays[k] = int32(i)
			return
		case equal(tx, i, int(j)): // a repeated row is another matter
			return
		case laterState(tx, i, int(j)):
			stays[k] = int32(i)
			r.Rows = append(r.Rows, j)
		default:
			r.Rows = append(r.Rows, int32(i))
		}
		orders.set(o)
	})
	slices.Sort(r.Rows)
	r.Orders = orders.count()
	return r, err
}

// orderSizes counts the rows of every order.
func orderSizes(tx *core.Transactions) []int32 {
	size := make([]int32, tx.Orders.Len())
	for _, o := range tx.Order {
		if o != core.NoCode {
			size[o]++
		}
	}
	return size
}

// laterState reports whether row a of an order is of later than row b.
func laterState(tx *core.Transactions, a, b int) bool {
	c := cmp.Compare(tx.Day[a], tx.Day[b])
	if c == 0 && tx.Clock != nil {
		c = cmp.Compare(tx.Clock[a], tx.Clock[b])
	}
	if c == 0 {
		c = cmp.Compare(tx.Amount[b], tx.Amount[a])
	}
	if c == 0 && tx.Quantity != nil {
		c = cmp.Compare(tx.Quantity[b], tx.Quantity[a])
	}
	for l := 0; c == 0 && l < len(tx.Labels); l++ {
		c = bytes.Compare(word(&tx.Labels[l], a), word(&tx.Labels[l], b))
	}
	return c > 0
}

// word is the text of a row in a column, nil where it is empty.
func word(l *core.Labels, row int) []byte {
	if l.Codes[row] == core.NoCode {
		return nil
	}
	return l.Dict.AppendTo(nil, int(l.Codes[row]))
}

func purchase(tx *core.Transactions, i int) bool {
	return tx.Amount[i] > 0 && (tx.Refund == nil || !tx.Refund[i])
}
