package tree

import (
	"context"
	"hash/fnv"
	"math"
	"slices"
	"sync/atomic"

	"qunxiang/internal/large"
)

// Forest is an average of trees, each grown on a part of the rows with a few features
// drawn in every node (Breiman 2001; parts drawn without replacement, as Bühlmann and
// Yu 2002 propose, do as well as bootstraps).
//
// Whether a tree grows on a row is drawn by the row's values, so that also later it is
// known which trees have not seen a customer: only those are asked. A customer's own
// outcome then never flatters the own answer. Where many rows are alike in every value
// this would hide whole groups from a tree; there rows are drawn by their place, and all
// trees are asked.
type Forest struct {
	Trees []*Tree
	Draw  Draw
	keys  []uint64 // of the rows it grew on
}

// Draw says which rows a tree has seen.
type Draw struct {
	Seed  uint64  `json:"seed,string"`
	Share float64 `json:"share"` // of the rows in a tree; 0 = not known by values
}

const (
	partShare = 0.5
	partRows  = 50_000
	alike     = 0.9 // distinct rows below which values do not tell rows apart
)

// Seen reports whether tree k has seen the row of a key.
func (d Draw) Seen(k int, key uint64) bool {
	return float64(mix(mix(d.Seed^uint64(k))^key)>>11)/(1<<53) < d.Share
}

// Keys gives every row a number by the values of its features, the same for the same
// values in another table.
func Keys(features []Feature, n int) []uint64 {
	out := large.Make[uint64](n)
	for j := range features {
		f := &features[j]
		const absent = 0x5bd1e995
		if f.raw != nil {
			for i, x := range f.raw {
				h := uint64(absent)
				if x == x {
					h = hash(x)
				}
				out[i] = mix(out[i] ^ h)
			}
			continue
		}
		of := make([]uint64, max(len(f.Levels), len(f.numbers)))
		for c, x := range f.numbers {
			of[c] = hash(x)
		}
		for c, s := range f.Levels {
			h := fnv.New64a()
			_, _ = h.Write([]byte(s)) // never fails
			of[c] = h.Sum64()
		}
		for i := range out {
			h, c := uint64(absent), uint32(0)
			if f.wide != nil {
				c = f.wide[i]
			} else {
				c = uint32(f.code[i])
			}
			if int(c) < len(of) {
				h = of[c]
			}
			out[i] = mix(out[i] ^ h)
		}
	}
	return out
}

// GrowForest grows trees on arranged rows.
func GrowForest(ctx context.Context, features []Feature, t *Target, trees int, seed uint64, o Options) (*Forest, error) {
	n := t.Len()
	f := &Forest{Trees: make([]*Tree, trees), Draw: Draw{seed, min(partShare, float64(partRows)/float64(n))}, keys: Keys(features, n)}
	byPlace := len(slices.Compact(slices.Sorted(slices.Values(f.keys)))) < int(alike*float64(n))
	if byPlace {
		for i := range f.keys {
			f.keys[i] = uint64(i)
		}
	}
	g := newGrower(features, t, o)
	defer g.watch(ctx)()
	var base *local
	var lists [][]uint32
	if n <= ExactRows {
		base, lists = newLocal(g, count(n), nil)
	}
	each(trees, o.Threads, func(k int) {
		if ctx.Err() == nil {
			own := *g
			own.o.Seed = mix(seed ^ uint64(k))
			f.Trees[k] = f.tree(&own, k, base, lists)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return f, nil
}

// tree grows tree k.
func (f *Forest) tree(g *grower, k int, base *local, lists [][]uint32) *Tree {
	n := g.t.Len()
	if base != nil {
		keep := make([]bool, n)
		for i := range keep {
			keep[i] = f.has(k, i)
		}
		b := *base
		b.g = g
		return b.tree(lists, keep)
	}
	var rows []int32
	for i := range n {
		if f.has(k, i) && len(rows) < ExactRows {
			rows = append(rows, int32(i))
		}
	}
	l, parts := newLocal(g, rows, nil)
	stats := make([]float64, g.t.width())
	l.tally(parts[len(parts)-1], stats)
	root := g.root(stats, len(rows))
	l.grow(root, parts)
	return flat(root)
}

// has reports whether tree k grew on row i.
func (f *Forest) has(k, i int) bool { return f.Draw.Seen(k, f.keys[i]) }

// Asked is the draw to ask trees by: nothing where rows were drawn by their place.
func (f *Forest) Asked() Draw {
	if len(f.keys) > 1 && f.keys[0] == 0 && f.keys[1] == 1 {
		return Draw{}
	}
	return f.Draw
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
	n := len(f.keys)
	sum, times := make([]atomic.Int64, n), make([]atomic.Int32, n)
	each(len(f.Trees), threads, func(k int) {
		tr := f.Trees[k]
		values := answers(tr, answer)
		for i := range n {
			if i&4095 == 0 && ctx.Err() != nil {
				return
			}
			if !f.has(k, i) {
				sum[i].Add(int64(values[tr.Follow(features, int32(i))] * fixed))
				times[i].Add(1)
			}
		}
	})
	out := large.Make[float64](n)
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
	d, n := len(features), len(f.keys)
	values := make([][]float64, d)
	for j := range values {
		values[j] = make([]float64, len(f.Trees))
	}
	c := &Trial{Features: features, Target: t}
	base := c.baseLoss()
	each(len(f.Trees), threads, func(k int) {
		tr := f.Trees[k]
		var out []int32
		for i := range n {
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
		plain := c.plainLoss(tr, out)
		for j := range d {
			if used[j] && ctx.Err() == nil {
				values[j][k] = (c.shuffledLoss(tr, out, j, newRand(f.Draw.Seed, uint64(k)<<32|uint64(j)), plain) - plain.sum) / float64(len(out)) / base
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
		e *= student(len(v) - 1)
		out[j] = Importance{Feature: j, Mean: m, Low: m - e, High: m + e}
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
