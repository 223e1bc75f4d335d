package ingest

import (
	"bytes"
	"context"
	"errors"
	"hash"
	"io"
	"maps"
	"slices"

	"golang.org/x/text/transform"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/delimited"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/ingest/internal/text"
)

// errOddQuotes ends the fast reading of a text in which a quotation mark that closes a
// cell is followed by text: lines may have been swallowed.
var errOddQuotes = errors.New("quotation marks do not keep to the rules")

// oddQuotes reports errors after which a text is read again, record by record.
func oddQuotes(err error) bool {
	if errors.Is(err, errOddQuotes) {
		return true
	}
	return core.CodeOf(err) == "quote_unclosed"
}

// readCarefully reads the text record by record, each held against the width of the
// table, see package delimited.
func (t *textFile) readCarefully(ctx context.Context, sum hash.Hash, free <-chan *block, work, order chan<- *block) error {
	if _, err := t.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	c := &counter{r: t.f, sum: sum}
	if _, err := io.CopyN(io.Discard, c, t.bom); err != nil {
		return err
	}
	var src io.Reader = c
	if d := text.Decoder(t.encoding); d != nil {
		src = transform.NewReader(c, d)
	}
	src = t.strip(src)
	t.kept = map[string]*Odd{}
	f := &carefulFeed{t: t, r: delimited.NewReader(src, t.carefulDialect(), t.found.Width), slot: slotsOf(t.layout), line: t.startLine}
	t.filler = t.newFiller(f.slot)
	for {
		b, err := take(ctx, free)
		if err != nil {
			return err
		}
		more, err := f.fill(b, t.tuning.block)
		b.err, b.read = err, c.n
		t.filler.fill(&b.grid)
		if b.grid.Rows > 0 || err != nil {
			if err := send(ctx, b, work, order); err != nil {
				return err
			}
		}
		if !more || err != nil {
			return nil //nolint:nilerr // the block carries the fault to its place among the rows
		}
	}
}

// headBlock reads the head of the text as an import would, for a preview.
func (t *textFile) headBlock() (*block, error) {
	t.kept = map[string]*Odd{}
	f := &carefulFeed{t: t, r: delimited.NewReader(bytes.NewReader(t.head), t.carefulDialect(), t.found.Width), slot: slotsOf(t.layout), line: t.startLine}
	b := &block{}
	_, err := f.fill(b, len(t.head)+1)
	return b, err
}

// carefulDialect is the dialect with the line ends that the file was sniffed with.
func (t *textFile) carefulDialect() delimited.Dialect {
	d := t.found.Dialect
	d.Newline = t.dialect.Newline
	return d
}

// careless is the fault of the fast reading that a fault of the careful one is.
func careless(err error) error {
	switch {
	case errors.Is(err, delimited.ErrTooManyFields):
		return record.ErrTooManyFields
	case errors.Is(err, delimited.ErrTooLong):
		return record.ErrTooLong
	}
	return err
}

// carefulFeed puts records into blocks.
type carefulFeed struct {
	t    *textFile
	r    *delimited.Reader
	slot []int
	line int // of the file at which the next block begins
}

// fill fills one block; more is false behind the last record.
func (f *carefulFeed) fill(b *block, size int) (more bool, err error) {
	b.rows = true
	g := &b.grid
	g.Reset(g.Data[:0], slotCount(f.slot))
	for len(g.Data) < size && g.Rows < 1<<14 {
		rec, err := f.r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return false, nil
		case err != nil:
			return false, careless(err)
		case rec.Line < f.t.startLine:
			f.line = max(f.t.startLine, rec.Line+rec.Lines)
			continue
		case rec.Broken:
			return false, record.ErrUnclosed
		}
		f.note(rec)
		f.add(g, rec)
	}
	return true, nil
}

// note remembers a record that was repaired.
func (f *carefulFeed) note(rec delimited.Record) {
	kind := repairKinds[rec.Repair]
	if kind == "" {
		return
	}
	o := f.t.kept[kind]
	if o == nil {
		o = &Odd{Kind: kind}
		f.t.kept[kind] = o
	}
	if o.Count++; len(o.Rows) < maxExamples {
		o.Rows = append(o.Rows, rec.Line+1)
	}
}

// add adds a record to the grid.
func (f *carefulFeed) add(g *record.Grid, rec delimited.Record) {
	if g.Rows == 0 {
		f.line = rec.Line
	}
	for s := range g.Start {
		g.Start[s], g.End[s] = append(g.Start[s], 0), append(g.End[s], 0)
	}
	filled, long := false, false
	for c, cell := range rec.Cells {
		blank := len(bytes.TrimSpace(cell)) == 0
		filled = filled || !blank
		if c >= len(f.slot) {
			long = long || !blank
			continue
		}
		if s := f.slot[c]; s >= 0 {
			g.Start[s][g.Rows] = uint32(len(g.Data))
			g.Data = append(g.Data, cell...)
			g.End[s][g.Rows] = uint32(len(g.Data))
		}
	}
	if long {
		g.Long = append(g.Long, int32(g.Rows))
	}
	if !filled {
		g.Empty = append(g.Empty, int32(g.Rows))
	}
	g.Line = append(g.Line, uint32(rec.Line-f.line))
	g.Rows++
	g.Lines = rec.Line + rec.Lines - f.line
}

// repairs tells which rows were repaired, and what was dropped.
func (t *textFile) repairs() []core.Message {
	var out []core.Message
	if t.zeros != nil && t.zeros.Zeros > 0 {
		out = append(out, core.Message{Key: "import.hint.zero_bytes", Args: core.Args{"count": t.zeros.Zeros}})
	}
	for _, kind := range slices.Sorted(maps.Keys(t.kept)) {
		o := t.kept[kind]
		out = append(out, core.Message{Key: "preview.odd." + kind, Args: core.Args{"count": o.Count, "rows": o.Rows}})
	}
	return out
}
