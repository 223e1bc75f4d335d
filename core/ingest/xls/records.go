package xls

import (
	"encoding/binary"

	"qunxiang/core/ingest/book"
)

// Records, by their number in [MS-XLS] 2.3; those of BIFF5 from the OpenOffice.org
// documentation of the format.
const (
	recFormula    = 0x0006
	recEOF        = 0x000A
	recDateMode   = 0x0022
	recFilePass   = 0x002F
	recContinue   = 0x003C
	recCodePage   = 0x0042
	recBoundSheet = 0x0085
	recMulRK      = 0x00BD
	recMulBlank   = 0x00BE
	recRString    = 0x00D6
	recXF         = 0x00E0
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recDimensions = 0x0200
	recBlank      = 0x0201
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recRK         = 0x027E
	recFormat     = 0x041E
	recFormat5    = 0x001E
	recBOF        = 0x0809
)

// record is one record of the stream.
type record struct {
	kind uint16
	data []byte
	next int // position behind it
}

// at reads the record at a position; ok is false where the stream ends before it does.
func at(b []byte, pos int) (r record, ok bool) {
	if pos < 0 || len(b)-pos < 4 {
		return record{}, false
	}
	n := int(binary.LittleEndian.Uint16(b[pos+2:]))
	if len(b)-pos-4 < n {
		return record{}, false
	}
	return record{binary.LittleEndian.Uint16(b[pos:]), b[pos+4 : pos+4+n], pos + 4 + n}, true
}

func u16(b []byte, i int) int { return int(binary.LittleEndian.Uint16(b[i:])) }

func u32(b []byte, i int) int { return int(binary.LittleEndian.Uint32(b[i:])) }

// chain is a record with those that continue it: strings may go on in the next one, and
// then begin it with a byte that says how their letters are stored.
type chain struct {
	parts [][]byte
	i     int // part
	at    int // in the part
}

// chained collects the record at a position with its continuations.
func chained(b []byte, r record) (c chain, next int) {
	c.parts = append(c.parts, r.data)
	next = r.next
	for {
		more, ok := at(b, next)
		if !ok || more.kind != recContinue {
			return c, next
		}
		c.parts = append(c.parts, more.data)
		next = more.next
	}
}

// left is what is left of the part, moving on to the next where that is nothing.
func (c *chain) left() []byte {
	for c.i < len(c.parts) && c.at >= len(c.parts[c.i]) {
		c.i, c.at = c.i+1, 0
	}
	if c.i >= len(c.parts) {
		return nil
	}
	return c.parts[c.i][c.at:]
}

// take returns the next n bytes.
func (c *chain) take(n int) ([]byte, bool) {
	b := c.left()
	if len(b) >= n {
		c.at += n
		return b[:n], true
	}
	var out []byte
	for n > 0 {
		b := c.left()
		if len(b) == 0 {
			return nil, false
		}
		k := min(n, len(b))
		out = append(out, b[:k]...)
		c.at += k
		n -= k
	}
	return out, true
}

// skip passes over n bytes.
func (c *chain) skip(n int) bool {
	for n > 0 {
		k := min(n, len(c.left()))
		if k == 0 {
			return false
		}
		c.at += k
		n -= k
	}
	return true
}

// text reads n letters; wide ones have two bytes. It goes on in the next part as that
// part's first byte says.
func (c *chain) text(dst []byte, n int, wide bool) ([]byte, bool) {
	for n > 0 {
		if c.i < len(c.parts) && c.at >= len(c.parts[c.i]) {
			if len(c.left()) == 0 {
				return dst, false
			}
			wide = c.parts[c.i][c.at]&1 != 0
			c.at++
		}
		if c.i >= len(c.parts) {
			return dst, false
		}
		b := c.parts[c.i][c.at:]
		size := 1
		if wide {
			size = 2
		}
		k := min(n, len(b)/size)
		if k == 0 {
			return dst, false // a letter that is cut in two
		}
		if wide {
			dst = appendWide(dst, b[:2*k])
		} else {
			for _, ch := range b[:k] {
				dst = appendRune(dst, rune(ch)) // the high byte is 0: Latin-1
			}
		}
		c.at += k * size
		n -= k
	}
	return dst, true
}

func broken(detail string) *book.Error { return book.Bad(detail, "Workbook") }
