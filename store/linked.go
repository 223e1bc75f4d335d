package store

import (
	"fmt"
	"slices"

	"qunxiang/core"
)

// linkedRef says where it is kept what refunds leave of the rows. It is never needed: who
// does not find it, or finds that it is not that of the rows, links the refunds anew.
type linkedRef struct {
	Rows    int         `json:"rows"` // of the transactions that it was made from
	Columns []columnRef `json:"columns"`
}

// The columns of what refunds leave, since schema 2. Quantities are there where the
// transactions have them.
const (
	linkedRow      = "row"
	linkedAmount   = "amount"
	linkedQuantity = "quantity"
)

// addLinked queues what refunds leave of the rows of tx; nil where that is not known.
func addLinked(w *writer, tx *core.Transactions) *linkedRef {
	l := tx.Linked
	if !l.Of(tx) {
		return nil
	}
	ref := &linkedRef{Rows: l.Rows}
	n := len(l.Row)
	ref.Columns = append(ref.Columns,
		columnRef{Kind: linkedRow, Rows: n, Parts: []part{addInts(w, l.Row)}},
		columnRef{Kind: linkedAmount, Rows: n, Parts: []part{addInts(w, l.Amount)}})
	if l.Quantity != nil {
		ref.Columns = append(ref.Columns, columnRef{Kind: linkedQuantity, Rows: n, Parts: []part{addInts(w, l.Quantity)}})
	}
	return ref
}

// loadLinked checks that the columns that all need are there, and queues the reads of what refunds leave of the rows; lean leaves out the
// quantities. end checks what was read.
func loadLinked(l *loader, tx *core.Transactions, d *dataset, lean bool) (end func() error, err error) {
	end = func() error { return nil }
	if tx.Customers == nil || len(tx.Day) != d.Rows || len(tx.Amount) != d.Rows {
		return end, fmt.Errorf("%w: a column of the transactions is missing", errDamaged)
	}
	if d.Linked == nil || d.Linked.Rows != d.Rows {
		return end, nil
	}
	out := &core.Linked{Rows: d.Rows}
	for _, c := range d.Linked.Columns {
		if c.Rows < 0 || c.Rows > d.Rows || rowsOf(c.Parts) != c.Rows {
			return end, fmt.Errorf("%w: linked refunds", errDamaged)
		}
		if err = loadLinkedColumn(l, c, out, lean); err != nil {
			return end, err
		}
	}
	return func() error {
		if !out.Of(tx) || !slices.IsSorted(out.Row) {
			return fmt.Errorf("%w: linked refunds", errDamaged)
		}
		tx.Linked = out
		return nil
	}, nil
}

func loadLinkedColumn(l *loader, c columnRef, out *core.Linked, lean bool) error {
	switch {
	case c.Kind == linkedRow:
		out.Row = make([]int32, c.Rows)
		return loadInts(l, c.Parts, out.Row)
	case c.Kind == linkedAmount:
		out.Amount = make([]int64, c.Rows)
		return loadInts(l, c.Parts, out.Amount)
	case c.Kind == linkedQuantity && !lean:
		out.Quantity = make([]int64, c.Rows)
		return loadInts(l, c.Parts, out.Quantity)
	}
	return nil
}

// spans calls yield for every span of blobs of what refunds leave.
func (r *linkedRef) spans(yield func(span)) {
	if r == nil {
		return
	}
	for i := range r.Columns {
		r.Columns[i].spans(yield)
	}
}
