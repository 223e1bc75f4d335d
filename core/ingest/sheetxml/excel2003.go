package sheetxml

import (
	"context"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"qunxiang/core/ingest/book"
)

// Excel2003 is an open "XML Spreadsheet 2003".
type Excel2003 struct {
	f      io.ReaderAt
	size   int64
	sheets []book.Sheet
}

// Sheets implements book.Reader.
func (x *Excel2003) Sheets() []book.Sheet { return x.sheets }

// Close implements book.Reader; the file is the caller's.
func (x *Excel2003) Close() error { return nil }

// OpenExcel2003 finds the sheets of a document.
func OpenExcel2003(ctx context.Context, f io.ReaderAt, size int64, tick func()) (*Excel2003, error) {
	x := &Excel2003{f: f, size: size}
	err := x.walk(ctx, func(d *document, e xml.StartElement) error {
		switch e.Name.Local {
		case "Worksheet":
			if len(x.sheets) >= book.MaxTables {
				return book.Beyond("entries", "")
			}
			x.sheets = append(x.sheets, book.Sheet{Name: attr(e, "Name")})
			tick()
		case "Visible":
			if len(x.sheets) > 0 {
				x.sheets[len(x.sheets)-1].Hidden = true // the element only says how it is hidden
			}
		case "Table":
			return d.skip()
		}
		return nil
	})
	if err == nil && len(x.sheets) == 0 {
		err = book.Bad("no_sheets", "Workbook")
	}
	return x, err
}

func (x *Excel2003) walk(ctx context.Context, visit func(d *document, e xml.StartElement) error) error {
	o := ODS{part: "Workbook", size: x.size, open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(x.f, 0, x.size)), nil
	}}
	return o.walk(ctx, visit)
}

// Scan implements book.Reader.
func (x *Excel2003) Scan(ctx context.Context, sheet int, k book.Sink) (book.Tally, error) {
	s := &scan2003{k: k}
	i := -1
	err := x.walk(ctx, func(d *document, e xml.StartElement) error {
		switch e.Name.Local {
		case "Worksheet":
			i++
		case "Table":
			if i == sheet {
				s.declared, _ = strconv.Atoi(attr(e, "ExpandedRowCount")) // none is 0
				return s.table(d)
			}
			return d.skip()
		}
		return nil
	})
	t := book.Tally{ErrorCells: s.errors}
	if s.declared > s.row && s.row > 0 {
		t.Notes = append(t.Notes, book.Note{ID: "fewer_rows", Count: s.row, Of: s.declared})
	}
	return t, err
}

// scan2003 reads the rows of one table.
type scan2003 struct {
	k        book.Sink
	row      int
	declared int
	errors   int
}

func (s *scan2003) table(d *document) error {
	for depth := d.depth; d.depth >= depth; {
		t, err := d.next()
		if err != nil {
			return err
		}
		if t == nil {
			return book.Bad("xml", d.part).At(s.row+1, 0)
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Row" {
			if err := s.oneRow(d, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// index reads the number of a row or column, which may leave some out.
func index(e xml.StartElement, next int) (int, bool) {
	v := attr(e, "Index")
	if v == "" {
		return next, true
	}
	n, err := strconv.Atoi(v)
	return n, err == nil && n >= next
}

func (s *scan2003) oneRow(d *document, e xml.StartElement) error {
	n, ok := index(e, s.row+1)
	if !ok {
		return book.Bad("row_number", d.part).At(s.row+1, 0)
	}
	if s.row = n; n > book.MaxRows {
		return book.Beyond("rows", d.part).At(n, 0)
	}
	s.k.Progress(d.fraction())
	s.k.Begin(n)
	if err := s.cells(d); err != nil {
		return err
	}
	// A row that stands for several empty ones.
	if n, err := strconv.Atoi(attr(e, "Span")); err == nil && n > 0 {
		s.row += min(n, book.MaxRows)
	}
	return s.k.End()
}

// cells reads the cells of a row up to its end.
func (s *scan2003) cells(d *document) error {
	col := 0 // the last one, from 1
	for depth := d.depth; d.depth >= depth; {
		t, err := d.next()
		if err != nil {
			return err
		}
		if t == nil {
			return book.Bad("xml", d.part).At(s.row, 0)
		}
		c, ok := t.(xml.StartElement)
		if !ok || c.Name.Local != "Cell" {
			continue
		}
		if col, ok = index(c, col+1); !ok || col > 1<<20 {
			return book.Bad("cell_reference", d.part).At(s.row, col+1)
		}
		text, err := s.cell(d)
		if err != nil {
			return err
		}
		if err := s.k.Cell(col-1, []byte(text)); err != nil {
			return err
		}
		if n, err := strconv.Atoi(attr(c, "MergeAcross")); err == nil && n > 0 {
			col += min(n, 1<<20)
		}
	}
	return nil
}

// cell reads the data of a cell.
func (s *scan2003) cell(d *document) (string, error) {
	typ, text := "", strings.Builder{}
	inData := false
	for depth := d.depth; d.depth >= depth; {
		t, err := d.next()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case nil:
			return "", book.Bad("xml", d.part).At(s.row, 0)
		case xml.StartElement:
			switch t.Name.Local {
			case "Data":
				typ, inData = attr(t, "Type"), true
			case "Comment":
				if err := d.skip(); err != nil {
					return "", err
				}
			}
		case xml.EndElement:
			inData = inData && t.Name.Local != "Data"
		case xml.CharData:
			if inData {
				text.Write(t)
			}
		}
		if text.Len() > book.MaxRow {
			return "", book.Beyond("row_bytes", d.part).At(s.row, 0)
		}
	}
	return s.value(d, typ, text.String())
}

func (s *scan2003) value(d *document, typ, v string) (string, error) {
	switch typ {
	case "Number":
		if out, ok := number(v); ok {
			return out, nil
		}
		if strings.TrimSpace(v) == "" {
			return "", nil
		}
		return "", book.Bad("number", d.part).At(s.row, 0)
	case "DateTime":
		return isoDate(v), nil
	case "Boolean":
		if strings.TrimSpace(v) == "1" {
			return "TRUE", nil
		}
		return "FALSE", nil
	case "Error":
		s.errors++
		return "", nil
	}
	return v, nil
}
