package tree

import (
	"context"
	"math"
	"sync/atomic"

	"qunxiang/internal/large"
)

// Options say how a tree grows.
type Options struct {
	Entropy  bool   // otherwise Gini; numbers always use the variance
	MaxDepth int    // 0 = no limit but Deepest
	MinLeaf  int    // fewest rows of a leaf, ≥ 1
	MinSplit int    // fewest rows of a node that is split
	Try      int    // features looked at in each node, drawn by Seed; 0 = all
	Seed     uint64 // of the draws
	Threads  int
}

// Deepest is the depth at which growing ends whatever is asked, so that numbers of
// nodes fit 64 bits.
const Deepest = 60

// Test asks one feature.
type Test struct {
	Feature   int
	Threshold float64  // numbers below it go left
	Reverse   bool     // numbers below it go right
	In, Out   []uint32 // levels that go left and right, rising
	Rest      bool     // levels in neither go left
}

// side is 1 for left, 0 for right, -1 for unknown.
func (t *Test) side(f *Feature, i int32) int {
	if !f.Category() {
		x := f.number(i)
		switch {
		case x != x:
			return -1
		case (x < t.Threshold) != t.Reverse:
			return 1
		}
		return 0
	}
	c := f.level(i)
	switch {
	case c == wideGone:
		return -1
	case t.sends(c):
		return 1
	}
	return 0
}

// stands is side for a surrogate: a level that nobody had whom the split decides tells
// nothing, and the next surrogate is asked (as in rpart).
func (t *Test) stands(f *Feature, i int32) int {
	if !f.Category() {
		return t.side(f, i)
	}
	switch c := f.level(i); {
	case has(t.In, c):
		return 1
	case has(t.Out, c):
		return 0
	}
	return -1
}

func has(sorted []uint32, c uint32) bool {
	lo, hi := 0, len(sorted)
	for lo < hi {
		if m := (lo + hi) / 2; sorted[m] < c {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo < len(sorted) && sorted[lo] == c
}

// Node is one node of a tree. Test and Surrogates hold for inner nodes.
type Node struct {
	Parent, Left, Right int // -1 = none
	Depth               int
	Number              uint64 // 1 for the root, 2n and 2n+1 for the children of n
	Test
	Surrogates  []Test // asked in turn where Test does not know
	MissingLeft bool   // where those go that no test knows
	N           int    // rows
	Stats       []float64
	Risk        float64 // impurity times (weighted) rows
	Collapse    float64 // the complexity at which pruning makes it a leaf; -1 for leaves
}

// Leaf reports whether the node has no children.
func (n *Node) Leaf() bool { return n.Left < 0 }

// left decides row i.
func (n *Node) left(features []Feature, i int32) bool {
	if s := n.side(&features[n.Feature], i); s >= 0 {
		return s == 1
	}
	for k := range n.Surrogates {
		t := &n.Surrogates[k]
		if s := t.stands(&features[t.Feature], i); s >= 0 {
			return s == 1
		}
	}
	return n.MissingLeft
}

// Tree is a grown tree: parents before children, the left child's branch first.
type Tree struct{ Nodes []Node }

// Leaves returns the number of leaves.
func (t *Tree) Leaves() int { return (len(t.Nodes) + 1) / 2 }

// Follow returns the leaf of row i.
func (t *Tree) Follow(features []Feature, i int32) int {
	at := 0
	for nd := &t.Nodes[0]; !nd.Leaf(); nd = &t.Nodes[at] {
		if nd.left(features, i) {
			at = nd.Left
		} else {
			at = nd.Right
		}
	}
	return at
}

// Find returns the place of the node with the number, -1 where there is none.
func (t *Tree) Find(number uint64) int {
	for i := range t.Nodes {
		if t.Nodes[i].Number == number {
			return i
		}
	}
	return -1
}

// grown is a node while the tree grows.
type grown struct {
	Node
	l, r   *grown
	closed int32
}

// grower grows one tree.
type grower struct {
	features []Feature
	t        *Target
	o        Options
	rootRisk float64
	stop     *atomic.Bool
	weights  []float64

	leafOf []int32 // by row: which leaf, in the order in which they were closed; nil = not asked
	closed *atomic.Int32
}

func newGrower(features []Feature, t *Target, o Options) *grower {
	g := &grower{features: features, t: t, o: o, stop: new(atomic.Bool)}
	g.o.MinLeaf = max(1, o.MinLeaf)
	g.o.MinSplit = max(2, o.MinSplit, 2*g.o.MinLeaf)
	if g.o.MaxDepth <= 0 || g.o.MaxDepth > Deepest {
		g.o.MaxDepth = Deepest
	}
	if t.Classes != nil {
		g.weights = make([]float64, len(t.Classes))
		for c := range g.weights {
			g.weights[c] = t.weight(c)
		}
	}
	return g
}

// watch ends the work when ctx does.
func (g *grower) watch(ctx context.Context) func() bool {
	return context.AfterFunc(ctx, func() { g.stop.Store(true) })
}

// root makes the first node.
func (g *grower) root(stats []float64, n int) *grown {
	at := &grown{Node: Node{Parent: -1, Left: -1, Right: -1, Number: 1, N: n, Stats: stats, Collapse: -1}}
	at.Risk = g.impurity(stats)
	g.rootRisk = at.Risk
	return at
}

// child makes a child node.
func (g *grower) child(at *grown, right uint64, stats []float64, n int) *grown {
	c := &grown{Node: Node{Left: -1, Right: -1, Number: 2*at.Number + right, Depth: at.Depth + 1, N: n, Stats: stats, Collapse: -1}}
	c.Risk = g.impurity(stats)
	return c
}

// splits reports whether a node is worth searching. Nothing is to be gained in a pure
// node; the margin is for rounding.
func (g *grower) splits(at *grown) bool {
	return at.Depth < g.o.MaxDepth && at.N >= g.o.MinSplit && at.Risk > 1e-12*g.rootRisk && !g.stop.Load()
}

// least is the gain below which a split is rounding noise.
func (g *grower) least() float64 { return 1e-12 * g.rootRisk }

// impurity is that of a node times its weighted rows: Gini, entropy in bits, or the sum
// of squares around the mean.
func (g *grower) impurity(stats []float64) float64 {
	if g.t.Classes == nil {
		return max(0, stats[2]-mean2(stats))
	}
	n, s := 0.0, 0.0
	for c, x := range stats {
		x *= g.weights[c]
		n += x
		if g.o.Entropy {
			s += xlogx(x)
		} else {
			s += float64(x * x)
		}
	}
	switch {
	case n == 0:
		return 0
	case g.o.Entropy:
		return xlogx(n) - s
	}
	return n - s/n
}

// mean2 is the square of the sum over the rows.
func mean2(stats []float64) float64 {
	if stats[0] == 0 {
		return 0
	}
	return stats[1] / stats[0] * stats[1]
}

func xlogx(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return x * math.Log2(x)
}

// flat writes the nodes in order.
func flat(root *grown) *Tree {
	t := &Tree{}
	var walk func(at *grown, parent int) int
	walk = func(at *grown, parent int) int {
		i := len(t.Nodes)
		at.Parent = parent
		t.Nodes = append(t.Nodes, at.Node)
		if at.l != nil {
			l := walk(at.l, i)
			r := walk(at.r, i)
			t.Nodes[i].Left, t.Nodes[i].Right = l, r
		}
		return i
	}
	walk(root, -1)
	return t
}

// close remembers which rows a leaf has.
func (g *grower) close(at *grown, rows []int32) {
	if g.leafOf == nil {
		return
	}
	at.closed = g.closed.Add(1) - 1
	for _, row := range rows {
		g.leafOf[row] = at.closed
	}
}

// Grow grows a tree on all rows and returns the leaf of each. It ends with ctx's error.
func Grow(ctx context.Context, features []Feature, t *Target, o Options) (*Tree, []int32, error) {
	g := newGrower(features, t, o)
	g.leafOf, g.closed = large.Make[int32](t.Len()), new(atomic.Int32)
	root, err := g.grow(ctx, count(t.Len()))
	if err != nil {
		return nil, nil, err
	}
	tr, place := flat(root), make([]int32, g.closed.Load())
	var walk func(at *grown)
	i := 0
	walk = func(at *grown) {
		if at.l == nil {
			place[at.closed] = int32(i)
		}
		i++
		if at.l != nil {
			walk(at.l)
			walk(at.r)
		}
	}
	walk(root)
	for row, c := range g.leafOf {
		g.leafOf[row] = place[c]
	}
	return tr, g.leafOf, nil
}

func (g *grower) grow(ctx context.Context, rows []int32) (*grown, error) {
	defer g.watch(ctx)()
	t := g.t
	stats := make([]float64, t.width())
	for _, i := range rows {
		t.add(stats, i)
	}
	root := g.root(stats, len(rows))
	if len(rows) <= ExactRows {
		l, lists := newLocal(g, rows, nil)
		l.grow(root, lists)
	} else {
		newBig(g).run(root, rows)
	}
	return root, ctx.Err()
}

func count(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}
