package feature

import (
	"cmp"
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// lineLabels are the labels of a line that a long table has.
var lineLabels = [...]string{"product", "category", "channel"}

// Lines returns the lines of the orders of [Orders], in the order of the orders, with
// what is known about each. A line's day is its order's. Refunds that the import could
// not link to a line are left out, so that the amounts may add up to more than Monetary.
func Lines(ctx context.Context, tx *core.Transactions, o Options, customers []uint32) (*table.Table, error) {
	b := newOrderBook(tx, o, customers)
	if err := b.group(ctx); err != nil {
		return nil, err
	}
	labels := make([]*labelColumn, 0, len(lineLabels))
	for _, role := range lineLabels {
		if c := newLabelColumn(tx, role, b.rows); c != nil {
			labels = append(labels, c)
		}
	}
	n := len(b.rows)
	out, orders, rows := newLong(n), make([]int64, 0, n), make([]uint32, 0, n)
	number := int64(0)
	for i := range customers {
		if i%stride == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, q := range b.ordersOf(i) {
			sortLines(tx, labels, q.rows)
			for _, r := range q.rows {
				out.add(i, q.day, core.Money(tx.Amount[r], tx.Scale))
				orders, rows = append(orders, number), append(rows, r)
			}
			number++
		}
	}
	t := out.table()
	t.Columns = append(t.Columns, table.Column{Name: colOrder, Kind: table.Int64, Ints: orders})
	if tx.Quantity != nil {
		q := make([]float64, n)
		for i, r := range rows {
			q[i] = core.Money(tx.Quantity[r], tx.QuantityScale)
		}
		t.Columns = append(t.Columns, table.Column{Name: colQuantity, Kind: table.Float64, Floats: q})
	}
	for _, l := range labels {
		t.Columns = append(t.Columns, l.column(rows))
	}
	return t, nil
}

// sortLines puts the lines of an order in a sequence that is not the file's.
func sortLines(tx *core.Transactions, labels []*labelColumn, rows []uint32) {
	if len(rows) < 2 {
		return
	}
	slices.SortStableFunc(rows, func(p, q uint32) int {
		for _, l := range labels {
			if c := cmp.Compare(l.code[p], l.code[q]); c != 0 {
				return c
			}
		}
		return cmp.Compare(tx.Amount[p], tx.Amount[q])
	})
}

// labelColumn is a label of the rows with a dictionary of its own: what the rows use,
// sorted, in a form that can be shown.
type labelColumn struct {
	name string
	dict []string
	code []uint32 // by row of the transactions; NoCode = none
}

// newLabelColumn returns nil where the project has no such label.
func newLabelColumn(tx *core.Transactions, role string, rows []uint32) *labelColumn {
	at := slices.IndexFunc(tx.Labels, func(l core.Labels) bool { return l.Role == role })
	if at < 0 {
		return nil
	}
	l := tx.Labels[at]
	texts := make([]string, l.Dict.Len())
	used := make([]bool, len(texts))
	for _, r := range rows {
		if c := l.Codes[r]; c != core.NoCode && !used[c] {
			used[c], texts[c] = true, core.Label(l.Dict.At(int(c)))
		}
	}
	out := &labelColumn{name: role, code: make([]uint32, len(l.Codes))}
	for c, t := range texts {
		if used[c] && t != "" {
			out.dict = append(out.dict, t)
		}
	}
	slices.Sort(out.dict)
	out.dict = slices.Compact(out.dict)
	code := make([]uint32, len(texts))
	for c, t := range texts {
		code[c] = core.NoCode
		if i, ok := slices.BinarySearch(out.dict, t); ok && used[c] {
			code[c] = uint32(i)
		}
	}
	for i := range out.code {
		out.code[i] = core.NoCode
	}
	for _, r := range rows {
		if c := l.Codes[r]; c != core.NoCode {
			out.code[r] = code[c]
		}
	}
	return out
}

// column returns the values of the rows.
func (l *labelColumn) column(rows []uint32) table.Column {
	c := table.Column{Name: l.name, Kind: table.Category, Dict: l.dict, Codes: make([]uint32, len(rows))}
	if len(c.Dict) == 0 {
		c.Dict = []string{""}
	}
	for i, r := range rows {
		if l.code[r] != core.NoCode {
			c.Codes[i] = l.code[r]
			continue
		}
		if c.Valid == nil {
			c.Valid = table.NewBits(len(rows))
			c.Valid.Fill(len(rows))
		}
		c.Valid.Clear(i)
	}
	return c
}
