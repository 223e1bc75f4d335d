package kmeans

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"
)

// points is a matrix, row by row.
type points struct {
	n, d int
	x    []float64
}

func newPoints(n, d int) points { return points{n: n, d: d, x: make([]float64, n*d)} }

func (p points) row(i int) []float64 { return p.x[i*p.d : (i+1)*p.d : (i+1)*p.d] }

// canonical returns the order of rows that follows from their values alone: by a hash
// of the row, equal hashes by the values. Equal rows are neighbours, and otherwise
// the order is as good as random, so evenly spaced rows are a fair sample.
func canonical(ctx context.Context, columns [][]float64, n int) ([]int32, error) {
	hash := make([]uint64, n)
	for _, c := range columns {
		for i, x := range c {
			hash[i] = mix(hash[i], x)
		}
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
		if len(part) < 2 {
			continue
		}
		slices.SortFunc(part, func(a, b int32) int {
			if c := cmp.Compare(hash[a], hash[b]); c != 0 {
				return c
			}
			return compareRows(columns, a, b)
		})
	}
	return order, nil
}

// mix adds a value to a row's hash. 0 and −0 are the same value.
func mix(h uint64, x float64) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2⁶⁴ divided by the golden ratio
	b := math.Float64bits(x + 0)
	hi, lo := bits.Mul64(h^b^odd, odd)
	h = (hi ^ lo) + odd
	h ^= h >> 29
	return h * 0xbf58476d1ce4e5b9 // multiplier of SplitMix64
}

func compareRows(columns [][]float64, a, b int32) int {
	for _, c := range columns {
		if o := cmp.Compare(c[a], c[b]); o != 0 {
			return o
		}
	}
	return 0
}

// distinct counts the different rows; equal rows must be neighbours.
func (p points) distinct() int {
	if p.n == 0 {
		return 0
	}
	count := 1
	for i := 1; i < p.n; i++ {
		if !slices.Equal(p.row(i-1), p.row(i)) {
			count++
		}
	}
	return count
}

// sample returns m evenly spaced rows, all of them where there are no more.
func (p points) sample(m int) points {
	if p.n <= m {
		return p
	}
	q := newPoints(m, p.d)
	for i := range m {
		copy(q.row(i), p.row(sampleRow(i, p.n, m)))
	}
	return q
}

func sampleRow(i, n, m int) int { return int((int64(2*i+1) * int64(n)) / int64(2*m)) }

// square returns the squared distance of two rows. The conversions keep the compiler
// from fusing multiplication and addition, which would differ between machines.
func square(a, b []float64) float64 {
	s := 0.0
	for j, x := range a {
		t := x - b[j]
		s += float64(t * t)
	}
	return s
}

// nearestTwo returns the nearest centre of a row (the first of equals) and the
// squared distances of the nearest and the second nearest.
func nearestTwo(row, centres []float64) (best int32, first, second float64) {
	switch len(row) {
	case 2:
		return nearestTwo2(row, centres)
	case 3:
		return nearestTwo3(row, centres)
	}
	d := len(row)
	first, second = math.Inf(1), math.Inf(1)
	for c, at := int32(0), 0; at < len(centres); c, at = c+1, at+d {
		s := square(row, centres[at:at+d])
		if s < first {
			best, first, second = c, s, first
		} else if s < second {
			second = s
		}
	}
	return best, first, second
}

func nearestTwo2(row, centres []float64) (best int32, first, second float64) {
	x, y := row[0], row[1]
	first, second = math.Inf(1), math.Inf(1)
	for c := int32(0); len(centres) >= 2; c++ {
		a, b := x-centres[0], y-centres[1]
		s := float64(a*a) + float64(b*b)
		if s < first {
			best, first, second = c, s, first
		} else if s < second {
			second = s
		}
		centres = centres[2:]
	}
	return best, first, second
}

func nearestTwo3(row, centres []float64) (best int32, first, second float64) {
	x, y, z := row[0], row[1], row[2]
	first, second = math.Inf(1), math.Inf(1)
	for c := int32(0); len(centres) >= 3; c++ {
		a, b, e := x-centres[0], y-centres[1], z-centres[2]
		s := float64(a*a) + float64(b*b) + float64(e*e)
		if s < first {
			best, first, second = c, s, first
		} else if s < second {
			second = s
		}
		centres = centres[3:]
	}
	return best, first, second
}
