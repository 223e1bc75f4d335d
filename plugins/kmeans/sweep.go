package kmeans

import (
	"math"

	"qunxiang/plugins/internal/cluster"
)

// sweep finds groups for several k on the rows of q and judges them; all is what the
// rows of q stand for.
func (r *run) sweep(q *data, ks []int) ([]*cluster.Judged, error) {
	var out []*cluster.Judged
	for i, k := range ks {
		if i > 0 && r.w.Stop() {
			break
		}
		r.rep.Progress(0.1+0.5*float64(i)/float64(len(ks)), stageSweep(k))
		rivals, err := r.answers(q, k, r.set.search)
		if err != nil {
			return nil, err
		}
		g := rivals[0]
		r.rivals[g] = rivals
		j := &cluster.Judged{G: g, Inertia: g.Inertia * r.all.total / q.total, Silhouette: math.NaN(), Gap: math.NaN(), GapSE: math.NaN()}
		first, _, err := finish(r.w, q, g)
		if err != nil {
			return nil, err
		}
		for i := range first {
			first[i] = math.Sqrt(first[i])
		}
		j.Calinski, j.Davies = q.indices(g, first, cluster.Largest(first[:q.N]))
		out = append(out, j)
	}
	if len(ks) == 1 && q.N > cluster.ExactRows {
		return out, nil // judged once all rows are divided
	}
	return out, r.sweepSilhouettes(q, out)
}

// answers returns what is found for one k, the best first, as divisions of the rows of q.
func (r *run) answers(q *data, k int, s search) ([]*cluster.Grouping, error) {
	most := mostRivals
	d := q
	if r.small != nil {
		d, most = r.small, 1
		s.rough = true
	}
	found, err := s.candidates(r.w, d, k, most)
	if err != nil {
		return nil, err
	}
	if q != &r.all && !s.plain {
		if found[0], err = s.exchanges(r.w, d, found[0]); err != nil {
			return nil, err
		}
	}
	if r.small != nil {
		g := &cluster.Grouping{K: k, Centres: found[0].Centres, Count: make([]int, k)}
		return []*cluster.Grouping{g}, relabel(r.w, q, g)
	}
	return found, nil
}

// sweepSilhouettes measures all k on the same rows.
func (r *run) sweepSilhouettes(q *data, all []*cluster.Judged) error {
	c, of := q.Columns, make([]*cluster.Grouping, len(all))
	for i, j := range all {
		of[i] = j.G
	}
	if q.N > cluster.ExactRows {
		rows := cluster.Evenly(q.N, cluster.SilhouetteRows)
		c = cluster.Gather(c, rows)
		for i, j := range all {
			of[i] = &cluster.Grouping{K: j.G.K, Label: make([]int32, len(rows)), Count: make([]int, j.G.K)}
			for at, row := range rows {
				of[i].Label[at] = j.G.Label[row]
				of[i].Count[j.G.Label[row]]++
			}
		}
	}
	values, err := cluster.ColumnSilhouettes(r.w, c, of)
	if err != nil {
		return err
	}
	for i, j := range all {
		if j.G.K > 1 && j.G.K < q.N {
			j.Silhouette = cluster.Mean(values[i])
		}
		if c.N == q.N {
			j.Rows = values[i]
		}
	}
	return nil
}

// indices returns Calinski–Harabasz and Davies–Bouldin of groups whose rows lie so far
// from their centres, far at most; NaN where they are undefined.
func (d *data) indices(g *cluster.Grouping, distance []float64, far float64) (calinski, davies float64) {
	if g.K < 2 || g.K >= d.N {
		return math.NaN(), math.NaN()
	}
	mean, t := make([]float64, d.D), distance[:d.N]
	for j := range mean {
		mean[j] = d.mean(j)
	}
	weight := make([]float64, g.K)
	for c, n := range g.Count {
		weight[c] = float64(n)
	}
	if d.weight != nil {
		weight = cluster.GroupSums(d.weight, g.Label, g.K, cluster.Largest(d.weight))
		t = make([]float64, d.N)
		for i, w := range d.weight {
			t[i] = w * distance[i]
		}
		far = cluster.Largest(t)
	}
	spread := cluster.GroupSums(t, g.Label, g.K, far)
	each := make([]float64, g.K)
	for c, w := range weight {
		if w > 0 {
			each[c] = spread[c] / w
		}
	}
	return cluster.Calinski(g, mean, weight, d.total), cluster.Davies(g, each)
}
