package value

import (
	"context"
	"math"
	"slices"
)

// The models.
const (
	modelAuto   = "auto"
	modelBGNBD  = "bgnbd"
	modelPareto = "paretonbd"
	modelSimple = "simple"
)

// forecaster is a fitted model of purchases.
type forecaster interface {
	// alive is the probability that a customer still is one; the gradient, where it is
	// not nil, becomes that of its logarithm in the logarithms of the parameters.
	alive(x, tx, T float64, gradient []float64) float64
	// ahead returns a function for customers with x repeat purchases: the expected
	// purchases in the next t of one who is still a customer. The function is not safe
	// for concurrent use.
	ahead(x float64) func(T, t float64) float64
}

// fitted is a model of purchases with its precision.
type fitted struct {
	kind string
	forecaster
	solution
	log       float64 // likelihood; 0 for simple
	customers float64
}

// names are the parameters of a model in the order of theta.
func (f *fitted) names() []string {
	switch f.kind {
	case modelBGNBD:
		return []string{"r", "alpha", "a", "b"}
	case modelPareto:
		return []string{"r", "alpha", "s", "beta"}
	}
	return nil
}

// rebuild makes the forecaster of a kind from logarithms of parameters.
func rebuild(kind string, theta []float64) forecaster {
	switch kind {
	case modelBGNBD:
		return newBGNBD(theta)
	case modelPareto:
		return newPareto(theta)
	}
	return &simple{prior: math.Exp(theta[0])}
}

// sampleRows is the number of different histories from which a search starts on a
// sample of about as many customers.
const sampleRows = 60_000

// fitModel fits one model to merged histories.
func fitModel(ctx context.Context, kind string, m *merged, w worker) (*fitted, error) {
	purchases, watched := m.sums()
	if kind == modelSimple {
		f := fitSimple(purchases, watched)
		return &fitted{kind: kind, forecaster: f, solution: solution{theta: []float64{math.Log(f.prior)}}, customers: m.total}, nil
	}
	starts, limit := bgnbdStarts(purchases/watched), sampleRows
	if kind == modelPareto {
		starts, limit = paretoStarts(purchases/watched, watched/m.total), sampleRows/20
	}
	part, full := m, newProblem(kind, m, w)
	small := full
	if m.rows() > limit {
		part = m.sample(limit / 3)
		small, full.rough = newProblem(kind, part, w), true
	}
	s, err := solve(ctx, full, small, starts, m.total, part.total)
	if err != nil {
		return nil, err
	}
	return &fitted{kind: kind, forecaster: rebuild(kind, s.theta), solution: s, log: -s.value * m.total, customers: m.total}, nil
}

// newProblem is the search for the likeliest parameters of a probability model.
func newProblem(kind string, m *merged, w worker) *problem {
	p := &problem{}
	if kind == modelPareto {
		p.f = newParetoLikelihood(m, w)
		p.lo, p.hi = paretoBounds()
		return p
	}
	l := newBGNBDLikelihood(m, w)
	p.f, p.second = l.eval, l.hessian
	p.lo, p.hi = bgnbdBounds()
	return p
}

// sound reports whether every parameter was found inside its bounds, with a precision.
func (s solution) sound() bool {
	return s.covariance != nil && !slices.ContainsFunc(s.bound, func(b int) bool { return b != 0 }) && !slices.Contains(s.weak, true)
}

// errors returns the standard errors of the parameters themselves (delta method), NaN
// where there is none.
func (s solution) errors() []float64 {
	out := make([]float64, len(s.theta))
	for i, t := range s.theta {
		out[i] = math.NaN()
		if s.covariance != nil && s.bound[i] == 0 && s.covariance[i][i] > 0 {
			out[i] = math.Exp(t) * math.Sqrt(s.covariance[i][i])
		}
	}
	return out
}

// quadratic is gᵀ·covariance·g, 0 where there is no covariance.
func (s solution) quadratic(g []float64) float64 {
	v := 0.0
	for i, row := range s.covariance {
		for j, c := range row {
			v += g[i] * c * g[j]
		}
	}
	return max(0, v)
}
