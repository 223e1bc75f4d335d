package dtree

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// trial is a cross-validation: one tree for each fold, grown without the fold's rows.
type trial struct {
	fold  []uint8 // of each row
	trees []*tree
	rows  [][]int32 // held-out rows of each fold
}

// folds deals the rows out so that every fold has the same mix of outcomes: rows are
// sorted by outcome (stable, so the canonical order decides among equals) and dealt in
// turn, starting at a place that the seed chooses.
func folds(t *target, k int, seed uint64) []uint8 {
	n := t.n()
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		if t.classes != nil {
			return int(t.class[a]) - int(t.class[b])
		}
		switch x, y := t.value[a], t.value[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	out := make([]uint8, n)
	start := int(seed % uint64(k))
	for at, i := range order {
		out[i] = uint8((at + start) % k)
	}
	return out
}

// crossValidate grows the folds' trees, several at a time.
func crossValidate(ctx context.Context, features []feature, t *target, o options, k int, seed uint64, threads int) (*trial, error) {
	c := &trial{fold: folds(t, k, seed), trees: make([]*tree, k), rows: make([][]int32, k)}
	for i, f := range c.fold {
		c.rows[f] = append(c.rows[f], int32(i))
	}
	errs := make([]error, k)
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, threads))
	for f := range k {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			rows := make([]int32, 0, len(c.fold)-len(c.rows[f]))
			for i, g := range c.fold {
				if int(g) != f {
					rows = append(rows, int32(i))
				}
			}
			tr, err := grow(ctx, features, t, rows, o, 1)
			if err == nil {
				tr.weakest(perRow(tr))
			}
			c.trees[f], errs[f] = tr, err
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// perRow makes complexities of trees over different numbers of rows comparable.
func perRow(t *tree) func(*node) float64 {
	n := float64(max(1, t.nodes[0].n))
	return func(nd *node) float64 { return nd.risk / n }
}

// loss is the quadratic loss of a node's answer for row i: the Brier score, or the
// squared error.
func (t *target) loss(stats []float64, i int32) float64 {
	if t.classes == nil {
		e := t.value[i] - stats[1]/max(1, stats[0])
		return float64(e * e)
	}
	n, s := 0.0, 0.0
	for _, c := range stats {
		n += c
	}
	for k, c := range stats {
		e := c / max(1, n)
		if k == int(t.class[i]) {
			e--
		}
		s += float64(e * e)
	}
	return s
}

// choose returns how far the tree is to be pruned: the position in the sequence.
func (c *trial) choose(features []feature, t *target, betas []float64) int {
	all := newLosses(betas)
	for f, tr := range c.trees {
		part := newLosses(betas)
		for _, i := range c.rows[f] {
			part.add(tr, features, i, func(nd *node) float64 { return t.loss(nd.stats, i) })
		}
		all.merge(part)
	}
	return all.choose(t.n())
}

// heldOut returns the statistics of the leaf that each row reaches in the tree that has
// not seen it.
func (c *trial) heldOut(features []feature, n int) [][]float64 {
	out := make([][]float64, n)
	for f, tr := range c.trees {
		for _, i := range c.rows[f] {
			out[i] = tr.nodes[tr.follow(features, i)].stats
		}
	}
	return out
}

// quality are the measures of a prediction; NaN = undefined.
type quality struct {
	accuracy, balanced, auc float64
	rSquared, rmse          float64
}

// assess compares predictions with the outcome.
func assess(t *target, stats [][]float64) quality {
	nan := math.NaN()
	q := quality{nan, nan, nan, nan, nan}
	if t.classes == nil {
		q.assessNumbers(t, stats)
		return q
	}
	k := len(t.classes)
	right, count := make([]float64, k), make([]float64, k)
	score := make([]float64, len(stats))
	for i, s := range stats {
		count[t.class[i]]++
		if largest(s) == int(t.class[i]) {
			right[t.class[i]]++
		}
		score[i] = s[t.positive] / max(1, rowsOf(t, s))
	}
	hits, recall, present := 0.0, 0.0, 0.0
	for c := range k {
		hits += right[c]
		if count[c] > 0 {
			recall += right[c] / count[c]
			present++
		}
	}
	q.accuracy, q.balanced = hits/float64(len(stats)), recall/present
	q.auc = auc(score, func(i int32) bool { return int(t.class[i]) == t.positive })
	return q
}

func (q *quality) assessNumbers(t *target, stats [][]float64) {
	mean := 0.0
	for _, y := range t.value {
		mean += y / float64(len(t.value))
	}
	var sse, sst float64
	for i, s := range stats {
		e, d := t.value[i]-s[1]/max(1, s[0]), t.value[i]-mean
		sse += float64(e * e)
		sst += float64(d * d)
	}
	q.rmse = math.Sqrt(sse / float64(len(stats)))
	if sst > 0 {
		q.rSquared = 1 - sse/sst
	}
}

// largest is the commonest class, the first of equals.
func largest(stats []float64) int {
	best := 0
	for c, x := range stats {
		if x > stats[best] {
			best = c
		}
	}
	return best
}

// auc is the area under the ROC curve, by midranks (Mann–Whitney).
func auc(score []float64, positive func(int32) bool) float64 {
	order := make([]int32, len(score))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		switch {
		case score[a] < score[b]:
			return -1
		case score[a] > score[b]:
			return 1
		}
		return 0
	})
	ranks, p := 0.0, 0.0
	for i := 0; i < len(order); {
		end := i
		for end < len(order) && score[order[end]] == score[order[i]] {
			end++
		}
		for _, row := range order[i:end] {
			if positive(row) {
				p++
				ranks += float64(i+end+1) / 2
			}
		}
		i = end
	}
	n := float64(len(score)) - p
	if p == 0 || n == 0 {
		return math.NaN()
	}
	return (ranks - p*(p+1)/2) / (p * n)
}

// importance is how much worse held-out predictions become when a feature's values are
// shuffled, as a share of the loss of always answering the base rate.
type importance struct {
	feature         int
	mean, low, high float64 // low and high span 95 % over the folds
}

// importanceRows bounds the held-out rows of a fold that are used.
const importanceRows = 20_000

// importances shuffles each feature in each fold (Breiman 2001).
func (c *trial) importances(ctx context.Context, features []feature, t *target, seed uint64) ([]importance, error) {
	values := make([][]float64, len(features))
	base := baseLoss(t)
	for f, tr := range c.trees {
		rows := c.rows[f][:min(importanceRows, len(c.rows[f]))]
		used := map[int]bool{}
		for i := range tr.nodes {
			used[tr.nodes[i].feature] = true
		}
		plain := 0.0
		for _, i := range rows {
			plain += t.loss(tr.nodes[tr.follow(features, i)].stats, i)
		}
		for j := range features {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			worse := 0.0
			if used[j] && base > 0 {
				rnd := rand.New(rand.NewPCG(seed, uint64(f)<<32|uint64(j)))
				worse = (tr.shuffledLoss(features, t, rows, j, rnd) - plain) / float64(len(rows)) / base
			}
			values[j] = append(values[j], worse)
		}
	}
	out := make([]importance, len(features))
	for j, v := range values {
		m, e := meanError(v)
		const z95 = 1.96
		out[j] = importance{feature: j, mean: m, low: m - z95*e, high: m + z95*e}
	}
	slices.SortStableFunc(out, func(a, b importance) int {
		switch {
		case a.mean > b.mean:
			return -1
		case a.mean < b.mean:
			return 1
		}
		return 0
	})
	return out, nil
}

// baseLoss is the mean loss of answering the base rate.
func baseLoss(t *target) float64 {
	stats := make([]float64, t.width())
	for i := range t.n() {
		t.add(stats, int32(i))
	}
	sum := 0.0
	for i := range t.n() {
		sum += t.loss(stats, int32(i))
	}
	return sum / float64(t.n())
}

// shuffledLoss is the loss of rows whose values of feature j are exchanged among them.
func (t *tree) shuffledLoss(features []feature, y *target, rows []int32, j int, rnd *rand.Rand) float64 {
	perm, sum := rnd.Perm(len(rows)), 0.0
	for k, i := range rows {
		at := 0
		for !t.nodes[at].leaf() {
			nd := &t.nodes[at]
			f, row := &features[nd.feature], i
			if nd.feature == j {
				row = rows[perm[k]]
			}
			if nd.goesLeft(int(f.codes[row]), f.bins()) {
				at = nd.left
			} else {
				at = nd.right
			}
		}
		sum += y.loss(t.nodes[at].stats, i)
	}
	return sum
}

// meanError returns the mean and its standard error.
func meanError(v []float64) (mean, se float64) {
	n := float64(len(v))
	for _, x := range v {
		mean += x / n
	}
	if n < 2 {
		return mean, 0
	}
	ss := 0.0
	for _, x := range v {
		ss += float64((x - mean) * (x - mean))
	}
	return mean, math.Sqrt(ss / (n - 1) / n)
}
