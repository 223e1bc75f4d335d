package pack

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/text"
)

const (
	maxEntries   = 2000
	maxDirectory = 1 << 20  // bytes of the directory of a ZIP
	maxSize      = 32 << 30 // bytes that may come out
	maxRatio     = 200      // expansion …
	freeSize     = 64 << 20 // … beyond this size
	maxWindow    = 128 << 20
)

// File is an open archive.
type File struct {
	f       io.ReaderAt
	size    int64
	entries []book.Entry
	open    []func() (io.ReadCloser, *int64, error) // by entry; *int64 counts the bytes read
}

// Sheets implements book.Reader: an archive has none.
func (f *File) Sheets() []book.Sheet { return nil }

// Scan implements book.Reader.
func (f *File) Scan(context.Context, int, book.Sink) (book.Tally, error) {
	return book.Tally{}, book.Bad("no_sheets", "")
}

// Close implements book.Reader; the file is the caller's.
func (f *File) Close() error { return nil }

// Entries implements book.Packed.
func (f *File) Entries() []book.Entry { return f.entries }

// Unpack implements book.Packed.
func (f *File) Unpack(ctx context.Context, entry int, w io.Writer) error {
	r, in, err := f.open[entry]()
	if err != nil {
		return broken(err)
	}
	defer r.Close()
	buf := make([]byte, 64<<10)
	var out int64
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		n, err := r.Read(buf)
		out += int64(n)
		if out > maxSize {
			return book.Beyond("unpacked_size", "")
		}
		if out > freeSize && out/maxRatio > *in {
			return book.Beyond("ratio", f.entries[entry].Name)
		}
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(err)
		}
	}
}

func broken(err error) error {
	if _, ok := errors.AsType[*book.Error](err); ok {
		return err
	}
	detail := "truncated"
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		detail = "compression"
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return &book.Error{Code: book.TooLarge, Detail: "window", Err: err}
	}
	return &book.Error{Code: book.Broken, Detail: detail, Err: err}
}

// counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// single is an archive of one file.
func single(f io.ReaderAt, size int64, open func(r io.Reader) (io.ReadCloser, error)) *File {
	return &File{f: f, size: size, entries: []book.Entry{{}}, open: []func() (io.ReadCloser, *int64, error){
		func() (io.ReadCloser, *int64, error) {
			c := &counter{r: io.NewSectionReader(f, 0, size)}
			r, err := open(c)
			return r, &c.n, err
		},
	}}
}

// Gzip opens a file of gzip members.
func Gzip(f io.ReaderAt, size int64) *File {
	return single(f, size, func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) })
}

// Bzip2 opens a file of bzip2 streams.
func Bzip2(f io.ReaderAt, size int64) *File {
	return single(f, size, func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil })
}

// Zstd opens a file of zstd frames.
func Zstd(f io.ReaderAt, size int64) *File {
	return single(f, size, func(r io.Reader) (io.ReadCloser, error) {
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(maxSize))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	})
}

// Directory reads the directory of a ZIP, after a look at its end: nothing is allocated
// by what it says of itself.
func Directory(f io.ReaderAt, size int64) (*zip.Reader, error) {
	const end, comment = 22, 1<<16 - 1
	tail := make([]byte, min(size, end+comment))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < end {
		return nil, book.Bad("truncated", "")
	}
	if binary.LittleEndian.Uint16(tail[i+10:]) > maxEntries || binary.LittleEndian.Uint32(tail[i+12:]) > maxDirectory {
		return nil, book.Beyond("entries", "")
	}
	z, err := zip.NewReader(f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are only shown
		return nil, &book.Error{Code: book.Broken, Detail: "truncated", Err: err}
	}
	if len(z.File) > maxEntries {
		return nil, book.Beyond("entries", "")
	}
	return z, nil
}

// Zip opens a ZIP of files that are no workbook together.
func Zip(f io.ReaderAt, size int64, z *zip.Reader) (*File, error) {
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	out := &File{f: f, size: size}
	seen := map[string]bool{}
	for _, e := range z.File {
		name := entryName(e)
		if strings.HasSuffix(name, "/") || litter(name) {
			continue
		}
		if seen[name] {
			return nil, book.Bad("duplicate_part", name)
		}
		seen[name] = true
		if e.Flags&1 != 0 {
			return nil, &book.Error{Code: book.Encrypted, Detail: "encrypted"}
		}
		out.entries = append(out.entries, book.Entry{Name: name})
		out.open = append(out.open, func() (io.ReadCloser, *int64, error) {
			packed := int64(min(e.CompressedSize64, uint64(size)))
			r, err := e.Open()
			return r, &packed, err
		})
	}
	return out, nil
}

// entryName is the name of an entry. Chinese systems write it in GBK and do not say so.
func entryName(e *zip.File) string {
	name := e.Name
	if e.NonUTF8 {
		if found, _ := text.Detect([]byte(name)); text.Decoder(found) != nil {
			if s, err := text.Decoder(found).String(name); err == nil {
				name = s
			}
		}
	}
	return strings.ToValidUTF8(strings.ReplaceAll(name, `\`, "/"), "?")
}

// litter reports the files that systems put into archives by themselves.
func litter(name string) bool {
	if strings.HasPrefix(name, "__MACOSX/") {
		return true
	}
	switch base := path.Base(name); base {
	case ".DS_Store", "Thumbs.db", "desktop.ini":
		return true
	default:
		return strings.HasPrefix(base, "._")
	}
}
