package kmeans

import (
	"math"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/vec"
)

// narrow is what Lloyd's iteration looks at once the centres move little: the rows whose
// nearest and second nearest centre are so close together that the moves to come may
// change which is which. All others keep their group, which is certain as long as the
// centres have not moved farther than the budget; then all rows are looked at again. So
// the labels are those of the plain iteration, with each row compared with each centre.
type narrow struct {
	rows   []int32
	x      vec.Columns // of these rows
	label  []int32
	budget float64 // how far any centre may yet move
	parts  [][]int32
}

const (
	narrowRows   = 1_000 // rows below which a whole iteration costs too little
	narrowMoves  = 6     // so many of the last largest moves are what the budget allows
	narrowShare  = 0.3   // of the distance of centres, which the margin of a doubtful row stays within
	narrowAtMost = 0.5   // of the rows: with more there is nothing to win
)

// within takes the last move off the budget and reports whether the rows at hand are
// still all that can change.
func (l *lloyd) within() bool {
	if l.near == nil || l.near.rows == nil {
		return false
	}
	if l.near.budget -= l.most * (1 + 1e-9); l.near.budget >= 0 {
		return true
	}
	l.near.rows = nil
	return false
}

// tight returns the budget for a look at a few rows only, 0 where the centres still move
// too far or will stop soon.
func (l *lloyd) tight(limit, shift float64) float64 {
	if l.d.N < narrowRows || l.g.K < 2 || l.upper != nil || l.cold || shift <= 2*limit {
		return 0
	}
	d, apart := l.d.D, 0.0
	for c := range l.g.K {
		nearest := math.Inf(1)
		for o := range l.g.K {
			if o != c {
				nearest = min(nearest, cluster.Square(l.g.Centres[c*d:(c+1)*d], l.g.Centres[o*d:(o+1)*d]))
			}
		}
		apart += math.Sqrt(nearest)
	}
	budget := narrowMoves * l.most
	if 2*budget > narrowShare*apart/float64(l.g.K) {
		return 0
	}
	return budget
}

// compareAndChoose is compareAll that also lists the rows of the block that may change
// their group while the centres move no farther than the budget.
func (l *lloyd) compareAndChoose(s *scratch, block, from, to int, budget float64) (changed int) {
	if s.first == nil {
		s.first, s.second = make([]float64, len(s.label)), make([]float64, len(s.label))
	}
	vec.NearestTwo(l.d.Columns, from, to, l.g.Centres, s.label, s.first, s.second)
	// √b − √a ≤ 2·budget, where (√a+√b)² ≤ 2(a+b): without roots, and never a row too few.
	limit := 8 * budget * budget * (1 + 1e-9)
	rows := l.near.parts[block][:0]
	old := l.g.Label[from:to]
	for i, c := range s.label[:to-from] {
		if old[i] != c {
			s.sums.add(l.d, from+i, old[i], c)
			old[i] = c
			changed++
		}
		a, b := s.first[i], s.second[i]
		if t := b - a; t*t <= limit*(a+b) {
			rows = append(rows, int32(from+i))
		}
	}
	l.near.parts[block] = rows
	return changed
}

// choose is assign that leaves a narrow look for the iterations to come.
func (l *lloyd) choose(budget float64) error {
	if l.near == nil {
		l.near = &narrow{}
	}
	blocks := (l.d.N + cluster.BlockRows - 1) / cluster.BlockRows
	if l.near.parts == nil {
		l.near.parts = make([][]int32, blocks)
	}
	if err := l.each(l.d.N, func(s *scratch, block, from, to int) int {
		return l.compareAndChoose(s, block, from, to, budget)
	}); err != nil {
		return err
	}
	n, m := 0, l.near
	for _, p := range m.parts {
		n += len(p)
	}
	if m.rows = nil; float64(n) > narrowAtMost*float64(l.d.N) {
		return nil
	}
	m.rows, m.budget = make([]int32, 0, n), budget
	for _, p := range m.parts {
		m.rows = append(m.rows, p...)
	}
	m.x = cluster.Gather(l.d.Columns, m.rows)
	m.label = make([]int32, n)
	for i, r := range m.rows {
		m.label[i] = l.g.Label[r]
	}
	return nil
}

// compareFew moves the doubtful rows from…to−1 to their nearest centres.
func (l *lloyd) compareFew(s *scratch, from, to int) (changed int) {
	m := l.near
	vec.NearestTwo(m.x, from, to, l.g.Centres, s.label, nil, nil)
	old := m.label[from:to]
	for i, c := range s.label[:to-from] {
		if old[i] != c {
			row := m.rows[from+i]
			s.sums.add(l.d, int(row), old[i], c)
			old[i] = c
			l.g.Label[row] = c
			changed++
		}
	}
	return changed
}
