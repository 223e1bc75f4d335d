// Package twofold adds float64 numbers so precisely that their order does not show in
// the result.
package twofold

import "math"

// Sum adds numbers in three words (Dekker 1971; Ogita, Rump and Oishi 2005, SIAM J.
// Sci. Comput. 26, 1955): about 150 bits, in which everyday data add up exactly.
type Sum struct{ hi, mid, lo float64 }

// both returns a+b and what rounding leaves of it (Knuth).
func both(a, b float64) (sum, rest float64) {
	sum = a + b
	v := sum - a
	return sum, (a - (sum - v)) + (b - v)
}

// Add adds x.
func (s *Sum) Add(x float64) {
	var rest float64
	s.hi, rest = both(s.hi, x)
	s.mid, rest = both(s.mid, rest)
	s.lo += rest
}

// AddProduct adds x·y.
func (s *Sum) AddProduct(x, y float64) {
	p := x * y
	s.Add(p)
	s.Add(math.FMA(x, y, -p))
}

// Value is the sum, rounded. Half-way cases, which everyday data often are, go by what
// the smallest word holds.
func (s *Sum) Value() float64 {
	a, b := both(s.hi, s.mid)
	b, c := both(b, s.lo)
	a, b = both(a, b)
	if b+c == b && c != 0 {
		b = math.Nextafter(b, math.Copysign(math.Inf(1), c))
		return a + b
	}
	return a + (b + c)
}
