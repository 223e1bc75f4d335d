package value

import (
	"math"

	"qunxiang/plugins/internal/cluster"
)

// bgnbd is the beta-geometric/negative binomial distribution model of Fader, Hardie and
// Lee (Marketing Science 24, 2005): a customer buys at a rate that is gamma(r, α) among
// customers, and after each purchase leaves with a probability that is beta(a, b) among
// them. Times are in the unit of the run.
type bgnbd struct{ r, alpha, a, b float64 }

func newBGNBD(theta []float64) forecaster {
	return &bgnbd{math.Exp(theta[0]), math.Exp(theta[1]), math.Exp(theta[2]), math.Exp(theta[3])}
}

// bgnbdBounds are the logarithms of the smallest and largest r, α, a, b that a search
// considers.
func bgnbdBounds() (lo, hi []float64) {
	return []float64{math.Log(1e-6), math.Log(1e-6), math.Log(1e-6), math.Log(1e-6)},
		[]float64{math.Log(1e6), math.Log(1e9), math.Log(1e6), math.Log(1e6)}
}

// bgnbdStarts are starts around the mean rate of the data.
func bgnbdStarts(rate float64) [][]float64 {
	at := func(r, a, b float64) []float64 {
		return []float64{math.Log(r), math.Log(r / rate), math.Log(a), math.Log(b)}
	}
	return [][]float64{at(0.5, 0.8, 2.5), at(1, 0.1, 1), at(3, 1, 20)}
}

// bgnbdLikelihood is the likelihood over merged histories (FHL 2005, equation 6):
//
//	Γ(r+x)/Γ(r) · B(a,b+x)/B(a,b) · α^r · { (α+T)^−(r+x) + [x>0] a/(b+x−1) (α+t_x)^−(r+x) }
//
// It is computed from sums over j < x of ln((r+j)/α) and ln(1+a/(b+j)) and from
// ln(1+T/α), not from gamma functions, whose differences lose every digit for large r, α
// or b and then show maxima that are none.
type bgnbdLikelihood struct {
	m    *merged
	w    worker
	byX  []float64
	log  []float64 // ln(1+time/α)
	inv  []float64 // 1/(α+time)
	lead []float64 // ln a/(b+x−1)
	part []sum4    // a sum for each block
}

// sum4 is a log-likelihood and its gradient; padded to its own cache line.
type sum4 struct {
	v float64
	g [4]float64
	_ [3]float64
}

func newBGNBDLikelihood(m *merged, w worker) objective {
	l := &bgnbdLikelihood{
		m: m, w: w, byX: m.weightByX(),
		log: make([]float64, len(m.times)), inv: make([]float64, len(m.times)), lead: make([]float64, m.most()+1),
		part: make([]sum4, m.rows()/cluster.BlockRows+1),
	}
	return l.eval
}

func (l *bgnbdLikelihood) eval(theta, gradient []float64) float64 {
	r, alpha, a, b := math.Exp(theta[0]), math.Exp(theta[1]), math.Exp(theta[2]), math.Exp(theta[3])
	for i, t := range l.m.times {
		l.log[i], l.inv[i] = math.Log1p(t/alpha), 1/(alpha+t)
	}
	all := l.byCount(r, alpha, a, b)
	err := l.w.EachBlock(l.m.rows(), func(block, from, to int) {
		once := min(max(l.m.once, from), to)
		l.part[block] = l.buyers(once, to, r, a, b)
		l.onceOnly(from, once, r, &l.part[block])
	})
	if err != nil {
		return math.NaN()
	}
	for i := range (l.m.rows() + cluster.BlockRows - 1) / cluster.BlockRows {
		p := &l.part[i]
		all.v += p.v
		for j := range all.g {
			all.g[j] += p.g[j]
		}
	}
	scale := [4]float64{r, alpha, a, b}
	for j := range gradient {
		gradient[j] = -all.g[j] * scale[j] / l.m.total
	}
	return -all.v / l.m.total
}

// byCount is the part that depends on x alone.
func (l *bgnbdLikelihood) byCount(r, alpha, a, b float64) sum4 {
	var s sum4
	var gammas, betas, dr, da, db float64
	for x, w := range l.byX {
		fx := float64(x)
		if w != 0 {
			s.v += w * (gammas + betas)
			s.g[0] += w * dr
			s.g[1] += w * r / alpha
			s.g[2] -= w * da
			s.g[3] += w * db
		}
		gammas += math.Log((r + fx) / alpha)
		dr += 1 / (r + fx)
		betas -= math.Log1p(a / (b + fx))
		da += 1 / (a + b + fx)
		db += a / ((b + fx) * (a + b + fx))
		if x > 0 {
			l.lead[x] = math.Log(a / (b + fx - 1))
		}
	}
	return s
}

func (l *bgnbdLikelihood) onceOnly(from, to int, r float64, s *sum4) {
	m := l.m
	for i := from; i < to; i++ {
		w, t := m.weight[i], m.T[i]
		s.v -= w * r * l.log[t]
		s.g[0] -= w * l.log[t]
		s.g[1] -= w * r * l.inv[t]
	}
}

func (l *bgnbdLikelihood) buyers(from, to int, r, a, b float64) sum4 {
	m := l.m
	var s sum4
	product := 1.0 // of 1+e, so that a logarithm is taken for many rows at once
	for i := from; i < to; i++ {
		w, x := m.weight[i], float64(m.x[i])
		at, ax := m.T[i], m.tx[i]
		k := r + x
		d := l.lead[m.x[i]] + k*(l.log[at]-l.log[ax]) // ln of the odds of having left
		e := math.Exp(-math.Abs(d))
		gone := 1 / (1 + e)
		s.v -= w * k * l.log[at]
		if d < 0 {
			gone *= e
		} else {
			s.v += w * d
		}
		if w == 1 {
			if product *= 1 + e; product > 1e200 {
				s.v += math.Log(product)
				product = 1
			}
		} else {
			s.v += w * math.Log1p(e)
		}
		s.g[0] -= w * (l.log[at] - gone*(l.log[at]-l.log[ax]))
		s.g[1] -= w * k * (l.inv[at] - gone*(l.inv[at]-l.inv[ax]))
		s.g[2] += w * gone
		s.g[3] -= w * gone / (b + x - 1)
	}
	s.v += math.Log(product)
	s.g[2] /= a
	return s
}

// alive is the probability of still being a customer (Fader, Hardie and Lee, "Computing
// P(alive) using the BG/NBD model", 2008): 1 where x = 0, since in this model nobody
// leaves before a repeat purchase. The gradient is that of its logarithm in the
// logarithms of the parameters.
func (f *bgnbd) alive(x, tx, T float64, gradient []float64) float64 {
	if x == 0 {
		clear(gradient)
		return 1
	}
	diff := math.Log1p(T/f.alpha) - math.Log1p(tx/f.alpha)
	d := math.Log(f.a/(f.b+x-1)) + (f.r+x)*diff
	gone := 1 / (1 + math.Exp(-d))
	if gradient != nil {
		gradient[0] = -gone * f.r * diff
		gradient[1] = gone * (f.r + x) * f.alpha * (T - tx) / (f.alpha + T) / (f.alpha + tx)
		gradient[2] = -gone
		gradient[3] = gone * f.b / (f.b + x - 1)
	}
	return 1 / (1 + math.Exp(d))
}

// ahead computes the purchases of a customer with x and T who is still one:
// E[Y(t) | alive]. Equation 10 of FHL 2005 has a hypergeometric function that
// loses digits near a = 1 and for large b. The same number is a mean over what the
// customer would buy without ever leaving: N purchases, negative binomial, of which
// Σ_{j<N} (b+x)_j/(a+b+x)_j are made. All terms are positive.
type bgnbdAhead struct {
	k, base float64   // shape r+x, and b+x
	a       float64   // of the beta distribution
	made    []float64 // purchases made of n, as far as needed until now
	last    float64   // chance to stay so many purchases
}

func (f *bgnbd) ahead(x float64) func(T, t float64) float64 {
	h := &bgnbdAhead{k: f.r + x, base: f.b + x, a: f.a, made: []float64{0}, last: 1}
	return func(T, t float64) float64 { return h.expect(t / (f.alpha + T)) }
}

// mostTerms bounds the sum; what is left beyond counts as the last term, which is right
// to the weight of what nobody could ever buy.
const mostTerms = 1 << 16

func (h *bgnbdAhead) expect(u float64) float64 {
	if u <= 0 {
		return 0
	}
	mean := h.k * u
	z := u / (1 + u)
	spread := math.Sqrt(mean * (1 + u))
	first := math.Floor(mean - 12*spread)
	if first < 1 || h.k < 1 {
		first = 0
	}
	if first >= mostTerms {
		return h.at(mostTerms)
	}
	// weight of n purchases: Γ(k+n)/(Γ(k) n!) (1−z)^k z^n
	weight := math.Exp(-h.k * math.Log1p(u))
	if first > 0 {
		weight = math.Exp(first*math.Log(z) - h.k*math.Log1p(u) - lbeta(h.k, first+1) - math.Log(h.k+first))
	}
	total, seen := 0.0, 0.0
	for n := int(first); n < mostTerms; n++ {
		total += weight * h.at(n)
		seen += weight
		if fn := float64(n); fn > mean && 1-seen < 1e-13 || fn > mean && weight*(fn+1) < 1e-15*seen && weight < 1e-16 {
			break
		}
		weight *= (h.k + float64(n)) / float64(n+1) * z
	}
	return total + max(0, 1-seen)*h.made[len(h.made)-1]
}

// at is how many of n purchases are made.
func (h *bgnbdAhead) at(n int) float64 {
	for j := len(h.made) - 1; j < n; j++ {
		h.made = append(h.made, h.made[j]+h.last)
		h.last *= (h.base + float64(j)) / (h.a + h.base + float64(j))
	}
	return h.made[n]
}
