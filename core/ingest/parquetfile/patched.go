package parquetfile

import (
	"encoding/binary"
	"io"
	"slices"
)

// patched is a file with other bytes at some places.
//
// The library (v0.32.0, its issue 608) throws a page of LZ4 away that its decoder could not
// unpack into the buffer it was given, and goes on with what lies in that buffer, where the
// page is not larger than its header says. So the headers of such pages are shown to it with
// a size that is one too small.
type patched struct {
	r  io.ReaderAt
	by []patch // in the order of the file
}

type patch struct {
	at int64
	b  []byte
}

// shorten makes the unpacked size in the header at a place one less than what is packed
// comes to, in as many bytes. Levels of version 2 count for the size and are not packed.
func (p *patched) shorten(at int64, h *header) {
	at += int64(h.sizeFrom)
	i, known := slices.BinarySearchFunc(p.by, at, func(p patch, at int64) int { return int(min(1, max(-1, p.at-at))) })
	size := h.unpacked - 1 - max(0, h.rep) - max(0, h.def)
	if known || size < 0 {
		return
	}
	b := binary.AppendUvarint(nil, uint64(size)<<1) // zigzag of a positive number
	for len(b) < h.sizeTo-h.sizeFrom {
		b[len(b)-1] |= 0x80
		b = append(b, 0)
	}
	p.by = slices.Insert(p.by, i, patch{at, b})
}

// ReadAt implements io.ReaderAt.
func (p *patched) ReadAt(b []byte, off int64) (int, error) {
	n, err := p.r.ReadAt(b, off)
	end := off + int64(n)
	i, _ := slices.BinarySearchFunc(p.by, off, func(p patch, off int64) int { return int(min(1, max(-1, p.at+int64(len(p.b))-1-off))) })
	for ; i < len(p.by) && p.by[i].at < end; i++ {
		for k, c := range p.by[i].b {
			if at := p.by[i].at + int64(k); at >= off && at < end {
				b[at-off] = c
			}
		}
	}
	return n, err
}
