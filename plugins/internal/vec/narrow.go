package vec

import (
	"math"

	"qunxiang/internal/large"
)

// NarrowLanes is the number of rows of a Narrow that are worked on together.
const NarrowLanes = 16

// Narrow is a table in narrower numbers, for sums of many distances: each column about its
// mean, all times one power of two that makes the farthest row about as far as 1.
type Narrow struct {
	N, D, Stride int       // Stride is a multiple of NarrowLanes, and N or more
	X            []float32 // as Columns
	Unit         float64   // what a distance of 1 here is in the table
	// Wrong is the most by which a distance, in units of the table, may be wrong beyond the
	// rounding of narrow numbers.
	Wrong float64
}

// NewNarrow returns the table in narrower numbers, in memory of the shelf.
func NewNarrow(s *large.Shelf, c Columns) Narrow {
	n := Narrow{N: c.N, D: c.D, Stride: (c.N + NarrowLanes - 1) / NarrowLanes * NarrowLanes, Unit: 1}
	n.X = large.Take[float32](s, n.Stride*n.D)
	mean, reach := make([]float64, c.D), 0.0
	for j := range c.D {
		total := 0.0
		for _, x := range c.Column(j) {
			total += x
		}
		if m := total / float64(c.N); m-m == 0 {
			mean[j] = m
		}
		if c.N > 0 {
			lo, hi := Extent(c.Column(j))
			far := max(mean[j]-lo, hi-mean[j])
			reach += float64(far * far)
		}
	}
	reach = math.Sqrt(reach)
	if reach > 0 && reach-reach == 0 {
		_, e := math.Frexp(reach)
		n.Unit = math.Ldexp(1, min(max(e, -1000), 1000))
	}
	for j, m := range mean {
		to := n.X[j*n.Stride:]
		for i, x := range c.Column(j) {
			to[i] = float32((x - m) / n.Unit)
		}
	}
	n.Wrong = reach / (1 << 23)
	return n
}

// DistanceSums is that of Columns, of NarrowLanes rows from at, a multiple of it, and in units
// of the table. Distances are narrow numbers, their sums wide ones.
func (n *Narrow) DistanceSums(at, from, to int, out *[NarrowLanes]float64) {
	*out = [NarrowLanes]float64{}
	switch {
	case from >= to:
		return
	case Fast() && n.D > 0:
		_, _ = n.X[(n.D-1)*n.Stride+at+NarrowLanes-1], n.X[(n.D-1)*n.Stride+to-1]
		narrowSumsFast(&n.X[0], n.Stride, n.D, at, from, to, out)
	default:
		n.distanceSums(at, from, to, out)
	}
	for l := range out {
		out[l] *= n.Unit
	}
}

func (n *Narrow) distanceSums(at, from, to int, out *[NarrowLanes]float64) {
	for l := range out {
		sum := 0.0
		for i := from; i < to; i++ {
			s := float32(0)
			for j := range n.D {
				x := n.X[j*n.Stride:]
				t := x[i] - x[at+l]
				s += float32(t * t)
			}
			sum += float64(float32(math.Sqrt(float64(s))))
		}
		out[l] = sum
	}
}
