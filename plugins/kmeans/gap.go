package kmeans

import (
	"math"

	"qunxiang/plugins/internal/cluster"
)

// reference is the quick search that the data and the sets without structure get.
func (s search) reference() search {
	return search{restarts: 1, maxIterations: 100, tolerance: 1e-3, seed: s.seed, plain: true, rough: true}
}

// logs returns ln(inertia) for k = 1…most.
func (s search) logs(w cluster.Worker, c cluster.Columns, most int) ([]float64, error) {
	d, out := newSample(c, nil), make([]float64, most)
	for k := 1; k <= most; k++ {
		g, err := s.compete(w, &d, k)
		if err != nil {
			return nil, err
		}
		out[k-1] = math.Log(max(g.Inertia, math.SmallestNonzeroFloat64))
	}
	return out, nil
}
