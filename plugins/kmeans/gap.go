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

// logs returns ln(inertia) for k = 1…most, the lowest of some starts. A start serves all
// k: each has the groups of the one before and one more, which begins at a row drawn as
// k-means++ does.
func (s search) logs(w cluster.Worker, c cluster.Columns, most int) ([]float64, error) {
	d := newSample(w.Shelf, c, nil)
	seeds, out := newSeeds(&d, most), make([]float64, most)
	for k := range out {
		out[k] = math.Inf(1)
	}
	for start := range max(1, min(mostStarts, referenceRows/d.N)) {
		rnd := rand.New(rand.NewPCG(s.seed, stages/4+uint64(start)))
		if err := s.grow(w, &d, seeds, rnd, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// grow is one start of logs; out keeps what is lower.
func (s search) grow(w cluster.Worker, d *data, seeds *seeds, rnd *rand.Rand, out []float64) error {
	centres := make([]float64, 0, len(out)*d.D)
	for j := range d.D {
		centres = append(centres, d.mean(j))
	}
	var last *lloyd
	for k := 1; k <= len(out); k++ {
		if k > 1 {
			centres = append(centres, d.Row(seeds.next(rnd), seeds.row)...)
			var err error
			if last, err = iterate(w, d, centres, s.maxIterations, s.tolerance, last, nil); err != nil {
				return err
			}
		}
		vec.NearestTwo(d.Columns, 0, d.N, centres, seeds.label, seeds.near, nil)
		clear(seeds.near[d.N:])
		out[k-1] = min(out[k-1], math.Log(max(d.sum(seeds.near), math.SmallestNonzeroFloat64)))
	}
	return nil
}
