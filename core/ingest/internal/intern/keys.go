package intern

import (
	"bytes"
	"errors"
	"hash/maphash"
	"math"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/internal/large"
)

// ErrTooLarge is returned when the distinct entries of a column are more than a
// dictionary holds (4 GiB of text or 4 billion entries).
var ErrTooLarge = errors.New("too many distinct values")

// Keys is the dictionary of one column, in order of first appearance. It belongs to
// one goroutine.
type Keys struct {
	seed maphash.Seed

	started bool
	text    bool
	prefix  []byte
	shape   shape
	nums    numbers

	heap  []byte
	ends  []uint32
	slots []uint64 // high half of the hash, then code+1
	remap []uint32
}

// NewKeys makes an empty dictionary.
func NewKeys(seed maphash.Seed) *Keys { return &Keys{seed: seed} }

// Reserve makes room for n running numbers, so that a long list is not copied as it
// grows. Memory is only taken as it is used.
func (k *Keys) Reserve(n int) { k.nums.list = large.Room[uint32](n) }

// Len returns the number of entries.
func (k *Keys) Len() int {
	if k.text {
		return len(k.ends)
	}
	return len(k.nums.list)
}

// Codes appends the code of every row of p to out.
func (k *Keys) Codes(p *Part, out []uint32) ([]uint32, error) {
	if !p.any {
		for range p.Rows() {
			out = append(out, core.NoCode)
		}
		return out, nil
	}
	if !k.text && p.numeric && k.fits(p) {
		return k.nums.codes(p.nums, out), nil
	}
	if err := k.toText(); err != nil {
		return out, err
	}
	if p.numeric {
		return k.numberedText(p, out)
	}
	return k.mergeText(p, out)
}

// fits joins the part's prefix and shape to the dictionary's.
func (k *Keys) fits(p *Part) bool {
	if !k.started {
		k.started = true
		k.prefix, k.shape = bytes.Clone(p.prefix), p.shape
		return true
	}
	return string(k.prefix) == string(p.prefix) && k.shape.join(p.shape)
}

// toText turns the running numbers into text entries.
func (k *Keys) toText() error {
	if k.text {
		return nil
	}
	k.started, k.text = true, true
	for _, n := range k.nums.list {
		k.heap = appendNumber(k.heap, k.prefix, n, k.shape.width)
		if len(k.heap) > math.MaxUint32 {
			return ErrTooLarge
		}
		k.ends = append(k.ends, uint32(len(k.heap)))
	}
	k.nums = numbers{}
	k.rehash()
	return nil
}

// numberedText looks up a part of running numbers in a dictionary of text.
func (k *Keys) numberedText(p *Part, out []uint32) ([]uint32, error) {
	var b []byte
	for _, n := range p.nums {
		if n == NoNum {
			out = append(out, core.NoCode)
			continue
		}
		b = appendNumber(b[:0], p.prefix, n, p.shape.width)
		c, err := k.Code(b)
		if err != nil {
			return out, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (k *Keys) mergeText(p *Part, out []uint32) ([]uint32, error) {
	k.remap = k.remap[:0]
	for i := range p.ends {
		c, err := k.code(entry(p.heap, p.ends, uint32(i)), p.hashes[i])
		if err != nil {
			return out, err
		}
		k.remap = append(k.remap, c)
	}
	for _, c := range p.codes {
		if c != core.NoCode {
			c = k.remap[c]
		}
		out = append(out, c)
	}
	return out, nil
}

// Code returns the code of a key, adding it where it is new. The dictionary turns to
// text.
func (k *Keys) Code(key []byte) (uint32, error) {
	if err := k.toText(); err != nil {
		return 0, err
	}
	return k.code(key, maphash.Bytes(k.seed, key))
}

func (k *Keys) code(key []byte, h uint64) (uint32, error) {
	if c, ok := k.find(key, h); ok {
		return c, nil
	}
	if !utf8.Valid(key) { // a dictionary holds text; what is not becomes U+FFFD
		key = bytes.ToValidUTF8(key, []byte("\uFFFD"))
		h = maphash.Bytes(k.seed, key)
		if c, ok := k.find(key, h); ok {
			return c, nil
		}
	}
	if len(k.heap)+len(key) > math.MaxUint32 || len(k.ends) >= core.NoCode-1 {
		return 0, ErrTooLarge
	}
	k.heap = append(k.heap, key...)
	k.ends = append(k.ends, uint32(len(k.heap)))
	if 2*len(k.ends) >= len(k.slots) {
		k.rehash()
	} else {
		k.put(h, uint32(len(k.ends)))
	}
	return uint32(len(k.ends) - 1), nil
}

func (k *Keys) find(key []byte, h uint64) (uint32, bool) {
	if len(k.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(k.slots) - 1)
	for j := h & mask; k.slots[j] != 0; j = (j + 1) & mask {
		s := k.slots[j]
		if s>>32 == h>>32 && string(entry(k.heap, k.ends, uint32(s)-1)) == string(key) {
			return uint32(s) - 1, true
		}
	}
	return 0, false
}

func (k *Keys) put(h uint64, code1 uint32) {
	mask := uint64(len(k.slots) - 1)
	j := h & mask
	for k.slots[j] != 0 {
		j = (j + 1) & mask
	}
	k.slots[j] = h>>32<<32 | uint64(code1)
}

// rehash makes room for four times as many entries.
func (k *Keys) rehash() {
	size := 1024
	for size < 4*len(k.ends) {
		size *= 2
	}
	k.slots = make([]uint64, size)
	for i := range k.ends {
		k.put(maphash.Bytes(k.seed, entry(k.heap, k.ends, uint32(i))), uint32(i+1))
	}
}

// Dict hands the dictionary over; Keys must not be used afterwards.
func (k *Keys) Dict() *core.Dict {
	if k.text || !k.started {
		return &core.Dict{Heap: k.heap, Ends: k.ends}
	}
	return &core.Dict{Prefix: string(k.prefix), Width: k.shape.width, Numbers: k.nums.list}
}
