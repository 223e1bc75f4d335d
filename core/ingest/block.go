package ingest

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"qunxiang/core/ingest/internal/record"
)

// block is a piece of the text that holds complete records, on its way from the
// reader through a parser to the assembler.
type block struct {
	data []byte
	grid record.Grid // of a workbook: the cells are found already
	rows bool        // grid is filled
	read int64       // bytes of the file read so far
	err  error       // of the reader; the text ends here
	out  part
	done chan struct{}
}

// cells finds the cells of a block; false after an error, which is in b.out.
func (b *block) cells(g *record.Grid, d record.Dialect, slot []int, slots int, mustUTF8 bool) bool {
	out := &b.out
	out.reset()
	if b.rows {
		*g, b.grid = b.grid, *g
		return true
	}
	data := b.data
	if !ascii(data) && !sound(data, mustUTF8, d.Newline, out) {
		out.invalid = aroundInvalid(data)
	}
	g.Reset(data[:len(data):len(data)], slots)
	if err := d.Split(data, slot, g); err != nil {
		out.err, out.errLine = err, g.LineOf(g.Rows)
		return false
	}
	out.odd = g.Odd
	return true
}

// sound looks for text that was broken before, and reports whether data are UTF-8 where
// they must be.
func sound(data []byte, mustUTF8 bool, newline byte, out *part) bool {
	out.garbled.find(data, newline)
	return !mustUTF8 || utf8.Valid(data)
}

// aroundInvalid returns the bytes around the first that are not UTF-8.
func aroundInvalid(b []byte) []byte {
	at := 0
	for at < len(b) {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	from := bytes.LastIndexByte(b[:at], '\n') + 1
	return bytes.Clone(b[from:min(len(b), at+64<<10)])
}

// keep gives the cells of a workbook's block back, so that their memory is used again.
func (b *block) keep(g *record.Grid) {
	if b.rows {
		*g, b.grid = b.grid, *g
	}
}

// trim takes blanks off both ends of the cells of a slot.
func trim(g *record.Grid, s int) {
	start, end := g.Start[s], g.End[s]
	for i, from := range start {
		to := end[i]
		if from >= to {
			continue
		}
		if a, z := g.Data[from], g.Data[to-1]; a > ' ' && z > ' ' && a < 0x80 && z < 0x80 && a != '\'' && a != '`' {
			continue
		}
		cell := g.Data[from:to]
		if cell[0] == '`' && len(cell) > 1 { // bills of payment services keep long numbers so
			start[i]++
			continue
		}
		if cell[0] == '\'' && len(cell) > 1 && formula(cell[1:]) {
			start[i]++
			continue
		}
		left := bytes.TrimLeftFunc(cell, blank)
		from += uint32(len(cell) - len(left))
		start[i], end[i] = from, from+uint32(len(bytes.TrimRightFunc(left, blank)))
	}
}

// formula reports whether a cell would begin a formula in a spreadsheet. Exports,
// ours among them, put an apostrophe before such text; it is not part of it.
func formula(b []byte) bool {
	r, _ := utf8.DecodeRune(b)
	return strings.ContainsRune("=+-@\t\r＝＋－＠", r)
}

// blank reports blanks, control characters and the byte order mark.
func blank(r rune) bool {
	return r <= ' ' || r == 0xA0 || r == 0x3000 || r == 0xFEFF || r == 0x200B
}

// listSkips lists the lines of a block that are no row in use.
func listSkips(g *record.Grid, why []reason, out *part) {
	out.rows = g.Rows
	if len(g.Line) > 0 {
		for l := range g.Line[0] {
			out.skipped = append(out.skipped, skip{l, used})
		}
	}
	for i, w := range why {
		if w != used {
			out.skipped = append(out.skipped, skip{uint32(g.LineOf(i)), w})
			out.rows--
		}
		if len(g.Line) == 0 {
			continue
		}
		next := uint32(g.Lines)
		if i+1 < len(g.Line) {
			next = g.Line[i+1]
		}
		for l := g.Line[i] + 1; l < next; l++ {
			out.skipped = append(out.skipped, skip{l, used})
		}
	}
}
