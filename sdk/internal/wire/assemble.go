package wire

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"qunxiang/internal/large"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/table"
)

// ErrMalformed is returned for a message that contradicts itself or its announcement.
var ErrMalformed = errors.New("malformed message")

// ErrTooLarge is returned for a table that would need more memory than it may.
var ErrTooLarge = errors.New("too much data")

// RowCountError is returned when a table has another number of rows than it should.
type RowCountError struct{ Got, Want int64 }

// Error implements error.
func (e *RowCountError) Error() string { return fmt.Sprintf("%d rows, expected %d", e.Got, e.Want) }

// CodeError is returned when a category's code is outside its dictionary.
type CodeError struct {
	Column    string
	Row       int // 1-based
	Code, Len int
}

// Error implements error.
func (e *CodeError) Error() string {
	return fmt.Sprintf("column %q, row %d: code %d for a dictionary of %d", e.Column, e.Row, e.Code, e.Len)
}

// An Assembler puts a table together from its chunks. It allocates once, for the
// announced rows, and refuses whatever does not fit in.
type Assembler struct {
	t     table.Table
	index int    // of the table, in chunks
	next  int    // first row that has not come
	left  *int64 // bytes that may still be allocated, shared by the tables of a call
}

// width is the number of bytes that a value takes in memory, and at most on the wire.
func width(k table.Kind) int {
	switch k {
	case table.Category:
		return 4
	case table.String:
		return 16
	}
	return 8
}

// NewAssembler starts a table of the announced shape, which may take maxBytes.
func NewAssembler(s *methodv1.TableSchema, maxBytes int64) (*Assembler, error) {
	return newAssembler(s, 0, &maxBytes)
}

// maxDetails bounds the long tables of a call; there are four kinds of them.
const maxDetails = 16

// NewAssemblers starts the table of customers and the long tables that follow it, in
// this order. They may take maxBytes together.
func NewAssemblers(s *methodv1.TableSchema, details []*methodv1.DetailSchema, maxBytes int64) ([]*Assembler, error) {
	if len(details) > maxDetails {
		return nil, fmt.Errorf("%w: %d long tables announced", ErrMalformed, len(details))
	}
	out := make([]*Assembler, 1+len(details))
	seen := make(map[string]bool, len(details))
	var err error
	if out[0], err = newAssembler(s, 0, &maxBytes); err != nil {
		return nil, err
	}
	for i, d := range details {
		if d.GetId() == "" || seen[d.GetId()] {
			return nil, fmt.Errorf("%w: a long table with the empty or repeated id %q", ErrMalformed, d.GetId())
		}
		seen[d.GetId()] = true
		if out[i+1], err = newAssembler(d.GetSchema(), i+1, &maxBytes); err != nil {
			return nil, fmt.Errorf("%s: %w", d.GetId(), err)
		}
	}
	return out, nil
}

func newAssembler(s *methodv1.TableSchema, index int, left *int64) (*Assembler, error) {
	rows := s.GetRows()
	if rows < 0 || rows > math.MaxInt32 {
		return nil, fmt.Errorf("%w: %d rows announced", ErrMalformed, rows)
	}
	a := &Assembler{index: index, left: left, t: table.Table{Rows: int(rows), Columns: make([]table.Column, len(s.GetColumns()))}}
	floats := 0
	for i, m := range s.GetColumns() {
		c := table.Column{Name: m.GetName(), Kind: toKind(m.GetKind()), Unit: m.GetUnit(), Role: m.GetRole(), Dict: list(m.GetDictionary())}
		if c.Kind < table.Float64 || c.Kind > table.String {
			return nil, fmt.Errorf("%w: column %q has the unknown %v", ErrMalformed, c.Name, c.Kind)
		}
		if *a.left -= rows * int64(width(c.Kind)); *a.left < 0 {
			return nil, fmt.Errorf("%w: %d rows of %d columns", ErrTooLarge, rows, len(s.GetColumns()))
		}
		if c.Kind == table.Float64 {
			floats++
		}
		a.t.Columns[i] = c
	}
	// Columns of real numbers lie side by side: a method may use them as one table.
	side := large.Side[float64](floats, int(rows))
	for i := range a.t.Columns {
		if c := &a.t.Columns[i]; c.Kind == table.Float64 {
			c.Floats, side = side[0], side[1:]
		} else {
			allocate(c, int(rows))
		}
	}
	return a, nil
}

func allocate(c *table.Column, rows int) {
	switch c.Kind {
	case table.Category:
		c.Codes = large.Make[uint32](rows)
	case table.String:
		c.Strings = make([]string, rows)
	default:
		c.Ints = large.Make[int64](rows)
	}
}

// Done reports whether every announced row has come.
func (a *Assembler) Done() bool { return a.next == a.t.Rows }

// fits checks that the head of a chunk continues the table.
func (a *Assembler) fits(m *methodv1.TableChunk) error {
	n := int(m.GetRows())
	switch {
	case a.Done() && n > 0:
		return &RowCountError{Got: int64(a.next) + int64(n), Want: int64(a.t.Rows)}
	case m.GetRowOffset() != int64(a.next) || a.next%block != 0 || n <= 0:
		return fmt.Errorf("%w: rows %d+%d do not follow row %d", ErrMalformed, m.GetRowOffset(), n, a.next)
	case n > a.t.Rows-a.next:
		return &RowCountError{Got: int64(a.next) + int64(n), Want: int64(a.t.Rows)}
	}
	return nil
}

// mine checks that a chunk is of this table, whose turn it is.
func (a *Assembler) mine(m *methodv1.TableChunk) error {
	if int(m.GetTable()) != a.index {
		return fmt.Errorf("%w: rows of table %d where those of table %d are due", ErrMalformed, m.GetTable(), a.index)
	}
	return nil
}

// Add takes the next rows.
func (a *Assembler) Add(m *methodv1.TableChunk) error {
	if err := a.mine(m); err != nil {
		return err
	}
	if err := a.fits(m); err != nil {
		return err
	}
	n := int(m.GetRows())
	if len(m.GetColumns()) != len(a.t.Columns) {
		return fmt.Errorf("%w: %d columns in a chunk, %d announced", ErrMalformed, len(m.GetColumns()), len(a.t.Columns))
	}
	for i := range a.t.Columns {
		c := &a.t.Columns[i]
		if err := a.values(c, m.Columns[i], n); err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
		if err := a.validity(c, m.Columns[i].GetValidity(), n); err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	a.next += n
	return nil
}

// wireWidth is the bytes of one value in ColumnBuffer.values.
func wireWidth(k table.Kind) int {
	switch k {
	case table.Bool:
		return 1
	case table.Category, table.String:
		return 4
	}
	return 8
}

func (a *Assembler) values(c *table.Column, m *methodv1.ColumnBuffer, n int) error {
	b, want := m.GetValues(), n*wireWidth(c.Kind)
	if c.Kind == table.String {
		want += 4
	}
	if len(b) != want {
		return fmt.Errorf("%w: %d bytes for %d values of %v", ErrMalformed, len(b), n, c.Kind)
	}
	switch c.Kind {
	case table.Float64:
		fill(c.Floats[a.next:a.next+n], b)
	case table.Int64, table.Time:
		fill(c.Ints[a.next:a.next+n], b)
	case table.Category:
		fill(c.Codes[a.next:a.next+n], b)
	case table.Bool:
		for i, x := range b {
			if x > 1 {
				return fmt.Errorf("%w: a switch is %d", ErrMalformed, x)
			}
			c.Ints[a.next+i] = int64(x)
		}
	case table.String:
		return a.strings(c, b, m.GetHeap(), n)
	}
	return nil
}

// strings cuts one copy of the heap; the strings share it.
func (a *Assembler) strings(c *table.Column, b, heap []byte, n int) error {
	offsets := make([]uint32, n+1)
	fill(offsets, b)
	if *a.left -= int64(len(heap)); *a.left < 0 {
		return fmt.Errorf("%w: texts", ErrTooLarge)
	}
	if offsets[0] != 0 || int64(offsets[n]) != int64(len(heap)) {
		return fmt.Errorf("%w: text offsets do not cover the text", ErrMalformed)
	}
	all := string(heap)
	for i := range n {
		from, to := offsets[i], offsets[i+1]
		if from > to || int64(to) > int64(len(all)) {
			return fmt.Errorf("%w: text offsets fall", ErrMalformed)
		}
		s := all[from:to]
		if !utf8.ValidString(s) {
			return fmt.Errorf("%w: a text is not UTF-8", ErrMalformed)
		}
		c.Strings[a.next+i] = s
	}
	return nil
}

func (a *Assembler) validity(c *table.Column, b []byte, n int) error {
	if len(b) == 0 {
		if c.Valid != nil {
			setRange(c.Valid, a.next, n)
		}
		return nil
	}
	if len(b) != (n+7)/8 {
		return fmt.Errorf("%w: %d validity bytes for %d values", ErrMalformed, len(b), n)
	}
	if c.Valid == nil {
		if *a.left -= int64(a.t.Rows/8 + 8); *a.left < 0 {
			return fmt.Errorf("%w: validity", ErrTooLarge)
		}
		c.Valid = table.NewBits(a.t.Rows)
		c.Valid.Fill(a.next)
	}
	words := c.Valid[a.next/block : (a.next+n+block-1)/block]
	padded := make([]byte, len(words)*8)
	copy(padded, b)
	fill(words, padded)
	if r := n % block; r != 0 {
		words[len(words)-1] &= 1<<r - 1
	}
	return nil
}

// setRange sets n bits from a multiple of 64 on.
func setRange(b table.Bits, from, n int) { b[from/block:].Fill(n) }

// Table returns the table once every row has come, checked.
func (a *Assembler) Table() (*table.Table, error) {
	if !a.Done() {
		return nil, &RowCountError{Got: int64(a.next), Want: int64(a.t.Rows)}
	}
	for i := range a.t.Columns {
		c := &a.t.Columns[i]
		for row, code := range c.Codes {
			if int64(code) >= int64(len(c.Dict)) {
				return nil, &CodeError{Column: c.Name, Row: row + 1, Code: int(code), Len: len(c.Dict)}
			}
		}
	}
	if err := a.t.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return &a.t, nil
}
