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
	if a == nil || len(codes) == 0 {
		return s
	}
	if s == nil {
		s = &Set{Table: &table.Table{}, AsOf: core.NoDate}
	}
	if len(s.Customers) == 0 && len(s.Excluded) == 0 && rising(codes) {
		return described(s, a, codes)
	}
	out := &Set{AsOf: s.AsOf, Customers: union(s.Customers, codes), Early: s.Early}
	rowOf := make([]int32, len(out.Customers)) // row in s, -1 = none
	attrOf := make([]int32, len(out.Customers))
	where := positions(codes)
	j := 0
	for i, c := range out.Customers {
		rowOf[i], attrOf[i] = -1, -1
		if j < len(s.Customers) && s.Customers[j] == c {
			rowOf[i] = int32(j)
			j++
		}
		if int(c) < len(where) {
			attrOf[i] = where[c] - 1
		}
	}
	out.Table = &table.Table{Rows: len(out.Customers)}
	for i := range s.Table.Columns {
		out.Table.Columns = append(out.Table.Columns, spread(s.Table.Columns[i], rowOf))
	}
	for i := range a.Columns {
		c := out.free(attribute(&a.Columns[i], len(codes)))
		out.Table.Columns = append(out.Table.Columns, spread(c, attrOf))
	}
	for _, e := range s.Excluded {
		left := slices.DeleteFunc(slices.Clone(e.Customers), func(c uint32) bool { return int(c) < len(where) && where[c] > 0 })
		out.exclude(e.Reason, left)
	}
	return out
}

// positions returns the row of each code and one, by code; 0 = none.
func positions(codes []uint32) []int32 {
	if len(codes) == 0 {
		return nil
	}
	where := make([]int32, slices.Max(codes)+1)
	for i, c := range codes {
		where[c] = int32(i) + 1
	}
	return where
}

// described is the set of customers of whom only attributes are known: its columns are
// those of the attributes, not copies.
func described(s *Set, a *core.Attributes, codes []uint32) *Set {
	out := &Set{AsOf: s.AsOf, Customers: codes, Table: &table.Table{Rows: len(codes)}}
	for i := range s.Table.Columns { // nobody has a value
		out.Table.Columns = append(out.Table.Columns, spread(s.Table.Columns[i], slices.Repeat([]int32{-1}, len(codes))))
	}
	for i := range a.Columns {
		out.Table.Columns = append(out.Table.Columns, out.free(attribute(&a.Columns[i], len(codes))))
	}
	return out
}

// free gives a column a name that the set does not have yet.
func (s *Set) free(c table.Column) table.Column {
	for s.Table.Column(c.Name) != nil {
		c.Name += " (attribute)"
	}
	return c
}

// rising reports whether every code is greater than the one before.
func rising(codes []uint32) bool {
	for i := 1; i < len(codes); i++ {
		if codes[i] <= codes[i-1] {
			return false
		}
	}
	return true
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
	c := labelled(table.Column{Name: a.Name, Kind: table.Category, Codes: a.Codes, Dict: a.Dict})
	if len(c.Dict) == 0 {
		c.Dict = []string{""}
	}
	if !slices.Contains(c.Codes, core.NoCode) {
		return c
	}
	c.Codes = slices.Clone(c.Codes)
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

// labelled is a category whose values are fit to be shown; those that look the same are one,
// and what cannot be seen at all is missing (core.NoCode).
func labelled(c table.Column) table.Column {
	if !slices.ContainsFunc(c.Dict, func(s string) bool { return core.Label(s) != s }) {
		return c
	}
	code, at := make([]uint32, len(c.Dict)), map[string]uint32{}
	var dict []string
	for i, s := range c.Dict {
		label := core.Label(s)
		k, known := at[label]
		switch {
		case label == "" && s != "":
			k = core.NoCode
		case !known:
			k = uint32(len(dict))
			at[label] = k
			dict = append(dict, label)
		}
		code[i] = k
	}
	c.Dict, c.Codes = dict, slices.Clone(c.Codes)
	for i, k := range c.Codes {
		if k != core.NoCode {
			c.Codes[i] = code[k]
		}
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
