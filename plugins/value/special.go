package value

import "math"

// digamma is the derivative of the logarithm of the gamma function, for x > 0.
// Recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.18);
// absolute error below 1e-14.
func digamma(x float64) float64 {
	r := 0.0
	for x < 10 {
		r -= 1 / x
		x++
	}
	f := 1 / (x * x)
	return r + math.Log(x) - 0.5/x - f*(1.0/12-f*(1.0/120-f*(1.0/252-f*(1.0/240-f*(1.0/132-f*691.0/32760)))))
}

// stirling is what Stirling's formula leaves of ln Γ(x), for x ≥ 10 (Abramowitz and
// Stegun 6.1.41). It is small, so differences of it lose nothing.
func stirling(x float64) float64 {
	f := 1 / (x * x)
	return (1.0/12 - f*(1.0/360-f*(1.0/1260-f*(1.0/1680-f*(1.0/1188-f*691.0/360360))))) / x
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// lbeta is ln B(a, b). Where an argument is large the three gamma functions cancel, and
// their difference would have no correct digit left; so the large parts are taken
// together first (DiDonato and Morris, TOMS 18, 1992, section 4).
func lbeta(a, b float64) float64 {
	p, q := min(a, b), max(a, b)
	if q < 10 {
		return lgamma(p) + lgamma(q) - lgamma(p+q)
	}
	if p < 10 {
		return lgamma(p) + stirling(q) - stirling(p+q) + p - p*math.Log(p+q) + (q-0.5)*math.Log1p(-p/(p+q))
	}
	return 0.5*math.Log(2*math.Pi/q) + stirling(p) + stirling(q) - stirling(p+q) + (p-0.5)*math.Log(p/(p+q)) + q*math.Log1p(-p/(p+q))
}

// growth is (1 − (1+u)^−c)/c, which is ln(1+u) where c is 0.
func growth(c, u float64) float64 {
	l := math.Log1p(u)
	if y := c * l; math.Abs(y) > 1e-8 {
		return -math.Expm1(-y) / c
	}
	return l * (1 - 0.5*c*l)
}

// The nodes and weights of Gauss and Legendre on −1…1 (positive half) for 16 and 32
// points.
type rule struct{ x, w []float64 }

// gaussRule computes the rule with n points (n even) by Newton's method on the Legendre
// polynomial.
func gaussRule(n int) rule {
	r := rule{x: make([]float64, n), w: make([]float64, n)}
	for i := range n / 2 {
		z := math.Cos(math.Pi * (float64(i) + 0.75) / (float64(n) + 0.5))
		var slope float64
		for range 100 {
			p0, p1 := 1.0, 0.0
			for j := range n {
				p0, p1 = ((2*float64(j)+1)*z*p0-float64(j)*p1)/float64(j+1), p0
			}
			slope = float64(n) * (z*p0 - p1) / (z*z - 1)
			step := p0 / slope
			z -= step
			if math.Abs(step) < 1e-15 {
				break
			}
		}
		r.x[i], r.x[n-1-i] = -z, z
		r.w[i] = 2 / ((1 - z*z) * slope * slope)
		r.w[n-1-i] = r.w[i]
	}
	return r
}
