package workspace

import (
	"context"
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/clean"
)

// Touched are the rows and customers that a step changes or takes out.
type Touched struct {
	Rows  []clean.Example // at most as many as were asked for, in the order of the data
	Total int
}

// Touched lists what a step changes: one of the project's, in its place among the others, or one
// that it might get (ID 0), behind the active ones. Rows of purchases that go have no After;
// customers of a table have the value before and after. Records are not looked into.
func (p *Project) Touched(ctx context.Context, s clean.Step, most int) (Touched, error) {
	list, err := p.Steps(ctx)
	if err != nil {
		return Touched{}, err
	}
	before := list.Steps
	if at := slices.IndexFunc(before, func(x clean.Step) bool { return s.ID > 0 && x.ID == s.ID }); at >= 0 {
		before = before[:at]
	}
	base, err := p.Base(ctx)
	if err != nil {
		return Touched{}, err
	}
	in, _, err := clean.Apply(ctx, base, before)
	if err != nil {
		return Touched{}, err
	}
	s.Off = false
	out, _, err := clean.Apply(ctx, in, []clean.Step{s})
	if err != nil {
		return Touched{}, err
	}
	t := touching{most: most}
	if s.Kind == clean.Merge {
		t.merged(s.Args.Groups)
	} else if err := t.rows(ctx, in.Transactions, out.Transactions, s.Args.Column); err != nil {
		return Touched{}, err
	}
	if s.Kind != clean.Merge && t.Total == 0 {
		t.attributes(in.Attributes, out.Attributes, s.Args.Column)
	}
	hide, err := p.hide(ctx)
	if err != nil {
		return Touched{}, err
	}
	hide(t.Rows, mergesCustomers(s))
	return t.Touched, ctx.Err()
}

type touching struct {
	Touched
	most int
}

func (t *touching) add(make func() clean.Example) {
	if t.Total++; len(t.Rows) < t.most {
		t.Rows = append(t.Rows, make())
	}
}

// merged lists the codes that become others.
func (t *touching) merged(groups []clean.Group) {
	for _, g := range groups {
		for _, from := range g.From {
			t.add(func() clean.Example {
				return clean.Example{Customer: g.To, Day: core.NoDate, Before: from, After: g.To}
			})
		}
	}
}

// rows compares purchases. A step that takes rows out leaves the others in their order, so that
// both are walked together; of rows that are equal it does not matter which one went.
func (t *touching) rows(ctx context.Context, in, out *core.Transactions, column string) error {
	if in.Rows() == 0 || in == out {
		return nil
	}
	if in.Rows() == out.Rows() {
		return t.changed(ctx, in, out, column)
	}
	same, j := sameRow(in, out), 0
	for i := range in.Rows() {
		if i%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if j < out.Rows() && same(i, j) {
			j++
			continue
		}
		t.add(func() clean.Example { return clean.RowExample(in, i) })
	}
	return nil
}

// changed compares purchases of which none went: their amounts, and a column.
func (t *touching) changed(ctx context.Context, in, out *core.Transactions, column string) error {
	before, after := labelsOf(in, column), labelsOf(out, column)
	note := func(i int, a, b string) {
		t.add(func() clean.Example {
			e := clean.RowExample(in, i)
			e.Before, e.After = a, b
			return e
		})
	}
	for i := range in.Rows() {
		if i%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if in.Amount[i] != out.Amount[i] || in.Scale != out.Scale {
			if a, b := core.Money(in.Amount[i], in.Scale), core.Money(out.Amount[i], out.Scale); a != b {
				note(i, plain(a), plain(b))
				continue
			}
		}
		if before != nil && after != nil {
			if a, b := labelAt(before, i), labelAt(after, i); a != b {
				note(i, a, b)
			}
		}
	}
	return nil
}

func labelsOf(tx *core.Transactions, role string) *core.Labels {
	if tx == nil || role == "" {
		return nil
	}
	for i := range tx.Labels {
		if tx.Labels[i].Role == role {
			return &tx.Labels[i]
		}
	}
	return nil
}

func labelAt(l *core.Labels, i int) string {
	if l.Codes[i] == core.NoCode {
		return ""
	}
	return l.Dict.At(int(l.Codes[i]))
}

// sameRow compares row i of one table with row j of another that was made from it.
func sameRow(in, out *core.Transactions) func(i, j int) bool {
	customer := func(i, j int) bool { return in.Customer[i] == out.Customer[j] }
	if in.Customers != out.Customers {
		customer = func(i, j int) bool {
			return in.Customers.At(int(in.Customer[i])) == out.Customers.At(int(out.Customer[j]))
		}
	}
	order := func(i, j int) bool { return true }
	switch {
	case in.Order == nil || out.Order == nil:
	case in.Orders == out.Orders:
		order = func(i, j int) bool { return in.Order[i] == out.Order[j] }
	default:
		order = func(i, j int) bool {
			a, b := in.Order[i], out.Order[j]
			return (a == core.NoCode) == (b == core.NoCode) && (a == core.NoCode || in.Orders.At(int(a)) == out.Orders.At(int(b)))
		}
	}
	return func(i, j int) bool {
		return in.Day[i] == out.Day[j] && in.Amount[i] == out.Amount[j] && customer(i, j) && order(i, j)
	}
}

// attributes compares the column of customers that a step is about, or the customers themselves.
func (t *touching) attributes(in, out *core.Attributes, column string) {
	if in == nil || out == nil {
		return
	}
	if column == "" {
		t.gone(in, out)
		return
	}
	a, b := attributeOf(in, column), attributeOf(out, column)
	if a == nil || b == nil || in.Customers.Len() != out.Customers.Len() {
		return
	}
	for i := range in.Customers.Len() {
		if x, y := cellOf(a, i), cellOf(b, i); x != y {
			t.add(func() clean.Example {
				return clean.Example{Customer: in.Customers.At(i), Day: core.NoDate, Before: x, After: y}
			})
		}
	}
}

// gone lists the customers who are left out.
func (t *touching) gone(in, out *core.Attributes) {
	if in.Customers.Len() == out.Customers.Len() {
		return
	}
	j := 0
	for i := range in.Customers.Len() {
		key := in.Customers.At(i)
		if j < out.Customers.Len() && out.Customers.At(j) == key {
			j++
			continue
		}
		t.add(func() clean.Example { return clean.Example{Customer: key, Day: core.NoDate} })
	}
}

func attributeOf(a *core.Attributes, name string) *core.AttributeColumn {
	for i := range a.Columns {
		if a.Columns[i].Name == name {
			return &a.Columns[i]
		}
	}
	return nil
}

// cellOf writes a cell, "" where it is missing.
func cellOf(c *core.AttributeColumn, i int) string {
	switch {
	case c.Floats == nil && c.Codes[i] == core.NoCode, c.Floats != nil && (c.Valid != nil && !c.Valid[i] || math.IsNaN(c.Floats[i])):
		return ""
	case c.Floats == nil:
		return c.Dict[c.Codes[i]]
	}
	return plain(c.Floats[i])
}

func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
