package vec

import (
	"math"

	"qunxiang/internal/large"
)

// Lanes is the number of rows that are worked on together. Columns are padded to a
// multiple of it; what is written for padded rows has no meaning.
const Lanes = 8

// Columns is a table of numbers, column after column. Column j of row i is
// X[j*Stride+i]; rows N…Stride−1 are padding and hold zeros.
type Columns struct {
	N, D   int
	Stride int // a multiple of Lanes, N or more
	X      []float64
}

// NewColumns returns a table of zeros.
func NewColumns(n, d int) Columns { return ColumnsOn(nil, n, d) }

// ColumnsOn is NewColumns in memory of a shelf, which may be nil.
func ColumnsOn(s *large.Shelf, n, d int) Columns {
	stride := (n + Lanes - 1) / Lanes * Lanes
	return Columns{N: n, D: d, Stride: stride, X: large.Take[float64](s, stride*d)}
}

// Column returns column j without its padding. It is not a copy.
func (c Columns) Column(j int) []float64 { return c.X[j*c.Stride : j*c.Stride+c.N] }

// Row copies row i into out, which has room for D numbers, and returns it.
func (c Columns) Row(i int, out []float64) []float64 {
	out = out[:c.D]
	for j := range out {
		out[j] = c.X[j*c.Stride+i]
	}
	return out
}

// Square returns the squared distance of row i to a point.
func (c Columns) Square(i int, point []float64) float64 {
	s := 0.0
	for j, y := range point {
		t := c.X[j*c.Stride+i] - y
		s += float64(t * t)
	}
	return s
}

// NearestTwo finds, for the rows from…to−1, the nearest of the centres (rows of D
// numbers), the first of equals, and the squared distances of the nearest and the second
// nearest (+Inf where there is one centre). from is a multiple of Lanes; label, first
// and second begin with row from, have room for padding, and first and second may be nil.
func NearestTwo(c Columns, from, to int, centres []float64, label []int32, first, second []float64) {
	padded := (to - from + Lanes - 1) / Lanes * Lanes
	if padded == 0 {
		return
	}
	if !Fast() || c.D == 0 {
		nearestTwo(c, from, from+padded, centres, label, first, second)
		return
	}
	_ = label[padded-1]
	nearestTwoFast(c.X[from:], c.Stride, padded, c.D, centres, label, first, second)
}

func nearestTwo(c Columns, from, to int, centres []float64, label []int32, first, second []float64) {
	row := make([]float64, c.D)
	for i := from; i < to; i++ {
		b, f, s := Nearest(c.Row(i, row), centres)
		label[i-from] = b
		if first != nil {
			first[i-from] = f
		}
		if second != nil {
			second[i-from] = s
		}
	}
}

// Nearest is NearestTwo for one row.
func Nearest(row, centres []float64) (best int32, first, second float64) {
	switch len(row) {
	case 2:
		return nearest2(row[0], row[1], centres)
	case 3:
		return nearest3(row[0], row[1], row[2], centres)
	}
	d := len(row)
	first, second = math.Inf(1), math.Inf(1)
	for k, at := int32(0), 0; at < len(centres); k, at = k+1, at+d {
		s := 0.0
		for j, y := range centres[at : at+d] {
			t := row[j] - y
			s += float64(t * t)
		}
		if s < first {
			best, first, second = k, s, first
		} else if s < second {
			second = s
		}
	}
	return best, first, second
}

func nearest2(x, y float64, centres []float64) (best int32, first, second float64) {
	first, second = math.Inf(1), math.Inf(1)
	for k := int32(0); len(centres) >= 2; k++ {
		a, b := x-centres[0], y-centres[1]
		s := float64(a*a) + float64(b*b)
		if s < first {
			best, first, second = k, s, first
		} else if s < second {
			second = s
		}
		centres = centres[2:]
	}
	return best, first, second
}

func nearest3(x, y, z float64, centres []float64) (best int32, first, second float64) {
	first, second = math.Inf(1), math.Inf(1)
	for k := int32(0); len(centres) >= 3; k++ {
		a, b, c := x-centres[0], y-centres[1], z-centres[2]
		s := float64(a*a) + float64(b*b) + float64(c*c)
		if s < first {
			best, first, second = k, s, first
		} else if s < second {
			second = s
		}
		centres = centres[3:]
	}
	return best, first, second
}

// Cover sets out to the smaller of near and the squared distance to the point, row by
// row, and returns the sum of out: of every fourth row apart, these four together.
// near and out are Stride long, and near of padded rows is 0.
func Cover(c Columns, point, near, out []float64) float64 {
	var sum [4]float64
	if c.N == 0 {
		return 0
	}
	if Fast() && c.D > 0 {
		coverFast(c, point, near, out, &sum)
	} else {
		for i := range c.Stride {
			m := min(near[i], c.Square(i, point))
			out[i] = m
			sum[i%4] += m
		}
	}
	return (sum[0] + sum[1]) + (sum[2] + sum[3])
}

// DistanceSums sets out to the sums of the distances of the Lanes rows from at to each
// of the rows from…to−1, added in that order. at is a multiple of Lanes.
func DistanceSums(c Columns, at, from, to int, out *[Lanes]float64) {
	if Fast() && c.D > 0 {
		_ = c.X[(c.D-1)*c.Stride+at+Lanes-1]
		if from < to {
			distanceSumsFast(&c.X[0], c.Stride, c.D, at, from, to, out)
			return
		}
		*out = [Lanes]float64{}
		return
	}
	for l := range out {
		sum := 0.0
		for i := from; i < to; i++ {
			s := 0.0
			for j := range c.D {
				x := c.X[j*c.Stride:]
				t := x[at+l] - x[i]
				s += float64(t * t)
			}
			sum += math.Sqrt(s)
		}
		out[l] = sum
	}
}

// Extent returns the smallest and the largest of values that are no NaN; there must be
// one.
func Extent(v []float64) (lo, hi float64) {
	lo, hi = v[0], v[0]
	if n := len(v) &^ 7; n > 0 && Fast() {
		var ends [8]float64
		extentFast(v[:n], &ends)
		for i := range 4 {
			lo, hi = min(lo, ends[i]), max(hi, ends[4+i])
		}
		v = v[n:]
	}
	for _, x := range v { // comparisons, which are quicker than min and max
		if x < lo {
			lo = x
		}
		if x > hi {
			hi = x
		}
	}
	return lo + 0, hi + 0 // never −0, which wide registers find at other times
}

// GridSum adds the parts of values that adding and taking away the coarse number leaves,
// and the parts of what remains under the fine one. With numbers from a grid on which
// no sum is rounded, the order of the values does not matter.
func GridSum(v []float64, coarse, fine float64) (hi, lo float64) {
	if n := len(v) &^ 7; n > 0 && Fast() {
		var sums [8]float64
		gridSumFast(v[:n], coarse, fine, &sums)
		for i := range 4 {
			hi += sums[i]
			lo += sums[4+i]
		}
		v = v[n:]
	}
	for _, x := range v {
		h := (x + coarse) - coarse
		hi += h
		lo += (x - h + fine) - fine
	}
	return hi, lo
}
