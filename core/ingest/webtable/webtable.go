package webtable

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/transform"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/text"
)

const (
	maxSize  = 1 << 30 // bytes of a page
	maxToken = 1 << 20 // bytes of a tag or text
	maxDepth = 50      // tables in tables
	maxSpan  = 65534   // rows, as browsers have it
	headSize = 64 << 10
)

// Page is an open page.
type Page struct {
	f      io.ReaderAt
	size   int64
	name   string // of the encoding
	sheets []book.Sheet
	whole  bool // it begins as a document, and so ends as one
}

// Sheets implements book.Reader.
func (p *Page) Sheets() []book.Sheet { return p.sheets }

// Close implements book.Reader; the file is the caller's.
func (p *Page) Close() error { return nil }

// Open finds the tables of a page.
func Open(ctx context.Context, f io.ReaderAt, size int64, tick func()) (*Page, error) {
	if size > maxSize {
		return nil, book.Beyond("part_size", "")
	}
	p := &Page{f: f, size: size}
	head := make([]byte, min(size, headSize))
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	p.name = encodingOf(head)
	w := &walker{p: p, want: -1, tick: tick}
	if err := w.run(ctx); err != nil {
		return nil, err
	}
	if len(p.sheets) == 0 {
		return nil, &book.Error{Code: book.NotBook, Detail: "HTML"}
	}
	return p, nil
}

// encodingOf takes the encoding of the mark, then what the bytes say where that is
// beyond doubt, then what the page says of itself.
func encodingOf(head []byte) string {
	if _, name := text.BOM(head); name != "" {
		return name
	}
	found, sure := text.Detect(head)
	if found == text.UTF16LE || found == text.UTF16BE || found == text.UTF8 && sure > 0.95 {
		return found
	}
	if _, name, certain := charset.DetermineEncoding(head[:min(len(head), 1024)], ""); certain || declared(head) {
		if c := text.Canonical(name); c != "" {
			return c
		}
		return name
	}
	return found
}

// declared reports whether the page names an encoding.
func declared(head []byte) bool { return bytes.Contains(bytes.ToLower(head), []byte("charset=")) }

// open returns the page as UTF-8.
func (p *Page) open() io.Reader {
	var r io.Reader = io.NewSectionReader(p.f, 0, p.size)
	if d := text.Decoder(p.name); d != nil {
		return transform.NewReader(r, d)
	}
	if e, _ := charset.Lookup(p.name); e != nil && p.name != text.UTF8 && p.name != text.UTF8BOM {
		return transform.NewReader(r, e.NewDecoder())
	}
	return r
}

// Scan implements book.Reader.
func (p *Page) Scan(ctx context.Context, sheet int, k book.Sink) (book.Tally, error) {
	w := &walker{p: p, want: sheet, k: k, widths: map[int]int{}}
	err := w.run(ctx)
	t := book.Tally{}
	if w.stray > 0 {
		t.Notes = append(t.Notes, book.Note{ID: "stray_text", Count: w.stray})
	}
	if w.rowEnds > 0 && w.rowEnds != w.rowStarts { // end tags may be left out, but then all of them are
		t.Notes = append(t.Notes, book.Note{ID: "uneven_rows", Count: w.rowStarts, Of: w.rowEnds})
	}
	if n := wide(w.widths); n > 0 {
		t.Notes = append(t.Notes, book.Note{ID: "wide_rows", Count: n})
	}
	return t, err
}

// walker reads the page and keeps to one table, or lists all with want −1.
type walker struct {
	p    *Page
	want int
	k    book.Sink
	tick func()

	found int      // tables begun
	open  []*table // tables that are open, outermost first
	deaf  atom.Atom
	ended bool
	stray int // texts of the table that stand in no cell

	rowStarts, rowEnds int         // tags of the table
	widths             map[int]int // its rows, by how many cells they have
}

func (w *walker) run(ctx context.Context) error {
	in := &counted{r: w.p.open()}
	z := html.NewTokenizer(in)
	z.SetMaxBuf(maxToken)
	for n := 0; ; n++ {
		if n&0xFFF == 0 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if w.k != nil {
				w.k.Progress(float64(in.n) / float64(max(1, w.p.size)))
			} else {
				w.tick()
			}
		}
		kind := z.Next()
		if kind != html.TextToken && !bytes.HasPrefix(z.Raw(), []byte("<!--")) && swallows(z.Raw()) {
			return book.Bad("html_tag", "").At(w.rowNow()+1, 0)
		}
		switch kind {
		case html.ErrorToken:
			return w.end(z.Err())
		case html.TextToken:
			w.chars(z)
		case html.StartTagToken, html.SelfClosingTagToken:
			if err := w.start(z); err != nil {
				return err
			}
		case html.EndTagToken:
			if err := w.close(z); err != nil {
				return err
			}
		}
	}
}

// swallows reports a tag with another one inside: a quotation mark is missing, and what
// stands up to the next one would be lost.
func swallows(tag []byte) bool {
	if len(tag) == 0 || bytes.IndexByte(tag[1:], '<') < 0 {
		return false
	}
	for rest := tag[1:]; ; {
		i := bytes.IndexByte(rest, '<')
		if i < 0 {
			return false
		}
		rest = bytes.TrimPrefix(rest[i+1:], []byte("/"))
		n := 0
		for n < len(rest) && rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z' {
			n++
		}
		switch atom.Lookup(bytes.ToLower(rest[:n])) {
		case atom.Td, atom.Tr, atom.Th, atom.Table, atom.Tbody, atom.Thead, atom.Tfoot:
			return true
		}
	}
}

// counted counts the bytes read.
type counted struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// end checks that the page ended where it should.
func (w *walker) end(err error) error {
	switch {
	case errors.Is(err, html.ErrBufferExceeded):
		return book.Beyond("row_bytes", "").At(w.rowNow(), 0)
	case !errors.Is(err, io.EOF):
		return err
	case w.deaf != 0:
		return book.Bad("html_end", "")
	case len(w.open) > 0:
		return book.Bad("html_table_end", "").At(w.rowNow(), 0)
	case w.p.whole && !w.ended:
		return book.Bad("html_end", "")
	}
	return nil
}

func (w *walker) rowNow() int {
	if len(w.open) == 0 {
		return 0
	}
	return w.top().row
}

func (w *walker) top() *table {
	if len(w.open) == 0 {
		return nil
	}
	return w.open[len(w.open)-1]
}

func (w *walker) chars(z *html.Tokenizer) {
	t := w.top()
	if t == nil || w.deaf != 0 {
		return
	}
	switch {
	case t.inCell:
		addText(&t.text, z.Text())
	case t.inCap:
		addText(&t.caption, z.Text())
	case t.index == w.want && len(bytes.TrimSpace(z.Text())) > 0:
		w.stray++
	}
}

// addText appends text with runs of blanks as one blank, as a browser shows them.
func addText(b *strings.Builder, s []byte) {
	for _, r := range string(s) {
		if r != ' ' && r != '\t' && r != '\r' && r != '\n' && r != 0xA0 {
			b.WriteRune(r)
			continue
		}
		if so := b.String(); so != "" && so[len(so)-1] != ' ' && so[len(so)-1] != '\n' {
			b.WriteByte(' ')
		}
	}
}

func (w *walker) start(z *html.Tokenizer) error {
	name, more := z.TagName()
	a := atom.Lookup(name)
	t := w.top()
	switch a {
	case atom.Html:
		w.p.whole = true
	case atom.Style, atom.Script, atom.Template, atom.Title:
		w.deaf = a
	case atom.Table:
		return w.begin()
	case atom.Caption:
		if t != nil {
			t.inCap = true
		}
	case atom.Tr:
		if t != nil {
			return w.beginRow(t)
		}
	case atom.Td, atom.Th:
		if t != nil {
			return w.beginCell(t, z, more)
		}
	case atom.Br, atom.P, atom.Div:
		if t != nil && t.inCell && strings.TrimSpace(t.text.String()) != "" {
			t.text.WriteByte('\n')
		}
	}
	return nil
}

func (w *walker) close(z *html.Tokenizer) error {
	name, _ := z.TagName()
	a := atom.Lookup(name)
	if w.deaf != 0 {
		if a == w.deaf {
			w.deaf = 0
		}
		return nil
	}
	t := w.top()
	switch {
	case a == atom.Html:
		w.ended = true
	case t == nil:
	case a == atom.Caption:
		t.inCap = false
		if s := strings.TrimSpace(t.caption.String()); w.want < 0 && s != "" {
			w.p.sheets[t.index].Name = s
		}
	case a == atom.Td || a == atom.Th:
		w.endCell(t)
	case a == atom.Tr:
		if t.index == w.want {
			w.rowEnds++
		}
		return w.endRow(t)
	case a == atom.Table:
		err := w.endRow(t)
		w.open = w.open[:len(w.open)-1]
		return err
	}
	return nil
}
