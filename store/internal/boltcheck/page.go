package boltcheck

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// page is a run of pages, or the page inside an inline bucket. Only what is asked
// for is read: values, which are nearly all of a project, stay on disk.
type page struct {
	w      *walker
	at     int64 // offset in the file
	size   int64
	flags  uint16
	count  int
	inline bool
	head   []byte // first bytes of the run, as many as were read
}

// page reads and marks the run of pages that starts at id.
func (w *walker) page(id uint64) (*page, error) {
	le := binary.LittleEndian
	if id < 2 || id >= w.m.pages {
		return nil, damaged("page %d is out of range", id)
	}
	ps := int64(w.m.pageSize)
	b := make([]byte, ps)
	if _, err := w.r.ReadAt(b, int64(id)*ps); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}
	if le.Uint64(b) != id {
		return nil, damaged("page %d says that it is page %d", id, le.Uint64(b))
	}
	n := 1 + uint64(le.Uint32(b[12:]))
	if n > w.m.pages-id {
		return nil, damaged("page %d is %d pages long", id, n)
	}
	for i := range n {
		if err := w.mark(id + i); err != nil {
			return nil, err
		}
	}
	return &page{
		w: w, at: int64(id) * ps, size: int64(n) * ps,
		flags: le.Uint16(b[8:]), count: int(le.Uint16(b[10:])), head: b,
	}, nil
}

// bytes returns size bytes at offset off of the run; the caller has checked the bounds.
func (p *page) bytes(off, size int64) ([]byte, error) {
	if off+size <= int64(len(p.head)) {
		return p.head[off : off+size], nil
	}
	b := make([]byte, size)
	if _, err := p.w.r.ReadAt(b, p.at+off); err != nil {
		return nil, fmt.Errorf("read at %d: %w", p.at+off, err)
	}
	return b, nil
}

// leaf walks the elements of a leaf page.
func (w *walker) leaf(p *page, lo, hi []byte, depth int, root bool) error {
	n := p.count
	if n == 0 && !root {
		return damaged("empty leaf")
	}
	if int64(headerSize+n*elementSize) > p.size {
		return damaged("leaf of %d elements", n)
	}
	if w.keys += n; w.keys > w.lim.MaxKeys {
		return damaged("more than %d keys", w.lim.MaxKeys)
	}
	table, err := p.bytes(headerSize, int64(n*elementSize))
	if err != nil {
		return err
	}
	var prev []byte
	end := int64(headerSize + n*elementSize)
	for i := range n {
		e, err := p.element(table, i, end)
		if err != nil {
			return err
		}
		end = e.value + e.size // items may not overlap
		if i > 0 && bytes.Compare(prev, e.key) >= 0 || !within(e.key, i, lo, hi) {
			return damaged("order of leaf keys")
		}
		prev = e.key
		if err := w.item(p, e, depth); err != nil {
			return err
		}
	}
	return nil
}

// branchKeys returns copies of the keys of a branch page.
func (p *page) branchKeys(table []byte) ([][]byte, error) {
	le := binary.LittleEndian
	keys := make([][]byte, p.count)
	first := int64(headerSize + p.count*elementSize)
	for i := range keys {
		e := table[i*elementSize:]
		start, size := int64(headerSize+i*elementSize)+int64(le.Uint32(e)), int64(le.Uint32(e[4:]))
		if start < first || size > maxKeySize || start+size > p.size {
			return nil, damaged("bounds of branch element %d", i)
		}
		k, err := p.bytes(start, size)
		if err != nil {
			return nil, err
		}
		keys[i] = bytes.Clone(k)
	}
	return keys, nil
}

// element is an entry of a leaf page.
type element struct {
	flags uint32
	key   []byte
	value int64 // offset in the page run
	size  int64
}

func (p *page) element(table []byte, i int, end int64) (e element, err error) {
	le := binary.LittleEndian
	t := table[i*elementSize:]
	start, ks := int64(headerSize+i*elementSize)+int64(le.Uint32(t[4:])), int64(le.Uint32(t[8:]))
	e = element{flags: le.Uint32(t), value: start + ks, size: int64(le.Uint32(t[12:]))}
	if start < end || ks == 0 || ks > maxKeySize || e.value+e.size > p.size {
		return e, damaged("bounds of leaf element %d", i)
	}
	e.key, err = p.bytes(start, ks)
	return e, err
}

// item handles one element: a plain value or a bucket.
func (w *walker) item(p *page, e element, depth int) error {
	switch e.flags {
	case 0:
		if w.bucket == nil {
			return damaged("plain value at the top level")
		}
		if w.visit == nil {
			return nil
		}
		return w.visit(Item{Bucket: w.bucket, Key: e.key, Depth: w.nested, Offset: p.at + e.value, Size: e.size})
	case elementBucket:
		return w.enter(p, e, depth)
	}
	return damaged("leaf flags %#x", e.flags)
}

// enter walks the bucket behind an element.
func (w *walker) enter(p *page, e element, depth int) error {
	if p.inline {
		return damaged("bucket inside an inline bucket")
	}
	if w.buckets++; w.buckets > w.lim.MaxBuckets {
		return damaged("more than %d buckets", w.lim.MaxBuckets)
	}
	if e.size < bucketSize {
		return damaged("short bucket header")
	}
	if w.bucket == nil {
		w.bucket = bytes.Clone(e.key)
		defer func() { w.bucket = nil }()
	} else {
		w.nested++
		defer func() { w.nested-- }()
	}
	b, err := p.bytes(e.value, min(e.size, bucketSize+headerSize))
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	if root := le.Uint64(b); root != 0 {
		if e.size != bucketSize {
			return damaged("size of a bucket header")
		}
		return w.tree(root, nil, nil, depth+1, true)
	}
	if e.size < bucketSize+headerSize {
		return damaged("short inline bucket")
	}
	q := b[bucketSize:]
	if le.Uint16(q[8:]) != flagLeaf || le.Uint64(q) != 0 || le.Uint32(q[12:]) != 0 {
		return damaged("header of an inline bucket")
	}
	start := e.value + bucketSize
	in := &page{
		w: w, at: p.at + start, size: e.size - bucketSize,
		flags: flagLeaf, count: int(le.Uint16(q[10:])), inline: true,
	}
	if start < int64(len(p.head)) {
		in.head = p.head[start:min(int64(len(p.head)), e.value+e.size)]
	}
	return w.leaf(in, nil, nil, depth+1, true)
}
