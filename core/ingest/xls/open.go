package xls

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/cell"
)

const (
	maxStream = 256 << 20 // bytes of the workbook's stream
	maxText   = 512 << 20 // bytes of the shared strings
)

// File is an open workbook.
type File struct {
	b        []byte
	biff8    bool
	codePage int
	system   int // 1900 or 1904
	sheets   []book.Sheet
	starts   []int // of the sheets' streams
	formats  map[int]cell.Kind
	styles   []cell.Kind // by extended format
	heap     []byte      // the shared strings …
	ends     []uint32    // … and where each ends
}

// Sheets implements book.Reader.
func (f *File) Sheets() []book.Sheet { return f.sheets }

// Close implements book.Reader; the file is the caller's.
func (f *File) Close() error { return nil }

// Open reads the part of a workbook that its sheets share. The file is a compound file
// (see [MS-CFB]), or the bare stream that some programs write.
func Open(r io.ReaderAt, size int64) (*File, error) {
	b, err := stream(r, size)
	if err != nil {
		return nil, err
	}
	f := &File{b: b, system: 1900, codePage: 1252, formats: map[int]cell.Kind{}}
	if err := f.globals(); err != nil {
		return nil, err
	}
	if len(f.sheets) == 0 {
		return nil, broken("no_sheets")
	}
	for i := range f.sheets {
		f.sheets[i].Mac = f.system == 1904
	}
	return f, nil
}

// stream returns the bytes of the workbook's stream.
func stream(r io.ReaderAt, size int64) ([]byte, error) {
	head := make([]byte, 8)
	if _, err := r.ReadAt(head, 0); err != nil {
		return nil, broken("truncated")
	}
	if head[0] == 0x09 { // no compound file
		return readAll(io.NewSectionReader(r, 0, size), size)
	}
	doc, err := mscfb.New(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, &book.Error{Code: book.Broken, Detail: "truncated", Err: err}
	}
	const most = 100_000
	word := false
	for range most {
		e, err := doc.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, &book.Error{Code: book.Broken, Detail: "truncated", Err: err}
		}
		if len(e.Path) > 0 {
			continue // of an embedded document
		}
		switch strings.ToLower(e.Name) {
		case "workbook", "book":
			return readAll(e, e.Size)
		case "encryptedpackage":
			return nil, &book.Error{Code: book.Encrypted, Detail: "encrypted"}
		case "worddocument", "powerpoint document":
			word = true
		}
	}
	if word {
		return nil, &book.Error{Code: book.NotBook, Detail: "Word/PowerPoint"}
	}
	return nil, &book.Error{Code: book.NotBook, Detail: "no_workbook"}
}

// readAll reads a stream that says how long it is.
func readAll(r io.Reader, size int64) ([]byte, error) {
	if size > maxStream {
		return nil, book.Beyond("part_size", "Workbook")
	}
	var b bytes.Buffer // grows with what is there, not with what is said
	n, err := io.Copy(&b, io.LimitReader(r, size))
	if err != nil || n != size {
		return nil, &book.Error{Code: book.Broken, Detail: "truncated", Part: "Workbook", Err: err}
	}
	return b.Bytes(), nil
}

// globals reads the first stream: encodings, styles, shared strings, the list of sheets.
func (f *File) globals() error {
	first, ok := at(f.b, 0)
	if !ok || len(first.data) < 4 {
		return broken("truncated")
	}
	switch {
	case first.kind != recBOF:
		return &book.Error{Code: book.Refused, Detail: "old_excel"}
	case u16(first.data, 0) == 0x0600:
		f.biff8 = true
	case u16(first.data, 0) != 0x0500:
		return &book.Error{Code: book.Refused, Detail: "old_excel"}
	}
	for pos := first.next; ; {
		r, ok := at(f.b, pos)
		if !ok {
			return broken("truncated")
		}
		pos = r.next
		switch r.kind {
		case recEOF:
			return nil
		case recSST:
			var c chain
			c, pos = chained(f.b, r)
			if err := f.strings(&c); err != nil {
				return err
			}
		default:
			if err := f.global(r); err != nil {
				return err
			}
		}
	}
}

func (f *File) global(r record) error {
	d := r.data
	switch r.kind {
	case recFilePass:
		return &book.Error{Code: book.Encrypted, Detail: "encrypted"}
	case recDateMode:
		if len(d) >= 2 && u16(d, 0) == 1 {
			f.system = 1904
		}
	case recCodePage:
		if len(d) >= 2 {
			f.codePage = u16(d, 0)
		}
	case recBoundSheet:
		return f.sheet(d)
	case recFormat, recFormat5:
		return f.format(d)
	case recXF:
		if len(d) < 4 {
			return broken("record")
		}
		id := u16(d, 2)
		k, ok := f.formats[id]
		if !ok {
			k = cell.Builtin(id)
		}
		f.styles = append(f.styles, k)
	}
	return nil
}

// sheet reads an entry of the list of sheets; charts and macros are none.
func (f *File) sheet(d []byte) error {
	if len(d) < 7 {
		return broken("record")
	}
	name, ok := f.shortText(d[6:], 1)
	if !ok {
		return broken("record")
	}
	if d[5] != 0 {
		return nil
	}
	if len(f.sheets) >= book.MaxTables {
		return book.Beyond("entries", "")
	}
	f.sheets = append(f.sheets, book.Sheet{Name: string(name), Hidden: d[4]&3 != 0})
	f.starts = append(f.starts, u32(d, 0))
	return nil
}

// format reads a number format.
func (f *File) format(d []byte) error {
	if len(d) < 3 {
		return broken("record")
	}
	lengthBytes := 1
	if f.biff8 {
		lengthBytes = 2
	}
	code, ok := f.shortText(d[2:], lengthBytes)
	if !ok {
		return broken("record")
	}
	f.formats[u16(d, 0)] = cell.KindOf(string(code))
	return nil
}

// strings reads the shared strings; the table must hold as many as it says.
func (f *File) strings(c *chain) error {
	head, ok := c.take(8)
	if !ok {
		return broken("record")
	}
	n := u32(head, 4)
	for range n {
		b, ok := c.take(2)
		if !ok {
			return broken("strings_count")
		}
		if f.heap, ok = f.flagged(f.heap, c, int(binary.LittleEndian.Uint16(b))); !ok {
			return broken("strings_count")
		}
		if len(f.heap) > maxText {
			return book.Beyond("strings", "")
		}
		f.ends = append(f.ends, uint32(len(f.heap)))
	}
	return nil
}

// shared returns a shared string.
func (f *File) shared(i int) ([]byte, bool) {
	if i < 0 || i >= len(f.ends) {
		return nil, false
	}
	from := uint32(0)
	if i > 0 {
		from = f.ends[i-1]
	}
	return f.heap[from:f.ends[i]], true
}
