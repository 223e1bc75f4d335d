package cluster

import (
	"cmp"
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
)

// together is the number of rows whose silhouettes are made together.
const together = vec.NarrowLanes

// ColumnSilhouettes is Silhouettes with Euclidean distances, over columns: every
// distance is computed once for all groupings, and added to one running sum for the rows
// that are together in all of them.
func ColumnSilhouettes(w Worker, c Columns, of []*Grouping) ([][]float64, error) {
	out := make([][]float64, len(of))
	for g := range of {
		out[g] = make([]float64, c.N)
	}
	if c.N == 0 {
		return out, nil
	}
	if len(of) == 1 {
		return out, oneSilhouette(w, c, of[0], out[0], false)
	}
	order, starts := inRuns(c.N, of)
	sorted := w.Gather(c, order)
	offset := make([]int, len(of)+1)
	for g := range of {
		offset[g+1] = offset[g] + of[g].K
	}
	err := w.Each(sorted.Stride/vec.Lanes, func(b int) {
		sums := make([][vec.Lanes]float64, offset[len(of)])
		var part [vec.Lanes]float64
		for s, from := range starts[:len(starts)-1] {
			if s%256 == 0 && w.Ctx.Err() != nil {
				return
			}
			vec.DistanceSums(sorted, b*vec.Lanes, int(from), int(starts[s+1]), &part)
			for g := range of {
				sum := &sums[offset[g]+int(of[g].Label[order[from]])]
				for l, x := range part {
					sum[l] += x
				}
			}
		}
		flat := make([]float64, 0, 128)
		for l := range min(vec.Lanes, c.N-b*vec.Lanes) {
			row := order[b*vec.Lanes+l]
			for g := range of {
				flat = flat[:0]
				for _, s := range sums[offset[g]:offset[g+1]] {
					flat = append(flat, s[l])
				}
				out[g][row] = silhouetteOf(flat, of[g].Count, int(of[g].Label[row]))
			}
		}
	})
	return out, err
}

// oneSilhouette is ColumnSilhouettes of one grouping. A group that is farther away than
// another is on average cannot be the nearest, so where bounds tell that, its rows need not be
// looked at. Rows that are likely to leave out the same groups are worked on together. With
// rough, values may be wrong by roughly, and nearly all by much less; it takes less than half
// of the time.
func oneSilhouette(w Worker, c Columns, g *Grouping, out []float64, rough bool) error {
	grouped, starts := byGroup(w.Shelf, g)
	first := w.Gather(c, grouped)
	bounds := newBounds(w.Shelf, first, starts)
	large.GiveBack(w.Shelf, first.X)
	places, order := bounds.alike(w.Shelf, starts), large.Take[int32](w.Shelf, c.N)
	for i, at := range places {
		order[i] = grouped[at]
	}
	sorted := w.Gather(c, order)
	var narrow *vec.Narrow
	if rough {
		n := vec.NewNarrow(w.Shelf, sorted)
		narrow = &n
	}
	err := w.Each((c.N+together-1)/together, func(b int) {
		s := &sight{c: sorted, narrow: narrow, g: g, starts: starts, bounds: bounds, at: b * together, lanes: min(together, c.N-b*together)}
		for l := range s.lanes {
			s.own[l] = g.Label[order[s.at+l]]
		}
		s.look(places[s.at:])
		if s.narrow != nil && s.tooRough() {
			s.narrow = nil
			s.look(places[s.at:])
		}
		for l := range s.lanes {
			own, value := s.own[l], 0.0
			if n := g.Count[own]; n > 1 {
				value = Contrast(s.mine[l]/float64(n-1), s.nearest[l])
			}
			out[order[s.at+l]] = value
		}
	})
	large.GiveBack(w.Shelf, append(bounds.least, bounds.most, sorted.X)...)
	if narrow != nil {
		large.GiveBack(w.Shelf, narrow.X)
	}
	large.GiveBack(w.Shelf, grouped, places, order)
	return err
}

// byGroup orders rows by their group, and returns where each group starts, with the end at
// the end.
func byGroup(shelf *large.Shelf, g *Grouping) (order, starts []int32) {
	starts = make([]int32, g.K+1)
	for c, n := range g.Count {
		starts[c+1] = starts[c] + int32(n)
	}
	order = large.Take[int32](shelf, len(g.Label))
	next := slices.Clone(starts)
	for i, c := range g.Label {
		order[next[c]] = int32(i)
		next[c]++
	}
	return order, starts
}

// sight is what some rows that are worked on together see of the groups.
type sight struct {
	c             Columns
	narrow        *vec.Narrow // of c; nil where values must be exact
	g             *Grouping
	starts        []int32
	bounds        bounds
	at, lanes     int
	own           [together]int32
	mine, nearest [together]float64 // sum of distances within the own group, smallest mean of another
}

// roughly is how far a silhouette of a sample may be off: its mean is told with an interval
// many times as wide.
const roughly = 1e-4

// tooRough reports whether distances are too small beside the farthest for narrow numbers
// to tell: a wrong sum of w makes a silhouette wrong by 2w/max(a, b) at most.
func (s *sight) tooRough() bool {
	least := 2 * s.narrow.Wrong / roughly
	for l := range s.lanes {
		n := s.g.Count[s.own[l]]
		if n > 1 && max(s.mine[l]/float64(n-1), s.nearest[l]) < least {
			return true
		}
	}
	return false
}

// distances sums the distances to the rows of a group.
func (s *sight) distances(o int, sums *[together]float64) {
	from, to := int(s.starts[o]), int(s.starts[o+1])
	if s.narrow != nil {
		s.narrow.DistanceSums(s.at, from, to, sums)
		return
	}
	for at := 0; at < s.lanes; at += vec.Lanes {
		vec.DistanceSums(s.c, s.at+at, from, to, (*[vec.Lanes]float64)(sums[at:]))
	}
}

// look visits the groups, those that may be nearest first. places are those of the rows among
// the bounds.
func (s *sight) look(places []int32) {
	type group struct {
		o    int
		near float64 // smallest bound of any of the rows
		far  [together]float64
	}
	all := make([]group, 0, s.g.K)
	for o := range s.g.K {
		if s.g.Count[o] == 0 {
			continue
		}
		v := group{o: o, near: math.Inf(1)}
		for l := range s.lanes {
			v.far[l] = s.bounds.least[o][places[l]]
			v.near = min(v.near, v.far[l])
		}
		all = append(all, v)
	}
	slices.SortStableFunc(all, func(a, b group) int { return cmp.Compare(a.near, b.near) })
	var near [together]float64 // what the nearest group is at most
	for l := range s.lanes {
		near[l], s.nearest[l] = s.bounds.most[places[l]], math.Inf(1)
	}
	var part [together]float64
	for i := range all {
		v, wanted := &all[i], false
		for l := range s.lanes {
			wanted = wanted || s.own[l] == int32(v.o) || v.far[l] <= near[l]
		}
		if !wanted {
			continue
		}
		s.distances(v.o, &part)
		for l := range s.lanes {
			if s.own[l] == int32(v.o) {
				s.mine[l] = part[l]
			} else {
				s.nearest[l] = min(s.nearest[l], part[l]/float64(s.g.Count[v.o]))
				near[l] = min(near[l], s.nearest[l])
			}
		}
	}
}

// inRuns orders rows so that those in the same group of every grouping are
// neighbours, and returns where each such run starts, with the end at the end.
func inRuns(n int, of []*Grouping) (order, starts []int32) {
	order = Evenly(n, n)
	slices.SortFunc(order, func(a, b int32) int {
		for _, g := range of {
			if d := g.Label[a] - g.Label[b]; d != 0 {
				return int(d)
			}
		}
		return int(a - b)
	})
	for i, row := range order {
		same := i > 0
		for _, g := range of {
			same = same && g.Label[row] == g.Label[order[i-1]]
		}
		if !same {
			starts = append(starts, int32(i))
		}
	}
	return order, append(starts, int32(n))
}
