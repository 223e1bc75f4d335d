package parquetfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"qunxiang/core/ingest/book"
)

// File is an open file.
type File struct {
	file    *parquet.File
	columns []column
}

// column is a leaf of the schema.
type column struct {
	name string
	put  writer
}

// Sheets implements book.Reader.
func (f *File) Sheets() []book.Sheet { return []book.Sheet{{Named: true}} }

// Close implements book.Reader; the file is the caller's.
func (f *File) Close() error { return nil }

// Open reads the metadata.
func Open(r io.ReaderAt, size int64) (f *File, err error) {
	defer caught(&err, new(int))
	tail := make([]byte, 4)
	if _, err := r.ReadAt(tail, max(0, size-4)); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch string(tail) {
	case "PARE":
		return nil, &book.Error{Code: book.Encrypted, Detail: "encrypted"}
	case "PAR1":
	default:
		return nil, book.Bad("parquet_end", "")
	}
	file, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, &book.Error{Code: book.Broken, Detail: "parquet", Err: err}
	}
	f = &File{file: file}
	if f.columns, err = leaves(file.Metadata().Schema); err != nil {
		return nil, err
	}
	if len(f.columns) != len(file.Schema().Columns()) {
		return nil, book.Bad("parquet", "schema")
	}
	var rows int64
	for _, g := range file.RowGroups() {
		rows += g.NumRows()
	}
	if rows != file.NumRows() {
		return nil, book.Bad("row_count", "")
	}
	if rows > freeRows+rowsPerByte*size { // a few bytes can stand for any number of equal rows
		return nil, book.Beyond("ratio", "")
	}
	return f, nil
}

const (
	freeRows    = 1 << 20
	rowsPerByte = 1000 // a running number takes a byte for about 25 rows
)

// caught makes an error of a panic of the library.
func caught(err *error, row *int) {
	if r := recover(); r != nil {
		*err = (&book.Error{Code: book.Broken, Detail: "parquet", Err: fmt.Errorf("panic: %v", r)}).At(*row, 0)
	}
}

// leaves lists the columns of a schema, which is written depth first.
func leaves(schema []format.SchemaElement) ([]column, error) {
	var out []column
	i := 1
	var walk func(prefix []string, children, depth int) error
	walk = func(prefix []string, children, depth int) error {
		if depth > 32 {
			return book.Beyond("json_depth", "")
		}
		for range children {
			if i >= len(schema) {
				return book.Bad("parquet", "schema")
			}
			e := schema[i]
			i++
			path := append(prefix[:len(prefix):len(prefix)], e.Name)
			if n, ok := e.NumChildren.Get(); ok && n > 0 {
				if err := walk(path, int(n), depth+1); err != nil {
					return err
				}
				continue
			}
			if len(out) >= book.MaxColumns {
				return book.Beyond("columns", "")
			}
			out = append(out, column{pretty(path), writerOf(e)})
		}
		return nil
	}
	if len(schema) == 0 {
		return nil, book.Bad("parquet", "schema")
	}
	n, _ := schema[0].NumChildren.Get()
	if err := walk(nil, int(n), 0); err != nil {
		return nil, err
	}
	return out, nil
}

// pretty is the name of a column, without the two levels that lists put in between.
func pretty(path []string) string {
	for _, list := range [...][2]string{{"list", "element"}, {"list", "item"}, {"bag", "array_element"}, {"bag", "array"}} {
		if n := len(path); n > 2 && path[n-2] == list[0] && path[n-1] == list[1] {
			path = path[:n-2]
		}
	}
	return strings.Join(path, ".")
}

// batch is how many rows are read at once.
const batch = 256

// Scan implements book.Reader. Row 0 holds the names of the columns.
func (f *File) Scan(ctx context.Context, _ int, k book.Sink) (t book.Tally, err error) {
	s := &scan{f: f, k: k, total: max(1, f.file.NumRows())}
	defer caught(&err, &s.row)
	k.Begin(0)
	for i, c := range f.columns {
		if err := k.Cell(i, []byte(c.name)); err != nil {
			return t, err
		}
	}
	if err := k.End(); err != nil {
		return t, err
	}
	for _, g := range f.file.RowGroups() {
		if err := s.group(ctx, g); err != nil {
			return t, err
		}
	}
	t.ErrorCells = s.bad
	return t, nil
}

// scan reads the rows.
type scan struct {
	f     *File
	k     book.Sink
	row   int
	total int64
	bad   int
	cell  []byte
}

func (s *scan) group(ctx context.Context, g parquet.RowGroup) error {
	rows := g.Rows()
	defer rows.Close()
	buf := make([]parquet.Row, batch)
	var n int64
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		got, err := rows.ReadRows(buf)
		for _, r := range buf[:got] {
			if n++; n > g.NumRows() {
				return book.Bad("row_count", "").At(s.row, 0)
			}
			if err := s.put(r); err != nil {
				return err
			}
		}
		s.k.Progress(float64(s.row) / float64(s.total))
		switch {
		case errors.Is(err, io.EOF) || err == nil && got == 0:
			if n != g.NumRows() {
				return book.Bad("row_count", "").At(s.row, 0)
			}
			return nil
		case err != nil:
			return (&book.Error{Code: book.Broken, Detail: "parquet", Err: err}).At(s.row+1, 0)
		}
	}
}

// put writes a row: its values come by column, those of a list one after another.
func (s *scan) put(r parquet.Row) error {
	s.row++
	s.k.Begin(s.row)
	s.cell = s.cell[:0]
	col := -1
	flush := func() error {
		if col < 0 || len(s.cell) == 0 {
			return nil
		}
		err := s.k.Cell(col, s.cell)
		s.cell = s.cell[:0]
		return err
	}
	for _, v := range r {
		c := v.Column()
		if c < 0 || c >= len(s.f.columns) || c < col {
			return book.Bad("parquet", "column").At(s.row, 0)
		}
		if c != col {
			if err := flush(); err != nil {
				return err
			}
			col = c
		}
		if v.IsNull() {
			continue
		}
		if len(s.cell) > 0 {
			s.cell = append(s.cell, "; "...)
		}
		var ok bool
		if s.cell, ok = s.f.columns[c].put(s.cell, v); !ok {
			s.bad++
		}
		if len(s.cell) > book.MaxRow {
			return book.Beyond("row_bytes", "").At(s.row, c+1)
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return s.k.End()
}
