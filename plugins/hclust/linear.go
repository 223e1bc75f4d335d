package hclust

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/plugins/internal/cluster"
)

// outside are the rows that are not yet in the spanning tree, side by side.
type outside struct {
	d    int
	row  []int32
	x    []float64
	near []float64 // to the tree; squared where the metric is Euclidean
	from []int32   // the row of the tree that is so near
}

// take removes the row at a place; the last one takes its place.
func (o *outside) take(at int) {
	last := len(o.row) - 1
	o.row[at], o.near[at], o.from[at] = o.row[last], o.near[last], o.from[last]
	copy(o.x[at*o.d:(at+1)*o.d], o.x[last*o.d:])
	o.row, o.near, o.from, o.x = o.row[:last], o.near[:last], o.from[:last], o.x[:last*o.d]
}

// reach lowers the distances for a row that has joined the tree, and returns the place
// of the nearest.
func (o *outside) reach(joined int32, row []float64, m metric) int {
	at := 0
	for i := range o.row {
		var s float64
		if x := o.x[i*o.d : (i+1)*o.d]; m.city {
			s = m.between(row, x)
		} else {
			for j, y := range x {
				t := row[j] - y
				s += float64(t * t)
			}
		}
		if s < o.near[i] {
			o.near[i], o.from[i] = s, joined
		}
		if o.near[i] < o.near[at] {
			at = i
		}
	}
	return at
}

// spanning joins by single linkage: the edges of a minimum spanning tree, short ones
// first (Prim 1957; Gower and Ross 1969). Memory is linear in the rows.
func spanning(ctx context.Context, p cluster.Points, m metric) ([]merge, error) {
	o := &outside{d: p.D, x: slices.Clone(p.X[p.D:])}
	for i := 1; i < p.N; i++ {
		o.row, o.near, o.from = append(o.row, int32(i)), append(o.near, math.Inf(1)), append(o.from, 0)
	}
	merges := make([]merge, 0, p.N-1)
	for last := int32(0); len(o.row) > 0; {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		at := o.reach(last, p.Row(int(last)), m)
		last = o.row[at]
		h := o.near[at]
		if !m.city {
			h = math.Sqrt(h)
		}
		merges = append(merges, merge{o.from[at], last, h})
		o.take(at)
	}
	slices.SortStableFunc(merges, func(a, b merge) int { return cmp.Compare(a.height, b.height) })
	return merges, nil
}

// wandering joins by centroid or median linkage, where a union may be nearer to a third
// cluster than its parts were. Every cluster keeps a lower bound of the distance to
// its nearest neighbour of higher number (the generic algorithm of Müllner 2011).
type wandering struct {
	p       cluster.Points // positions of the live clusters; written to
	weight  []float64
	halfway bool // median: the union lies halfway, whatever the sizes
	live    []int32
	near    []float64 // squared, at most the distance to the nearest live one behind
	next    []int32   // which one; −1 where near is a bound only
}

func (l *wandering) run(ctx context.Context) ([]merge, error) {
	n := l.p.N
	l.near, l.next = make([]float64, n), make([]int32, n)
	for i := range n {
		l.live = append(l.live, int32(i))
	}
	for at := range l.live {
		if at%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		l.search(at)
	}
	merges := make([]merge, 0, n-1)
	for len(l.live) > 1 {
		at, err := l.closest(ctx)
		if err != nil {
			return nil, err
		}
		a := l.live[at]
		b := l.next[a]
		merges = append(merges, merge{a, b, math.Sqrt(l.near[a])})
		l.live = slices.Delete(l.live, at, at+1)
		l.unite(a, b)
	}
	return merges, nil
}

// search finds the nearest of the live clusters behind the one at the place.
func (l *wandering) search(at int) {
	a := l.live[at]
	row := l.p.Row(int(a))
	l.near[a], l.next[a] = math.Inf(1), -1
	for _, j := range l.live[at+1:] {
		if s := cluster.Square(row, l.p.Row(int(j))); s < l.near[a] {
			l.near[a], l.next[a] = s, j
		}
	}
}

// closest returns the place of the cluster whose neighbour is nearest of all.
func (l *wandering) closest(ctx context.Context) (int, error) {
	for {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		best := 0
		for at, i := range l.live {
			if l.near[i] < l.near[l.live[best]] {
				best = at
			}
		}
		if l.next[l.live[best]] >= 0 {
			return best, nil
		}
		l.search(best)
	}
}

// unite makes b the union of a, which is no longer live, and b.
func (l *wandering) unite(a, b int32) {
	na, nb := l.weight[a], l.weight[b]
	if l.halfway {
		na, nb = 1, 1
	}
	x, y := l.p.Row(int(a)), l.p.Row(int(b))
	for j := range y {
		y[j] = (float64(na*x[j]) + float64(nb*y[j])) / (na + nb)
	}
	l.weight[b] += l.weight[a]
	for at, k := range l.live {
		if k >= b {
			if k == b {
				l.search(at)
			}
			break
		}
		if s := cluster.Square(l.p.Row(int(k)), y); s < l.near[k] {
			l.near[k], l.next[k] = s, b
		} else if l.next[k] == a || l.next[k] == b {
			l.next[k] = -1 // the old distance is a lower bound now
		}
	}
}
