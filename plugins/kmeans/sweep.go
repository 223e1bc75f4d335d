package kmeans

import (
	"math"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
)

// sweep finds groups for several k and judges them. Above sampleRows it works on a
// sample; whole is then the number of all rows, to which the inertia is scaled.
func (s search) sweep(w cluster.Worker, p cluster.Points, ks []int, rep sdk.Reporter) ([]*cluster.Judged, error) {
	q := p.Sample(cluster.SampleRows)
	var out []*cluster.Judged
	for i, k := range ks {
		if i > 0 && w.Stop() {
			break
		}
		rep.Progress(0.1+0.5*float64(i)/float64(len(ks)), stageSweep(k))
		if q.N < p.N && q.Distinct() < k {
			q = p
		}
		g, err := s.compete(w, q, k)
		if err != nil {
			return nil, err
		}
		j := &cluster.Judged{G: g, Inertia: g.Inertia * float64(p.N) / float64(q.N), Gap: math.NaN(), GapSE: math.NaN()}
		_, distance, err := cluster.CentreSilhouette(w, q, g.Centres, g.Label, g.Count)
		if err != nil {
			return nil, err
		}
		j.Calinski, j.Davies = cluster.CalinskiHarabasz(q, g), cluster.DaviesBouldin(q, g, distance)
		out = append(out, j)
	}
	return out, s.sweepSilhouettes(w, q, out)
}

// sweepSilhouettes measures all k on the same rows.
func (s search) sweepSilhouettes(w cluster.Worker, q cluster.Points, all []*cluster.Judged) error {
	r := q
	of := make([]*cluster.Grouping, len(all))
	for i, j := range all {
		of[i] = j.G
	}
	if q.N > cluster.ExactRows {
		r = q.Sample(cluster.SilhouetteRows)
		for i, j := range all {
			c := &cluster.Grouping{K: j.G.K, Centres: j.G.Centres, Label: make([]int32, r.N), Count: make([]int, j.G.K)}
			if err := finish(w, r, c); err != nil {
				return err
			}
			of[i] = c
		}
	}
	values, err := cluster.Silhouettes(w, r, of, cluster.Distances)
	if err != nil {
		return err
	}
	for i, j := range all {
		j.Silhouette = math.NaN()
		if j.G.K > 1 && j.G.K < q.N {
			j.Silhouette = cluster.Mean(values[i])
		}
		if r.N == q.N {
			j.Rows = values[i]
		}
	}
	return nil
}
