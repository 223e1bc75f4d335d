package xls

import (
	"cmp"
	"context"
	"encoding/binary"
	"math"
	"slices"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/cell"
)

// scan reads the cells of one sheet.
type scan struct {
	f        *File
	put      func(c one) error
	declared int    // rows as the sheet announces them
	last     int    // rows up to the last with a cell or a format, from 1
	said     []bool // rows that announce cells …
	seen     []bool // … and that have some
	errors   int
	formula  *one // waits for its text
	scratch  []byte
}

// one is a cell with a value.
type one struct {
	row, col int
	text     []byte
}

// Scan implements book.Reader.
func (f *File) Scan(ctx context.Context, sheet int, k book.Sink) (book.Tally, error) {
	ordered, err := f.ordered(ctx, sheet)
	if err != nil {
		return book.Tally{}, err
	}
	out := &rows{k: k, row: -1}
	s := &scan{f: f, put: out.put}
	var all []one
	if !ordered {
		s.put = func(c one) error {
			c.text = slices.Clone(c.text)
			all = append(all, c)
			return nil
		}
	}
	if err := s.run(ctx, f.starts[sheet], k); err != nil {
		return book.Tally{}, err
	}
	if !ordered {
		slices.SortStableFunc(all, func(a, b one) int { return cmp.Or(a.row-b.row, a.col-b.col) })
		for i, c := range all {
			if i+1 < len(all) && all[i+1].row == c.row && all[i+1].col == c.col {
				continue // written again: the last counts
			}
			if err := out.put(c); err != nil {
				return book.Tally{}, err
			}
		}
	}
	t := book.Tally{ErrorCells: s.errors}
	if n := s.missing(); n > 0 {
		t.Notes = append(t.Notes, book.Note{ID: "empty_rows", Count: n})
	}
	if s.declared > s.last && s.last > 0 {
		t.Notes = append(t.Notes, book.Note{ID: "fewer_rows", Count: s.last, Of: s.declared})
	}
	return t, out.end()
}

// missing counts the rows that announce cells and have none.
func (s *scan) missing() int {
	n := 0
	for i, said := range s.said {
		if said && (i >= len(s.seen) || !s.seen[i]) {
			n++
		}
	}
	return n
}

// mark notes a row.
func mark(rows []bool, row int) []bool {
	for len(rows) <= row {
		rows = append(rows, false)
	}
	rows[row] = true
	return rows
}

// rows makes rows of cells in order.
type rows struct {
	k   book.Sink
	row int
}

func (r *rows) put(c one) error {
	if c.row != r.row {
		if err := r.end(); err != nil {
			return err
		}
		r.row = c.row
		r.k.Begin(c.row + 1)
	}
	return r.k.Cell(c.col, c.text)
}

func (r *rows) end() error {
	if r.row < 0 {
		return nil
	}
	r.row = -1
	return r.k.End()
}

// ordered reports whether the cells of a sheet come row by row, as Excel writes them.
func (f *File) ordered(ctx context.Context, sheet int) (bool, error) {
	row, col, ok := -1, -1, true
	s := &scan{f: f, put: func(c one) error {
		ok = ok && (c.row > row || c.row == row && c.col > col)
		row, col = c.row, c.col
		return nil
	}}
	err := s.run(ctx, f.starts[sheet], nil)
	return ok, err
}

// run reads a sheet's stream from its BOF to its EOF.
func (s *scan) run(ctx context.Context, pos int, k book.Sink) error {
	b := s.f.b
	r, ok := at(b, pos)
	if !ok || r.kind != recBOF {
		return broken("sheet_start")
	}
	depth := 1
	for n := 0; depth > 0; n++ {
		if n&0xFFFF == 0 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if k != nil {
				k.Progress(float64(pos) / float64(len(b)))
			}
		}
		if r, ok = at(b, r.next); !ok {
			return broken("truncated").At(s.last+1, 0)
		}
		pos = r.next
		switch {
		case r.kind == recBOF: // a chart in the sheet
			depth++
		case r.kind == recEOF:
			depth--
		case depth == 1:
			if err := s.record(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// record reads a record of the sheet.
func (s *scan) record(r record) error {
	d := r.data
	switch r.kind {
	case recDimensions:
		if s.f.biff8 && len(d) >= 8 {
			s.declared = u32(d, 4)
		} else if !s.f.biff8 && len(d) >= 4 {
			s.declared = u16(d, 2)
		}
		return nil
	case recFilePass:
		return &book.Error{Code: book.Encrypted, Detail: "encrypted"}
	case recRow:
		if len(d) >= 6 {
			s.last = max(s.last, u16(d, 0)+1)
			if u16(d, 2) < u16(d, 4) {
				s.said = mark(s.said, u16(d, 0))
			}
		}
		return nil
	case recBlank, recMulBlank:
		if len(d) >= 2 {
			s.last = max(s.last, u16(d, 0)+1)
			s.seen = mark(s.seen, u16(d, 0))
		}
		return nil
	case recString:
		return s.formulaText(r)
	case recNumber, recRK, recMulRK, recLabelSST, recLabel, recRString, recBoolErr, recFormula:
	default:
		return nil
	}
	if len(d) < 6 {
		return broken("record").At(s.last+1, 0)
	}
	s.last = max(s.last, u16(d, 0)+1)
	s.seen = mark(s.seen, u16(d, 0))
	return s.value(r.kind, one{row: u16(d, 0), col: u16(d, 2)}, d)
}

// value reads a cell with a value.
func (s *scan) value(kind uint16, c one, d []byte) error {
	short := func(n int) bool { return len(d) < n }
	bad := broken("record").At(c.row+1, c.col+1)
	switch kind {
	case recNumber:
		if short(14) {
			return bad
		}
		return s.number(c, math.Float64frombits(binary.LittleEndian.Uint64(d[6:])), u16(d, 4))
	case recRK:
		if short(10) {
			return bad
		}
		return s.number(c, rk(binary.LittleEndian.Uint32(d[6:])), u16(d, 4))
	case recMulRK:
		return s.numbers(c, d)
	case recLabelSST:
		if short(10) {
			return bad
		}
		text, ok := s.f.shared(u32(d, 6))
		if !ok {
			return broken("string_index").At(c.row+1, c.col+1)
		}
		c.text = text
		return s.put(c)
	case recLabel, recRString:
		text, ok := s.f.shortText(d[6:], 2)
		if !ok {
			return bad
		}
		c.text = text
		return s.put(c)
	case recBoolErr:
		if short(8) {
			return bad
		}
		return s.boolean(c, d[6], d[7] != 0)
	}
	if short(20) {
		return bad
	}
	return s.result(c, d)
}

func (s *scan) boolean(c one, v byte, isError bool) error {
	switch {
	case isError:
		s.errors++
		return nil
	case v != 0:
		c.text = []byte("TRUE")
	default:
		c.text = []byte("FALSE")
	}
	return s.put(c)
}

// number puts a number as its format shows it.
func (s *scan) number(c one, v float64, style int) error {
	kind := cell.Plain
	if style < len(s.f.styles) {
		kind = s.f.styles[style]
	}
	var ok bool
	if s.scratch, ok = cell.Append(s.scratch[:0], v, kind, s.f.system); !ok {
		return broken("number").At(c.row+1, c.col+1)
	}
	c.text = s.scratch
	return s.put(c)
}

// numbers puts a run of numbers: row, first column, (format, number)*, last column.
func (s *scan) numbers(c one, d []byte) error {
	n := (len(d) - 6) / 6
	if n < 1 || len(d) != 6+6*n || u16(d, len(d)-2) != c.col+n-1 {
		return broken("record").At(c.row+1, c.col+1)
	}
	for i := range n {
		at := 4 + 6*i
		if err := s.number(one{row: c.row, col: c.col + i}, rk(binary.LittleEndian.Uint32(d[at+2:])), u16(d, at)); err != nil {
			return err
		}
	}
	return nil
}

// rk reads a number in four bytes: a whole number or the upper bits of a double, perhaps
// times 100.
func rk(v uint32) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	} else {
		f = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

// result reads the value that was saved with a formula.
func (s *scan) result(c one, d []byte) error {
	v := d[6:14]
	s.formula = nil
	if v[6] != 0xFF || v[7] != 0xFF {
		return s.number(c, math.Float64frombits(binary.LittleEndian.Uint64(v)), u16(d, 4))
	}
	switch v[0] {
	case 0:
		s.formula = &c // its text is the record behind it
		return nil
	case 1:
		return s.boolean(c, v[2], false)
	case 2:
		return s.boolean(c, v[2], true)
	case 3:
		return nil // empty
	}
	return broken("record").At(c.row+1, c.col+1)
}

// formulaText reads the text of the formula before it.
func (s *scan) formulaText(r record) error {
	if s.formula == nil {
		return nil
	}
	c := *s.formula
	s.formula = nil
	if !s.f.biff8 {
		text, ok := s.f.shortText(r.data, 2)
		if !ok {
			return broken("record").At(c.row+1, c.col+1)
		}
		c.text = text
		return s.put(c)
	}
	long, _ := chained(s.f.b, r)
	head, ok := long.take(2)
	if !ok {
		return broken("record").At(c.row+1, c.col+1)
	}
	text, ok := s.f.flagged(nil, &long, u16(head, 0))
	if !ok {
		return broken("record").At(c.row+1, c.col+1)
	}
	c.text = text
	return s.put(c)
}
