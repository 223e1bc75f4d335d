package patch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
)

// The errors of [Text], as [*RowError] with the line.
var (
	ErrQuotes   = errors.New("quotation marks that do not keep to the rules")
	ErrTooLong  = errors.New("record longer than 1 MB")
	ErrEncoding = errors.New("text that the encoding cannot write")
)

// RowError is an error of a row.
type RowError struct {
	Line int // of the file, from 1
	Text string
	Err  error
}

// Error implements error.
func (e *RowError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }

// Keep is the value of a cell of Fill that stays as it is.
const Keep = "\x00keep"

// Change says what becomes of the columns.
type Change struct {
	Fill   []int    // columns that get new cells
	Append []string // headers of new columns, behind the others
	// Row returns the new cells of a row, those of Fill and then of Append; ok is false for
	// a row that stays as it is. Cells are those that the row has, fewer or more than the table.
	Row func(cells []string, line int) (values []string, ok bool)
}

// Done tells what became of the rows.
type Done struct {
	Rows int // that got cells
	Long int // of them, with cells beyond the last column, which now stand behind the new ones
}

// Text copies a text with changed columns. src begins behind the byte order mark.
func Text(ctx context.Context, dst io.Writer, src io.Reader, l Layout, c Change) (Done, error) {
	p := &patcher{Layout: l, change: c, dst: dst, src: src, line: 1}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return p.done, ctx.Err()
		}
		if err := p.fill(); err != nil {
			return p.done, err
		}
		if p.pos >= len(p.buf) {
			return p.done, p.flush()
		}
		if err := p.record(); err != nil {
			return p.done, err
		}
	}
}

// patcher is a text on its way.
type patcher struct {
	Layout
	change Change
	dst    io.Writer
	src    io.Reader
	buf    []byte
	pos    int
	eof    bool
	line   int
	past   bool // the header is behind
	all    bool // every cell of the header is quoted
	rec    record
	other  record // another reading of it
	out    []byte
	done   Done
}

// fill keeps more than a record's length of text in the buffer.
func (p *patcher) fill() error {
	if p.eof || len(p.buf)-p.pos >= maxRecord+readSize {
		return nil
	}
	p.buf = append(p.buf[:0], p.buf[p.pos:]...)
	p.pos = 0
	for !p.eof && len(p.buf) < 2*(maxRecord+readSize) {
		n := len(p.buf)
		p.buf = slices.Grow(p.buf, readSize)[:n+readSize]
		k, err := p.src.Read(p.buf[n:])
		p.buf = p.buf[:n+k]
		if errors.Is(err, io.EOF) {
			p.eof = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (p *patcher) flush() error {
	_, err := p.dst.Write(p.out)
	p.out = p.out[:0]
	return err
}

// record copies the record at the reading position, with its changes.
func (p *patcher) record() error {
	b := p.buf[p.pos:]
	if len(b) > maxRecord+readSize {
		b = b[:maxRecord+readSize]
	}
	p.read(b, &p.rec)
	if p.Backslash && (len(p.rec.cells) != p.Width || p.rec.bad) { // perhaps a cell that ends in one
		plain := p.Layout
		plain.Backslash = false
		if plain.read(b, &p.other); len(p.other.cells) == p.Width && !p.other.bad {
			p.rec, p.other = p.other, p.rec
		}
	}
	r := &p.rec
	switch {
	case r.next >= len(b) && p.pos+len(b) < len(p.buf):
		return &RowError{Line: p.line, Err: ErrTooLong}
	case r.bad, r.lines > 0 && len(r.cells) != p.Width && p.Width > 1 && p.past:
		return &RowError{Line: p.line, Err: ErrQuotes}
	}
	if err := p.write(b); err != nil {
		return err
	}
	p.pos += r.next
	p.line += r.lines + 1
	if len(p.out) > readSize {
		return p.flush()
	}
	return nil
}

// write puts the record out.
func (p *patcher) write(b []byte) error {
	r := &p.rec
	if !p.past && p.line < p.Header {
		p.out = append(p.out, b[:r.next]...)
		return nil
	}
	if !p.past && p.Header > 0 {
		p.past = true
		p.all = !slices.ContainsFunc(r.cells, func(s span) bool { return s.open == 0 })
		return p.emit(b, nil, p.change.Append)
	}
	p.past = true
	cells, blank := make([]string, len(r.cells)), true
	for i, s := range r.cells {
		cells[i] = p.text(b, s)
		blank = blank && strings.TrimSpace(cells[i]) == ""
	}
	if blank {
		p.out = append(p.out, b[:r.next]...)
		return nil
	}
	values, ok := p.change.Row(cells, p.line)
	if !ok {
		p.out = append(p.out, b[:r.next]...)
		return nil
	}
	p.done.Rows++
	if len(r.cells) > p.Width {
		p.done.Long++
	}
	n := len(p.change.Fill)
	return p.emit(b, values[:n], values[n:])
}

// emit writes the record with the new cells.
func (p *patcher) emit(b []byte, fill, added []string) error {
	r := &p.rec
	at := 0
	for i, s := range r.cells {
		if k := slices.Index(p.change.Fill, i); k >= 0 && fill != nil && fill[k] != Keep {
			p.out = append(p.out, b[at:s.from]...)
			if err := p.cell(fill[k], s.open > 0); err != nil {
				return err
			}
			at = s.to
		}
		if i == p.Width-1 { // what stands behind the last column moves on
			p.out = append(p.out, b[at:s.to]...)
			at = s.to
			if err := p.more(added); err != nil {
				return err
			}
		}
	}
	if missing := p.Width - len(r.cells); missing > 0 {
		p.out = append(p.out, b[at:r.end]...)
		at = r.end
		for k := range missing {
			value := ""
			if f := slices.Index(p.change.Fill, len(r.cells)+k); f >= 0 && fill != nil && fill[f] != Keep {
				value = fill[f]
			}
			if err := p.more([]string{value}); err != nil {
				return err
			}
		}
		if err := p.more(added); err != nil {
			return err
		}
	}
	p.out = append(p.out, b[at:r.next]...)
	return nil
}

// more writes cells behind others.
func (p *patcher) more(values []string) error {
	for _, v := range values {
		delim := p.Delim
		if delim == "" {
			delim = ","
		}
		if p.Skip {
			delim += " "
		}
		d, _ := p.Encoding.encode(delim)
		p.out = append(p.out, d...)
		if err := p.cell(v, p.all && p.Header > 0); err != nil {
			return err
		}
	}
	return nil
}

// cell writes one cell, in quotation marks where it needs them or its neighbours have them.
func (p *patcher) cell(v string, quoted bool) error {
	quote := p.Quote
	if quote == 0 {
		quote = '"'
	}
	first := p.Delim
	if first == "" {
		first = ","
	}
	if quoted || strings.Contains(v, first) || strings.ContainsAny(v, "\r\n"+string(rune(quote))) || strings.TrimSpace(v) != v || p.Backslash && strings.Contains(v, `\`) {
		q := string(rune(quote))
		if p.Backslash {
			v = strings.ReplaceAll(v, `\`, `\\`)
		}
		v = q + strings.ReplaceAll(v, q, q+q) + q
	}
	b, ok := p.Encoding.encode(v)
	if !ok {
		return &RowError{Line: p.line, Text: v, Err: ErrEncoding}
	}
	p.out = append(p.out, bytes.Clone(b)...)
	return nil
}
