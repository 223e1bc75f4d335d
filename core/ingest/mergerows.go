package ingest

import (
	"context"
	"math/bits"
	"slices"

	"qunxiang/core"
)

// freshRows returns the rows of a that go beyond what old has, as multisets over the
// columns that both have.
func freshRows(ctx context.Context, old, a *core.Transactions) ([]int32, error) {
	pairs := pairColumns(old, a)
	if whole, err := run(ctx, old, a, pairs); whole || err != nil {
		return nil, err
	}
	return freshOf(ctx, old.Rows(), a.Rows(), pairs)
}

// freshOf returns which of n new rows go beyond the old ones.
func freshOf(ctx context.Context, old, n int, pairs []pair) ([]int32, error) {
	t, err := groupRows(ctx, n, pairs)
	if err != nil {
		return nil, err
	}
	if err := t.countOld(ctx, old, pairs); err != nil {
		return nil, err
	}
	var fresh []int32
	for i, g := range t.group {
		if t.count[g] > 0 {
			t.count[g]--
			continue
		}
		fresh = append(fresh, int32(i))
	}
	return fresh, nil
}

// pair is a column that both sides have, as numbers that are equal where the cells
// are.
type pair struct{ old, add func(from int, out []uint64) }

// chunk is how many rows are hashed at once.
const chunk = 2048

// seldom is after how many rows a long pass looks whether it is still wanted: a few
// milliseconds.
const seldom = 64 * chunk

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
func run(ctx context.Context, old, a *core.Transactions, pairs []pair) (bool, error) {
	const tries = 8
	n := a.Rows()
	for at, k := 0, 0; at+n <= old.Rows() && n > 0 && k < tries; at++ {
		if old.Customer[at] != a.Customer[0] || old.Day[at] != a.Day[0] {
			continue
		}
		k++
		if same, err := sameRun(ctx, at, n, pairs); same || err != nil {
			return same, err
		}
	}
	return false, ctx.Err()
}

func sameRun(ctx context.Context, at, n int, pairs []pair) (bool, error) {
	var x, y [chunk]uint64
	for from := 0; from < n; from += chunk {
		if from%seldom == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		m := min(chunk, n-from)
		for _, p := range pairs {
			p.old(at+from, x[:m])
			p.add(from, y[:m])
			if !slices.Equal(x[:m], y[:m]) {
				return false, nil
			}
		}
	}
	return true, nil
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
func groupRows(ctx context.Context, n int, pairs []pair) (*rowTable, error) {
	t := &rowTable{group: make([]uint32, 0, n), hash: make([][2]uint64, 0, n)}
	size := 1024
	for size < 2*n {
		size *= 2
	}
	t.slots = make([]uint32, size)
	err := eachHash(ctx, n, pairs, theirs, func(h [2]uint64) {
		j := t.slot(h)
		if t.slots[j] == 0 {
			t.hash = append(t.hash, h)
			t.slots[j] = uint32(len(t.hash))
		}
		t.group = append(t.group, t.slots[j]-1)
	})
	t.count = make([]int32, len(t.hash))
	return t, err
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

func (t *rowTable) countOld(ctx context.Context, rows int, pairs []pair) error {
	return eachHash(ctx, rows, pairs, ours, func(h [2]uint64) {
		if s := t.slots[t.slot(h)]; s != 0 {
			t.count[s-1]++
		}
	})
}

// ours and theirs are the sides of a pair: the project's and the file's.
func ours(p pair) func(int, []uint64)   { return p.old }
func theirs(p pair) func(int, []uint64) { return p.add }

// eachHash hashes rows column by column, until the context ends.
func eachHash(ctx context.Context, n int, pairs []pair, side func(pair) func(int, []uint64), visit func([2]uint64)) error {
	var v [chunk]uint64
	var h [chunk][2]uint64
	for from := 0; from < n; from += chunk {
		if from%seldom == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
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
	return nil
}

// mixRow adds a value to a hash of 128 bits.
func mixRow(h [2]uint64, x uint64) [2]uint64 {
	hi, lo := bits.Mul64(h[0]^x^0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93)
	hi2, lo2 := bits.Mul64(h[1]^x^0xA0761D6478BD642F, 0xE7037ED1A0B428DB)
	return [2]uint64{hi ^ lo ^ bits.RotateLeft64(h[1], 29), hi2 ^ lo2 ^ bits.RotateLeft64(h[0], 17)}
}
