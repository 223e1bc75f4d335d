package record

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Split finds the cells of the block b, which holds complete records. slot[c] is the
// slot of column c, −1 for a column that is not wanted; the table has len(slot)
// columns. g must have been Reset with b.
func (d Dialect) Split(b []byte, slot []int, g *Grid) error {
	if len(b) == 0 {
		return nil
	}
	quoted := d.Quote != 0 && bytes.IndexByte(b, d.Quote) >= 0
	if d.Delim == Blanks || quoted {
		return d.splitSlow(b, slot, g, quoted)
	}
	g.Rows = 0
	lines := bytes.Count(b, []byte{d.Newline})
	if b[len(b)-1] != d.Newline {
		lines++
	}
	g.grow(lines)
	n, err := d.splitFast(b, slot, g)
	g.Rows, g.Lines = n, n
	return err
}

const (
	low7 = 0x7F7F7F7F7F7F7F7F
	ones = 0x0101010101010101
)

// zeroBytes returns 0x80 in every byte of x that is 0.
func zeroBytes(x uint64) uint64 { return ^(x&low7 + low7 | x | low7) }

// splitFast looks at eight bytes at a time for delimiters and line ends.
func (d Dialect) splitFast(b []byte, slot []int, g *Grid) (rows int, err error) {
	r := row{g: g, slot: slot, b: b, delim: d.Delim, newline: d.Newline}
	delim, newline := uint64(d.Delim)*ones, uint64(d.Newline)*ones
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		m := zeroBytes(w^delim) | zeroBytes(w^newline)
		for ; m != 0; m &= m - 1 {
			if !r.hit(i + bits.TrailingZeros64(m)>>3) {
				return r.n, ErrTooManyFields
			}
		}
	}
	for ; i < len(b); i++ {
		if b[i] == d.Delim || b[i] == d.Newline {
			if !r.hit(i) {
				return r.n, ErrTooManyFields
			}
		}
	}
	if r.from < len(b) || r.col > 0 {
		r.endRow(len(b))
	}
	return r.n, nil
}

// row is the record that is being read.
type row struct {
	g              *Grid
	b              []byte
	slot           []int
	n, col, from   int
	start          int // of the record
	delim, newline byte
	long, filled   bool
}

// hit ends a cell at a delimiter or a line end.
func (r *row) hit(p int) bool {
	if r.b[p] == r.newline {
		r.endRow(p)
		return true
	}
	r.cell(r.from, p)
	r.from = p + 1
	return r.col <= MaxFields
}

func (r *row) cell(from, to int) {
	if from < to && r.g.Data[from] > ' ' {
		r.filled = true
	}
	if r.col < len(r.slot) {
		if s := r.slot[r.col]; s >= 0 {
			r.g.Start[s][r.n], r.g.End[s][r.n] = uint32(from), uint32(to)
		}
	} else if !r.long && len(bytes.TrimSpace(r.g.Data[from:to])) > 0 {
		r.long = true
		r.g.Long = append(r.g.Long, int32(r.n))
	}
	r.col++
}

// endRow ends a record whose last cell ends at p.
func (r *row) endRow(p int) {
	end := p
	if end > r.from && r.b[end-1] == '\r' {
		end--
	}
	r.cell(r.from, end)
	r.finish(p + 1)
}

// finish empties the cells that a short record lacks and begins the next one.
func (r *row) finish(next int) {
	for c := r.col; c < len(r.slot); c++ {
		if s := r.slot[c]; s >= 0 {
			r.g.Start[s][r.n], r.g.End[s][r.n] = 0, 0
		}
	}
	if !r.filled && r.blank(next) {
		r.g.Empty = append(r.g.Empty, int32(r.n))
	}
	if r.g.Count {
		r.g.Fields = append(r.g.Fields, uint32(r.col))
	}
	r.n++
	r.col, r.from, r.start, r.long, r.filled = 0, next, next, false, false
}

// blank reports whether the record up to next holds blanks and delimiters only.
func (r *row) blank(next int) bool {
	for _, c := range r.b[r.start:min(next, len(r.b))] {
		if c > ' ' && c != r.delim {
			return false
		}
	}
	return true
}
