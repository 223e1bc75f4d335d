package event

import (
	"context"
	"slices"

	"qunxiang/core"
)

// table is the events of a project in one piece, with the rows of a customer together.
type table struct {
	r        *core.Records
	asOf     core.Date
	order    []uint32 // rows that count, by customer
	starts   []uint32 // of each customer's part of order, and its end
	who      []uint32 // customer of each part
	event    *core.AttributeColumn
	channel  *core.AttributeColumn
	later    int // rows after the as-of date
	undated  int
	from, to core.Date
}

// AsOf is the as-of date of events alone: the last day and one, NoDate where no row has a day.
func AsOf(records []*core.Records) core.Date {
	last := core.NoDate
	for _, r := range records {
		if r.Kind == core.SourceEvents {
			for _, d := range r.Day {
				last = max(last, d)
			}
		}
	}
	if last == core.NoDate {
		return core.NoDate
	}
	return last + 1
}

// gather sorts the rows up to the date by customer.
func gather(ctx context.Context, r *core.Records, asOf core.Date) (*table, error) {
	t := &table{r: r, asOf: asOf, event: labels(r, core.ColumnEvent), channel: labels(r, core.ColumnChannel), from: core.NoDate, to: core.NoDate}
	counts := make([]uint32, r.Customers.Len()+1)
	for i, c := range r.Customer {
		if i%65536 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d := t.day(i)
		switch {
		case d == core.NoDate:
			t.undated++
		case d > asOf && asOf != core.NoDate:
			t.later++
			continue
		case t.from == core.NoDate:
			t.from, t.to = d, d
		default:
			t.from, t.to = min(t.from, d), max(t.to, d)
		}
		counts[c+1]++
	}
	for c := range r.Customers.Len() {
		if counts[c+1] > 0 {
			t.who, t.starts = append(t.who, uint32(c)), append(t.starts, counts[c])
		}
		counts[c+1] += counts[c]
	}
	t.starts = append(t.starts, counts[r.Customers.Len()])
	t.order = make([]uint32, counts[r.Customers.Len()])
	for i, c := range r.Customer {
		if i%65536 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if d := t.day(i); asOf != core.NoDate && d > asOf {
			continue
		}
		t.order[counts[c]] = uint32(i)
		counts[c]++
	}
	return t, ctx.Err()
}

// labels is a column of categories, nil where there is none.
func labels(r *core.Records, name string) *core.AttributeColumn {
	if c := r.Column(name); c != nil && c.Floats == nil && len(c.Codes) == r.Rows() {
		return c
	}
	return nil
}

func (t *table) day(i int) core.Date {
	if t.r.Day == nil {
		return core.NoDate
	}
	return t.r.Day[i]
}

// rows are those of the k-th customer.
func (t *table) rows(k int) []uint32 { return t.order[t.starts[k]:t.starts[k+1]] }

// code is the label of row i in a column, NoCode where there is none.
func code(c *core.AttributeColumn, i uint32) uint32 {
	if c == nil || int(c.Codes[i]) >= len(c.Dict) || c.Dict[c.Codes[i]] == "" {
		return core.NoCode
	}
	return c.Codes[i]
}

// ranked are the labels of a column by how many customers have one, most first; equal ones
// by rows, then by name.
type ranked struct {
	name      string
	code      uint32
	rows      int
	customers int
	first     core.Date
	last      core.Date
}

func (t *table) rank(ctx context.Context, c *core.AttributeColumn) ([]ranked, error) {
	if c == nil {
		return nil, nil
	}
	all := make([]ranked, len(c.Dict))
	seen := make([]int, len(c.Dict))
	for k := range t.who {
		if k%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, i := range t.rows(k) {
			at := code(c, i)
			if at == core.NoCode {
				continue
			}
			x := &all[at]
			if x.rows == 0 {
				*x = ranked{name: c.Dict[at], code: at, first: core.NoDate, last: core.NoDate}
			}
			x.rows++
			if seen[at] != k+1 {
				seen[at] = k + 1
				x.customers++
			}
			if d := t.day(int(i)); d != core.NoDate {
				x.last = max(x.last, d)
				if x.first == core.NoDate || d < x.first {
					x.first = d
				}
			}
		}
	}
	all = slices.DeleteFunc(all, func(x ranked) bool { return x.rows == 0 })
	slices.SortFunc(all, byCustomers)
	return all, nil
}
