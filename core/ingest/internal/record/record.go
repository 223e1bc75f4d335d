package record

import (
	"bytes"
	"errors"
)

// Blanks is the delimiter of tables whose columns are divided by runs of blanks.
const Blanks = ' '

// Limits of one record, so that one unclosed quote or a line of commas cannot take
// the machine's memory.
const (
	MaxRecord = 1 << 20 // bytes
	MaxFields = 2000
)

// The errors of Cut and Split.
var (
	ErrTooLong       = errors.New("record longer than 1 MB")
	ErrTooManyFields = errors.New("record with more than 2,000 fields")
	ErrUnclosed      = errors.New("quote is never closed")
)

// Dialect is how a delimited text is written.
type Dialect struct {
	Delim     byte // Blanks for runs of blanks, 0 for one column only
	Quote     byte // 0 = none
	Newline   byte // '\n' (a '\r' before it is dropped) or '\r'
	Backslash bool // \" inside quotes is a quote
	Wide      bool // with Blanks: one blank belongs to a cell, two or more divide
}

// Cut returns how many bytes at the start of b are complete records. b starts with
// a record. With last set the text ends with b, so everything is complete.
func (d Dialect) Cut(b []byte, last bool) (int, error) {
	if d.Quote == 0 || bytes.IndexByte(b, d.Quote) < 0 {
		if last {
			return len(b), nil
		}
		return bytes.LastIndexByte(b, d.Newline) + 1, nil
	}
	end, open := d.scan(b, last)
	if last {
		if open {
			return end, ErrUnclosed
		}
		return len(b), nil
	}
	return end, nil
}

// scan walks from quote to quote. It returns the end of the last complete record
// before the end of b, and whether b ends inside quotes.
func (d Dialect) scan(b []byte, last bool) (end int, open bool) {
	pos := 0
	for {
		q := bytes.IndexByte(b[pos:], d.Quote)
		if q < 0 {
			if n := bytes.LastIndexByte(b[pos:], d.Newline); n >= 0 {
				end = pos + n + 1
			}
			return end, false
		}
		q += pos
		if n := bytes.LastIndexByte(b[pos:q], d.Newline); n >= 0 {
			end = pos + n + 1
		}
		if !d.opens(b, q) {
			pos = q + 1
			continue
		}
		c, sure := d.closing(b, q+1)
		if c < 0 || !sure && !last {
			return end, true
		}
		pos = c + 1
	}
}

// opens reports whether the quote at q begins a cell.
func (d Dialect) opens(b []byte, q int) bool {
	for q > 0 && b[q-1] == ' ' && d.Delim != Blanks {
		q--
	}
	if q == 0 {
		return true
	}
	c := b[q-1]
	return c == d.Delim || c == d.Newline || c == '\r' || d.Delim == Blanks && (c == '\t' || c == ' ')
}

// closing returns the position of the quote that closes a cell whose text begins at
// i, −1 where there is none. sure is false when the quote is the last byte of b.
func (d Dialect) closing(b []byte, i int) (at int, sure bool) {
	for {
		n := bytes.IndexByte(b[i:], d.Quote)
		if n < 0 {
			return -1, false
		}
		n += i
		switch {
		case d.Backslash && escaped(b[i:n]):
			i = n + 1
		case n+1 < len(b) && b[n+1] == d.Quote:
			i = n + 2
		default:
			return n, n+1 < len(b)
		}
	}
}

// escaped reports whether b ends with an odd number of backslashes.
func escaped(b []byte) bool {
	n := 0
	for n < len(b) && b[len(b)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// Grid is where the wanted cells of a block are.
type Grid struct {
	Data  []byte     // the block; cells with doubled quotes are rewritten behind it
	Rows  int        // records, blank lines included
	Start [][]uint32 // by slot and row: the cell is Data[Start:End]
	End   [][]uint32
	Line  []uint32 // line of each record in the block from 0; nil = the record's number
	Lines int      // lines in the block
	Long  []int32  // rows with text beyond the last column
	Empty []int32  // rows of blanks and delimiters only

	Further []int32 // rows whose money stands in another row; whoever fills the grid says so
	Odd     int     // quoted cells with text behind the quote that closes them

	Count  bool     // fill Fields
	Fields []uint32 // cells of each row
}

// Reset empties the grid for n slots over the block b.
func (g *Grid) Reset(b []byte, slots int) {
	g.Data, g.Rows, g.Lines, g.Line, g.Long = b, 0, 0, g.Line[:0], g.Long[:0]
	g.Empty, g.Further = g.Empty[:0], g.Further[:0]
	g.Fields, g.Odd = g.Fields[:0], 0
	for len(g.Start) < slots {
		g.Start, g.End = append(g.Start, nil), append(g.End, nil)
	}
	g.Start, g.End = g.Start[:slots], g.End[:slots]
	for i := range slots {
		g.Start[i], g.End[i] = g.Start[i][:0], g.End[i][:0]
	}
}

// Cell returns the cell of a slot and row.
func (g *Grid) Cell(slot, row int) []byte { return g.Data[g.Start[slot][row]:g.End[slot][row]] }

// LineOf returns the line of a row in the block, from 0.
func (g *Grid) LineOf(row int) int {
	if len(g.Line) == 0 {
		return row
	}
	return int(g.Line[row])
}

// grow makes room for n more rows.
func (g *Grid) grow(n int) {
	for s := range g.Start {
		if need := g.Rows + n; cap(g.Start[s]) < need {
			g.Start[s] = append(make([]uint32, 0, need+need/4), g.Start[s]...)
			g.End[s] = append(make([]uint32, 0, need+need/4), g.End[s]...)
		}
		g.Start[s], g.End[s] = g.Start[s][:g.Rows+n], g.End[s][:g.Rows+n]
	}
}
