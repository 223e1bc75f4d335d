package stats

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"qunxiang/plugins/internal/twofold"
)

// number is a numeric feature: values of at most 1 in size, and what to multiply them
// by. The factor is a power of two, so that nothing is lost and nothing overflows.
type number struct {
	name   string
	values []float64 // 0 where missing
	valid  []bool    // nil = all there
	factor float64
	n      int
	order  []int32 // of the values that are there, rising
}

// at reports the i-th value and whether it is there.
func (f *number) at(i int) (float64, bool) {
	return f.values[i], f.valid == nil || f.valid[i]
}

// scaled brings values to at most 1 in size.
func scaled(values []float64) (factor float64) {
	most := 0.0
	for _, x := range values {
		most = max(most, math.Abs(x))
	}
	if most == 0 {
		return 1
	}
	_, e := math.Frexp(most)
	for i, x := range values {
		values[i] = math.Ldexp(x, -e)
	}
	return math.Ldexp(1, min(e, 1023)) * math.Ldexp(1, e-min(e, 1023))
}

// block is how many values are sorted at a stretch: a few hundredths of a second.
const block = 1 << 16

// sortOrder returns the positions of the values that are there, by value and then by
// position. It looks up at ctx between stretches.
func (f *number) sortOrder(ctx context.Context) error {
	order := make([]int32, 0, f.n)
	for i := range f.values {
		if f.valid == nil || f.valid[i] {
			order = append(order, int32(i))
		}
	}
	before := func(a, b int32) int {
		return cmp.Or(cmp.Compare(f.values[a], f.values[b]), cmp.Compare(a, b))
	}
	for at := range slices.Chunk(order, block) {
		if err := ctx.Err(); err != nil {
			return err
		}
		slices.SortFunc(at, before)
	}
	spare := make([]int32, len(order))
	for width := block; width < len(order); width *= 2 {
		for at := 0; at < len(order); at += 2 * width {
			if err := merge(ctx, order, spare, at, width, before); err != nil {
				return err
			}
		}
		order, spare = spare, order
	}
	f.order = order
	return nil
}

// merge joins the sorted stretches from[at:at+width] and the next into to.
func merge(ctx context.Context, from, to []int32, at, width int, before func(a, b int32) int) error {
	mid, end := min(at+width, len(from)), min(at+2*width, len(from))
	a, b := at, mid
	for k := at; k < end; k++ {
		if k%block == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if b >= end || a < mid && before(from[a], from[b]) <= 0 {
			to[k], a = from[a], a+1
		} else {
			to[k], b = from[b], b+1
		}
	}
	return nil
}

// moments are a feature's numbers at a glance, in its own unit. Skewness is g1 and
// kurtosis g2, the excess (Joanes and Gill 1998, The Statistician 47, 183: type 1).
type moments struct {
	n                         int
	mean, sd                  float64 // sd with n−1; NaN for n < 2
	low, q1, median, q3, high float64 // quantiles of type 7 (Hyndman and Fan 1996)
	skew, kurtosis            float64 // NaN where all are equal
	total, share              float64 // sum; share of values that are not 0
}

// describe returns the moments of the values at the positions, which are in rising
// order of value.
func (f *number) describe(order []int32) moments {
	m := moments{n: len(order)}
	nan := math.NaN()
	m.mean, m.sd, m.skew, m.kurtosis = nan, nan, nan, nan
	m.low, m.q1, m.median, m.q3, m.high = nan, nan, nan, nan, nan
	if m.n == 0 {
		return m
	}
	var s twofold.Sum
	other := 0
	for _, i := range order {
		s.Add(f.values[i])
		if f.values[i] != 0 {
			other++
		}
	}
	n := float64(m.n)
	mean := s.Value() / n
	var s2, s3, s4 twofold.Sum
	for _, i := range order {
		d := f.values[i] - mean
		s2.AddProduct(d, d)
		s3.AddProduct(d*d, d)
		s4.AddProduct(d*d, d*d)
	}
	m.mean, m.total, m.share = mean*f.factor, s.Value()*f.factor, float64(other)/n
	if m.n > 1 {
		m.sd = math.Sqrt(s2.Value()/(n-1)) * f.factor
	}
	if v := s2.Value() / n; v > 0 && f.values[order[0]] != f.values[order[m.n-1]] {
		m.skew = s3.Value() / n / math.Pow(v, 1.5)
		m.kurtosis = s4.Value()/n/(v*v) - 3
	}
	quantile := func(p float64) float64 {
		h := p * (n - 1)
		lo := int(h)
		hi := min(lo+1, m.n-1)
		a, b := f.values[order[lo]], f.values[order[hi]]
		return (a + (h-float64(lo))*(b-a)) * f.factor
	}
	m.low, m.q1, m.median, m.q3, m.high = quantile(0), quantile(0.25), quantile(0.5), quantile(0.75), quantile(1)
	return m
}

// midranks returns the rank of every value from 1, the mean rank for equal ones.
// Missing values have rank 0.
func (f *number) midranks() []float64 {
	ranks := make([]float64, len(f.values))
	for a := 0; a < len(f.order); {
		b := a + 1
		for b < len(f.order) && f.values[f.order[b]] == f.values[f.order[a]] {
			b++
		}
		r := float64(a+b+1) / 2
		for _, i := range f.order[a:b] {
			ranks[i] = r
		}
		a = b
	}
	return ranks
}

// tailChi2 is the probability that χ² with df degrees of freedom exceeds x.
func tailChi2(x, df float64) float64 {
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// tailF is the probability that F with df1 and df2 degrees of freedom exceeds x.
func tailF(x, df1, df2 float64) float64 {
	switch {
	case x <= 0:
		return 1
	case math.IsInf(x, 1):
		return 0
	}
	return mathext.RegIncBeta(df2/2, df1/2, df2/(df2+df1*x))
}

// tailT is the probability that |t| with df degrees of freedom exceeds |x|.
func tailT(x, df float64) float64 {
	if math.IsInf(x, 0) {
		return 0
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+x*x))
}

// adjust returns the values of p corrected for their number by the false discovery
// rate (Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57, 289).
func adjust(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	q, least := make([]float64, len(p)), 1.0
	for k, i := range order {
		least = min(least, p[i]*float64(len(p))/float64(len(p)-k))
		q[i] = least
	}
	return q
}
