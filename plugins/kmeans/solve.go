package kmeans

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/vec"
)

// search are the parameters of the search for one k.
type search struct {
	random        bool // starts are random rows, not k-means++
	restarts      int
	maxIterations int
	tolerance     float64
	seed          uint64
	plain         bool // no swaps after the restarts
	rough         bool // nothing is polished
	few           bool // few swaps and no polish: more rows come later
}

const (
	polishRows  = 50_000  // up to here all rows are polished
	standRows   = 200_000 // up to here the centres of all rows end where they stand still
	standing    = 100     // above, the tolerance is divided by this
	polishMoves = 1_000   // passes; never reached in practice
	stages      = 1 << 32 // keeps the random streams of different k apart
)

// thorough is the number of rows up to which every start is polished; above, only what
// has won.
const thorough = 2_000

// candidates runs the restarts, takes the one with the lowest inertia (the first of
// equals) and tries to improve it by swaps. It returns at most so many different answers
// whose inertia is near the lowest, that first.
func (s search) candidates(w cluster.Worker, d *data, k, most int) ([]*cluster.Grouping, error) {
	runs := s.restarts
	if k == 1 || k >= d.N {
		runs = 1
	}
	found := make([]*cluster.Grouping, runs)
	errs := make([]error, runs)
	inner := w
	if runs > 1 {
		inner = w.Single()
	}
	if err := w.Each(runs, func(r int) {
		if r > 0 && w.Stop() {
			return
		}
		found[r], errs[r] = s.once(inner, d, k, uint64(r))
	}); err != nil {
		return nil, err
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(g *cluster.Grouping) bool { return g == nil })
	if s.plain {
		return rank(found)[:1], nil
	}
	found, err := s.swaps(w, d, rank(found))
	if err != nil {
		return nil, err
	}
	if d.N > thorough && !s.few {
		if err := polish(w, d, found[0]); err != nil {
			return nil, err
		}
	}
	return found[:min(most, len(found))], nil
}

// rank sorts groupings by inertia, the first of equals first, and drops those that are
// about as good as another or so much worse that more rows would not change it.
func rank(all []*cluster.Grouping) []*cluster.Grouping {
	const near, same = 1.02, 1.0005
	slices.SortStableFunc(all, func(a, b *cluster.Grouping) int { return cmp.Compare(a.Inertia, b.Inertia) })
	out := all[:1]
	for _, g := range all[1:] {
		if g.Inertia > out[0].Inertia*near {
			break
		}
		if g.Inertia > out[len(out)-1].Inertia*same {
			out = append(out, g)
		}
	}
	return out
}

// decided is the number of standard errors beyond which a difference is no chance.
const decided = 4

// contenders are the first of the answers for rows and those that other rows of the same
// kind may put before it: those whose rows' squared distances do not exceed its own by
// more than chance, as the differences row by row tell.
func contenders(w cluster.Worker, d *data, rivals []*cluster.Grouping) ([]*cluster.Grouping, error) {
	if len(rivals) == 1 {
		return rivals, nil
	}
	own, other := d.borrow(), d.borrow()
	defer d.giveBack(own)
	defer d.giveBack(other)
	seen := &cluster.Grouping{K: rivals[0].K, Centres: rivals[0].Centres, Count: make([]int, rivals[0].K)}
	if err := finishInto(w, d, seen, *own, nil); err != nil {
		return rivals, err
	}
	out := []*cluster.Grouping{rivals[0]}
	for _, g := range rivals[1:] {
		seen.Centres = g.Centres
		if err := finishInto(w, d, seen, *other, nil); err != nil {
			return rivals, err
		}
		if !d.exceeds(*other, *own) {
			out = append(out, g)
		}
	}
	return out, nil
}

// exceeds reports whether the mean of a value of every row is above that of another by
// more than chance.
func (d *data) exceeds(high, low []float64) bool {
	mean, squares := 0.0, 0.0
	for i := range d.N {
		u := d.heft(i)
		mean += float64(u * (high[i] - low[i]))
		squares += float64(u * u)
	}
	mean /= d.total
	spread := 0.0
	for i := range d.N {
		off := high[i] - low[i] - mean
		spread += float64(d.heft(i) * off * off)
	}
	return mean > decided*math.Sqrt(spread*squares/d.total)/d.total
}

// once runs one start.
func (s search) once(w cluster.Worker, d *data, k int, run uint64) (*cluster.Grouping, error) {
	rnd, few := rand.New(rand.NewPCG(s.seed, uint64(k)*stages+run)), d.few()
	var centres []float64
	if s.random {
		centres = randomRows(few, k, rnd)
	} else {
		centres = plusPlus(few, k, rnd)
	}
	if few != d {
		if _, err := runLloyd(w, few, centres, s.maxIterations, max(s.tolerance, roughly)); err != nil {
			return nil, err
		}
	}
	return s.settle(w, d, centres)
}

// settle carries centres on until they stand still.
func (s search) settle(w cluster.Worker, d *data, centres []float64) (*cluster.Grouping, error) {
	g, err := runLloyd(w, d, centres, s.maxIterations, s.tolerance)
	switch {
	case err != nil:
	case d.N <= thorough && !s.rough:
		err = polish(w, d, g)
	default:
		err = relabel(w, d, g)
	}
	return g, err
}

// randomRows picks k rows of different values.
func randomRows(d *data, k int, rnd *rand.Rand) []float64 {
	centres, row := make([]float64, 0, k*d.D), make([]float64, d.D)
	for _, i := range rnd.Perm(d.N) {
		d.Row(i, row)
		known := false
		for at := 0; at < len(centres); at += d.D {
			known = known || slices.Equal(centres[at:at+d.D], row)
		}
		if !known {
			centres = append(centres, row...)
		}
		if len(centres) == k*d.D {
			break
		}
	}
	return centres
}

// plusPlus picks k starting centres: each with a chance that grows with the squared
// distance to those already there, the best of 2+⌊ln k⌋ candidates (Arthur and
// Vassilvitskii 2007, with their greedy variant).
func plusPlus(d *data, k int, rnd *rand.Rand) []float64 {
	s := newSeeds(d, k)
	centres := slices.Clone(d.Row(d.draw(rnd), s.row))
	for i := range d.N {
		s.best[i] = math.Inf(1)
	}
	vec.Cover(d.Columns, centres, s.best, s.near)
	for len(centres) < k*d.D {
		centres = append(centres, d.Row(s.next(rnd), s.row)...)
		s.near, s.best = s.best, s.near
	}
	return centres
}

// seeds draws rows by their squared distances to the nearest centre.
type seeds struct {
	d           *data
	near        []float64 // these distances; 0 in the padding
	best, trial []float64 // near once the row that next returned is a centre
	sums, row   []float64
	label       []int32 // room for those who set near
	tries       int
}

func newSeeds(d *data, k int) *seeds {
	room := large.Take[float64](d.shelf, 3*d.Stride+d.N+d.D)
	cut := func(n int) []float64 {
		part := room[:n:n]
		room = room[n:]
		return part
	}
	s := &seeds{d: d, near: cut(d.Stride), best: cut(d.Stride), trial: cut(d.Stride), sums: cut(d.N), row: cut(d.D), label: large.Take[int32](d.shelf, d.Stride)}
	s.tries = 2 + int(math.Log(float64(k)))
	return s
}

// next returns the best of some rows drawn.
func (s *seeds) next(rnd *rand.Rand) int {
	d, near := s.d, s.near
	total := 0.0
	for i := range s.sums {
		total += near[i] * d.heft(i)
		s.sums[i] = total
	}
	chosen, lowest := -1, math.Inf(1)
	for range s.tries {
		i, _ := slices.BinarySearch(s.sums, rnd.Float64()*total)
		for i < d.N-1 && near[i] == 0 { // a border of the sums: never a centre again
			i++
		}
		if i >= d.N || near[i] == 0 {
			i = farthest(near[:d.N])
		}
		if sum := d.cover(d.Row(i, s.row), near, s.trial); sum < lowest {
			chosen, lowest = i, sum
			s.trial, s.best = s.best, s.trial
		}
	}
	return chosen
}

// draw picks a row by its weight.
func (d *data) draw(rnd *rand.Rand) int {
	if d.weight == nil {
		return rnd.IntN(d.N)
	}
	left := rnd.Float64() * d.total
	for i, w := range d.weight {
		if left -= w; left < 0 {
			return i
		}
	}
	return d.N - 1
}

// cover fills out with the squared distances to the nearest centre once the point is
// one, and returns their sum.
func (d *data) cover(point, near, out []float64) float64 {
	sum := vec.Cover(d.Columns, point, near, out)
	if d.weight == nil {
		return sum
	}
	sum = 0
	for i, w := range d.weight {
		sum += out[i] * w
	}
	return sum
}

func farthest(near []float64) int {
	at := 0
	for i, s := range near {
		if s > near[at] {
			at = i
		}
	}
	return at
}
