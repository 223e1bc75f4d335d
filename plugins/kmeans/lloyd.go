package kmeans

import (
	"math"
	"slices"
	"sync"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/vec"
)

// lloyd is Lloyd's iteration. Where the processor has wide registers every row is
// compared with every centre; elsewhere, and with many centres, Hamerly's bounds skip
// rows: upper is at least the distance to the own centre, lower at most the distance to
// any other (Hamerly, Making k-means even faster, SDM 2010). Both give the same labels.
type lloyd struct {
	w    cluster.Worker
	d    *data
	g    *cluster.Grouping
	sums *sums

	lock    sync.Mutex
	changed int

	upper, lower []float64 // nil without bounds
	move, half   []float64
	most, second float64 // largest moves of a centre, the second with bounds
	before       float64 // the largest of the iteration before
	which        int32   // the one with the largest
	spent        bool    // no row is left for an empty group
	cold         bool    // no row has a group yet
	landing      bool    // the centres will hardly move
	mix          *mixer  // nil where steps are plain
	near         *narrow // nil until the centres move little
}

// scratch is what one thread needs.
type scratch struct {
	sums          *sums
	label         []int32
	row           []float64
	first, second []float64
	rows          []int32
	moved         []int32 // places of rows with another label
	left, joined  []int32 // their groups
}

// scratch returns what one thread needs for k groups, with sums of nothing.
func (d *data) scratch(k int) *scratch {
	s, ok := d.rooms.Get().(*scratch)
	if !ok {
		s = &scratch{sums: newSums(k, d.D), label: make([]int32, min(cluster.BlockRows, d.Stride)), row: make([]float64, d.D)}
		s.moved = make([]int32, len(s.label)+16)
		s.left, s.joined = make([]int32, len(s.label)), make([]int32, len(s.label))
	}
	s.sums.resize(k, d.D)
	return s
}

// slack keeps rounding from letting a bound decide what is a tie.
const slack = 1 - 1e-10

// dense is the number of centres times features up to which comparing all with wide
// registers is quicker than bounds.
const dense = 400

// runLloyd moves the given centres until their squared shift is at most tol times the
// mean variance of the features, or maxIterations are done. The centres are changed in
// place. The answer has every row's nearest centre, and no inertia.
func runLloyd(w cluster.Worker, d *data, centres []float64, maxIterations int, tol float64) (*cluster.Grouping, error) {
	l, err := iterate(w, d, centres, maxIterations, tol, nil, nil)
	if err != nil {
		return nil, err
	}
	return l.g, nil
}

// iterate is runLloyd from the labels and sums of another division, until enough says so;
// both may be nil.
func iterate(w cluster.Worker, d *data, centres []float64, maxIterations int, tol float64, from *lloyd, enough func(l *lloyd) bool) (*lloyd, error) {
	l := newLloyd(w, d, centres, from)
	return l, l.run(maxIterations, tol*d.variance, enough)
}

// land is runLloyd from centres that will hardly move.
func land(w cluster.Worker, d *data, centres []float64, maxIterations int, tol float64) (*cluster.Grouping, error) {
	l := newLloyd(w, d, centres, nil)
	l.landing = true
	if d.N > standRows {
		l.mix = newMixer(centres, d.D)
	}
	return l.g, l.run(maxIterations, tol*d.variance, nil)
}

func newLloyd(w cluster.Worker, d *data, centres []float64, from *lloyd) *lloyd {
	k := len(centres) / d.D
	l := &lloyd{w: w, d: d, g: &cluster.Grouping{K: k, Centres: centres, Label: large.Take[int32](d.shelf, d.Stride), Count: make([]int, k)}, sums: newSums(k, d.D)}
	l.begin(from)
	return l
}

// run iterates until the squared shift is at most the limit.
func (l *lloyd) run(maxIterations int, limit float64, enough func(l *lloyd) bool) error {
	if err := l.assign(l.guess); err != nil {
		return err
	}
	l.cold = false
	for l.g.Iterations = 1; l.g.Iterations <= maxIterations; l.g.Iterations++ {
		shift, full := l.update()
		if !full {
			if err := l.reseed(); err != nil {
				return err
			}
			l.near = nil
			shift, _ = l.update()
			shift = max(shift, math.SmallestNonzeroFloat64)
		}
		l.goOn(full && shift > limit)
		if err := l.assign(func() float64 { return l.tight(limit, shift) }); err != nil {
			return err
		}
		if l.changed == 0 && !l.ahead() || shift <= limit || l.w.Stop() || enough != nil && enough(l) {
			break
		}
	}
	l.g.Label = l.g.Label[:l.d.N]
	copy(l.g.Count, l.sums.count)
	return nil
}

// goOn takes the centres farther than they have just been moved, where that is to be and
// steps are not plain.
func (l *lloyd) goOn(farther bool) {
	if l.mix == nil {
		return
	}
	if !farther || l.changed == 0 {
		l.mix.forget()
		l.mix.moved(l)
		return
	}
	l.mix.step(l)
}

// ahead reports whether the centres are not the means of their groups yet.
func (l *lloyd) ahead() bool { return l.mix != nil && l.mix.ahead }

// begin takes over another division, which may be nil, and makes bounds where they are
// quicker.
func (l *lloyd) begin(from *lloyd) {
	if l.cold = from == nil; !l.cold {
		copy(l.g.Label, from.g.Label)
		l.sums.copy(from.sums)
	}
	if !vec.Fast() || l.g.K*l.d.D > dense {
		l.bound()
	}
}

// bound makes bounds that tell nothing yet.
func (l *lloyd) bound() {
	l.upper, l.lower = make([]float64, l.d.Stride), make([]float64, l.d.Stride)
	l.move, l.half = make([]float64, l.g.K), make([]float64, l.g.K)
	for i := range l.upper {
		l.upper[i] = math.Inf(1)
	}
	for i := range l.g.Label {
		if l.cold {
			l.g.Label[i] = -1
		}
	}
}

// inertia is the sum of squares about the means of the groups, given that about the mean
// of all. It takes no look at the rows, and differences of large numbers lose digits.
func (l *lloyd) inertia(total float64, mean []float64) float64 {
	d := l.d.D
	for c, w := range l.sums.weight {
		if !(w > 0) {
			continue
		}
		for j, m := range mean {
			t := (l.sums.coarse[c*d+j]+l.sums.fine[c*d+j])/w - m
			total -= w * t * t
		}
	}
	return total
}

// update moves the centres to the means of their rows, and returns the sum of the
// squared shifts. It does nothing and reports false when a group is empty that could
// have a row.
func (l *lloyd) update() (shift float64, full bool) {
	d, g := l.d.D, l.g
	if !l.spent && slices.Contains(l.sums.count, 0) {
		return 0, false
	}
	l.before = l.most
	l.stay()
	for c := range g.K {
		own, s := g.Centres[c*d:(c+1)*d], 0.0
		if w := l.sums.weight[c]; w > 0 {
			for j := range own {
				x := (l.sums.coarse[c*d+j] + l.sums.fine[c*d+j]) / w
				s += float64((x - own[j]) * (x - own[j]))
				own[j] = x
			}
		}
		shift += s
		l.went(c, math.Sqrt(s))
	}
	if l.upper != nil {
		l.halves()
	}
	return shift, true
}

// stay says that no centre has moved.
func (l *lloyd) stay() { l.most, l.second, l.which = 0, 0, -1 }

// went takes note of how far a centre has moved.
func (l *lloyd) went(c int, far float64) {
	if l.upper == nil {
		l.most = max(l.most, far)
		return
	}
	l.move[c] = far
	if far > l.most {
		l.most, l.second, l.which = far, l.most, int32(c)
	} else {
		l.second = max(l.second, far)
	}
}

// halves sets half the distance from each centre to its nearest neighbour.
func (l *lloyd) halves() {
	d, g := l.d.D, l.g
	for c := range g.K {
		nearest := math.Inf(1)
		for o := range g.K {
			if o != c {
				nearest = min(nearest, cluster.Square(g.Centres[c*d:(c+1)*d], g.Centres[o*d:(o+1)*d]))
			}
		}
		l.half[c] = math.Sqrt(nearest) / 2
	}
}

// assign moves rows to their nearest centres: the doubtful ones where it is known which
// they are, otherwise all, and with a budget it is known from then on.
func (l *lloyd) assign(budget func() float64) error {
	near, few := l.within(), budget()
	switch {
	case near && few > 0:
		return l.chooseAgain(few)
	case near:
		return l.each(len(l.near.rows), func(s *scratch, _, from, to int) int { return l.compareFew(s, from, to) })
	case l.upper != nil:
		return l.each(l.d.N, func(s *scratch, _, from, to int) int { return l.compareDoubtful(s, from, to) })
	case few > 0:
		return l.choose(few)
	}
	return l.each(l.d.N, func(s *scratch, _, from, to int) int { return l.compareAll(s, from, to) })
}

// each calls compare, which returns how many rows have changed their group, for blocks of
// n rows.
func (l *lloyd) each(n int, compare func(s *scratch, block, from, to int) int) error {
	l.changed = 0
	return l.w.EachBlock(n, func(block, from, to int) {
		s := l.d.scratch(l.g.K)
		if changed := compare(s, block, from, to); changed > 0 {
			l.lock.Lock()
			l.changed += changed
			l.sums.take(s.sums)
			l.lock.Unlock()
		}
		l.d.rooms.Put(s)
	})
}

func (l *lloyd) compareAll(s *scratch, from, to int) (changed int) {
	l.d.labels(from, to, l.g.Centres, s.label)
	if l.cold {
		return l.firstGroups(s, from, to)
	}
	return l.regroup(s, from, to)
}

// firstGroups gives rows that have none the groups of s.
func (l *lloyd) firstGroups(s *scratch, from, to int) (changed int) {
	copy(l.g.Label[from:to], s.label)
	s.sums.addAll(l.d, from, l.g.Label[from:to])
	return to - from
}

func (l *lloyd) compareDoubtful(s *scratch, from, to int) (changed int) {
	for i := from; i < to; i++ {
		a := l.g.Label[i]
		if a >= 0 {
			other := l.most
			if a == l.which {
				other = l.second
			}
			u, low := l.upper[i]+l.move[a], l.lower[i]-other
			if u >= max(low, l.half[a])*slack {
				u = math.Sqrt(l.d.Square(i, l.g.Centres[int(a)*l.d.D:(int(a)+1)*l.d.D]))
			}
			if l.upper[i], l.lower[i] = u, low; u < max(low, l.half[a])*slack {
				continue
			}
		}
		best, first, second := vec.Nearest(l.d.Row(i, s.row), l.g.Centres)
		l.upper[i], l.lower[i] = math.Sqrt(first), math.Sqrt(second)
		if best != a {
			s.sums.add(l.d, i, a, best)
			l.g.Label[i] = best
			changed++
		}
	}
	return changed
}

// reseed gives each empty group the row that is farthest from its own centre.
func (l *lloyd) reseed() error {
	for c := range l.g.K {
		if l.sums.count[c] > 0 {
			continue
		}
		if err := l.w.Ctx.Err(); err != nil {
			return err
		}
		at := l.farthest()
		if at < 0 {
			l.spent = true
			return nil
		}
		l.sums.add(l.d, at, l.g.Label[at], int32(c))
		l.g.Label[at] = int32(c)
		if l.upper != nil {
			l.upper[at], l.lower[at] = math.Inf(1), 0
		}
	}
	return nil
}

// farthest returns the row farthest from its own centre that is not alone, −1 where
// there is none; of equals the one with the largest values, so that the order of rows
// does not matter.
func (l *lloyd) farthest() int {
	d, far, at := l.d, 0.0, -1
	row, best := make([]float64, d.D), make([]float64, d.D)
	for i := range d.N {
		own := int(l.g.Label[i])
		s := d.Square(i, l.g.Centres[own*d.D:(own+1)*d.D])
		if s < far || s == 0 || l.sums.count[own] < 2 || d.heft(i) == 0 {
			continue
		}
		if s > far || slices.Compare(d.Row(i, row), best) > 0 {
			far, at = s, i
			d.Row(i, best)
		}
	}
	return at
}

// finish labels every row by its nearest centre, and sets counts and inertia. It
// returns the squared distances of the nearest and the second nearest centre. Labels that
// there are, are written over.
func finish(w cluster.Worker, d *data, g *cluster.Grouping) (first, second []float64, err error) {
	first, second = large.Take[float64](d.shelf, d.Stride), large.Take[float64](d.shelf, d.Stride)
	return first, second, finishInto(w, d, g, first, second)
}

// relabel is finish where nobody asks for the distances.
func relabel(w cluster.Worker, d *data, g *cluster.Grouping) error {
	first := d.borrow()
	defer d.giveBack(first)
	return finishInto(w, d, g, *first, nil)
}

// finishInto is finish with room for distances; second may be nil.
func finishInto(w cluster.Worker, d *data, g *cluster.Grouping, first, second []float64) error {
	if cap(g.Label) < d.Stride {
		g.Label = large.Take[int32](d.shelf, d.Stride)
	}
	g.Label = g.Label[:d.Stride]
	var lock sync.Mutex
	far := 0.0
	clear(g.Count)
	if err := w.EachBlock(d.N, func(_, from, to int) {
		var next []float64
		if second != nil {
			next = second[from:]
		}
		vec.NearestTwo(d.Columns, from, to, g.Centres, g.Label[from:], first[from:], next)
		count := make([]int, g.K)
		for _, c := range g.Label[from:to] {
			count[c]++
		}
		largest := cluster.Largest(first[from:to])
		lock.Lock()
		defer lock.Unlock()
		far = max(far, largest)
		for c, n := range count {
			g.Count[c] += n
		}
	}); err != nil {
		return err
	}
	g.Label = g.Label[:d.N]
	if d.weight == nil {
		g.Inertia = cluster.Sum(first[:d.N], far)
	} else {
		g.Inertia = d.sum(first)
	}
	return nil
}
