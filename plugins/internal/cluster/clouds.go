package cluster

import (
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
)

// squares are squared distances of the rows of a table to a point.
type squares struct {
	c             Columns
	infinite, out []float64
}

func newSquares(shelf *large.Shelf, c Columns) squares {
	s := squares{c: c, infinite: large.Take[float64](shelf, c.Stride), out: large.Take[float64](shelf, c.Stride)}
	for i := range s.infinite {
		s.infinite[i] = math.Inf(1)
	}
	return s
}

// to returns the squared distances to a point, until the next point.
func (s *squares) to(point []float64) []float64 {
	vec.Cover(s.c, point, s.infinite, s.out)
	return s.out[:s.c.N]
}

// bounds are what the mean distance of a row to the rows of a group is at least, by group and
// row, and what the smallest of those to another group than its own is at most. With q the
// squared distance to a row of the group it is at least the distance to their mean, and
// √(E(q)³/E(q²)) by Hölder's inequality, and at most √E(q). The former tells groups apart that
// overlap.
type bounds struct {
	least [][]float64 // nil of a group without rows
	most  []float64
}

// newBounds returns those of rows that lie group after group from starts on.
func newBounds(shelf *large.Shelf, c Columns, starts []int32) bounds {
	b := bounds{least: make([][]float64, len(starts)-1), most: large.Take[float64](shelf, c.N)}
	for i := range b.most {
		b.most[i] = math.Inf(1)
	}
	far, about, mean := newSquares(shelf, c), newCloud(shelf, c), make([]float64, c.D)
	for o := range b.least {
		from, to := int(starts[o]), int(starts[o+1])
		if from == to {
			continue
		}
		for j := range mean {
			mean[j] = Mean(c.Column(j)[from:to])
		}
		about.study(mean, from, to)
		b.least[o] = large.Take[float64](shelf, c.N)
		copy(b.least[o], far.to(mean))
		about.bound(b.least[o], far.to(about.aside), b.most, from, to)
	}
	large.GiveBack(shelf, far.infinite, far.out, about.z.X, about.size, about.endless)
	return b
}

// alike orders rows within their groups by the group that may be nearest and by those that
// may be nearer than it.
func (b *bounds) alike(shelf *large.Shelf, starts []int32) []int32 {
	const (
		rowBits, maskBits = 20, 36
		most              = 1 << rowBits // rows of a group; more stay in their order
	)
	out, keys := large.Take[int32](shelf, len(b.most)), large.Take[uint64](shelf, len(b.most))
	for own := range b.least {
		from, to := starts[own], starts[own+1]
		for i := from; i < to; i++ {
			near, at, mask := math.Inf(1), 0, uint64(0)
			for o, least := range b.least {
				if o == own || least == nil {
					continue
				}
				if x := least[i]; x <= b.most[i] {
					mask |= 1 << (o % maskBits)
					if x < near {
						near, at = x, o
					}
				}
			}
			keys[i] = uint64(at)<<(rowBits+maskBits) | mask<<rowBits | uint64(i-from)%most
		}
		part := keys[from:to]
		if len(part) <= most {
			slices.Sort(part)
		}
		for i := range part {
			out[from+int32(i)] = from + int32(i)
			if len(part) <= most {
				out[from+int32(i)] = from + int32(part[i]%most)
			}
		}
	}
	large.GiveBack(shelf, keys)
	return out
}

// cloud is what is known of the rows z of a group about their mean.
type cloud struct {
	c           Columns
	z           Columns   // of the group at hand, from its first row on
	size        []float64 // |z|²
	none        []float64 // zeros
	endless     []float64
	second      float64   // mean of |z|²
	fourth      float64   // mean of |z|⁴
	lean        []float64 // mean of z|z|²
	aside       []float64 // the mean, and step times lean
	step, reach float64   // reach is the length of step times lean, squared
	stretch     float64   // the largest variance in any direction, or more
}

// manyFeatures is the number of features above which finding the stretch costs more than it
// is worth.
const manyFeatures = 32

func newCloud(shelf *large.Shelf, c Columns) *cloud {
	s := &cloud{
		c: c, z: vec.ColumnsOn(shelf, c.N, c.D), size: large.Take[float64](shelf, c.Stride),
		none: make([]float64, c.D), endless: large.Take[float64](shelf, c.Stride),
		lean: make([]float64, c.D), aside: make([]float64, c.D),
	}
	for i := range s.endless {
		s.endless[i] = math.Inf(1)
	}
	return s
}

// study looks at the rows from…to−1.
func (s *cloud) study(mean []float64, from, to int) {
	n := to - from
	z := s.z
	z.N, z.Stride = n, (n+vec.Lanes-1)/vec.Lanes*vec.Lanes
	z.X = z.X[:z.Stride*z.D]
	clear(z.X)
	for j := range z.D {
		v := z.Column(j)
		for i, x := range s.c.Column(j)[from:to] {
			v[i] = x - mean[j]
		}
	}
	size := s.size[:z.Stride]
	vec.Cover(z, s.none, s.endless[:z.Stride], size)
	size = size[:n]
	count := float64(n)
	total := 0.0
	for _, x := range size {
		total += x
	}
	s.second, s.fourth = total/count, vec.Dot(size, size)/count
	length := 0.0
	for j := range z.D {
		s.lean[j] = vec.Dot(z.Column(j), size) / count
		length += float64(s.lean[j] * s.lean[j])
	}
	s.step, s.reach = 0, 0
	if length > 0 {
		s.step, s.reach = math.Sqrt(s.second/length), s.second
	}
	for j, m := range mean {
		s.aside[j] = m + float64(s.step*s.lean[j])
	}
	s.stretch = s.second
	if z.D <= manyFeatures {
		s.stretch = min(s.stretch, stretch(z)/count)
	}
}

// stretch returns the largest eigenvalue of the matrix of the products of columns, or up to
// a seventh more: the eighth root of the size of its eighth power.
func stretch(z Columns) float64 {
	d := z.D
	m, unit := make([]float64, d*d), 0.0
	for a := range d {
		for b := range a + 1 {
			m[a*d+b] = vec.Dot(z.Column(a), z.Column(b))
			m[b*d+a] = m[a*d+b]
		}
		unit += m[a*d+a]
	}
	if unit == 0 {
		return 0
	}
	for at := range m {
		m[at] /= unit
	}
	next := make([]float64, d*d)
	for range 3 {
		for a := range d {
			for b := range d {
				sum := 0.0
				for i := range d {
					sum += float64(m[a*d+i] * m[b*d+i])
				}
				next[a*d+b] = sum
			}
		}
		m, next = next, m
	}
	sum := 0.0
	for _, x := range m {
		sum += float64(x * x)
	}
	return unit * math.Sqrt(math.Sqrt(math.Sqrt(math.Sqrt(sum))))
}

// bound turns squared distances u² of rows to the mean into bounds, and lowers most of rows
// other than from…to−1; aside are those to the point aside, which tell the product of u and
// lean.
func (s *cloud) bound(square, aside, most []float64, from, to int) {
	const slack = 1e-9 // rounding
	for i, u := range square {
		first := u + s.second // E(q)
		lean := 0.0
		if s.step > 0 {
			lean = (u + s.reach - aside[i]) / (2 * s.step)
		}
		// E(q²) = E(q)² + 4u′Σu − 4u·lean + E|z|⁴ − (E|z|²)²
		second := float64(first*first) + 4*float64(s.stretch*u) - 4*lean + s.fourth - float64(s.second*s.second)
		low := u
		if second > 0 {
			low = max(low, float64(first*first)/second*first)
		}
		square[i] = math.Sqrt(low) * (1 - slack)
		if i < from || i >= to {
			most[i] = min(most[i], math.Sqrt(first)*(1+slack))
		}
	}
}
