package feature

import (
	"slices"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// Join adds the attributes of customers to a set: row i of a belongs to the
// customer with code codes[i]. Customers who have attributes and no orders get a
// row in which the features of transactions are missing; an attribute whose name
// is a feature's gets " (attribute)" behind its own. s may be nil.
func Join(s *Set, a *core.Attributes, codes []uint32) *Set {
	if a == nil || len(a.Columns) == 0 {
		return s
	}
	if s == nil {
		s = &Set{Table: &table.Table{}, AsOf: core.NoDate}
	}
	out := &Set{AsOf: s.AsOf, Customers: union(s.Customers, codes)}
	rowOf := make([]int32, len(out.Customers)) // row in s, -1 = none
	attrOf := make([]int32, len(out.Customers))
	top := uint32(0)
	for _, c := range codes {
		top = max(top, c)
	}
	where := make([]int32, top+1) // attribute row + 1
	for i, c := range codes {
		where[c] = int32(i) + 1
	}
	j := 0
	for i, c := range out.Customers {
		rowOf[i], attrOf[i] = -1, -1
		if j < len(s.Customers) && s.Customers[j] == c {
			rowOf[i] = int32(j)
			j++
		}
		if c <= top {
			attrOf[i] = where[c] - 1
		}
	}
	out.Table = &table.Table{Rows: len(out.Customers)}
	for i := range s.Table.Columns {
		out.Table.Columns = append(out.Table.Columns, spread(s.Table.Columns[i], rowOf))
	}
	for i := range a.Columns {
		c := attribute(&a.Columns[i], len(codes))
		for out.Table.Column(c.Name) != nil {
			c.Name += " (attribute)"
		}
		out.Table.Columns = append(out.Table.Columns, spread(c, attrOf))
	}
	for _, e := range s.Excluded {
		left := slices.DeleteFunc(slices.Clone(e.Customers), func(c uint32) bool { return c <= top && where[c] > 0 })
		out.exclude(e.Reason, left)
	}
	return out
}

func union(a, b []uint32) []uint32 {
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

// attribute turns an attribute into a column of n rows.
func attribute(a *core.AttributeColumn, n int) table.Column {
	if a.Floats != nil {
		c := table.Column{Name: a.Name, Kind: table.Float64, Floats: a.Floats}
		if a.Valid != nil {
			c.Valid = table.NewBits(n)
			for i, ok := range a.Valid {
				if ok {
					c.Valid.Set(i)
				}
			}
		}
		return c
	}
	c := table.Column{Name: a.Name, Kind: table.Category, Codes: slices.Clone(a.Codes), Dict: a.Dict}
	if len(c.Dict) == 0 {
		c.Dict = []string{""}
	}
	for i, code := range c.Codes {
		if code != core.NoCode {
			continue
		}
		if c.Valid == nil {
			c.Valid = table.NewBits(n)
			c.Valid.Fill(n)
		}
		c.Valid.Clear(i)
		c.Codes[i] = 0
	}
	return c
}

// spread places row from[i] of c at i; -1 gives a missing value.
func spread(c table.Column, from []int32) table.Column {
	if len(from) == c.Len() && !slices.Contains(from, -1) && slices.IsSorted(from) {
		return c
	}
	out := table.Column{Name: c.Name, Kind: c.Kind, Unit: c.Unit, Dict: c.Dict, Valid: table.NewBits(len(from))}
	switch c.Kind {
	case table.Float64:
		out.Floats = make([]float64, len(from))
	case table.Category:
		out.Codes = make([]uint32, len(from))
	case table.String:
		out.Strings = make([]string, len(from))
	default:
		out.Ints = make([]int64, len(from))
	}
	for i, r := range from {
		if r < 0 || c.Missing(int(r)) {
			continue
		}
		out.Valid.Set(i)
		switch c.Kind {
		case table.Float64:
			out.Floats[i] = c.Floats[r]
		case table.Category:
			out.Codes[i] = c.Codes[r]
		case table.String:
			out.Strings[i] = c.Strings[r]
		default:
			out.Ints[i] = c.Ints[r]
		}
	}
	if out.Valid.Count(len(from)) == len(from) {
		out.Valid = nil
	}
	return out
}

// Spread places the values of a column, one for each of some customers given by their
// codes, at the rows of the set; customers without one have a missing value.
func (s *Set) Spread(c table.Column, customers []uint32) table.Column {
	rows := make([]int32, len(s.Customers))
	if !slices.IsSorted(customers) {
		at := make(map[uint32]int32, len(customers))
		for i, code := range customers {
			at[code] = int32(i) + 1
		}
		for i, code := range s.Customers {
			rows[i] = at[code] - 1
		}
		return spread(c, rows)
	}
	j := 0
	for i, code := range s.Customers {
		for j < len(customers) && customers[j] < code {
			j++
		}
		rows[i] = -1
		if j < len(customers) && customers[j] == code {
			rows[i] = int32(j)
		}
	}
	return spread(c, rows)
}

// Columns returns the named columns of the set that skip does not have, with row
// rows[i] at i; −1 gives a missing value.
func (s *Set) Columns(names []string, skip map[string]bool, rows []int32) []table.Column {
	var out []table.Column
	for _, name := range names {
		if c := s.Table.Column(name); c != nil && !skip[name] {
			out = append(out, spread(*c, rows))
		}
	}
	return out
}
