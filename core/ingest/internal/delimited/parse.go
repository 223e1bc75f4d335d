package delimited

import (
	"bytes"

	"qunxiang/core/ingest/internal/quote"
)

// record is one reading of a record.
type record struct {
	cells  [][]byte
	quoted []bool // by cell: it stood in quotes
	opens  []int  // where quotes open cells
	next   int    // where the next record begins
	lines  int    // line ends inside
	odd    bool   // a quote inside a quoted cell that is neither doubled nor the last
	cut    bool   // the text ends inside quotes
	broken bool   // a quote that is never closed
	wide   bool   // more than MaxFields cells
	fails  int    // quotes that opened a cell in vain
	limit  int    // bytes that a quoted cell may have, 0 = as many as there are; kept from one record to the next
}

// maxFails is how many quotes of a record may open cells in vain before quotes are
// characters like others for the rest of it.
const maxFails = 4

// narrow bounds what is looked at for the end of a quoted cell where quotes that are never
// closed are the rule: the time for a text stays in proportion to its length.
func (r *record) narrow(broken int) {
	switch {
	case broken > 256:
		r.limit = 1 << 10
	case broken > 8:
		r.limit = 8 << 10
	}
}

// never is no position.
const never = -1

// maxOdd is how many lone quotes a quoted cell may hold. It bounds what is read in vain
// for a quote that was never meant to open a cell.
const maxOdd = 64

// allQuotes makes every quote a character like others.
const allQuotes = -2

// parse reads the record at the start of b; the quote at the position literal opens no cell.
func (d *Dialect) parse(b []byte, literal int, r *record) {
	pos := 0
	*r = record{cells: r.cells[:0], opens: r.opens[:0], quoted: r.quoted[:0], limit: r.limit}
	if d.ByLine() {
		d.line(b, r)
		return
	}
	if d.blanks() {
		pos += run(b, pos)
	}
	for {
		if len(r.cells) > MaxFields {
			end, size := d.lineEnd(b, pos)
			r.next, r.wide = end+size, true
			return
		}
		cell, after, quoted := d.cell(b, pos, literal, r)
		r.quoted = append(r.quoted, quoted)
		if size, ok := d.atEnd(b, after); ok {
			r.cells = append(r.cells, cell)
			r.next = after + size
			return
		}
		n := max(1, d.delimAt(b, after))
		pos = after + n
		r.cells = append(r.cells, cell)
		if d.blanks() { // blanks at the end of a line divide nothing
			if size, ok := d.atEnd(b, pos); ok {
				r.next = pos + size
				return
			}
		}
	}
}

// cell reads one cell and returns where it ends: at a delimiter or a line end.
func (d *Dialect) cell(b []byte, pos, literal int, r *record) (text []byte, after int, quoted bool) {
	if i, ok := d.opens(b, pos); ok && i != literal && literal != allQuotes && r.fails < maxFails {
		r.opens = append(r.opens, i)
		if text, after, ok := d.quoted(b, i, r); ok {
			return text, after, true
		}
		r.broken = true
		r.fails++
	}
	i := pos
	for i < len(b) {
		if _, ok := d.atEnd(b, i); ok || d.Delim != "" && d.delimAt(b, i) > 0 {
			break
		}
		i++
	}
	return b[pos:i], i, false
}

// opens reports whether the cell at b[pos] begins with a quote, behind blanks, and where.
func (d *Dialect) opens(b []byte, pos int) (at int, ok bool) {
	if d.Quote == 0 {
		return 0, false
	}
	for !d.blanks() && d.Delim != " " && pos < len(b) && b[pos] == ' ' {
		pos++
	}
	return pos, pos < len(b) && b[pos] == d.Quote
}

// quoted reads the cell whose quote opens at b[i].
func (d *Dialect) quoted(b []byte, i int, r *record) (text []byte, after int, ok bool) {
	from := i + 1
	reach := len(b)
	if r.limit > 0 {
		reach = min(reach, from+r.limit)
	}
	escaped, odd, lines := false, 0, 0
	for at := from; ; {
		n := bytes.IndexByte(b[min(at, reach):reach], d.Quote)
		if n < 0 {
			r.cut = reach == len(b)
			return nil, 0, false
		}
		q := at + n
		lines += d.count(b[at:q])
		if d.Backslash && slashes(b[from:q])%2 == 1 {
			escaped = true
			at = q + 1
			continue
		}
		if end, ok := d.closes(b, q); ok {
			r.odd = r.odd || odd > 0
			r.lines += lines
			text = b[from:q]
			if escaped || d.Backslash && bytes.IndexByte(text, '\\') >= 0 {
				text = quote.Undo(make([]byte, 0, len(text)), text, d.Quote, d.Backslash)
			}
			return text, end, true
		}
		if q+1 < len(b) && b[q+1] == d.Quote {
			escaped = true
			at = q + 2
			continue
		}
		if odd++; odd > maxOdd {
			return nil, 0, false
		}
		at = q + 1
	}
}

// closes reports whether the quote at b[q] ends a cell: a delimiter or a line end
// follows, blanks apart.
func (d *Dialect) closes(b []byte, q int) (end int, ok bool) {
	i := q + 1
	for !d.blanks() && d.Delim != " " && i < len(b) && b[i] == ' ' {
		if d.Delim != "" && d.delimAt(b, i) > 0 {
			break
		}
		i++
	}
	if _, ok := d.atEnd(b, i); ok {
		return i, true
	}
	return i, d.Delim != "" && d.delimAt(b, i) > 0
}

// count counts the line ends in b.
func (d *Dialect) count(b []byte) int {
	if d.Newline == '\r' {
		return bytes.Count(b, []byte{'\r'})
	}
	n := bytes.Count(b, []byte{'\n'})
	if d.Newline == 0 {
		n += bytes.Count(b, []byte{'\r'}) - bytes.Count(b, []byte("\r\n"))
	}
	return n
}

// slashes counts the backslashes at the end of b.
func slashes(b []byte) int {
	n := 0
	for n < len(b) && b[len(b)-1-n] == '\\' {
		n++
	}
	return n
}
