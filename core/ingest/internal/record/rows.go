package record

import "bytes"

// Row is one record as text, for samples and previews.
type Row struct {
	Cells  []string
	Line   int // from 0, in the bytes given
	Offset int // of the record's first byte
}

// RowError is a fault of one record.
type RowError struct {
	Line int // from 0
	Err  error
}

// Error implements error.
func (e *RowError) Error() string { return e.Err.Error() }

// Unwrap returns the fault.
func (e *RowError) Unwrap() error { return e.Err }

// Rows reads the first max records of b, which holds complete records. A fault is a
// *RowError.
func (d Dialect) Rows(b []byte, max int) ([]Row, error) {
	b = d.firstLines(b, max)
	width := d.widest(b)
	slot := make([]int, width)
	for i := range slot {
		slot[i] = i
	}
	g := Grid{Count: true}
	g.Reset(b[:len(b):len(b)], width)
	if err := d.Split(b, slot, &g); err != nil {
		return nil, &RowError{Line: g.LineOf(g.Rows), Err: err}
	}
	out := make([]Row, 0, min(g.Rows, max))
	offset, line := 0, 0
	for i := range min(g.Rows, max) {
		for line < g.LineOf(i) {
			offset += bytes.IndexByte(b[offset:], d.Newline) + 1
			line++
		}
		r := Row{Line: line, Offset: offset, Cells: make([]string, min(int(g.Fields[i]), width))}
		for c := range r.Cells {
			r.Cells[c] = string(g.Cell(c, i))
		}
		out = append(out, r)
	}
	return out, nil
}

// firstLines keeps enough of b for max records where no record spans lines.
func (d Dialect) firstLines(b []byte, max int) []byte {
	if d.Quote != 0 && bytes.IndexByte(b, d.Quote) >= 0 {
		return b
	}
	end := 0
	for range max {
		n := bytes.IndexByte(b[end:], d.Newline)
		if n < 0 {
			return b
		}
		end += n + 1
	}
	return b[:end]
}

// widest is an upper bound for the cells of a record.
func (d Dialect) widest(b []byte) int {
	most, n := 0, 0
	for i, c := range b {
		switch {
		case c == d.Newline:
			most, n = max(most, n), 0
		case c == d.Delim, d.Delim == Blanks && (c == '\t' || c == ' ') && i > 0 && b[i-1] != ' ' && b[i-1] != '\t': // too many where one blank does not divide
			n++
		}
	}
	return min(max(most, n)+1, MaxFields)
}
