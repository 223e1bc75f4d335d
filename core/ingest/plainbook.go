package ingest

import (
	"context"
	"io"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/text"
)

// plainBook opens a table of a book: the one that is named, or the visible one with the
// most filled cells among its first rows.
func plainBook(ctx context.Context, in *opened, o core.ImportOptions) (*Plain, error) {
	i, err := plainSheet(ctx, in, o)
	if err != nil {
		return nil, err
	}
	sheet := in.book.Sheets[i]
	r, err := in.book.Rows(ctx, i, -1, 0)
	if err != nil {
		return nil, in.fault(err, sheet.Name)
	}
	src := &bookRows{in: in, sheet: sheet.Name, r: r}
	p, err := newPlain(ctx, src, -1, o)
	if err != nil {
		return nil, err
	}
	p.Format, p.Encoding, p.Sheet, p.Sheets = in.format, text.UTF8, in.sheetName(sheet.Name), sheetNames(in.book)
	return p, nil
}

// plainSheet chooses a sheet.
func plainSheet(ctx context.Context, in *opened, o core.ImportOptions) (int, error) {
	sheets := in.book.Sheets
	if o.Sheet != "" {
		i := slices.IndexFunc(sheets, func(s book.Sheet) bool { return strings.EqualFold(s.Name, strings.TrimSpace(o.Sheet)) })
		if i < 0 {
			return 0, userError("no_sheet", "sheet", core.Args{"sheet": o.Sheet, "sheets": sheetNames(in.book)})
		}
		return i, nil
	}
	if len(sheets) == 0 {
		return 0, dataError("no_rows", core.Where{})
	}
	best, most := 0, -1
	for i, s := range sheets[:min(len(sheets), maxSheets)] {
		if len(sheets) == 1 {
			break
		}
		r, err := in.book.Rows(ctx, i, -1, structureRows)
		if err != nil {
			return 0, in.fault(err, s.Name)
		}
		rows, err := r.Sample(ctx)
		if err != nil {
			return 0, in.fault(err, s.Name)
		}
		n := 0
		for _, row := range rows {
			n += filledCells(row.Cells)
		}
		if s.Hidden {
			n = min(n, 1) - 1
		}
		if n > most {
			best, most = i, n
		}
	}
	return best, nil
}

// bookRows reads the rows of a table of a book.
type bookRows struct {
	in    *opened
	sheet string
	r     *book.Rows
	rows  []book.Row
}

func (b *bookRows) close() { b.in.close() }

func (b *bookRows) next(ctx context.Context) (plainRow, error) {
	for len(b.rows) == 0 {
		var err error
		if b.rows, err = b.r.Some(ctx); err != nil {
			return plainRow{}, atSheet(b.in.fault(err, b.sheet), b.sheet)
		}
		if b.rows == nil {
			return plainRow{}, io.EOF
		}
	}
	row := b.rows[0]
	b.rows = b.rows[1:]
	return plainRow{cells: row.Cells, number: row.Number}, nil
}
