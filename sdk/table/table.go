// Package table is the columnar table that travels between the host and a method:
// typed columns, explicit missing values, categories as codes into a dictionary.
//
// Columns are plain slices that callers may read in place; whoever builds a table
// stops writing to it before handing it on. Standard library only.
package table

import (
	"errors"
	"fmt"
)

// ErrShape is returned when columns of a table differ in length, or a column's
// values do not agree with its kind.
var ErrShape = errors.New("malformed table")

// Kind is the type of a column's values.
type Kind uint8

// The kinds. The field of Column that holds the values is given in brackets.
const (
	Float64  Kind = iota + 1 // [Floats] NaN is a number here, never "missing"
	Int64                    // [Ints]
	Bool                     // [Ints] 0 or 1
	Time                     // [Ints] microseconds since 1970-01-01 UTC
	Category                 // [Codes] into Dict
	String                   // [Strings]
)

var kindNames = [...]string{"", "float64", "int64", "bool", "time", "category", "string"}

// String returns the kind's lower-case name.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", k)
}

// MarshalText and UnmarshalText use the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name written by MarshalText.
func (k *Kind) UnmarshalText(b []byte) error {
	for i, n := range kindNames {
		if n == string(b) && i > 0 {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("%w: unknown kind %q", ErrShape, b)
}

// Column is one named column. Exactly the slice named by Kind holds the values.
type Column struct {
	Name    string    `json:"name"`
	Kind    Kind      `json:"kind"`
	Unit    string    `json:"unit,omitempty"` // "day", "order", "money", "" …
	Role    string    `json:"role,omitempty"` // the method's role that the column fills
	Floats  []float64 `json:"floats,omitempty"`
	Ints    []int64   `json:"ints,omitempty"`
	Codes   []uint32  `json:"codes,omitempty"`
	Dict    []string  `json:"dict,omitempty"`
	Strings []string  `json:"strings,omitempty"`
	Valid   Bits      `json:"valid,omitempty"` // nil = no value is missing
}

// Len returns the number of values.
func (c *Column) Len() int {
	switch c.Kind {
	case Float64:
		return len(c.Floats)
	case Category:
		return len(c.Codes)
	case String:
		return len(c.Strings)
	}
	return len(c.Ints)
}

// Missing reports whether the i-th value is missing.
func (c *Column) Missing(i int) bool { return c.Valid != nil && !c.Valid.Get(i) }

// Numeric reports whether the values are numbers (Float64, Int64, Bool).
func (c *Column) Numeric() bool { return c.Kind == Float64 || c.Kind == Int64 || c.Kind == Bool }

// Float returns the i-th value of a numeric or Time column as a float64.
func (c *Column) Float(i int) float64 {
	if c.Kind == Float64 {
		return c.Floats[i]
	}
	return float64(c.Ints[i])
}

// Text returns the i-th value of a Category or String column.
func (c *Column) Text(i int) string {
	if c.Kind == Category {
		return c.Dict[c.Codes[i]]
	}
	return c.Strings[i]
}

// CountMissing returns how many values are missing.
func (c *Column) CountMissing() int {
	if c.Valid == nil {
		return 0
	}
	n := c.Len()
	return n - c.Valid.Count(n)
}

// Table is a set of columns of equal length.
type Table struct {
	Rows    int
	Columns []Column
}

// New makes a table of the columns and checks it.
func New(rows int, columns ...Column) (*Table, error) {
	t := &Table{Rows: rows, Columns: columns}
	return t, t.Check()
}

// Check returns an error that wraps ErrShape when a column's length is not Rows, a
// code is outside its dictionary, a name is empty or used twice.
func (t *Table) Check() error {
	seen := make(map[string]bool, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Name == "" || seen[c.Name] {
			return fmt.Errorf("%w: column %d has the empty or repeated name %q", ErrShape, i+1, c.Name)
		}
		seen[c.Name] = true
		if c.Kind < Float64 || c.Kind > String {
			return fmt.Errorf("%w: column %q has the unknown %v", ErrShape, c.Name, c.Kind)
		}
		if c.Len() != t.Rows {
			return fmt.Errorf("%w: column %q has %d values for %d rows", ErrShape, c.Name, c.Len(), t.Rows)
		}
		if c.Valid != nil && len(c.Valid) < (t.Rows+63)/64 {
			return fmt.Errorf("%w: column %q has a short validity bitmap", ErrShape, c.Name)
		}
		for _, code := range c.Codes {
			if int(code) >= len(c.Dict) {
				return fmt.Errorf("%w: column %q has code %d for a dictionary of %d", ErrShape, c.Name, code, len(c.Dict))
			}
		}
	}
	return nil
}

// Column returns the column with the name, or nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// ByRole returns the columns that fill the role, in table order.
func (t *Table) ByRole(role string) []*Column {
	var out []*Column
	for i := range t.Columns {
		if t.Columns[i].Role == role {
			out = append(out, &t.Columns[i])
		}
	}
	return out
}

// Pick returns a new table of the given rows, in that order. Dictionaries are shared.
func (t *Table) Pick(rows []int32) *Table {
	out := &Table{Rows: len(rows), Columns: make([]Column, len(t.Columns))}
	for i := range t.Columns {
		out.Columns[i] = t.Columns[i].pick(rows)
	}
	return out
}

func (c *Column) pick(rows []int32) Column {
	o := *c
	o.Floats, o.Ints, o.Codes, o.Strings = pick(c.Floats, rows), pick(c.Ints, rows), pick(c.Codes, rows), pick(c.Strings, rows)
	if c.Valid != nil {
		o.Valid = NewBits(len(rows))
		for i, r := range rows {
			if c.Valid.Get(int(r)) {
				o.Valid.Set(i)
			}
		}
	}
	return o
}

func pick[T any](v []T, rows []int32) []T {
	if v == nil {
		return nil
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}
