package store

import (
	"qunxiang/core"
)

// What is read is worked on: features, orders of rows and answers are made of it. These are
// how many times its bytes it takes in all, as measured of a million customers.
const (
	workSummary      = 4 // a row of features for each of its rows
	workAttributes   = 3 // in the order of the customers, joined
	workTransactions = 3 // orders and lines, by customer
	workOther        = 2

	workLeast = 24 << 20 // besides, of whatever size
	tiny      = 1 << 20  // what is smaller is not worth asking for
)

// fits refuses to read what would take so many bytes, with what is made of it, where there
// is no room.
func (f *File) fits(op string, bytes int64) error {
	if f.opt.Room == nil || bytes < tiny {
		return nil
	}
	return f.fitsIn(op, bytes+workLeast, f.opt.Room().Own)
}

// fitsIn refuses what needs more bytes than are free; 0 is free where that cannot be told.
func (f *File) fitsIn(op string, need, free int64) error {
	if free <= 0 || need <= free {
		return nil
	}
	megabytes := func(n int64) int { return int((n + 1<<20 - 1) >> 20) }
	args := core.Args{"need": megabytes(need), "free": megabytes(free), "customers": f.man.customers(), "lines": 0}
	if f.man.Data != nil {
		args["lines"] = f.man.Data.Rows
	}
	return problem(CodeNoMemory, core.OriginApp, op, f.path, args)
}

// customers is how many keys the project has.
func (m *manifest) customers() int {
	if m.Data == nil {
		return 0
	}
	if c := m.Data.find(colCustomer, ""); c != nil && c.Dict != nil {
		return c.Dict.Len
	}
	return 0
}

// weight is what the transactions take in memory, in bytes; lean, without what Lines leaves out.
func (d *dataset) weight(lean bool) (n int64) {
	if d == nil {
		return 0
	}
	for i := range d.Columns {
		c := &d.Columns[i]
		switch {
		case lean && (c.Kind == colLabel || c.Kind == colQuantity):
		case lean && c.Kind == colOrder:
			n += c.cells()
		default:
			n += c.weight()
		}
	}
	if d.Linked != nil {
		for i := range d.Linked.Columns {
			n += d.Linked.Columns[i].weight()
		}
	}
	return n
}

// weight is what the summary takes in memory.
func (r *summaryRef) weight() (n int64) {
	if r == nil {
		return 0
	}
	for i := range r.Columns {
		n += r.Columns[i].cells()
	}
	return n
}

// weight is what the column takes in memory, with its dictionary.
func (c *columnRef) weight() int64 {
	n := c.cells()
	if c.Valid != nil {
		n += int64(c.Rows)
	}
	if c.Kind == kindCategory {
		return n + c.Dict.texts()
	}
	return n + c.Dict.weight()
}

// cells is what the values alone take.
func (c *columnRef) cells() int64 {
	if c.Kind == colRefund || c.Kind == colVoid {
		return int64(c.Rows)
	}
	return int64(c.width()) * int64(c.Rows)
}

// weight is what a dictionary takes in memory.
func (d *dictRef) weight() int64 {
	if d == nil {
		return 0
	}
	return 4*int64(d.Len) + d.characters()
}

// texts is what a dictionary takes as texts of their own.
func (d *dictRef) texts() int64 {
	if d == nil {
		return 0
	}
	const header = 16
	return header*int64(d.Len) + d.characters()
}

func (d *dictRef) characters() (n int64) {
	for _, h := range d.Heap {
		n += int64(h.Bytes)
	}
	return n
}

// weight is what a run takes in memory.
func (d *runDoc) weight() int64 {
	n := weight(d.Columns)
	for _, c := range append([]*columnRef{d.Customers, d.Label}, d.Excluded...) {
		if c != nil {
			n += 4 * int64(c.Rows)
		}
	}
	return n
}

// weight is what columns take in memory.
func weight(columns []columnRef) (n int64) {
	for i := range columns {
		n += columns[i].weight()
	}
	return n
}
