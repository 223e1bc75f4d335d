package ingest

import (
	"context"
	"encoding/binary"
	"errors"
	"hash"
	"hash/maphash"
	"io"
	"slices"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/ingest/internal/text"
)

// Rows is a table that comes row by row, such as the answer of a query.
type Rows interface {
	// Next puts the cells of the next row into cells, of which there are as many as
	// columns; nil is a missing value. They may be used until the call after. It returns
	// io.EOF after the last row.
	Next(ctx context.Context, cells [][]byte) error
	Close() error
}

// RowSource is a table of named columns that can be read from its first row as often as
// needed. Whoever opens it sees to it that it holds the same rows every time.
type RowSource struct {
	Columns []string
	Open    func(ctx context.Context) (Rows, error)
	Expect  int64 // about how many rows there are; 0 = unknown
}

// ReadRows is [Read] for a table that comes row by row: the same detection, the same
// policies, the same report. Rows are numbered from 1 in the order in which they come.
func ReadRows(ctx context.Context, s RowSource, o core.ImportOptions, p core.Progress) (*Result, error) {
	for try := 1; ; try++ {
		t, err := sampleRows(ctx, s, o)
		if err != nil {
			return nil, err
		}
		r, again, err := readTable(ctx, t, o, p)
		t.close()
		if again.order != "" && try < attempts {
			o.DateOrder = again.order
			continue
		}
		return r, err
	}
}

// LookRows is [Look] for a table that comes row by row.
func LookRows(ctx context.Context, s RowSource, o core.ImportOptions, rows int) (*Preview, error) {
	t, err := sampleRows(ctx, s, o)
	if err != nil {
		return nil, err
	}
	defer t.close()
	p := &Preview{Detected: t.det, Header: t.names, Problems: t.hints}
	for i, r := range t.head {
		p.show(texts(r), i+1, rows)
	}
	all := make([][]string, len(t.head))
	for i, r := range t.head {
		all[i] = texts(r)
	}
	p.count(t.layout, all)
	b := &block{rows: true}
	b.grid.Reset(nil, len(t.names))
	for _, r := range t.head {
		addRow(&b.grid, slotsOf(t.layout), r)
	}
	p.foresee(t, b)
	return p, nil
}

// queryTable is a table that comes row by row whose layout is known.
type queryTable struct {
	*layout
	src    RowSource
	rows   Rows
	head   [][][]byte // the first rows, read as a sample
	ended  bool       // there are no more than these
	tuning tuning
}

// sampleRows reads the first rows and finds the layout.
func sampleRows(ctx context.Context, s RowSource, o core.ImportOptions) (*queryTable, error) {
	rows, err := s.Open(ctx)
	if err != nil {
		return nil, err
	}
	t := &queryTable{src: s, rows: rows, tuning: defaultTuning()}
	if err := t.sample(ctx, o); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *queryTable) sample(ctx context.Context, o core.ImportOptions) error {
	cells := make([][]byte, len(t.src.Columns))
	sample := [][]string{slices.Clone(t.src.Columns)}
	for len(t.head) < headMax && !t.ended {
		err := t.rows.Next(ctx, cells)
		switch {
		case errors.Is(err, io.EOF):
			t.ended = true
			continue
		case err != nil:
			return err
		}
		kept := make([][]byte, len(cells))
		for i, c := range cells {
			if c != nil {
				kept[i] = append(make([]byte, 0, len(c)), c...)
			}
		}
		t.head = append(t.head, kept)
		sample = append(sample, texts(kept))
	}
	if len(t.head) == 0 {
		return dataError("no_rows", core.Where{})
	}
	o.HeaderRow = 1 // the names of the columns
	var err error
	if t.layout, err = interpret(sample, nil, o); err != nil {
		if e, ok := errors.AsType[*core.Error](err); ok {
			e.Where.Row = 0 // no row is the header here
		}
		return err
	}
	t.det.HeaderRow, t.det.Encoding = 0, text.UTF8
	return nil
}

func texts(cells [][]byte) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = string(c)
	}
	return out
}

func (t *queryTable) close() {
	if t.rows != nil {
		_ = t.rows.Close() // what was read has been read
	}
	t.rows = nil
}

func (t *queryTable) known() *layout { return t.layout }

func (t *queryTable) log() *journal { return t.tuning.log() }

func (t *queryTable) format() (record.Dialect, string) { return record.Dialect{}, "" }

func (t *queryTable) base() (line, expectedRows int) {
	return 0, int(min(max(t.src.Expect, int64(len(t.head))), 1<<24)) + 1024
}

// read runs the rows through the pipeline; their cells make the fingerprint.
func (t *queryTable) read(ctx context.Context, newParser func() parser, a assembler, p core.Progress) (string, error) {
	sum := newFingerprint()
	for _, name := range t.src.Columns {
		hashCell(sum, []byte(name))
	}
	total := max(t.src.Expect, 1)
	feed := &rowFeed{t: t, slot: slotsOf(t.layout), sum: sum, cells: make([][]byte, len(t.src.Columns))}
	src := func(ctx context.Context, free <-chan *block, work, order chan<- *block) error {
		for {
			b, err := take(ctx, free)
			if err != nil {
				return err
			}
			more, err := feed.fill(ctx, b)
			if err != nil {
				return err
			}
			if b.grid.Rows > 0 {
				b.read = min(feed.done, total)
				if err := send(ctx, b, work, order); err != nil {
					return err
				}
			}
			if !more {
				return nil
			}
		}
	}
	err := pipeline(ctx, t.tuning, src, 0, total, newParser, a, p)
	return fingerprintText(sum), err
}

// rowFeed puts rows into blocks.
type rowFeed struct {
	t     *queryTable
	slot  []int
	sum   hash.Hash
	cells [][]byte
	done  int64
}

// fill fills one block; more is false after the last row.
func (f *rowFeed) fill(ctx context.Context, b *block) (more bool, err error) {
	b.rows = true
	b.grid.Reset(b.grid.Data[:0], slotCount(f.slot))
	for len(b.grid.Data) < f.t.tuning.block && b.grid.Rows < 1<<14 {
		row := f.cells
		if int(f.done) < len(f.t.head) {
			row = f.t.head[f.done]
		} else {
			if f.t.ended {
				return false, nil
			}
			err := f.t.rows.Next(ctx, row)
			if errors.Is(err, io.EOF) {
				f.t.ended = true
				return false, nil
			}
			if err != nil {
				return false, err
			}
		}
		f.done++
		for _, c := range row {
			hashCell(f.sum, c)
		}
		addRow(&b.grid, f.slot, row)
	}
	return true, nil
}

// hashCell adds a cell with its length, so that no two rows look alike.
func hashCell(sum hash.Hash, c []byte) {
	var b [binary.MaxVarintLen64]byte
	n := binary.PutVarint(b[:], int64(len(c)))
	if c == nil {
		n = binary.PutVarint(b[:], -1)
	}
	sum.Write(b[:n]) // never fails, says package hash
	sum.Write(c)
}

// slotsOf are the slots of the columns that an import reads.
func slotsOf(l *layout) []int {
	seed := maphash.MakeSeed()
	if l.wide() {
		return newAttrPlan(l, record.Dialect{}, "", seed).slot
	}
	return newTxPlan(l, record.Dialect{}, "", seed).slot
}

func slotCount(slot []int) int { return max(0, slices.Max(slot)+1) }

// addRow adds a row to a grid.
func addRow(g *record.Grid, slot []int, row [][]byte) {
	filled := false
	for s := range g.Start {
		g.Start[s], g.End[s] = append(g.Start[s], 0), append(g.End[s], 0)
	}
	for c, cell := range row {
		filled = filled || len(cell) > 0
		if s := slot[c]; s >= 0 {
			g.Start[s][g.Rows] = uint32(len(g.Data))
			g.Data = append(g.Data, cell...)
			g.End[s][g.Rows] = uint32(len(g.Data))
		}
	}
	if !filled {
		g.Empty = append(g.Empty, int32(g.Rows))
	}
	g.Rows++
	g.Lines++
}
