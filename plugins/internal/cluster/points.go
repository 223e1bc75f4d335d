package cluster

import (
	"cmp"
	"context"
	"slices"

	"qunxiang/plugins/internal/vec"
)

// SampleRows is the number of rows above which work is done on a sample first.
const SampleRows = 20_000

// Points is a matrix, row by row.
type Points struct {
	N, D int
	X    []float64
}

// NewPoints returns a matrix of zeros.
func NewPoints(n, d int) Points { return Points{N: n, D: d, X: make([]float64, n*d)} }

// Row returns row i, which is not a copy.
func (p Points) Row(i int) []float64 { return p.X[i*p.D : (i+1)*p.D : (i+1)*p.D] }

// Canonical returns the order of rows that follows from their values alone: by a hash
// of the row, equal hashes by the values. Equal rows are neighbours, and otherwise
// the order is as good as random, so evenly spaced rows are a fair sample.
func Canonical(ctx context.Context, columns [][]float64, n int) ([]int32, error) {
	hash, err := hashes(ctx, columns, n)
	if err != nil {
		return nil, err
	}
	// One counting pass over the top bits, then small sorts.
	const top = 16
	count := make([]int32, 1<<top+1)
	for _, h := range hash {
		count[h>>(64-top)+1]++
	}
	for b := range 1 << top {
		count[b+1] += count[b]
	}
	order := make([]int32, n)
	next := slices.Clone(count[:1<<top])
	for i, h := range hash {
		b := h >> (64 - top)
		order[next[b]] = int32(i)
		next[b]++
	}
	for b := range 1 << top {
		part := order[count[b]:count[b+1]]
		if b%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		sortCanonical(part, hash, columns)
	}
	return order, nil
}

func sortCanonical(rows []int32, hash []uint64, columns [][]float64) {
	const few = 12
	if len(rows) <= few { // insertion
		for at := 1; at < len(rows); at++ {
			r := rows[at]
			h, to := hash[r], at
			for ; to > 0; to-- {
				o := rows[to-1]
				if g := hash[o]; g < h || g == h && compareRows(columns, o, r) <= 0 {
					break
				}
				rows[to] = o
			}
			rows[to] = r
		}
		return
	}
	slices.SortFunc(rows, func(a, b int32) int {
		if c := cmp.Compare(hash[a], hash[b]); c != 0 {
			return c
		}
		return compareRows(columns, a, b)
	})
}

func compareRows(columns [][]float64, a, b int32) int {
	for _, c := range columns {
		if o := cmp.Compare(c[a], c[b]); o != 0 {
			return o
		}
	}
	return 0
}

// Hash returns a number that is the same for equal rows, and hardly ever for others.
func (p Points) Hash(i int) uint64 {
	h := uint64(0)
	for _, x := range p.Row(i) {
		h = vec.Mix(h, x)
	}
	return h
}

// Distinct counts the different rows; equal rows must be neighbours.
func (p Points) Distinct() int {
	if p.N == 0 {
		return 0
	}
	count := 1
	for i := 1; i < p.N; i++ {
		if !slices.Equal(p.Row(i-1), p.Row(i)) {
			count++
		}
	}
	return count
}

// Sample returns m evenly spaced rows, all of them where there are no more.
func (p Points) Sample(m int) Points {
	if p.N <= m {
		return p
	}
	q := NewPoints(m, p.D)
	for i := range m {
		copy(q.Row(i), p.Row(SampleRow(i, p.N, m)))
	}
	return q
}

// SampleRow returns which of n rows is the i-th of m evenly spaced ones.
func SampleRow(i, n, m int) int { return int((int64(2*i+1) * int64(n)) / int64(2*m)) }

// Square returns the squared distance of two rows. The conversions keep the compiler
// from fusing multiplication and addition, which would differ between machines.
func Square(a, b []float64) float64 {
	s := 0.0
	for j, x := range a {
		t := x - b[j]
		s += float64(t * t)
	}
	return s
}
