package ingest

import (
	"context"
	"errors"
	"io"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/delimited"
)

// Plain is a table as it stands in a file: all cells as text, nothing interpreted. What
// is not the table — titles, notes, totals and footers — is listed, never swallowed.
type Plain struct {
	Format     string // "text", "xlsx" …
	Encoding   string
	Delimiter  string // "" where there is none
	Quote      string
	Sheet      string
	Sheets     []string
	Header     []string // nil = the table has none
	HeaderRows []int    // of the file, 1-based
	Width      int
	Confidence float64   // of the header, 0…1
	Skipped    []Skipped // complete when all rows were read
	Odd        []Odd     // rows that needed a repair, or do not fit
	Rows       int       // read so far

	src      rowSource
	written  delimited.Dialect // of text …
	mark     int64             // … and the bytes of its byte order mark
	held     []plainRow        // the first rows
	first    []plainRow        // those and what is above the table
	tail     []plainRow        // rows that are a footer if nothing follows
	rawLeft  int               // of first, when rows are read as they stand
	ended    bool
	shape    shape
	gap      bool // a blank row was the last
	ragged   bool // rows have a length of their own, as in text
	last     plainRow
	oddCount map[string]int
}

// Skipped is a run of rows that are not the table's.
type Skipped struct {
	Kind string `json:"kind"` // "preamble", "group_header", "blank", "repeated_header", "comment", "total", "footer", "other_table"
	Row  int    `json:"row"`  // the first, 1-based
	Rows int    `json:"rows"`
	Text string `json:"text,omitempty"` // of its first row, for people
}

// Odd is a kind of row that needed care.
type Odd struct {
	Kind  string `json:"kind"` // "quote_kept", "other_delimiter", "header_realigned", "quote_closed", "too_many_cells", "too_few_cells"
	Count int    `json:"count"`
	Rows  []int  `json:"rows"` // the first few, 1-based
}

// plainRow is a row with its number in the file.
type plainRow struct {
	cells  []string
	number int
	lines  int // of the file that it takes; 0 = one
	repair string
}

// rowSource reads the rows of a file one after the other.
type rowSource interface {
	// next returns io.EOF behind the last row. Cells are the caller's.
	next(ctx context.Context) (plainRow, error)
	close()
}

// OpenPlain opens a file of any format as a plain table. The caller closes it.
//
// Of the options it heeds Sheet, HeaderRow, Encoding and Delimiter. Errors are as those
// of [Read]; a table whose columns mean nothing to an import is none.
func OpenPlain(ctx context.Context, path string, o core.ImportOptions) (*Plain, error) {
	p, err := openPlain(ctx, path, o)
	if err != nil {
		return nil, atFile(path, err)
	}
	return p, nil
}

// structureRows is how many rows are looked at to find the header.
const structureRows = 600

func newPlain(ctx context.Context, src rowSource, width int, o core.ImportOptions) (*Plain, error) {
	p := &Plain{src: src, oddCount: map[string]int{}}
	for len(p.held) < structureRows {
		r, err := src.next(ctx)
		if errors.Is(err, io.EOF) {
			p.ended = true
			break
		}
		if err != nil {
			return nil, err
		}
		p.held = append(p.held, r)
	}
	rows := make([][]string, len(p.held))
	for i, r := range p.held {
		rows[i] = r.cells
	}
	p.shape = findShape(rows, width, plainHeader(p.held, o))
	p.Width, p.Confidence = p.shape.width, p.shape.confidence
	p.first = p.held
	p.takeHeader()
	return p, nil
}

// plainHeader turns the row of the header that the user gave into an index.
func plainHeader(rows []plainRow, o core.ImportOptions) int {
	if len(rows) > 0 && rows[0].number == 0 && o.HeaderRow == 0 {
		return 1 // names that the file itself has
	}
	if o.HeaderRow <= 0 {
		return o.HeaderRow
	}
	for i, r := range rows {
		if r.number >= o.HeaderRow {
			return i + 1
		}
	}
	return len(rows)
}

// takeHeader lists what is above the table and makes the header.
func (p *Plain) takeHeader() {
	s := &p.shape
	for i, r := range p.held[:s.first] {
		switch {
		case lastFilled(r.cells) == 0:
			p.skip("blank", r)
		case i == s.group:
			p.skip("group_header", r)
		default:
			p.skip("preamble", r)
		}
	}
	if s.headers > 0 {
		p.Header = s.names
		for _, r := range p.held[s.first : s.first+s.headers] {
			if r.number > 0 {
				p.HeaderRows = append(p.HeaderRows, r.number)
			}
		}
	}
	if s.realign && len(p.HeaderRows) > 0 {
		p.odd("header_realigned", p.HeaderRows[0])
	}
	p.held = p.held[s.first+s.headers:]
}

// skip lists a row that is not the table's; runs of one kind are one entry.
func (p *Plain) skip(kind string, r plainRow) {
	if n := len(p.Skipped); n > 0 {
		if last := &p.Skipped[n-1]; last.Kind == kind && last.Row+last.Rows == r.number {
			last.Rows++
			return
		}
	}
	text := strings.Join(strings.FieldsFunc(strings.Join(r.cells, " "), func(c rune) bool { return c <= ' ' }), " ")
	if t := []rune(text); len(t) > 80 {
		text = string(t[:80])
	}
	if kind == "blank" && len(p.Skipped) > maxSkipped {
		p.Skipped[len(p.Skipped)-1].Rows++
		return
	}
	p.Skipped = append(p.Skipped, Skipped{Kind: kind, Row: r.number, Rows: 1, Text: text})
}

// maxSkipped bounds the list for files with a blank line between any two.
const maxSkipped = 1000

// odd notes a row that needed care.
func (p *Plain) odd(kind string, row int) {
	if kind == "" {
		return
	}
	i, ok := p.oddCount[kind]
	if !ok {
		i = len(p.Odd)
		p.oddCount[kind] = i
		p.Odd = append(p.Odd, Odd{Kind: kind})
	}
	p.Odd[i].Count++
	if len(p.Odd[i].Rows) < maxExamples {
		p.Odd[i].Rows = append(p.Odd[i].Rows, row)
	}
}

// Close lets the file go.
func (p *Plain) Close() { p.src.close() }

// Each calls fn with every row of the table and its number in the file. A row has Width
// cells, or more where cells with text lie beyond the last column.
func (p *Plain) Each(ctx context.Context, fn func(cells []string, row int) error) error {
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r, err := p.pull(ctx)
		if errors.Is(err, io.EOF) {
			p.footer()
			return nil
		}
		if err != nil {
			return err
		}
		stop, err := p.sort(ctx, r, fn)
		if stop || err != nil {
			return err
		}
	}
}

// pull returns the next row of the file.
func (p *Plain) pull(ctx context.Context) (plainRow, error) {
	if len(p.held) > 0 {
		r := p.held[0]
		p.held = p.held[1:]
		return r, nil
	}
	if p.ended {
		return plainRow{}, io.EOF
	}
	return p.src.next(ctx)
}

// maxTail is how many rows may wait for the end of the file.
const maxTail = 500

// sort decides what a row is. stop is true behind the table.
func (p *Plain) sort(ctx context.Context, r plainRow, fn func([]string, int) error) (stop bool, err error) {
	if p.last.number > 0 && r.number > p.last.number+max(1, p.last.lines) {
		p.gap = true // rows that a book leaves out
	}
	p.last = plainRow{number: r.number, lines: r.lines}
	switch kind := p.shape.kindOf(r.cells, p.gap, len(p.tail) > 0); {
	case kind == rowOther:
		p.footer()
		return true, p.rest(ctx, r)
	case kind == rowBlank:
		p.gap = true
		p.tail = append(p.tail, r)
	case kind == rowTail && len(p.tail) < maxTail:
		p.gap = false
		p.tail = append(p.tail, r)
		return false, nil
	case kind == rowRepeat, kind == rowComment:
		p.gap = false
		if err := p.flush(fn); err != nil {
			return false, err
		}
		p.skip(map[rowKind]string{rowRepeat: "repeated_header", rowComment: "comment"}[kind], r)
	default:
		p.gap = false
		if err := p.flush(fn); err != nil {
			return false, err
		}
		return false, p.give(r, fn)
	}
	if len(p.tail) >= maxTail {
		return false, p.flush(fn)
	}
	return false, nil
}

// flush hands over the rows that waited: the table goes on behind them.
func (p *Plain) flush(fn func([]string, int) error) error {
	tail := p.tail
	p.tail = p.tail[:0]
	for _, r := range tail {
		if lastFilled(r.cells) == 0 {
			p.skip("blank", r)
			continue
		}
		if err := p.give(r, fn); err != nil {
			return err
		}
	}
	return nil
}

// give hands over a row of the table.
func (p *Plain) give(r plainRow, fn func([]string, int) error) error {
	n := len(r.cells)
	for n > p.Width && strings.TrimSpace(r.cells[n-1]) == "" {
		n--
	}
	r.cells = r.cells[:n]
	if n > p.Width {
		p.odd("too_many_cells", r.number)
	}
	if n < p.Width {
		if p.ragged {
			p.odd("too_few_cells", r.number)
		}
		r.cells = append(r.cells, make([]string, p.Width-n)...)
	}
	p.odd(r.repair, r.number)
	p.Rows++
	return fn(r.cells, r.number)
}

// footer lists the rows behind the table.
func (p *Plain) footer() {
	for _, r := range p.tail {
		switch {
		case lastFilled(r.cells) == 0:
			p.skip("blank", r)
		case isTotalRow(r.cells):
			p.skip("total", r)
		default:
			p.skip("footer", r)
		}
	}
	p.tail = nil
}

// rest lists another table behind this one.
func (p *Plain) rest(ctx context.Context, r plainRow) error {
	p.skip("other_table", r)
	last := &p.Skipped[len(p.Skipped)-1]
	for {
		r, err := p.pull(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		last.Rows = r.number - last.Row + 1
	}
}
