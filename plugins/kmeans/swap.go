package kmeans

import (
	"math/rand/v2"
	"slices"
)

// swapWork bounds the effort of swaps: rows × groups × features × iterations.
const (
	swapWork       = 2e7
	swapIterations = 15 // of Lloyd, typically
	swapsPerGroup  = 10
)

// swaps tries to leave a local optimum: one random centre goes, a row drawn by its
// squared distance becomes one, and the result is kept when it is better (random swap,
// Fränti 2018). The number of tries shrinks as the data grow.
func (s search) swaps(w worker, p points, g *grouping) (*grouping, error) {
	tries := min(swapsPerGroup*g.k, int(swapWork/swapIterations/float64(p.n*g.k*p.d)))
	if g.k < 2 || g.k >= p.n || g.inertia == 0 {
		return g, nil
	}
	rnd := rand.New(rand.NewPCG(s.seed, uint64(g.k)*stages+stages/2))
	for range tries {
		if w.stop() {
			break
		}
		centres := slices.Clone(g.centres)
		c := rnd.IntN(g.k)
		copy(centres[c*p.d:(c+1)*p.d], p.row(g.draw(p, rnd)))
		next, err := runLloyd(w, p, centres, s.maxIterations, s.tolerance)
		if err == nil {
			err = polish(w, p, next)
		}
		if err != nil {
			return nil, err
		}
		if next.inertia < g.inertia*(1-gain) {
			g = next
		}
	}
	return g, nil
}

// draw picks a row with a chance in proportion to its squared distance to its centre.
func (g *grouping) draw(p points, rnd *rand.Rand) int {
	left := rnd.Float64() * g.inertia
	for i, c := range g.label {
		left -= square(p.row(i), g.centres[int(c)*p.d:(int(c)+1)*p.d])
		if left < 0 {
			return i
		}
	}
	return p.n - 1
}
