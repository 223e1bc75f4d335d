package patch

import (
	"bytes"
	"strings"

	"qunxiang/core/ingest/internal/quote"
)

// Limits of one record, as those of package delimited.
const (
	maxRecord = 1 << 20 // bytes
	maxFields = 2000
	readSize  = 256 << 10
)

// Layout is how the text is written.
type Layout struct {
	Encoding  Encoding
	Delim     string // 1–2 characters of ASCII; "" = one column
	Quote     byte   // 0 = none
	Newline   byte   // '\n' or '\r'; 0 = either
	Backslash bool   // a backslash takes the meaning off a quotation mark
	Skip      bool   // blanks behind a delimiter do not belong to the cell
	Header    int    // line of the header, from 1; 0 = there is none
	Width     int    // columns of the table
}

// span is a cell in the bytes of its record.
type span struct {
	from, to int // where it stands, blanks and quotation marks included
	open     int // behind the quotation mark that opens it; 0 = it has none
	shut     int // where the one that closes it stands
}

// record is a record in the bytes of the file.
type record struct {
	cells []span
	end   int // where its line end stands
	next  int // where the next record begins
	lines int // line ends inside
	bad   bool
}

// char returns the bytes of the character at b[i] and what it is: a character of ASCII, or 0xFF.
func (l *Layout) char(b []byte, i int) (n int, c byte) {
	switch l.Encoding.form {
	case utf16le, utf16be:
		if i+1 >= len(b) {
			return len(b) - i, 0xFF
		}
		low, high := b[i], b[i+1]
		if l.Encoding.form == utf16be {
			low, high = high, low
		}
		if high == 0 && low < 0x80 {
			return 2, low
		}
		return 2, 0xFF
	case single:
		if b[i] < 0x80 {
			return 1, b[i]
		}
		return 1, 0xFF
	}
	if b[i] < 0x80 {
		return 1, b[i]
	}
	return l.Encoding.form.length(b[i:]), 0xFF
}

// at reports a character of ASCII at b[i] and how many bytes it takes.
func (l *Layout) at(b []byte, i int, want byte) (n int, ok bool) {
	if i >= len(b) {
		return 0, false
	}
	n, c := l.char(b, i)
	return n, c == want
}

// lineEnd reports whether a line ends at b[i] and how many bytes its end takes.
func (l *Layout) lineEnd(b []byte, i int) (n int, ok bool) {
	if i >= len(b) {
		return 0, true
	}
	n, c := l.char(b, i)
	switch {
	case c == '\n' && l.Newline != '\r':
		return n, true
	case c != '\r':
		return 0, false
	}
	if m, ok := l.at(b, i+n, '\n'); ok {
		return n + m, true
	}
	return n, l.Newline != '\n' || i+n >= len(b)
}

// delim returns the length of the delimiter at b[i], 0 for none.
func (l *Layout) delim(b []byte, i int) int {
	if l.Delim == "" {
		return 0
	}
	n := 0
	for k := range len(l.Delim) {
		m, ok := l.at(b, i+n, l.Delim[k])
		if !ok {
			return 0
		}
		n += m
	}
	for l.Skip {
		m, ok := l.at(b, i+n, ' ')
		if !ok {
			break
		}
		n += m
	}
	return n
}

// read finds the cells of the record at the start of b.
func (l *Layout) read(b []byte, r *record) {
	*r = record{cells: r.cells[:0]}
	pos := 0
	for {
		c := l.cell(b, pos, r)
		r.cells = append(r.cells, c)
		if n, ok := l.lineEnd(b, c.to); ok {
			r.end, r.next = c.to, c.to+n
			return
		}
		if len(r.cells) > maxFields {
			r.bad, r.end, r.next = true, c.to, len(b)
			return
		}
		pos = c.to + max(1, l.delim(b, c.to))
	}
}

// cell finds the cell at b[pos].
func (l *Layout) cell(b []byte, pos int, r *record) span {
	if l.Quote != 0 {
		i := l.blanks(b, pos)
		if n, ok := l.at(b, i, l.Quote); ok {
			if s, ok := l.quoted(b, i+n, r); ok {
				s.from = pos
				return s
			}
			r.bad = true
		}
	}
	i := pos
	for i < len(b) {
		if _, ok := l.lineEnd(b, i); ok || l.delim(b, i) > 0 {
			break
		}
		n, _ := l.char(b, i)
		i += n
	}
	return span{from: pos, to: i}
}

// blanks steps over blanks that are no delimiters.
func (l *Layout) blanks(b []byte, i int) int {
	for l.Delim != " " && l.delim(b, i) == 0 {
		n, ok := l.at(b, i, ' ')
		if !ok {
			break
		}
		i += n
	}
	return i
}

// quoted finds the end of the cell whose text begins at b[i].
func (l *Layout) quoted(b []byte, i int, r *record) (span, bool) {
	s := span{open: i}
	odd, lines, slash := false, 0, false
	for at := i; at < len(b); {
		n, c := l.char(b, at)
		switch {
		case slash:
			slash = false
		case l.Backslash && c == '\\':
			slash = true
		case c == l.Quote:
			end := l.blanks(b, at+n)
			if _, ok := l.lineEnd(b, end); ok || l.delim(b, end) > 0 {
				r.lines += lines
				r.bad = r.bad || odd && lines > 0
				s.shut, s.to = at, end
				return s, true
			}
			if m, ok := l.at(b, at+n, l.Quote); ok {
				n += m
			} else {
				odd = true
			}
		default:
			if m, ok := l.lineEnd(b, at); ok {
				lines, n = lines+1, m
			}
		}
		at += n
	}
	return s, false
}

// text is a cell as UTF-8, without its quotation marks.
func (l *Layout) text(b []byte, s span) string {
	if s.open == 0 {
		return withoutZeros(l.Encoding.decode(b[s.from:s.to]))
	}
	out := []byte(withoutZeros(l.Encoding.decode(b[s.open:s.shut])))
	if bytes.IndexByte(out, l.Quote) < 0 && (!l.Backslash || bytes.IndexByte(out, '\\') < 0) {
		return string(out)
	}
	return string(quote.Undo(make([]byte, 0, len(out)), out, l.Quote, l.Backslash))
}

// withoutZeros takes out zero bytes, which some programs leave in texts.
func withoutZeros(s string) string { return strings.ReplaceAll(s, "\x00", "") }
