package survey

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a confidence interval of 95 %; NaN ends where there is none.
type Interval struct{ Low, High float64 }

func unknown() Interval { return Interval{math.NaN(), math.NaN()} }

// matrix are weighted covariances of items by pairs of answers, row by row.
type matrix struct {
	k int
	v []float64
}

func (m *matrix) at(i, j int) float64 { return m.v[i*m.k+j] }

// covariances are those of the columns over the rows where both are there (NaN = no
// answer), with divisor n − 1 where weights have mean 1. Each value is taken from the low
// end of its scale, so that all sums are of whole numbers and exact.
func covariances(ctx context.Context, columns [][]float64, w []float64) (*matrix, error) {
	k := len(columns)
	m := &matrix{k: k, v: make([]float64, k*k)}
	for i := range k {
		for j := i; j < k; j++ {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			c := covariance(columns[i], columns[j], w)
			m.v[i*k+j], m.v[j*k+i] = c, c
		}
	}
	return m, nil
}

func covariance(a, b, w []float64) float64 {
	var n, sw, sa, sb, sab float64
	for r, x := range w {
		if x == 0 || math.IsNaN(a[r]) || math.IsNaN(b[r]) {
			continue
		}
		n++
		sw += x
		sa += x * a[r]
		sb += x * b[r]
		sab += x * a[r] * b[r]
	}
	if n < 2 {
		return math.NaN()
	}
	// Weights of mean 1 over these rows: Σw = n.
	return (sab - sa*sb/sw) / sw * n / (n - 1)
}

// sum adds all covariances.
func (m *matrix) sum() (all, diagonal float64) {
	for i := range m.k {
		diagonal += m.at(i, i)
		all += m.row(i)
	}
	return all, diagonal
}

func (m *matrix) row(i int) (sum float64) {
	for j := range m.k {
		sum += m.at(i, j)
	}
	return sum
}

// cronbach is k/(k−1) · (1 − Σ variances / variance of the sum), Cronbach 1951. NaN below
// two items or where the sum does not vary.
func cronbach(k int, all, diagonal float64) float64 {
	if k < 2 || !(all > 0) {
		return math.NaN()
	}
	return float64(k) / float64(k-1) * (1 - diagonal/all)
}

// alpha is that of all items.
func (m *matrix) alpha() float64 {
	all, diagonal := m.sum()
	return cronbach(m.k, all, diagonal)
}

// without is the alpha of all items but one.
func (m *matrix) without(item int) float64 {
	all, diagonal := m.sum()
	own := m.at(item, item)
	return cronbach(m.k-1, all-2*m.row(item)+own, diagonal-own)
}

// itemRest is the correlation of an item with the sum of the others, by covariances.
func (m *matrix) itemRest(item int) float64 {
	all, _ := m.sum()
	row, own := m.row(item), m.at(item, item)
	return (row - own) / math.Sqrt(own*(all-2*row+own))
}

// correlations makes every variance 1.
func (m *matrix) correlations() *matrix {
	out := &matrix{k: m.k, v: make([]float64, len(m.v))}
	for i := range m.k {
		for j := range m.k {
			out.v[i*m.k+j] = m.at(i, j) / math.Sqrt(m.at(i, i)*m.at(j, j))
		}
		out.v[i*m.k+i] = 1
	}
	return out
}

// flip turns the signs of the items that are reversed.
func (m *matrix) flip(reversed []bool) *matrix {
	out := &matrix{k: m.k, v: make([]float64, len(m.v))}
	for i := range m.k {
		for j := range m.k {
			out.v[i*m.k+j] = m.at(i, j)
			if reversed[i] != reversed[j] {
				out.v[i*m.k+j] = -m.at(i, j)
			}
		}
	}
	return out
}

// component is the first principal component of a correlation matrix: the loading of every
// item and the share of the variance. Found by power iteration from the item that
// correlates most with the others.
func (m *matrix) component(ctx context.Context) (loadings []float64, share float64, err error) {
	v, next := make([]float64, m.k), make([]float64, m.k)
	best := -1.0
	for i := range m.k {
		var s float64
		for j := range m.k {
			s += math.Abs(m.at(i, j))
		}
		if s > best+1e-9 {
			best = s
			for j := range m.k {
				v[j] = m.at(i, j)
			}
		}
	}
	var value float64
	for range 1000 {
		if ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		value = 0
		for i := range m.k {
			next[i] = 0
			for j := range m.k {
				next[i] += m.at(i, j) * v[j]
			}
			value += next[i] * next[i]
		}
		value = math.Sqrt(value)
		var moved float64
		for i := range next {
			next[i] /= value
			moved = max(moved, math.Abs(next[i]-v[i]))
		}
		v, next = next, v
		if moved < 1e-12 {
			break
		}
	}
	for i := range v {
		v[i] *= math.Sqrt(value)
	}
	return v, value / float64(m.k), nil
}

// feldt is the confidence interval of an alpha of k items and n respondents, Feldt 1965
// (Psychometrika 30, p. 357): (1 − α)/(1 − α̂) is distributed as F with n − 1 and
// (n − 1)(k − 1) degrees of freedom.
func feldt(alpha, n float64, k int) Interval {
	if math.IsNaN(alpha) || n <= 2 || k < 2 {
		return unknown()
	}
	f := distuv.F{D1: n - 1, D2: (n - 1) * float64(k-1)}
	return Interval{1 - (1-alpha)*f.Quantile(0.975), 1 - (1-alpha)*f.Quantile(0.025)}
}
