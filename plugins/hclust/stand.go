package hclust

import (
	"math"

	"qunxiang/plugins/internal/cluster"
)

// medoidRows is the number of a group's sites that its medoid is near to on average.
const medoidRows = 1_000

// standIns returns what stands for each group when customers are compared with it: its
// mean for linkages that work on positions, otherwise its medoid, the site with the
// smallest sum of distances to the others (to evenly spaced ones in a large group).
func (r *run) standIns() (cluster.Points, error) {
	p, g := r.Data.P, r.G
	if r.set.positions() {
		return cluster.Points{N: g.K, D: p.D, X: g.Centres}, nil
	}
	members := make([][]int32, g.K)
	seen := make([]bool, r.sites.p.N)
	for i, site := range r.sites.of {
		if c := g.Label[i]; !seen[site] {
			seen[site] = true
			members[c] = append(members[c], site)
		}
	}
	out := cluster.NewPoints(g.K, p.D)
	for c, all := range members {
		at, err := r.medoid(all)
		if err != nil {
			return out, err
		}
		copy(out.Row(c), r.sites.p.Row(int(at)))
	}
	return out, nil
}

func (r *run) medoid(all []int32) (int32, error) {
	others := all
	if len(all) > medoidRows {
		others = make([]int32, medoidRows)
		for i := range others {
			others[i] = all[cluster.SampleRow(i, len(all), medoidRows)]
		}
	}
	sum := make([]float64, len(all))
	err := r.w.Each(len(all), func(i int) {
		row := r.sites.p.Row(int(all[i]))
		for _, o := range others {
			sum[i] += float64(r.sites.weight[o]) * r.metric.between(row, r.sites.p.Row(int(o)))
		}
	})
	best := 0
	for i, s := range sum {
		if s < sum[best] {
			best = i
		}
	}
	return all[best], err
}

// standing returns every row's simplified silhouette and its distance to what stands
// for its own group.
func standing(w cluster.Worker, p cluster.Points, m metric, stands cluster.Points, label []int32, count []int) (value, distance []float64, err error) {
	value, distance = make([]float64, p.N), make([]float64, p.N)
	err = w.EachBlock(p.N, func(_, from, to int) {
		for i := from; i < to; i++ {
			other := math.Inf(1)
			for c := range stands.N {
				d := min(m.between(p.Row(i), stands.Row(c)), math.MaxFloat64)
				if c == int(label[i]) {
					distance[i] = d
				} else {
					other = min(other, d)
				}
			}
			if count[label[i]] > 1 {
				value[i] = cluster.Contrast(distance[i], other)
			}
		}
	})
	return value, distance, err
}

// nearest returns the group whose stand-in is nearest to a row, the first of equals.
func nearest(row []float64, m metric, stands cluster.Points) int32 {
	best, least := int32(0), math.Inf(1)
	for c := range stands.N {
		if d := m.between(row, stands.Row(c)); d < least {
			best, least = int32(c), d
		}
	}
	return best
}

// byCells counts the customers whose nearest group is another than that of the cell that
// they are in, where the cell's own is its nearest: they are misplaced by the cells,
// not by the joins. It is 0 where sites are no cells.
func (r *run) byCells() (int, error) {
	if r.sites.split == nil {
		return 0, nil
	}
	p, s := r.Data.P, r.sites
	own := make([]int32, s.p.N)
	for i := range own {
		own[i] = nearest(s.p.Row(i), r.metric, r.stands)
	}
	wrong := make([]int, (p.N+cluster.BlockRows-1)/cluster.BlockRows)
	err := r.w.EachBlock(p.N, func(b, from, to int) {
		for i := from; i < to; i++ {
			if c := r.G.Label[i]; own[s.of[i]] == c && nearest(p.Row(i), r.metric, r.stands) != c {
				wrong[b]++
			}
		}
	})
	all := 0
	for _, n := range wrong {
		all += n
	}
	return all, err
}
