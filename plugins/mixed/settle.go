package mixed

import (
	"math"
	"slices"
	"sync"

	"qunxiang/plugins/internal/cluster"
)

// settling is a search on its way from given prototypes to where nothing moves. Rows that
// cannot have changed their group are skipped: the root of [measure.square] is a metric
// (categories are corners of a simplex), so by how far prototypes moved bounds how near
// they can have come (Hamerly, SDM 2010). Labels are those of looking at every prototype.
type settling struct {
	*measure
	w cluster.Worker
	p cluster.Points
	g *groups

	own, next []float64 // of each row: at most that far from its own prototype, at least that far from any other
	slack     float64   // what rounding may have made of the bounds
}

// settle moves prototypes until no label changes.
func (m *measure) settle(w cluster.Worker, p cluster.Points, g *groups) error {
	g.label = slices.Repeat([]int32{-1}, p.N)
	s := &settling{measure: m, w: w, p: p, g: g, own: slices.Repeat([]float64{math.Inf(1)}, p.N), next: make([]float64, p.N), slack: 1 + 1e-9}
	var moves []float64 // nil = look at all
	for range mostSteps {
		moved, err := s.assign(moves)
		if err != nil {
			return err
		}
		if !moved {
			return s.count()
		}
		before := slices.Clone(g.centres.X)
		refilled, err := s.renew()
		if err != nil {
			return err
		}
		if moves = s.moves(before); refilled {
			moves = nil
		}
	}
	if _, err := s.assign(moves); err != nil {
		return err
	}
	return s.count()
}

// moves returns how far every prototype moved.
func (s *settling) moves(before []float64) []float64 {
	out := make([]float64, s.g.k)
	for c := range out {
		out[c] = math.Sqrt(s.square(before[c*s.p.D:(c+1)*s.p.D], s.g.centres.Row(c))) * s.slack
	}
	return out
}

// assign gives every row its nearest prototype, the first of equally near ones.
func (s *settling) assign(moves []float64) (moved bool, err error) {
	changed := make([]bool, (s.p.N+cluster.BlockRows-1)/cluster.BlockRows)
	most, second, which := 0.0, 0.0, int32(-1)
	for c, x := range moves {
		switch {
		case x > most:
			most, second, which = x, most, int32(c)
		case x > second:
			second = x
		}
	}
	err = s.w.EachBlock(s.p.N, func(block, from, to int) {
		for i := from; i < to; i++ {
			if moves != nil {
				l := s.g.label[i]
				s.own[i] += moves[l]
				if s.next[i] -= most; l == which {
					s.next[i] += most - second
				}
				if s.own[i]*s.slack < s.next[i] {
					continue
				}
				if s.own[i] = math.Sqrt(s.square(s.p.Row(i), s.g.centres.Row(int(l)))) * s.slack; s.own[i]*s.slack < s.next[i] {
					continue
				}
			}
			if at := s.look(i); at != s.g.label[i] {
				s.g.label[i], changed[block] = at, true
			}
		}
	})
	return slices.Contains(changed, true), err
}

// look finds the nearest prototype of a row and sets its bounds.
func (s *settling) look(i int) (at int32) {
	best, second := math.Inf(1), math.Inf(1)
	row := s.p.Row(i)
	for c := range s.g.k {
		switch d := s.square(row, s.g.centres.Row(c)); {
		case d < best:
			best, second, at = d, best, int32(c)
		case d < second:
			second = d
		}
	}
	s.own[i], s.next[i] = math.Sqrt(best)*s.slack, math.Sqrt(second)/s.slack
	return at
}

// count fills in how many rows the groups have and what they cost.
func (s *settling) count() error {
	cost := make([]float64, (s.p.N+cluster.BlockRows-1)/cluster.BlockRows)
	err := s.w.EachBlock(s.p.N, func(block, from, to int) {
		for i := from; i < to; i++ {
			cost[block] += s.square(s.p.Row(i), s.g.centres.Row(int(s.g.label[i])))
		}
	})
	s.g.cost, s.g.count = 0, make([]int, s.g.k)
	for _, x := range cost {
		s.g.cost += x
	}
	for _, c := range s.g.label {
		s.g.count[c]++
	}
	return err
}

// renew makes every prototype the means and modes of its rows; of equally frequent codes
// the lowest. A prototype without rows takes the row farthest from its own, and renew
// reports that.
func (s *settling) renew() (refilled bool, err error) {
	g, p := s.g, s.p
	first := make([]int, p.D+1) // where the levels of each feature are counted
	for j, n := range s.levels {
		first[j+1] = first[j] + n
	}
	width, n := first[p.D], len(s.numbers)
	sums := make([][]float64, (p.N+cluster.BlockRows-1)/cluster.BlockRows) // by block, then prototype and number
	seen, count := make([]int32, g.k*width), make([]int, g.k)
	var lock sync.Mutex
	parts := min(max(s.w.Threads, 1), len(sums))
	err = s.w.Each(parts, func(part int) {
		levels, rows := make([]int32, g.k*width), make([]int, g.k)
		for b := part * len(sums) / parts; b < (part+1)*len(sums)/parts && s.w.Ctx.Err() == nil; b++ {
			sums[b] = make([]float64, g.k*n)
			for i := b * cluster.BlockRows; i < min((b+1)*cluster.BlockRows, p.N); i++ {
				c, row := int(g.label[i]), p.Row(i)
				rows[c]++
				sum := sums[b][c*n : (c+1)*n]
				for k, j := range s.numbers {
					sum[k] += row[j]
				}
				at := levels[c*width : (c+1)*width]
				for _, j := range s.categories {
					at[first[j]+int(row[j])]++
				}
			}
		}
		lock.Lock()
		defer lock.Unlock()
		for x, y := range levels {
			seen[x] += y
		}
		for x, y := range rows {
			count[x] += y
		}
	})
	if err != nil {
		return false, err
	}
	g.count = count
	s.means(sums)
	s.modes(seen, first)
	return s.refill(), nil
}

// means adds up what the blocks have, in their order, so that threads change no bit.
func (s *settling) means(sums [][]float64) {
	n := len(s.numbers)
	total := make([]float64, s.g.k*n)
	for _, b := range sums {
		for x, y := range b {
			total[x] += y
		}
	}
	for c, rows := range s.g.count {
		for k, j := range s.numbers {
			if rows > 0 {
				s.g.centres.X[c*s.p.D+j] = total[c*n+k] / float64(rows)
			}
		}
	}
}

func (s *settling) modes(seen []int32, first []int) {
	width := first[s.p.D]
	for c, rows := range s.g.count {
		if rows == 0 {
			continue
		}
		for _, j := range s.categories {
			levels := seen[c*width+first[j] : c*width+first[j+1]]
			top := 0
			for l, n := range levels {
				if n > levels[top] {
					top = l
				}
			}
			s.g.centres.X[c*s.p.D+j] = float64(top)
		}
	}
}

// refill gives prototypes without rows the row farthest from its own, and reports whether
// there were any.
func (s *settling) refill() (any bool) {
	g, p := s.g, s.p
	for c, n := range g.count {
		if n > 0 {
			continue
		}
		any = true
		far, at := -1.0, 0
		for i, l := range g.label {
			if d := s.square(p.Row(i), g.centres.Row(int(l))); d > far && g.count[l] > 1 {
				far, at = d, i
			}
		}
		copy(g.centres.Row(c), p.Row(at))
		g.count[g.label[at]]--
		g.label[at], g.count[c] = int32(c), 1
	}
	return any
}
