package kmeans

import (
	"math"

	"qunxiang/plugins/internal/cluster"
)

// gain is the relative improvement that a single move must bring; below it rounding
// decides.
const gain = 1e-10

// polish moves single rows to another group while that lowers the inertia: leaving a
// group of n rows saves n/(n−1)·d², joining one costs n/(n+1)·d² (Hartigan and Wong,
// AS 136, 1979). What no move can improve is stable under Lloyd's iteration, too. The
// bounds that Lloyd's iteration left decide most rows without a distance; they are
// widened by all that the centres have moved since. It gives up after polishMoves passes.
func polish(w cluster.Worker, p cluster.Points, g *cluster.Grouping) error {
	m := mover{p: p, g: g}
	for range polishMoves {
		moved := false
		for from := 0; from < p.N; from += cluster.BlockRows {
			if err := w.Ctx.Err(); err != nil {
				return err
			}
			for i := from; i < min(from+cluster.BlockRows, p.N); i++ {
				moved = m.try(i) || moved
			}
		}
		if !moved {
			break
		}
		m.recentre()
		if w.Stop() {
			break
		}
	}
	err := finish(w, p, g)
	g.Own, g.Next = nil, nil
	return err
}

type mover struct {
	p cluster.Points
	g *cluster.Grouping
	// drift is the sum of the largest moves of a centre so far. own[i]+drift and
	// next[i]−drift hold as bounds.
	drift float64
}

// try moves row i if that helps.
func (m *mover) try(i int) bool {
	g, a := m.g, int(m.g.Label[i])
	if g.Count[a] < 2 {
		return false
	}
	n := float64(g.Count[a])
	// Joining a group of m ≥ 1 rows costs at least m/(m+1) ≥ 1/2 of the squared distance.
	if own, next := g.Own[i]+m.drift, g.Next[i]-m.drift; next > 0 && own*own*(n/(n-1)) < next*next*m.cheapest(a)*slack {
		return false
	}
	return m.decide(i, a, n)
}

// cheapest is the smallest m/(m+1) of the other groups.
func (m *mover) cheapest(a int) float64 {
	least := math.MaxInt
	for c, n := range m.g.Count {
		if c != a {
			least = min(least, n)
		}
	}
	return float64(least) / (float64(least) + 1)
}

// decide computes the distances of row i of group a with n rows.
func (m *mover) decide(i, a int, n float64) bool {
	d, g, row := m.p.D, m.g, m.p.Row(i)
	own := g.Centres[a*d : (a+1)*d]
	s := cluster.Square(row, own)
	saved, nearest := s*(n/(n-1)), math.Inf(1)
	to, cost := -1, math.Inf(1)
	for c := range g.K {
		if c == a {
			continue
		}
		size, t := float64(g.Count[c]), cluster.Square(row, g.Centres[c*d:(c+1)*d])
		nearest = min(nearest, t)
		if t *= size / (size + 1); t < cost {
			to, cost = c, t
		}
	}
	if to < 0 || cost >= saved*(1-gain) {
		g.Own[i], g.Next[i] = math.Sqrt(s)-m.drift, math.Sqrt(nearest)+m.drift
		return false
	}
	m.move(i, a, to)
	return true
}

func (m *mover) move(i, a, to int) {
	d, g, row := m.p.D, m.g, m.p.Row(i)
	own, other := g.Centres[a*d:(a+1)*d], g.Centres[to*d:(to+1)*d]
	left, joined := float64(g.Count[a]-1), float64(g.Count[to]+1)
	far := max(math.Sqrt(cluster.Square(row, own))/left, math.Sqrt(cluster.Square(row, other))/joined)
	for j, x := range row {
		own[j] -= (x - own[j]) / left
		other[j] += (x - other[j]) / joined
	}
	m.drift += far * (1 + 1e-9)
	g.Count[a]--
	g.Count[to]++
	g.Label[i] = int32(to)
	g.Own[i], g.Next[i] = math.Inf(1), 0
}

// recentre computes the centres from the labels, so that rounding does not add up.
func (m *mover) recentre() {
	d, g := m.p.D, m.g
	sum := make([]float64, len(g.Centres))
	for i := range m.p.N {
		own := sum[int(g.Label[i])*d:]
		for j, x := range m.p.Row(i) {
			own[j] += x
		}
	}
	far := 0.0
	for c, n := range g.Count {
		if n == 0 {
			continue
		}
		own, s := g.Centres[c*d:(c+1)*d], 0.0
		for j := range own {
			x := sum[c*d+j] / float64(n)
			s += float64((x - own[j]) * (x - own[j]))
			own[j] = x
		}
		far = max(far, math.Sqrt(s))
	}
	m.drift += far
}
