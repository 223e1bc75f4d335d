package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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
}

func defaultTuning() tuning {
	return tuning{block: 256 << 10, workers: max(1, runtime.GOMAXPROCS(0))}
}

// block is a piece of the text that holds complete records, on its way from the
// reader through a parser to the assembler.
type block struct {
	data []byte
	read int64 // bytes of the file read so far
	err  error // of the reader; the text ends here
	out  part
	done chan struct{}
}

// parser turns a block into typed columns. Each belongs to one goroutine.
type parser interface {
	parse(b []byte, p *part)
}

// assembler takes the parts in file order. It belongs to one goroutine.
type assembler interface {
	add(p *part) error
}

// pipeline runs reader, parsers and assembler over the text and returns the SHA-256 of
// the whole file.
func (t *textFile) pipeline(ctx context.Context, tu tuning, newParser func() parser, a assembler, p core.Progress) (string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	n := 2*tu.workers + 2
	free, work, order := make(chan *block, n), make(chan *block, n), make(chan *block, n)
	for range n {
		free <- &block{done: make(chan struct{}, 1)}
	}
	sum := sha256.New()
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(work)
		defer close(order)
		if err := t.readBlocks(ctx, tu.block, sum, free, work, order); err != nil {
			cancel(err)
		}
	})
	for range tu.workers {
		wg.Go(func() {
			ps := newParser()
			for b := range work {
				if ctx.Err() == nil {
					ps.parse(b.data, &b.out)
				}
				b.done <- struct{}{}
			}
		})
	}
	err := t.assemble(ctx, free, order, a, p)
	if err != nil {
		cancel(err)
		for range order { // let the reader go
		}
	}
	wg.Wait()
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return hex.EncodeToString(sum.Sum(nil)), err
}

// assemble gives the parsed blocks to the assembler in file order.
func (t *textFile) assemble(ctx context.Context, free chan<- *block, order <-chan *block, a assembler, p core.Progress) error {
	stage := core.Message{Key: "stage.import_read"}
	line, shown := t.startLine, -1
	for b := range order {
		<-b.done
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if b.err != nil {
			return recordError(b.err, line+1)
		}
		if b.out.err != nil {
			return recordError(b.out.err, line+b.out.errLine+1)
		}
		b.out.line = line
		if err := a.add(&b.out); err != nil {
			return err
		}
		line += b.out.lines
		if pct := int(b.read * 100 / max(1, t.size)); pct != shown {
			shown = pct
			p(float64(b.read)/float64(max(1, t.size)), stage)
		}
		free <- b
	}
	return nil
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
	if _, err := io.CopyN(io.Discard, src, t.start); err != nil {
		return err
	}
	var carry []byte
	for last := false; !last; {
		var b *block
		select {
		case b = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		data, n, eof, err := t.fill(append(b.data[:0], carry...), size, src)
		last = eof || err != nil
		carry = append(carry[:0], data[n:]...)
		b.data, b.read, b.err = data[:n], c.n, err
		if n == 0 && err == nil {
			return nil
		}
		for _, ch := range []chan<- *block{work, order} {
			select {
			case ch <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
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
