package book

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Opener opens a file as a book and names its format. Tick says that opening goes on.
type Opener func(ctx context.Context, f *os.File, tick func()) (r Reader, format string, err error)

// Serve answers the requests that come from in until it ends: it opens the book of the
// first and sends the rows of the others. A fault of the book is an answer; the error is
// that of the streams.
func Serve(ctx context.Context, in io.Reader, out io.Writer, open Opener) error {
	s := &server{out: out}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<10)
	defer s.close()
	for lines.Scan() {
		var q request
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return fmt.Errorf("request: %w", err)
		}
		err := s.answer(ctx, q, open)
		if s.broken != nil {
			return s.broken
		}
		if err != nil {
			if err := writeJSON(out, frameFault, faultOf(err)); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

// server is the far side.
type server struct {
	out    io.Writer
	file   *os.File
	book   Reader
	broken error // of the stream: nobody listens
}

func (s *server) close() {
	if s.book != nil {
		_ = s.book.Close()
	}
	if s.file != nil {
		_ = s.file.Close()
	}
}

func (s *server) answer(ctx context.Context, q request, open Opener) error {
	switch {
	case q.Op == "open" && s.file == nil:
		return s.open(ctx, q.Path, open)
	case q.Op == "rows" && s.book != nil && q.Index >= 0 && q.Index < len(s.book.Sheets()):
		return s.rows(ctx, q)
	case q.Op == "unpack" && s.book != nil:
		return s.unpack(ctx, q.Index)
	}
	return &Error{Code: Garbled, Detail: "request"}
}

func (s *server) open(ctx context.Context, path string, open Opener) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	s.file = f
	k := &frameSink{server: s}
	book, format, err := open(ctx, f, func() { k.Progress(0) })
	if err != nil {
		return err
	}
	s.book = book
	a := info{Protocol: protocol, Format: format, Sheets: book.Sheets()}
	if p, ok := book.(Packed); ok {
		a.Entries = p.Entries()
	}
	if len(a.Sheets) > MaxTables || len(a.Entries) > MaxTables {
		return Beyond("entries", "")
	}
	s.send(frameInfo, a)
	return nil
}

func (s *server) send(kind byte, v any) {
	if err := writeJSON(s.out, kind, v); err != nil {
		s.broken = err
	}
}

func (s *server) rows(ctx context.Context, q request) error {
	k := &frameSink{server: s, ctx: ctx, skip: q.Skip, max: q.Max, records: s.book.Sheets()[q.Index].Named, buf: make([]byte, frameHeader+4, frameBytes+frameBytes/2)}
	t, err := s.book.Scan(ctx, q.Index, k)
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if err := k.flush(); err != nil {
		return err
	}
	k.end.Errors, k.end.Notes = t.ErrorCells, t.Notes
	s.send(frameEnd, k.end)
	return nil
}

// frameSink writes rows into frames:
//
//	row  = number (uvarint) cell* 0
//	cell = columns onward (uvarint, from 1) length (uvarint) bytes
type frameSink struct {
	*server
	ctx      context.Context
	skip     int
	max      int
	buf      []byte
	end      end
	fraction float64
	spoke    time.Time
	records  bool // the rows are records: one without values is there, too

	number  int
	from    int // of the row in buf
	col     int // the last column
	skipped bool
	filled  bool
}

// Begin implements Sink.
func (k *frameSink) Begin(number int) {
	k.number, k.from, k.col, k.filled = number, len(k.buf), -1, false
	k.skipped = number <= k.skip
	k.end.Last = max(k.end.Last, number)
	if !k.skipped {
		k.buf = binary.AppendUvarint(k.buf, uint64(number))
	}
}

// Cell implements Sink. Blank cells are no cells.
func (k *frameSink) Cell(col int, text []byte) error {
	if k.skipped || blank(text) {
		return nil
	}
	if col >= MaxColumns {
		return Beyond("columns", "").At(k.number, col+1)
	}
	if col <= k.col || len(k.buf)-k.from+len(text) > MaxRow {
		if col <= k.col {
			return Bad("cell_reference", "").At(k.number, col+1)
		}
		return Beyond("row_bytes", "").At(k.number, col+1)
	}
	k.buf = binary.AppendUvarint(k.buf, uint64(col-k.col))
	k.buf = binary.AppendUvarint(k.buf, uint64(len(text)))
	k.buf = append(k.buf, text...)
	k.col, k.filled = col, true
	k.end.Cells++
	return nil
}

// blank reports text of nothing but ASCII blanks.
func blank(text []byte) bool {
	for _, c := range text {
		if c > ' ' {
			return false
		}
	}
	return true
}

// End implements Sink. Blank rows are no rows, unless they are records.
func (k *frameSink) End() error {
	if k.skipped {
		return nil
	}
	if !k.filled && !k.records {
		k.buf = k.buf[:k.from]
		return nil
	}
	k.buf = append(k.buf, 0)
	k.end.Rows++
	switch {
	case k.max > 0 && k.end.Rows >= int64(k.max):
		return errEnough
	case len(k.buf) >= frameBytes:
		return k.flush()
	}
	return nil
}

// flush sends the rows that are complete.
func (k *frameSink) flush() error {
	if k.ctx.Err() != nil {
		return k.ctx.Err()
	}
	if len(k.buf) <= frameHeader+4 {
		return nil
	}
	k.end.Bytes += int64(len(k.buf))
	appendFraction(k.buf[:frameHeader], k.fraction)
	k.broken = writeFrame(k.out, frameRows, k.buf)
	k.buf = k.buf[:frameHeader+4]
	k.spoke = time.Now()
	return k.broken
}

// Progress implements Sink: with no rows to send for a while, it says that it lives.
func (k *frameSink) Progress(f float64) {
	k.fraction = min(1, max(0, f))
	if now := time.Now(); now.Sub(k.spoke) > time.Second && k.broken == nil {
		k.spoke = now
		k.broken = writeFrame(k.out, frameAlive, appendFraction(make([]byte, frameHeader), k.fraction))
	}
}

func (s *server) unpack(ctx context.Context, entry int) error {
	p, ok := s.book.(Packed)
	if !ok || entry < 0 || entry >= len(p.Entries()) {
		return &Error{Code: Garbled, Detail: "request"}
	}
	w := &dataWriter{server: s}
	if err := p.Unpack(ctx, entry, w); err != nil {
		return err
	}
	s.send(frameEnd, end{Bytes: w.n})
	return nil
}

// dataWriter sends the bytes of an entry.
type dataWriter struct {
	*server
	n   int64
	buf []byte
}

// Write implements io.Writer.
func (w *dataWriter) Write(b []byte) (int, error) {
	n := 0
	for len(b) > 0 {
		part := b[:min(len(b), frameBytes)]
		w.buf = append(append(w.buf[:0], 0, 0, 0, 0, 0), part...)
		if w.broken = writeFrame(w.out, frameData, w.buf); w.broken != nil {
			return n, w.broken
		}
		n, b = n+len(part), b[len(part):]
		w.n += int64(len(part))
	}
	return n, nil
}
