package clean

import (
	"bytes"
	"maps"
	"slices"

	"qunxiang/core"
	"qunxiang/core/guard"
)

// dropRows keeps the rows of the transactions that drop does not name; it is told the
// number of rows to go.
func (w *work) dropRows(drop bitset) error {
	n := drop.count()
	if n == 0 {
		return nil
	}
	t := w.Transactions
	keep := make([]int32, 0, t.Rows()-n)
	gone := NewExamples(t)
	err := w.each(t.Rows(), func(i int) {
		if drop.has(uint32(i)) {
			gone.Offer(i)
		} else {
			keep = append(keep, int32(i))
		}
	})
	if err != nil {
		return err
	}
	w.eff.Examples = append(w.eff.Examples, gone.List()...)
	w.eff.Rows += n
	w.eff.Dropped += n
	w.Transactions, w.Files, w.file = pickRows(t, keep), nil, pick(w.file, keep)
	return nil
}

// pickRows returns the rows with their dictionaries.
func pickRows(t *core.Transactions, keep []int32) *core.Transactions {
	out := *t
	out.Customer, out.Day, out.Amount = pick(t.Customer, keep), pick(t.Day, keep), pick(t.Amount, keep)
	out.Clock, out.Order, out.Quantity, out.Refund = pick(t.Clock, keep), pick(t.Order, keep), pick(t.Quantity, keep), pick(t.Refund, keep)
	out.Labels = slices.Clone(t.Labels)
	for i := range out.Labels {
		out.Labels[i].Codes = pick(out.Labels[i].Codes, keep)
	}
	out.Summary = nil
	return &out
}

// pick returns the elements at the positions, nil for nil.
func pick[T any](v []T, at []int32) []T {
	if v == nil {
		return nil
	}
	out := make([]T, len(at))
	for i, r := range at {
		out[i] = v[r]
	}
	return out
}

// dropOrders drops the rows of some order numbers.
func (w *work) dropOrders(s Step) error {
	t := w.Transactions
	if t.Rows() == 0 || t.Order == nil {
		w.eff.Remark = core.Message{Key: "clean.remark.no_orders"}
		return nil
	}
	gone := newBits(t.Orders.Len())
	for _, c := range codesOfNames(t.Orders, s.Args.Orders) {
		gone.set(c)
	}
	drop := newBits(t.Rows())
	if err := w.each(t.Rows(), func(i int) {
		if o := t.Order[i]; o != core.NoCode && gone.has(o) {
			drop.set(uint32(i))
		}
	}); err != nil {
		return err
	}
	w.concerned(drop)
	return w.dropRows(drop)
}

// concerned counts the customers of some rows.
func (w *work) concerned(rows bitset) {
	seen := newBits(w.Transactions.Customers.Len())
	for i, c := range w.Transactions.Customer {
		if rows.has(uint32(i)) {
			seen.set(c)
		}
	}
	w.eff.Customers = seen.count()
}

// dropCustomers drops customers from all tables.
func (w *work) dropCustomers(s Step) error {
	named := make(map[string]bool, len(s.Args.Customers))
	for _, k := range s.Args.Customers {
		named[k] = true
	}
	is := func(key []byte) bool { return named[string(key)] }
	if s.Kind == DropTests {
		is = guard.TestKey
	}
	who := map[string]bool{}
	if t := w.Transactions; t.Rows() > 0 {
		gone := chosen(t.Customers, is, nil)
		drop, had := newBits(t.Rows()), newBits(t.Customers.Len())
		if err := w.each(t.Rows(), func(i int) {
			if c := t.Customer[i]; gone.has(c) {
				drop.set(uint32(i))
				had.set(c)
			}
		}); err != nil {
			return err
		}
		chosen(t.Customers, func(key []byte) bool { return is(key) }, func(c uint32, key []byte) {
			if had.has(c) {
				who[string(key)] = true
			}
		})
		if err := w.dropRows(drop); err != nil {
			return err
		}
	}
	note := func(_ uint32, key []byte) { who[string(key)] = true }
	if a := w.Attributes; a != nil {
		if gone := chosen(a.Customers, is, note); gone.count() > 0 {
			w.Attributes = pickAttributes(a, others(gone, a.Customers.Len()))
			w.eff.Rows += gone.count()
			w.eff.Dropped += gone.count()
		}
	}
	for i, r := range w.Records {
		if gone := chosen(r.Customers, is, note); gone.count() > 0 {
			keep := rowsWhere(r.Rows(), func(k int) bool { return !gone.has(r.Customer[k]) })
			w.eff.Rows += r.Rows() - len(keep)
			w.eff.Dropped += r.Rows() - len(keep)
			w.Records[i] = pickRecords(r, keep)
		}
	}
	w.eff.Customers = len(who)
	if len(w.eff.Examples) == 0 {
		for _, k := range slices.Sorted(maps.Keys(who))[:min(len(who), maxExamples)] {
			w.eff.Examples = append(w.eff.Examples, Example{Customer: k, Day: core.NoDate})
		}
	}
	return w.ctx.Err()
}

// chosen returns the entries of a dictionary that is says yes to, and tells note of them.
func chosen(d *core.Dict, is func([]byte) bool, note func(uint32, []byte)) bitset {
	out := newBits(d.Len())
	var b []byte
	for i := range d.Len() {
		key := d.View(b, i)
		if d.Numbers != nil {
			b = key
		}
		if is(key) {
			out.set(uint32(i))
			if note != nil {
				note(uint32(i), key)
			}
		}
	}
	return out
}

func others(gone bitset, n int) []int32 {
	return rowsWhere(n, func(i int) bool { return !gone.has(uint32(i)) })
}

func rowsWhere(n int, f func(int) bool) []int32 {
	out := make([]int32, 0, n)
	for i := range n {
		if f(i) {
			out = append(out, int32(i))
		}
	}
	return out
}

// pickAttributes returns the rows of attributes.
func pickAttributes(a *core.Attributes, keep []int32) *core.Attributes {
	out := &core.Attributes{Customers: pickEntries(a.Customers, keep), Columns: slices.Clone(a.Columns)}
	for i := range out.Columns {
		out.Columns[i] = pickCells(out.Columns[i], keep)
	}
	return out
}

func pickCells(c core.AttributeColumn, keep []int32) core.AttributeColumn {
	c.Floats, c.Codes, c.Valid = pick(c.Floats, keep), pick(c.Codes, keep), pick(c.Valid, keep)
	return c
}

// pickEntries returns the entries of a dictionary at the positions.
func pickEntries(d *core.Dict, keep []int32) *core.Dict {
	if d.Numbers != nil {
		return &core.Dict{Prefix: d.Prefix, Width: d.Width, Numbers: pick(d.Numbers, keep)}
	}
	out := &core.Dict{Ends: make([]uint32, 0, len(keep))}
	for _, i := range keep {
		out.Heap = d.AppendTo(out.Heap, int(i))
		out.Ends = append(out.Ends, uint32(len(out.Heap)))
	}
	return out
}

// pickRecords returns the rows of records; customers without rows stay in the dictionary.
func pickRecords(r *core.Records, keep []int32) *core.Records {
	out := *r
	out.Customer, out.Day, out.Columns = pick(r.Customer, keep), pick(r.Day, keep), slices.Clone(r.Columns)
	for i := range out.Columns {
		out.Columns[i] = pickCells(out.Columns[i], keep)
	}
	return &out
}

// keepDates drops what lies outside a period.
func (w *work) keepDates(s Step) error {
	from, to := s.days()
	if s.Args.Table != "" && s.Args.Table != TableTransactions {
		at := w.records(s.Args.Table)
		if at < 0 || w.Records[at].Day == nil {
			w.eff.Remark = core.Message{Key: "clean.remark.no_table", Args: core.Args{"table": s.Args.Table}}
			return nil
		}
		r := w.Records[at]
		keep := rowsWhere(r.Rows(), func(i int) bool { return r.Day[i] == core.NoDate || r.Day[i] >= from && r.Day[i] <= to })
		if w.eff.Rows = r.Rows() - len(keep); w.eff.Rows > 0 {
			w.Records[at] = pickRecords(r, keep)
			w.eff.Dropped = w.eff.Rows
		}
		return nil
	}
	t := w.Transactions
	drop := newBits(t.Rows())
	if err := w.each(t.Rows(), func(i int) {
		if d := t.Day[i]; d < from || d > to {
			drop.set(uint32(i))
		}
	}); err != nil || drop.count() == 0 {
		return err
	}
	w.concerned(drop)
	return w.dropRows(drop)
}

// codesOfNames looks some names up in a dictionary; names that it lacks are not in the result.
func codesOfNames(d *core.Dict, names []string) map[string]uint32 {
	want := make(map[string]bool, len(names))
	for _, n := range names {
		want[n] = true
	}
	out := make(map[string]uint32, len(names))
	chosen(d, func(key []byte) bool { return want[string(key)] }, func(c uint32, key []byte) { out[string(key)] = c })
	return out
}

// codesIn looks every entry of from up in dict, NoCode where it is not there. Most follow
// each other in both.
func codesIn(from, dict *core.Dict) []uint32 {
	out := make([]uint32, from.Len())
	if from.Equal(dict) {
		for i := range out {
			out[i] = uint32(i)
		}
		return out
	}
	var index map[string]uint32
	var b, next []byte
	at := 0
	for i := range out {
		b = from.AppendTo(b[:0], i)
		if at < dict.Len() {
			if next = dict.AppendTo(next[:0], at); bytes.Equal(b, next) {
				out[i] = uint32(at)
				at++
				continue
			}
		}
		if index == nil {
			index = make(map[string]uint32, dict.Len())
			for k := range dict.Len() {
				next = dict.AppendTo(next[:0], k)
				index[string(next)] = uint32(k)
			}
		}
		c, ok := index[string(b)]
		if out[i] = c; !ok {
			out[i] = core.NoCode
			continue
		}
		at = int(c) + 1
	}
	return out
}
