package wire

import (
	"iter"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/table"
)

// chunkBytes is the size that chunks aim at. Times hardly depend on it between
// 256 KB and 2 MB; a chunk must stay far below the message limit.
const chunkBytes = 512 << 10

// block is the unit of rows: chunks start at multiples of it, so that the words of
// a bitmap are never shared between two chunks.
const block = 64

// Chunks cuts a table into messages. They refer to the table's memory: it must not
// change until they have been sent.
func Chunks(t *table.Table) iter.Seq[*methodv1.TableChunk] { return chunks(t, 0) }

// AllChunks is [Chunks] for the table of customers and the long tables behind it, one
// after the other.
func AllChunks(t *table.Table, details []sdk.DetailTable) iter.Seq[*methodv1.TableChunk] {
	return func(yield func(*methodv1.TableChunk) bool) {
		for i := range len(details) + 1 {
			from := t
			if i > 0 {
				from = details[i-1].Table
			}
			for c := range chunks(from, i) {
				if !yield(c) {
					return
				}
			}
		}
	}
}

func chunks(t *table.Table, index int) iter.Seq[*methodv1.TableChunk] {
	return func(yield func(*methodv1.TableChunk) bool) {
		for from := 0; from < t.Rows; {
			n := span(t, from)
			c := chunk(t, from, n)
			c.Table = int32(index)
			if !yield(c) {
				return
			}
			from += n
		}
	}
}

// span returns how many rows from there on make one chunk.
func span(t *table.Table, from int) int {
	row, hasText := 1, false
	for i := range t.Columns {
		row += width(t.Columns[i].Kind)
		hasText = hasText || t.Columns[i].Kind == table.String
	}
	n := min(max(chunkBytes/row/block*block, block), t.Rows-from)
	if !hasText {
		return n
	}
	budget := chunkBytes
	for at := from; at < from+n; at += block {
		for i := range t.Columns {
			if c := &t.Columns[i]; c.Kind == table.String {
				for _, s := range c.Strings[at:min(at+block, from+n)] {
					budget -= len(s)
				}
			}
		}
		if budget < 0 {
			return min(at+block, from+n) - from
		}
	}
	return n
}

// chunk writes the rows [from, from+n) of t.
func chunk(t *table.Table, from, n int) *methodv1.TableChunk {
	m := &methodv1.TableChunk{RowOffset: int64(from), Rows: int32(n), Columns: make([]*methodv1.ColumnBuffer, len(t.Columns))}
	buffers := make([]methodv1.ColumnBuffer, len(t.Columns))
	for i := range t.Columns {
		b := &buffers[i]
		c := &t.Columns[i]
		switch c.Kind {
		case table.Float64:
			b.Values = bytesOf(c.Floats[from : from+n])
		case table.Int64, table.Time:
			b.Values = bytesOf(c.Ints[from : from+n])
		case table.Bool:
			b.Values = boolBytes(c.Ints[from : from+n])
		case table.Category:
			b.Values = bytesOf(c.Codes[from : from+n])
		case table.String:
			b.Values, b.Heap = stringBytes(c.Strings[from : from+n])
		}
		if c.Valid != nil {
			b.Validity = bytesOf(c.Valid[from/block : (from+n+block-1)/block])[:(n+7)/8]
		}
		m.Columns[i] = b
	}
	return m
}

func boolBytes(v []int64) []byte {
	b := make([]byte, len(v))
	for i, x := range v {
		b[i] = byte(min(max(x, 0), 1))
	}
	return b
}

func stringBytes(v []string) (offsets, heap []byte) {
	ends := make([]uint32, len(v)+1)
	size := 0
	for i, s := range v {
		size += len(s)
		ends[i+1] = uint32(size)
	}
	heap = make([]byte, 0, size)
	for _, s := range v {
		heap = append(heap, s...)
	}
	return bytesOf(ends), heap
}
