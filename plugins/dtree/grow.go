package dtree

import (
	"context"
	"math"
	"sync"
)

// options say how a tree grows.
type options struct {
	entropy  bool // otherwise Gini; numbers always use the variance
	maxDepth int  // 0 = no limit but deepest
	minLeaf  int  // fewest rows of a leaf
	minSplit int  // fewest rows of a node that is split
}

const (
	deepest   = 40
	mostNodes = 20_000 // growing stops there, whatever else is asked
)

// node is one node of a tree. Nodes are stored parents first; 0 is the root.
type node struct {
	parent, left, right int // -1 = none
	depth, feature      int
	number              int     // 1 for the root, 2n and 2n+1 for the children of n
	threshold           float64 // numbers below it go left
	cut                 int     // the same as a code: codes below it go left
	side                []int8  // of a category's levels: 1 left, 0 right, -1 not seen here
	missingLeft         bool    // where missing and unseen values go
	n                   int     // rows
	stats               []float64
	risk                float64 // impurity times rows
	collapse            float64 // the complexity at which pruning makes it a leaf; -1 for leaves
}

func (t *node) leaf() bool { return t.left < 0 }

// tree is a grown tree over features.
type tree struct {
	nodes []node
	width int
}

// grower grows one tree.
type grower struct {
	ctx      context.Context
	features []feature
	t        *target
	o        options
	threads  int
	tree     *tree
	buffer   []int32
}

// grow grows a tree on some rows; the slice is reordered.
func grow(ctx context.Context, features []feature, t *target, rows []int32, o options, threads int) (*tree, error) {
	g := &grower{ctx: ctx, features: features, t: t, o: o, threads: threads, tree: &tree{width: t.width()}, buffer: make([]int32, len(rows))}
	g.add(-1, 1, 0, rows)
	type job struct {
		node int
		rows []int32
	}
	jobs := []job{{0, rows}}
	for len(jobs) > 0 && len(g.tree.nodes) < mostNodes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		j := jobs[0] // level by level, so that the limit cuts the deepest
		jobs = jobs[1:]
		s := g.search(j.node, j.rows)
		if s.gain <= 0 {
			continue
		}
		left, right := g.split(j.node, s, j.rows)
		jobs = append(jobs, job{g.tree.nodes[j.node].left, left}, job{g.tree.nodes[j.node].right, right})
	}
	return g.tree, ctx.Err()
}

func (g *grower) add(parent, number, depth int, rows []int32) int {
	nd := node{parent: parent, left: -1, right: -1, feature: -1, number: number, depth: depth, n: len(rows), stats: make([]float64, g.tree.width), collapse: -1}
	for _, i := range rows {
		g.t.add(nd.stats, i)
	}
	nd.risk = g.risk(nd.stats, rows)
	g.tree.nodes = append(g.tree.nodes, nd)
	return len(g.tree.nodes) - 1
}

// risk is the impurity of a node times its rows: Gini, entropy in bits, or the sum of
// squares around the mean.
func (g *grower) risk(stats []float64, rows []int32) float64 {
	if g.t.classes != nil {
		return g.impurity(stats)
	}
	mean, ss := stats[1]/max(1, stats[0]), 0.0
	for _, i := range rows {
		e := g.t.value[i] - mean
		ss += float64(e * e)
	}
	return ss
}

// impurity is risk up to a constant that is the same for a node and its children.
func (g *grower) impurity(stats []float64) float64 {
	if g.t.classes == nil {
		if stats[0] == 0 {
			return 0
		}
		return -stats[1] / stats[0] * stats[1]
	}
	n, s := 0.0, 0.0
	for _, c := range stats {
		n += c
		if g.o.entropy {
			s += xlogx(c)
		} else {
			s += c * c
		}
	}
	switch {
	case n == 0:
		return 0
	case g.o.entropy:
		return xlogx(n) - s
	}
	return n - s/n
}

func xlogx(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return x * math.Log2(x)
}

func rowsOf(t *target, stats []float64) float64 {
	if t.classes == nil {
		return stats[0]
	}
	n := 0.0
	for _, c := range stats {
		n += c
	}
	return n
}

// search finds the best split of a node. Of equal ones the first feature and the
// lowest cut win.
func (g *grower) search(at int, rows []int32) split {
	nd := &g.tree.nodes[at]
	limit := g.o.maxDepth
	if limit == 0 {
		limit = deepest
	}
	// Nothing to gain in a pure node; the margin is for rounding.
	if nd.depth >= min(limit, deepest) || len(rows) < g.o.minSplit || len(rows) < 2*g.o.minLeaf || nd.risk <= 1e-12*g.tree.nodes[0].risk {
		return split{}
	}
	found := make([]split, len(g.features))
	one := func(j int) { found[j] = g.searchFeature(j, rows, nd) }
	const worthThreads = 4096
	if g.threads < 2 || len(rows) < worthThreads {
		for j := range g.features {
			one(j)
		}
	} else {
		var wg sync.WaitGroup
		for w := range g.threads {
			wg.Go(func() {
				for j := w; j < len(g.features); j += g.threads {
					one(j)
				}
			})
		}
		wg.Wait()
	}
	best := split{}
	for _, s := range found {
		if s.gain > best.gain*(1+1e-12) {
			best = s
		}
	}
	if best.gain <= 1e-12*g.tree.nodes[0].risk {
		return split{}
	}
	return best
}

// split parts the rows of a node by s.
func (g *grower) split(at int, s split, rows []int32) (left, right []int32) {
	nd := &g.tree.nodes[at]
	nd.feature, nd.threshold, nd.cut, nd.side, nd.missingLeft = s.feature, s.threshold, s.cut, s.side, s.missingLeft
	codes, missing := g.features[s.feature].codes, g.features[s.feature].bins()
	k, m := 0, 0
	for _, i := range rows {
		if nd.goesLeft(int(codes[i]), missing) {
			rows[k] = i
			k++
		} else {
			g.buffer[m] = i
			m++
		}
	}
	copy(rows[k:], g.buffer[:m])
	left, right = rows[:k:k], rows[k:]
	number, depth := nd.number, nd.depth+1
	l := g.add(at, 2*number, depth, left)
	r := g.add(at, 2*number+1, depth, right)
	g.tree.nodes[at].left, g.tree.nodes[at].right = l, r
	return left, right
}

// goesLeft decides a code; missing is the feature's code for missing values.
func (t *node) goesLeft(code, missing int) bool {
	switch {
	case code == missing:
		return t.missingLeft
	case t.side == nil:
		return code < t.cut
	case t.side[code] < 0:
		return t.missingLeft
	}
	return t.side[code] == 1
}

// follow returns the leaf of row i.
func (t *tree) follow(features []feature, i int32) int {
	at := 0
	for !t.nodes[at].leaf() {
		nd := &t.nodes[at]
		f := &features[nd.feature]
		if nd.goesLeft(int(f.codes[i]), f.bins()) {
			at = nd.left
		} else {
			at = nd.right
		}
	}
	return at
}
