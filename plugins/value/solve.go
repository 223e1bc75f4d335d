package value

import (
	"context"
	"math"
	"slices"
)

// solution is a maximum of a likelihood with what is known about its precision.
type solution struct {
	theta      []float64   // logarithms of the parameters
	value      float64     // mean negative log-likelihood
	covariance [][]float64 // of theta; nil where it cannot be had
	bound      []int       // −1 at the lower, +1 at the upper bound, 0 inside
	weak       []bool      // inside, but uncertain by more than a factor of ten
}

// weakSpread is the standard error of a logarithm from which a parameter counts as
// barely determined: its 95 % interval reaches to ten times and a tenth of it.
const weakSpread = 2.302585 / normal95

// solve runs the search from several starts and proves what it found: Newton's steps at
// the end, the curvature, and the borders where a parameter is barely determined. Where
// the data are large, starts and borders are tried on a sample, part, of so many
// customers, and what is found there, inside and on a border, is carried on with all.
func solve(ctx context.Context, full, part *problem, starts [][]float64, total, partTotal float64) (solution, error) {
	best := optimum{value: math.Inf(1)}
	for _, s := range starts {
		if o := part.minimize(optimum{theta: s}, 1e-7); o.value < best.value {
			best = o
		}
	}
	if err := ctx.Err(); err != nil {
		return solution{}, err
	}
	if part == full {
		s := full.borders(ctx, full.prove(full.minimize(best, 1e-6), total), total)
		return s, ctx.Err()
	}
	edge := part.borders(ctx, part.prove(best, partTotal), partTotal)
	if full.second != nil { // a better start than what the search of the sample learnt on its way
		if inverse := invert(full.second(best.theta), full.inside(best.theta)); inverse != nil {
			best.inverse = inverse
		}
	}
	found := full.minimize(best, 1e-6)
	if slices.ContainsFunc(edge.bound, func(b int) bool { return b != 0 }) {
		if o := full.minimize(optimum{theta: edge.theta}, 1e-6); o.value <= found.value+1e-9/total {
			found = o
		}
	}
	return full.prove(found, total), ctx.Err()
}

// borders probes every parameter that is barely determined.
func (p *problem) borders(ctx context.Context, s solution, total float64) solution {
	for i := range s.weak {
		if s.weak[i] {
			s = p.probe(ctx, s, i, total)
		}
	}
	return s
}

// prove computes the curvature at an optimum, polishes it by Newton's method with this
// curvature, and gives the covariance.
func (p *problem) prove(o optimum, total float64) solution {
	n := len(o.theta)
	s := solution{theta: o.theta, value: o.value, bound: make([]int, n), weak: make([]bool, n)}
	free := p.inside(s.theta)
	s.covariance = invert(p.hessian(s.theta), free)
	if s.covariance != nil {
		p.polish(&s, free)
	}
	for i := range n {
		s.bound[i] = p.side(s.theta[i], i)
		if s.covariance == nil {
			s.weak[i] = s.bound[i] == 0
			continue
		}
		for j := range n {
			s.covariance[i][j] /= total
		}
		s.weak[i] = s.bound[i] == 0 && s.covariance[i][i] > weakSpread*weakSpread
	}
	return s
}

// polish takes steps with the inverse Hessian that stands in s.covariance, while they
// lower the gradient.
func (p *problem) polish(s *solution, free []bool) {
	g, ng := make([]float64, len(s.theta)), make([]float64, len(s.theta))
	p.eval(s.theta, g)
	for range 4 {
		step, slope := direction(s.covariance, g, free)
		moved := math.Sqrt(-min(slope, 0))
		if moved < 1e-10 || moved > 0.1 || largest(g, free) < 1e-12 { // done, or far from where Newton helps
			return
		}
		nx := slices.Clone(s.theta)
		for i := range nx {
			nx[i] += step[i]
		}
		p.clamp(nx)
		f := p.eval(nx, ng)
		if !(f <= s.value+1e-13*math.Abs(s.value)) || largest(ng, free) >= largest(g, free) {
			return
		}
		s.theta, s.value = nx, f
		g, ng = ng, g
	}
}

func (p *problem) side(v float64, i int) int {
	const near = 1e-6
	switch {
	case v <= p.lo[i]+near:
		return -1
	case v >= p.hi[i]-near:
		return 1
	}
	return 0
}

func (p *problem) inside(theta []float64) []bool {
	out := make([]bool, len(theta))
	for i, v := range theta {
		out[i] = p.side(v, i) == 0
	}
	return out
}

// probe puts a barely determined parameter on each of its bounds, finds the best others,
// and takes that point where it is no worse: a likelihood that still rises there has its
// maximum at infinity, and whatever finite value a search ends at is an accident.
func (p *problem) probe(ctx context.Context, s solution, i int, total float64) solution {
	for _, at := range []float64{p.lo[i], p.hi[i]} {
		if ctx.Err() != nil {
			return s
		}
		pinned := &problem{f: p.f, second: p.second, lo: slices.Clone(p.lo), hi: slices.Clone(p.hi)}
		pinned.lo[i], pinned.hi[i] = at, at
		for _, from := range p.along(s, i, at) {
			o := pinned.minimize(optimum{theta: from}, 1e-9)
			if o.value <= s.value+1e-9/total {
				s = pinned.prove(o, total)
				for j, v := range s.theta {
					s.bound[j] = p.side(v, j)
				}
			}
		}
	}
	return s
}

// along are starts for a probe: the other parameters as they are, and moved together
// with the pinned one, since what runs away in these models is mostly a pair whose
// ratio is settled.
func (p *problem) along(s solution, i int, at float64) [][]float64 {
	from := slices.Clone(s.theta)
	from[i] = at
	pair := slices.Clone(from)
	if j := i ^ 1; j < len(pair) {
		pair[j] += at - s.theta[i]
	}
	return [][]float64{from, pair}
}
