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

// logs returns ln(inertia) for k = 1…most. There is one start for all k: each has the
// groups of the one before and one more, which begins at a row drawn as k-means++ does.
func (s search) logs(w cluster.Worker, c cluster.Columns, most int) ([]float64, error) {
	d, out := newSample(w.Shelf, c, nil), make([]float64, most)
	rnd := rand.New(rand.NewPCG(s.seed, stages/4))
	seeds := newSeeds(&d, most)
	centres := make([]float64, 0, most*d.D)
	for j := range d.D {
		centres = append(centres, d.mean(j))
	}
	var last *lloyd
	for k := 1; k <= most; k++ {
		if k > 1 {
			centres = append(centres, d.Row(seeds.next(rnd), seeds.row)...)
			var err error
			if last, err = iterate(w, &d, centres, s.maxIterations, s.tolerance, last, nil); err != nil {
				return nil, err
			}
		}
		vec.NearestTwo(d.Columns, 0, d.N, centres, seeds.label, seeds.near, nil)
		clear(seeds.near[d.N:])
		out[k-1] = math.Log(max(d.sum(seeds.near), math.SmallestNonzeroFloat64))
	}
	return out, nil
}
