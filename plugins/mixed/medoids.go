package mixed

import (
	"math"
	"slices"

	"qunxiang/plugins/internal/cluster"
)

const (
	pamRows     = 3000 // up to which all dissimilarities are held
	pamSamples  = 5    // of larger data (CLARA, Kaufman and Rousseeuw 1990, chapter 3)
	pamSampleOf = 2000
)

// matrix holds the dissimilarities of n rows.
type matrix struct {
	n int
	d []float64
}

func (x *matrix) row(i int) []float64 { return x.d[i*x.n : (i+1)*x.n] }

func (m *measure) matrix(w cluster.Worker, p cluster.Points) (*matrix, error) {
	x := &matrix{n: p.N, d: make([]float64, p.N*p.N)}
	err := w.Each(p.N, func(i int) { m.far(x.row(i), p.Row(i), p) })
	return x, err
}

// medoids partitions around k medoids. Up to pamRows rows the search sees all
// dissimilarities; above that it is made on samples, and the medoids that serve all rows
// best are kept.
func (m *measure) medoids(w cluster.Worker, p cluster.Points, k int) (*groups, error) {
	if p.N <= pamRows {
		x, err := m.matrix(w, p)
		if err != nil {
			return nil, err
		}
		of, err := partition(w, x, k)
		if err != nil {
			return nil, err
		}
		return m.around(w, p, of)
	}
	var best *groups
	for s := range pamSamples {
		rows := make([]int, pamSampleOf)
		sample := cluster.NewPoints(pamSampleOf, p.D)
		for i := range rows {
			rows[i] = (cluster.SampleRow(i, p.N, pamSampleOf) + s*p.N/pamSampleOf/pamSamples) % p.N
			copy(sample.Row(i), p.Row(rows[i]))
		}
		x, err := m.matrix(w, sample)
		if err != nil {
			return nil, err
		}
		of, err := partition(w, x, k)
		if err != nil {
			return nil, err
		}
		for c := range of {
			of[c] = rows[of[c]]
		}
		g, err := m.around(w, p, of)
		if err != nil {
			return nil, err
		}
		if best == nil || g.cost < best.cost {
			best = g
		}
	}
	return best, nil
}

// around gives every row the nearest of the rows that are medoids.
func (m *measure) around(w cluster.Worker, p cluster.Points, of []int) (*groups, error) {
	g := &groups{k: len(of), centres: cluster.NewPoints(len(of), p.D), label: make([]int32, p.N)}
	for c, i := range of {
		copy(g.centres.Row(c), p.Row(i))
	}
	blocks := (p.N + cluster.BlockRows - 1) / cluster.BlockRows
	cost := make([]float64, blocks)
	err := w.EachBlock(p.N, func(block, from, to int) {
		for i := from; i < to; i++ {
			best := math.Inf(1)
			for c := range g.k {
				if d := m.between(p.Row(i), g.centres.Row(c)); d < best {
					best, g.label[i] = d, int32(c)
				}
			}
			cost[block] += best
		}
	})
	g.count = make([]int, g.k)
	for _, c := range g.label {
		g.count[c]++
	}
	for _, x := range cost {
		g.cost += x
	}
	return g, err
}

// partition returns the medoids after BUILD and SWAP: first the row with the least sum
// of dissimilarities, then each time the row that lowers the cost most, then the swap
// that lowers it most until none does.
func partition(w cluster.Worker, x *matrix, k int) ([]int, error) {
	b := &building{x: x, near: slices.Repeat([]float64{math.Inf(1)}, x.n)}
	rounding := 0.0 // what rounding may take for a gain, also where nothing is left to gain
	for c := range k {
		if err := w.Ctx.Err(); err != nil {
			return nil, err
		}
		if err := b.add(w); err != nil {
			return nil, err
		}
		if c == 0 {
			rounding = 1e-12 * b.cost()
		}
	}
	for {
		if err := w.Ctx.Err(); err != nil {
			return nil, err
		}
		out, in, gain, err := b.best(w)
		if err != nil {
			return nil, err
		}
		if gain >= -rounding {
			return b.of, nil
		}
		b.of[out] = in
	}
}

// building is a set of medoids on its way.
type building struct {
	x    *matrix
	of   []int
	near []float64 // from each row to the nearest medoid
}

// add takes the row that lowers the cost most, the first of equals.
func (b *building) add(w cluster.Worker) error {
	sum := make([]float64, b.x.n)
	if err := w.Each(b.x.n, func(c int) {
		s := 0.0
		for i, d := range b.x.row(c) {
			s += min(d, b.near[i])
		}
		sum[c] = s
	}); err != nil {
		return err
	}
	at := -1
	for c, s := range sum {
		if !slices.Contains(b.of, c) && (at < 0 || s < sum[at]) {
			at = c
		}
	}
	b.of = append(b.of, at)
	for i, d := range b.x.row(at) {
		b.near[i] = min(b.near[i], d)
	}
	return nil
}

func (b *building) cost() (sum float64) {
	for i := range b.x.n {
		near := math.Inf(1)
		for _, c := range b.of {
			near = min(near, b.x.row(c)[i])
		}
		sum += near
	}
	return sum
}

// nearness is what the search for a swap needs of the medoids: of each row the nearest,
// and how far it and the second are.
type nearness struct {
	nearest       []int
	first, second []float64
	removal       []float64 // what losing each medoid costs
}

func (b *building) nearness() *nearness {
	n := b.x.n
	s := &nearness{make([]int, n), slices.Repeat([]float64{math.Inf(1)}, n), slices.Repeat([]float64{math.Inf(1)}, n), make([]float64, len(b.of))}
	for i := range n {
		for c, of := range b.of {
			switch d := b.x.row(of)[i]; {
			case d < s.first[i]:
				s.nearest[i], s.first[i], s.second[i] = c, d, s.first[i]
			case d < s.second[i]:
				s.second[i] = d
			}
		}
		if len(b.of) > 1 {
			s.removal[s.nearest[i]] += s.second[i] - s.first[i]
		}
	}
	return s
}

// swap returns the medoid that a row with the given dissimilarities replaces best, and
// how the cost changes.
func (s *nearness) swap(row []float64) (out int, change float64) {
	alone := len(s.removal) == 1
	each, shared := slices.Clone(s.removal), 0.0
	for i, d := range row {
		switch c := s.nearest[i]; {
		case alone:
			shared += d - s.first[i]
		case d < s.first[i]:
			shared += d - s.first[i]
			each[c] += s.first[i] - s.second[i]
		case d < s.second[i]:
			each[c] += d - s.second[i]
		}
	}
	for c := range each {
		if each[c] < each[out] {
			out = c
		}
	}
	return out, each[out] + shared
}

// best finds the swap of a medoid with another row that changes the cost by the least
// gain. One pass for each candidate serves all medoids (FastPAM1).
func (b *building) best(w cluster.Worker) (out, in int, gain float64, err error) {
	near := b.nearness()
	outs, gains := make([]int, b.x.n), make([]float64, b.x.n)
	err = w.Each(b.x.n, func(x int) { outs[x], gains[x] = near.swap(b.x.row(x)) })
	in = -1
	for x, g := range gains {
		if !slices.Contains(b.of, x) && (in < 0 || g < gain) {
			out, in, gain = outs[x], x, g
		}
	}
	if in < 0 { // every row is a medoid
		return 0, 0, 0, err
	}
	return out, in, gain, err
}
