package cluster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
)

// Columns is a table of prepared values, column after column.
type Columns = vec.Columns

// Gather returns the rows at the given places.
func Gather(c Columns, rows []int32) Columns {
	out := vec.NewColumns(len(rows), c.D)
	gather(out, c, rows)
	return out
}

func gather(out, c Columns, rows []int32) {
	for j := range c.D {
		from, to := c.Column(j), out.Column(j)
		for i, r := range rows {
			to[i] = from[r]
		}
	}
}

// Evenly returns the places of m evenly spaced rows of n, all where there are no more.
func Evenly(n, m int) []int32 {
	out := make([]int32, min(n, m))
	for i := range out {
		out[i] = int32(i)
		if m < n {
			out[i] = int32(SampleRow(i, n, m))
		}
	}
	return out
}

// ToPoints returns the rows of a table.
func ToPoints(c Columns) Points {
	p := NewPoints(c.N, c.D)
	for j := range c.D {
		for i, x := range c.Column(j) {
			p.X[i*c.D+j] = x
		}
	}
	return p
}

// ToColumns returns the columns of points.
func ToColumns(p Points) Columns {
	c := vec.NewColumns(p.N, p.D)
	for j := range p.D {
		column := c.Column(j)
		for i := range column {
			column[i] = p.X[i*p.D+j]
		}
	}
	return c
}

// hashes returns a number for every row that is the same for equal rows, and hardly
// ever for others.
func hashes(ctx context.Context, columns [][]float64, n int) ([]uint64, error) {
	hash := large.Make[uint64](n)
	for from := 0; from < n; from += BlockRows {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		part := hash[from:min(from+BlockRows, n)]
		for _, c := range columns {
			for i, x := range c[from : from+len(part)] {
				part[i] = mix(part[i], x)
			}
		}
	}
	return hash, nil
}

// canonicalSample returns m rows of n that are evenly spaced in the canonical order,
// without making that order: only the small heaps that these rows are in are sorted.
func canonicalSample(columns [][]float64, hash []uint64, m int) []int32 {
	const top = 18
	n := len(hash)
	count := make([]int32, 1<<top+1)
	for _, h := range hash {
		count[h>>(64-top)+1]++
	}
	for b := range 1 << top {
		count[b+1] += count[b]
	}
	// Heap b holds the places count[b]…count[b+1]−1.
	next, heap, room := make([]int32, 1<<top), 0, int32(0) // 1 + where the next row of a wanted heap goes
	at := make([]int32, m)                                 // heap of each row of the sample
	for i := range m {
		place := int32(SampleRow(i, n, m))
		for count[heap+1] <= place {
			heap++
		}
		if at[i] = int32(heap); next[heap] == 0 {
			next[heap] = room + 1
			room += count[heap+1] - count[heap]
		}
	}
	rows := make([]int32, room)
	for i, h := range hash {
		if to := &next[h>>(64-top)]; *to > 0 {
			rows[*to-1] = int32(i)
			*to++
		}
	}
	out := make([]int32, m)
	for i, b := range at { // a wanted heap ends where its next row would go
		size := count[b+1] - count[b]
		part := rows[next[b]-1-size : next[b]-1]
		if i == 0 || at[i-1] != b {
			sortCanonical(part, hash, columns)
		}
		out[i] = part[int32(SampleRow(i, n, m))-count[b]]
	}
	return out
}

// atMost is the limit that about m of n hashes are below.
func atMost(m, n int) uint64 { return math.MaxUint64 / uint64(n) * uint64(min(m, n)) }

// evenShares reports whether no small part of the range of hashes holds many more rows than
// others do, as it does where many rows are alike: rows of small hashes are then a fair sample.
func evenShares(hash []uint64) bool {
	var share [1 << 12]int32
	for _, h := range hash {
		share[h>>52]++
	}
	return int(slices.Max(share[:])) <= 2*len(hash)/len(share)+100
}

// canonicalBelow returns those of some rows, nil for all, whose hash is below a limit, in
// canonical order.
func canonicalBelow(columns [][]float64, hash []uint64, some []int32, limit uint64) []int32 {
	const heaps = 1 << 14
	rows, step := below(hash, some, limit), limit/heaps+1
	count := make([]int32, heaps+1)
	for _, r := range rows {
		count[hash[r]/step+1]++
	}
	for b := range heaps {
		count[b+1] += count[b]
	}
	out, next := make([]int32, len(rows)), slices.Clone(count[:heaps])
	for _, r := range rows {
		b := hash[r] / step
		out[next[b]] = r
		next[b]++
	}
	for b := range heaps {
		sortCanonical(out[count[b]:count[b+1]], hash, columns)
	}
	return out
}

// neighbours counts the different rows among some in canonical order.
func neighbours(hash []uint64, rows []int32) int {
	n := 0
	for i, r := range rows {
		if i == 0 || hash[r] != hash[rows[i-1]] {
			n++
		}
	}
	return n
}

// below returns those of some rows, nil for all, whose hash is below a limit.
func below(hash []uint64, some []int32, limit uint64) []int32 {
	if some != nil {
		var rows []int32
		for _, r := range some {
			if hash[r] < limit {
				rows = append(rows, r)
			}
		}
		return rows
	}
	rows, n := make([]int32, len(hash)), 0
	for i, h := range hash {
		rows[n] = int32(i)
		if h < limit {
			n++
		}
	}
	return slices.Clone(rows[:n])
}

// differentRows counts the different rows, as far as most.
func differentRows(hash []uint64, most int) int {
	seen := make(map[uint64]struct{}, most)
	last := uint64(0)
	for i, h := range hash {
		if i > 0 && h == last {
			continue
		}
		if last = h; len(seen) < most {
			seen[h] = struct{}{}
		} else {
			break
		}
	}
	return len(seen)
}

// Nearness is what the nearest centres tell of every row: silhouette by centres (the
// simplified one, distances to centres stand for mean distances to groups) and distance
// to the own centre. It changes first and second, the squared distances to the nearest
// and the second nearest centre, in place. A group of one has silhouette 0. Both have
// single precision, seven digits: half as much is stored of a million customers.
func Nearness(w Worker, label []int32, count []int, first, second []float64) (silhouette, distance []float64, err error) {
	alone := slices.Contains(count, 1)
	err = w.EachBlock(len(label), func(_, from, to int) {
		vec.Nearness(first[from:to], second[from:to])
		if !alone {
			return
		}
		for i, c := range label[from:to] {
			if count[c] == 1 {
				second[from+i] = 0
			}
		}
	})
	return second[:len(label)], first[:len(label)], err
}

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
	order, starts := together(c.N, of)
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

// oneSilhouette is ColumnSilhouettes of one grouping. The mean distance to a group is at
// least the distance to its mean, so a group whose mean is farther away than another is on
// average cannot be the nearest, and its rows need not be looked at. Rows that are likely
// to leave out the same groups are worked on together. With rough, values may be wrong by
// roughly, and nearly all by much less; it takes less than half of the time.
func oneSilhouette(w Worker, c Columns, g *Grouping, out []float64, rough bool) error {
	first := make([]float64, g.K*c.D) // means of the groups
	for j := range c.D {
		for at, x := range c.Column(j) {
			first[int(g.Label[at])*c.D+j] += x
		}
	}
	for at := range first {
		first[at] /= float64(max(1, g.Count[at/c.D]))
	}
	order, starts := byNeighbour(w.Shelf, c, g, first)
	sorted := w.Gather(c, order)
	var narrow *vec.Narrow
	if rough {
		n := vec.NewNarrow(w.Shelf, sorted)
		narrow = &n
	}
	return w.Each(sorted.Stride/vec.Lanes, func(b int) {
		s := &sight{c: sorted, narrow: narrow, g: g, starts: starts, means: first, at: b * vec.Lanes, lanes: min(vec.Lanes, c.N-b*vec.Lanes)}
		for l := range s.lanes {
			s.own[l] = g.Label[order[s.at+l]]
		}
		s.look()
		if s.narrow != nil && s.tooRough() {
			s.narrow = nil
			s.look()
		}
		for l := range s.lanes {
			own, value := s.own[l], 0.0
			if n := g.Count[own]; n > 1 {
				value = Contrast(s.mine[l]/float64(n-1), s.nearest[l])
			}
			out[order[s.at+l]] = value
		}
	})
}

// byNeighbour orders rows by their group and, within it, by the other group whose mean is
// nearest, and returns where each group starts, with the end at the end.
func byNeighbour(shelf *large.Shelf, c Columns, g *Grouping, means []float64) (order, starts []int32) {
	heap, row := large.Take[int32](shelf, c.N), make([]float64, c.D)
	size := make([]int32, g.K*g.K+1)
	for i, own := range g.Label {
		c.Row(i, row)
		near, at := math.Inf(1), own
		for o := range g.K {
			if int32(o) == own || g.Count[o] == 0 {
				continue
			}
			if s := Square(row, means[o*c.D:(o+1)*c.D]); s < near {
				near, at = s, int32(o)
			}
		}
		heap[i] = own*int32(g.K) + at
		size[heap[i]+1]++
	}
	for h := range g.K * g.K {
		size[h+1] += size[h]
	}
	for o := range g.K + 1 {
		starts = append(starts, size[o*g.K])
	}
	order = large.Take[int32](shelf, c.N)
	for i, h := range heap {
		order[size[h]] = int32(i)
		size[h]++
	}
	return order, starts
}

// sight is what some rows that are worked on together see of the groups.
type sight struct {
	c             Columns
	narrow        *vec.Narrow // of c; nil where values must be exact
	g             *Grouping
	starts        []int32
	means         []float64
	at, lanes     int
	own           [vec.Lanes]int32
	mine, nearest [vec.Lanes]float64 // sum of distances within the own group, smallest mean of another
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
func (s *sight) distances(o int, sums *[vec.Lanes]float64) {
	from, to := int(s.starts[o]), int(s.starts[o+1])
	if s.narrow != nil {
		s.narrow.DistanceSums(s.at, from, to, sums)
		return
	}
	vec.DistanceSums(s.c, s.at, from, to, sums)
}

// look visits the groups, those with the nearest means first.
func (s *sight) look() {
	type group struct {
		o    int
		near float64 // smallest distance of its mean
		far  [vec.Lanes]float64
	}
	all, row := make([]group, 0, s.g.K), make([]float64, s.c.D)
	for o := range s.g.K {
		if s.g.Count[o] == 0 {
			continue
		}
		v := group{o: o, near: math.Inf(1)}
		for l := range s.lanes {
			v.far[l] = math.Sqrt(Square(s.c.Row(s.at+l, row), s.means[o*s.c.D:(o+1)*s.c.D]))
			v.near = min(v.near, v.far[l])
		}
		all = append(all, v)
	}
	slices.SortStableFunc(all, func(a, b group) int { return cmp.Compare(a.near, b.near) })
	for l := range s.nearest {
		s.nearest[l] = math.Inf(1)
	}
	var part [vec.Lanes]float64
	for i := range all {
		v, wanted := &all[i], false
		for l := range s.lanes {
			const slack = 1 - 1e-9 // rounding
			wanted = wanted || s.own[l] == int32(v.o) || v.far[l]*slack < s.nearest[l]
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
			}
		}
	}
}

// together orders rows so that those in the same group of every grouping are
// neighbours, and returns where each such run starts, with the end at the end.
func together(n int, of []*Grouping) (order, starts []int32) {
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
