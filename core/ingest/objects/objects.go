package objects

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/transform"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/text"
)

const (
	maxRecord = 8 << 20 // bytes of one object as it is written
	maxNested = 8       // objects in objects
	headSize  = 64 << 10
)

// File is an open file of objects.
type File struct {
	f       io.ReaderAt
	size    int64
	name    string // of the encoding
	columns []string
	index   map[string]int
	records int
	inside  bool // the records are in a list within one object
}

// Sheets implements book.Reader.
func (f *File) Sheets() []book.Sheet { return []book.Sheet{{Named: true}} }

// Close implements book.Reader; the file is the caller's.
func (f *File) Close() error { return nil }

// Open reads the file once to find its columns and count its records.
func Open(ctx context.Context, in io.ReaderAt, size int64, tick func()) (*File, error) {
	f := &File{f: in, size: size, index: map[string]int{}}
	head := make([]byte, min(size, headSize))
	if _, err := in.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch f.name, _ = text.Detect(head); f.name {
	case text.UTF16LE, text.UTF16BE, text.GB18030:
	default: // what is not UTF-8 then is an error: JSON allows nothing else
		f.name = text.UTF8
	}
	w := &walker{f: f, learn: true}
	err := w.all(ctx, func(float64) error {
		f.records++
		tick()
		return nil
	})
	if err == nil && f.records > 0 && len(f.columns) == 0 {
		err = &book.Error{Code: book.NotBook, Detail: "JSON"}
	}
	return f, err
}

// Scan implements book.Reader. Row 0 holds the names of the columns.
func (f *File) Scan(ctx context.Context, _ int, k book.Sink) (book.Tally, error) {
	k.Begin(0)
	for i, name := range f.columns {
		if err := k.Cell(i, []byte(name)); err != nil {
			return book.Tally{}, err
		}
	}
	if err := k.End(); err != nil {
		return book.Tally{}, err
	}
	w := &walker{f: f}
	n := 0
	err := w.all(ctx, func(fraction float64) error {
		n++
		k.Progress(fraction)
		k.Begin(n)
		for col, at := range w.at {
			if at.to > at.from {
				if err := k.Cell(col, w.heap[at.from:at.to]); err != nil {
					return err
				}
			}
		}
		return k.End()
	})
	if err == nil && n != f.records {
		err = book.Bad("row_count", "").At(n, 0)
	}
	var t book.Tally
	if f.inside {
		t.Notes = append(t.Notes, book.Note{ID: "list_inside", Count: n})
	}
	return t, err
}

// column returns the place of a member.
func (w *walker) column(name []byte) (int, error) {
	if i, ok := w.f.index[string(name)]; ok {
		return i, nil
	}
	if !w.learn {
		return 0, book.Bad("row_count", "") // the file changed between the readings
	}
	i := len(w.f.columns)
	if i >= book.MaxColumns {
		return 0, book.Beyond("columns", "")
	}
	w.f.columns = append(w.f.columns, string(name))
	w.f.index[string(name)] = i
	return i, nil
}

// walker reads the records one by one.
type walker struct {
	f     *File
	learn bool   // columns
	heap  []byte // the cells of the record …
	at    []span // … by column
	path  []byte // of the member
	n     int
}

type span struct{ from, to int }

// guard bounds the bytes that are read for one record.
type guard struct {
	r    io.Reader
	left int
	n    int64
}

// Read implements io.Reader.
func (g *guard) Read(b []byte) (int, error) {
	if g.left <= 0 {
		return 0, book.Beyond("row_bytes", "")
	}
	n, err := g.r.Read(b[:min(len(b), g.left)])
	g.left -= n
	g.n += int64(n)
	return n, err
}

// all calls visit after each record.
func (w *walker) all(ctx context.Context, visit func(fraction float64) error) error {
	g := &guard{left: maxRecord}
	raw := &guard{r: io.NewSectionReader(w.f.f, 0, w.f.size), left: 1 << 62}
	var r io.Reader = raw
	if d := text.Decoder(w.f.name); d != nil {
		r = transform.NewReader(raw, d)
	}
	g.r = &unmarked{r: r}
	d := json.NewDecoder(g)
	array, err := w.opening(g, d)
	if err != nil {
		return err
	}
	var record json.RawMessage
	for array == nil || d.More() {
		if w.n&0x3FF == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		g.left = maxRecord
		err := d.Decode(&record)
		if errors.Is(err, io.EOF) && array == nil {
			return nil
		}
		w.n++
		if err == nil {
			err = w.record(record)
		}
		if err == nil {
			err = visit(float64(raw.n) / float64(max(1, w.f.size)))
		}
		if err != nil {
			return w.fault(err)
		}
	}
	if _, err := d.Token(); err != nil {
		return w.fault(err)
	}
	return w.ending(g, d)
}

// opening reads the bracket of an array, where the file is one.
func (w *walker) opening(g *guard, d *json.Decoder) (array json.Token, err error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(g, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, w.fault(err)
	}
	rest := g.r
	g.r = io.MultiReader(bytes.NewReader(head[:n]), rest)
	first := bytes.TrimLeft(head[:n], " \t\r\n")
	if path := wrapped(first, n < len(head)); path != nil {
		w.f.inside = true
		return w.descend(g, d, path)
	}
	if len(first) == 0 || first[0] != '[' {
		return nil, nil
	}
	if array, err = d.Token(); err != nil {
		return nil, w.fault(err)
	}
	return array, nil
}

// fault is what a fault of the JSON is for the user.
func (w *walker) fault(err error) error {
	if e, ok := errors.AsType[*book.Error](err); ok {
		if e.Row == 0 {
			e.Row = max(1, w.n)
		}
		return e
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return (&book.Error{Code: book.Broken, Detail: "json", Err: err}).At(max(1, w.n), 0)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return book.Bad("json_end", "").At(max(1, w.n), 0)
	}
	return err
}

// unmarked takes the byte order mark off a text.
type unmarked struct {
	r    io.Reader
	past bool
}

// Read implements io.Reader.
func (u *unmarked) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	if !u.past && n >= 3 {
		u.past = true
		if bytes.HasPrefix(b[:n], []byte("\xEF\xBB\xBF")) {
			n = copy(b, b[3:n])
		}
	}
	return n, err
}

// record reads the members of an object, which is valid JSON.
func (w *walker) record(b []byte) error {
	if !utf8.Valid(b) {
		return book.Bad("encoding", "")
	}
	w.heap, w.path = w.heap[:0], w.path[:0]
	clear(w.at)
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 || b[0] != '{' {
		return book.Bad("json_object", "")
	}
	_, err := w.object(b, 0)
	return err
}
