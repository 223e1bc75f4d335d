package value

import (
	"context"
	"math"
	"slices"
)

// objective is a mean negative log-likelihood per customer as a function of the
// logarithms of the parameters; it fills in the gradient. NaN means that the run was
// cancelled.
type objective func(theta, gradient []float64) float64

// problem is a search for the smallest value of an objective within bounds on the
// logarithms. Without bounds a likelihood that rises for ever, as that of customers who
// all buy alike, would end wherever the search got tired.
type problem struct {
	f      objective
	lo, hi []float64
	rough  bool // second derivatives from one side: enough where there are many customers
}

// optimum is a point that a search ended at.
type optimum struct {
	theta   []float64
	value   float64
	inverse [][]float64 // approximate inverse of the Hessian
}

// minimize is the BFGS method with backtracking on the free coordinates: one that lies
// on a bound and wants to get out stays there (Nocedal and Wright, Numerical
// Optimization, 2nd ed., algorithm 6.1).
func (p *problem) minimize(from optimum, tolerance float64) optimum {
	n := len(from.theta)
	x, g := slices.Clone(from.theta), make([]float64, n)
	p.clamp(x)
	inverse := from.inverse
	if inverse == nil {
		inverse = identity(n)
	}
	f := p.eval(x, g)
	free := p.free(x, g)
	for range 300 {
		if math.IsNaN(f) || largest(g, free) < tolerance {
			break
		}
		step, slope := direction(inverse, g, free)
		if slope > -1e-300 {
			inverse = identity(n)
			step, slope = direction(inverse, g, free)
		}
		nx, ng, nf := p.search(x, step, f, slope)
		if !(nf < f) {
			if restarted(inverse) {
				break
			}
			inverse = identity(n)
			continue
		}
		update(inverse, x, nx, g, ng)
		done := f-nf < 1e-15*(1+math.Abs(f))
		x, g, f = nx, ng, nf
		if now := p.free(x, g); !slices.Equal(now, free) {
			free, inverse = now, identity(n)
			continue
		}
		if done {
			break
		}
	}
	return optimum{theta: x, value: f, inverse: inverse}
}

func (p *problem) eval(x, g []float64) float64 {
	f := p.f(x, g)
	if math.IsInf(f, 1) {
		return math.MaxFloat64
	}
	return f
}

// search goes along step until the value falls enough.
func (p *problem) search(x, step []float64, f, slope float64) (nx, ng []float64, nf float64) {
	t := 1.0
	for _, s := range step {
		t = min(t, 2/max(math.Abs(s), 1e-12)) // at most a factor of e² at once
	}
	nx, ng = make([]float64, len(x)), make([]float64, len(x))
	for range 40 {
		for i := range x {
			nx[i] = x[i] + t*step[i]
		}
		p.clamp(nx)
		if nf = p.eval(nx, ng); nf <= f+1e-4*t*slope || math.IsNaN(nf) {
			break
		}
		t /= 2.5
	}
	return nx, ng, nf
}

func (p *problem) clamp(x []float64) {
	for i := range x {
		x[i] = min(max(x[i], p.lo[i]), p.hi[i])
	}
}

// free tells which coordinates may move.
func (p *problem) free(x, g []float64) []bool {
	out := make([]bool, len(x))
	for i := range x {
		out[i] = !(x[i] <= p.lo[i] && g[i] > 0 || x[i] >= p.hi[i] && g[i] < 0)
	}
	return out
}

func identity(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
		out[i][i] = 1
	}
	return out
}

// restarted reports whether nothing has been learnt of the curvature yet.
func restarted(inverse [][]float64) bool {
	for i, row := range inverse {
		for j, v := range row {
			if (i == j) != (v == 1) || i != j && v != 0 {
				return false
			}
		}
	}
	return true
}

func direction(inverse [][]float64, g []float64, free []bool) (step []float64, slope float64) {
	step = make([]float64, len(g))
	for i := range step {
		for j := range g {
			if free[i] && free[j] {
				step[i] -= inverse[i][j] * g[j]
			}
		}
		slope += step[i] * g[i]
	}
	return step, slope
}

func largest(g []float64, free []bool) float64 {
	out := 0.0
	for i, v := range g {
		if free[i] {
			out = max(out, math.Abs(v))
		}
	}
	return out
}

// update is the step of BFGS for the inverse.
func update(h [][]float64, x, nx, g, ng []float64) {
	n := len(x)
	s, y, hy := make([]float64, n), make([]float64, n), make([]float64, n)
	sy, yhy := 0.0, 0.0
	for i := range n {
		s[i], y[i] = nx[i]-x[i], ng[i]-g[i]
		sy += s[i] * y[i]
	}
	if !(sy > 1e-22) {
		return
	}
	for i := range n {
		for j := range n {
			hy[i] += h[i][j] * y[j]
		}
		yhy += hy[i] * y[i]
	}
	for i := range n {
		for j := range n {
			h[i][j] += (1+yhy/sy)*s[i]*s[j]/sy - (hy[i]*s[j]+s[i]*hy[j])/sy
		}
	}
}

// hessian is the matrix of second derivatives, by differences of the gradient.
func (p *problem) hessian(theta []float64) [][]float64 {
	n := len(theta)
	h, down := 1e-4, make([]float64, n)
	if p.rough {
		h = 5e-6
		p.eval(theta, down)
	}
	out, up, x := make([][]float64, n), make([]float64, n), slices.Clone(theta)
	for i := range out {
		out[i] = make([]float64, n)
		x[i] = theta[i] + h
		p.eval(x, up)
		width := h
		if !p.rough {
			x[i] = theta[i] - h
			p.eval(x, down)
			width = 2 * h
		}
		x[i] = theta[i]
		for j := range n {
			out[i][j] = (up[j] - down[j]) / width
		}
	}
	for i := range n {
		for j := range i {
			out[i][j] = (out[i][j] + out[j][i]) / 2
			out[j][i] = out[i][j]
		}
	}
	return out
}

// invert returns the inverse of the part of a positive definite matrix that belongs to
// the free coordinates, zeros elsewhere; nil where it is not positive definite.
func invert(m [][]float64, free []bool) [][]float64 {
	out, a := identity(len(m)), identity(len(m))
	for i := range m {
		for j := range m {
			if free[i] && free[j] {
				a[i][j] = m[i][j]
			}
		}
	}
	for k := range m { // elimination without exchanges: pivots tell whether it is definite
		d := a[k][k]
		if !(d > 1e-13*math.Abs(m[k][k])) && free[k] {
			return nil
		}
		scale(a[k], out[k], 1/d)
		for i := range m {
			if i != k {
				subtract(a[i], a[k], out[i], out[k], a[i][k])
			}
		}
	}
	for i := range m {
		if !free[i] {
			out[i][i] = 0
		}
	}
	return out
}

func scale(a, b []float64, f float64) {
	for j := range a {
		a[j] *= f
		b[j] *= f
	}
}

// subtract takes f times the second row off the first, in both matrices.
func subtract(a, from, b, of []float64, f float64) {
	for j := range a {
		a[j] -= f * from[j]
		b[j] -= f * of[j]
	}
}

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

// solve runs the search from several starts, on a sample first where the data are
// large, and proves what it found: Newton's steps at the end, the curvature, and the
// borders where a parameter is barely determined.
func solve(ctx context.Context, full, part *problem, starts [][]float64, total float64) (solution, error) {
	best := optimum{value: math.Inf(1)}
	for _, s := range starts {
		if o := part.minimize(optimum{theta: s}, 1e-7); o.value < best.value {
			best = o
		}
	}
	if err := ctx.Err(); err != nil {
		return solution{}, err
	}
	best = full.minimize(best, 1e-6)
	s := full.prove(best, total)
	for i := range s.weak {
		if s.weak[i] {
			s = full.probe(ctx, s, i, total)
		}
	}
	return s, ctx.Err()
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
		pinned := &problem{f: p.f, lo: slices.Clone(p.lo), hi: slices.Clone(p.hi)}
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
