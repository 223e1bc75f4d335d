package xlsx

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"unicode/utf8"

	"qunxiang/core/ingest/book"
)

// pieceBytes is how much of a sheet's XML is parsed at once.
const pieceBytes = 256 << 10

// reader reads the rows of one sheet from the first to the last. It belongs to one
// goroutine, and inflates in another one until close.
type reader struct {
	f        *File
	part     string
	pieces   chan piece
	free     chan []byte
	stop     chan struct{}
	stopOnce sync.Once
	size     float64 // of the XML
	read     int
	buf      []byte
	scan     scanner
	inData   bool // between <sheetData> and </sheetData>
	sawData  bool
	last     int // number of the last row, from 1
	rows     int // row elements that were parsed …
	raw      int // … and that the bytes hold, counted apart
	cells    int
	rowTag   []byte // "<row" with the sheet's prefix
	errCells int
	sink     book.Sink
	scratch  []byte
	done     bool
}

type piece struct {
	b   []byte
	err error // io.EOF at the end
}

// Scan implements book.Reader.
func (f *File) Scan(ctx context.Context, sheet int, k book.Sink) (book.Tally, error) {
	r, err := f.rows(sheet)
	if err != nil {
		return book.Tally{}, err
	}
	defer r.close()
	r.sink = k
	for !r.done {
		if err := r.advance(ctx); err != nil {
			return book.Tally{}, err
		}
		k.Progress(float64(r.read) / r.size)
	}
	return book.Tally{ErrorCells: r.errCells}, nil
}

// rows opens a sheet for reading.
func (f *File) rows(sheet int) (*reader, error) {
	part := f.parts[sheet]
	e, err := f.find(part)
	if err != nil {
		return nil, err
	}
	rc, err := f.openPart(part, maxPart)
	if err != nil {
		return nil, err
	}
	r := &reader{f: f, part: part, size: float64(max(1, e.UncompressedSize64)), pieces: make(chan piece, 4), free: make(chan []byte, 6), stop: make(chan struct{})}
	for range 6 {
		r.free <- nil
	}
	go r.inflate(rc)
	if err := f.loadStrings(); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// inflate runs ahead of the parser.
func (r *reader) inflate(rc io.ReadCloser) {
	defer close(r.pieces)
	defer rc.Close()
	for {
		var b []byte
		select {
		case b = <-r.free:
		case <-r.stop:
			return
		}
		if b == nil {
			b = make([]byte, pieceBytes)
		}
		n, err := io.ReadFull(rc, b[:pieceBytes])
		if err == io.ErrUnexpectedEOF {
			err = io.EOF
		}
		select {
		case r.pieces <- piece{b[:n], err}:
		case <-r.stop:
			return
		}
		if err != nil {
			return
		}
	}
}

// close ends the reading; it may be called more than once.
func (r *reader) close() {
	r.stopOnce.Do(func() { close(r.stop) })
}

// advance parses up to the last complete row that is there.
func (r *reader) advance(ctx context.Context) error {
	for {
		var p piece
		var open bool
		select {
		case p, open = <-r.pieces:
		case <-ctx.Done():
			return ctx.Err()
		}
		if !open {
			return broken("truncated", r.part)
		}
		r.buf = append(r.buf, p.b...)
		r.read += len(p.b)
		r.free <- p.b[:0:cap(p.b)][:pieceBytes]
		if p.err != nil && !errors.Is(p.err, io.EOF) {
			return p.err
		}
		end := len(r.buf)
		if p.err == nil {
			if end = lastRow(r.buf); end == 0 {
				if len(r.buf) > maxRowXML {
					return r.fault(tooLarge("row_size", r.part), 0)
				}
				continue
			}
		}
		if err := r.parse(r.buf[:end]); err != nil {
			return err
		}
		r.buf = append(r.buf[:0], r.buf[end:]...)
		if p.err != nil {
			return r.finish()
		}
		return nil
	}
}

// lastRow returns the end of the last </row> in b, with any prefix; 0 for none.
func lastRow(b []byte) int {
	for end := len(b); ; {
		i := bytes.LastIndex(b[:end], []byte("row>"))
		if i < 2 {
			return 0
		}
		j := i
		if b[i-1] == ':' {
			for j = i - 1; j > 0 && b[j-1] != '/' && b[j-1] != '<' && i-j < 64; j-- {
			}
		}
		if j >= 2 && b[j-1] == '/' && b[j-2] == '<' {
			return i + 4
		}
		end = i
	}
}

// finish checks that the document ended where it should.
func (r *reader) finish() error {
	r.done = true
	switch {
	case r.scan.depth != 0 || !r.scan.root || !r.sawData:
		return r.fault(broken("xml", r.part), 0)
	case r.raw != r.rows:
		return r.fault(broken("row_count", r.part), 0)
	}
	return nil
}

func (r *reader) fault(e *book.Error, col int) *book.Error {
	e.Row, e.Column = max(1, r.last), col
	return e
}

// parse reads a piece that ends behind a row, or with the document.
func (r *reader) parse(b []byte) error {
	if !utf8.Valid(b) || control(b) {
		return r.fault(broken("encoding", r.part), 0)
	}
	s := &r.scan
	s.feed(b)
	if r.rowTag != nil {
		r.raw += rowTags(b, r.rowTag)
	}
	for {
		t, ok := s.next()
		if !ok {
			return r.fault(broken("xml", r.part), 0)
		}
		switch t {
		case tokenEnd:
			return nil
		case tokenStart, tokenEmpty:
			if err := r.element(t == tokenEmpty); err != nil {
				return err
			}
		case tokenClose:
			if string(s.name) == "sheetData" {
				r.inData = false
			}
		}
	}
}

// element reads what begins outside of rows.
func (r *reader) element(empty bool) error {
	s := &r.scan
	switch string(s.name) {
	case "sheetData":
		if s.depth > 2 || r.sawData {
			return r.fault(broken("xml", r.part), 0)
		}
		r.sawData, r.inData = true, !empty
		if r.inData {
			r.rowTag = rowTag(s.stack[s.depth-1])
			r.raw += rowTags(s.b[s.i:], r.rowTag)
		}
	case "row":
		if r.inData {
			return r.row(empty)
		}
		r.rows += b2i(r.sawData) // of a part that is not data
	}
	return nil
}

// rowTags counts the row elements in the bytes, a second opinion on what the parser
// sees.
func rowTags(b, tag []byte) int {
	n := 0
	for {
		i := bytes.Index(b, tag)
		if i < 0 {
			return n
		}
		b = b[i+len(tag):]
		if len(b) > 0 && (space(b[0]) || b[0] == '>' || b[0] == '/') {
			n++
		}
	}
}

// rowTag returns how a row element begins, with the prefix that <sheetData> has.
func rowTag(sheetData []byte) []byte {
	prefix := sheetData[:len(sheetData)-len(local(sheetData))]
	return append(append([]byte("<"), prefix...), "row"...)
}
