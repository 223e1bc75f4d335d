package kmeans

import (
	"math"
	"math/rand/v2"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/vec"
)

// reference is the quick search that the data and the sets without structure get.
func (s search) reference() search {
	return search{maxIterations: 100, tolerance: 1e-2, seed: s.seed}
}

// referenceRows divided by the rows is the number of starts in logs, within these bounds.
// With few rows one start may end far from the best groups, and the gap of the data would
// be that start's luck; with many it costs time and tells nothing new.
const (
	referenceRows = 1000
	mostStarts    = 10
)

// logs returns ln(inertia) for k = 1…most, the lowest of some starts. The first start
// serves all k: each has the groups of the one before and one more, which begins at a row
// drawn as k-means++ does. The others begin anew for each k.
func (s search) logs(w cluster.Worker, c cluster.Columns, most int) ([]float64, error) {
	d, out := newSample(w.Shelf, c, nil), make([]float64, most)
	note := func(k int, near []float64) {
		out[k-1] = math.Log(max(d.sum(near), math.SmallestNonzeroFloat64))
	}
	rnd := rand.New(rand.NewPCG(s.seed, stages/4))
	if err := s.grow(w, &d, most, rnd, note); err != nil {
		return nil, err
	}
	for range min(mostStarts, referenceRows/d.N) - 1 {
		for k := 2; k <= min(most, d.N); k++ {
			g, err := runLloyd(w, &d, plusPlus(&d, k, rnd), s.maxIterations, s.tolerance)
			if err == nil {
				err = relabel(w, &d, g)
			}
			if err != nil {
				return nil, err
			}
			out[k-1] = min(out[k-1], math.Log(max(g.Inertia, math.SmallestNonzeroFloat64)))
		}
	}
	return out, nil
}

// grow is the first start of logs; it notes the squared distances to the nearest centre.
func (s search) grow(w cluster.Worker, d *data, most int, rnd *rand.Rand, note func(k int, near []float64)) error {
	seeds, centres := newSeeds(d, most), make([]float64, 0, most*d.D)
	for j := range d.D {
		centres = append(centres, d.mean(j))
	}
	var last *lloyd
	for k := 1; k <= most; k++ {
		if k > 1 {
			centres = append(centres, d.Row(seeds.next(rnd), seeds.row)...)
			var err error
			if last, err = iterate(w, d, centres, s.maxIterations, s.tolerance, last, nil); err != nil {
				return err
			}
		}
		vec.NearestTwo(d.Columns, 0, d.N, centres, seeds.label, seeds.near, nil)
		clear(seeds.near[d.N:])
		note(k, seeds.near)
	}
	return nil
}
