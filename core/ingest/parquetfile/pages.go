package parquetfile

import (
	"encoding/binary"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"qunxiang/core/ingest/book"
)

// The library reserves what a page says of itself, up to 2 GB, before it reads the page.
// So every page is looked at here first: its sizes are held against the file, its numbers
// of values against the column, and the runs in it against its number of values.

// Limits of a page and of a chunk, which is the part of a column in a group of rows.
const (
	maxPage   = 256 << 20 // bytes, unpacked; writers make pages of 1 MB
	maxRatio  = 1000      // unpacked to packed …
	freeBytes = 8 << 20   // … beyond these
	maxHeader = 1 << 20   // bytes of a page's header: statistics are in it
	runSlack  = 8 * 64    // values behind the last one: runs are filled up to eights, blocks of differences to hundreds
)

// plainDictionary is what older writers call the encoding RLEDictionary.
const plainDictionary = format.Encoding(2)

// header is what a page says of itself.
type header struct {
	kind     int64 // 0 data, 1 index, 2 dictionary, 3 data of version 2
	unpacked int64
	packed   int64
	values   int64
	encoding int64
	def, rep int64 // bytes of levels, of version 2; −1 = within the packed part
	plain    bool  // not compressed although the column is
	size     int64 // of the header itself

	sizeFrom, sizeTo int // where the unpacked size stands in the header
}

// readHeader reads the header of the page at a place of the file.
func readHeader(r io.ReaderAt, at, end int64) (header, bool) {
	for n := int64(512); ; n *= 16 {
		n = min(n, end-at, maxHeader)
		b := make([]byte, n)
		if got, err := r.ReadAt(b, at); got < len(b) && err != nil {
			return header{}, false
		}
		h, ok := parseHeader(b)
		if ok || n == end-at || n == maxHeader {
			return h, ok
		}
	}
}

func parseHeader(b []byte) (header, bool) {
	h := header{kind: -1, def: -1, rep: -1, encoding: -1}
	c := compact{b: b}
	number := func(into *int64) bool {
		*into = c.integer()
		return true
	}
	c.fields(func(id int64, kind byte) bool {
		switch {
		case id == 1 && kind == tI32:
			return number(&h.kind)
		case id == 2 && kind == tI32:
			h.sizeFrom = c.at
			number(&h.unpacked)
			h.sizeTo = c.at
			return true
		case id == 3 && kind == tI32:
			return number(&h.packed)
		case (id == 5 || id == 7 || id == 8) && kind == tStruct:
			c.fields(func(f int64, kind byte) bool { return h.field(&c, id, f, kind) })
			return true
		}
		return false
	})
	h.size = int64(c.at)
	return h, !c.bad && h.kind >= 0
}

// field reads a field of the part that describes data (5), a dictionary (7) or data of
// version 2 (8).
func (h *header) field(c *compact, part, id int64, kind byte) bool {
	if part == 8 && id == 7 && (kind == tTrue || kind == tFalse) {
		h.plain = kind == tFalse
		return true
	}
	var into *int64
	switch {
	case kind != tI32:
	case id == 1:
		into = &h.values
	case id == 2 && part != 8, id == 4 && part == 8:
		into = &h.encoding
	case id == 5 && part == 8:
		into = &h.def
	case id == 6 && part == 8:
		into = &h.rep
	}
	if into == nil {
		return false
	}
	*into = c.integer()
	return true
}

// chunk checks the pages of a column in one group of rows.
func (f *File) chunk(c column, m *format.ColumnChunk, rows int64) error {
	md := &m.MetaData
	at, end, err := f.place(c, m, rows)
	if err != nil {
		return err
	}
	var values, unpacked int64
	for at < end && values < md.NumValues {
		h, ok := readHeader(f.src, at, end)
		if ok && md.Codec == format.Lz4Raw {
			f.src.shorten(at, &h)
		}
		at += h.size
		if !ok || !h.possible(end-at, md.NumValues) {
			return book.Bad("parquet", c.name)
		}
		if unpacked += h.unpacked; h.unpacked > maxPage || unpacked > freeBytes+maxRatio*(end-at+f.size/16) {
			return book.Beyond("ratio", c.name)
		}
		if err := f.page(c, md, &h, at); err != nil {
			return err
		}
		if h.kind == 0 || h.kind == 3 {
			values += h.values
		}
		at += h.packed
	}
	if values != md.NumValues {
		return book.Bad("row_count", c.name)
	}
	return nil
}

// place returns where a chunk lies in the file.
func (f *File) place(c column, m *format.ColumnChunk, rows int64) (at, end int64, err error) {
	md := &m.MetaData
	at = md.DataPageOffset
	if md.DictionaryPageOffset != 0 {
		at = md.DictionaryPageOffset
	}
	end = at + md.TotalCompressedSize
	switch {
	case m.FilePath != "", at < 4, md.TotalCompressedSize < 0, end > f.size, end < at:
		return 0, 0, book.Bad("parquet", c.name)
	case c.rep == 0 && md.NumValues != rows, md.NumValues < rows, md.NumValues > freeRows+rowsPerByte*f.size:
		return 0, 0, book.Bad("row_count", c.name)
	}
	return at, end, nil
}

// possible holds a header against what is left of its chunk, and the values of that.
func (h *header) possible(left, values int64) bool {
	return h.packed >= 0 && h.packed <= left && h.unpacked >= 0 && h.values >= 0 && h.values <= values
}

// page checks what is inside a page, where the library would reserve what runs announce.
func (f *File) page(c column, md *format.ColumnMetaData, h *header, at int64) error {
	switch h.kind {
	case 1:
		return nil
	case 2:
		if h.values > 8*h.unpacked+8 { // truth values take a bit, all others more
			return book.Bad("parquet", c.name)
		}
		return nil
	case 0, 3:
	default:
		return book.Bad("parquet", c.name)
	}
	if h.values > 0 && c.def+c.rep == 0 && format.Encoding(h.encoding) == format.Plain {
		return nil // as many bytes as values: the library looks itself
	}
	b := make([]byte, h.packed)
	if n, err := f.src.ReadAt(b, at); n < len(b) && err != nil {
		return book.Bad("parquet", c.name)
	}
	body, ok := h.open(c, md.Codec, b)
	if !ok || !h.runs(c, body) {
		return book.Bad("parquet", c.name)
	}
	return nil
}

// open unpacks a page and walks over its levels; body is what is behind them.
func (h *header) open(c column, codec format.CompressionCodec, b []byte) (body []byte, ok bool) {
	unpack := func(b []byte) ([]byte, bool) {
		if codec == format.Uncompressed || h.plain {
			return b, true
		}
		out, err := parquet.LookupCompressionCodec(codec).Decode(make([]byte, h.unpacked), b)
		return out, err == nil && int64(len(out)) <= h.unpacked
	}
	if h.kind == 3 {
		if h.rep < 0 || h.def < 0 || h.rep+h.def > int64(len(b)) {
			return nil, false
		}
		rep, def := b[:h.rep], b[h.rep:h.rep+h.def]
		if !runsFit(rep, bits(c.rep), h.values) || !runsFit(def, bits(c.def), h.values) {
			return nil, false
		}
		return unpack(b[h.rep+h.def:])
	}
	if b, ok = unpack(b); !ok {
		return nil, false
	}
	for _, level := range [...]int{c.rep, c.def} {
		if b, ok = h.levels(b, level); !ok {
			return nil, false
		}
	}
	return b, true
}

// levels walks over the levels at the start of a page of version 1, which has their length
// before them.
func (h *header) levels(b []byte, most int) (rest []byte, ok bool) {
	if most == 0 {
		return b, true
	}
	if len(b) < 4 {
		return nil, false
	}
	n := int64(binary.LittleEndian.Uint32(b))
	if n > int64(len(b)-4) || !runsFit(b[4:4+n], bits(most), h.values) {
		return nil, false
	}
	return b[4+n:], true
}

// bits is how many bits a level up to max takes.
func bits(most int) int {
	n := 0
	for ; most > 0; most >>= 1 {
		n++
	}
	return n
}

// runs reports whether the values of a page are not more than it says.
func (h *header) runs(c column, b []byte) bool {
	switch format.Encoding(h.encoding) {
	case format.RLEDictionary, plainDictionary:
		if len(b) == 0 {
			return true // of missing values alone
		}
		return b[0] <= 32 && runsFit(b[1:], int(b[0]), h.values)
	case format.RLE: // of truth values
		if len(b) < 4 {
			return h.values == 0 || c.def > 0
		}
		n := int64(binary.LittleEndian.Uint32(b))
		return n <= int64(len(b)-4) && runsFit(b[4:4+n], 1, h.values)
	case format.DeltaBinaryPacked, format.DeltaLengthByteArray, format.DeltaByteArray:
		return deltaFits(b, h.values)
	}
	return true
}

// runsFit walks over the runs of the hybrid of run lengths and packed bits.
func runsFit(b []byte, width int, values int64) bool {
	n := int64(0)
	for len(b) > 0 {
		u, k := binary.Uvarint(b)
		if k <= 0 || u>>1 > uint64(values)+runSlack {
			return false
		}
		b = b[k:]
		size := (width + 7) / 8
		if u&1 == 1 {
			n += int64(u>>1) * 8
			size = int(u>>1) * width
		} else {
			n += int64(u >> 1)
		}
		if n > values+runSlack {
			return false
		}
		b = b[min(size, len(b)):] // writers leave out the end of the last run
	}
	return true
}

// deltaFits reads the head of blocks of differences: size of a block, parts of a block,
// number of values.
func deltaFits(b []byte, values int64) bool {
	var head [3]uint64
	for i := range head {
		u, k := binary.Uvarint(b)
		if k <= 0 {
			return values == 0 && len(b) == 0
		}
		head[i], b = u, b[k:]
	}
	return head[0] <= 1<<20 && head[1] >= 1 && head[1] <= head[0] && head[2] <= uint64(values)
}
