package book

import (
	"context"
	"encoding/binary"
	"encoding/json"

	"qunxiang/core/ingest/internal/record"
)

// Row is a row as text, for samples and previews.
type Row struct {
	Number int // in the table, from 1; 0 = the names that the file itself has
	Cells  []string
}

// Rows reads the rows of one table. It belongs to one goroutine.
type Rows struct {
	b        *Book
	last     int
	rows     int64
	cells    int64
	fraction float64
	end      *end
}

// Rows begins to read a table behind the row with the number skip; −1 begins with the
// first. With max > 0 so many rows are enough. A table must be read to its end before
// the next is begun.
func (b *Book) Rows(ctx context.Context, sheet, skip, max int) (*Rows, error) {
	if b.busy {
		return nil, garbled("busy")
	}
	if err := b.ask(ctx, request{Op: "rows", Index: sheet, Skip: skip, Max: max}); err != nil {
		return nil, err
	}
	b.busy = true
	return &Rows{b: b, last: skip}, nil
}

// Sample reads all the rows.
func (r *Rows) Sample(ctx context.Context) ([]Row, error) {
	var out []Row
	for {
		rows, err := r.Some(ctx)
		if err != nil || rows == nil {
			return out, err
		}
		out = append(out, rows...)
	}
}

// Some reads the next rows as text, nil at the end of the table.
func (r *Rows) Some(ctx context.Context) ([]Row, error) {
	payload, err := r.frame(ctx, r.b.buf)
	if err != nil || payload == nil {
		return nil, err
	}
	r.b.buf = payload
	out := []Row{}
	d := decoder{b: payload, i: 4}
	for d.more() {
		row := Row{Number: d.begin(r)}
		for {
			col, text, ok := d.cell()
			if !ok {
				break
			}
			for len(row.Cells) <= col {
				row.Cells = append(row.Cells, "")
			}
			row.Cells[col] = string(text)
		}
		r.cells += d.cells
		out = append(out, row)
	}
	if d.bad {
		return nil, garbled("rows")
	}
	return out, nil
}

// Next fills g with the next rows: the cells of the columns that slot names (slot[c] is
// the slot of column c, −1 = not wanted). Line numbers in g count from base, the number
// of the row before. more is false at the end of the table.
func (r *Rows) Next(ctx context.Context, slot []int, g *record.Grid) (base int, more bool, err error) {
	base = max(0, r.last)
	slots := 0
	for _, s := range slot {
		slots = max(slots, s+1)
	}
	payload, err := r.frame(ctx, g.Data[:0])
	if err != nil || payload == nil {
		g.Reset(g.Data[:0], slots)
		return base, false, err
	}
	g.Reset(payload, slots)
	d := decoder{b: payload, i: 4}
	for d.more() {
		number := d.begin(r)
		d.fill(g, slot)
		g.Line = append(g.Line, uint32(max(0, number-1-base)))
		g.Rows++
		r.cells += d.cells
	}
	if d.bad {
		return base, false, garbled("rows")
	}
	g.Lines = max(0, r.last-base)
	return base, true, nil
}

// frame reads the next frame of rows into buf, nil at the end of the table.
func (r *Rows) frame(ctx context.Context, buf []byte) ([]byte, error) {
	if r.end != nil {
		return nil, nil
	}
	kind, payload, err := r.b.next(ctx, buf)
	if err != nil {
		return nil, err
	}
	switch kind {
	case frameRows:
		var ok bool
		if r.fraction, _, ok = fraction(payload); !ok {
			return nil, garbled("rows")
		}
		return payload, nil
	case frameEnd:
		e := &end{}
		if json.Unmarshal(payload, e) != nil {
			return nil, garbled("end")
		}
		if e.Rows != r.rows || e.Cells != r.cells {
			return nil, &Error{Code: Garbled, Detail: "row_count"}
		}
		r.end, r.b.busy = e, false
		return nil, nil
	}
	return nil, garbled("frame")
}

// Fraction returns how much of the table was read, 0…1.
func (r *Rows) Fraction() float64 { return r.fraction }

// Tally returns what the reader told at the end of the table; nothing before.
func (r *Rows) Tally() Tally {
	if r.end == nil {
		return Tally{}
	}
	return Tally{ErrorCells: r.end.Errors, Notes: r.end.Notes}
}

// decoder reads rows from a frame, which it does not trust.
type decoder struct {
	b     []byte
	i     int
	col   int
	cells int64 // of the row
	bad   bool
}

func (d *decoder) more() bool { return !d.bad && d.i < len(d.b) }

func (d *decoder) uvarint() int {
	if d.i < len(d.b) && d.b[d.i] < 0x80 { // nearly always
		d.i++
		return int(d.b[d.i-1])
	}
	v, n := binary.Uvarint(d.b[d.i:])
	if n <= 0 || v > 1<<40 {
		d.bad, d.i = true, len(d.b)
		return 0
	}
	d.i += n
	return int(v)
}

// begin reads the number of a row.
func (d *decoder) begin(r *Rows) int {
	n := d.uvarint()
	if n <= r.last || n > 1<<31 {
		d.bad = true
		return 0
	}
	r.last, d.col, d.cells = n, -1, 0
	r.rows++
	return n
}

// cell reads the next cell of a row; ok is false behind the last.
func (d *decoder) cell() (col int, text []byte, ok bool) {
	onward := d.uvarint()
	if onward == 0 || d.bad {
		return 0, nil, false
	}
	n := d.uvarint()
	d.col += onward
	if d.bad || d.col >= MaxColumns || n > len(d.b)-d.i {
		d.bad = true
		return 0, nil, false
	}
	text = d.b[d.i : d.i+n]
	d.i += n
	d.cells++
	return d.col, text, true
}

// fill puts the wanted cells of a row into the grid.
func (d *decoder) fill(g *record.Grid, slot []int) {
	n := g.Rows
	for s := range g.Start {
		g.Start[s], g.End[s] = append(g.Start[s], 0), append(g.End[s], 0)
	}
	long := false
	for {
		col, text, ok := d.cell()
		if !ok {
			break
		}
		if col >= len(slot) {
			long = true
			continue
		}
		if s := slot[col]; s >= 0 {
			g.Start[s][n], g.End[s][n] = uint32(d.i-len(text)), uint32(d.i)
		}
	}
	if long {
		g.Long = append(g.Long, int32(n))
	}
}
