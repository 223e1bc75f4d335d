package feature

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// Until returns the records of up to a day, both those without a date: what was not
// known yet on that day is left out. NoDate leaves nothing out.
func Until(r *core.Records, asOf core.Date) *core.Records {
	if asOf == core.NoDate || r.Day == nil || !slices.ContainsFunc(r.Day, func(d core.Date) bool { return d > asOf }) {
		return r
	}
	var keep []uint32
	for i, d := range r.Day {
		if d <= asOf { // NoDate is before every day
			keep = append(keep, uint32(i))
		}
	}
	out := *r
	out.Customer, out.Day = picked(r.Customer, keep), picked(r.Day, keep)
	out.Columns = nil
	for _, c := range r.Columns {
		c.Floats, c.Codes, c.Valid = picked(c.Floats, keep), picked(c.Codes, keep), picked(c.Valid, keep)
		out.Columns = append(out.Columns, c)
	}
	return &out
}

func picked[T any](v []T, rows []uint32) []T {
	if v == nil {
		return nil
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}

// Comments returns the comments of the given customers as the long table of package sdk:
// position of the customer in the list, text, day, sorted by customer, day and text.
// codes[i] is the customer code of entry i of r.Customers.
func Comments(ctx context.Context, r *core.Records, codes []uint32, o Options, customers []uint32) (*table.Table, error) {
	return longRecords(ctx, r, codes, o, customers, core.ColumnText)
}

// Events returns the events of the given customers as the long table of package sdk:
// position of the customer in the list, event, day, channel, sorted by these.
func Events(ctx context.Context, r *core.Records, codes []uint32, o Options, customers []uint32) (*table.Table, error) {
	return longRecords(ctx, r, codes, o, customers, core.ColumnEvent, core.ColumnChannel)
}

// recordRow is one row on its way into a long table.
type recordRow struct {
	at, row uint32
	day     core.Date
}

func longRecords(ctx context.Context, r *core.Records, codes []uint32, o Options, customers []uint32, names ...string) (*table.Table, error) {
	span := span{from: core.NoDate, to: 1<<31 - 1}
	if o.AsOf != core.NoDate {
		span = o.span(nil)
	}
	rows, err := rowsWithin(ctx, r, codes, span, customers)
	if err != nil {
		return nil, err
	}
	var labels []*recordLabel
	for _, name := range names {
		if c := r.Column(name); c != nil && c.Floats == nil {
			labels = append(labels, newRecordLabel(c, rows))
		}
	}
	slices.SortStableFunc(rows, func(p, q recordRow) int {
		if c := cmp.Or(cmp.Compare(p.at, q.at), cmp.Compare(p.day, q.day)); c != 0 {
			return c
		}
		for _, l := range labels {
			if c := cmp.Compare(l.code[p.row], l.code[q.row]); c != 0 {
				return c
			}
		}
		return 0
	})
	return recordTable(rows, labels, r.Day != nil), ctx.Err()
}

// rowsWithin are the rows of the customers, without a day or with one that counts.
func rowsWithin(ctx context.Context, r *core.Records, codes []uint32, days span, customers []uint32) ([]recordRow, error) {
	place := make(map[uint32]uint32, len(customers))
	for i, c := range customers {
		place[c] = uint32(i)
	}
	var rows []recordRow
	for i, c := range r.Customer {
		if i%stride == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		at, ok := place[codes[c]]
		q := recordRow{at, uint32(i), core.NoDate}
		if r.Day != nil {
			q.day = r.Day[i]
		}
		if ok && (q.day == core.NoDate || days.has(q.day)) {
			rows = append(rows, q)
		}
	}
	return rows, nil
}

// recordTable lays the rows out.
func recordTable(rows []recordRow, labels []*recordLabel, dated bool) *table.Table {
	t := &table.Table{Rows: len(rows)}
	who := table.Column{Name: colCustomer, Kind: table.Int64, Ints: make([]int64, len(rows))}
	day := table.Column{Name: colDay, Kind: table.Int64, Unit: "day", Ints: make([]int64, len(rows))}
	for i, q := range rows {
		who.Ints[i] = int64(q.at)
		if q.day != core.NoDate {
			day.Ints[i] = int64(q.day)
			continue
		}
		if day.Valid == nil {
			day.Valid = table.NewBits(len(rows))
			day.Valid.Fill(len(rows))
		}
		day.Valid.Clear(i)
	}
	t.Columns = append(t.Columns, who)
	for i, l := range labels {
		t.Columns = append(t.Columns, l.column(rows))
		if i == 0 && dated {
			t.Columns = append(t.Columns, day)
		}
	}
	return t
}

// recordLabel is a column of texts with a sorted dictionary of what the rows use.
type recordLabel struct {
	name string
	dict []string
	code []uint32 // by row of the records; NoCode = none
}

func newRecordLabel(c *core.AttributeColumn, rows []recordRow) *recordLabel {
	texts, used := make([]string, len(c.Dict)), make([]bool, len(c.Dict))
	for _, q := range rows {
		k := c.Codes[q.row]
		if k == core.NoCode || used[k] {
			continue
		}
		used[k] = true
		if texts[k] = strings.ToValidUTF8(c.Dict[k], ""); c.Name != core.ColumnText { // a comment is not shown but read
			texts[k] = core.Label(c.Dict[k])
		}
	}
	l := &recordLabel{name: c.Name, code: make([]uint32, len(c.Codes))}
	for k, t := range texts {
		if used[k] && t != "" {
			l.dict = append(l.dict, t)
		}
	}
	slices.Sort(l.dict)
	l.dict = slices.Compact(l.dict)
	place := make([]uint32, len(texts))
	for k, t := range texts {
		place[k] = core.NoCode
		if i, ok := slices.BinarySearch(l.dict, t); ok && used[k] {
			place[k] = uint32(i)
		}
	}
	for i, k := range c.Codes {
		l.code[i] = core.NoCode
		if k != core.NoCode {
			l.code[i] = place[k]
		}
	}
	return l
}

// column returns the values of the rows: texts of comments as they are, all else as
// categories.
func (l *recordLabel) column(rows []recordRow) table.Column {
	c := table.Column{Name: l.name, Kind: table.Category, Dict: l.dict}
	if l.name == core.ColumnText {
		c = table.Column{Name: l.name, Kind: table.String, Strings: make([]string, len(rows))}
	} else {
		c.Codes = make([]uint32, len(rows))
		if len(c.Dict) == 0 {
			c.Dict = []string{""}
		}
	}
	for i, q := range rows {
		k := l.code[q.row]
		switch {
		case k == core.NoCode:
			if c.Valid == nil {
				c.Valid = table.NewBits(len(rows))
				c.Valid.Fill(len(rows))
			}
			c.Valid.Clear(i)
		case c.Kind == table.String:
			c.Strings[i] = l.dict[k]
		default:
			c.Codes[i] = k
		}
	}
	return c
}
