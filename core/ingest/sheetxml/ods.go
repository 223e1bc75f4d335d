package sheetxml

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"

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
