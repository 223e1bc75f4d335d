package dtree

import (
	"context"
	"math"
	"strconv"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	fewestForCV  = 20     // customers
	judgedRows   = 50_000 // of a cross-validation that prunes; more customers are judged by a sample
	checkedRows  = 30_000 // of one that only measures, in at most
	checkedFolds = 3      // parts
	mostSegments = 200    // leaves of a larger tree share segments
)

// run is one Fit on its way.
type run struct {
	ctx     context.Context // of the call; a run does not outlive it
	params  sdk.Params
	seed    uint64
	threads int
	rep     sdk.Reporter
	brief   bool
	notes   tree.Notes

	features []tree.Feature
	y        *tree.Outcome
	order    []int32 // row of the table at each place; nil = as it is
	o        tree.Options
	byError  bool

	full   *tree.Tree // as it grew
	leafOf []int32    // the leaf of full at each place; nil after hand edits
	tree   *tree.Tree // pruned and edited
	shown  *tree.Tree // the same with at most mostSegments leaves
	means  []float64  // of each node, where the outcome was logged

	standsFor []int // node of tree for each node of full

	pruning
	judgement
	inspection
}

// pruning is how the tree was cut back.
type pruning struct {
	trial    *tree.Trial
	steps    []tree.Step
	alphas   []float64
	leavesAt []int // of each step
}

// judgement is what is known of the tree from customers that it did not see.
type judgement struct {
	sample  []tree.Feature // what is judged: all customers, or a fair sample
	sampleY *tree.Target
	quality tree.Quality
	how     string // crossValidated, crossValidatedLeaves or training
	judged  int    // customers that were held out
	weighed []tree.Importance
}

// inspection is the node that the user looks at.
type inspection struct {
	options  []tree.Alternative
	optionOf uint64
}

// read takes target and features from the table. It returns false when that ends the
// run; a note says why.
func (r *run) read(t *table.Table) bool {
	if r.ctx.Err() != nil {
		return false
	}
	if t.Rows == 0 {
		r.notes.Add(sdk.SeverityError, "no_customers", "", sdk.Text{ZH: "没有可以分析的客户，请检查筛选条件。", EN: "There is no customer to analyse; check the filter."})
		return false
	}
	variance := r.params.Text("criterion") == criterionVariance
	if r.y = tree.ReadOutcome(t.ByRole(roleTarget)[0], r.params.Text("positive"), variance, &r.notes); r.y == nil {
		return false
	}
	n := t.Rows
	r.o = tree.Options{
		Entropy: r.params.Text("criterion") == criterionEntropy, MaxDepth: r.params.Int("max_depth"),
		MinLeaf: r.params.Int("min_leaf"), MinSplit: r.params.Int("min_split"), Threads: r.threads,
	}
	if r.params.IsAuto("min_leaf") {
		r.o.MinLeaf = autoLeaf(n)
	}
	r.byError = r.params.Text("prune_risk") == riskError
	r.features = tree.Usable(r.ctx, t.ByRole(roleFeatures), r.o.MinLeaf, r.threads, &r.notes)
	if r.notes.Failed() || r.ctx.Err() != nil {
		return false
	}
	r.weigh()
	var err error
	if n <= tree.ExactRows || r.y.Classes == nil {
		if r.features, r.y.Target, r.order, err = tree.Arrange(r.ctx, r.features, r.y.Target, 0, r.threads); err != nil {
			return false
		}
	}
	r.sample, r.sampleY = r.features, r.y.Target
	if n > judgedRows {
		most := checkedRows
		if r.prunes() {
			most = judgedRows
		}
		r.sample, r.sampleY, _, err = tree.Arrange(r.ctx, r.features, r.y.Target, most, r.threads)
	}
	return err == nil
}

// prunes reports whether cross-validation decides the size of the tree.
func (r *run) prunes() bool {
	return r.params.Text("prune") != pruneNone && r.params["alpha"].IsZero()
}

// autoLeaf is the fewest customers of a leaf where the choice is ours.
func autoLeaf(n int) int {
	if n < 1000 {
		return max(5, n*3/100)
	}
	return max(30, n/50)
}

// weigh gives every class the same weight where that is asked: each customer counts
// n / (classes × customers of the class).
func (r *run) weigh() {
	if r.y.Classes == nil || r.params.Text("weights") != weightsBalanced {
		return
	}
	count := make([]float64, len(r.y.Classes))
	for _, c := range r.y.Class {
		count[c]++
	}
	r.y.Weight = make([]float64, len(count))
	for c, n := range count {
		if n > 0 {
			r.y.Weight[c] = float64(r.y.Len()) / float64(len(count)) / n
		}
	}
}

// never is a complexity at which nothing is pruned.
const never = -1

// find grows the tree, prunes and edits it, and measures it on held-out customers.
func (r *run) find() error {
	r.rep.Progress(0.1, sdk.Text{ZH: "生长", EN: "Growing"})
	var err error
	if r.full, r.leafOf, err = tree.Grow(r.ctx, r.features, r.y.Target, r.o); err != nil {
		return err
	}
	r.alphas = r.full.Weakest(tree.Cost(r.full, r.y.Target, r.byError))
	alpha, err := r.prune()
	if err != nil {
		return err
	}
	r.tree = r.full.Pruned(alpha)
	if !r.edit() {
		return r.ctx.Err()
	}
	if err := r.judge(); err != nil {
		return err
	}
	if r.shown = r.tree; r.tree.Leaves() > mostSegments {
		if r.leafOf == nil { // changed by hand
			r.tree.Weakest(tree.Cost(r.tree, r.y.Target, r.byError))
		}
		r.shown = r.tree.PrunedTo(mostSegments)
	}
	r.means = r.rawMeans()
	return r.ctx.Err()
}

// prune finds the complexity at which branches become leaves, by cross-validation unless
// it is given, and leaves the folds' trees pruned as much for judging.
func (r *run) prune() (float64, error) {
	alpha, beta := float64(never), float64(never)
	if v := r.params["alpha"]; !v.IsZero() {
		alpha = r.params.Real("alpha") * tree.Cost(r.full, r.y.Target, r.byError)(&r.full.Nodes[0])
		beta = alpha
	}
	n := r.sampleY.Len()
	if n < fewestForCV || r.brief && !r.prunes() {
		return alpha, nil
	}
	r.rep.Progress(0.3, sdk.Text{ZH: "交叉验证", EN: "Cross-validating"})
	var err error
	folds := min(r.params.Int("folds"), n/2)
	if n < r.y.Len() && !r.prunes() {
		folds = min(folds, checkedFolds)
	}
	if r.trial, err = tree.CrossValidate(r.ctx, r.sample, r.sampleY, r.scaled(n), folds, r.seed, r.byError); err != nil {
		return 0, err
	}
	r.how, r.judged = "crossValidated", n
	if r.prunes() {
		r.steps, r.leavesAt = r.trial.Steps(r.alphas), r.full.LeavesAt(r.alphas)
		k := tree.Simplest(r.steps)
		alpha, beta = 0, tree.Between(r.alphas)[k]
		if k > 0 {
			alpha = r.alphas[k-1]
		}
	}
	r.trial.Prune(beta)
	return alpha, nil
}

// scaled are the options for a sample of n customers: leaves and splits ask for the
// same share of the customers as in all of them.
func (r *run) scaled(n int) tree.Options {
	o := r.o
	if all := r.y.Len(); n < all {
		o.MinLeaf = max(1, int(math.Round(float64(o.MinLeaf)*float64(n)/float64(all))))
		o.MinSplit = int(math.Round(float64(o.MinSplit) * float64(n) / float64(all)))
	}
	return o
}

// place returns the leaf of a row in the finished tree.
func (r *run) place(i int32) int {
	if r.leafOf == nil {
		return r.tree.Follow(r.features, i)
	}
	if r.standsFor == nil {
		r.standsFor = r.tree.StandsFor(r.full)
	}
	return r.standsFor[r.leafOf[i]]
}

// judge measures the finished tree.
func (r *run) judge() error {
	r.rep.Progress(0.7, sdk.Text{ZH: "衡量因素的重要性", EN: "Measuring importance"})
	cutoff := r.params.Real("cutoff")
	if r.brief {
		return nil
	}
	r.notes.Warn(tree.Leaks(r.sample, r.sampleY, r.scaled(r.sampleY.Len()), r.y.Name), r.sample)
	if r.trial == nil {
		r.how, r.judged = "training", r.y.Len()
		stats := make([][]float64, r.y.Len())
		for i := range stats {
			stats[i] = r.tree.Nodes[r.place(int32(i))].Stats
		}
		r.quality = tree.Assess(r.y.Target, stats, r.y.Positive, cutoff)
		return nil
	}
	stats := r.trial.HeldOut()
	if len(r.tree.Nodes) == 1 {
		// One leaf knows the base rate only. Folds differ in it by chance, against the
		// held-out customers; that would look like ranking the wrong way.
		for i := range stats {
			stats[i] = r.tree.Nodes[0].Stats
		}
	}
	r.quality = tree.Assess(r.sampleY, stats, r.y.Positive, cutoff)
	var err error
	if r.weighed, err = r.trial.Importances(r.ctx, r.seed, r.threads); err != nil {
		return err
	}
	return nil
}

// rawMeans returns each node's mean of an outcome that was logged, else nil.
func (r *run) rawMeans() []float64 {
	if r.y.Raw == nil {
		return nil
	}
	out := make([]float64, len(r.tree.Nodes))
	for i, x := range r.y.Raw {
		for at := r.place(int32(i)); at >= 0; at = r.tree.Nodes[at].Parent {
			out[at] += x / float64(r.tree.Nodes[at].N)
		}
	}
	return out
}

// remarks are what the owner should know about the result.
func (r *run) remarks() {
	if len(r.tree.Nodes) == 1 {
		r.notes.Add(sdk.SeverityWarning, "no_split", "", sdk.Text{
			ZH: "没有找到站得住的因素：这些列分不开结果，所有客户在一个客群里。可换因素、减小最小客群，或用 prune=none 看看。",
			EN: "No factor that holds was found: these columns do not tell the outcomes apart, and all customers are in one segment. Try other factors, a smaller smallest segment, or prune=none.",
		})
	}
	if r.how == "training" {
		r.notes.Add(sdk.SeverityWarning, "few_customers", "", sdk.Text{ZH: "客户太少，无法交叉验证；下面的指标是在同一批客户上算的，偏乐观。", EN: "Too few customers to cross-validate; the measures were taken on the same customers and flatter the tree."})
	}
	if n := r.y.Len(); r.judged > 0 && r.judged < n {
		r.notes.Add(sdk.SeverityInfo, "sampled", "", sdk.Text{
			ZH: "树用了全部 {n} 位客户；剪枝和指标用其中 {m} 位的公平样本交叉验证，偏保守。",
			EN: "The tree used all {n} customers; pruning and measures were cross-validated on a fair sample of {m} of them, which errs on the safe side.",
		}.Fill("n", strconv.Itoa(n), "m", strconv.Itoa(r.judged)))
	}
	if n := r.tree.Leaves(); n > mostSegments {
		r.notes.Add(sdk.SeverityInfo, "many_leaves", "", sdk.Text{
			ZH: "这棵树有 {n} 片叶子，客群只取最重要的 {m} 个分支；每位客户的概率仍按自己的叶子。",
			EN: "The tree has {n} leaves; segments are its {m} most important branches, while every customer's probability is that of the own leaf.",
		}.Fill("n", strconv.Itoa(n), "m", strconv.Itoa(r.shown.Leaves())))
	}
	r.imbalance()
}

func (r *run) imbalance() {
	if len(r.y.Classes) != 2 || r.brief {
		return
	}
	root := &r.tree.Nodes[0]
	share := root.Stats[r.y.Positive] / float64(root.N)
	if (share < 0.1 || share > 0.9) && r.quality.Accuracy > 0.5 {
		r.notes.Add(sdk.SeverityInfo, "imbalanced", "", sdk.Text{
			ZH: "“{value}”只占 {share}，准确率容易虚高，请看平衡准确率和 AUC；分界点 {cutoff} 能找出其中的 {found}，也可用 weights=balanced。",
			EN: "“{value}” is {share} of the customers, so accuracy flatters; look at balanced accuracy and AUC. The cut-off {cutoff} finds {found} of them; weights=balanced is another way.",
		}.Fill("value", r.y.Classes[r.y.Positive], "share", sheet.Percent(share), "cutoff", sheet.Number(r.quality.Cutoff), "found", sheet.Percent(r.quality.Sensitivity)))
	}
}
