package parquetfile

import (
	"context"
	"encoding/binary"
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
	src     *patched
	size    int64
	columns []column
}

// column is a leaf of the schema.
type column struct {
	name     string
	put      writer
	def, rep int // its highest levels of definition and of repetition
}

// Sheets implements book.Reader.
func (f *File) Sheets() []book.Sheet { return []book.Sheet{{Named: true}} }

// Close implements book.Reader; the file is the caller's.
func (f *File) Close() error { return nil }

// Open reads the metadata.
func Open(r io.ReaderAt, size int64) (f *File, err error) {
	defer caught(&err, new(int))
	if err := checkFooter(r, size); err != nil {
		return nil, err
	}
	src := &patched{r: r}
	file, err := parquet.OpenFile(src, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, &book.Error{Code: book.Broken, Detail: "parquet", Err: err}
	}
	f = &File{file: file, src: src, size: size}
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

// maxFooter is the most that metadata may take; a file of a thousand columns in a thousand
// groups needs 100 MB.
const maxFooter = 128 << 20

// checkFooter looks at the end of the file before the library does.
func checkFooter(r io.ReaderAt, size int64) error {
	tail := make([]byte, 8)
	if _, err := r.ReadAt(tail, max(0, size-8)); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch string(tail[4:]) {
	case "PARE":
		return &book.Error{Code: book.Encrypted, Detail: "encrypted"}
	case "PAR1":
	default:
		return book.Bad("parquet_end", "")
	}
	n := int64(binary.LittleEndian.Uint32(tail))
	switch {
	case n > size-12:
		return book.Bad("parquet_end", "")
	case n > maxFooter:
		return book.Beyond("window", "")
	}
	b := make([]byte, n)
	if got, err := r.ReadAt(b, size-8-n); got < len(b) && err != nil {
		return err
	}
	if !sound(b) {
		return book.Bad("parquet_end", "")
	}
	return nil
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
	var walk func(prefix []string, children, depth, def, rep int) error
	walk = func(prefix []string, children, depth, def, rep int) error {
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
			def, rep := def, rep
			switch t, _ := e.RepetitionType.Get(); t {
			case format.Optional:
				def++
			case format.Repeated:
				def, rep = def+1, rep+1
			}
			if n, ok := e.NumChildren.Get(); ok && n > 0 {
				if err := walk(path, int(n), depth+1, def, rep); err != nil {
					return err
				}
				continue
			}
			if len(out) >= book.MaxColumns {
				return book.Beyond("columns", "")
			}
			out = append(out, column{pretty(path), writerOf(e), def, rep})
		}
		return nil
	}
	if len(schema) == 0 {
		return nil, book.Bad("parquet", "schema")
	}
	n, _ := schema[0].NumChildren.Get()
	if err := walk(nil, int(n), 0, 0, 0); err != nil {
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
	groups := f.file.Metadata().RowGroups
	for i, g := range f.file.RowGroups() {
		if err := f.check(&groups[i]); err != nil {
			return t, err
		}
		if err := s.group(ctx, g); err != nil {
			return t, err
		}
	}
	t.ErrorCells = s.bad
	return t, nil
}

// check looks at all pages of a group of rows before the library reads them.
func (f *File) check(g *format.RowGroup) error {
	if len(g.Columns) != len(f.columns) {
		return book.Bad("parquet", "columns")
	}
	for i := range g.Columns {
		if err := f.chunk(f.columns[i], &g.Columns[i], g.NumRows); err != nil {
			return err
		}
	}
	return nil
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
	col, columns := -1, 0
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
			columns++
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
	if columns != len(s.f.columns) { // a missing value is told as one
		return book.Bad("parquet", "column").At(s.row, 0)
	}
	if err := flush(); err != nil {
		return err
	}
	return s.k.End()
}
