package delimited

import (
	"bytes"
	"errors"
	"io"
)

// ErrTooManyFields is returned for a record of more than MaxFields cells.
var ErrTooManyFields = errors.New("record with more than 2,000 fields")

// ErrTooLong is returned for a record of more than MaxRecord bytes.
var ErrTooLong = errors.New("record longer than 1 MB")

// Record is one record of a text.
type Record struct {
	Cells  [][]byte // valid until the next record is read
	Line   int      // of its first line, from 0
	Lines  int      // that it spans
	Repair Repair
	Broken bool // as it stands, a quotation mark in it is never closed
}

// Repair says what was done to read a record.
type Repair uint8

// The repairs.
const (
	Whole       Repair = iota // nothing
	QuoteKept                 // a quotation mark that opens a cell counts as a character
	OtherDelim                // the line is divided by another delimiter than the table
	QuoteClosed               // a quotation mark is never closed: the line ends the cell
)

// Reader reads records from UTF-8 text.
type Reader struct {
	Dialect
	// Width is the number of columns of the table, 0 where it is not known: records are
	// then read as they stand.
	Width int

	src   io.Reader
	buf   []byte
	pos   int
	eof   bool
	line  int
	whole int // records that were as wide as the table
	lost  int // records with a quote that is never closed
	try   [2]record
}

// NewReader reads src, which holds UTF-8 text without a byte order mark, as a table of
// width columns.
func NewReader(src io.Reader, d Dialect, width int) *Reader {
	return &Reader{Dialect: d, Width: width, src: src}
}

const readSize = 256 << 10

// Next returns the next record, or io.EOF behind the last.
func (r *Reader) Next() (Record, error) {
	for {
		if err := r.fill(); err != nil {
			return Record{}, err
		}
		if r.pos >= len(r.buf) {
			return Record{}, io.EOF
		}
		b := r.buf[r.pos:]
		if !r.eof && len(b) < MaxRecord+readSize {
			continue
		}
		return r.record(b)
	}
}

// fill keeps more than a record's length of text in the buffer: a reading is never cut
// off by the end of the buffer, so the result does not depend on how the text arrives.
func (r *Reader) fill() error {
	if r.eof || len(r.buf)-r.pos >= MaxRecord+readSize {
		return nil
	}
	r.buf = append(r.buf[:0], r.buf[r.pos:]...)
	r.pos = 0
	for !r.eof && len(r.buf) < 2*(MaxRecord+readSize) {
		n := len(r.buf)
		r.buf = append(r.buf, make([]byte, readSize)...)
		k, err := r.src.Read(r.buf[n:])
		r.buf = r.buf[:n+k]
		if errors.Is(err, io.EOF) {
			r.eof = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

// record reads the record at the start of b.
func (r *Reader) record(b []byte) (Record, error) {
	window := b[:min(len(b), MaxRecord)]
	if len(window) < len(b) { // end the view at a line, or a cell at its end would be cut
		if n := bytes.LastIndexAny(window, "\r\n"); n > 0 {
			window = window[:n+1]
		}
	}
	got := &r.try[0]
	r.parse(window, never, got)
	repair, broken := Whole, got.broken
	if alt, how := r.repaired(window, got); alt != nil {
		got, repair = alt, how
	}
	if got.wide {
		return Record{Line: r.line}, ErrTooManyFields
	}
	if got.next >= len(window) && len(window) < len(b) {
		return Record{Line: r.line}, ErrTooLong
	}
	if broken {
		r.lost++
		r.try[0].narrow(r.lost)
		r.try[1].narrow(r.lost)
	}
	if repair == Whole && len(got.cells) == r.Width {
		r.whole++
	}
	out := Record{Cells: got.cells, Line: r.line, Lines: got.lines + 1, Repair: repair, Broken: broken}
	r.pos += got.next
	r.line += got.lines + 1
	return out, nil
}

// maxTries bounds the readings that are tried for one record.
const maxTries = 8

// repaired looks for a better reading of an odd record; nil when there is none.
func (r *Reader) repaired(b []byte, got *record) (*record, Repair) {
	spans, fits := got.lines > 0, len(got.cells) == r.Width
	suspect := got.broken || got.odd && spans // a quote may have swallowed a line
	switch {
	case r.asItStands():
		return nil, Whole
	case fits && got.broken:
		return r.closed(b)
	case fits && !suspect:
		return nil, Whole
	}
	if got.odd || got.broken || spans {
		if alt := r.kept(b, got.opens, spans); alt != nil {
			return alt, QuoteKept
		}
	}
	switch {
	case suspect:
		return r.closed(b)
	case !spans && !fits:
		return r.otherDelim(b)
	}
	return nil, Whole
}

// asItStands reports a table whose records have no width to be held against.
func (r *Reader) asItStands() bool { return r.Width < 2 || r.ByLine() }

// kept reads the record with one of the quotes that open its cells as a character; nil
// where that makes it no better.
func (r *Reader) kept(b []byte, opens []int, spans bool) *record {
	alt := &r.try[1]
	for _, open := range opens[:min(len(opens), maxTries)] {
		r.parse(b, open, alt)
		if len(alt.cells) == r.Width && !alt.broken && (!alt.odd || !spans || alt.lines == 0) {
			return alt
		}
	}
	return nil
}

// closed reads the first line by itself.
func (r *Reader) closed(b []byte) (*record, Repair) {
	end, size := r.lineEnd(b, 0)
	alt := &r.try[1]
	r.parse(b[:end], never, alt)
	if alt.broken && len(alt.opens) > 0 {
		r.parse(b[:end], alt.opens[len(alt.opens)-1], alt)
	}
	if alt.broken {
		r.parse(b[:end], allQuotes, alt)
	}
	alt.next = end + size
	return alt, QuoteClosed
}

// otherDelim reads the line with the other usual delimiters.
func (r *Reader) otherDelim(b []byte) (*record, Repair) {
	end, size := r.lineEnd(b, 0)
	if r.Width < 3 || r.whole == 0 || end > 0 && b[0] == '#' {
		return nil, Whole
	}
	alt := &r.try[1]
	for _, delim := range [...]string{",", ";", "\t", "|", " "} {
		if delim == r.Delim || r.blanks() || bytes.Count(b[:end], []byte(delim)) < r.Width-1 {
			continue
		}
		d := r.Dialect
		d.Delim, d.Skip = delim, false
		d.parse(b[:end], never, alt)
		if len(alt.cells) == r.Width && !alt.broken && !alt.odd && (delim != " " || alt.values() >= 2) {
			alt.next = end + size
			return alt, OtherDelim
		}
	}
	return nil, Whole
}

// values counts the numbers and dates of a record: a sentence has as many blanks as a
// row, but not these.
func (r *record) values() int {
	n := 0
	for _, c := range r.cells {
		if len(c) > 0 && (isNumber(c) || isDate(c)) {
			n++
		}
	}
	return n
}
