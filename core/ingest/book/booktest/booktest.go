// Package booktest helps to test readers of books.
package booktest

import (
	"context"
	"strings"

	"qunxiang/core/ingest/book"
)

// Table is a sink that keeps the rows with text.
type Table struct {
	Rows []book.Row
	row  book.Row
	n    int
}

// maxCells is how much is kept.
const maxCells = 2_000_000

// Begin implements book.Sink.
func (t *Table) Begin(number int) { t.row = book.Row{Number: number} }

// Cell implements book.Sink.
func (t *Table) Cell(col int, text []byte) error {
	if strings.TrimSpace(string(text)) == "" {
		return nil
	}
	if col >= book.MaxColumns {
		return book.Beyond("columns", "").At(t.row.Number, col+1)
	}
	if t.n += 1 + len(text)/64; t.n > maxCells {
		return book.Beyond("output", "") // as the stream to the other process does
	}
	for len(t.row.Cells) <= col {
		t.row.Cells = append(t.row.Cells, "")
	}
	t.row.Cells[col] = string(text)
	return nil
}

// End implements book.Sink.
func (t *Table) End() error {
	if len(t.row.Cells) > 0 {
		t.Rows = append(t.Rows, t.row)
	}
	return nil
}

// Progress implements book.Sink.
func (t *Table) Progress(float64) {}

// Cells are the rows' cells.
func (t *Table) Cells() [][]string {
	out := make([][]string, len(t.Rows))
	for i, r := range t.Rows {
		out[i] = r.Cells
	}
	return out
}

// Scan reads a table of a book.
func Scan(ctx context.Context, r book.Reader, sheet int) (*Table, error) {
	t := &Table{}
	_, err := r.Scan(ctx, sheet, t)
	return t, err
}
