package core

import "math"

// Transactions are order lines (or orders) in columns, all of equal length, in the
// order of the file. They are immutable once built.
//
// Only rows that count are here: a row that an import excluded is in its report.
type Transactions struct {
	Customers     *Dict    // customer keys; codes are stable within a project
	Customer      []uint32 // code into Customers
	Day           []Date
	Clock         []int32  // seconds since midnight; nil = the file had no time of day
	Amount        []int64  // net paid for the row, in units of 10^-Scale; negative = refund
	Scale         int      // decimal places of Amount, 0…15
	Orders        *Dict    // order numbers; nil = the file had none, or they were not loaded
	Order         []uint32 // code into Orders, NoCode = no number; nil = the file had none, and every row is an order
	Quantity      []int64  // in units of 10^-QuantityScale; nil = none
	QuantityScale int
	// Attributes of the row: product, category, channel, status. Nil where not mapped.
	Labels []Labels
	// Refund marks rows that a refund policy keeps as "lower the money, count no order".
	Refund []bool // nil = none
	// Void marks rows that a later file took back or replaced, in what a project stores: they
	// are kept so that the file that brought them adds nothing when it is imported again.
	// Whoever reads a project's data never sees them. nil = none.
	Void []bool
	// Summary is what the rows add up to; nil = not known. It does not outlive a change of
	// rows or customers.
	Summary *Summary
	// Linked is what refunds leave of the rows, in what a project stores; nil = not known. It
	// does not outlive a change of rows.
	Linked *Linked
}

// Linked are the rows of Transactions that refunds change when each is linked to its
// purchase. It is derived from the rows and stored beside them.
type Linked struct {
	Rows     int     // of the transactions that it was made from
	Row      []int32 // those that change, ascending
	Amount   []int64 // of each, in units of 10^-Scale; 0 = the row no longer counts
	Quantity []int64 // of each, in units of 10^-QuantityScale; nil = there are no quantities
}

// Of reports whether l was made from transactions like t: as many rows.
func (l *Linked) Of(t *Transactions) bool {
	n := len(l.rows())
	return l != nil && l.Rows == t.Rows() && len(l.Amount) == n && (l.Quantity == nil || len(l.Quantity) == n) &&
		(n == 0 || l.Row[0] >= 0 && int(l.Row[n-1]) < l.Rows)
}

func (l *Linked) rows() []int32 {
	if l == nil {
		return nil
	}
	return l.Row
}

// Labels is a text column of Transactions as codes into a dictionary.
type Labels struct {
	Role  string // "product", "category", "channel", "status"
	Dict  *Dict
	Codes []uint32 // NoCode = empty
}

// NoCode marks an empty cell in codes.
const NoCode = math.MaxUint32

// Rows returns the number of rows.
func (t *Transactions) Rows() int {
	if t == nil {
		return 0
	}
	return len(t.Customer)
}

// Money converts an amount of scale s to currency units.
func Money(v int64, s int) float64 { return float64(v) / math.Pow10(s) }

// Attributes are customer attributes: a column per attribute and a row per customer.
type Attributes struct {
	Customers *Dict
	Columns   []AttributeColumn
}

// AttributeColumn is one attribute: numbers (Floats) or categories (Codes into
// Dict, NoCode = empty). Valid is nil when nothing is missing.
type AttributeColumn struct {
	Name   string
	Floats []float64 // nil for a category
	Codes  []uint32
	Dict   []string
	Valid  []bool // numbers only; nil = all there
}
