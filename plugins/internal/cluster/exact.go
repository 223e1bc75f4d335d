package cluster

import (
	"math"

	"qunxiang/plugins/internal/vec"
)

// Grid splits numbers into parts that add up without rounding, so that a sum does not
// depend on the order of its terms (Demmel and Nguyen, Fast reproducible floating-point
// summation, 2013). What falls below the second part is less than 2⁻⁸⁰ of the largest
// number times their count.
type Grid struct{ coarse, fine float64 }

// NewGrid returns a grid for at most n numbers of at most the size largest.
func NewGrid(largest float64, n int) Grid {
	step := func(size float64) float64 { // a power of two; n numbers on it add up exactly
		if !(size > 0) {
			return 0
		}
		_, e := math.Frexp(size * float64(n+1))
		return math.Ldexp(1, e+2-53)
	}
	s := step(largest)
	const half = 1.5 * (1 << 52)
	return Grid{half * s, half * step(s)}
}

// Split returns the parts of a number.
func (g Grid) Split(x float64) (coarse, fine float64) {
	coarse = (x + g.coarse) - g.coarse
	return coarse, (x - coarse + g.fine) - g.fine
}

// Sum adds numbers of at most the size largest; their order does not matter.
func Sum(v []float64, largest float64) float64 {
	g := NewGrid(largest, len(v))
	hi, lo := vec.GridSum(v, g.coarse, g.fine)
	return hi + lo
}

// GroupSums adds numbers of at most the size largest by group; their order does not
// matter.
func GroupSums(v []float64, label []int32, k int, largest float64) []float64 {
	hi, lo := make([]float64, k), make([]float64, k)
	NewGrid(largest, len(v)).GroupSums(v[:len(label)], label, hi, lo)
	for c := range hi {
		hi[c] += lo[c]
	}
	return hi
}

// GroupSums adds the parts of numbers of the grid to those of their groups.
func (g Grid) GroupSums(v []float64, label []int32, hi, lo []float64) {
	vec.GroupSums(v, label, g.coarse, g.fine, hi, lo)
}

// NewMoves returns the means to add rows of a table on the grids of its columns; weight may
// be nil.
func NewMoves(c Columns, weight []float64, grids []Grid) vec.Moves {
	coarse, fine := make([]float64, len(grids)), make([]float64, len(grids))
	for j, g := range grids {
		coarse[j], fine[j] = g.coarse, g.fine
	}
	return vec.NewMoves(c, weight, coarse, fine)
}

// Largest returns the largest size among numbers.
func Largest(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	lo, hi := Extent(v)
	return max(-lo, hi, 0)
}
