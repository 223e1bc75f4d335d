package book

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// Conn is the near end of the stream to a far side.
type Conn interface {
	io.ReadWriter
	// Kill ends the far side at once; reads and writes fail from then on.
	Kill()
	// Wait waits for the end of the far side, a moment before it kills it, and says how
	// it came, nil when it cannot tell.
	Wait() *Error
}

// Start starts a far side.
type Start func() (Conn, error)

// Book is a book that a far side reads. It belongs to one goroutine.
type Book struct {
	Format  string // "xlsx", "xls", "ods", …; of an archive "zip", "gzip", "bzip2", "zstd"
	Sheets  []Sheet
	Entries []Entry // of an archive

	conn     Conn
	in       *bufio.Reader
	buf      []byte
	received int64
	budget   int64
	idle     time.Duration
	hung     atomic.Bool
	busy     bool // a scan is on
	closed   bool
}

// Limits are what a far side may take.
type Limits struct {
	Idle   time.Duration // of silence; 0 = a minute
	Output int64         // bytes that may come over; 0 = 100 times the file, and at least 256 MB
}

const (
	defaultIdle  = time.Minute
	leastOutput  = 256 << 20
	outputFactor = 100
)

// Open has a far side open the file at path, which is size bytes long. The caller
// closes the book. A fault is an *Error, or the context's.
func Open(ctx context.Context, start Start, path string, size int64, l Limits) (*Book, error) {
	conn, err := start()
	if err != nil {
		return nil, err
	}
	b := &Book{conn: conn, in: bufio.NewReaderSize(conn, 128<<10), idle: l.Idle, budget: l.Output}
	if b.idle == 0 {
		b.idle = defaultIdle
	}
	if b.budget == 0 {
		b.budget = max(leastOutput, outputFactor*size)
	}
	if err := b.open(ctx, path); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

func (b *Book) open(ctx context.Context, path string) error {
	if err := b.ask(ctx, request{Op: "open", Path: path}); err != nil {
		return err
	}
	kind, payload, err := b.next(ctx, nil)
	if err != nil {
		return err
	}
	var a info
	if kind != frameInfo || json.Unmarshal(payload, &a) != nil || a.Protocol != protocol ||
		len(a.Sheets) > MaxTables || len(a.Entries) > MaxTables {
		return garbled("info")
	}
	b.Format, b.Sheets, b.Entries = a.Format, a.Sheets, a.Entries
	return nil
}

// Close ends the far side.
func (b *Book) Close() {
	if !b.closed {
		b.closed = true
		b.conn.Kill()
		_ = b.conn.Wait()
	}
}

func garbled(detail string) *Error { return &Error{Code: Garbled, Detail: detail} }

func (b *Book) ask(ctx context.Context, q request) error {
	line, err := json.Marshal(q)
	if err != nil {
		return err
	}
	if _, err = b.conn.Write(append(line, '\n')); err != nil {
		return b.lost(ctx, err)
	}
	return nil
}

// next reads the next frame that is not a sign of life; payload is in buf, or a larger
// one. The far side is killed when the context ends, when it is silent for too long, and
// when it says more than it may.
func (b *Book) next(ctx context.Context, buf []byte) (kind byte, payload []byte, err error) {
	stop := context.AfterFunc(ctx, b.conn.Kill)
	defer stop()
	watch := time.AfterFunc(b.idle, func() {
		b.hung.Store(true)
		b.conn.Kill()
	})
	defer watch.Stop()
	for {
		kind, payload, err = readFrame(b.in, buf)
		if err != nil {
			return 0, nil, b.lost(ctx, err)
		}
		if b.received += int64(len(payload)) + frameHeader; b.received > b.budget {
			b.conn.Kill()
			return 0, nil, Beyond("output", "")
		}
		switch kind {
		case frameAlive:
			watch.Reset(b.idle)
			buf = payload
		case frameFault:
			var f fault
			if json.Unmarshal(payload, &f) != nil {
				return 0, nil, garbled("fault")
			}
			return 0, nil, f.error()
		default:
			return kind, payload, nil
		}
	}
}

// lost says why nothing more comes.
func (b *Book) lost(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if b.hung.Load() {
		return &Error{Code: Hung, Detail: "hung"}
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	b.closed = true
	if e := b.conn.Wait(); e != nil {
		return e
	}
	return &Error{Code: Crashed, Detail: "crashed", Err: err}
}

// Unpack writes the bytes of an entry to w; progress gets their number.
func (b *Book) Unpack(ctx context.Context, entry int, w io.Writer, progress func(n int64)) error {
	if err := b.ask(ctx, request{Op: "unpack", Index: entry}); err != nil {
		return err
	}
	var n int64
	for {
		kind, payload, err := b.next(ctx, b.buf)
		if err != nil {
			return err
		}
		b.buf = payload
		switch kind {
		case frameData:
			if _, err := w.Write(payload); err != nil {
				return err
			}
			n += int64(len(payload))
			progress(n)
		case frameEnd:
			var e end
			if json.Unmarshal(payload, &e) != nil || e.Bytes != n {
				return garbled("bytes")
			}
			return nil
		default:
			return garbled("frame")
		}
	}
}
