package clean

import (
	"cmp"
	"math/bits"
	"slices"

	"qunxiang/core"
)

// Counts are the size of the data.
type Counts struct {
	Rows      int     `json:"rows"`      // of the transactions
	Orders    int     `json:"orders"`    // distinct valid orders
	Customers int     `json:"customers"` // with rows or attributes; of records where there are neither
	Described int     `json:"described"` // customers with attributes
	Records   int     `json:"records"`   // rows of surveys, comments and events
	Money     float64 `json:"amount"`    // sum of the amounts
}

// Effect is what a step did.
type Effect struct {
	Step      int          `json:"step"`
	Kind      Kind         `json:"kind"`
	Off       bool         `json:"off,omitempty"`
	Before    Counts       `json:"before"`
	After     Counts       `json:"after"`
	Rows      int          `json:"rows"`               // rows dropped or changed, of whichever table
	Dropped   int          `json:"dropped"`            // of Rows, those that are gone
	Customers int          `json:"customers"`          // whom it concerns, where that is known
	Examples  []Example    `json:"examples,omitempty"` // the first few
	Remark    core.Message `json:"remark,omitzero"`    // why it did nothing, or only a part
}

// Example is a row or a customer that a step or an issue is about. Empty fields are not
// known or say nothing.
type Example struct {
	Customer string    `json:"customer,omitempty"`
	Order    string    `json:"order,omitempty"`
	Day      core.Date `json:"date"`
	Amount   float64   `json:"amount,omitempty"`
	Before   string    `json:"before,omitempty"` // the value, and what it becomes
	After    string    `json:"after,omitempty"`
	File     string    `json:"file,omitempty"`
	Row      int       `json:"row,omitempty"` // of the file, header included

	weight int64
}

// maxExamples is how many examples an effect has.
const maxExamples = 5

// compareExamples puts the largest amounts first.
func compareExamples(a, b Example) int {
	return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Amount, b.Amount), cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
}

// tidy puts the examples into order and keeps the first.
func (e *Effect) tidy() {
	slices.SortFunc(e.Examples, compareExamples)
	e.Examples = slices.Clip(e.Examples[:min(len(e.Examples), maxExamples)])
}

// Examples collects the examples that come first whatever the order in which they are
// offered: those of the largest amounts.
type Examples struct {
	tx   *core.Transactions
	rows []int32
}

// NewExamples collects rows of tx.
func NewExamples(tx *core.Transactions) *Examples { return &Examples{tx: tx} }

// Offer takes a row that may be an example.
func (x *Examples) Offer(row int) {
	if len(x.rows) == maxExamples && x.compare(x.rows[maxExamples-1], int32(row)) <= 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(x.rows, int32(row), x.compare)
	x.rows = slices.Insert(x.rows, at, int32(row))
	x.rows = x.rows[:min(len(x.rows), maxExamples)]
}

func (x *Examples) compare(a, b int32) int {
	if c := cmp.Compare(abs(x.tx.Amount[b]), abs(x.tx.Amount[a])); c != 0 {
		return c
	}
	return compareExamples(RowExample(x.tx, int(a)), RowExample(x.tx, int(b)))
}

// List returns the examples.
func (x *Examples) List() []Example {
	var out []Example
	for _, r := range x.rows {
		out = append(out, RowExample(x.tx, int(r)))
	}
	return out
}

// RowExample is a row of the transactions as an example.
func RowExample(tx *core.Transactions, row int) Example {
	e := Example{Customer: tx.Customers.At(int(tx.Customer[row])), Day: tx.Day[row], Amount: core.Money(tx.Amount[row], tx.Scale), weight: abs(tx.Amount[row])}
	if tx.Order != nil && tx.Orders != nil && tx.Order[row] != core.NoCode {
		e.Order = tx.Orders.At(int(tx.Order[row]))
	}
	return e
}

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

// Count returns the size of data.
func Count(d Data) Counts {
	w := &work{Data: d}
	return w.count()
}

func (w *work) count() Counts {
	c := Counts{Rows: w.Transactions.Rows()}
	for _, r := range w.Records {
		c.Records += r.Rows()
	}
	if w.Attributes != nil {
		c.Described = w.Attributes.Customers.Len()
	}
	c.Customers = c.Described
	if t := w.Transactions; t != nil {
		c.Orders, c.Money = CountOrders(t), Sum(t)
		seen := newBits(t.Customers.Len())
		for _, x := range t.Customer {
			seen.set(x)
		}
		if c.Described > 0 {
			for _, x := range w.attributeCodes() {
				if x != core.NoCode {
					seen.set(x)
				} else {
					c.Customers++
				}
			}
			c.Customers -= c.Described
		}
		c.Customers += seen.count()
	}
	if c.Customers == 0 {
		keys := map[string]bool{}
		for _, r := range w.Records {
			for i := range r.Customers.Len() {
				keys[r.Customers.At(i)] = true
			}
		}
		c.Customers = len(keys)
	}
	return c
}

// attributeCodes are the codes of the customers of the attributes.
func (w *work) attributeCodes() []uint32 {
	if w.coded != w.Attributes.Customers {
		w.coded, w.codes = w.Attributes.Customers, codesIn(w.Attributes.Customers, w.Transactions.Customers)
	}
	return w.codes
}

// CountOrders counts the distinct orders that are not refunds only; every row without a
// number is one.
func CountOrders(tx *core.Transactions) int {
	n, seen := 0, bitset(nil)
	if tx.Order != nil {
		seen = newBits(tx.Orders.Len())
	}
	for i := range tx.Rows() {
		switch {
		case tx.Refund != nil && tx.Refund[i]:
		case tx.Order == nil || tx.Order[i] == core.NoCode:
			n++
		default:
			seen.set(tx.Order[i])
		}
	}
	return n + seen.count()
}

// Sum returns the money of all rows. It is exact while it fits an int64 in minor units.
func Sum(tx *core.Transactions) float64 {
	var sum int64
	for _, a := range tx.Amount {
		next := sum + a
		if (next > sum) != (a > 0) && a != 0 { // it does not fit
			rough := 0.0
			for _, a := range tx.Amount {
				rough += core.Money(a, tx.Scale)
			}
			return rough
		}
		sum = next
	}
	return core.Money(sum, tx.Scale)
}

// bitset is a set of codes; one beyond its end makes it grow.
type bitset []uint64

func newBits(n int) bitset { return make(bitset, n/64+1) }

func (b *bitset) set(i uint32) {
	for int(i/64) >= len(*b) { // a code that its dictionary lacks
		*b = append(*b, 0)
	}
	(*b)[i/64] |= 1 << (i % 64)
}

func (b bitset) has(i uint32) bool { return int(i/64) < len(b) && b[i/64]>>(i%64)&1 == 1 }

func (b bitset) count() (n int) {
	for _, x := range b {
		n += bits.OnesCount64(x)
	}
	return n
}
