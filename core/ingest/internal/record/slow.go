package record

import (
	"bytes"

	"qunxiang/core/ingest/internal/quote"
)

// splitSlow reads blocks with quotes and tables divided by runs of blanks.
func (d Dialect) splitSlow(b []byte, slot []int, g *Grid, quoted bool) error {
	r := row{g: g, slot: slot, b: b, delim: d.Delim, newline: d.Newline}
	pos, line := 0, 0
	for pos < len(b) {
		if r.n >= g.Rows { // rows grow in steps; g.Rows is corrected at the end
			g.grow(1024)
			g.Rows += 1024
		}
		g.Line = append(g.Line, uint32(line))
		next, lines, err := d.record(b, pos, &r, quoted)
		if err != nil {
			g.Rows = r.n
			return err
		}
		r.finish(next)
		pos = next
		line += lines
	}
	g.Rows, g.Lines = r.n, line
	for s := range g.Start {
		g.Start[s], g.End[s] = g.Start[s][:r.n], g.End[s][:r.n]
	}
	return nil
}

// record reads the cells of one record and returns where the next one begins and
// how many lines it took.
func (d Dialect) record(b []byte, pos int, r *row, quoted bool) (next, lines int, err error) {
	if d.Delim == Blanks {
		pos = skipBlanks(b, pos)
	}
	for {
		if r.col > MaxFields {
			return 0, 0, ErrTooManyFields
		}
		from, to, after, nl := d.field(b, pos, r, quoted)
		lines += nl
		if d.Delim == Blanks && after < len(b) && b[after] != d.Newline {
			after = skipBlanks(b, after+1) - 1
			if e := after + 1; e >= len(b) || b[e] == d.Newline || b[e] == '\r' && (e+1 == len(b) || b[e+1] == d.Newline) {
				r.cell(from, to)
				end := bytes.IndexByte(b[min(e, len(b)):], d.Newline)
				if end < 0 {
					return len(b), lines + 1, nil
				}
				return e + end + 1, lines + 1, nil
			}
		}
		r.cell(from, to)
		if after >= len(b) {
			return len(b), lines + 1, nil
		}
		if b[after] == d.Newline {
			return after + 1, lines + 1, nil
		}
		pos = after + 1
	}
}

func skipBlanks(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	return i
}

// field returns the cell's bytes (in r.g.Data), the position of the delimiter or line
// end behind it, and how many line ends are inside it.
func (d Dialect) field(b []byte, pos int, r *row, quoted bool) (from, to, after, lines int) {
	if quoted {
		i := pos
		for i < len(b) && b[i] == ' ' {
			i++
		}
		if i < len(b) && b[i] == d.Quote {
			if c, _ := d.closing(b, i+1); c >= 0 {
				return d.quotedField(b, i+1, c, r)
			}
		}
	}
	after = d.bare(b, pos)
	to = after
	if to > pos && b[to-1] == '\r' && (to == len(b) || b[to] == d.Newline) {
		to--
	}
	return pos, to, after, 0
}

// bare returns the end of an unquoted cell.
func (d Dialect) bare(b []byte, i int) int {
	for ; i < len(b); i++ {
		c := b[i]
		if c == d.Newline || d.Delim == Blanks && c == '\t' {
			break
		}
		if c == d.Delim && (!d.Wide || i+1 >= len(b) || b[i+1] == ' ' || b[i+1] == d.Newline || b[i+1] == '\r') {
			break
		}
	}
	return i
}

// quotedField returns the cell b[from:c]; it is rewritten behind the block when it
// holds escaped quotes or text follows the closing quote.
func (d Dialect) quotedField(b []byte, from, c int, r *row) (start, to, after, lines int) {
	lines = bytes.Count(b[from:c], []byte{d.Newline})
	after = d.bare(b, c+1)
	tail := b[c+1 : after]
	if n := len(tail); n > 0 && tail[n-1] == '\r' {
		tail = tail[:n-1]
	}
	text := b[from:c]
	if len(bytes.TrimSpace(tail)) == 0 && bytes.IndexByte(text, d.Quote) < 0 && (!d.Backslash || bytes.IndexByte(text, '\\') < 0) {
		return from, c, after, lines
	}
	start = len(r.g.Data)
	r.g.Data = quote.Undo(r.g.Data, text, d.Quote, d.Backslash)
	if len(bytes.TrimSpace(tail)) > 0 {
		r.g.Odd++
		r.g.Data = append(r.g.Data, tail...)
	}
	return start, len(r.g.Data), after, lines
}
