package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/book"
)

// opened is a file that was recognised, out of the archive where it is in one: delimited
// text, or a book of tables.
type opened struct {
	f      *os.File // what is read
	path   string
	size   int64
	head   []byte
	format string     // "" for text
	book   *book.Book // nil for text

	archive *os.File // the file that the user named, where f came out of it
	packed  int64    // its size
	entry   string   // name in it, "" where there is only one
	temp    string   // path of f, to be removed
}

// open opens a file and recognises it by its content, never by its name.
func open(ctx context.Context, path string, o *core.ImportOptions, p core.Progress) (*opened, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	s := &opened{f: f, path: path}
	if err := s.recognise(ctx, *o); err != nil {
		s.close()
		return nil, err
	}
	if !s.packs() {
		return s, nil
	}
	in, err := s.unpack(ctx, o, p)
	if err != nil {
		s.close()
		return nil, err
	}
	return in, nil
}

// recognise looks at the head, and opens a book where the file is one.
func (s *opened) recognise(ctx context.Context, o core.ImportOptions) error {
	var err error
	if s.head, s.size, err = headOf(s.f); err != nil {
		return err
	}
	if e := foreign(s.head); e != nil {
		return e
	}
	if s.format = signature(s.head); s.format == "" {
		return nil
	}
	s.book, err = book.Open(ctx, reader(o), s.path, s.size, book.Limits{})
	if err != nil {
		return s.fault(err, "")
	}
	s.format = s.book.Format
	return nil
}

// packs reports an archive.
func (s *opened) packs() bool {
	return s.book != nil && (s.format == "zip" || s.format == "gzip" || s.format == "bzip2" || s.format == "zstd")
}

// reader says where books are read: in the process that the options name, or in this one.
func reader(o core.ImportOptions) book.Start {
	if len(o.Reader) > 0 {
		return book.Command(o.Reader)
	}
	return book.Inside(openBook)
}

// ServeReader is the process that ImportOptions.Reader starts: it reads the file that its
// standard input names, within limits, and returns its exit code.
func ServeReader() int { return book.Main(openBook) }

// close gives back what open took.
func (s *opened) close() {
	if s.book != nil {
		s.book.Close()
	}
	if s.f != nil {
		_ = s.f.Close()
	}
	if s.archive != nil {
		_ = s.archive.Close()
	}
	if s.temp != "" {
		_ = os.Remove(s.temp)
	}
}

// original is the file that the user named, from its first byte.
func (s *opened) original() io.Reader {
	if s.archive != nil {
		return io.NewSectionReader(s.archive, 0, s.packed)
	}
	return io.NewSectionReader(s.f, 0, s.size)
}

// hash is the fingerprint of the file that the user named.
func (s *opened) hash(ctx context.Context) (string, error) {
	sum := newFingerprint()
	_, err := io.Copy(sum, until{ctx, s.original()})
	return fingerprintText(sum), err
}

// entrySheet divides a sheet of a workbook in an archive of several files from the file.
const entrySheet = "!"

// sheetName is the name by which --sheet finds a table again.
func (s *opened) sheetName(sheet string) string {
	switch {
	case s.entry == "":
		return sheet
	case sheet == "":
		return s.entry
	}
	return s.entry + entrySheet + sheet
}

// unpack takes the file that is meant out of an archive, into a temporary file that is
// read as any other. The sheet of the options is left to what is inside.
func (s *opened) unpack(ctx context.Context, o *core.ImportOptions, p core.Progress) (*opened, error) {
	i, name, err := s.chooseEntry(o)
	if err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp("", "qunxiang-*")
	if err != nil {
		return nil, err
	}
	in := &opened{f: temp, path: temp.Name(), temp: temp.Name(), archive: s.f, packed: s.size, entry: name}
	if err := s.fill(ctx, i, temp, p); err != nil {
		in.archive = nil // s closes it
		in.close()
		return nil, err
	}
	s.book.Close()
	if err := in.recognise(ctx, *o); err == nil && in.packs() {
		err = in.fault(&book.Error{Code: book.Refused, Detail: "nested_archive"}, "")
		in.archive = nil
		in.close()
		return nil, err
	} else if err != nil {
		in.archive = nil
		in.close()
		return nil, err
	}
	if os.Remove(in.temp) == nil { // open files need no name, where the system allows that
		in.temp = ""
	}
	return in, nil
}

// fill writes an entry to the temporary file.
func (s *opened) fill(ctx context.Context, entry int, temp *os.File, p core.Progress) error {
	stage := core.Message{Key: "stage.unpack"}
	p(0, stage)
	var mb int64
	out := &lineWriter{w: temp}
	err := s.book.Unpack(ctx, entry, out, func(n int64) {
		if n>>20 > mb { // how much will come is not known: the bar stands, the stage tells
			mb = n >> 20
			p(0, stage)
		}
	})
	if e, ok := errors.AsType[*book.Error](err); ok {
		e.Row = out.row()
	} else if err != nil && ctx.Err() == nil {
		return &core.Error{Code: "unpack_failed", Origin: core.OriginApp, Op: op, Args: core.Args{"folder": os.TempDir()}, Err: err}
	}
	return s.fault(err, "")
}

// lineWriter counts the lines of a text that passes.
type lineWriter struct {
	w      io.Writer
	lines  int
	binary bool
}

// Write implements io.Writer.
func (l *lineWriter) Write(b []byte) (int, error) {
	l.lines += bytes.Count(b, []byte{'\n'})
	l.binary = l.binary || bytes.IndexByte(b, 0) >= 0
	return l.w.Write(b)
}

// row is the last row that was reached, 0 where it is no text.
func (l *lineWriter) row() int {
	if l.binary {
		return 0
	}
	return l.lines
}

// chooseEntry finds the entry that is meant: the only one, or the one that --sheet names.
func (s *opened) chooseEntry(o *core.ImportOptions) (i int, name string, err error) {
	entries := s.book.Entries
	switch len(entries) {
	case 0:
		return 0, "", dataErrorArgs("archive_empty", core.Where{}, core.Args{"format": formatName(s.format)})
	case 1:
		return 0, "", nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	file, sheet := strings.TrimSpace(o.Sheet), ""
	find := func() int {
		return slices.IndexFunc(names, func(n string) bool {
			return strings.EqualFold(n, file) || strings.EqualFold(n[strings.LastIndexByte(n, '/')+1:], file)
		})
	}
	if i = find(); i < 0 {
		if n := strings.LastIndex(file, entrySheet); n > 0 {
			file, sheet = file[:n], file[n+len(entrySheet):]
			i = find()
		}
	}
	if i < 0 {
		const shown = 20
		more := max(0, len(names)-shown)
		return 0, "", userError("archive_choose", "sheet", core.Args{"count": len(names), "files": names[:len(names)-more], "more": more})
	}
	o.Sheet = sheet
	return i, names[i], nil
}
