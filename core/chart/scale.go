package chart

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
)

// scale is an axis' scale: gonum's Normalizer with an inverse and its own ticks.
type scale interface {
	plot.Normalizer
	// invert turns a normalised position 0…1 into a value.
	invert(lo, hi, t float64) float64
	// ticks returns about n values, rising, within lo…hi.
	ticks(lo, hi float64, n int) []float64
}

// linearScale is the plain scale.
type linearScale struct{ plot.LinearScale }

func (linearScale) invert(lo, hi, t float64) float64 { return lo + t*(hi-lo) }

func (linearScale) ticks(lo, hi float64, n int) []float64 {
	step := niceStep((hi - lo) / float64(max(1, n)))
	var out []float64
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+step*1e-9 && len(out) < 3*n+9; i++ {
		out = append(out, i*step)
	}
	return out
}

// niceStep is the smallest of 1, 2, 5 × 10^k that is at least v.
func niceStep(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if m*p >= v*(1-1e-9) {
			return m * p
		}
	}
	return 10 * p
}

// signedLog is logarithmic away from zero and linear within ±c: asinh(v/2c). It
// takes zeros and negative amounts, which a plain logarithm cannot show.
type signedLog struct{ c float64 }

func (s signedLog) f(v float64) float64 { return math.Asinh(v / (2 * s.c)) }

// Normalize implements plot.Normalizer.
func (s signedLog) Normalize(lo, hi, v float64) float64 {
	return (s.f(v) - s.f(lo)) / (s.f(hi) - s.f(lo))
}

func (s signedLog) invert(lo, hi, t float64) float64 {
	return 2 * s.c * math.Sinh(s.f(lo)+t*(s.f(hi)-s.f(lo)))
}

func (s signedLog) ticks(lo, hi float64, n int) []float64 {
	var all []float64
	for _, m := range [][]float64{{1}, {1, 3}, {1, 2, 5}} {
		next := s.decades(lo, hi, m)
		if all != nil && len(next) > n+1 {
			break
		}
		all = next
	}
	for len(all) > n+2 && len(all) > 4 { // many decades: every second one
		kept := make([]float64, 0, len(all)/2+1)
		for i, v := range all {
			if i%2 == 0 || v == 0 {
				kept = append(kept, v)
			}
		}
		all = kept
	}
	if len(all) < 2 {
		return linearScale{}.ticks(lo, hi, n)
	}
	return all
}

// decades lists 0 and ±m×10^k in lo…hi that are at least c away from zero.
func (s signedLog) decades(lo, hi float64, mantissas []float64) []float64 {
	var out []float64
	add := func(v float64) {
		if v >= lo && v <= hi {
			out = append(out, v)
		}
	}
	if lo <= 0 && hi >= 0 {
		add(0)
	}
	first := int(math.Floor(math.Log10(s.c)))
	last := int(math.Ceil(math.Log10(max(math.Abs(lo), math.Abs(hi), s.c))))
	for k := first; k <= last; k++ {
		for _, m := range mantissas {
			if v := m * math.Pow(10, float64(k)); v >= s.c*0.999 {
				add(v)
				add(-v)
			}
		}
	}
	slices.Sort(out)
	return out
}

// scaleFor picks the scale of a column from its values: logarithmic where they are
// skewed to the right (moment skewness above 1) and span more than a decade.
// It returns padded limits too. Values are finite and at least one.
func scaleFor(values []float64) (s scale, lo, hi float64) {
	lo, hi = slices.Min(values), slices.Max(values)
	s = linearScale{}
	if c, ok := logThreshold(values, hi); ok {
		s = signedLog{c}
	}
	if lo == hi {
		d := max(1, math.Abs(lo)*0.1)
		return linearScale{}, lo - d, hi + d
	}
	const pad = 0.03 // of the axis, so that marks on the edge are whole
	a, b := s.invert(lo, hi, -pad), s.invert(lo, hi, 1+pad)
	return s, a, b
}

// logThreshold returns the width of the linear part of a signedLog, the decade
// below the 5 % quantile of the positive values, when the values ask for one.
func logThreshold(values []float64, hi float64) (float64, bool) {
	if hi <= 0 || skewness(values) <= 1 {
		return 0, false
	}
	positive := make([]float64, 0, len(values))
	for _, v := range values {
		if v > 0 {
			positive = append(positive, v)
		}
	}
	slices.Sort(positive)
	low := positive[len(positive)/20]
	if hi/low < 30 {
		return 0, false
	}
	return math.Pow(10, math.Floor(math.Log10(low))), true
}

// skewness is the third standardised moment (population), 0 for constant values.
func skewness(values []float64) float64 {
	n := float64(len(values))
	mean := 0.0
	for _, v := range values {
		mean += v / n
	}
	var m2, m3 float64
	for _, v := range values {
		d := v - mean
		m2 += d * d / n
		m3 += d * d * d / n
	}
	if m2 <= 0 {
		return 0
	}
	return m3 / (m2 * math.Sqrt(m2))
}
