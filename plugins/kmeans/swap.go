package kmeans

import (
	"math/rand/v2"
	"slices"

	"qunxiang/plugins/internal/cluster"
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
func (s search) swaps(w cluster.Worker, p cluster.Points, g *cluster.Grouping) (*cluster.Grouping, error) {
	tries := min(swapsPerGroup*g.K, int(swapWork/swapIterations/float64(p.N*g.K*p.D)))
	if g.K < 2 || g.K >= p.N || g.Inertia == 0 {
		return g, nil
	}
	rnd := rand.New(rand.NewPCG(s.seed, uint64(g.K)*stages+stages/2))
	for range tries {
		if w.Stop() {
			break
		}
		centres := slices.Clone(g.Centres)
		c := rnd.IntN(g.K)
		copy(centres[c*p.D:(c+1)*p.D], p.Row(draw(g, p, rnd)))
		next, err := runLloyd(w, p, centres, s.maxIterations, s.tolerance)
		if err == nil {
			err = polish(w, p, next)
		}
		if err != nil {
			return nil, err
		}
		if next.Inertia < g.Inertia*(1-gain) {
			g = next
		}
	}
	return g, nil
}

// draw picks a row with a chance in proportion to its squared distance to its centre.
func draw(g *cluster.Grouping, p cluster.Points, rnd *rand.Rand) int {
	left := rnd.Float64() * g.Inertia
	for i, c := range g.Label {
		left -= cluster.Square(p.Row(i), g.Centres[int(c)*p.D:(int(c)+1)*p.D])
		if left < 0 {
			return i
		}
	}
	return p.N - 1
}
