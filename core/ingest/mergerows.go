package ingest

import (
	"math/bits"
	"slices"

	"qunxiang/core"
)

// freshRows returns the rows of a that go beyond what old has, as multisets over the
// columns that both have.
func freshRows(old, a *core.Transactions) []int32 {
	pairs := pairColumns(old, a)
	if run(old, a, pairs) {
		return nil
	}
	return freshOf(old.Rows(), a.Rows(), pairs)
}

// freshOf returns which of n new rows go beyond the old ones.
func freshOf(old, n int, pairs []pair) []int32 {
	t := groupRows(n, pairs)
	t.countOld(old, pairs)
	var fresh []int32
	for i, g := range t.group {
		if t.count[g] > 0 {
			t.count[g]--
			continue
		}
		fresh = append(fresh, int32(i))
	}
	return fresh
}

// pair is a column that both sides have, as numbers that are equal where the cells
// are.
type pair struct{ old, add func(from int, out []uint64) }

// chunk is how many rows are hashed at once.
const chunk = 2048

func codes32[T ~uint32 | ~int32](v []T) func(int, []uint64) {
	return func(from int, out []uint64) {
		for i, x := range v[from : from+len(out)] {
			out[i] = uint64(uint32(x))
		}
	}
}

// scaled gives fixed-point values as they are, or without trailing zeros where the
// sides have different scales.
func scaled(v []int64, scale int, same bool) func(int, []uint64) {
	return func(from int, out []uint64) {
		for i, x := range v[from : from+len(out)] {
			if !same {
				s := scale
				for x != 0 && s > 0 && x%10 == 0 {
					x, s = x/10, s-1
				}
				if x == 0 {
					s = 0
				}
				x ^= int64(s) << 58
			}
			out[i] = uint64(x)
		}
	}
}

func flags(v []bool) func(int, []uint64) {
	return func(from int, out []uint64) {
		clear(out)
		if v == nil {
			return
		}
		for i, x := range v[from : from+len(out)] {
			if x {
				out[i] = 1
			}
		}
	}
}

// pairColumns lists the columns that both have.
func pairColumns(old, a *core.Transactions) []pair {
	out := []pair{
		{codes32(old.Customer), codes32(a.Customer)},
		{codes32(old.Day), codes32(a.Day)},
		{scaled(old.Amount, old.Scale, old.Scale == a.Scale), scaled(a.Amount, a.Scale, old.Scale == a.Scale)},
	}
	if old.Refund != nil || a.Refund != nil {
		out = append(out, pair{flags(old.Refund), flags(a.Refund)})
	}
	if old.Clock != nil && a.Clock != nil {
		out = append(out, pair{codes32(old.Clock), codes32(a.Clock)})
	}
	if old.Order != nil && a.Order != nil {
		out = append(out, pair{codes32(old.Order), codes32(a.Order)})
	}
	if old.Quantity != nil && a.Quantity != nil {
		same := old.QuantityScale == a.QuantityScale
		out = append(out, pair{scaled(old.Quantity, old.QuantityScale, same), scaled(a.Quantity, a.QuantityScale, same)})
	}
	for _, l := range a.Labels {
		if o := labelsOf(old, l.Role); o != nil {
			out = append(out, pair{codes32(o.Codes), codes32(l.Codes)})
		}
	}
	return out
}

// run looks for all rows of a, in their order, among the rows of old: the same file
// once more. It is one sequential pass.
func run(old, a *core.Transactions, pairs []pair) bool {
	const tries = 8
	n := a.Rows()
	for at, k := 0, 0; at+n <= old.Rows() && n > 0 && k < tries; at++ {
		if old.Customer[at] != a.Customer[0] || old.Day[at] != a.Day[0] {
			continue
		}
		if k++; sameRun(at, n, pairs) {
			return true
		}
	}
	return false
}

func sameRun(at, n int, pairs []pair) bool {
	var x, y [chunk]uint64
	for from := 0; from < n; from += chunk {
		m := min(chunk, n-from)
		for _, p := range pairs {
			p.old(at+from, x[:m])
			p.add(from, y[:m])
			if !slices.Equal(x[:m], y[:m]) {
				return false
			}
		}
	}
	return true
}

// rowTable groups equal rows of the new file.
type rowTable struct {
	hash  [][2]uint64 // of each group
	slots []uint32    // group+1
	group []uint32    // of each row
	count []int32     // copies of each group in old, less those used up
}

// groupRows puts the n new rows into groups. A row is known by 128 bits of hash: a
// collision among 10¹⁰ rows has a chance of 10⁻¹⁹.
func groupRows(n int, pairs []pair) *rowTable {
	t := &rowTable{group: make([]uint32, 0, n), hash: make([][2]uint64, 0, n)}
	size := 1024
	for size < 2*n {
		size *= 2
	}
	t.slots = make([]uint32, size)
	eachHash(n, pairs, func(p pair) func(int, []uint64) { return p.add }, func(h [2]uint64) {
		j := t.slot(h)
		if t.slots[j] == 0 {
			t.hash = append(t.hash, h)
			t.slots[j] = uint32(len(t.hash))
		}
		t.group = append(t.group, t.slots[j]-1)
	})
	t.count = make([]int32, len(t.hash))
	return t
}

// slot finds the place of a hash: its group's, or the free one where it belongs.
func (t *rowTable) slot(h [2]uint64) int {
	mask := len(t.slots) - 1
	j := int(h[0]) & mask
	for t.slots[j] != 0 && t.hash[t.slots[j]-1] != h {
		j = (j + 1) & mask
	}
	return j
}

func (t *rowTable) countOld(rows int, pairs []pair) {
	eachHash(rows, pairs, func(p pair) func(int, []uint64) { return p.old }, func(h [2]uint64) {
		if s := t.slots[t.slot(h)]; s != 0 {
			t.count[s-1]++
		}
	})
}

// eachHash hashes rows column by column.
func eachHash(n int, pairs []pair, side func(pair) func(int, []uint64), visit func([2]uint64)) {
	var v [chunk]uint64
	var h [chunk][2]uint64
	for from := 0; from < n; from += chunk {
		m := min(chunk, n-from)
		clear(h[:m])
		for _, p := range pairs {
			side(p)(from, v[:m])
			for i, x := range v[:m] {
				h[i] = mixRow(h[i], x)
			}
		}
		for i := range m {
			visit(h[i])
		}
	}
}

// mixRow adds a value to a hash of 128 bits.
func mixRow(h [2]uint64, x uint64) [2]uint64 {
	hi, lo := bits.Mul64(h[0]^x^0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93)
	hi2, lo2 := bits.Mul64(h[1]^x^0xA0761D6478BD642F, 0xE7037ED1A0B428DB)
	return [2]uint64{hi ^ lo ^ bits.RotateLeft64(h[1], 29), hi2 ^ lo2 ^ bits.RotateLeft64(h[0], 17)}
}
