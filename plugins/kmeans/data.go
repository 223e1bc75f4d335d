package kmeans

import (
	"sync"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/vec"
)

// thinRows is the number of rows of a sample that first looks are at.
const thinRows = 5_000

// data is what is divided: rows in columns, which may count several times each.
type data struct {
	cluster.Columns

	weight  []float64      // nil: every row counts once
	largest []float64      // size of the largest value of each column
	grid    []cluster.Grid // of each column's weighted values
	total   float64        // sum of the weights

	variance float64 // mean over the features of their population variance

	moves  vec.Moves   // of rows, on the grids
	screen *vec.Screen // nil where it would not pay, or not work
	thin   *data       // fewer rows, which first looks are at; nil: all

	shelf *large.Shelf
	spare *sync.Pool // of *[]float64 as long as Stride; nil: none are kept
	rooms *sync.Pool // of *scratch, what threads of an iteration need
}

// borrow returns room for a number of every row, to be given back.
func (d *data) borrow() *[]float64 {
	if d.spare != nil {
		if v, ok := d.spare.Get().(*[]float64); ok {
			return v
		}
	}
	v := large.Take[float64](d.shelf, d.Stride)
	return &v
}

func (d *data) giveBack(v *[]float64) {
	if d.spare != nil {
		d.spare.Put(v)
	}
}

// newData returns rows to divide; largest are the sizes of the largest values of the
// columns, nil where they are not known. What passes is put on the shelf.
func newData(shelf *large.Shelf, c cluster.Columns, weight, largest []float64) data {
	d := data{Columns: c, weight: weight, total: float64(c.N), largest: largest, shelf: shelf, spare: &sync.Pool{}, rooms: &sync.Pool{}}
	heaviest := 1.0
	if weight != nil {
		heaviest = cluster.Largest(weight)
		d.total = cluster.Sum(weight, heaviest)
	}
	for j := range c.D {
		if largest == nil {
			d.largest = append(d.largest, cluster.Largest(c.Column(j)))
		}
		d.grid = append(d.grid, cluster.NewGrid(d.largest[j]*heaviest, c.N))
	}
	d.moves = cluster.NewMoves(c, weight, d.grid)
	return d
}

// newSample is newData for rows that searches are made on.
func newSample(shelf *large.Shelf, c cluster.Columns, weight []float64) data {
	d := newData(shelf, c, weight, nil)
	d.variance = meanVariance(&d)
	d.screen = vec.NewScreen(shelf, c)
	return d
}

// weights returns what the rows count, nil where all count alike.
func (d *data) weights(rows []int32) []float64 {
	if d.weight == nil {
		return nil
	}
	out := make([]float64, len(rows))
	for i, at := range rows {
		out[i] = d.weight[at]
	}
	return out
}

// few returns the rows that first looks are at.
func (d *data) few() *data {
	if d.thin != nil {
		return d.thin
	}
	return d
}

// labels finds the nearest centres of the rows from…to−1; from is a multiple of
// cluster.BlockRows.
func (d *data) labels(from, to int, centres []float64, label []int32) {
	if d.screen != nil {
		d.screen.Labels(from, to, centres, label)
		return
	}
	vec.NearestTwo(d.Columns, from, to, centres, label, nil, nil)
}

// heft returns what a row counts.
func (d *data) heft(i int) float64 {
	if d.weight == nil {
		return 1
	}
	return d.weight[i]
}

// sums are the sums of the groups' rows. They are exact, so rows may come and go in any
// order.
type sums struct {
	coarse, fine []float64 // k × D
	count        []int
	weight       []float64

	room  []float64 // 2 × k, of addAll
	part  []float64 // the same; nil without weights
	moved []float64 // of move
}

// fewMoves is the number of rows below which one is moved after the other.
const fewMoves = 12

func newSums(k, d int) *sums {
	return &sums{coarse: make([]float64, k*d), fine: make([]float64, k*d), count: make([]int, k), weight: make([]float64, k), room: make([]float64, 2*k)}
}

// resize makes empty sums those of k groups of d features.
func (s *sums) resize(k, d int) {
	if cap(s.count) < k || cap(s.coarse) < k*d {
		*s = *newSums(k, d)
		return
	}
	s.coarse, s.fine, s.count, s.weight = s.coarse[:k*d], s.fine[:k*d], s.count[:k], s.weight[:k]
	s.room = s.room[:2*k]
}

// add puts row i into group to, and takes it out of group from unless that is −1.
func (s *sums) add(d *data, i int, from, to int32) {
	w := d.heft(i)
	s.count[to]++
	s.weight[to] += w
	if from >= 0 {
		s.count[from]--
		s.weight[from] -= w
	}
	for j, g := range d.grid {
		coarse, fine := g.Split(float64(w * d.X[j*d.Stride+i]))
		s.coarse[int(to)*d.D+j] += coarse
		s.fine[int(to)*d.D+j] += fine
		if from >= 0 {
			s.coarse[int(from)*d.D+j] -= coarse
			s.fine[int(from)*d.D+j] -= fine
		}
	}
}

// move takes rows from their old groups and puts them into the new ones.
func (s *sums) move(d *data, row, old, now []int32) {
	if len(row) < fewMoves {
		for i, r := range row {
			s.add(d, int(r), old[i], now[i])
		}
		return
	}
	k := len(s.count)
	if n := d.moves.Room(k); cap(s.moved) < n {
		s.moved = make([]float64, n)
	} else {
		s.moved = s.moved[:n]
		clear(s.moved)
	}
	d.moves.Move(row, old, now, s.moved)
	for c := range k {
		coarse, fine := d.moves.Sums(s.moved, c)
		for j, x := range coarse {
			s.coarse[c*d.D+j] += x
			s.fine[c*d.D+j] += fine[j]
		}
	}
	for i, r := range row {
		w := d.heft(int(r))
		s.count[old[i]]--
		s.count[now[i]]++
		s.weight[old[i]] -= w
		s.weight[now[i]] += w
	}
}

// addAll puts the rows from the given one into the groups of their labels.
func (s *sums) addAll(d *data, from int, label []int32) {
	k, to := len(s.count), from+len(label)
	s.countAll(d, from, label)
	hi, lo := s.room[:k], s.room[k:2*k]
	for j, g := range d.grid {
		clear(hi)
		clear(lo)
		v := d.Column(j)[from:to]
		if d.weight != nil {
			v = weighted(s.part, v, d.weight[from:to])
			s.part = v[:0]
		}
		g.GroupSums(v, label, hi, lo)
		for c := range k {
			s.coarse[c*d.D+j] += hi[c]
			s.fine[c*d.D+j] += lo[c]
		}
	}
}

// weighted returns the products of values and weights, in the room of the slice given.
func weighted(room, v, weight []float64) []float64 {
	if cap(room) < len(v) {
		room = make([]float64, len(v))
	}
	room = room[:len(v)]
	for i, x := range v {
		room[i] = x * weight[i]
	}
	return room
}

// countAll adds what the rows count.
func (s *sums) countAll(d *data, from int, label []int32) {
	if d.weight == nil {
		for _, c := range label {
			s.count[c]++
		}
		for c, n := range s.count { // whole numbers
			s.weight[c] = float64(n)
		}
		return
	}
	for i, c := range label {
		s.count[c]++
		s.weight[c] += d.weight[from+i]
	}
}

func (s *sums) copy(from *sums) {
	copy(s.coarse, from.coarse)
	copy(s.fine, from.fine)
	copy(s.count, from.count)
	copy(s.weight, from.weight)
}

// take adds other to s and empties it.
func (s *sums) take(other *sums) {
	for i, x := range other.coarse {
		s.coarse[i] += x
		s.fine[i] += other.fine[i]
	}
	for c, n := range other.count {
		s.count[c] += n
		s.weight[c] += other.weight[c]
	}
	clear(other.coarse)
	clear(other.fine)
	clear(other.count)
	clear(other.weight)
}

// sum adds values of rows, each as often as the row counts.
func (d *data) sum(v []float64) float64 {
	v = v[:d.N]
	if d.weight == nil {
		return cluster.Sum(v, cluster.Largest(v))
	}
	room := d.borrow()
	defer d.giveBack(room)
	t := (*room)[:d.N]
	for i, x := range v {
		t[i] = x * d.weight[i]
	}
	return cluster.Sum(t, cluster.Largest(t))
}

// mean returns the mean of a column.
func (d *data) mean(j int) float64 {
	if d.weight == nil {
		return cluster.Sum(d.Column(j), d.largest[j]) / d.total
	}
	return d.sum(d.Column(j)) / d.total
}

// meanVariance is the mean over the features of their population variance.
func meanVariance(d *data) float64 {
	room := d.borrow()
	defer d.giveBack(room)
	total, t := 0.0, (*room)[:d.N]
	for j := range d.D {
		mean := d.mean(j)
		for i, x := range d.Column(j) {
			t[i] = (x - mean) * (x - mean)
		}
		total += d.sum(t)
	}
	return total / d.total / float64(d.D)
}
