package kmeans

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/cluster"
)

const (
	exchangeRows = 2_000 // of a group that say what dividing it would gain
	exchangeMost = 16    // pairs of groups that are tried
	exchangeTurn = 4     // times that the pairs are ranked again after a success
)

// exchanges tries to leave a local optimum of many rows: one group is given up, another
// divided, those pairs first that promise the lowest inertia. It returns the best of
// what it found.
func (s search) exchanges(w cluster.Worker, d *data, g *cluster.Grouping) (*cluster.Grouping, error) {
	if g.K < 3 || g.Inertia == 0 {
		return g, nil
	}
	view, err := s.newLook(w, d, g)
	if err != nil {
		return nil, err
	}
	for range exchangeTurn {
		pairs, err := s.pairs(w, d.few(), g)
		if err != nil {
			return nil, err
		}
		next, err := s.exchange(w, view, pairs)
		if err != nil {
			return nil, err
		}
		if next == nil {
			break
		}
		g = next
		if err := view.after(w, s, g); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// exchange returns what the first of the centres that lead to a lower inertia lead to, nil
// where none do.
func (s search) exchange(w cluster.Worker, view *look, pairs [][]float64) (*cluster.Grouping, error) {
	for _, centres := range pairs {
		if w.Stop() {
			break
		}
		hopeful, err := view.at(w, s, centres, promising)
		if err != nil {
			return nil, err
		}
		if !hopeful {
			continue
		}
		next, err := view.beat(w, s, centres)
		if err != nil {
			return nil, err
		}
		if next.Inertia < view.base*(1-s.tolerance/10-gain) {
			return next, nil
		}
	}
	return nil, nil
}

// pairs returns centres for the most promising exchanges. Giving up a group costs what its
// rows' second nearest centres are farther away; what dividing one gains is measured on
// some of its rows.
func (s search) pairs(w cluster.Worker, d *data, g *cluster.Grouping) ([][]float64, error) {
	own := *g
	own.Label, own.Count = nil, slices.Clone(g.Count)
	first, second, err := finish(w, d, &own)
	if err != nil {
		return nil, err
	}
	rows := make([][]int32, g.K)
	cost := make([]float64, g.K)
	for c, n := range own.Count {
		rows[c] = large.Take[int32](w.Shelf, n)[:0]
	}
	for i, c := range own.Label {
		cost[c] += d.heft(i) * (second[i] - first[i])
		rows[c] = append(rows[c], int32(i))
	}
	type pair struct {
		from, to int
		change   float64
	}
	var all []pair
	halves := make([][]float64, g.K)
	for to := range g.K {
		gain, two, err := s.divide(w, d, rows[to], uint64(to))
		if err != nil {
			return nil, err
		}
		halves[to] = two
		for from := range g.K {
			if from != to && two != nil {
				all = append(all, pair{from, to, cost[from] - gain})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b pair) int { return cmp.Compare(a.change, b.change) })
	var out [][]float64
	for _, p := range all[:min(len(all), exchangeMost)] {
		centres := slices.Clone(own.Centres)
		copy(centres[p.to*d.D:(p.to+1)*d.D], halves[p.to][:d.D])
		copy(centres[p.from*d.D:(p.from+1)*d.D], halves[p.to][d.D:])
		out = append(out, centres)
	}
	return out, nil
}

// divide returns what dividing some rows in two gains, and the two centres; nil where
// there are too few different rows.
func (s search) divide(w cluster.Worker, d *data, rows []int32, stream uint64) (gain float64, two []float64, err error) {
	some := large.Take[int32](w.Shelf, exchangeRows)[:0]
	for _, at := range cluster.Evenly(len(rows), exchangeRows) {
		some = append(some, rows[at])
	}
	if len(some) < 3 {
		return 0, nil, nil
	}
	part := newSample(w.Shelf, w.Gather(d.Columns, some), d.weights(some))
	whole := part.variance * part.total * float64(d.D)
	if !(whole > 0) {
		return 0, nil, nil
	}
	g, err := runLloyd(w, &part, plusPlus(&part, 2, rand.New(rand.NewPCG(s.seed, stages-1-stream))), 20, roughly)
	if err == nil {
		err = relabel(w, &part, g)
	}
	if err != nil {
		return 0, nil, err
	}
	return (whole - g.Inertia) * float64(len(rows)) / float64(len(some)), g.Centres, nil
}
