package ingest

import (
	"bytes"
	"context"
	"hash"
	"io"
	"runtime"
	"sync"

	"golang.org/x/text/transform"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/ingest/internal/text"
)

// tuning are the sizes of the pipeline. Results do not depend on them.
type tuning struct {
	block   int // bytes of a block
	workers int
	journal *journal // of the rows that are left out; nil = none is kept
}

// log begins the journal anew, for a table that may be read again.
func (t tuning) log() *journal {
	if t.journal != nil {
		*t.journal = journal{rows: t.journal.rows[:0], most: t.journal.most}
	}
	return t.journal
}

func defaultTuning() tuning {
	return tuning{block: 256 << 10, workers: max(1, runtime.GOMAXPROCS(0))}
}

// parser turns a block into typed columns. Each belongs to one goroutine.
type parser interface {
	parse(b *block)
}

// assembler takes the parts in file order. It belongs to one goroutine.
type assembler interface {
	add(p *part) error
}

// source produces the blocks of a file in order. It sends every block to both
// channels, and takes them from free.
type source func(ctx context.Context, free <-chan *block, work, order chan<- *block) error

// pipeline runs a source, parsers and an assembler. base is the number of lines before
// the data, size what the source counts up to in block.read.
func pipeline(ctx context.Context, tu tuning, src source, base int, size int64, newParser func() parser, a assembler, p core.Progress) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	n := 2*tu.workers + 2
	free, work, order := make(chan *block, n), make(chan *block, n), make(chan *block, n)
	for range n {
		free <- &block{done: make(chan struct{}, 1)}
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(work)
		defer close(order)
		if err := src(ctx, free, work, order); err != nil {
			cancel(err)
		}
	})
	for range tu.workers {
		wg.Go(func() {
			ps := newParser()
			for b := range work {
				if ctx.Err() == nil {
					ps.parse(b)
				}
				b.done <- struct{}{}
			}
		})
	}
	err := assemble(ctx, free, order, base, size, a, p)
	if err != nil {
		cancel(err)
		for range order { // let the source go
		}
	}
	wg.Wait()
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return err
}

// assemble gives the parsed blocks to the assembler in file order.
func assemble(ctx context.Context, free chan<- *block, order <-chan *block, line int, size int64, a assembler, p core.Progress) error {
	stage, shown := core.Message{Key: "stage.import_read"}, -1
	for b := range order {
		<-b.done
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if b.out.err != nil {
			return recordError(b.out.err, line+b.out.errLine+1)
		}
		if b.out.odd > 0 {
			return errOddQuotes
		}
		b.out.line = line
		if err := a.add(&b.out); err != nil {
			return err
		}
		line += b.out.lines
		if b.err != nil { // the record behind this block
			return recordError(b.err, line+1)
		}
		if pct := int(b.read * 100 / max(1, size)); pct != shown {
			shown = pct
			p(min(1, float64(b.read)/float64(max(1, size))), stage)
		}
		free <- b
	}
	return nil
}

// send gives a block to both channels.
func send(ctx context.Context, b *block, work, order chan<- *block) error {
	for _, ch := range []chan<- *block{work, order} {
		select {
		case ch <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// take waits for a free block.
func take(ctx context.Context, free <-chan *block) (*block, error) {
	select {
	case b := <-free:
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// counter counts and hashes the bytes that pass.
type counter struct {
	r   io.Reader
	n   int64
	sum hash.Hash
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	c.sum.Write(b[:n]) // never fails, says package hash
	return n, err
}

// readBlocks cuts the text into blocks of complete records.
func (t *textFile) readBlocks(ctx context.Context, size int, sum hash.Hash, free <-chan *block, work, order chan<- *block) error {
	if _, err := t.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	c := &counter{r: t.f, sum: sum}
	if _, err := io.CopyN(io.Discard, c, t.bom); err != nil {
		return err
	}
	var src io.Reader = c
	if d := text.Decoder(t.encoding); d != nil {
		src = transform.NewReader(c, d)
	}
	src = t.strip(src)
	if _, err := io.CopyN(io.Discard, src, t.start); err != nil {
		return err
	}
	var carry []byte
	for last := false; !last; {
		b, err := take(ctx, free)
		if err != nil {
			return err
		}
		data, n, eof, err := t.fill(append(b.data[:0], carry...), size, src)
		last = eof || err != nil
		carry = append(carry[:0], data[n:]...)
		b.data, b.read, b.err = data[:n], c.n, err
		if n == 0 && err == nil {
			return nil
		}
		if err := send(ctx, b, work, order); err != nil {
			return err
		}
	}
	return nil
}

// fill reads until buf holds size bytes and at least one complete record; n bytes of
// it are complete records.
func (t *textFile) fill(buf []byte, size int, src io.Reader) (data []byte, n int, eof bool, err error) {
	want := size
	for {
		if cap(buf) < want {
			grown := make([]byte, len(buf), want+want/8+64)
			copy(grown, buf)
			buf = grown
		}
		for len(buf) < want && !eof {
			k, err := src.Read(buf[len(buf):want])
			buf = buf[:len(buf)+k]
			if err == io.EOF {
				eof = true
			} else if err != nil {
				return buf, 0, false, err
			}
		}
		n, err = t.dialect.Cut(buf, eof)
		if n > 0 || eof || err != nil {
			return buf, n, eof, err
		}
		if len(buf) > record.MaxRecord {
			if t.dialect.Quote != 0 && bytes.IndexByte(buf, t.dialect.Quote) >= 0 {
				return buf, 0, true, record.ErrUnclosed
			}
			return buf, 0, true, record.ErrTooLong
		}
		want = len(buf) + max(size, len(buf))
	}
}
