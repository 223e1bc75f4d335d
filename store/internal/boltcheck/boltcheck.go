package boltcheck

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// ErrNotBolt is returned for a file that has no bbolt meta page at all, not even a
// damaged one.
var ErrNotBolt = errors.New("not a bbolt file")

// ErrDamaged is wrapped by every other complaint about the content of a file.
var ErrDamaged = errors.New("damaged bbolt file")

// Limits bound the work that a hostile file can ask for.
type Limits struct {
	MaxFile    int64 // bytes
	MaxDepth   int   // of trees and nested buckets together
	MaxKeys    int
	MaxBuckets int
}

// Info is what a file says about itself once it is accepted.
type Info struct {
	PageSize  int64
	Txid      uint64 // of the newest commit
	Meta      int    // 0 or 1: the meta page in force
	Previous  bool   // the other meta page is valid too: one commit can be taken back
	Pages     int64  // high-water mark: pages ever used, meta pages included
	FreePages int64
}

// Item is a key with the place of its value in the file.
type Item struct {
	Bucket []byte // name of the top-level bucket; not to be kept or changed
	Key    []byte // not to be kept or changed
	Depth  int    // 0 = directly in the top-level bucket
	Offset int64
	Size   int64
}

// Sizes and flags of bbolt's file format, version 2 (internal/common of bbolt v1.5.0).
const (
	headerSize  = 16
	elementSize = 16 // leaf and branch elements alike
	bucketSize  = 16
	maxKeySize  = 32768

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagMeta     = 0x04
	flagFreelist = 0x10

	elementBucket = 1

	magic      = 0xED0CDAED
	noFreelist = ^uint64(0)
)

// MetaSize is the length of a meta page's content behind its page header; the last
// 8 bytes are its checksum.
const MetaSize = 64

type meta struct {
	pageSize                        uint32
	root, sequence, freelist, pages uint64
	txid                            uint64
}

// walker holds one walk. Its bitmap makes every page count once, which ends cycles.
type walker struct {
	r       io.ReaderAt
	lim     Limits
	visit   func(Item) error
	m       meta
	used    []byte
	keys    int
	buckets int
	bucket  []byte // current top-level bucket; nil at the top level
	nested  int
}

// Walk checks the file of size bytes behind r and calls visit (which may be nil)
// for every plain key that the newest commit can reach, in key order. The error is
// [ErrNotBolt], wraps [ErrDamaged], is visit's own, or is r's.
func Walk(r io.ReaderAt, size int64, lim Limits, visit func(Item) error) (Info, error) {
	var in Info
	if size > lim.MaxFile {
		return in, fmt.Errorf("%w: %d bytes exceed the limit", ErrDamaged, size)
	}
	m, which, both, err := findMeta(r, size)
	if err != nil {
		return in, err
	}
	ps := int64(m.pageSize)
	if m.pages < 4 || m.pages > uint64(size/ps) || m.txid > 1<<62 {
		return in, damaged("high-water mark %d in a file of %d pages", m.pages, size/ps)
	}
	w := &walker{r: r, lim: lim, visit: visit, m: m, used: make([]byte, (m.pages+7)/8)}
	w.used[0] = 3 // the meta pages
	if err := w.tree(m.root, nil, nil, 0, true); err != nil {
		return in, err
	}
	free, err := w.freelist()
	if err != nil {
		return in, err
	}
	return Info{PageSize: ps, Txid: m.txid, Meta: which, Previous: both, Pages: int64(m.pages), FreePages: free}, nil
}

// NewestMeta returns the place of the meta page in force, behind its page header,
// and whether the other one is valid too, so that wiping MetaSize bytes there takes
// back the last commit.
func NewestMeta(r io.ReaderAt, size int64) (at int64, other bool, err error) {
	m, which, other, err := findMeta(r, size)
	return int64(which)*int64(m.pageSize) + headerSize, other, err
}

// findMeta returns the meta page that bbolt would use, and whether both are valid.
// It follows bbolt's own way of finding the page size, so that what is checked is
// what bbolt will read.
func findMeta(r io.ReaderAt, size int64) (m meta, which int, both bool, err error) {
	first, err := firstPage(r, size)
	if err != nil {
		return m, 0, false, err
	}
	m0, valid0, err := parseMeta(first, 0)
	if err != nil {
		return m, 0, false, err
	}
	m1, valid1, seen, err := secondMeta(r, size, m0, valid0)
	if err != nil {
		return m, 0, false, err
	}
	switch {
	case !valid0 && !valid1:
		if seen || hasMagic(first) {
			return m, 0, false, damaged("no valid meta page")
		}
		return m, 0, false, ErrNotBolt
	case header(first, 0) != nil:
		return m, 0, false, damaged("header of meta page 0")
	case valid0 && valid1 && m0.txid == m1.txid:
		return m, 0, false, damaged("both meta pages have transaction %d", m0.txid)
	case !valid1 || valid0 && m0.txid > m1.txid:
		return m0, 0, valid1, nil
	}
	return m1, 1, valid0, nil
}

// firstPage reads the smallest part of a file that bbolt opens.
func firstPage(r io.ReaderAt, size int64) ([]byte, error) {
	b := make([]byte, 4096)
	n, err := r.ReadAt(b[:min(size, 4096)], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read meta page 0: %w", err)
	}
	switch {
	case n == len(b):
		return b, nil
	case n >= headerSize+4 && hasMagic(b):
		return nil, damaged("cut off after %d bytes", size)
	}
	return nil, ErrNotBolt
}

// secondMeta looks for meta page 1 where bbolt would: at the page size of a valid
// first one, otherwise at every possible size in turn.
func secondMeta(r io.ReaderAt, size int64, m0 meta, valid0 bool) (m meta, valid, seen bool, err error) {
	sizes := []int64{1024, 2048, 4096, 8192, 16384, 32768, 65536}
	if valid0 {
		sizes = []int64{int64(m0.pageSize)}
	}
	b := make([]byte, 1024)
	for _, ps := range sizes {
		if ps+1024 > size {
			break
		}
		if _, err := r.ReadAt(b, ps); err != nil {
			return m, false, seen, fmt.Errorf("read meta page 1: %w", err)
		}
		seen = seen || hasMagic(b)
		m, valid, err = parseMeta(b, 1)
		switch {
		case err != nil:
			return m, false, seen, err
		case valid && int64(m.pageSize) != ps:
			return m, false, seen, damaged("meta page 1 has page size %d at %d", m.pageSize, ps)
		case valid:
			return m, true, seen, nil
		case valid0 && header(b, 1) != nil:
			return m, false, seen, damaged("header of meta page 1")
		}
	}
	return m, false, seen, nil
}

// parseMeta reads a meta page. valid is bbolt's own judgement (magic, version,
// checksum; the page header does not count there); a page that bbolt would use but
// that is odd in any other way is an error.
func parseMeta(b []byte, id uint64) (m meta, valid bool, err error) {
	le := binary.LittleEndian
	p := b[headerSize : headerSize+MetaSize]
	h := fnv.New64a()
	h.Write(p[:56])
	if !hasMagic(b) || le.Uint32(p[4:]) != 2 || h.Sum64() != le.Uint64(p[56:]) {
		return m, false, nil
	}
	m = meta{
		pageSize: le.Uint32(p[8:]), root: le.Uint64(p[16:]), sequence: le.Uint64(p[24:]),
		freelist: le.Uint64(p[32:]), pages: le.Uint64(p[40:]), txid: le.Uint64(p[48:]),
	}
	if m.pageSize < 1024 || m.pageSize > 65536 || m.pageSize&(m.pageSize-1) != 0 {
		return m, false, damaged("page size %d", m.pageSize)
	}
	if header(b, id) != nil {
		return m, false, damaged("header of meta page %d", id)
	}
	return m, true, nil
}

func hasMagic(b []byte) bool {
	return binary.LittleEndian.Uint32(b[headerSize:]) == magic
}

func header(b []byte, id uint64) error {
	if binary.LittleEndian.Uint64(b) != id || binary.LittleEndian.Uint16(b[8:]) != flagMeta {
		return ErrDamaged
	}
	return nil
}

// freelist checks that used and free pages together are all pages, each once.
func (w *walker) freelist() (int64, error) {
	le := binary.LittleEndian
	if w.m.freelist == noFreelist {
		free := int64(0)
		for i := range w.m.pages {
			if w.used[i/8]&(1<<(i%8)) == 0 {
				free++
			}
		}
		return free, nil
	}
	pg, err := w.page(w.m.freelist)
	if err != nil {
		return 0, err
	}
	if pg.flags != flagFreelist {
		return 0, damaged("page %d is no free list", w.m.freelist)
	}
	p, err := pg.bytes(0, pg.size)
	if err != nil {
		return 0, err
	}
	n, off := uint64(pg.count), uint64(headerSize)
	if n == 0xFFFF { // a long list keeps its length in the first entry
		n, off = le.Uint64(p[headerSize:]), headerSize+8
	}
	if n > (uint64(len(p))-off)/8 {
		return 0, damaged("free list of %d entries", n)
	}
	for i := range n {
		if err := w.mark(le.Uint64(p[off+8*i:])); err != nil {
			return 0, err
		}
	}
	for i := range w.m.pages {
		if w.used[i/8]&(1<<(i%8)) == 0 {
			return 0, damaged("page %d is neither used nor free", i)
		}
	}
	return int64(n), nil
}

func (w *walker) mark(id uint64) error {
	if id >= w.m.pages {
		return damaged("page %d is beyond the high-water mark", id)
	}
	if w.used[id/8]&(1<<(id%8)) != 0 {
		return damaged("page %d is used twice", id)
	}
	w.used[id/8] |= 1 << (id % 8)
	return nil
}

// tree walks a branch or leaf page whose keys must lie in [lo, hi).
func (w *walker) tree(id uint64, lo, hi []byte, depth int, root bool) error {
	if depth > w.lim.MaxDepth {
		return damaged("deeper than %d", w.lim.MaxDepth)
	}
	pg, err := w.page(id)
	if err != nil {
		return err
	}
	switch pg.flags {
	case flagLeaf:
		return w.leaf(pg, lo, hi, depth, root)
	case flagBranch:
		return w.branch(pg, lo, hi, depth)
	}
	return damaged("page %d has the type %#x", id, pg.flags)
}

func (w *walker) branch(pg *page, lo, hi []byte, depth int) error {
	n := pg.count
	if n == 0 || int64(headerSize+n*elementSize) > pg.size {
		return damaged("branch of %d elements", n)
	}
	if w.keys += n; w.keys > w.lim.MaxKeys {
		return damaged("more than %d keys", w.lim.MaxKeys)
	}
	table, err := pg.bytes(headerSize, int64(n*elementSize))
	if err != nil {
		return err
	}
	keys, err := pg.branchKeys(table)
	if err != nil {
		return err
	}
	for i, k := range keys {
		if i > 0 && bytes.Compare(keys[i-1], k) >= 0 || !within(k, i, lo, hi) {
			return damaged("order of branch keys")
		}
	}
	for i := range keys {
		upper := hi
		if i+1 < n {
			upper = keys[i+1]
		}
		child := binary.LittleEndian.Uint64(table[i*elementSize+8:])
		if err := w.tree(child, keys[i], upper, depth+1, false); err != nil {
			return err
		}
	}
	return nil
}

// within checks a key against the bounds that the parent set; only the first key
// of a page needs the lower bound, since keys rise.
func within(key []byte, i int, lo, hi []byte) bool {
	return (i > 0 || lo == nil || bytes.Compare(lo, key) <= 0) && (hi == nil || bytes.Compare(key, hi) < 0)
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}
