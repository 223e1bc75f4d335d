package kmeans

import (
	"math"
	"sync/atomic"

	"qunxiang/plugins/internal/cluster"
)

// lloyd is the state of Lloyd's iteration with Hamerly's bounds: upper is at least the
// distance to the own centre, lower at most the distance to any other (Hamerly, Making
// k-means even faster, SDM 2010).
type lloyd struct {
	w            cluster.Worker
	p            cluster.Points
	g            *cluster.Grouping
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
func runLloyd(w cluster.Worker, p cluster.Points, centres []float64, maxIterations int, tol float64) (*cluster.Grouping, error) {
	k := len(centres) / p.D
	l := &lloyd{w: w, p: p, g: &cluster.Grouping{K: k, Centres: centres, Label: make([]int32, p.N), Count: make([]int, k)}}
	l.upper, l.lower = make([]float64, p.N), make([]float64, p.N)
	l.move, l.half = make([]float64, k), make([]float64, k)
	l.block = make([]blockSums, (p.N+cluster.BlockRows-1)/cluster.BlockRows)
	for i := range l.block {
		l.block[i] = blockSums{sum: make([]float64, k*p.D), count: make([]int, k)}
	}
	if err := l.assignAll(); err != nil {
		return nil, err
	}
	limit := tol * meanVariance(p)
	for l.g.Iterations = 1; l.g.Iterations <= maxIterations; l.g.Iterations++ {
		shift := l.update()
		changed, err := l.assign()
		if err != nil {
			return nil, err
		}
		if !changed || shift <= limit || w.Stop() {
			break
		}
	}
	l.g.Own, l.g.Next = l.upper, l.lower
	return l.g, finish(w, p, l.g)
}

// assignAll labels every row afresh and starts the bounds.
func (l *lloyd) assignAll() error {
	return l.w.EachBlock(l.p.N, func(b, from, to int) {
		for i := from; i < to; i++ {
			best, first, second := nearestTwo(l.p.Row(i), l.g.Centres)
			l.g.Label[i], l.upper[i], l.lower[i] = best, math.Sqrt(first), math.Sqrt(second)
		}
		l.sum(b, from, to)
	})
}

// sum adds up the rows of a block by label.
func (l *lloyd) sum(b, from, to int) {
	s, d := &l.block[b], l.p.D
	clear(s.sum)
	clear(s.count)
	s.dirty = false
	for i := from; i < to; i++ {
		c := int(l.g.Label[i])
		s.count[c]++
		own := s.sum[c*d : c*d+d]
		for j, x := range l.p.Row(i) {
			own[j] += x
		}
	}
}

// update moves the centres to the means of their rows and returns the sum of the
// squared shifts. It sets what assign needs: every centre's move, and half the distance
// to its nearest neighbour.
func (l *lloyd) update() (shift float64) {
	d, g := l.p.D, l.g
	means := make([]float64, g.K*d)
	l.total(means)
	for c := range g.K {
		if g.Count[c] == 0 {
			l.reseed()
			clear(means)
			l.total(means)
			break
		}
	}
	for c := range g.K {
		own := means[c*d : (c+1)*d]
		if g.Count[c] == 0 { // fewer different rows than centres: stay
			copy(own, g.Centres[c*d:(c+1)*d])
		} else {
			for j := range own {
				own[j] /= float64(g.Count[c])
			}
		}
		s := cluster.Square(own, g.Centres[c*d:(c+1)*d])
		shift += s
		l.move[c] = math.Sqrt(s)
	}
	copy(g.Centres, means)
	for c := range g.K {
		nearest := math.Inf(1)
		for o := range g.K {
			if o != c {
				nearest = min(nearest, cluster.Square(means[c*d:(c+1)*d], means[o*d:(o+1)*d]))
			}
		}
		l.half[c] = math.Sqrt(nearest) / 2
	}
	return shift
}

// total adds up the blocks, in order.
func (l *lloyd) total(sum []float64) {
	clear(l.g.Count)
	for b := range l.block {
		for i, x := range l.block[b].sum {
			sum[i] += x
		}
		for c, n := range l.block[b].count {
			l.g.Count[c] += n
		}
	}
}

// reseed gives each empty group the row that is farthest from its own centre.
func (l *lloyd) reseed() {
	d, g := l.p.D, l.g
	taken := map[int]bool{}
	for c := range g.K {
		if g.Count[c] > 0 {
			continue
		}
		far, at := 0.0, -1
		for i := range l.p.N {
			own := int(g.Label[i])
			if s := cluster.Square(l.p.Row(i), g.Centres[own*d:(own+1)*d]); s > far && g.Count[own] > 1 && !taken[i] {
				far, at = s, i
			}
		}
		if at < 0 {
			return
		}
		taken[at] = true
		g.Count[g.Label[at]]--
		g.Count[c] = 1
		g.Label[at] = int32(c)
		l.upper[at], l.lower[at] = math.Inf(1), 0
		b := at / cluster.BlockRows
		l.sum(b, b*cluster.BlockRows, min((b+1)*cluster.BlockRows, l.p.N))
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
	err = l.w.EachBlock(l.p.N, func(b, from, to int) {
		dirty := false
		for i := from; i < to; i++ {
			a := l.g.Label[i]
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
	row, a, d := l.p.Row(i), l.g.Label[i], l.p.D
	u := math.Sqrt(cluster.Square(row, l.g.Centres[int(a)*d:(int(a)+1)*d]))
	if u < max(low, l.half[a])*slack {
		return u, low, dirty
	}
	best, first, second := nearestTwo(row, l.g.Centres)
	if best != a {
		l.g.Label[i] = best
		dirty = true
	}
	return math.Sqrt(first), math.Sqrt(second), dirty
}

// finish labels every row by its nearest centre, and sets counts and inertia.
func finish(w cluster.Worker, p cluster.Points, g *cluster.Grouping) error {
	blocks := (p.N + cluster.BlockRows - 1) / cluster.BlockRows
	inertia, count := make([]float64, blocks), make([][]int, blocks)
	err := w.EachBlock(p.N, func(b, from, to int) {
		n := make([]int, g.K)
		for i := from; i < to; i++ {
			best, first, second := nearestTwo(p.Row(i), g.Centres)
			g.Label[i] = best
			if g.Own != nil {
				g.Own[i], g.Next[i] = math.Sqrt(first), math.Sqrt(second)
			}
			inertia[b] += first
			n[best]++
		}
		count[b] = n
	})
	if err != nil {
		return err
	}
	g.Inertia = 0
	clear(g.Count)
	for b := range blocks {
		g.Inertia += inertia[b]
		for c, n := range count[b] {
			g.Count[c] += n
		}
	}
	return nil
}

// meanVariance is the mean over the features of their population variance.
func meanVariance(p cluster.Points) float64 {
	mean := cluster.ColumnMeans(p)
	total := 0.0
	for i := range p.N {
		total += cluster.Square(p.Row(i), mean)
	}
	return total / float64(p.N) / float64(p.D)
}
