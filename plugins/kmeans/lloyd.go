package kmeans

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
)

// blockRows is the number of rows whose sums are made together. It is fixed: the
// result must not depend on how the work is shared out.
const blockRows = 4096

// worker carries what every long loop needs.
type worker struct {
	ctx     context.Context // of the run; a worker does not outlive it
	stop    func() bool     // the user wants the best so far
	threads int
}

// single is the same worker with one thread, for work that already runs in parallel.
func (w worker) single() worker {
	w.threads = 1
	return w
}

// each calls f for every i below n, on all threads, until the context ends.
func (w worker) each(n int, f func(i int)) error {
	if w.threads < 2 || n < 2 {
		for i := range n {
			if w.ctx.Err() != nil {
				break
			}
			f(i)
		}
		return w.ctx.Err()
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(w.threads, n) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n) && w.ctx.Err() == nil; i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	wg.Wait()
	return w.ctx.Err()
}

// eachBlock calls f for every block of rows.
func (w worker) eachBlock(n int, f func(block, from, to int)) error {
	return w.each((n+blockRows-1)/blockRows, func(b int) { f(b, b*blockRows, min((b+1)*blockRows, n)) })
}

// grouping is a division of points into k groups.
type grouping struct {
	k          int
	centres    []float64 // k rows
	label      []int32
	count      []int
	inertia    float64 // sum of squared distances to the own centre
	iterations int

	// own and next bound each row's distances for polish: at most to the own centre, at
	// least to the nearest other. Nil where nobody asks for them.
	own, next []float64
}

// lloyd is the state of Lloyd's iteration with Hamerly's bounds: upper is at least the
// distance to the own centre, lower at most the distance to any other (Hamerly, Making
// k-means even faster, SDM 2010).
type lloyd struct {
	w            worker
	p            points
	g            *grouping
	upper, lower []float64
	block        []blockSums
	move, half   []float64
}

// blockSums are the sums of one block of rows, kept while no label in it changes.
type blockSums struct {
	dirty bool
	sum   []float64
	count []int
}

// slack keeps rounding from letting a bound decide what is a tie.
const slack = 1 - 1e-10

// runLloyd moves the given centres until their squared shift is at most tol times the
// mean variance of the features, or maxIterations are done, and assigns every row to
// its nearest centre. The centres are changed in place.
func runLloyd(w worker, p points, centres []float64, maxIterations int, tol float64) (*grouping, error) {
	k := len(centres) / p.d
	l := &lloyd{w: w, p: p, g: &grouping{k: k, centres: centres, label: make([]int32, p.n), count: make([]int, k)}}
	l.upper, l.lower = make([]float64, p.n), make([]float64, p.n)
	l.move, l.half = make([]float64, k), make([]float64, k)
	l.block = make([]blockSums, (p.n+blockRows-1)/blockRows)
	for i := range l.block {
		l.block[i] = blockSums{sum: make([]float64, k*p.d), count: make([]int, k)}
	}
	if err := l.assignAll(); err != nil {
		return nil, err
	}
	limit := tol * meanVariance(p)
	for l.g.iterations = 1; l.g.iterations <= maxIterations; l.g.iterations++ {
		shift := l.update()
		changed, err := l.assign()
		if err != nil {
			return nil, err
		}
		if !changed || shift <= limit || w.stop() {
			break
		}
	}
	l.g.own, l.g.next = l.upper, l.lower
	return l.g, finish(w, p, l.g)
}

// assignAll labels every row afresh and starts the bounds.
func (l *lloyd) assignAll() error {
	return l.w.eachBlock(l.p.n, func(b, from, to int) {
		for i := from; i < to; i++ {
			best, first, second := nearestTwo(l.p.row(i), l.g.centres)
			l.g.label[i], l.upper[i], l.lower[i] = best, math.Sqrt(first), math.Sqrt(second)
		}
		l.sum(b, from, to)
	})
}

// sum adds up the rows of a block by label.
func (l *lloyd) sum(b, from, to int) {
	s, d := &l.block[b], l.p.d
	clear(s.sum)
	clear(s.count)
	s.dirty = false
	for i := from; i < to; i++ {
		c := int(l.g.label[i])
		s.count[c]++
		own := s.sum[c*d : c*d+d]
		for j, x := range l.p.row(i) {
			own[j] += x
		}
	}
}

// update moves the centres to the means of their rows and returns the sum of the
// squared shifts. It sets what assign needs: every centre's move, and half the distance
// to its nearest neighbour.
func (l *lloyd) update() (shift float64) {
	d, g := l.p.d, l.g
	means := make([]float64, g.k*d)
	l.total(means)
	for c := range g.k {
		if g.count[c] == 0 {
			l.reseed()
			clear(means)
			l.total(means)
			break
		}
	}
	for c := range g.k {
		own := means[c*d : (c+1)*d]
		if g.count[c] == 0 { // fewer different rows than centres: stay
			copy(own, g.centres[c*d:(c+1)*d])
		} else {
			for j := range own {
				own[j] /= float64(g.count[c])
			}
		}
		s := square(own, g.centres[c*d:(c+1)*d])
		shift += s
		l.move[c] = math.Sqrt(s)
	}
	copy(g.centres, means)
	for c := range g.k {
		nearest := math.Inf(1)
		for o := range g.k {
			if o != c {
				nearest = min(nearest, square(means[c*d:(c+1)*d], means[o*d:(o+1)*d]))
			}
		}
		l.half[c] = math.Sqrt(nearest) / 2
	}
	return shift
}

// total adds up the blocks, in order.
func (l *lloyd) total(sum []float64) {
	clear(l.g.count)
	for b := range l.block {
		for i, x := range l.block[b].sum {
			sum[i] += x
		}
		for c, n := range l.block[b].count {
			l.g.count[c] += n
		}
	}
}

// reseed gives each empty group the row that is farthest from its own centre.
func (l *lloyd) reseed() {
	d, g := l.p.d, l.g
	taken := map[int]bool{}
	for c := range g.k {
		if g.count[c] > 0 {
			continue
		}
		far, at := 0.0, -1
		for i := range l.p.n {
			own := int(g.label[i])
			if s := square(l.p.row(i), g.centres[own*d:(own+1)*d]); s > far && g.count[own] > 1 && !taken[i] {
				far, at = s, i
			}
		}
		if at < 0 {
			return
		}
		taken[at] = true
		g.count[g.label[at]]--
		g.count[c] = 1
		g.label[at] = int32(c)
		l.upper[at], l.lower[at] = math.Inf(1), 0
		b := at / blockRows
		l.sum(b, b*blockRows, min((b+1)*blockRows, l.p.n))
	}
}

// assign moves rows to their nearest centres where the bounds leave a doubt.
func (l *lloyd) assign() (changed bool, err error) {
	most, second, which := 0.0, 0.0, int32(-1)
	for c, m := range l.move {
		if m > most {
			most, second, which = m, most, int32(c)
		} else {
			second = max(second, m)
		}
	}
	var any atomic.Bool
	err = l.w.eachBlock(l.p.n, func(b, from, to int) {
		dirty := false
		for i := from; i < to; i++ {
			a := l.g.label[i]
			other := most
			if a == which {
				other = second
			}
			u, low := l.upper[i]+l.move[a], l.lower[i]-other
			if u >= max(low, l.half[a])*slack {
				u, low, dirty = l.doubt(i, low, dirty)
			}
			l.upper[i], l.lower[i] = u, low
		}
		if dirty {
			l.sum(b, from, to)
			any.Store(true)
		}
	})
	return any.Load(), err
}

// doubt decides one row exactly.
func (l *lloyd) doubt(i int, low float64, dirty bool) (float64, float64, bool) {
	row, a, d := l.p.row(i), l.g.label[i], l.p.d
	u := math.Sqrt(square(row, l.g.centres[int(a)*d:(int(a)+1)*d]))
	if u < max(low, l.half[a])*slack {
		return u, low, dirty
	}
	best, first, second := nearestTwo(row, l.g.centres)
	if best != a {
		l.g.label[i] = best
		dirty = true
	}
	return math.Sqrt(first), math.Sqrt(second), dirty
}

// finish labels every row by its nearest centre, and sets counts and inertia.
func finish(w worker, p points, g *grouping) error {
	blocks := (p.n + blockRows - 1) / blockRows
	inertia, count := make([]float64, blocks), make([][]int, blocks)
	err := w.eachBlock(p.n, func(b, from, to int) {
		n := make([]int, g.k)
		for i := from; i < to; i++ {
			best, first, second := nearestTwo(p.row(i), g.centres)
			g.label[i] = best
			if g.own != nil {
				g.own[i], g.next[i] = math.Sqrt(first), math.Sqrt(second)
			}
			inertia[b] += first
			n[best]++
		}
		count[b] = n
	})
	if err != nil {
		return err
	}
	g.inertia = 0
	clear(g.count)
	for b := range blocks {
		g.inertia += inertia[b]
		for c, n := range count[b] {
			g.count[c] += n
		}
	}
	return nil
}

// meanVariance is the mean over the features of their population variance.
func meanVariance(p points) float64 {
	mean := columnMeans(p)
	total := 0.0
	for i := range p.n {
		total += square(p.row(i), mean)
	}
	return total / float64(p.n) / float64(p.d)
}

func columnMeans(p points) []float64 {
	mean := make([]float64, p.d)
	for i := range p.n {
		for j, x := range p.row(i) {
			mean[j] += x
		}
	}
	for j := range mean {
		mean[j] /= float64(p.n)
	}
	return mean
}
