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

// The tags of the fields that a chunk consists of.
const (
	tagOffset = 1<<3 | uint64(protowire.VarintType)
	tagRows   = 2<<3 | uint64(protowire.VarintType)
	tagColumn = 3<<3 | uint64(protowire.BytesType)

	tagValues   = 1<<3 | uint64(protowire.BytesType)
	tagValidity = 2<<3 | uint64(protowire.BytesType)
	tagHeap     = 3<<3 | uint64(protowire.BytesType)
)

// direct reads a message whose only field is a chunk straight into the columns. It
// does not take what is laid out in another way, which is legal too; nothing is lost
// then, because rows count only when all of them have come.
func (a *Assembler) direct(data mem.BufferSlice, field protowire.Number) (taken bool, err error) {
	in := data.Reader()
	defer in.Close()
	if tag, ok := varint(in); !ok || tag != uint64(field)<<3|uint64(protowire.BytesType) {
		return false, nil
	}
	if n, ok := varint(in); !ok || n != uint64(in.Remaining()) {
		return false, nil
	}
	var head methodv1.TableChunk
	for column := 0; in.Remaining() > 0; {
		tag, ok := varint(in)
		if !ok {
			return false, nil
		}
		n, ok := varint(in)
		switch {
		case !ok:
			return false, nil
		case tag == tagOffset && column == 0:
			head.RowOffset = int64(n)
		case tag == tagRows && column == 0:
			head.Rows = int32(n)
		case tag == tagColumn && n <= uint64(in.Remaining()) && column < len(a.t.Columns):
			if column == 0 && head.Rows == 0 {
				return false, nil // the number of rows may come later
			}
			if column == 0 {
				if err := a.fits(&head); err != nil {
					return true, err
				}
			}
			if ok, err := a.directColumn(in, int(n), &a.t.Columns[column], int(head.Rows)); !ok || err != nil {
				return ok, err
			}
			column++
			if in.Remaining() == 0 && column == len(a.t.Columns) {
				a.next += int(head.Rows)
				return true, nil
			}
		default:
			return false, nil
		}
	}
	return false, nil
}

// directColumn reads one column's buffers, size bytes in all.
func (a *Assembler) directColumn(in *mem.Reader, size int, c *table.Column, rows int) (taken bool, err error) {
	end, place := in.Remaining()-size, a.place(c, rows)
	var rest methodv1.ColumnBuffer // what is not read in place
	read := place == nil
	for last := uint64(0); in.Remaining() > end; {
		tag, ok := varint(in)
		n, ok2 := varint(in)
		if !ok || !ok2 || tag <= last || n > uint64(max(in.Remaining()-end, 0)) {
			return false, nil
		}
		last = tag
		into := place
		if tag != tagValues || place == nil {
			into = make([]byte, n)
		}
		if uint64(len(into)) != n {
			return true, fmt.Errorf("%w: column %q: %d bytes for %d values of %v", ErrMalformed, c.Name, n, rows, c.Kind)
		}
		if _, err := io.ReadFull(in, into); err != nil {
			return false, nil
		}
		switch tag {
		case tagValues:
			rest.Values, read = into, true
		case tagValidity:
			rest.Validity = into
		case tagHeap:
			rest.Heap = into
		default:
			return false, nil
		}
	}
	if in.Remaining() != end || !read {
		return false, nil
	}
	if place == nil {
		err = a.values(c, &rest, rows)
	}
	if err == nil {
		err = a.validity(c, rest.Validity, rows)
	}
	if err != nil {
		err = fmt.Errorf("column %q: %w", c.Name, err)
	}
	return true, err
}

// place is the memory of the next rows of a column, nil where values are not kept as
// they travel.
func (a *Assembler) place(c *table.Column, rows int) []byte {
	if !littleEndian {
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

func varint(in *mem.Reader) (uint64, bool) {
	n, err := binary.ReadUvarint(in)
	return n, err == nil
}
