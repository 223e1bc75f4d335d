package intern

import (
	"bytes"
	"hash/maphash"
	"slices"

	"qunxiang/core"
)

// Extend returns a dictionary that begins with the entries of old and goes on with
// those of add that are new, and the code in it of every entry of add. Neither is
// changed. Either may be nil.
func Extend(old, add *core.Dict) (merged *core.Dict, codes []uint32, err error) {
	if old.Len() == 0 || equal(old, add) {
		codes = make([]uint32, add.Len())
		for i := range codes {
			codes[i] = uint32(i)
		}
		if old.Len() > 0 || add == nil {
			return old, codes, nil
		}
		return add, codes, nil
	}
	seed := maphash.MakeSeed()
	k := fromDict(seed, old)
	before := k.Len()
	if codes, err = k.Codes(partOf(seed, add), make([]uint32, 0, add.Len())); err != nil {
		return nil, nil, err
	}
	if k.Len() == before {
		return old, codes, nil
	}
	return k.Dict(), codes, nil
}

// equal reports whether two dictionaries are the same in form and content.
func equal(a, b *core.Dict) bool {
	return a.Len() == b.Len() && a.Prefix == b.Prefix && a.Width == b.Width &&
		slices.Equal(a.Numbers, b.Numbers) && slices.Equal(a.Ends, b.Ends) && bytes.Equal(a.Heap, b.Heap)
}

// fromDict makes Keys that continue d; its slices are copied when they grow.
func fromDict(seed maphash.Seed, d *core.Dict) *Keys {
	k := NewKeys(seed)
	k.started = true
	if d.Numbers != nil {
		k.prefix, k.shape = []byte(d.Prefix), shapeOf(d)
		k.nums.list = slices.Clip(d.Numbers)
		for i := 1; i < len(d.Numbers) && !k.nums.falls; i++ {
			if d.Numbers[i] < d.Numbers[i-1] {
				k.nums.build()
			}
		}
		return k
	}
	k.text = true
	k.heap, k.ends = slices.Clip(d.Heap), slices.Clip(d.Ends)
	k.rehash()
	return k
}

// shapeOf finds the shape of the running numbers of a dictionary.
func shapeOf(d *core.Dict) shape {
	s := shape{width: d.Width}
	floor := uint32(0)
	for range max(0, d.Width-1) {
		floor = max(1, floor) * 10
	}
	for _, n := range d.Numbers {
		if n >= floor {
			if w := width(n); s.least == 0 || w < s.least {
				s.least = w
			}
		}
	}
	return s
}

// width is the number of digits of n.
func width(n uint32) int {
	w := 1
	for n >= 10 {
		n /= 10
		w++
	}
	return w
}

// partOf makes a part of all entries of a dictionary.
func partOf(seed maphash.Seed, d *core.Dict) *Part {
	p := &Part{any: d.Len() > 0}
	if d.Numbers != nil {
		p.numeric, p.prefix, p.shape, p.nums = true, []byte(d.Prefix), shapeOf(d), d.Numbers
		return p
	}
	p.heap, p.ends = d.Heap, d.Ends
	p.codes, p.hashes = make([]uint32, d.Len()), make([]uint64, d.Len())
	for i := range p.codes {
		p.codes[i] = uint32(i)
		p.hashes[i] = maphash.Bytes(seed, entry(p.heap, p.ends, uint32(i)))
	}
	return p
}
