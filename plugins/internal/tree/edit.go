package tree

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"qunxiang/sdk"
)

// The errors of hand edits.
var (
	ErrNode    = errors.New("tree: no node of that number")
	ErrNothing = errors.New("tree: the division leaves one side empty")
	ErrDepth   = errors.New("tree: too deep")
)

// Garden is a tree with the rows it stands on, for looking at and changing nodes.
type Garden struct {
	Features []Feature
	Target   *Target
	Tree     *Tree
	Options  Options
}

// rowsOf lists the rows that reach a node.
func (g *Garden) rowsOf(at int) []int32 {
	var path []int
	for i := at; i > 0; i = g.Tree.Nodes[i].Parent {
		path = append(path, i)
	}
	slices.Reverse(path)
	var out []int32
	for i := range g.Target.Len() {
		row, here := int32(i), true
		for _, child := range path {
			nd := &g.Tree.Nodes[g.Tree.Nodes[child].Parent]
			if nd.left(g.Features, row) != (nd.Left == child) {
				here = false
				break
			}
		}
		if here {
			out = append(out, row)
		}
	}
	return out
}

// node makes a grower and a node for searching as if the tree grew there.
func (g *Garden) node(at int) (*grower, *grown) {
	o := g.Options
	o.Try = 0
	gr := newGrower(g.Features, g.Target, o)
	gr.rootRisk = g.Tree.Nodes[0].Risk
	nd := g.Tree.Nodes[at]
	nd.close()
	return gr, &grown{Node: nd}
}

// Alternative is a possible split of a node.
type Alternative struct {
	Test
	Gain        float64 // impurity times rows that it saves
	Left, Right []float64
}

// Alternatives finds the best split of a node for every feature, the best first.
func (g *Garden) Alternatives(at int) []Alternative {
	rows := g.rowsOf(at)
	var out []Alternative
	for j := range g.Features {
		if a, ok := g.best(at, rows, j); ok {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b Alternative) int { return cmp.Compare(b.Gain, a.Gain) })
	return out
}

// best is the best split of a node by one feature.
func (g *Garden) best(at int, rows []int32, j int) (Alternative, bool) {
	gr, nd := g.node(at)
	one := *gr
	one.features = gr.features[j : j+1]
	var s split
	if len(rows) <= ExactRows {
		l, lists := newLocal(&one, rows, nil)
		if l.searchFeature(0, nd, lists, &s); s.gain > gr.least() {
			l.apply(nd, &s, lists)
		}
	} else {
		b := newBig(&one)
		if b.searchFeature(0, nd, b.histogram(rows, 1), &s); s.gain > gr.least() {
			b.apply(nd, &s, slices.Clone(rows), make([]int32, len(rows)))
		}
	}
	if s.gain <= gr.least() {
		return Alternative{}, false
	}
	a := Alternative{Test: nd.Test, Gain: s.gain, Left: make([]float64, g.Target.width()), Right: make([]float64, g.Target.width())}
	a.Feature = j
	for _, i := range rows {
		switch a.side(&g.Features[j], i) {
		case 1:
			g.Target.add(a.Left, i)
		case 0:
			g.Target.add(a.Right, i)
		}
	}
	return a, true
}

// Prune makes the node with the number a leaf.
func (g *Garden) Prune(number uint64) error {
	at := g.Tree.Find(number)
	if at < 0 {
		return fmt.Errorf("%w: %d", ErrNode, number)
	}
	g.Tree = g.Tree.cut(func(nd *Node) bool { return nd.Number == number })
	return nil
}

// Split divides the node with the number by a test, or by the best one of its feature
// where the test asks nothing. What stood below the node is gone.
func (g *Garden) Split(number uint64, t Test) error {
	at := g.Tree.Find(number)
	if at < 0 {
		return fmt.Errorf("%w: %d", ErrNode, number)
	}
	if g.Tree.Nodes[at].Depth >= Deepest {
		return ErrDepth
	}
	rows := g.rowsOf(at)
	if !g.Features[t.Feature].Category() && t.Threshold != t.Threshold || g.Features[t.Feature].Category() && len(t.In) == 0 {
		a, ok := g.best(at, rows, t.Feature)
		if !ok {
			return ErrNothing
		}
		t = a.Test
	}
	gr, nd := g.node(at)
	f := &g.Features[t.Feature]
	if f.Category() {
		t.Threshold = 0
	}
	nd.Test = t
	var count [2]int
	for _, i := range rows {
		if s := nd.side(f, i); s >= 0 {
			count[s]++
		}
	}
	if count[0] == 0 || count[1] == 0 {
		return ErrNothing
	}
	nd.MissingLeft = count[1] >= count[0]
	g.stand(gr, nd, rows, count)
	g.insert(gr, nd, rows)
	return nil
}

// stand finds surrogates for a test made by hand.
func (g *Garden) stand(gr *grower, nd *grown, rows []int32, count [2]int) {
	f := &g.Features[nd.Feature]
	if !f.Gaps || len(rows) > ExactRows {
		return
	}
	l, lists := newLocal(gr, rows, nil)
	for i, row := range rows {
		switch nd.side(f, row) {
		case 1:
			l.side[i] = 1
		case 0:
			l.side[i] = 0
		default:
			l.side[i] = unknown
		}
	}
	nd.Surrogates = l.surrogates(nd.Feature, lists, float64(count[1]), float64(count[0]))
}

// insert puts a divided node in place of its branch.
func (g *Garden) insert(gr *grower, nd *grown, rows []int32) {
	w := g.Target.width()
	var stats [2][]float64
	var n [2]int
	stats[0], stats[1] = make([]float64, w), make([]float64, w)
	for _, i := range rows {
		s := 1
		if nd.left(g.Features, i) {
			s = 0
		}
		g.Target.add(stats[s], i)
		n[s]++
	}
	left, right := gr.child(nd, 0, stats[0], n[0]), gr.child(nd, 1, stats[1], n[1])
	number := nd.Number
	t := g.Tree.cut(func(x *Node) bool { return x.Number == number })
	at := t.Find(number)
	out := &Tree{Nodes: slices.Clone(t.Nodes[:at+1])}
	node := nd.Node
	node.Parent, node.Left, node.Right, node.Collapse = t.Nodes[at].Parent, at+1, at+2, 0
	out.Nodes[at] = node
	left.Parent, right.Parent = at, at
	out.Nodes = append(out.Nodes, left.Node, right.Node)
	out.Nodes = append(out.Nodes, t.Nodes[at+1:]...)
	move := func(i int) int {
		if i > at {
			return i + 2
		}
		return i
	}
	for i := range out.Nodes {
		x := &out.Nodes[i]
		if i >= at && i <= at+2 { // new
			continue
		}
		x.Parent = move(x.Parent)
		if !x.Leaf() {
			x.Left, x.Right = move(x.Left), move(x.Right)
		}
	}
	g.Tree = out
}

// Nowhere is the threshold of a test that leaves the cut to Split.
func Nowhere() float64 { return math.NaN() }

// Above returns the cut that sends x itself left: in the middle to the next value of
// the feature.
func (f *Feature) Above(x float64) float64 {
	next := math.Inf(1)
	if f.raw != nil {
		for _, y := range f.raw {
			if y > x && y < next {
				next = y
			}
		}
	} else {
		for _, y := range f.numbers {
			if y > x {
				next = y
				break
			}
		}
	}
	if math.IsInf(next, 1) {
		return math.Nextafter(x, next)
	}
	return f.between(x, next)
}

// Level returns the code of a level by name.
func (f *Feature) Level(name string) (uint32, bool) {
	at, ok := slices.BinarySearch(f.Levels, name)
	return uint32(at), ok
}

// Refit returns a trial of a tree whose structure is given: for every fold the leaves
// are counted without the fold's rows. Rows are arranged.
func Refit(features []Feature, t *Target, tr *Tree, k int, seed uint64) *Trial {
	c := &Trial{Features: features, Target: t, Trees: make([]*Tree, k), Rows: folds(t, k, seed)}
	for f := range k {
		own := &Tree{Nodes: slices.Clone(tr.Nodes)}
		for i := range own.Nodes {
			own.Nodes[i].Stats = slices.Clone(own.Nodes[i].Stats)
		}
		one := make([]float64, t.width())
		for _, i := range c.Rows[f] {
			clear(one)
			t.add(one, i)
			for at := own.Follow(features, i); at >= 0; at = own.Nodes[at].Parent {
				for s := range one {
					own.Nodes[at].Stats[s] -= one[s]
				}
			}
		}
		c.Trees[f] = own
	}
	return c
}

// Text is the condition of the left side.
func (a *Alternative) Text(features []Feature) sdk.Text {
	c := open(&features[a.Feature])
	c.narrow(features, &Node{Test: a.Test}, true)
	c.missing = false
	return c.Text()
}
