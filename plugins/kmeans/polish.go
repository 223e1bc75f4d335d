package kmeans

import (
	"math"

	"qunxiang/plugins/internal/cluster"
)

// gain is the relative improvement that a single move must bring; below it rounding
// decides.
const gain = 1e-10

// polish moves single rows to another group while that lowers the inertia: a row that
// counts u and leaves a group of weight n saves u·n/(n−u)·d², joining one of weight m
// costs u·m/(m+u)·d² (Hartigan and Wong, AS 136, 1979). What no move can improve is
// stable under Lloyd's iteration, too. Bounds of the distances, widened by all that the
// centres have moved since, decide most rows without a distance. Rows must be in
// canonical order. It gives up after polishMoves passes.
func polish(w cluster.Worker, d *data, g *cluster.Grouping) error {
	first, second, err := finish(w, d, g)
	if err != nil || g.K < 2 {
		return err
	}
	m := mover{d: d, g: g, own: first, next: second, row: make([]float64, d.D), weight: make([]float64, g.K), lightest: -1}
	for i := range d.N {
		m.own[i], m.next[i] = math.Sqrt(first[i]), math.Sqrt(second[i])
		m.weight[g.Label[i]] += d.heft(i)
	}
	any := false
	for range polishMoves {
		moved := false
		for from := 0; from < d.N; from += cluster.BlockRows {
			if err := w.Ctx.Err(); err != nil {
				return err
			}
			for i := from; i < min(from+cluster.BlockRows, d.N); i++ {
				moved = m.try(i) || moved
			}
		}
		if !moved && any {
			break
		}
		if changed := m.recentre(); !moved && !changed {
			break
		}
		any = true
		if w.Stop() {
			break
		}
	}
	if any {
		err = relabel(w, d, g)
	}
	return err
}

type mover struct {
	d         *data
	g         *cluster.Grouping
	own, next []float64 // bounds: at most the distance to the own centre, at least to the nearest other
	weight    []float64 // of the groups
	row       []float64
	// drift is the sum of the largest moves of a centre so far. own[i]+drift and
	// next[i]−drift hold as bounds.
	drift float64
	// lightest and next lightest of the groups, −1 when they must be found again
	lightest, lighter int
}

// try moves row i if that helps.
func (m *mover) try(i int) bool {
	g, a := m.g, int(m.g.Label[i])
	if g.Count[a] < 2 {
		return false
	}
	n, u := m.weight[a], m.d.heft(i)
	if !(n > u) {
		return false
	}
	if own, next := m.own[i]+m.drift, m.next[i]-m.drift; next > 0 && own*own*(n/(n-u)) < next*next*m.cheapest(a, u)*slack {
		return false
	}
	return m.decide(i, a, n, u)
}

// cheapest is the smallest m/(m+u) of the other groups.
func (m *mover) cheapest(a int, u float64) float64 {
	if m.lightest < 0 {
		m.lightest, m.lighter = 0, 1
		if m.weight[1] < m.weight[0] {
			m.lightest, m.lighter = 1, 0
		}
		for c := 2; c < len(m.weight); c++ {
			if m.weight[c] < m.weight[m.lightest] {
				m.lightest, m.lighter = c, m.lightest
			} else if m.weight[c] < m.weight[m.lighter] {
				m.lighter = c
			}
		}
	}
	least := m.weight[m.lightest]
	if a == m.lightest {
		least = m.weight[m.lighter]
	}
	return least / (least + u)
}

// decide computes the distances of row i, which counts u, of group a with weight n.
func (m *mover) decide(i, a int, n, u float64) bool {
	d, g := m.d.D, m.g
	row := m.d.Row(i, m.row)
	s := cluster.Square(row, g.Centres[a*d:(a+1)*d])
	saved, nearest := s*(n/(n-u)), math.Inf(1)
	to, cost := -1, math.Inf(1)
	for c := range g.K {
		if c == a {
			continue
		}
		t := cluster.Square(row, g.Centres[c*d:(c+1)*d])
		nearest = min(nearest, t)
		if t *= m.weight[c] / (m.weight[c] + u); t < cost {
			to, cost = c, t
		}
	}
	if to < 0 || cost >= saved*(1-gain) {
		m.own[i], m.next[i] = math.Sqrt(s)-m.drift, math.Sqrt(nearest)+m.drift
		return false
	}
	m.move(i, a, to, u)
	return true
}

// move puts row i, which is in m.row, into another group.
func (m *mover) move(i, a, to int, u float64) {
	d, g, row := m.d.D, m.g, m.row
	own, other := g.Centres[a*d:(a+1)*d], g.Centres[to*d:(to+1)*d]
	left, joined := u/(m.weight[a]-u), u/(m.weight[to]+u)
	far := max(math.Sqrt(cluster.Square(row, own))*left, math.Sqrt(cluster.Square(row, other))*joined)
	for j, x := range row {
		own[j] -= (x - own[j]) * left
		other[j] += (x - other[j]) * joined
	}
	m.drift += far * (1 + 1e-9)
	g.Count[a]--
	g.Count[to]++
	m.weight[a] -= u
	m.weight[to] += u
	m.lightest = -1
	g.Label[i] = int32(to)
	m.own[i], m.next[i] = math.Inf(1), 0
}

// recentre computes the centres from the labels, so that rounding does not add up, and
// where Lloyd's iteration ended before they were the means. It reports whether one moved.
func (m *mover) recentre() bool {
	d, g := m.d.D, m.g
	s := newSums(g.K, d)
	s.addAll(m.d, 0, g.Label)
	copy(m.weight, s.weight)
	m.lightest = -1
	far := 0.0
	for c := range g.K {
		if !(s.weight[c] > 0) {
			continue
		}
		own, moved := g.Centres[c*d:(c+1)*d], 0.0
		for j := range own {
			x := (s.coarse[c*d+j] + s.fine[c*d+j]) / s.weight[c]
			moved += float64((x - own[j]) * (x - own[j]))
			own[j] = x
		}
		far = max(far, math.Sqrt(moved))
	}
	m.drift += far
	return far > 0
}
