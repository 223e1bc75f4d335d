package ingest

import (
	"slices"

	"qunxiang/core"
)

// MergeAttributes adds attributes of customers: what add says of a customer and an
// attribute replaces what old said; a missing value replaces nothing. Customers and
// attributes of old keep their place. old may be nil.
func MergeAttributes(old, add *core.Attributes) *core.Attributes {
	if old == nil {
		return add
	}
	dict, rows := extend(old.Customers, add.Customers)
	out := &core.Attributes{Customers: dict}
	for i := range old.Columns {
		out.Columns = append(out.Columns, overlay(&old.Columns[i], columnOf(add, old.Columns[i].Name), rows, dict.Len()))
	}
	for i := range add.Columns {
		if columnOf(old, add.Columns[i].Name) == nil {
			out.Columns = append(out.Columns, overlay(nil, &add.Columns[i], rows, dict.Len()))
		}
	}
	return out
}

func columnOf(a *core.Attributes, name string) *core.AttributeColumn {
	for i := range a.Columns {
		if a.Columns[i].Name == name {
			return &a.Columns[i]
		}
	}
	return nil
}

// overlay returns a column of n rows: old with the values of add over it at rows.
// Where one is numbers and the other categories, the new file decides and the old
// values are dropped. Either may be nil.
func overlay(old, add *core.AttributeColumn, rows []uint32, n int) core.AttributeColumn {
	if old != nil && add != nil && (old.Floats == nil) != (add.Floats == nil) {
		old = nil
	}
	model := add
	if model == nil {
		model = old
	}
	if model.Floats != nil {
		return overlayNumbers(model.Name, old, add, rows, n)
	}
	return overlayCategories(model.Name, old, add, rows, n)
}

func overlayNumbers(name string, old, add *core.AttributeColumn, rows []uint32, n int) core.AttributeColumn {
	out := core.AttributeColumn{Name: name, Floats: make([]float64, n), Valid: make([]bool, n)}
	put := func(c *core.AttributeColumn, at func(int) uint32) {
		if c == nil {
			return
		}
		for i, v := range c.Floats {
			if c.Valid == nil || c.Valid[i] {
				out.Floats[at(i)], out.Valid[at(i)] = v, true
			}
		}
	}
	put(old, func(i int) uint32 { return uint32(i) })
	put(add, func(i int) uint32 { return rows[i] })
	if !slices.Contains(out.Valid, false) {
		out.Valid = nil
	}
	return out
}

func overlayCategories(name string, old, add *core.AttributeColumn, rows []uint32, n int) core.AttributeColumn {
	out := core.AttributeColumn{Name: name, Codes: slices.Repeat([]uint32{core.NoCode}, n)}
	code := map[string]uint32{}
	put := func(c *core.AttributeColumn, at func(int) uint32) {
		if c == nil {
			return
		}
		for i, v := range c.Codes {
			if v == core.NoCode {
				continue
			}
			text := c.Dict[v]
			k, ok := code[text]
			if !ok {
				k = uint32(len(out.Dict))
				code[text] = k
				out.Dict = append(out.Dict, text)
			}
			out.Codes[at(i)] = k
		}
	}
	put(old, func(i int) uint32 { return uint32(i) })
	put(add, func(i int) uint32 { return rows[i] })
	return out
}
