package ingest

import (
	"context"
	"errors"
	"io"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/delimited"
	"qunxiang/core/ingest/internal/patch"
)

// KeepCell is the value of a cell of [Edit].Fill that stays as it is.
const KeepCell = patch.Keep

// Edit says what becomes of the columns of a table that is written anew.
type Edit struct {
	Fill   []int    // columns that get new cells, by position in Header
	Append []string // headers of new columns, behind the others
	// Row returns the new cells of a row, those of Fill and then of Append; ok is false for
	// a row that stays as it is. It is called once for each row below the header, with the
	// cells that the row has, fewer or more than the table.
	Row func(cells []string, row int) (values []string, ok bool)
}

// Edited tells what became of the rows.
type Edited struct {
	Rows int // that got cells
	Long int // of them, with cells beyond the last column, which now stand behind the new ones
}

// IsText reports a table of delimited text.
func (p *Plain) IsText() bool { return p.Format == "text" }

// Columns is the number of columns, those that only the header has included.
func (p *Plain) Columns() int { return max(p.Width, len(p.Header)) }

// EditText writes a delimited text with changed columns. Everything that the edit does not
// name stays as it is, byte for byte: other cells and their quotation marks, the encoding
// with its mark, the delimiter, line ends, and whatever stands around the table.
//
// p has been opened and not read. The error has code edit_quotes, edit_too_long,
// edit_encoding or edit_blanks where that cannot be done.
func (p *Plain) EditText(ctx context.Context, w io.Writer, e Edit) (Edited, error) {
	rows, ok := p.src.(*textRows)
	if !ok {
		return Edited{}, dataErrorArgs("edit_blanks", core.Where{}, nil)
	}
	if d := p.written.Delim; d == delimited.Blanks || d == delimited.WideBlanks || p.written.ByLine() {
		return Edited{}, dataErrorArgs("edit_blanks", core.Where{}, nil)
	}
	f := rows.in.f
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Edited{}, err
	}
	if _, err := io.CopyN(w, f, p.mark); err != nil {
		return Edited{}, err
	}
	l := patch.Layout{
		Encoding: patch.EncodingOf(p.Encoding), Delim: p.written.Delim, Quote: p.written.Quote, Newline: p.written.Newline,
		Backslash: p.written.Backslash, Skip: p.written.Skip, Width: p.Columns(),
	}
	if p.Delimiter == "" {
		l.Delim = ""
	}
	if n := len(p.HeaderRows); n > 0 {
		l.Header = p.HeaderRows[n-1]
	}
	done, err := patch.Text(ctx, w, f, l, patch.Change{Fill: e.Fill, Append: e.Append, Row: e.Row})
	if bad, ok := errors.AsType[*patch.RowError](err); ok {
		err = editError(bad, p.Encoding)
	}
	return Edited(done), err
}

func editError(e *patch.RowError, encoding string) error {
	where := core.Where{Row: e.Line}
	switch {
	case errors.Is(e, patch.ErrTooLong):
		return dataErrorArgs("edit_too_long", where, nil)
	case errors.Is(e, patch.ErrEncoding):
		return dataErrorArgs("edit_encoding", where, core.Args{"text": e.Text, "encoding": encoding})
	}
	return dataErrorArgs("edit_quotes", where, nil)
}

// All calls fn with every row of the file, those around the table included, and its number,
// 0 for names that the file itself has. It is called instead of Each.
func (p *Plain) All(ctx context.Context, fn func(cells []string, row int) error) error {
	for _, r := range p.first {
		if err := fn(r.cells, r.number); err != nil {
			return err
		}
	}
	for n := 0; !p.ended; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r, err := p.src.next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := fn(r.cells, r.number); err != nil {
			return err
		}
	}
	return ctx.Err()
}
