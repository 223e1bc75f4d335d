package tree

import (
	"context"
	"math/rand/v2"
	"slices"
)

// Trial is a cross-validation: one tree for each fold, grown without the fold's rows.
type Trial struct {
	Features []Feature
	Target   *Target
	Trees    []*Tree
	Rows     [][]int32 // held-out rows of each fold
	ByError  bool      // pruning counts errors, not impurity
}

// folds deals the rows out so that every fold has the same mix of outcomes: rows are
// sorted by outcome (stable, so the canonical order decides among equals) and dealt in
// turn, starting at a place that the seed chooses.
func folds(t *Target, k int, seed uint64) [][]int32 {
	order := count(t.Len())
	slices.SortStableFunc(order, func(a, b int32) int {
		if t.Classes != nil {
			return int(t.Class[a]) - int(t.Class[b])
		}
		switch x, y := t.Value[a], t.Value[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	out := make([][]int32, k)
	start := int(seed % uint64(k))
	for at, i := range order {
		f := (at + start) % k
		out[f] = append(out[f], i)
	}
	for f := range out {
		slices.Sort(out[f])
	}
	return out
}

// CrossValidate grows the folds' trees on arranged rows, at most ExactRows, several trees
// at a time.
func CrossValidate(ctx context.Context, features []Feature, t *Target, o Options, k int, seed uint64, byError bool) (*Trial, error) {
	c := &Trial{Features: features, Target: t, Trees: make([]*Tree, k), Rows: folds(t, k, seed), ByError: byError}
	g := newGrower(features, t, o)
	defer g.watch(ctx)()
	base, lists := newLocal(g, count(t.Len()), nil)
	each(k, o.Threads, func(f int) {
		keep := make([]bool, t.Len())
		for i := range keep {
			keep[i] = true
		}
		for _, i := range c.Rows[f] {
			keep[i] = false
		}
		c.Trees[f] = base.tree(lists, keep)
		c.Trees[f].Weakest(c.Cost(c.Trees[f]))
	})
	return c, ctx.Err()
}

// tree grows a tree on the rows with the mark.
func (l *local) tree(lists [][]uint32, keep []bool) *Tree {
	g := *l.g
	o, own := l.subset(&g, lists, keep)
	stats := make([]float64, g.t.width())
	o.tally(own[len(own)-1], stats)
	root := g.root(stats, len(own[len(own)-1]))
	o.grow(root, own)
	return flat(root)
}

// Cost is the risk of a node as a leaf, for each (weighted) row of the tree, so that
// trees over different numbers of rows are comparable: impurity, or the share of errors.
func (c *Trial) Cost(t *Tree) func(*Node) float64 { return Cost(t, c.Target, c.ByError) }

// Cost is that of Trial for any tree.
func Cost(t *Tree, y *Target, byError bool) func(*Node) float64 {
	n := 0.0
	if y.Classes == nil {
		n = t.Nodes[0].Stats[0]
	}
	for k, x := range t.Nodes[0].Stats {
		if y.Classes != nil {
			n += x * y.weight(k)
		}
	}
	n = max(n, 1e-300)
	if !byError || y.Classes == nil {
		return func(nd *Node) float64 { return nd.Risk / n }
	}
	return func(nd *Node) float64 {
		sum := 0.0
		for k, x := range nd.Stats {
			sum += x * y.weight(k)
		}
		k := y.Predicted(nd.Stats)
		return (sum - nd.Stats[k]*y.weight(k)) / n
	}
}

// loss is the loss of a node's answer for row i in the units of the pruning.
func (c *Trial) loss(stats []float64, i int32) float64 {
	if !c.ByError || c.Target.Classes == nil {
		return c.Target.Loss(stats, i)
	}
	k := int(c.Target.Class[i])
	if c.Target.Predicted(stats) == k {
		return 0
	}
	return c.Target.weight(k)
}

// Steps judges every stretch of a pruning sequence on the held-out rows.
func (c *Trial) Steps(alphas []float64) []Step {
	betas := Between(alphas)
	all := newLosses(betas)
	for f, tr := range c.Trees {
		part := newLosses(betas)
		for _, i := range c.Rows[f] {
			part.add(tr, c.Features, i, func(nd *Node) float64 { return c.loss(nd.Stats, i) })
		}
		all.merge(part)
	}
	return all.steps(alphas, c.Target.Len())
}

// Prune prunes the folds' trees.
func (c *Trial) Prune(beta float64) {
	for f, tr := range c.Trees {
		c.Trees[f] = tr.Pruned(beta)
	}
}

// HeldOut returns the statistics of the leaf that each row reaches in the tree that has
// not seen it.
func (c *Trial) HeldOut() [][]float64 {
	out := make([][]float64, c.Target.Len())
	for f, tr := range c.Trees {
		for _, i := range c.Rows[f] {
			out[i] = tr.Nodes[tr.Follow(c.Features, i)].Stats
		}
	}
	return out
}

// Importance is how much worse held-out predictions become when a feature's values are
// shuffled, as a share of the loss of always answering the base rate.
type Importance struct {
	Feature         int
	Mean, Low, High float64 // Low and High span 95 % (Student's t) over the folds
}

// importanceRows bounds the held-out rows of a fold that are shuffled.
const importanceRows = 20_000

// Importances shuffles each feature in each fold (Breiman 2001).
func (c *Trial) Importances(ctx context.Context, seed uint64, threads int) ([]Importance, error) {
	d := len(c.Features)
	values := make([][]float64, d)
	for j := range values {
		values[j] = make([]float64, len(c.Trees))
	}
	base := c.baseLoss()
	each(len(c.Trees), threads, func(f int) {
		tr, rows := c.Trees[f], c.Rows[f][:min(importanceRows, len(c.Rows[f]))]
		used := make([]bool, d)
		for i := range tr.Nodes {
			if nd := &tr.Nodes[i]; !nd.Leaf() {
				used[nd.Feature] = true
				for _, s := range nd.Surrogates {
					used[s.Feature] = true
				}
			}
		}
		plain := c.plainLoss(tr, rows)
		for j := range d {
			if ctx.Err() == nil && used[j] && base > 0 {
				values[j][f] = (c.shuffledLoss(tr, rows, j, newRand(seed, uint64(f)<<32|uint64(j)), plain) - plain.sum) / float64(len(rows)) / base
			}
		}
	})
	return ranked(values), ctx.Err()
}

func newRand(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// baseLoss is the mean loss of answering the base rate.
func (c *Trial) baseLoss() float64 {
	t := c.Target
	stats := make([]float64, t.width())
	for i := range t.Len() {
		t.add(stats, int32(i))
	}
	sum := 0.0
	for i := range t.Len() {
		sum += t.Loss(stats, int32(i))
	}
	return sum / float64(t.Len())
}

// asks says of every node whether feature j is asked for on the way to it.
func (t *Tree) asks(j int) []bool {
	out := make([]bool, len(t.Nodes))
	for at := range t.Nodes { // parents stand before their children
		nd := &t.Nodes[at]
		if nd.Leaf() {
			continue
		}
		asked := out[at] || nd.Feature == j
		for _, s := range nd.Surrogates {
			asked = asked || s.Feature == j
		}
		out[nd.Left], out[nd.Right] = asked, asked
	}
	return out
}

// rowLosses are the losses of rows, with the leaves that they reach.
type rowLosses struct {
	sum  float64
	each []float64
	leaf []int
}

// plainLoss is the loss of rows as they are.
func (c *Trial) plainLoss(tr *Tree, rows []int32) rowLosses {
	l := rowLosses{each: make([]float64, len(rows)), leaf: make([]int, len(rows))}
	for k, i := range rows {
		l.leaf[k] = tr.Follow(c.Features, i)
		l.each[k] = c.Target.Loss(tr.Nodes[l.leaf[k]].Stats, i)
		l.sum += l.each[k]
	}
	return l
}

// shuffledLoss is the loss of rows whose values of feature j are exchanged among them.
// Where nobody asks for the feature on the way to a row's leaf, it is the plain one.
func (c *Trial) shuffledLoss(tr *Tree, rows []int32, j int, rnd *rand.Rand, plain rowLosses) float64 {
	perm, sum, asked := rnd.Perm(len(rows)), 0.0, tr.asks(j)
	for k, i := range rows {
		loss := plain.each[k]
		if asked[plain.leaf[k]] {
			loss = c.Target.Loss(tr.Nodes[tr.followShuffled(c.Features, i, j, rows[perm[k]])].Stats, i)
		}
		sum += loss
	}
	return sum
}

// followShuffled is Follow with feature j read in another row.
func (t *Tree) followShuffled(features []Feature, i int32, j int, other int32) int {
	at := 0
	row := func(t *Test) int32 {
		if t.Feature == j {
			return other
		}
		return i
	}
	for !t.Nodes[at].Leaf() {
		nd := &t.Nodes[at]
		side := nd.side(&features[nd.Feature], row(&nd.Test))
		for k := 0; side < 0 && k < len(nd.Surrogates); k++ {
			s := &nd.Surrogates[k]
			side = s.stands(&features[s.Feature], row(s))
		}
		if side == 1 || side < 0 && nd.MissingLeft {
			at = nd.Left
		} else {
			at = nd.Right
		}
	}
	return at
}
