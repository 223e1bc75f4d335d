package sheetxml

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"

	"qunxiang/core/ingest/book"
)

// ODS is an open OpenDocument spreadsheet.
type ODS struct {
	open   func() (io.ReadCloser, error) // the document with the tables
	part   string
	size   int64
	sheets []book.Sheet
}

// Sheets implements book.Reader.
func (o *ODS) Sheets() []book.Sheet { return o.sheets }

// Close implements book.Reader; the file is the caller's.
func (o *ODS) Close() error { return nil }

const contentPart = "content.xml"

// OpenODS opens an archive whose directory was checked already.
func OpenODS(ctx context.Context, z *zip.Reader, tick func()) (*ODS, error) {
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	if err := unlocked(z); err != nil {
		return nil, err
	}
	var content *zip.File
	for _, f := range z.File {
		if f.Name == contentPart {
			if content != nil {
				return nil, book.Bad("duplicate_part", contentPart)
			}
			content = f
		}
	}
	if content == nil {
		return nil, book.Bad("missing_part", contentPart)
	}
	o := &ODS{part: contentPart, size: int64(content.UncompressedSize64)}
	o.open = func() (io.ReadCloser, error) { return openPart(content, maxPart) }
	return o, o.list(ctx, tick)
}

// OpenFlat opens a flat document.
func OpenFlat(ctx context.Context, f io.ReaderAt, size int64, tick func()) (*ODS, error) {
	o := &ODS{part: "office:document", size: size}
	o.open = func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(f, 0, size)), nil }
	return o, o.list(ctx, tick)
}

// unlocked refuses documents with a password.
func unlocked(z *zip.Reader) error {
	for _, f := range z.File {
		if f.Name != "META-INF/manifest.xml" {
			continue
		}
		r, err := openPart(f, maxSmall)
		if err != nil {
			return err
		}
		b, err := io.ReadAll(r)
		_ = r.Close()
		if err != nil {
			return err
		}
		if bytes.Contains(b, []byte("encryption-data")) {
			return &book.Error{Code: book.Encrypted, Detail: "encrypted"}
		}
	}
	return nil
}

// openPart opens an entry behind its limits.
func openPart(f *zip.File, limit uint64) (io.ReadCloser, error) {
	switch {
	case f.Method != zip.Store && f.Method != zip.Deflate || f.Flags&1 != 0:
		return nil, book.Bad("compression", f.Name)
	case f.UncompressedSize64 > limit:
		return nil, book.Beyond("part_size", f.Name)
	case f.UncompressedSize64 > freeSize && f.UncompressedSize64 > maxRatio*f.CompressedSize64:
		return nil, book.Beyond("ratio", f.Name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, &book.Error{Code: book.Broken, Detail: "truncated", Part: f.Name, Err: err}
	}
	return &capped{r, f.Name, min(limit, max(freeSize, maxRatio*f.CompressedSize64))}, nil
}

// capped counts what really comes out of the archive.
type capped struct {
	io.ReadCloser
	part string
	left uint64
}

// Read implements io.Reader.
func (c *capped) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	if uint64(n) > c.left {
		return 0, book.Beyond("ratio", c.part)
	}
	c.left -= uint64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &book.Error{Code: book.Broken, Detail: "truncated", Part: c.part, Err: err}
	}
	return n, err
}

// list finds the tables.
func (o *ODS) list(ctx context.Context, tick func()) error {
	hidden := map[string]bool{} // styles
	style := ""
	err := o.walk(ctx, func(d *document, e xml.StartElement) error {
		switch e.Name.Local {
		case "style":
			style = attr(e, "name")
		case "table-properties":
			if attr(e, "display") == "false" {
				hidden[style] = true
			}
		case "table":
			if len(o.sheets) >= book.MaxTables {
				return book.Beyond("entries", "")
			}
			o.sheets = append(o.sheets, book.Sheet{Name: attr(e, "name"), Hidden: hidden[attr(e, "style-name")]})
			tick()
			return d.skip()
		}
		return nil
	})
	if err == nil && len(o.sheets) == 0 {
		err = book.Bad("no_sheets", o.part)
	}
	return err
}

// walk reads the whole document; visit sees every start tag outside of what it skips.
func (o *ODS) walk(ctx context.Context, visit func(d *document, e xml.StartElement) error) error {
	r, err := o.open()
	if err != nil {
		return err
	}
	defer r.Close()
	d := newDocument(ctx, r, o.part, o.size, "table:table-row")
	root := false
	for {
		t, err := d.next()
		if err != nil {
			return err
		}
		if t == nil {
			if !root || d.depth != 0 {
				return book.Bad("xml", o.part)
			}
			return nil
		}
		if e, ok := t.(xml.StartElement); ok {
			root = true
			if err := visit(d, e); err != nil {
				return err
			}
		}
	}
}

// Scan implements book.Reader.
func (o *ODS) Scan(ctx context.Context, sheet int, k book.Sink) (book.Tally, error) {
	s := &odsScan{k: k}
	i := -1
	var total *document
	seen := 0
	err := o.walk(ctx, func(d *document, e xml.StartElement) error {
		total = d
		switch e.Name.Local {
		case "table":
			if i++; i == sheet {
				return s.table(d)
			}
		case "table-row":
			seen++
		}
		return nil
	})
	if err == nil && total.in.count != seen+s.tags {
		err = book.Bad("row_count", o.part)
	}
	return book.Tally{ErrorCells: s.errors}, err
}

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
