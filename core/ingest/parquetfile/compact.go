package parquetfile

import "encoding/binary"

// The types of values in Thrift's compact protocol (thrift-compact-protocol.md of Apache
// Thrift), as far as Parquet uses them.
const (
	tStop   = 0
	tTrue   = 1
	tFalse  = 2
	tByte   = 3
	tI16    = 4
	tI32    = 5
	tI64    = 6
	tDouble = 7
	tBinary = 8
	tList   = 9
	tSet    = 10
	tMap    = 11
	tStruct = 12
)

// maxNested is how deep the structures of a footer may be nested; its format needs eight.
const maxNested = 32

// compact walks over bytes of the compact protocol without making anything of them: the
// library reserves what a list announces before it reads the list.
type compact struct {
	b     []byte
	at    int
	bad   bool // malformed, or more elements announced than bytes are left
	depth int
}

// fail marks the bytes as unsound and ends the walk.
func (c *compact) fail() {
	c.bad, c.at = true, len(c.b)
}

func (c *compact) uvarint() uint64 {
	v, n := binary.Uvarint(c.b[c.at:])
	if n <= 0 {
		c.fail()
		return 0
	}
	c.at += n
	return v
}

// integer reads a whole number of any width.
func (c *compact) integer() int64 {
	u := c.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// take skips n bytes.
func (c *compact) take(n uint64) {
	if n > uint64(len(c.b)-c.at) {
		c.fail()
		return
	}
	c.at += int(n)
}

func (c *compact) octet() byte {
	if c.at >= len(c.b) {
		c.fail()
		return 0
	}
	c.at++
	return c.b[c.at-1]
}

// fields walks over a structure; field reads the value of a field and returns true, or
// leaves it where it is and returns false.
func (c *compact) fields(field func(id int64, kind byte) bool) {
	if c.depth++; c.depth > maxNested {
		c.fail()
	}
	id := int64(0)
	for !c.bad {
		h := c.octet()
		kind := h & 0x0F
		if kind == tStop {
			break
		}
		if delta := int64(h >> 4); delta > 0 {
			id += delta
		} else {
			id = c.integer()
		}
		if c.bad || !field(id, kind) {
			c.skip(kind, false)
		}
	}
	c.depth--
}

// skip walks over a value; inside a list a truth value has a byte of its own.
func (c *compact) skip(kind byte, inList bool) {
	switch kind {
	case tTrue, tFalse:
		if inList {
			c.take(1)
		}
	case tByte:
		c.take(1)
	case tI16, tI32, tI64:
		c.uvarint()
	case tDouble:
		c.take(8)
	case tBinary:
		c.take(c.uvarint())
	case tList, tSet:
		c.list()
	case tMap:
		c.pairs()
	case tStruct:
		c.fields(func(int64, byte) bool { return false })
	default:
		c.fail()
	}
}

func (c *compact) list() {
	h := c.octet()
	n := uint64(h >> 4)
	if n == 15 {
		n = c.uvarint()
	}
	c.elements(n, h&0x0F, tStop)
}

func (c *compact) pairs() {
	n := c.uvarint()
	if n == 0 || c.bad {
		return
	}
	h := c.octet()
	c.elements(n, h>>4, h&0x0F)
}

// elements walks over n values of one kind, or n pairs; every one takes a byte at least.
func (c *compact) elements(n uint64, kind, second byte) {
	if c.depth++; c.depth > maxNested || n > uint64(len(c.b)-c.at) {
		c.fail()
	}
	for ; n > 0 && !c.bad; n-- {
		c.skip(kind, true)
		if second != tStop {
			c.skip(second, true)
		}
	}
	c.depth--
}

// sound reports whether bytes are one structure whose lists have what they announce.
func sound(b []byte) bool {
	c := compact{b: b}
	c.fields(func(int64, byte) bool { return false })
	return !c.bad
}
