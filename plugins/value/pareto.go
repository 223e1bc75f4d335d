package value

import (
	"math"
	"sync"

	"qunxiang/plugins/internal/cluster"
)

// pareto is the Pareto/NBD model of Schmittlein, Morrison and Colombo (Management
// Science 33, 1987): a customer buys at a rate that is gamma(r, α) among customers and
// leaves, at any moment, at a rate that is gamma(s, β) among them.
type pareto struct{ r, alpha, s, beta float64 }

func newPareto(theta []float64) forecaster {
	return &pareto{math.Exp(theta[0]), math.Exp(theta[1]), math.Exp(theta[2]), math.Exp(theta[3])}
}

// paretoBounds are the logarithms of the smallest and largest r, α, s, β that a search
// considers.
func paretoBounds() (lo, hi []float64) {
	return []float64{math.Log(1e-6), math.Log(1e-6), math.Log(1e-6), math.Log(1e-6)},
		[]float64{math.Log(1e6), math.Log(1e9), math.Log(1e6), math.Log(1e9)}
}

// paretoStarts are starts around the mean rate and the mean time watched.
func paretoStarts(rate, watched float64) [][]float64 {
	at := func(r, s float64) []float64 {
		return []float64{math.Log(r), math.Log(r / rate), math.Log(s), math.Log(s * watched)}
	}
	return [][]float64{at(0.5, 0.6), at(1, 0.2), at(3, 2)}
}

// legendre holds the two quadrature rules, computed once.
var legendre = sync.OnceValue(func() [2]rule { return [2]rule{gaussRule(16), gaussRule(32)} })

// leaving integrates over the moment y of leaving, t_x ≤ y ≤ T,
//
//	s/β ∫ (1+y/α)^−(r+x) (1+y/β)^−(s+1) dy
//
// relative to its integrand's first factor at t_x, which keeps it within the range of
// floating point. The usual closed form (Fader and Hardie, "A note on deriving the
// Pareto/NBD model", 2005) is a difference of two hypergeometric functions that cancel
// where T is near t_x; a sum over positive terms cannot, and gives the derivatives along
// the way.
//
// The variable is u = ln(1+y/min(α,β)), in which the integrand is close to an
// exponential; what has fallen by e^−45 is left out.
func (f *pareto) leaving(x, tx, T float64, g *[4]float64) float64 {
	m := min(f.alpha, f.beta)
	u0, u1 := math.Log1p(tx/m), math.Log1p(T/m)
	if u1 <= u0 {
		return 0
	}
	k := f.r + x
	decay := func(u float64) float64 {
		y := m * math.Expm1(u)
		return k*math.Log1p(y/f.alpha) + (f.s+1)*math.Log1p(y/f.beta) - u
	}
	from := decay(u0)
	fall := decay(u1) - from
	for fall > 60 {
		mid := (u0 + u1) / 2
		if fall = decay(mid) - from; fall < 45 {
			fall = 60
			break
		}
		u1 = mid
	}
	quad := legendre()[0]
	if fall > 20 || u1-u0 > 2 {
		quad = legendre()[1]
	}
	half, total := (u1-u0)/2, 0.0
	head := k*math.Log1p(tx/f.alpha) + (f.s+1)*math.Log1p(tx/f.beta)
	for i, node := range quad.x {
		u := u0 + half*(1+node)
		y := m * math.Expm1(u)
		la, lb := math.Log1p(y/f.alpha), math.Log1p(y/f.beta)
		v := quad.w[i] * (m + y) * math.Exp(head-k*la-(f.s+1)*lb)
		total += v
		if g != nil {
			g[0] -= v * la
			g[1] += v * k * y / (f.alpha + y)
			g[2] -= v * lb
			g[3] += v * (f.s + 1) * y / (f.beta + y)
		}
	}
	scale := half * f.s / f.beta
	if g != nil {
		for j := range g {
			g[j] *= scale
		}
		g[0] *= f.r // derivatives in the logarithms of the parameters
		g[2] = g[2]*f.s + total*scale
		g[3] -= total * scale
	}
	return total * scale
}

// row returns the logarithm of
//
//	(1+T/α)^−(r+x) (1+T/β)^−s + s/β ∫ (1+y/α)^−(r+x) (1+y/β)^−(s+1) dy
//
// the share of the first term in it, which is P(alive), and the gradient of the logarithm.
func (f *pareto) row(x, tx, T float64, g *[4]float64) (v, alive float64) {
	k := f.r + x
	var inner [4]float64
	gone := f.leaving(x, tx, T, &inner)
	head := k*math.Log1p(tx/f.alpha) + (f.s+1)*math.Log1p(tx/f.beta)
	la, lb := math.Log1p(T/f.alpha), math.Log1p(T/f.beta)
	stays := math.Exp(head - k*la - f.s*lb)
	all := stays + gone
	if g != nil {
		g[0] = (-stays*f.r*la + inner[0]) / all
		g[1] = (stays*k*T/(f.alpha+T) + inner[1]) / all
		g[2] = (-stays*f.s*lb + inner[2]) / all
		g[3] = (stays*f.s*T/(f.beta+T) + inner[3]) / all
	}
	return math.Log(all) - head, stays / all
}

// paretoLikelihood is the likelihood over merged histories:
//
//	Γ(r+x)/Γ(r) α^−x · { (1+T/α)^−(r+x) (1+T/β)^−s + s/β ∫ … dy }
type paretoLikelihood struct {
	m    *merged
	w    worker
	byX  []float64
	part []sum4
}

// sum4 is a log-likelihood and its gradient; padded to its own cache line.
type sum4 struct {
	v float64
	g [4]float64
	_ [3]float64
}

func newParetoLikelihood(m *merged, w worker) objective {
	l := &paretoLikelihood{m: m, w: w, byX: m.weightByX(), part: make([]sum4, m.rows()/paretoBlock+1)}
	return l.eval
}

// paretoBlock is the number of rows whose sums are made together; a row takes some
// hundred times as long as one of BG/NBD.
const paretoBlock = cluster.BlockRows / 32

func (l *paretoLikelihood) eval(theta, gradient []float64) float64 {
	f := pareto{math.Exp(theta[0]), math.Exp(theta[1]), math.Exp(theta[2]), math.Exp(theta[3])}
	var all sum4
	var gammas, dr float64
	for x, w := range l.byX {
		all.v += w * gammas
		all.g[0] += w * dr * f.r
		all.g[1] -= w * float64(x)
		gammas += math.Log((f.r + float64(x)) / f.alpha)
		dr += 1 / (f.r + float64(x))
	}
	n := l.m.rows()
	blocks := (n + paretoBlock - 1) / paretoBlock
	err := l.w.Each(blocks, func(block int) {
		var s sum4
		for i := block * paretoBlock; i < min((block+1)*paretoBlock, n); i++ {
			var g [4]float64
			w := l.m.weight[i]
			v, _ := f.row(float64(l.m.x[i]), l.m.times[l.m.tx[i]], l.m.times[l.m.T[i]], &g)
			s.v += w * v
			for j := range g {
				s.g[j] += w * g[j]
			}
		}
		l.part[block] = s
	})
	if err != nil {
		return math.NaN()
	}
	for i := range blocks {
		all.v += l.part[i].v
		for j := range all.g {
			all.g[j] += l.part[i].g[j]
		}
	}
	for j := range gradient {
		gradient[j] = -all.g[j] / l.m.total
	}
	return -all.v / l.m.total
}

// alive is the probability of still being a customer, and the gradient of its
// logarithm in the logarithms of the parameters.
func (f *pareto) alive(x, tx, T float64, gradient []float64) float64 {
	var g [4]float64
	_, p := f.row(x, tx, T, &g)
	if gradient != nil {
		k := f.r + x
		gradient[0] = -f.r*math.Log1p(T/f.alpha) - g[0]
		gradient[1] = k*T/(f.alpha+T) - g[1]
		gradient[2] = -f.s*math.Log1p(T/f.beta) - g[2]
		gradient[3] = f.s*T/(f.beta+T) - g[3]
	}
	return p
}

// ahead computes the purchases of a customer who is still one (Fader and Hardie 2005,
// equation 41): (r+x)(β+T)/(α+T) · (1 − ((β+T)/(β+T+t))^(s−1))/(s−1).
func (f *pareto) ahead(x float64) func(T, t float64) float64 {
	return func(T, t float64) float64 {
		return (f.r + x) * (f.beta + T) / (f.alpha + T) * growth(f.s-1, t/(f.beta+T))
	}
}
