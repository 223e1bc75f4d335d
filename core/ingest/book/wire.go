package book

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
)

// The stream of the far side is frames: a kind, the length of the payload in four bytes,
// the payload. The near side writes requests, a line of JSON each.
const (
	frameInfo  = 'I' // JSON: info
	frameRows  = 'R' // fraction, then rows
	frameAlive = 'A' // fraction
	frameData  = 'D' // bytes of an entry
	frameEnd   = 'E' // JSON: end
	frameFault = 'X' // JSON: fault
)

const (
	frameHeader = 5
	frameBytes  = 96 << 10 // of rows, before they are sent
	maxFrame    = 2*MaxRow + frameBytes
)

// request is what the near side asks.
type request struct {
	Op    string `json:"op"` // "open", "rows", "unpack"
	Path  string `json:"path,omitempty"`
	Index int    `json:"index,omitempty"` // of the sheet or entry
	Skip  int    `json:"skip"`            // rows up to this number are not wanted
	Max   int    `json:"max,omitempty"`   // rows that are enough; 0 = all
}

// info answers "open".
type info struct {
	Protocol int     `json:"protocol"`
	Format   string  `json:"format"`
	Sheets   []Sheet `json:"sheets"`
	Entries  []Entry `json:"entries"`
}

// protocol is raised when the stream changes: both sides are the same program, unless
// it was replaced while it ran.
const protocol = 1

// end closes the rows of a sheet, or the bytes of an entry.
type end struct {
	Rows   int64  `json:"rows"` // that were sent
	Bytes  int64  `json:"bytes"`
	Cells  int64  `json:"cells"`
	Last   int    `json:"last"` // number of the last row, those without text included
	Errors int    `json:"errors"`
	Notes  []Note `json:"notes,omitempty"`
}

// fault is an error on its way.
type fault struct {
	Code   Code   `json:"code"`
	Detail string `json:"detail"`
	Part   string `json:"part"`
	Row    int    `json:"row"`
	Column int    `json:"column"`
	Text   string `json:"text"`
}

// ioFault is the code of an error of the system, not of the book.
const ioFault Code = "io"

func faultOf(err error) fault {
	if e, ok := errors.AsType[*Error](err); ok {
		f := fault{Code: e.Code, Detail: e.Detail, Part: short(e.Part), Row: e.Row, Column: e.Column}
		if e.Err != nil {
			f.Text = short(e.Err.Error())
		}
		return f
	}
	return fault{Code: ioFault, Text: short(err.Error())}
}

func (f fault) error() error {
	var cause error
	if f.Text != "" {
		cause = errors.New(short(f.Text))
	}
	if f.Code == ioFault {
		return cause
	}
	return &Error{Code: f.Code, Detail: short(f.Detail), Part: short(f.Part), Row: max(0, f.Row), Column: max(0, f.Column), Err: cause}
}

// short keeps what a hostile file puts into messages within a line.
func short(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// writeFrame writes a frame whose payload has room for the header before it.
func writeFrame(w io.Writer, kind byte, buf []byte) error {
	buf[0] = kind
	binary.LittleEndian.PutUint32(buf[1:], uint32(len(buf)-frameHeader))
	_, err := w.Write(buf)
	return err
}

func writeJSON(w io.Writer, kind byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return writeFrame(w, kind, append(make([]byte, frameHeader), b...))
}

// readFrame reads the next frame into buf, which it may grow.
func readFrame(r io.Reader, buf []byte) (kind byte, payload []byte, err error) {
	var head [frameHeader]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, buf, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > maxFrame {
		return 0, buf, &Error{Code: Garbled, Detail: "frame"}
	}
	if cap(buf) < int(n) {
		buf = make([]byte, n, n+n/4)
	}
	buf = buf[:n]
	_, err = io.ReadFull(r, buf)
	return head[0], buf, err
}

func appendFraction(b []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(f)))
}

// fraction takes the fraction off a payload.
func fraction(b []byte) (f float64, rest []byte, ok bool) {
	if len(b) < 4 {
		return 0, b, false
	}
	f = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	if !(f >= 0 && f <= 1) {
		f = 0
	}
	return f, b[4:], true
}
