package kmeans

import (
	"math"
	"math/rand/v2"
	"slices"
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
	sampleRows  = 20_000  // rows on which restarts compete
	polishRows  = 50_000  // up to here the result is polished until no move helps
	polishMoves = 1_000   // passes; never reached in practice
	stages      = 1 << 32 // keeps the random streams of different k apart
)

// compete runs the restarts, takes the one with the lowest inertia (the first of
// equals) and tries to improve it by swaps. One start alone is left as it is.
func (s search) compete(w worker, p points, k int) (*grouping, error) {
	runs := s.restarts
	if k == 1 || k >= p.n {
		runs = 1
	}
	found := make([]*grouping, runs)
	errs := make([]error, runs)
	inner := w
	if runs > 1 {
		inner = w.single()
	}
	if err := w.each(runs, func(r int) {
		if r > 0 && w.stop() {
			return
		}
		found[r], errs[r] = s.once(inner, p, k, uint64(r))
	}); err != nil {
		return nil, err
	}
	var best *grouping
	for r, g := range found {
		if errs[r] != nil {
			return nil, errs[r]
		}
		if g != nil && (best == nil || g.inertia < best.inertia*(1-gain)) {
			best = g
		}
	}
	if runs == 1 || s.plain {
		return best, nil
	}
	return s.swaps(w, p, best)
}

func (s search) once(w worker, p points, k int, run uint64) (*grouping, error) {
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
func randomRows(p points, k int, rnd *rand.Rand) []float64 {
	centres := make([]float64, 0, k*p.d)
	for _, i := range rnd.Perm(p.n) {
		row, known := p.row(i), false
		for at := 0; at < len(centres); at += p.d {
			known = known || slices.Equal(centres[at:at+p.d], row)
		}
		if !known {
			centres = append(centres, row...)
		}
		if len(centres) == k*p.d {
			break
		}
	}
	return centres
}

// plusPlus picks k starting centres: each with a chance that grows with the squared
// distance to those already there, the best of 2+⌊ln k⌋ candidates (Arthur and
// Vassilvitskii 2007, with their greedy variant).
func plusPlus(p points, k int, rnd *rand.Rand) []float64 {
	centres := slices.Clone(p.row(rnd.IntN(p.n)))
	near := make([]float64, p.n) // squared distance to the nearest centre
	for i := range near {
		near[i] = square(p.row(i), centres)
	}
	tries := 2 + int(math.Log(float64(k)))
	sums, trial, best := make([]float64, p.n), make([]float64, p.n), make([]float64, p.n)
	for len(centres) < k*p.d {
		total := 0.0
		for i, s := range near {
			total += s
			sums[i] = total
		}
		chosen, lowest := -1, math.Inf(1)
		for range tries {
			i, _ := slices.BinarySearch(sums, rnd.Float64()*total)
			for i < p.n-1 && near[i] == 0 { // a border of the sums: never a centre again
				i++
			}
			if i >= p.n || near[i] == 0 {
				i = farthest(near)
			}
			if sum := coverWith(p, i, near, trial); sum < lowest {
				chosen, lowest = i, sum
				trial, best = best, trial
			}
		}
		centres = append(centres, p.row(chosen)...)
		near, best = best, near
	}
	return centres
}

// coverWith fills out with the squared distances to the nearest centre once row at is
// one, and returns their sum.
func coverWith(p points, at int, near, out []float64) float64 {
	row, sum := p.row(at), 0.0
	for i, old := range near {
		s := min(old, square(p.row(i), row))
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
