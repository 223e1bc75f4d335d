package tree

import (
	"math"
	"slices"
)

// Weakest computes at which complexity each node becomes a leaf (weakest-link pruning,
// Breiman et al. 1984, chapter 3) and returns the rising sequence of these
// complexities, in units of cost. cost is that of a node as a leaf.
func (t *Tree) Weakest(cost func(*Node) float64) []float64 {
	n := len(t.Nodes)
	p := &pruner{t: t, cost: make([]float64, n), below: make([]float64, n), leaves: make([]int, n), version: make([]int, n)}
	for i := n - 1; i >= 0; i-- { // children follow their parents
		nd := &t.Nodes[i]
		p.cost[i] = cost(nd)
		nd.Collapse = -1
		if nd.Leaf() {
			p.below[i], p.leaves[i] = p.cost[i], 1
			continue
		}
		p.below[i] = p.below[nd.Left] + p.below[nd.Right]
		p.leaves[i] = p.leaves[nd.Left] + p.leaves[nd.Right]
		p.links = append(p.links, link{node: i, g: p.g(i)})
	}
	p.links.init()
	alpha := 0.0
	var out []float64
	for len(p.links) > 0 {
		l := p.links.pop()
		if t.Nodes[l.node].Collapse >= 0 {
			continue
		}
		if l.version != p.version[l.node] { // what fell below made it dearer, never cheaper
			p.links.push(link{node: l.node, version: p.version[l.node], g: p.g(l.node)})
			continue
		}
		alpha = max(alpha, l.g)
		if len(out) == 0 || alpha > out[len(out)-1]+1e-12*p.cost[0] {
			out = append(out, alpha)
		}
		p.collapse(l.node, out[len(out)-1])
	}
	return out
}

type pruner struct {
	t       *Tree
	cost    []float64
	below   []float64 // cost of the leaves below
	leaves  []int
	version []int
	links   links
}

// g is what each leaf of a branch saves.
func (p *pruner) g(i int) float64 {
	return max(0, p.cost[i]-p.below[i]) / float64(p.leaves[i]-1)
}

// collapse makes a node a leaf and tells its ancestors.
func (p *pruner) collapse(i int, alpha float64) {
	p.mark(i, alpha)
	cost, leaves := p.cost[i]-p.below[i], p.leaves[i]-1
	for a := i; a >= 0; a = p.t.Nodes[a].Parent {
		p.below[a] += cost
		p.leaves[a] -= leaves
		p.version[a]++
	}
}

// mark records the complexity for all inner nodes of the branch.
func (p *pruner) mark(i int, alpha float64) {
	nd := &p.t.Nodes[i]
	if nd.Leaf() || nd.Collapse >= 0 {
		return
	}
	nd.Collapse = alpha
	p.mark(nd.Left, alpha)
	p.mark(nd.Right, alpha)
}

type link struct {
	node, version int
	g             float64
}

// links is a heap by g, the deeper (later) node first among equals. It is written out
// because trees of a hundred thousand leaves spend their time here.
type links []link

func (l links) less(a, b int) bool {
	if l[a].g != l[b].g {
		return l[a].g < l[b].g
	}
	return l[a].node > l[b].node
}

func (l links) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(l) {
			return
		}
		if c+1 < len(l) && l.less(c+1, c) {
			c++
		}
		if !l.less(c, i) {
			return
		}
		l[i], l[c] = l[c], l[i]
		i = c
	}
}

func (l links) init() {
	for i := len(l)/2 - 1; i >= 0; i-- {
		l.down(i)
	}
}

func (l *links) push(x link) {
	*l = append(*l, x)
	h := *l
	for i := len(h) - 1; i > 0 && h.less(i, (i-1)/2); i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
}

func (l *links) pop() link {
	h := *l
	x := h[0]
	h[0] = h[len(h)-1]
	*l = h[:len(h)-1]
	l.down(0)
	return x
}

// Pruned returns a copy in which every node that collapses at alpha or before is a leaf.
func (t *Tree) Pruned(alpha float64) *Tree {
	return t.cut(func(nd *Node) bool { return nd.Collapse <= alpha })
}

// PrunedTo returns a copy with at most so many leaves, pruned as Weakest found.
func (t *Tree) PrunedTo(leaves int) *Tree {
	if t.Leaves() <= leaves {
		return t
	}
	var alphas []float64
	for i := range t.Nodes {
		if !t.Nodes[i].Leaf() {
			alphas = append(alphas, t.Nodes[i].Collapse)
		}
	}
	slices.Sort(alphas) // the inner nodes that stay are those above the cut
	return t.Pruned(alphas[len(alphas)-leaves])
}

// cut returns a copy in which the inner nodes that leaf picks are leaves.
func (t *Tree) cut(leaf func(*Node) bool) *Tree {
	out := &Tree{}
	var walk func(i, parent int) int
	walk = func(i, parent int) int {
		nd := t.Nodes[i]
		nd.Parent = parent
		at := len(out.Nodes)
		ends := nd.Leaf() || leaf(&nd)
		left, right := nd.Left, nd.Right
		if ends {
			nd.close()
		}
		out.Nodes = append(out.Nodes, nd)
		if !ends {
			l := walk(left, at)
			r := walk(right, at)
			out.Nodes[at].Left, out.Nodes[at].Right = l, r
		}
		return at
	}
	walk(0, -1)
	return out
}

// close makes a node a leaf.
func (n *Node) close() {
	n.Left, n.Right, n.Collapse = -1, -1, -1
	n.Test, n.Surrogates, n.MissingLeft = Test{}, nil, false
}

// Between returns a complexity typical of each stretch of the sequence: 0 at first,
// then the geometric mean of the ends, the last one open (chapter 3.4.2).
func Between(alphas []float64) []float64 {
	out := make([]float64, len(alphas)+1)
	for k := 1; k < len(alphas); k++ {
		out[k] = math.Sqrt(alphas[k-1] * alphas[k])
	}
	if len(alphas) > 0 {
		out[len(alphas)] = math.Inf(1)
	}
	return out
}

// losses collects the loss of held-out rows for every stretch of the sequence at once.
type losses struct {
	betas       []float64
	sum, square []float64 // differences along the sequence
}

func newLosses(betas []float64) *losses {
	return &losses{betas: betas, sum: make([]float64, len(betas)+1), square: make([]float64, len(betas)+1)}
}

// add takes a row down a tree: every node on its way answers for the complexities from
// its own collapse to its parent's.
func (l *losses) add(t *Tree, features []Feature, i int32, loss func(*Node) float64) {
	hi := len(l.betas)
	for at := 0; ; {
		nd := &t.Nodes[at]
		lo := 0
		if !nd.Leaf() {
			lo, _ = slices.BinarySearch(l.betas, nd.Collapse)
		}
		if lo = min(lo, hi); lo < hi {
			x := loss(nd)
			l.sum[lo] += x
			l.sum[hi] -= x
			l.square[lo] += x * x
			l.square[hi] -= x * x
		}
		hi = lo
		if nd.Leaf() || hi == 0 {
			return
		}
		if nd.left(features, i) {
			at = nd.Left
		} else {
			at = nd.Right
		}
	}
}

func (l *losses) merge(o *losses) {
	for k := range l.sum {
		l.sum[k] += o.sum[k]
		l.square[k] += o.square[k]
	}
}

// Step is one stretch of the pruning sequence, judged on held-out rows.
type Step struct {
	Alpha     float64 // from here on
	Loss, Err float64 // mean loss and its standard error
}

// steps gives the loss of every stretch.
func (l *losses) steps(alphas []float64, n int) []Step {
	out := make([]Step, len(l.betas))
	sum, square := 0.0, 0.0
	for i := range out {
		sum += l.sum[i]
		square += l.square[i]
		mean := sum / float64(n)
		out[i] = Step{Loss: mean, Err: math.Sqrt(max(0, square/float64(n)-mean*mean) / float64(n))}
		if i > 0 {
			out[i].Alpha = alphas[i-1]
		}
	}
	return out
}

// Simplest returns the position of the simplest tree whose loss is within one standard
// error of the smallest.
func Simplest(steps []Step) int {
	best := 0
	for i := range steps {
		if steps[i].Loss < steps[best].Loss*(1-1e-12) {
			best = i
		}
	}
	for i := len(steps) - 1; i > best; i-- {
		if steps[i].Loss <= steps[best].Loss+steps[best].Err {
			return i
		}
	}
	return best
}

// LeavesAt counts the leaves that each stretch of the pruning sequence leaves standing.
func (t *Tree) LeavesAt(alphas []float64) []int {
	out := make([]int, len(alphas)+1)
	for i := range t.Nodes {
		if nd := &t.Nodes[i]; !nd.Leaf() {
			at, _ := slices.BinarySearch(alphas, nd.Collapse)
			out[at]++ // stands until then
		}
	}
	sum := 0
	for k := len(out) - 1; k >= 0; k-- {
		sum += out[k]
		out[k] = sum + 1
	}
	return out
}

// StandsFor gives for every node of the tree that t was pruned from the node of t at or
// above it.
func (t *Tree) StandsFor(full *Tree) []int {
	of := make(map[uint64]int, len(t.Nodes))
	for i := range t.Nodes {
		of[t.Nodes[i].Number] = i
	}
	out := make([]int, len(full.Nodes))
	for i := range out {
		nd := &full.Nodes[i]
		at, ok := of[nd.Number]
		if !ok {
			at = out[nd.Parent]
		}
		out[i] = at
	}
	return out
}
