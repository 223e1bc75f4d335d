package sheetxml

import (
	"encoding/xml"
	"strconv"
	"strings"

	"qunxiang/core/ingest/book"
)

// odsScan reads the rows of one table.
type odsScan struct {
	k      book.Sink
	row    int // rows so far, from 1
	tags   int // of rows
	errors int
	cells  []odsCell
}

// odsCell is a cell with text, repeated to the right.
type odsCell struct {
	col, n int
	text   string
}

// table reads from behind the start tag to the end tag.
func (s *odsScan) table(d *document) error {
	for depth := d.depth; d.depth >= depth; {
		t, err := d.next()
		if err != nil {
			return err
		}
		if t == nil {
			return book.Bad("xml", d.part).At(s.row+1, 0)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "table-row":
			if err := s.oneRow(d, e); err != nil {
				return err
			}
			if s.tags&0xFF == 0 {
				s.k.Progress(d.fraction())
			}
		case "table-row-group", "table-header-rows", "table-rows":
		default:
			if err := s.skip(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// skip passes over an element; rows in it, of a table within the table, are counted.
func (s *odsScan) skip(d *document) error {
	for depth := d.depth; d.depth >= depth; {
		t, err := d.next()
		if err != nil {
			return err
		}
		if t == nil {
			return book.Bad("xml", d.part)
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "table-row" {
			s.tags++
		}
	}
	return nil
}

// repeated reads how often an element stands for itself.
func repeated(e xml.StartElement, name string) (int, bool) {
	v := attr(e, name)
	if v == "" {
		return 1, true
	}
	n, err := strconv.Atoi(v)
	return n, err == nil && n >= 1
}

func (s *odsScan) oneRow(d *document, e xml.StartElement) error {
	s.tags++
	times, ok := repeated(e, "number-rows-repeated")
	if !ok {
		return book.Bad("row_number", d.part).At(s.row+1, 0)
	}
	if err := s.read(d); err != nil {
		return err
	}
	if len(s.cells) == 0 {
		s.row += min(times, book.MaxRows)
		return nil
	}
	for range times {
		if s.row++; s.row > book.MaxRows {
			return book.Beyond("rows", d.part).At(s.row, 0)
		}
		if err := s.put(); err != nil {
			return err
		}
	}
	return nil
}

// put gives the row to the sink.
func (s *odsScan) put() error {
	s.k.Begin(s.row)
	for _, c := range s.cells {
		for i := range c.n {
			if err := s.k.Cell(c.col+i, []byte(c.text)); err != nil {
				return err
			}
		}
	}
	return s.k.End()
}

// read reads the cells of a row.
func (s *odsScan) read(d *document) error {
	s.cells = s.cells[:0]
	col := 0
	for depth := d.depth; d.depth >= depth; {
		t, err := d.next()
		if err != nil {
			return err
		}
		if t == nil {
			return book.Bad("xml", d.part).At(s.row+1, 0)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "table-cell", "covered-table-cell":
		default:
			if err := s.skip(d); err != nil {
				return err
			}
			continue
		}
		n, ok := repeated(e, "number-columns-repeated")
		if !ok || n > 1<<20 {
			return book.Bad("cell_reference", d.part).At(s.row+1, col+1)
		}
		text, err := s.cell(d, e)
		if err != nil {
			return err
		}
		if strings.TrimSpace(text) != "" {
			s.cells = append(s.cells, odsCell{col, n, text})
			if col+n > book.MaxColumns {
				return book.Beyond("columns", d.part).At(s.row+1, book.MaxColumns+1)
			}
		}
		col += n
	}
	return nil
}

// cell reads the value of a cell: the attribute where there is one, for it does not
// depend on how the value is shown, otherwise the paragraphs.
func (s *odsScan) cell(d *document, e xml.StartElement) (string, error) {
	shown, err := s.paragraphs(d)
	if err != nil {
		return "", err
	}
	switch attr(e, "value-type") {
	case "float", "percentage", "currency":
		v := attr(e, "value")
		out, ok := number(v)
		if !ok {
			return "", book.Bad("number", d.part).At(s.row+1, 0)
		}
		return out, nil
	case "date":
		return isoDate(attr(e, "date-value")), nil
	case "time":
		return duration(attr(e, "time-value"), shown), nil
	case "boolean":
		return strings.ToUpper(attr(e, "boolean-value")), nil
	case "string":
		if v := attr(e, "string-value"); v != "" {
			return v, nil
		}
	}
	if strings.HasPrefix(shown, "#") && isError(shown) {
		s.errors++
		return "", nil
	}
	return shown, nil
}

// paragraphs reads the text of a cell; notes are not part of it.
func (s *odsScan) paragraphs(d *document) (string, error) {
	var b strings.Builder
	lines := 0
	for depth := d.depth; d.depth >= depth; {
		t, err := d.next()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case nil:
			return "", book.Bad("xml", d.part).At(s.row+1, 0)
		case xml.StartElement:
			switch t.Name.Local {
			case "p":
				if lines++; lines > 1 {
					b.WriteByte('\n')
				}
			case "s":
				n, _ := strconv.Atoi(attr(t, "c"))
				b.WriteString(strings.Repeat(" ", min(max(1, n), 1000)))
			case "tab":
				b.WriteByte('\t')
			case "line-break":
				b.WriteByte('\n')
			case "annotation", "table", "frame", "shape":
				if err := s.skip(d); err != nil {
					return "", err
				}
			}
		case xml.CharData:
			if lines > 0 {
				b.Write(t)
			}
		}
		if b.Len() > book.MaxRow {
			return "", book.Beyond("row_bytes", d.part).At(s.row+1, 0)
		}
	}
	return b.String(), nil
}
