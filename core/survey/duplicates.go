package survey

import (
	"encoding/binary"
	"hash/maphash"
	"math"
)

// duplicates finds respondents who gave the same answers to everything.
func (q *Quality) duplicates(items []Item) {
	seed := maphash.MakeSeed() // only which rows are equal shows, never the hash
	first := map[uint64][]int{}
	same := make([]bool, len(q.Of))
	for i := range q.Of {
		var h maphash.Hash
		h.SetSeed(seed)
		if answers := hashRow(&h, items, i); answers < minDuplicate || q.Straight[i] == 1 {
			continue
		}
		sum := h.Sum64()
		for _, j := range first[sum] {
			if equalRows(items, i, j) {
				same[i], same[j] = true, true
			}
		}
		if !same[i] {
			first[sum] = append(first[sum], i)
		}
	}
	for i, is := range same {
		if is {
			q.flag(i, FlagDuplicate)
		}
	}
}

func hashRow(h *maphash.Hash, items []Item, i int) (answers int) {
	var b [8]byte
	for k := range items {
		it := &items[k]
		if !it.question() {
			continue
		}
		if it.cells.answered(i) {
			answers++
		}
		binary.LittleEndian.PutUint64(b[:], it.mark(i))
		_, _ = h.Write(b[:]) // never fails
	}
	return answers
}

// mark is the answer of row i as bits: equal answers have equal marks.
func (it *Item) mark(i int) uint64 {
	switch {
	case !it.cells.answered(i):
		return math.MaxUint64
	case it.cells.floats != nil:
		return math.Float64bits(it.cells.floats[i] + 0) // −0 is 0
	}
	return uint64(it.cells.code(i))
}

func equalRows(items []Item, i, j int) bool {
	for k := range items {
		if it := &items[k]; it.question() && it.mark(i) != it.mark(j) {
			return false
		}
	}
	return true
}
