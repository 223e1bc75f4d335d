package value

import (
	"context"
	"math"
	"slices"

	"qunxiang/plugins/internal/cluster"
)

// spending is the gamma-gamma model (Fader and Hardie, "The Gamma-Gamma model of
// monetary value", 2013): a customer's orders are gamma(p, ν) around a mean of their own,
// and ν is gamma(q, γ) among customers.
type spending struct{ P, Q, Gamma float64 }

func spendBounds() (lo, hi []float64) {
	return []float64{math.Log(1e-4), math.Log(1e-4), math.Log(1e-9)}, []float64{math.Log(1e7), math.Log(1e7), math.Log(1e15)}
}

func spendStarts(mean float64) [][]float64 {
	at := func(p, q float64) []float64 {
		return []float64{math.Log(p), math.Log(q), math.Log(mean * (q - 1) / p)}
	}
	return [][]float64{at(3, 3), at(1, 5), at(20, 2)}
}

// mean is the expected value of an order of a customer whose x repeat orders had the
// mean m (equation 5): p(γ+xm)/(px+q−1). NaN where it is infinite. The gradient is that
// of its logarithm in the logarithms of p, q, γ.
func (s spending) mean(x, m float64, gradient *[3]float64) float64 {
	below := s.P*x + s.Q - 1
	if below <= 0 {
		return math.NaN()
	}
	if gradient != nil {
		gradient[0] = 1 - s.P*x/below
		gradient[1] = -s.Q / below
		gradient[2] = s.Gamma / (s.Gamma + x*m)
	}
	return s.P * (s.Gamma + x*m) / below
}

// purse is what the spending model is fitted to: x repeat orders with the mean m, of so
// many customers.
type purse struct{ x, m, weight float64 }

// purses collects the customers with repeat orders of positive mean value, sorted.
func purses(h *histories) []purse {
	var by []keyed
	for i, x := range h.x {
		if x > 0 && h.money[i] > 0 {
			by = append(by, keyed{math.Float64bits(h.money[i]), int32(i)}) // positive: the bits are in the order of the values
		}
	}
	by = sortKeys(by)
	for i := range by {
		by[i].key = uint64(h.x[by[i].row])
	}
	var out []purse
	for _, k := range sortKeys(by) {
		x, m := float64(k.key), h.money[k.row]
		if n := len(out); n > 0 && out[n-1].x == x && out[n-1].m == m {
			out[n-1].weight++
			continue
		}
		out = append(out, purse{x, m, 1})
	}
	return out
}

// spendLikelihood is the likelihood over purses (equation 1a):
//
//	Γ(px+q)/(Γ(px)Γ(q)) γ^q m^(px−1) x^px / (γ+xm)^(px+q)
type spendLikelihood struct {
	list  []purse
	total float64
	w     worker
	part  []sum4
}

func (l *spendLikelihood) eval(theta, gradient []float64) float64 {
	p, q, gamma := math.Exp(theta[0]), math.Exp(theta[1]), math.Exp(theta[2])
	psi := digamma(q)
	n := len(l.list)
	err := l.w.EachBlock(n, func(block, from, to int) {
		var s sum4
		var beta, dp, dq float64
		for i := from; i < to; i++ {
			c := &l.list[i]
			if i == from || c.x != l.list[i-1].x {
				both := digamma(p*c.x + q)
				beta, dp, dq = lbeta(p*c.x, q), c.x*(both-digamma(p*c.x)), both-psi
			}
			// with h = xm/γ: (xm)^px γ^q / (γ+xm)^(px+q) = (h/(1+h))^px (1+h)^−q
			h := c.x * c.m / gamma
			up, down := math.Log1p(h), math.Log1p(1/h)
			s.v += c.weight * (-beta - math.Log(c.m) - p*c.x*down - q*up)
			s.g[0] += c.weight * (dp - c.x*down)
			s.g[1] += c.weight * (dq - up)
			s.g[2] += c.weight * (q*h - p*c.x) / (1 + h)
		}
		l.part[block] = s
	})
	if err != nil {
		return math.NaN()
	}
	var all sum4
	for i := range (n + cluster.BlockRows - 1) / cluster.BlockRows {
		all.v += l.part[i].v
		for j := range 3 {
			all.g[j] += l.part[i].g[j]
		}
	}
	gradient[0], gradient[1], gradient[2] = -all.g[0]*p/l.total, -all.g[1]*q/l.total, -all.g[2]/l.total
	return -all.v / l.total
}

// spendFit is a fitted spending model.
type spendFit struct {
	spending
	solution
	customers int
	log       float64 // likelihood
}

// fitSpending fits the model; nil where fewer than ten customers have repeat orders of
// positive value, or all orders have the same value.
func fitSpending(ctx context.Context, list []purse, w worker) (*spendFit, error) {
	n, mean := 0.0, 0.0
	for _, p := range list {
		n += p.weight
		mean += p.weight * p.m
	}
	if n < 10 || list == nil || len(list) > 0 && same(list) {
		return nil, ctx.Err()
	}
	mean /= n
	scaled := slices.Clone(list) // around 1, so that the bounds fit every currency
	for i := range scaled {
		scaled[i].m /= mean
	}
	l := &spendLikelihood{list: scaled, total: n, w: w, part: make([]sum4, len(list)/cluster.BlockRows+1)}
	lo, hi := spendBounds()
	pr := &problem{f: l.eval, lo: lo, hi: hi}
	s, err := solve(ctx, pr, pr, spendStarts(1), n, n)
	if err != nil {
		return nil, err
	}
	fit := &spendFit{solution: s, customers: int(n), log: -s.value*n - n*math.Log(mean)}
	fit.spending = spending{math.Exp(s.theta[0]), math.Exp(s.theta[1]), math.Exp(s.theta[2]) * mean}
	return fit, nil
}

// same reports whether all purses have the same mean.
func same(list []purse) bool {
	for _, p := range list {
		if p.m != list[0].m {
			return false
		}
	}
	return true
}
