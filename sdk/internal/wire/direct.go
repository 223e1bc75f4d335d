package wire

import (
	"encoding/binary"
	"fmt"
	"io"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"

	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/table"
)

// The tags of the fields of a chunk.
const (
	tagOffset = 1<<3 | uint64(protowire.VarintType)
	tagRows   = 2<<3 | uint64(protowire.VarintType)
	tagColumn = 3<<3 | uint64(protowire.BytesType)
	tagTable  = 4<<3 | uint64(protowire.VarintType)
)

// direct reads a message whose only field is a chunk straight into the columns. It
// takes only what is laid out as [gather] and the usual encoders do; other layouts
// are legal too and left to them. Nothing is lost then, because rows count only when
// all of them have come.
func (a *Assembler) direct(data mem.BufferSlice, field protowire.Number) (taken bool, err error) {
	in := &cursor{in: data.Reader()}
	defer in.close()
	if in.varint() != uint64(field)<<3|uint64(protowire.BytesType) || in.varint() != uint64(in.left()) {
		return false, nil
	}
	head, tag := in.head()
	if in.odd || head.Rows == 0 {
		return false, nil
	}
	if err := a.fits(head); err != nil {
		return true, err
	}
	rows := int(head.Rows)
	for i := range a.t.Columns {
		if tag != tagColumn {
			return false, nil
		}
		err := a.directColumn(in, &a.t.Columns[i], rows)
		if in.odd || err != nil {
			return !in.odd, err
		}
		tag = in.next()
	}
	if tag == tagTable {
		head.Table = int32(in.varint())
		tag = in.next()
	}
	if in.odd || tag != 0 {
		return false, nil
	}
	if err := a.mine(head); err != nil { // it stands behind the columns, whose rows do not count then
		return true, err
	}
	a.next += rows
	return true, nil
}

// directColumn reads one column's buffers. The caller looks at in.odd first.
func (a *Assembler) directColumn(in *cursor, c *table.Column, rows int) error {
	place := a.place(c, rows)
	b := in.buffers(place)
	if in.odd {
		return nil
	}
	var err error
	switch {
	case place == nil:
		err = a.values(c, b, rows)
	case len(b.Values) != len(place):
		err = fmt.Errorf("%w: %d bytes for %d values of %v", ErrMalformed, len(b.Values), rows, c.Kind)
	}
	if err == nil {
		err = a.validity(c, b.Validity, rows)
	}
	if err != nil {
		return fmt.Errorf("column %q: %w", c.Name, err)
	}
	return nil
}

// place is the memory of the next rows of a column, nil where values are not kept as
// they travel.
func (a *Assembler) place(c *table.Column, rows int) []byte {
	if !littleEndian() {
		return nil
	}
	switch c.Kind {
	case table.Float64:
		return memory(c.Floats[a.next : a.next+rows])
	case table.Int64, table.Time:
		return memory(c.Ints[a.next : a.next+rows])
	case table.Category:
		return memory(c.Codes[a.next : a.next+rows])
	}
	return nil
}

// cursor reads a message piece by piece. What it does not expect makes it odd, and
// everything that it returns from then on is meaningless.
type cursor struct {
	in  *mem.Reader
	odd bool
}

func (c *cursor) close() { _ = c.in.Close() } // only gives the buffers back

// left is the number of bytes still to come.
func (c *cursor) left() int { return c.in.Remaining() }

func (c *cursor) varint() uint64 {
	n, err := binary.ReadUvarint(c.in)
	c.odd = c.odd || err != nil
	return n
}

// next returns the next tag, 0 at the end.
func (c *cursor) next() uint64 {
	if c.left() == 0 {
		return 0
	}
	return c.varint()
}

// head reads a chunk's numbers and returns the tag that follows them.
func (c *cursor) head() (*methodv1.TableChunk, uint64) {
	var m methodv1.TableChunk
	tag := c.next()
	if tag == tagOffset {
		m.RowOffset = int64(c.varint())
		tag = c.next()
	}
	if tag == tagRows {
		m.Rows = int32(c.varint())
		tag = c.next()
	}
	return &m, tag
}

// buffers reads a column's message, the values into place where they fit exactly.
func (c *cursor) buffers(place []byte) *methodv1.ColumnBuffer {
	size := c.varint()
	if size > uint64(c.left()) {
		c.odd = true
	}
	end := c.left() - int(size)
	var parts [3][]byte
	for at := 0; !c.odd && c.left() > end; {
		tag, n := c.varint(), c.varint()
		i := int(min(tag>>3, 9)) - 1
		if tag&7 != uint64(protowire.BytesType) || i < at || i >= len(parts) || n > uint64(max(c.left()-end, 0)) {
			c.odd = true
			break
		}
		parts[i] = place
		if i > 0 || n != uint64(len(place)) {
			parts[i] = make([]byte, n)
		}
		_, err := io.ReadFull(c.in, parts[i])
		c.odd = c.odd || err != nil
		at = i + 1
	}
	c.odd = c.odd || c.left() != end
	return &methodv1.ColumnBuffer{Values: parts[0], Validity: parts[1], Heap: parts[2]}
}
