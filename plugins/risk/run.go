package risk

import (
	"context"
	"math"
	"strconv"
	"strings"

	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	fewest     = 30  // customers, and
	fewestEach = 8   // of them with and without the outcome
	smoothing  = 2.0 // customers at the base rate that every leaf gets
	treeDepth  = 6
	leafShare  = 300
	folds      = 10
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

	y        *tree.Outcome
	yes      []bool // by place
	features []tree.Feature
	order    []int32 // row of the table at each place
	amount   *table.Column
	base     float64

	chosen     candidate
	candidates []candidate
	importance []tree.Importance
	stated
}

// stated is what is said of the customers.
type stated struct {
	calibration tree.Calibration
	probability []float64 // of the fitted model, by place
	reasons     []string
	low, high   float64 // limits of the bands
}

// candidate is a model with what it says of customers that it has not seen.
type candidate struct {
	kind    string
	trees   []*tree.Tree
	forest  *tree.Forest
	score   []float64 // held out, by place
	honest  []float64 // the same, calibrated without the customer's own tenth
	brier   float64
	logLoss float64
	auc     float64
	low     float64
	high    float64
}

// bare reports whether the model is one leaf.
func (c *candidate) bare() bool { return len(c.trees) == 1 && len(c.trees[0].Nodes) == 1 }

// summable reports whether the amounts can be added up, whatever their signs.
func summable(c *table.Column) bool {
	if !c.Numeric() {
		return true
	}
	sum := 0.0
	for i := range c.Len() {
		if x := math.Abs(c.Float(i)); !c.Missing(i) && x-x == 0 {
			sum += x
		}
	}
	return !math.IsInf(sum, 0)
}

// read takes what is needed from the table. It returns false when that ends the run.
func (r *run) read(t *table.Table) bool {
	if r.ctx.Err() != nil {
		return false
	}
	if t.Rows == 0 {
		r.notes.Add(sdk.SeverityError, "no_customers", "", sdk.Text{ZH: "没有可以分析的客户，请检查筛选条件。", EN: "There is no customer to analyse; check the filter."})
		return false
	}
	column := t.ByRole(roleTarget)[0]
	if r.y = tree.ReadOutcome(column, r.params.Text("positive"), false, &r.notes); r.y == nil {
		return false
	}
	if r.y.Classes == nil {
		r.notes.Add(sdk.SeverityError, "not_yes_no", column.Name, sdk.Text{ZH: "结果列“{column}”是数值，不是“是/否”；请选是否发生的列，数值可用决策树。", EN: "The outcome “{column}” is a number, not yes or no; choose a column that says whether it happened. For numbers there is the decision tree."})
		return false
	}
	r.binary()
	if c := t.ByRole(roleAmount); len(c) > 0 {
		r.amount = c[0]
		if !summable(r.amount) {
			r.notes.Add(sdk.SeverityError, "amount_too_large", r.amount.Name, sdk.Text{ZH: "金额列“{column}”的数值太大，加起来超出能表示的范围；请检查这一列，或换个单位。", EN: "The amounts in “{column}” are too large to be added up; check the column, or use another unit."})
			return false
		}
	}
	if !r.enough(column.Name) {
		return false
	}
	r.features = tree.Usable(r.ctx, t.ByRole(roleFeatures), max(5, t.Rows/leafShare), r.threads, &r.notes)
	if r.notes.Failed() || r.ctx.Err() != nil {
		return false
	}
	var err error
	if r.features, r.y.Target, r.order, err = tree.Arrange(r.ctx, r.features, r.y.Target, 0, r.threads); err != nil {
		return false
	}
	r.yes = make([]bool, t.Rows)
	for i, c := range r.y.Class {
		r.yes[i] = c == 1
	}
	return true
}

// binary makes of several values the one of interest and all others.
func (r *run) binary() {
	name := r.y.Classes[r.y.Positive]
	n := 0
	for i, c := range r.y.Class {
		k := byte(0)
		if int(c) == r.y.Positive {
			k = 1
			n++
		}
		r.y.Class[i] = k
	}
	r.base = float64(n) / float64(r.y.Len())
	r.y.Classes, r.y.Positive = []string{"", name}, 1
}

// enough says whether there are customers to learn from.
func (r *run) enough(column string) bool {
	n := r.y.Len()
	with := int(math.Round(r.base * float64(n)))
	if n >= fewest && min(with, n-with) >= fewestEach {
		return true
	}
	r.notes.Add(sdk.SeverityError, "too_few", column, sdk.Text{
		ZH: "客户太少，学不出可信的概率：共 {n} 位，其中“{value}”{with} 位；至少要 {least} 位，两边各 {each} 位。",
		EN: "Too few customers to learn probabilities that hold: {n}, of them {with} “{value}”; at least {least} are needed, {each} on either side.",
	}.Fill("n", strconv.Itoa(n), "with", strconv.Itoa(with), "value", r.y.Classes[1], "least", strconv.Itoa(fewest), "each", strconv.Itoa(fewestEach)))
	return false
}

// find fits the models, chooses one, calibrates it and puts customers into bands.
func (r *run) find() error {
	want := r.params.Text("model")
	if want != modelForest {
		r.rep.Progress(0.05, sdk.Text{ZH: "一棵树", EN: "One tree"})
		if err := r.oneTree(); err != nil {
			return err
		}
	}
	if want != modelTree {
		r.rep.Progress(0.15, sdk.Text{ZH: "多棵树", EN: "Many trees"})
		if err := r.forest(); err != nil {
			return err
		}
	}
	r.choose()
	r.rep.Progress(0.7, sdk.Text{ZH: "每位客户的原因", EN: "Reasons for every customer"})
	if !r.chosen.bare() {
		r.calibration = tree.Calibrate(r.kind(), r.chosen.score, r.yes)
	}
	if err := r.predict(); err != nil {
		return err
	}
	r.limits()
	if r.brief {
		return nil
	}
	if err := r.leaks(); err != nil {
		return err
	}
	return r.weigh()
}

func (r *run) kind() string {
	if k := r.params.Text("calibration"); k != choiceNone {
		return k
	}
	return ""
}

// answer is the share of a node, pulled to the base rate.
func (r *run) answer(nd *tree.Node) float64 { return tree.Smoothed(nd.Stats, 1, r.base, smoothing) }

func (r *run) oneTree() error {
	n := r.y.Len()
	o := tree.Options{MaxDepth: treeDepth, MinLeaf: max(5, n/50), Threads: r.threads}
	if !r.params.IsAuto("min_leaf") {
		o.MinLeaf = r.params.Int("min_leaf")
	}
	full, _, err := tree.Grow(r.ctx, r.features, r.y.Target, o)
	if err != nil {
		return err
	}
	alphas := full.Weakest(tree.Cost(full, r.y.Target, false))
	most := min(n, tree.ExactRows)
	features, y, place := r.features, r.y.Target, []int32(nil)
	if most < n {
		if features, y, place, err = tree.Arrange(r.ctx, r.features, r.y.Target, most, r.threads); err != nil {
			return err
		}
		o.MinLeaf = max(1, o.MinLeaf*most/n)
	}
	trial, err := tree.CrossValidate(r.ctx, features, y, o, folds, r.seed, false)
	if err != nil {
		return err
	}
	k := tree.Simplest(trial.Steps(alphas))
	alpha := -1.0
	if k > 0 {
		alpha = alphas[k-1]
	}
	c := candidate{kind: modelTree, trees: []*tree.Tree{full.Pruned(alpha)}, score: make([]float64, n)}
	trial.Prune(tree.Between(alphas)[k])
	for i := range c.score { // customers outside the sample are new to every tree
		if place != nil {
			tr := trial.Trees[0]
			c.score[i] = r.answer(&tr.Nodes[tr.Follow(r.features, int32(i))])
		}
	}
	for i, s := range trial.HeldOut() {
		at := i
		if place != nil {
			at = int(place[i])
		}
		c.score[at] = tree.Smoothed(s, 1, r.base, smoothing)
	}
	r.candidates = append(r.candidates, r.judged(c))
	return nil
}

func (r *run) forest() error {
	n, d := r.y.Len(), len(r.features)
	o := tree.Options{MinLeaf: max(5, n/leafShare), Try: max(min(d, 3), int(math.Ceil(math.Sqrt(float64(d))))), Threads: r.threads}
	if !r.params.IsAuto("min_leaf") {
		o.MinLeaf = r.params.Int("min_leaf")
	}
	f, err := tree.GrowForest(r.ctx, r.features, r.y.Target, r.params.Int("trees"), r.seed, o)
	if err != nil {
		return err
	}
	r.rep.Progress(0.5, sdk.Text{ZH: "用没见过的客户检验", EN: "Testing on customers not seen"})
	c := candidate{kind: modelForest, trees: f.Trees, forest: f}
	if c.score, err = f.OutOfBag(r.ctx, r.features, r.threads, r.answer); err != nil {
		return err
	}
	for i, p := range c.score {
		if p != p { // in every tree: as good as unheard of with so many trees
			c.score[i] = r.base
		}
	}
	r.candidates = append(r.candidates, r.judged(c))
	return nil
}

// judged measures a candidate on probabilities that do not know the customer.
func (r *run) judged(c candidate) candidate {
	if c.honest = tree.CrossFit(r.ctx, r.kind(), c.score, r.yes, r.threads); c.bare() {
		// One leaf knows the base rate only. Held-out parts differ in it by chance, against
		// the customer's own outcome; that would look like ranking the wrong way.
		for i := range c.honest {
			c.honest[i] = r.base
		}
	}
	c.brier, c.logLoss = tree.Brier(c.honest, r.yes), tree.LogLoss(c.honest, r.yes)
	c.auc, c.low, c.high = tree.AUC(c.honest, r.yes)
	return c
}

// choose takes the average of trees unless one tree's squared errors are larger by no more
// than one standard error of the difference.
func (r *run) choose() {
	r.chosen = r.candidates[len(r.candidates)-1]
	if len(r.candidates) < 2 {
		return
	}
	one, many := r.candidates[0], r.candidates[1]
	n, sum, square := float64(len(r.yes)), 0.0, 0.0
	for i, y := range r.yes {
		t := 0.0
		if y {
			t = 1
		}
		a, b := one.honest[i]-t, many.honest[i]-t
		d := float64(a*a) - float64(b*b)
		sum += d
		square += float64(d * d)
	}
	mean := sum / n
	if mean <= math.Sqrt(max(0, square/n-mean*mean)/n) {
		r.chosen = one
	}
}

// predict gives every customer the probability and the reasons of the model.
func (r *run) predict() error {
	s := newScorer(r.features, r.chosen.trees, r.answer, r.calibration, r.draw())
	n := r.y.Len()
	r.probability, r.reasons = make([]float64, n), make([]string, n)
	return s.score(r.ctx, n, r.threads, func(i int, p float64, why string) { r.probability[i], r.reasons[i] = p, why })
}

// draw is how to tell which trees have seen a customer.
func (r *run) draw() tree.Draw {
	if r.chosen.forest == nil {
		return tree.Draw{}
	}
	return r.chosen.forest.Asked()
}

// limits are those of the bands: as asked, or by the odds of everybody.
func (r *run) limits() {
	if v := r.params.Numbers("bands"); len(v) == 2 {
		r.low, r.high = v[0], v[1]
		return
	}
	odds := r.base / (1 - r.base)
	r.low, r.high = odds/2/(1+odds/2), 2*odds/(1+2*odds)
}

// leaks warns of columns that are known only after the outcome.
func (r *run) leaks() (err error) {
	features, y := r.features, r.y.Target
	if r.y.Len() > tree.ExactRows {
		if features, y, _, err = tree.Arrange(r.ctx, features, y, tree.ExactRows, r.threads); err != nil {
			return err
		}
	}
	r.notes.Warn(tree.Leaks(features, y, tree.Options{MinLeaf: max(5, y.Len()/leafShare)}, r.y.Name), features)
	return nil
}

// shuffledRows bounds the work of measuring importance.
const shuffledRows = 40_000

func (r *run) weigh() error {
	r.rep.Progress(0.85, sdk.Text{ZH: "衡量因素的重要性", EN: "Measuring importance"})
	var err error
	if r.chosen.forest != nil {
		r.importance, err = r.chosen.forest.Importances(r.ctx, r.features, r.y.Target, max(50, min(2000, shuffledRows/len(r.features))), r.threads)
		return err
	}
	features, y := r.features, r.y.Target
	if y.Len() > tree.ExactRows {
		if features, y, _, err = tree.Arrange(r.ctx, features, y, tree.ExactRows, r.threads); err != nil {
			return err
		}
	}
	r.importance, err = tree.Refit(features, y, r.chosen.trees[0], folds, r.seed).Importances(r.ctx, r.seed, r.threads)
	return err
}

// band is the place of a probability among the bands: 0 high, 1 medium, 2 low.
func band(p, low, high float64) uint32 {
	switch {
	case p >= high:
		return 0
	case p >= low:
		return 1
	}
	return 2
}

// cleaned keeps a reason on one line.
func cleaned(s string) string {
	const most = 40
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(r)
}
