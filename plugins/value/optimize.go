package value

import (
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
	second func(theta []float64) [][]float64 // second derivatives of f; nil where they are taken by differences
	lo, hi []float64
	rough  bool // differences from one side: enough where there are many customers
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
	most := 300
	if p.rough {
		most = 40
	}
	for range most {
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

// hessian is the matrix of second derivatives, where nothing else is known by differences
// of the gradient.
func (p *problem) hessian(theta []float64) [][]float64 {
	if p.second != nil {
		return p.second(theta)
	}
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
