package dtree

import (
	"container/heap"
	"math"
	"slices"
)

// weakest computes at which complexity each node becomes a leaf (weakest-link pruning,
// Breiman et al. 1984, chapter 3) and returns the rising sequence of these
// complexities, in units of risk. cost is the risk of a node as a leaf.
func (t *tree) weakest(cost func(*node) float64) []float64 {
	n := len(t.nodes)
	p := &pruner{t: t, cost: make([]float64, n), below: make([]float64, n), leaves: make([]int, n), version: make([]int, n)}
	for i := n - 1; i >= 0; i-- { // children follow their parents
		nd := &t.nodes[i]
		p.cost[i] = cost(nd)
		nd.collapse = -1
		if nd.leaf() {
			p.below[i], p.leaves[i] = p.cost[i], 1
			continue
		}
		p.below[i] = p.below[nd.left] + p.below[nd.right]
		p.leaves[i] = p.leaves[nd.left] + p.leaves[nd.right]
		p.links = append(p.links, link{node: i, g: p.g(i)})
	}
	heap.Init(&p.links)
	alpha := 0.0
	var out []float64
	for p.links.Len() > 0 {
		l, ok := heap.Pop(&p.links).(link)
		if !ok || t.nodes[l.node].collapse >= 0 || l.version != p.version[l.node] {
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
	t       *tree
	cost    []float64
	below   []float64 // risk of the leaves below
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
	risk, leaves := p.cost[i]-p.below[i], p.leaves[i]-1
	for a := i; a >= 0; a = p.t.nodes[a].parent {
		p.below[a] += risk
		p.leaves[a] -= leaves
		if a != i && p.leaves[a] > 1 {
			p.version[a]++
			heap.Push(&p.links, link{node: a, version: p.version[a], g: p.g(a)})
		}
	}
}

// mark records the complexity for all inner nodes of the branch.
func (p *pruner) mark(i int, alpha float64) {
	nd := &p.t.nodes[i]
	if nd.leaf() || nd.collapse >= 0 {
		return
	}
	nd.collapse = alpha
	p.mark(nd.left, alpha)
	p.mark(nd.right, alpha)
}

type link struct {
	node, version int
	g             float64
}

// links is a heap by g, the deeper (later) node first among equals.
type links []link

func (l links) Len() int { return len(l) }
func (l links) Less(a, b int) bool {
	if l[a].g != l[b].g {
		return l[a].g < l[b].g
	}
	return l[a].node > l[b].node
}
func (l links) Swap(a, b int) { l[a], l[b] = l[b], l[a] }

// Push and Pop are for container/heap.
func (l *links) Push(x any) {
	if v, ok := x.(link); ok {
		*l = append(*l, v)
	}
}

// Pop removes the last element.
func (l *links) Pop() any {
	old := *l
	x := old[len(old)-1]
	*l = old[:len(old)-1]
	return x
}

// pruned returns a copy in which every node that collapses at alpha or before is a leaf.
func (t *tree) pruned(alpha float64) *tree {
	out := &tree{width: t.width}
	var walk func(i, parent int) int
	walk = func(i, parent int) int {
		nd := t.nodes[i]
		nd.parent = parent
		at := len(out.nodes)
		leaf := nd.leaf() || nd.collapse <= alpha
		left, right := nd.left, nd.right
		if leaf {
			nd.left, nd.right, nd.feature, nd.side, nd.collapse = -1, -1, -1, nil, -1
		}
		out.nodes = append(out.nodes, nd)
		if !leaf {
			l := walk(left, at)
			r := walk(right, at)
			out.nodes[at].left, out.nodes[at].right = l, r
		}
		return at
	}
	walk(0, -1)
	return out
}

// between returns a complexity typical of each stretch of the sequence: 0 at first,
// then the geometric mean of the ends, the last one open (chapter 3.4.2).
func between(alphas []float64) []float64 {
	out := make([]float64, len(alphas)+1)
	for k := 1; k < len(alphas); k++ {
		out[k] = math.Sqrt(alphas[k-1] * alphas[k])
	}
	if len(alphas) > 0 {
		out[len(alphas)] = math.Inf(1)
		if alphas[0] == 0 { // what costs nothing goes first
			out[0] = 0
		}
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
func (l *losses) add(t *tree, features []feature, i int32, loss func(*node) float64) {
	hi := len(l.betas)
	for at := 0; ; {
		nd := &t.nodes[at]
		lo := 0
		if !nd.leaf() {
			lo, _ = slices.BinarySearch(l.betas, nd.collapse)
		}
		if lo = min(lo, hi); lo < hi {
			x := loss(nd)
			l.sum[lo] += x
			l.sum[hi] -= x
			l.square[lo] += x * x
			l.square[hi] -= x * x
		}
		hi = lo
		if nd.leaf() || hi == 0 {
			return
		}
		f := &features[nd.feature]
		if nd.goesLeft(int(f.codes[i]), f.bins()) {
			at = nd.left
		} else {
			at = nd.right
		}
	}
}

func (l *losses) merge(o *losses) {
	for k := range l.sum {
		l.sum[k] += o.sum[k]
		l.square[k] += o.square[k]
	}
}

// choose returns the position of the simplest tree whose loss is within one standard
// error of the smallest.
func (l *losses) choose(n int) int {
	k := len(l.betas)
	mean, se := make([]float64, k), make([]float64, k)
	sum, square := 0.0, 0.0
	for i := range k {
		sum += l.sum[i]
		square += l.square[i]
		mean[i] = sum / float64(n)
		se[i] = math.Sqrt(max(0, square/float64(n)-mean[i]*mean[i]) / float64(n))
	}
	best := 0
	for i := range k {
		if mean[i] < mean[best]*(1-1e-12) {
			best = i
		}
	}
	for i := k - 1; i > best; i-- {
		if mean[i] <= mean[best]+se[best] {
			return i
		}
	}
	return best
}
