package sheetxml

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"

	"qunxiang/core/ingest/book"
)

const (
	maxPart  = 2 << 30  // bytes of the document
	maxSmall = 16 << 20 // bytes of another part
	maxToken = 8 << 20  // bytes read for one element or text
	maxRatio = 300      // expansion of a part …
	freeSize = 1 << 20  // … beyond this size
	maxDepth = 256
)

// document reads one XML document.
type document struct {
	d     *xml.Decoder
	in    *guard
	part  string
	size  int64
	depth int
	ctx   context.Context
	n     int
}

// guard bounds what is read for one token and counts the tags of rows in the bytes.
type guard struct {
	r     io.Reader
	part  string
	left  int
	read  int64
	tag   []byte // "<table:table-row"
	seen  []byte // what may begin a tag
	count int
}

// Read implements io.Reader.
func (g *guard) Read(b []byte) (int, error) {
	if g.left <= 0 {
		return 0, book.Beyond("row_size", g.part)
	}
	n, err := g.r.Read(b[:min(len(b), 64<<10)])
	g.left -= n
	g.read += int64(n)
	if g.read > maxPart {
		return 0, book.Beyond("part_size", g.part)
	}
	g.see(b[:n])
	return n, err
}

// see counts the tags in the next bytes; one may be cut in two.
func (g *guard) see(b []byte) {
	g.seen = append(g.seen, b...)
	pos := 0
	for {
		k := bytes.Index(g.seen[pos:], g.tag)
		if k < 0 {
			break
		}
		end := pos + k + len(g.tag)
		if end >= len(g.seen) {
			pos += k
			break
		}
		switch g.seen[end] {
		case ' ', '>', '/', '\t', '\r', '\n':
			g.count++
		}
		pos = end
	}
	pos = max(pos, len(g.seen)-len(g.tag)+1)
	if i := len(g.seen) - len(g.tag); i >= 0 && bytes.Equal(g.seen[i:], g.tag) {
		pos = min(pos, i)
	}
	g.seen = append(g.seen[:0], g.seen[min(pos, len(g.seen)):]...)
}

func newDocument(ctx context.Context, r io.Reader, part string, size int64, rowTag string) *document {
	g := &guard{r: r, part: part, left: maxToken, tag: []byte("<" + rowTag)}
	d := xml.NewDecoder(g)
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		out, err := charset.NewReaderLabel(label, in)
		if err != nil {
			return nil, fmt.Errorf("encoding %q: %w", label, err)
		}
		return out, nil
	}
	return &document{d: d, in: g, part: part, size: size, ctx: ctx}
}

// next returns the next token, nil at the end of the document.
func (d *document) next() (xml.Token, error) {
	if d.n++; d.n&0xFFF == 0 && d.ctx.Err() != nil {
		return nil, d.ctx.Err()
	}
	d.in.left = maxToken
	t, err := d.d.Token()
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		return nil, nil
	default:
		if e, ok := errors.AsType[*book.Error](err); ok {
			return nil, e
		}
		if d.ctx.Err() != nil {
			return nil, d.ctx.Err()
		}
		detail := "xml"
		if strings.Contains(err.Error(), "checksum") || strings.Contains(err.Error(), "flate") {
			detail = "truncated"
		}
		return nil, &book.Error{Code: book.Broken, Detail: detail, Part: d.part, Err: err}
	}
	switch t := t.(type) {
	case xml.StartElement:
		if d.depth++; d.depth > maxDepth {
			return nil, book.Bad("xml", d.part)
		}
	case xml.EndElement:
		d.depth--
	case xml.Directive: // document types bring entities
		if bytes.HasPrefix(bytes.ToUpper(t), []byte("DOCTYPE")) && bytes.ContainsAny(t, "[") {
			return nil, book.Bad("entity", d.part)
		}
	}
	return t, nil
}

// fraction is how much of the document was read.
func (d *document) fraction() float64 { return float64(d.in.read) / float64(max(1, d.size)) }

// skip passes over the element that was begun.
func (d *document) skip() error {
	for depth := d.depth; d.depth >= depth; {
		t, err := d.next()
		if err != nil {
			return err
		}
		if t == nil {
			return book.Bad("xml", d.part)
		}
	}
	return nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
