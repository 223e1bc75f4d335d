package kmeans

import "math"

// gain is the relative improvement that a single move must bring; below it rounding
// decides.
const gain = 1e-10

// polish moves single rows to another group while that lowers the inertia: leaving a
// group of n rows saves n/(n−1)·d², joining one costs n/(n+1)·d² (Hartigan and Wong,
// AS 136, 1979). What no move can improve is stable under Lloyd's iteration, too. The
// bounds that Lloyd's iteration left decide most rows without a distance; they are
// widened by all that the centres have moved since. It gives up after polishMoves passes.
func polish(w worker, p points, g *grouping) error {
	m := mover{p: p, g: g}
	for range polishMoves {
		moved := false
		for from := 0; from < p.n; from += blockRows {
			if err := w.ctx.Err(); err != nil {
				return err
			}
			for i := from; i < min(from+blockRows, p.n); i++ {
				moved = m.try(i) || moved
			}
		}
		if !moved {
			break
		}
		m.recentre()
		if w.stop() {
			break
		}
	}
	err := finish(w, p, g)
	g.own, g.next = nil, nil
	return err
}

type mover struct {
	p points
	g *grouping
	// drift is the sum of the largest moves of a centre so far. own[i]+drift and
	// next[i]−drift hold as bounds.
	drift float64
}

// try moves row i if that helps.
func (m *mover) try(i int) bool {
	g, a := m.g, int(m.g.label[i])
	if g.count[a] < 2 {
		return false
	}
	n := float64(g.count[a])
	// Joining a group of m ≥ 1 rows costs at least m/(m+1) ≥ 1/2 of the squared distance.
	if own, next := g.own[i]+m.drift, g.next[i]-m.drift; next > 0 && own*own*(n/(n-1)) < next*next*m.cheapest(a)*slack {
		return false
	}
	return m.decide(i, a, n)
}

// cheapest is the smallest m/(m+1) of the other groups.
func (m *mover) cheapest(a int) float64 {
	least := math.MaxInt
	for c, n := range m.g.count {
		if c != a {
			least = min(least, n)
		}
	}
	return float64(least) / (float64(least) + 1)
}

// decide computes the distances of row i of group a with n rows.
func (m *mover) decide(i, a int, n float64) bool {
	d, g, row := m.p.d, m.g, m.p.row(i)
	own := g.centres[a*d : (a+1)*d]
	s := square(row, own)
	saved, nearest := s*(n/(n-1)), math.Inf(1)
	to, cost := -1, math.Inf(1)
	for c := range g.k {
		if c == a {
			continue
		}
		size, t := float64(g.count[c]), square(row, g.centres[c*d:(c+1)*d])
		nearest = min(nearest, t)
		if t *= size / (size + 1); t < cost {
			to, cost = c, t
		}
	}
	if to < 0 || cost >= saved*(1-gain) {
		g.own[i], g.next[i] = math.Sqrt(s)-m.drift, math.Sqrt(nearest)+m.drift
		return false
	}
	m.move(i, a, to)
	return true
}

func (m *mover) move(i, a, to int) {
	d, g, row := m.p.d, m.g, m.p.row(i)
	own, other := g.centres[a*d:(a+1)*d], g.centres[to*d:(to+1)*d]
	left, joined := float64(g.count[a]-1), float64(g.count[to]+1)
	far := max(math.Sqrt(square(row, own))/left, math.Sqrt(square(row, other))/joined)
	for j, x := range row {
		own[j] -= (x - own[j]) / left
		other[j] += (x - other[j]) / joined
	}
	m.drift += far * (1 + 1e-9)
	g.count[a]--
	g.count[to]++
	g.label[i] = int32(to)
	g.own[i], g.next[i] = math.Inf(1), 0
}

// recentre computes the centres from the labels, so that rounding does not add up.
func (m *mover) recentre() {
	d, g := m.p.d, m.g
	sum := make([]float64, len(g.centres))
	for i := range m.p.n {
		own := sum[int(g.label[i])*d:]
		for j, x := range m.p.row(i) {
			own[j] += x
		}
	}
	far := 0.0
	for c, n := range g.count {
		if n == 0 {
			continue
		}
		own, s := g.centres[c*d:(c+1)*d], 0.0
		for j := range own {
			x := sum[c*d+j] / float64(n)
			s += float64((x - own[j]) * (x - own[j]))
			own[j] = x
		}
		far = max(far, math.Sqrt(s))
	}
	m.drift += far
}
