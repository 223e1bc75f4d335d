package kmeans

import (
	"math"
	"math/rand/v2"
	"slices"

	"qunxiang/plugins/internal/cluster"
)

// search are the parameters of the search for one k.
type search struct {
	random        bool // starts are random rows, not k-means++
	restarts      int
	maxIterations int
	tolerance     float64
	seed          uint64
	plain         bool // no swaps after the restarts
}

// Sizes above which work is done on a sample first.
const (
	polishRows  = 50_000  // up to here the result is polished until no move helps
	polishMoves = 1_000   // passes; never reached in practice
	stages      = 1 << 32 // keeps the random streams of different k apart
)

// compete runs the restarts, takes the one with the lowest inertia (the first of
// equals) and tries to improve it by swaps. One start alone is left as it is.
func (s search) compete(w cluster.Worker, p cluster.Points, k int) (*cluster.Grouping, error) {
	runs := s.restarts
	if k == 1 || k >= p.N {
		runs = 1
	}
	found := make([]*cluster.Grouping, runs)
	errs := make([]error, runs)
	inner := w
	if runs > 1 {
		inner = w.Single()
	}
	if err := w.Each(runs, func(r int) {
		if r > 0 && w.Stop() {
			return
		}
		found[r], errs[r] = s.once(inner, p, k, uint64(r))
	}); err != nil {
		return nil, err
	}
	var best *cluster.Grouping
	for r, g := range found {
		if errs[r] != nil {
			return nil, errs[r]
		}
		if g != nil && (best == nil || g.Inertia < best.Inertia*(1-gain)) {
			best = g
		}
	}
	if runs == 1 || s.plain {
		return best, nil
	}
	return s.swaps(w, p, best)
}

func (s search) once(w cluster.Worker, p cluster.Points, k int, run uint64) (*cluster.Grouping, error) {
	rnd := rand.New(rand.NewPCG(s.seed, uint64(k)*stages+run))
	var centres []float64
	if s.random {
		centres = randomRows(p, k, rnd)
	} else {
		centres = plusPlus(p, k, rnd)
	}
	g, err := runLloyd(w, p, centres, s.maxIterations, s.tolerance)
	if err != nil {
		return nil, err
	}
	return g, polish(w, p, g)
}

// randomRows picks k rows of different values.
func randomRows(p cluster.Points, k int, rnd *rand.Rand) []float64 {
	centres := make([]float64, 0, k*p.D)
	for _, i := range rnd.Perm(p.N) {
		row, known := p.Row(i), false
		for at := 0; at < len(centres); at += p.D {
			known = known || slices.Equal(centres[at:at+p.D], row)
		}
		if !known {
			centres = append(centres, row...)
		}
		if len(centres) == k*p.D {
			break
		}
	}
	return centres
}

// plusPlus picks k starting centres: each with a chance that grows with the squared
// distance to those already there, the best of 2+⌊ln k⌋ candidates (Arthur and
// Vassilvitskii 2007, with their greedy variant).
func plusPlus(p cluster.Points, k int, rnd *rand.Rand) []float64 {
	centres := slices.Clone(p.Row(rnd.IntN(p.N)))
	near := make([]float64, p.N) // squared distance to the nearest centre
	for i := range near {
		near[i] = cluster.Square(p.Row(i), centres)
	}
	tries := 2 + int(math.Log(float64(k)))
	sums, trial, best := make([]float64, p.N), make([]float64, p.N), make([]float64, p.N)
	for len(centres) < k*p.D {
		total := 0.0
		for i, s := range near {
			total += s
			sums[i] = total
		}
		chosen, lowest := -1, math.Inf(1)
		for range tries {
			i, _ := slices.BinarySearch(sums, rnd.Float64()*total)
			for i < p.N-1 && near[i] == 0 { // a border of the sums: never a centre again
				i++
			}
			if i >= p.N || near[i] == 0 {
				i = farthest(near)
			}
			if sum := coverWith(p, i, near, trial); sum < lowest {
				chosen, lowest = i, sum
				trial, best = best, trial
			}
		}
		centres = append(centres, p.Row(chosen)...)
		near, best = best, near
	}
	return centres
}

// coverWith fills out with the squared distances to the nearest centre once row at is
// one, and returns their sum.
func coverWith(p cluster.Points, at int, near, out []float64) float64 {
	row, sum := p.Row(at), 0.0
	for i, old := range near {
		s := min(old, cluster.Square(p.Row(i), row))
		out[i] = s
		sum += s
	}
	return sum
}

func farthest(near []float64) int {
	at := 0
	for i, s := range near {
		if s > near[at] {
			at = i
		}
	}
	return at
}
