package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/cell"
)

// Limits of a workbook. A sheet of a million rows and ten columns is about 500 MB of
// XML at 10–25:1; honest workbooks stay far below all of these.
const (
	maxEntries   = 2000
	maxDirectory = 1 << 20   // bytes of the archive's directory
	maxPart      = 2 << 30   // bytes of a sheet's XML
	maxStrings   = 512 << 20 // bytes of the shared strings' XML
	maxSmall     = 32 << 20  // bytes of any other part
	maxRatio     = 150       // expansion of a part …
	freeRatio    = 1 << 20   // … beyond this size
	maxRows      = book.MaxRows
	maxColumns   = 16384
	maxCells     = 200 << 20
	maxRowXML    = 32 << 20 // bytes of one row's XML
)

// File is an open workbook.
type File struct {
	zip     *zip.Reader
	sheets  []book.Sheet
	parts   []string // of the sheets
	strings *table
	dates   []cell.Kind // by style
	system  int         // 1900 or 1904
	sst     string      // part of the shared strings, "" = none
}

// Close implements book.Reader; the file is the caller's.
func (f *File) Close() error { return nil }

// Sheets lists the worksheets in their order.
func (f *File) Sheets() []book.Sheet { return f.sheets }

// Open reads the directory, the list of sheets and the styles of a workbook. The
// reader must stay open while the File is used.
func Open(r io.ReaderAt, size int64) (*File, error) {
	if err := preflight(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, &book.Error{Code: book.Broken, Detail: "truncated", Err: err}
	}
	if len(z.File) > maxEntries {
		return nil, tooLarge("entries", "")
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	f := &File{zip: z, system: 1900}
	part := f.bookPart()
	if part == "" {
		return nil, &book.Error{Code: book.NotBook, Detail: "no_workbook"}
	}
	if err := f.readBook(part); err != nil {
		return nil, err
	}
	return f, nil
}

// preflight looks at the end of the archive's directory before anything is allocated
// by what it says.
func preflight(r io.ReaderAt, size int64) error {
	const end, comment = 22, 1<<16 - 1
	tail := make([]byte, min(size, end+comment))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return err
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < end {
		return broken("truncated", "")
	}
	rec := tail[i:]
	entries, bytes := binary.LittleEndian.Uint16(rec[10:]), binary.LittleEndian.Uint32(rec[12:])
	if entries > maxEntries || bytes > maxDirectory {
		return tooLarge("entries", "")
	}
	return nil
}

// find returns an entry by its name; two entries of one name are a trick.
func (f *File) find(name string) (*zip.File, error) {
	var out *zip.File
	for _, e := range f.zip.File {
		if strings.EqualFold(strings.ReplaceAll(strings.TrimPrefix(e.Name, "/"), `\`, "/"), name) {
			if out != nil {
				return nil, broken("duplicate_part", name)
			}
			out = e
		}
	}
	if out == nil {
		return nil, broken("missing_part", name)
	}
	return out, nil
}

// openPart opens an entry behind its limits.
func (f *File) openPart(name string, limit uint64) (io.ReadCloser, error) {
	e, err := f.find(name)
	if err != nil {
		return nil, err
	}
	if e.Method != zip.Store && e.Method != zip.Deflate || e.Flags&1 != 0 {
		return nil, broken("compression", name)
	}
	if e.UncompressedSize64 > limit {
		return nil, tooLarge("part_size", name)
	}
	if e.UncompressedSize64 > freeRatio && e.UncompressedSize64 > maxRatio*e.CompressedSize64 {
		return nil, tooLarge("ratio", name)
	}
	r, err := e.Open()
	if err != nil {
		return nil, &book.Error{Code: book.Broken, Detail: "truncated", Part: name, Err: err}
	}
	return &capped{ReadCloser: r, part: name, left: min(limit, max(freeRatio, maxRatio*e.CompressedSize64))}, nil
}

// capped counts what really comes out of the archive, whatever its directory said.
type capped struct {
	io.ReadCloser
	part string
	left uint64
}

// Read implements io.Reader.
func (c *capped) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	if uint64(n) > c.left {
		return 0, tooLarge("ratio", c.part)
	}
	c.left -= uint64(n)
	if err != nil && err != io.EOF {
		err = &book.Error{Code: book.Broken, Detail: "truncated", Part: c.part, Err: err}
	}
	return n, err
}

// small reads a whole part.
func (f *File) small(name string) ([]byte, error) {
	r, err := f.openPart(name, maxSmall)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// bookPart finds the workbook's part.
func (f *File) bookPart() string {
	if b, err := f.small("_rels/.rels"); err == nil {
		rels, err := relations(b, "_rels/.rels")
		if err == nil {
			for _, r := range rels {
				if strings.HasSuffix(r.kind, "/officeDocument") {
					p := resolve("", r.target)
					if _, err := f.find(p); err == nil && strings.HasPrefix(p, "xl/") || strings.Contains(p, "workbook") {
						return p
					}
				}
			}
		}
	}
	if _, err := f.find("xl/workbook.xml"); err == nil {
		return "xl/workbook.xml"
	}
	return ""
}

// resolve makes a part's name of a relation's target.
func resolve(dir, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return strings.TrimPrefix(path.Join("/", dir, target), "/")
}
