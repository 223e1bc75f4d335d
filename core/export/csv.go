package export

import (
	"context"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// blockRows is the number of rows that one goroutine writes at a time: about half
// a megabyte of text.
const blockRows = 8192

// csvBlock is a part of the file: rows from…to, done when its text is ready.
type csvBlock struct {
	from, to int
	text     []byte
	err      error
	done     chan struct{}
}

// writeCSV formats blocks of rows on all cores and writes them in order.
func (l *list) writeCSV(ctx context.Context, w io.Writer) error {
	if _, err := w.Write(l.csvHead()); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	todo, ordered := make(chan *csvBlock), make(chan *csvBlock, 2*workers)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	buffers := sync.Pool{New: func() any { return new([]byte) }}
	for range workers {
		wg.Go(func() {
			f := l.newFormatter()
			for b := range todo {
				buf, _ := buffers.Get().(*[]byte)
				b.text, b.err = f.block((*buf)[:0], b.from, b.to)
				close(b.done)
			}
		})
	}
	wg.Go(func() { l.deal(ctx, todo, ordered) })
	n := l.rows()
	for b := range ordered {
		<-b.done
		if b.err != nil {
			return b.err
		}
		if _, err := w.Write(b.text); err != nil {
			return err
		}
		buffers.Put(&b.text)
		l.o.Progress(float64(b.to)/float64(n), core.Message{Key: "stage.export"})
	}
	return ctx.Err()
}

// deal hands out the blocks, in order, until the rows or ctx end.
func (l *list) deal(ctx context.Context, todo, ordered chan<- *csvBlock) {
	defer close(todo)
	defer close(ordered)
	n := l.rows()
	for from := 0; from < n; from += blockRows {
		b := &csvBlock{from: from, to: min(n, from+blockRows), done: make(chan struct{})}
		select {
		case ordered <- b:
		case <-ctx.Done():
			return
		}
		todo <- b // a worker always takes it, so every block in ordered is done some time
	}
}

func (l *list) csvHead() []byte {
	var b []byte
	for i, name := range l.header() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, name)
	}
	b = append(b, '\n')
	switch l.o.Encoding {
	case GBK:
		if g, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b); err == nil {
			return g
		}
	case "", UTF8BOM:
		return append([]byte("\ufeff"), b...)
	}
	return b
}

// formatter writes rows as CSV; one per goroutine.
type formatter struct {
	l        *list
	segments [][]byte   // ",id,name" by position
	dicts    [][][]byte // by column: ready cells of its dictionary
	names    *pseudonyms
	key      []byte
	floats   floatTexts
}

func (l *list) newFormatter() *formatter {
	f := &formatter{l: l, dicts: make([][][]byte, len(l.columns))}
	for i := range l.in.Seg.Segments {
		b := append([]byte{','}, appendInt(nil, int64(l.in.Seg.Segments[i].ID))...)
		f.segments = append(f.segments, appendText(append(b, ','), l.segmentName(i)))
	}
	for i, c := range l.columns {
		for _, s := range c.Dict {
			f.dicts[i] = append(f.dicts[i], appendText(nil, s))
		}
	}
	if l.o.Identity == IdentityPseudonym {
		f.names = newPseudonyms(l.in.Secret)
	}
	return f
}

func (f *formatter) block(b []byte, from, to int) ([]byte, error) {
	seg := f.l.in.Seg
	for i := from; i < to; i++ {
		label := f.l.label(i)
		if !f.l.keeps(label) {
			continue
		}
		b = f.customer(b, int(seg.Customers[i]))
		if label == noLabel {
			b = append(b, ",,"...)
		} else {
			b = append(b, f.segments[label]...)
		}
		for k, c := range f.l.columns {
			b = append(b, ',')
			if !c.Missing(i) {
				b = f.cell(b, k, c, i)
			}
		}
		b = append(b, '\n')
	}
	if f.l.o.Encoding == GBK {
		return simplifiedchinese.GB18030.NewEncoder().Bytes(b)
	}
	return b, nil
}

func (f *formatter) customer(b []byte, code int) []byte {
	switch f.l.o.Identity {
	case IdentityNone:
		return b
	case IdentityPseudonym:
		f.key = f.l.in.Keys.AppendTo(f.key[:0], code)
		return f.names.append(b, f.key)
	}
	start := len(b)
	b = f.l.in.Keys.AppendTo(b, code)
	if clean(b[start:]) {
		return b
	}
	s := string(b[start:])
	return appendText(b[:start], s)
}

func (f *formatter) cell(b []byte, k int, c *table.Column, i int) []byte {
	switch c.Kind {
	case table.Float64:
		return f.floats.append(b, c.Floats[i])
	case table.Int64:
		return appendInt(b, c.Ints[i])
	case table.Bool:
		if c.Ints[i] != 0 {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case table.Time:
		return append(b, timeText(c.Ints[i])...)
	case table.Category:
		return append(b, f.dicts[k][c.Codes[i]]...)
	}
	return appendText(b, c.Strings[i])
}

// timeText writes microseconds since 1970 as a day, with the time where there is one.
func timeText(us int64) string {
	t := time.UnixMicro(us).UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateTime)
}

// clean reports whether a cell of these bytes needs neither quotes nor Safe: the
// common case of keys made of letters, digits and a few signs.
func clean(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if b[0] == '-' || b[0] == '.' {
		return false
	}
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '-', c == '.':
		default:
			return false
		}
	}
	return true
}

// appendText appends a cell of text: safe, and in quotes where it has to be.
func appendText(b []byte, s string) []byte {
	safe := Safe(s)
	if safe == s && !strings.ContainsAny(s, ",;\t\r\n\" '") {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(safe, `"`, `""`)...)
	return append(b, '"')
}
