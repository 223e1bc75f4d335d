package delimited

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// The delimiters of texts in which every line is a record, whatever is in it.
const (
	// Fixed is the delimiter of columns that begin at the same place of every line.
	Fixed = "\x00fixed"
	// Boxed is the delimiter of tables drawn with bars and rules, as databases print them
	// and Markdown writes them.
	Boxed = "\x00boxed"
	// WebLog is the delimiter of logs of web servers: blanks, but not in quotes and brackets.
	WebLog = "\x00weblog"
)

// ByLine reports a dialect whose records are lines.
func (d *Dialect) ByLine() bool {
	return d.Delim == Fixed || d.Delim == Boxed || d.Delim == WebLog
}

// line reads the line at the start of b as a record. Rules and other lines without a
// letter or digit, as they divide the parts of a drawn table, are records without text.
func (d *Dialect) line(b []byte, r *record) {
	end, size := d.lineEnd(b, 0)
	r.next = end + size
	text := bytes.TrimRightFunc(b[:end], unicode.IsSpace)
	switch {
	case len(text) == 0, d.Delim != WebLog && isRule(text):
		r.cells = append(r.cells, nil)
	case d.Delim == WebLog && text[0] == '#': // of the server to the reader
		r.cells = append(r.cells, text)
	case d.Delim == Fixed:
		d.placed(text, r)
	case d.Delim == Boxed:
		d.boxed(text, r)
	default:
		d.logged(text, r)
	}
	for range r.cells {
		r.quoted = append(r.quoted, false)
	}
	r.wide = len(r.cells) > MaxFields
}

// token is a run of a line without blanks.
type token struct {
	from, to   int // bytes
	left, past int // places: of its first character, and behind its last
	digits     bool
}

// tokens lists the runs of a line. A place is as wide as a Latin letter; characters of
// Chinese, Japanese and Korean take two where the text is laid out so.
func (d *Dialect) tokens(b []byte, out []token) []token {
	out = out[:0]
	at, open := 0, false
	for i := 0; i < len(b); {
		r, n := rune(b[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(b[i:])
		}
		w := d.places(r, at)
		switch blank := r <= ' ' || r >= utf8.RuneSelf && unicode.IsSpace(r); {
		case blank:
			open = false
		case !open:
			out = append(out, token{from: i, to: i + n, left: at, past: at + w})
			open = true
		default:
			out[len(out)-1].to, out[len(out)-1].past = i+n, at+w
		}
		if r >= '0' && r <= '9' {
			out[len(out)-1].digits = true
		}
		at += w
		i += n
	}
	return out
}

// places is how many places a character takes at a place.
func (d *Dialect) places(r rune, at int) int {
	switch {
	case r == '\t':
		return 8 - at%8
	case r < 0x300 || d.Narrow:
		return 1
	case unicode.Is(unicode.Mn, r):
		return 0
	}
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

// placed cuts a line of a text of fixed width. Every run belongs to the column in which
// more of it lies. A line with two runs between columns, or with one and hardly a column
// filled else, is a title or a note: one cell. So is one with text at its start alone.
func (d *Dialect) placed(text []byte, r *record) {
	var room [64]token
	runs := d.tokens(text, room[:0])
	cols := make([][2]int, len(d.Cuts)) // first run, and behind the last
	col, astray, filled := 0, 0, 0
	for i := range runs {
		own, inside := d.column(runs, i, col)
		if !inside {
			astray++
		}
		if cols[own][1] == 0 {
			cols[own][0] = i
			filled++
		}
		cols[own][1] = i + 1
		col = own
	}
	if astray > 1 || astray == 1 && filled < 3 && len(cols) > 3 || filled == 1 && cols[0][1] > 0 {
		r.cells = append(r.cells, bytes.TrimSpace(text))
		return
	}
	for _, c := range cols {
		if c[1] == 0 {
			r.cells = append(r.cells, nil)
			continue
		}
		r.cells = append(r.cells, text[runs[c[0]].from:runs[c[1]-1].to])
	}
}

// column finds the column of run i, col or one behind it; inside is false for a run that
// reaches between columns.
func (d *Dialect) column(runs []token, i, col int) (own int, inside bool) {
	t := runs[i]
	for col+1 < len(d.Cuts) && t.left >= d.Cuts[col+1].From {
		col++
	}
	if col+1 >= len(d.Cuts) || t.past <= d.Cuts[col].To {
		return col, true
	}
	here, next := d.Cuts[col], d.Cuts[col+1]
	if t.past > next.From && t.past-next.From > here.To-t.left || t.left >= here.To && nearer(runs, i, next.From) {
		return col + 1, false
	}
	return col, false
}

// nearer reports whether run i, which lies between two columns, is nearer to the next one.
func nearer(runs []token, i, next int) bool {
	before := next
	if i > 0 {
		before = runs[i].left - runs[i-1].past
	}
	return next-runs[i].past < before
}

// boxed cuts a line at the bars; those at its ends belong to the frame.
func (d *Dialect) boxed(text []byte, r *record) {
	text = bytes.TrimSpace(text)
	bar, n := barAt(text)
	if n == 0 {
		r.cells = append(r.cells, text)
		return
	}
	if d.Framed && bar == 0 {
		text = text[n:]
		if _, k := barBefore(text); k > 0 {
			text = text[:len(text)-k]
		}
	}
	from := 0
	for i := 0; i < len(text); {
		if text[i] == '\\' && i+1 < len(text) && text[i+1] == '|' {
			i += 2
			continue
		}
		k := barLen(text[i:])
		if k == 0 {
			i++
			continue
		}
		r.cells = append(r.cells, unbarred(text[from:i]))
		i += k
		from = i
	}
	r.cells = append(r.cells, unbarred(text[from:]))
}

// unbarred is the text of a cell, bars written with a backslash made bars.
func unbarred(c []byte) []byte {
	c = bytes.TrimSpace(c)
	if bytes.Contains(c, []byte(`\|`)) {
		c = bytes.ReplaceAll(c, []byte(`\|`), []byte("|"))
	}
	return c
}

// barLen is the length of the bar at the start of b, 0 for none.
func barLen(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	if b[0] == '|' {
		return 1
	}
	if b[0] == 0xE2 && len(b) >= 3 && b[1] == 0x94 && b[2] == 0x82 || b[0] == 0xE2 && len(b) >= 3 && b[1] == 0x95 && b[2] == 0x91 {
		return 3 // │ ║
	}
	return 0
}

func barAt(b []byte) (at, n int) {
	for i := range b {
		if k := barLen(b[i:]); k > 0 {
			return i, k
		}
	}
	return -1, 0
}

// barBefore finds a bar at the end of b.
func barBefore(b []byte) (at, n int) {
	for _, k := range [...]int{1, 3} {
		if len(b) >= k && barLen(b[len(b)-k:]) == k && (k > 1 || len(b) < 2 || b[len(b)-2] != '\\') {
			return len(b) - k, k
		}
	}
	return -1, 0
}

// isDash reports a sign that lines are drawn with.
func isDash(r rune) bool {
	switch r {
	case '-', '=', '_', '─', '━', '═':
		return true
	}
	return false
}

// isRule reports a line that is drawn rather than written: dashes, underscores or equals
// signs, with the corners and bars between them.
func isRule(b []byte) bool {
	dashes := 0
	for i := 0; i < len(b); {
		r, n := rune(b[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(b[i:])
		}
		switch {
		case isDash(r):
			dashes++
		case r == '+' || r == '|' || r == ':' || r == ' ' || r == '\t' || r == '\r':
		case r >= 0x2500 && r <= 0x257F: // lines, corners and crossings
		default:
			return false
		}
		i += n
	}
	return dashes >= 3
}

// logged cuts a line of a web server's log at blanks. A cell in quotes or brackets ends
// with the sign that closes it and a blank.
func (d *Dialect) logged(text []byte, r *record) {
	for i := 0; i < len(text); {
		if text[i] == ' ' {
			i++
			continue
		}
		closing := byte(0)
		switch text[i] {
		case '"':
			closing = '"'
		case '[':
			closing = ']'
		}
		if closing != 0 {
			if n := closed(text[i+1:], closing); n >= 0 {
				r.cells = append(r.cells, text[i+1:i+1+n])
				i += n + 2
				continue
			}
		}
		n := bytes.IndexByte(text[i:], ' ')
		if n < 0 {
			n = len(text) - i
		}
		r.cells = append(r.cells, text[i:i+n])
		i += n
	}
}

// closed finds the closing sign that a blank or the end follows; a backslash takes its
// meaning off a quotation mark.
func closed(b []byte, sign byte) int {
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\' && sign == '"':
			i++
		case b[i] == sign && (i+1 == len(b) || b[i+1] == ' '):
			return i
		}
	}
	return -1
}
