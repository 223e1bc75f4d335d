// Package twofold adds float64 numbers so precisely that their order does not show in
// the result.
package twofold

import "math"

// Sum adds numbers in twice the precision of a float64 (Dekker 1971; Ogita, Rump and
// Oishi 2005, SIAM J. Sci. Comput. 26, 1955), so that the order of adding does not
// matter in the result.
type Sum struct{ hi, lo float64 }

// Add adds x.
func (s *Sum) Add(x float64) {
	t := s.hi + x
	b := t - s.hi
	s.lo += (s.hi - (t - b)) + (x - b)
	s.hi = t
}

// AddProduct adds x·y.
func (s *Sum) AddProduct(x, y float64) {
	p := x * y
	s.Add(p)
	s.lo += math.FMA(x, y, -p)
}

// Value is the sum, rounded once.
func (s *Sum) Value() float64 { return s.hi + s.lo }
