package store

import (
	"context"
	"fmt"
	"slices"

	"qunxiang/core"
	"qunxiang/internal/large"
)

// The kinds of columns of the transactions, since schema 1 but for void.
const (
	colCustomer = "customer"
	colDay      = "day"
	colClock    = "clock"
	colAmount   = "amount"
	colOrder    = "order"
	colQuantity = "quantity"
	colRefund   = "refund"
	colLabel    = "label" // Name = role
	colVoid     = "void"  // since schema 2: rows that a later file took back
)

// AddSource records an imported file: it stores rows fromRow and on of tx, what the
// dictionaries of tx have grown by, and a, which replaces the attributes. tx is the
// whole of the project's transactions after the import, as ingest.Merge returns it:
// the rows before fromRow are those that Transactions gave. Where that cannot be (a
// column is new, a scale has changed, fromRow is not the number of stored rows), the
// column is stored anew from row 0, so the result is always tx. Either of tx and a
// may be nil: then that part stays as it is.
//
// A summary of tx, and what refunds leave of its rows, are stored with it, in place of those
// before. Each of the records
// takes the place of the stored ones of its kind and name.
//
// All becomes visible at once, or nothing. The source's ID is assigned.
func (f *File) AddSource(s core.Source, tx *core.Transactions, fromRow int, a *core.Attributes, records ...*core.Records) error {
	return f.change(context.Background(), "import", func(w *writer) error {
		s.ID = w.man.NextSource
		w.man.NextSource++
		stored, err := storeSource(s)
		if err != nil {
			return err
		}
		w.man.Sources = append(w.man.Sources, stored)
		if tx != nil {
			if err := w.transactions(tx, fromRow); err != nil {
				return err
			}
		}
		if a != nil {
			if err := w.attributes(a); err != nil {
				return err
			}
		}
		for _, r := range records {
			if err := w.records(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// transactions queues what tx has beyond the stored rows.
func (w *writer) transactions(tx *core.Transactions, fromRow int) error {
	rows := tx.Rows()
	if rows > maxRows || fromRow < 0 || fromRow > rows || len(tx.Labels) > maxLabels {
		return problem(CodeTooMuch, core.OriginData, "import", w.f.path, core.Args{"rows": rows, "limit": maxRows})
	}
	if err := checkShape(tx); err != nil {
		return err
	}
	old := w.man.Data
	if old == nil || old.Rows != fromRow {
		old = &dataset{}
		fromRow = 0
	}
	g := &grower{w: w, old: old, from: fromRow, new: &dataset{Rows: rows, Scale: tx.Scale, QuantityScale: tx.QuantityScale}}
	g.codes(columnRef{Kind: colCustomer}, tx.Customer, tx.Customers)
	growInts(g, columnRef{Kind: colDay}, tx.Day)
	growInts(g, columnRef{Kind: colClock}, tx.Clock)
	growScaled(g, columnRef{Kind: colAmount}, tx.Amount, old.Scale == tx.Scale)
	if tx.Orders != nil {
		g.codes(columnRef{Kind: colOrder}, tx.Order, tx.Orders)
	}
	growScaled(g, columnRef{Kind: colQuantity}, tx.Quantity, old.QuantityScale == tx.QuantityScale)
	for _, l := range tx.Labels {
		g.codes(columnRef{Kind: colLabel, Name: l.Role}, l.Codes, l.Dict)
	}
	if tx.Refund != nil {
		g.column(columnRef{Kind: colRefund}, true, func(from int) part { return addBools(w, tx.Refund[from:]) })
	}
	if tx.Void != nil { // written anew: a later file changes those of earlier ones
		g.column(columnRef{Kind: colVoid}, false, func(from int) part { return addBools(w, tx.Void[from:]) })
	}
	g.dropRest()
	g.new.Summary, g.new.Linked = addSummary(w, tx), addLinked(w, tx)
	w.man.Data = g.new
	return nil
}

// checkShape refuses columns of unequal length: a programmer's mistake that must not
// reach a file.
func checkShape(tx *core.Transactions) error {
	n := tx.Rows()
	lengths := map[string]int{colDay: len(tx.Day), colAmount: len(tx.Amount)}
	if tx.Clock != nil {
		lengths[colClock] = len(tx.Clock)
	}
	if tx.Orders != nil {
		lengths[colOrder] = len(tx.Order)
	}
	if tx.Quantity != nil {
		lengths[colQuantity] = len(tx.Quantity)
	}
	if tx.Refund != nil {
		lengths[colRefund] = len(tx.Refund)
	}
	if tx.Void != nil {
		lengths[colVoid] = len(tx.Void)
	}
	for _, l := range tx.Labels {
		lengths[colLabel+l.Role] = len(l.Codes)
	}
	for name, got := range lengths {
		if got != n {
			return &core.Error{
				Code: core.CodeInternal, Origin: core.OriginApp, Op: "import",
				Err: fmt.Errorf("column %s has %d values for %d rows", name, got, n),
			}
		}
	}
	return nil
}

// grower extends the stored columns of a dataset.
type grower struct {
	w        *writer
	old, new *dataset
	from     int // stored rows
	kept     []columnRef
}

// find returns the stored column of the same kind and name.
func (d *dataset) find(kind, name string) *columnRef {
	for i := range d.Columns {
		if d.Columns[i].Kind == kind && d.Columns[i].Name == name {
			return &d.Columns[i]
		}
	}
	return nil
}

// column adds a column: after the stored part where that stays good, otherwise whole.
func (g *grower) column(c columnRef, same bool, add func(from int) part) {
	from := 0
	if old := g.old.find(c.Kind, c.Name); old != nil && same {
		g.kept = append(g.kept, columnRef{Kind: c.Kind, Name: c.Name, Parts: old.Parts})
		c.Parts, from = old.Parts[:len(old.Parts):len(old.Parts)], g.from
	}
	c.Rows = g.new.Rows
	if from < c.Rows || len(c.Parts) == 0 {
		c.Parts = append(c.Parts, add(from))
	}
	g.new.Columns = append(g.new.Columns, c)
}

func growInts[T int32 | core.Date](g *grower, c columnRef, v []T) {
	if v != nil {
		g.column(c, true, func(from int) part { return addInts(g.w, v[from:]) })
	}
}

func growScaled(g *grower, c columnRef, v []int64, sameScale bool) {
	if v != nil {
		g.column(c, sameScale, func(from int) part { return addInts(g.w, v[from:]) })
	}
}

// codes adds a column of codes with its dictionary. A dictionary that was not simply
// continued is written anew; the codes of stored rows hold in either case.
func (g *grower) codes(c columnRef, v []uint32, d *core.Dict) {
	if v == nil && d == nil {
		return
	}
	if d == nil {
		d = &core.Dict{}
	}
	if old := g.old.find(c.Kind, c.Name); old != nil && old.Dict.continues(d) {
		c.Dict = addDict(g.w, old.Dict, d)
		g.kept = append(g.kept, columnRef{Kind: c.Kind, Name: c.Name, Dict: old.Dict})
	} else {
		c.Dict = addDict(g.w, nil, d)
	}
	g.column(c, true, func(from int) part { return addInts(g.w, v[from:]) })
}

// dropRest frees the stored blobs that no new column continues.
func (g *grower) dropRest() {
	if g.w.man.Data == nil {
		return
	}
	kept := make(map[span]bool) // an empty span has the first id of the next one: compare both fields
	for _, c := range g.kept {
		c.spans(func(s span) { kept[s] = true })
	}
	for _, c := range g.w.man.Data.Columns {
		c.spans(func(s span) {
			if !kept[s] {
				g.w.drop(s)
			}
		})
	}
	g.w.man.Data.Summary.spans(g.w.drop)
	g.w.man.Data.Linked.spans(g.w.drop)
}

// Transactions loads the project's transactions; nil when there are none. The result
// is the caller's and immutable by convention.
func (f *File) Transactions(ctx context.Context) (*core.Transactions, error) {
	return f.transactions(ctx, false)
}

// Lines loads what features are made of: the transactions without order numbers
// (codes are there), labels and quantities. It is nil when there are none.
func (f *File) Lines(ctx context.Context) (*core.Transactions, error) {
	return f.transactions(ctx, true)
}

func (f *File) transactions(ctx context.Context, lean bool) (*core.Transactions, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	const op = "read transactions"
	if err := f.usable(op); err != nil {
		return nil, err
	}
	var tx *core.Transactions
	err := f.read(func(src values) (err error) {
		tx, err = loadTransactions(ctx, f.loader(op, src), f.man.Data, lean)
		return err
	})
	if err != nil {
		return nil, fail(op, f.path, err)
	}
	return tx, nil
}

func loadTransactions(ctx context.Context, l *loader, d *dataset, lean bool) (*core.Transactions, error) {
	if d == nil {
		return nil, nil //nolint:nilnil // no transactions is a state of its own
	}
	if d.Rows < 0 || d.Rows > maxRows || min(d.Scale, d.QuantityScale) < 0 || max(d.Scale, d.QuantityScale) > 15 {
		return nil, fmt.Errorf("%w: transactions", errDamaged)
	}
	tx := &core.Transactions{Scale: d.Scale, QuantityScale: d.QuantityScale}
	if len(d.Columns) > maxLabels+9 {
		return nil, fmt.Errorf("%w: %d columns", errDamaged, len(d.Columns))
	}
	if err := l.room(workTransactions * d.weight(lean)); err != nil {
		return nil, err
	}
	columns := d.Columns
	if lean {
		columns = slices.DeleteFunc(slices.Clone(columns), func(c columnRef) bool { return c.Kind == colLabel || c.Kind == colQuantity })
	}
	if err := l.makeRoom(columns); err != nil {
		return nil, err
	}
	var ends []func() error
	for _, c := range columns {
		end, err := loadColumn(l, tx, d.Rows, c, lean)
		if err != nil {
			return nil, err
		}
		ends = append(ends, end)
	}
	end, err := loadLinked(l, tx, d, lean)
	if err != nil {
		return nil, err
	}
	return tx, l.finish(ctx, append(ends, end))
}

// loadColumn queues the reads of one column into tx; lean leaves out the order numbers.
func loadColumn(l *loader, tx *core.Transactions, rows int, c columnRef, lean bool) (end func() error, err error) {
	if c.Rows != rows || rowsOf(c.Parts) != rows {
		return nil, fmt.Errorf("%w: column %s has %d rows of %d", errDamaged, c.Kind, rowsOf(c.Parts), rows)
	}
	end = func() error { return nil }
	switch c.Kind {
	case colCustomer:
		tx.Customer = large.Take[uint32](l.shelf, rows)
		tx.Customers, end, err = loadCoded(l, c, tx.Customer, false)
	case colOrder:
		tx.Order = large.Take[uint32](l.shelf, rows)
		if lean && c.Dict != nil {
			return end, loadCodes(l, c.Parts, tx.Order, c.Dict.Len, true)
		}
		tx.Orders, end, err = loadCoded(l, c, tx.Order, true)
	case colLabel:
		label := core.Labels{Role: c.Name, Codes: large.Take[uint32](l.shelf, rows)}
		label.Dict, end, err = loadCoded(l, c, label.Codes, true)
		tx.Labels = append(tx.Labels, label)
	case colDay:
		tx.Day = large.Take[core.Date](l.shelf, rows)
		err = loadInts(l, c.Parts, tx.Day)
	case colClock:
		tx.Clock = large.Take[int32](l.shelf, rows)
		err = loadInts(l, c.Parts, tx.Clock)
	case colAmount:
		tx.Amount = large.Take[int64](l.shelf, rows)
		err = loadInts(l, c.Parts, tx.Amount)
	case colQuantity:
		tx.Quantity = large.Take[int64](l.shelf, rows)
		err = loadInts(l, c.Parts, tx.Quantity)
	case colRefund:
		tx.Refund = make([]bool, rows)
		err = loadBools(l, c.Parts, tx.Refund)
	case colVoid:
		tx.Void = make([]bool, rows)
		err = loadBools(l, c.Parts, tx.Void)
	default: // a column of a later program of the same schema: not ours to use
	}
	return end, err
}

// loadCoded queues the reads of codes and their dictionary.
func loadCoded(l *loader, c columnRef, dst []uint32, empty bool) (*core.Dict, func() error, error) {
	if c.Dict == nil {
		return nil, nil, fmt.Errorf("%w: column %s has no dictionary", errDamaged, c.Kind)
	}
	if err := loadCodes(l, c.Parts, dst, c.Dict.Len, empty); err != nil {
		return nil, nil, err
	}
	return loadDict(l, c.Dict)
}
