package kmeans

import (
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/vec"
)

// narrow is what Lloyd's iteration looks at once the centres move little: the rows whose
// nearest and second nearest centre are so close together that the moves to come may
// change which is which. All others keep their group, which is certain as long as no
// centre is farther than the budget from where it was; then the rows are looked at again
// that these were chosen from. So the labels are those of the plain iteration, with each
// row compared with each centre.
type narrow struct {
	rows   []int32
	x      vec.Columns // of these rows
	screen *vec.Screen // the same; nil where the processor has no use for it
	label  []int32
	from   []float64 // where the centres were
	budget float64   // how far any of them may go
	left   float64   // what is left of it
	outer  *narrow   // what the rows were chosen from; nil: all rows
}

const (
	narrowRows    = 1_000 // rows below which a whole iteration costs too little
	narrowMoves   = 6     // so many of the last largest moves are what the budget allows
	narrowShare   = 0.3   // of the distance of centres, which the margin of a doubtful row stays within
	narrowLanding = 0.05  // of the distance of centres, where they are nearly where they will end
	narrowAhead   = 0.09  // the same with steps that are not plain
	narrowMixed   = 3     // the same with steps that are not plain, which are long and few
	narrowAtMost  = 0.5   // of the rows: with more there is nothing to win
	narrowLeft    = 30    // times the shift that ends the iteration must be left; landing takes longer
	narrowAgain   = 2     // times smaller the budget must be to choose again
)

// within reports whether there are rows at hand that are all that can change, after going
// back to those that still are.
func (l *lloyd) within() bool {
	still := l.near
	for m := l.near; m != nil; m = m.outer {
		if m.left = m.budget - farthestMove(m.from, l.g.Centres, l.d.D)*(1+1e-9); m.left < 0 {
			still = m.outer
		}
	}
	if still != nil && still != l.near {
		for i, r := range still.rows {
			still.label[i] = l.g.Label[r]
		}
	}
	l.near = still
	return l.near != nil
}

// farthestMove returns how far the centre that has moved farthest is from where it was.
func farthestMove(was, is []float64, d int) float64 {
	most := 0.0
	for at := 0; at < len(is); at += d {
		most = max(most, cluster.Square(was[at:at+d], is[at:at+d]))
	}
	return math.Sqrt(most)
}

// tight returns the budget for a look at a few rows only, 0 where the centres still move
// too far or will stop soon.
func (l *lloyd) tight(limit, shift float64) float64 {
	if l.mix != nil && l.upper == nil {
		if l.near != nil || shift <= limit {
			return 0
		}
		return min(narrowMixed*l.most, narrowShare/2*l.apart())
	}
	left, moves := narrowLeft, float64(narrowMoves)
	if l.landing { // moves shrink evenly by now: what their sum will be
		left, moves = 1, 2*narrowMoves
		if q := l.most / l.before; q < 1 {
			moves = min(moves, 1+1.3*q/(1-q))
		}
	}
	if l.d.N < narrowRows || l.g.K < 2 || l.upper != nil || shift <= float64(left)*limit {
		return 0
	}
	budget := moves * l.most
	if l.near != nil && (l.near.left < narrowAgain*budget || len(l.near.rows) < narrowRows) {
		return 0
	}
	if 2*budget > narrowShare*l.apart() {
		return 0
	}
	return budget
}

// guess is tight before the first iteration.
func (l *lloyd) guess() float64 {
	if !l.landing || l.upper != nil || l.g.K < 2 {
		return 0
	}
	if l.mix != nil {
		return narrowAhead * l.apart()
	}
	return narrowLanding * l.apart()
}

// apart returns how far centres are from their nearest neighbours on average.
func (l *lloyd) apart() float64 {
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
	return apart / float64(l.g.K)
}

// choose is assign that leaves a narrow look for the iterations to come.
func (l *lloyd) choose(budget float64) error {
	m := &narrow{}
	parts := make([][]int32, (l.d.N+cluster.BlockRows-1)/cluster.BlockRows)
	err := l.each(l.d.N, func(s *scratch, block, from, to int) (changed int) {
		s.distances()
		vec.NearestTwo(l.d.Columns, from, to, l.g.Centres, s.label, s.first, s.second)
		if l.cold {
			changed = l.firstGroups(s, from, to)
		} else {
			changed = l.regroup(s, from, to)
		}
		parts[block] = l.keep(s.doubtful(from, to, budget))
		return changed
	})
	if err != nil {
		return err
	}
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	if l.near = nil; float64(n) > narrowAtMost*float64(l.d.N) {
		return nil
	}
	m.rows, m.budget, m.from = large.Take[int32](l.w.Shelf, n)[:0], budget, slices.Clone(l.g.Centres)
	for _, p := range parts {
		m.rows = append(m.rows, p...)
	}
	m.x = l.w.Gather(l.d.Columns, m.rows)
	m.screen = vec.NewScreen(l.w.Shelf, m.x)
	m.label = large.Take[int32](l.w.Shelf, n)
	for i, r := range m.rows {
		m.label[i] = l.g.Label[r]
	}
	l.near = m
	return nil
}

// chooseAgain is choose among the rows that are looked at anyway.
func (l *lloyd) chooseAgain(budget float64) error {
	m := l.near
	parts := make([][]int32, (len(m.rows)+cluster.BlockRows-1)/cluster.BlockRows)
	err := l.each(len(m.rows), func(s *scratch, block, from, to int) int {
		s.distances()
		vec.NearestTwo(m.x, from, to, l.g.Centres, s.label, s.first, s.second)
		changed := l.regroupFew(s, from, to)
		parts[block] = l.keep(s.doubtful(from, to, budget))
		return changed
	})
	if err != nil {
		return err
	}
	few := &narrow{budget: budget, rows: []int32{}, from: slices.Clone(l.g.Centres), outer: m}
	places := slices.Concat(parts...)
	for _, at := range places {
		few.rows, few.label = append(few.rows, m.rows[at]), append(few.label, m.label[at])
	}
	few.x = l.w.Gather(m.x, places)
	few.screen = vec.NewScreen(l.w.Shelf, few.x)
	l.near = few
	return nil
}

// keep returns a copy.
func (l *lloyd) keep(rows []int32) []int32 {
	out := large.Take[int32](l.w.Shelf, len(rows))
	copy(out, rows)
	return out
}

// distances makes room for them.
func (s *scratch) distances() {
	if s.first == nil {
		s.first, s.second, s.rows = make([]float64, len(s.label)), make([]float64, len(s.label)), make([]int32, len(s.label))
	}
}

// doubtful lists which of the rows from…to−1, whose distances are those in s, may change
// their group while the centres move no farther than the budget.
func (s *scratch) doubtful(from, to int, budget float64) []int32 {
	// √b − √a ≤ 2·budget, where (√a+√b)² ≤ 2(a+b): without roots, and never a row too few.
	limit, n := 8*budget*budget*(1+1e-9), 0
	for i := range to - from {
		a, b := s.first[i], s.second[i]
		s.rows[n] = int32(from + i)
		if t := b - a; t*t <= limit*(a+b) {
			n++
		}
	}
	return s.rows[:n]
}

// regroup moves the rows from…to−1 to the groups of s.
func (l *lloyd) regroup(s *scratch, from, to int) (changed int) {
	moved := s.changes(l.g.Label[from:to])
	for i, at := range moved {
		moved[i] = int32(from) + at
	}
	s.sums.move(l.d, moved, s.left, s.joined)
	return len(moved)
}

// changes gives rows the labels of s, and returns the places of those that had others.
func (s *scratch) changes(label []int32) []int32 {
	moved := s.moved[:vec.Changed(label, s.label[:len(label)], s.moved)]
	for i, at := range moved {
		s.left[i], s.joined[i] = label[at], s.label[at]
		label[at] = s.label[at]
	}
	return moved
}

// compareFew moves the doubtful rows from…to−1 to their nearest centres.
func (l *lloyd) compareFew(s *scratch, from, to int) (changed int) {
	if l.near.screen != nil {
		l.near.screen.Labels(from, to, l.g.Centres, s.label)
	} else {
		vec.NearestTwo(l.near.x, from, to, l.g.Centres, s.label, nil, nil)
	}
	return l.regroupFew(s, from, to)
}

// regroupFew is regroup for doubtful rows.
func (l *lloyd) regroupFew(s *scratch, from, to int) (changed int) {
	m := l.near
	moved := s.changes(m.label[from:to])
	for i, at := range moved {
		row := m.rows[from+int(at)]
		moved[i], l.g.Label[row] = row, s.joined[i]
	}
	s.sums.move(l.d, moved, s.left, s.joined)
	return len(moved)
}
