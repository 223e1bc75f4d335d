package value

import "math"

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

// bgnbdAhead computes the purchases of a customer with x and T who is still one:
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
