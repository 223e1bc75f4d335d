package kmeans

import (
	"math"
	"slices"
)

// mixer makes Lloyd's iteration of very many rows arrive sooner. Near the end the centres
// creep towards where they will stand, each step a little shorter than the one before; how
// the last steps differed tells where that is (Anderson, Iterative procedures for nonlinear
// integral equations, JACM 12, 1965; for k-means Zhang et al., Fast K-Means Clustering with
// Anderson Acceleration, 2018). A step ahead that does not lower the inertia is taken back.
type mixer struct {
	at    []float64   // centres that the rows' groups at hand belong to
	safe  []float64   // where the plain iteration would have gone from the step before
	ahead bool        // the last step was not a plain one
	best  float64     // what lies between the groups, of the best step; the larger, the better
	about []float64   // a point near the mean of all rows
	steps [][]float64 // the last plain steps, and
	ends  [][]float64 // where they ended
}

const mixDepth = 5 // steps that are looked back at

func newMixer(centres []float64, d int) *mixer {
	m := &mixer{at: slices.Clone(centres), best: math.Inf(-1), about: make([]float64, d)}
	for at, x := range centres {
		m.about[at%d] += x / float64(len(centres)/d)
	}
	return m
}

// forget makes the next step a plain one.
func (m *mixer) forget() { m.steps, m.ends, m.ahead = nil, nil, false }

// step takes the centres, which a plain step has just moved, farther ahead or back.
func (m *mixer) step(l *lloyd) {
	now := m.between(l)
	if m.ahead && now < m.best {
		copy(l.g.Centres, m.safe)
		m.forget()
	} else {
		m.best = now
		m.look(l.g.Centres)
	}
	m.moved(l)
}

// moved takes note of where the centres are, and how far they went.
func (m *mixer) moved(l *lloyd) {
	d := l.d.D
	l.stay()
	for c := range l.g.K {
		s := 0.0
		for j := c * d; j < (c+1)*d; j++ {
			t := l.g.Centres[j] - m.at[j]
			s += float64(t * t)
		}
		l.went(c, math.Sqrt(s))
	}
	if l.upper != nil {
		l.halves()
	}
	copy(m.at, l.g.Centres)
}

// look moves centres ahead, if there are steps enough to tell where to.
func (m *mixer) look(centres []float64) {
	step := make([]float64, len(centres))
	for i, x := range centres {
		step[i] = x - m.at[i]
	}
	m.steps, m.ends = append(m.steps, step), append(m.ends, slices.Clone(centres))
	if len(m.steps) > mixDepth+1 {
		m.steps, m.ends = m.steps[1:], m.ends[1:]
	}
	m.ahead = false
	share := m.shares()
	if share == nil {
		return
	}
	m.safe, m.ahead = slices.Clone(centres), true
	for a, s := range share {
		for i := range centres {
			centres[i] -= float64(s * (m.ends[a+1][i] - m.ends[a][i]))
		}
	}
}

// shares returns how much of each difference of two steps makes up the last step, by least
// squares; nil where that is not to be had.
func (m *mixer) shares() []float64 {
	n := len(m.steps) - 1
	if n < 1 {
		return nil
	}
	difference := func(a, i int) float64 { return m.steps[a+1][i] - m.steps[a][i] }
	eq, trace := make([][]float64, n), 0.0
	for a := range eq {
		eq[a] = make([]float64, n+1)
		for i, x := range m.steps[n] {
			for b := range n {
				eq[a][b] += float64(difference(a, i) * difference(b, i))
			}
			eq[a][n] += float64(difference(a, i) * x)
		}
		trace += eq[a][a]
	}
	const small = 1e-10 // keeps differences that are alike apart
	for a := range eq {
		eq[a][a] += small * trace
	}
	return solve(eq)
}

// solve solves equations that are symmetric and positive by elimination; the right side is
// the last column. It returns nil where they are not.
func solve(eq [][]float64) []float64 {
	n := len(eq)
	for a := range n {
		if !(eq[a][a] > 0) {
			return nil
		}
		for b := a + 1; b < n; b++ {
			f := eq[b][a] / eq[a][a]
			for j := a; j <= n; j++ {
				eq[b][j] -= float64(f * eq[a][j])
			}
		}
	}
	out := make([]float64, n)
	for a := n - 1; a >= 0; a-- {
		x := eq[a][n]
		for b := a + 1; b < n; b++ {
			x -= float64(eq[a][b] * out[b])
		}
		if out[a] = x / eq[a][a]; out[a]-out[a] != 0 {
			return nil
		}
	}
	return out
}

// between is the weighted sum of squares of the groups' means about the point: what is
// larger has a lower inertia.
func (m *mixer) between(l *lloyd) float64 {
	sum, d := 0.0, l.d.D
	for c, w := range l.sums.weight {
		s := 0.0
		for j, x := range l.g.Centres[c*d : (c+1)*d] {
			t := x - m.about[j]
			s += float64(t * t)
		}
		sum += float64(w * s)
	}
	return sum
}
