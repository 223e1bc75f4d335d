package tree

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
)

// Forest is an average of trees, each grown on a part of the rows with a few features
// drawn in every node (Breiman 2001; parts drawn without replacement, as Bühlmann and
// Yu 2002 propose, do as well as bootstraps).
type Forest struct {
	Trees []*Tree
	seed  uint64
	share float64
	n     int
}

const (
	partShare = 0.632 // of the rows in a tree, what a bootstrap has of different ones
	partRows  = 50_000
)

// GrowForest grows trees on arranged rows.
func GrowForest(ctx context.Context, features []Feature, t *Target, trees int, seed uint64, o Options) (*Forest, error) {
	n := t.Len()
	f := &Forest{Trees: make([]*Tree, trees), seed: seed, share: min(partShare, float64(partRows)/float64(n)), n: n}
	g := newGrower(features, t, o)
	defer g.watch(ctx)()
	var base *local
	var lists [][]uint32
	if n <= ExactRows {
		base, lists = newLocal(g, count(n), nil)
	}
	each(trees, o.Threads, func(k int) {
		own := *g
		own.o.Seed = mix(seed ^ uint64(k))
		if base != nil {
			keep := make([]bool, n)
			for i := range keep {
				keep[i] = f.has(k, i)
			}
			b := *base
			b.g = &own
			f.Trees[k] = b.tree(lists, keep)
			return
		}
		var rows []int32
		for i := range n {
			if f.has(k, i) && len(rows) < ExactRows {
				rows = append(rows, int32(i))
			}
		}
		l, parts := newLocal(&own, rows, nil)
		stats := make([]float64, t.width())
		l.tally(parts[len(parts)-1], stats)
		root := own.root(stats, len(rows))
		l.grow(root, parts)
		f.Trees[k] = flat(root)
	})
	return f, ctx.Err()
}

// has reports whether tree k grew on row i.
func (f *Forest) has(k, i int) bool {
	return float64(mix(f.seed^uint64(k)<<32^uint64(i))>>11)/(1<<53) < f.share
}

// Smoothed is the share of a class in statistics, pulled towards the base rate as if
// m more rows had it (the m-estimate; Cestnik 1990).
func Smoothed(stats []float64, class int, base, m float64) float64 {
	n := 0.0
	for _, x := range stats {
		n += x
	}
	return (stats[class] + m*base) / (n + m)
}

// fixed is the unit of sums that must not depend on their order.
const fixed = 1 << 40

// OutOfBag returns for every row the mean answer of the trees that have not seen it, NaN
// where all have. answer is that of a node.
func (f *Forest) OutOfBag(ctx context.Context, features []Feature, threads int, answer func(*Node) float64) ([]float64, error) {
	sum, times := make([]atomic.Int64, f.n), make([]atomic.Int32, f.n)
	each(len(f.Trees), threads, func(k int) {
		tr := f.Trees[k]
		values := answers(tr, answer)
		for i := range f.n {
			if i&4095 == 0 && ctx.Err() != nil {
				return
			}
			if !f.has(k, i) {
				sum[i].Add(int64(values[tr.Follow(features, int32(i))] * fixed))
				times[i].Add(1)
			}
		}
	})
	out := make([]float64, f.n)
	for i := range out {
		out[i] = math.NaN()
		if c := times[i].Load(); c > 0 {
			out[i] = float64(sum[i].Load()) / fixed / float64(c)
		}
	}
	return out, ctx.Err()
}

func answers(t *Tree, answer func(*Node) float64) []float64 {
	out := make([]float64, len(t.Nodes))
	for i := range out {
		out[i] = answer(&t.Nodes[i])
	}
	return out
}

// Importances shuffles each feature among the rows that a tree has not seen, at most
// rows of them, and takes the mean and its 95 % interval over the trees.
func (f *Forest) Importances(ctx context.Context, features []Feature, t *Target, rows, threads int) ([]Importance, error) {
	d := len(features)
	values := make([][]float64, d)
	for j := range values {
		values[j] = make([]float64, len(f.Trees))
	}
	c := &Trial{Features: features, Target: t}
	base := c.baseLoss()
	each(len(f.Trees), threads, func(k int) {
		tr := f.Trees[k]
		var out []int32
		for i := range f.n {
			if len(out) < rows && !f.has(k, i) {
				out = append(out, int32(i))
			}
		}
		if len(out) == 0 || base == 0 || ctx.Err() != nil {
			return
		}
		used := make([]bool, d)
		for i := range tr.Nodes {
			if !tr.Nodes[i].Leaf() {
				used[tr.Nodes[i].Feature] = true
			}
		}
		plain := 0.0
		for _, i := range out {
			plain += t.Loss(tr.Nodes[tr.Follow(features, i)].Stats, i)
		}
		for j := range d {
			if used[j] && ctx.Err() == nil {
				values[j][k] = (c.shuffledLoss(tr, out, j, newRand(f.seed, uint64(k)<<32|uint64(j))) - plain) / float64(len(out)) / base
			}
		}
	})
	return ranked(values), ctx.Err()
}

// ranked takes means and intervals of importances and puts the largest first.
func ranked(values [][]float64) []Importance {
	out := make([]Importance, len(values))
	for j, v := range values {
		m, e := meanError(v)
		out[j] = Importance{Feature: j, Mean: m, Low: m - z95*e, High: m + z95*e}
	}
	slices.SortStableFunc(out, func(a, b Importance) int {
		switch {
		case a.Mean > b.Mean:
			return -1
		case a.Mean < b.Mean:
			return 1
		}
		return 0
	})
	return out
}

// Walk adds to each feature what its tests on the way of row i changed in the answer
// (Saabas 2014), and returns the answer of the leaf.
func (t *Tree) Walk(features []Feature, i int32, value []float64, by []float64) float64 {
	at := 0
	for nd := &t.Nodes[0]; !nd.Leaf(); nd = &t.Nodes[at] {
		next := nd.Right
		if nd.left(features, i) {
			next = nd.Left
		}
		by[nd.Feature] += value[next] - value[at]
		at = next
	}
	return value[at]
}
