package workspace

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"

	"qunxiang/core"
)

// keyIndex finds the keys of a dictionary by their hash. It holds positions, not texts: a
// map of a million short texts takes a hundred megabytes and a second.
type keyIndex struct {
	dict  *core.Dict
	seed  maphash.Seed
	slots []uint32 // position + 1 of a key; 0 = none
	room  []byte
}

// keysLook is how many keys are looked at between two looks at the context.
const keysLook = 1 << 14

// newKeyIndex makes the index of a dictionary, whose keys differ.
func newKeyIndex(ctx context.Context, dict *core.Dict) (*keyIndex, error) {
	size := 16
	for size < 2*dict.Len() {
		size *= 2
	}
	x := &keyIndex{dict: dict, seed: maphash.MakeSeed(), slots: make([]uint32, size)}
	for i := range dict.Len() {
		if i%keysLook == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		x.room = dict.View(x.room, i)
		at := x.first(x.room)
		for x.slots[at] != 0 {
			at = (at + 1) % len(x.slots)
		}
		x.slots[at] = uint32(i) + 1
	}
	return x, nil
}

func (x *keyIndex) first(key []byte) int {
	return int(maphash.Bytes(x.seed, key) & uint64(len(x.slots)-1))
}

// find returns the position of a key, and whether there is one.
func (x *keyIndex) find(key []byte) (uint32, bool) {
	for at := x.first(key); x.slots[at] != 0; at = (at + 1) % len(x.slots) {
		x.room = x.dict.View(x.room, int(x.slots[at]-1))
		if bytes.Equal(x.room, key) {
			return x.slots[at] - 1, true
		}
	}
	return 0, false
}

// errUnknownKey says that a customer with attributes is not in the project's
// dictionary, which import sees to.
var errUnknownKey = errors.New("attribute of an unknown customer")

// codesOf looks every key of from up in dict. Most keys follow each other in both, so a
// key is first compared with the one after the last found.
func codesOf(ctx context.Context, from, dict *core.Dict) ([]uint32, error) {
	out := make([]uint32, from.Len())
	if from.Equal(dict) { // attributes alone
		for i := range out {
			out[i] = uint32(i)
		}
		return out, nil
	}
	var index *keyIndex
	var b, next []byte
	at := 0
	for i := range out {
		if i%keysLook == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		b = from.View(b, i)
		if at < dict.Len() {
			if next = dict.View(next, at); bytes.Equal(b, next) {
				out[i] = uint32(at)
				at++
				continue
			}
		}
		if index == nil {
			var err error
			if index, err = newKeyIndex(ctx, dict); err != nil {
				return nil, err
			}
		}
		c, ok := index.find(b)
		if !ok {
			return nil, errUnknownKey
		}
		out[i], at = c, int(c)+1
	}
	return out, nil
}

// withCustomers returns tx with a dictionary that has the keys of more as well.
func withCustomers(ctx context.Context, tx *core.Transactions, more *core.Dict) (*core.Transactions, error) {
	out := *tx
	if tx.Customers.Len() == 0 && more.Len() > 0 {
		out.Customers = more // in whatever form it is kept
		return &out, nil
	}
	if tx.Customers.Equal(more) {
		return tx, nil
	}
	known, err := newKeyIndex(ctx, tx.Customers)
	if err != nil {
		return nil, err
	}
	var grown *core.Dict
	var b []byte
	for i := range more.Len() {
		if i%keysLook == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		b = more.View(b, i)
		if _, ok := known.find(b); ok {
			continue
		}
		if grown == nil {
			grown = asTexts(tx.Customers)
		}
		grown.AppendString(string(b))
	}
	if grown == nil {
		return tx, nil
	}
	out.Customers = grown
	return &out, nil
}

// asTexts is a copy of a dictionary in the form that takes any key.
func asTexts(d *core.Dict) *core.Dict {
	out := &core.Dict{}
	for i := range d.Len() {
		out.Heap = d.AppendTo(out.Heap, i)
		out.Ends = append(out.Ends, uint32(len(out.Heap)))
	}
	return out
}
