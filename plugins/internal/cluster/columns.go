package cluster

import (
	"context"
	"math"
	"math/bits"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
)

// Columns is a table of prepared values, column after column.
type Columns = vec.Columns

// Gather returns the rows at the given places.
func Gather(c Columns, rows []int32) Columns {
	out := vec.NewColumns(len(rows), c.D)
	gather(out, c, rows)
	return out
}

func gather(out, c Columns, rows []int32) {
	for j := range c.D {
		from, to := c.Column(j), out.Column(j)
		for i, r := range rows {
			to[i] = from[r]
		}
	}
}

// Evenly returns the places of m evenly spaced rows of n, all where there are no more.
func Evenly(n, m int) []int32 {
	out := make([]int32, min(n, m))
	for i := range out {
		out[i] = int32(i)
		if m < n {
			out[i] = int32(SampleRow(i, n, m))
		}
	}
	return out
}

// ToPoints returns the rows of a table.
func ToPoints(c Columns) Points {
	p := NewPoints(c.N, c.D)
	for j := range c.D {
		for i, x := range c.Column(j) {
			p.X[i*c.D+j] = x
		}
	}
	return p
}

// ToColumns returns the columns of points.
func ToColumns(p Points) Columns {
	c := vec.NewColumns(p.N, p.D)
	for j := range p.D {
		column := c.Column(j)
		for i := range column {
			column[i] = p.X[i*p.D+j]
		}
	}
	return c
}

// hashes returns a number for every row that is the same for equal rows, and hardly
// ever for others.
func hashes(ctx context.Context, columns [][]float64, n int) ([]uint64, error) {
	hash := large.Make[uint64](n)
	for from := 0; from < n; from += BlockRows {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		part := hash[from:min(from+BlockRows, n)]
		for _, c := range columns {
			vec.MixAll(part, c[from:from+len(part)])
		}
	}
	return hash, nil
}

// canonicalSample returns m rows of n that are evenly spaced in the canonical order,
// without making that order: only the small heaps that these rows are in are sorted.
func canonicalSample(columns [][]float64, hash []uint64, m int) []int32 {
	const top = 18
	n := len(hash)
	count := make([]int32, 1<<top+1)
	for _, h := range hash {
		count[h>>(64-top)+1]++
	}
	for b := range 1 << top {
		count[b+1] += count[b]
	}
	// Heap b holds the places count[b]…count[b+1]−1.
	next, heap, room := make([]int32, 1<<top), 0, int32(0) // 1 + where the next row of a wanted heap goes
	at := make([]int32, m)                                 // heap of each row of the sample
	for i := range m {
		place := int32(SampleRow(i, n, m))
		for count[heap+1] <= place {
			heap++
		}
		if at[i] = int32(heap); next[heap] == 0 {
			next[heap] = room + 1
			room += count[heap+1] - count[heap]
		}
	}
	rows := make([]int32, room)
	for i, h := range hash {
		if to := &next[h>>(64-top)]; *to > 0 {
			rows[*to-1] = int32(i)
			*to++
		}
	}
	out := make([]int32, m)
	for i, b := range at { // a wanted heap ends where its next row would go
		size := count[b+1] - count[b]
		part := rows[next[b]-1-size : next[b]-1]
		if i == 0 || at[i-1] != b {
			sortCanonical(part, hash, columns)
		}
		out[i] = part[int32(SampleRow(i, n, m))-count[b]]
	}
	return out
}

// atMost is the limit that about m of n hashes are below.
func atMost(m, n int) uint64 { return math.MaxUint64 / uint64(n) * uint64(min(m, n)) }

// evenShares reports whether no small part of the range of hashes holds many more rows than
// others do, as it does where many rows are alike: rows of small hashes are then a fair sample.
func evenShares(hash []uint64) bool {
	var share [1 << 12]int32
	for _, h := range hash {
		share[h>>52]++
	}
	return int(slices.Max(share[:])) <= 2*len(hash)/len(share)+100
}

// canonicalBelow returns those of some rows, nil for all, whose hash is below a limit, in
// canonical order.
func canonicalBelow(shelf *large.Shelf, columns [][]float64, hash []uint64, some []int32, limit uint64) []int32 {
	const heaps = 1 << 14
	room := large.Take[int32](shelf, len(hash))
	defer large.GiveBack(shelf, room)
	rows := below(room, hash, some, limit)
	share, _ := bits.Div64(heaps, 0, limit) // heap of h is the upper half of h·share
	count := make([]int32, heaps+1)
	for _, r := range rows {
		b, _ := bits.Mul64(hash[r], share)
		count[b+1]++
	}
	for b := range heaps {
		count[b+1] += count[b]
	}
	out, next := make([]int32, len(rows)), slices.Clone(count[:heaps])
	for _, r := range rows {
		b, _ := bits.Mul64(hash[r], share)
		out[next[b]] = r
		next[b]++
	}
	for b := range heaps {
		sortCanonical(out[count[b]:count[b+1]], hash, columns)
	}
	return out
}

// neighbours counts the different rows among some in canonical order.
func neighbours(hash []uint64, rows []int32) int {
	n := 0
	for i, r := range rows {
		if i == 0 || hash[r] != hash[rows[i-1]] {
			n++
		}
	}
	return n
}

// below returns those of some rows, nil for all, whose hash is below a limit, in room for as
// many as there are.
func below(room []int32, hash []uint64, some []int32, limit uint64) []int32 {
	n := 0
	if some != nil {
		for _, r := range some {
			if room[n] = r; hash[r] < limit {
				n++
			}
		}
		return room[:n]
	}
	for i, h := range hash { // without branches, which nobody could foresee
		more := 0
		if h < limit {
			more = 1
		}
		room[n] = int32(i)
		n += more
	}
	return room[:n]
}

// differentRows counts the different rows, as far as most.
func differentRows(hash []uint64, most int) int {
	seen := make(map[uint64]struct{}, most)
	last := uint64(0)
	for i, h := range hash {
		if i > 0 && h == last {
			continue
		}
		if last = h; len(seen) < most {
			seen[h] = struct{}{}
		} else {
			break
		}
	}
	return len(seen)
}

// Nearness is what the nearest centres tell of every row: silhouette by centres (the
// simplified one, distances to centres stand for mean distances to groups) and distance
// to the own centre. It changes first and second, the squared distances to the nearest
// and the second nearest centre, in place. A group of one has silhouette 0. Both have
// single precision, seven digits: half as much is stored of a million customers.
func Nearness(w Worker, label []int32, count []int, first, second []float64) (silhouette, distance []float64, err error) {
	alone := slices.Contains(count, 1)
	err = w.EachBlock(len(label), func(_, from, to int) {
		vec.Nearness(first[from:to], second[from:to])
		if !alone {
			return
		}
		for i, c := range label[from:to] {
			if count[c] == 1 {
				second[from+i] = 0
			}
		}
	})
	return second[:len(label)], first[:len(label)], err
}
