package survey

import (
	"context"
	"encoding/binary"
	"hash/maphash"
	"math"
)

// rare is how many pairs of equal respondents chance may be expected to make where a pair
// is flagged: one in a thousand surveys.
const rare = 0.001

// telling reports whether the items are so many and so varied that chance makes no two
// respondents alike: the pairs that would be expected if answers were independent.
func telling(items []Item, profiles []profile, rows int) bool {
	expected := float64(rows) * float64(rows) / 2
	for i := range items {
		if items[i].question() {
			expected *= profiles[i].collision()
		}
	}
	return expected <= rare
}

// collision is the chance that two answers to an item are the same.
func (p *profile) collision() float64 {
	var same float64
	for _, n := range p.numbers {
		same += float64(n.count) * float64(n.count)
	}
	for _, l := range p.labels {
		same += float64(l.count) * float64(l.count)
	}
	switch {
	case p.answered == 0:
		return 1
	case same == 0: // more numbers than were counted
		return 1.0 / fewValues
	}
	return same / float64(p.answered) / float64(p.answered)
}

// duplicates finds respondents who gave the same answers to everything.
func (q *Quality) duplicates(ctx context.Context, items []Item, profiles []profile) {
	if !telling(items, profiles, len(q.Of)) {
		return
	}
	seed := maphash.MakeSeed() // only which rows are equal shows, never the hash
	first := make(map[uint64]int, len(q.Of))
	same := make([]bool, len(q.Of))
	for i := range q.Of {
		if stop(ctx, i) {
			return
		}
		var h maphash.Hash
		h.SetSeed(seed)
		if answers := hashRow(&h, items, i); answers < minDuplicate || q.Straight[i] == 1 {
			continue
		}
		for sum := h.Sum64(); ; sum++ { // the next one where different rows have the same
			j, ok := first[sum]
			if !ok {
				first[sum] = i
				break
			}
			if equalRows(items, i, j) {
				same[i], same[j] = true, true
				break
			}
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
