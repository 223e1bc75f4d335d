package dtree

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	mostClasses  = 20
	fewDistinct  = 10    // numbers with up to so many whole values are classes
	tooLarge     = 1e140 // squares of numbers above it overflow
	fewestForCV  = 20    // customers
	leakShare    = 0.9   // of the root's impurity explained by one split
	idLikeLevels = 0.5   // levels per customer
	fewestIDs    = 50    // levels or numbers below this may look like identifiers by chance
	skewed       = 2.0   // skewness above which a numeric outcome is logged
)

// run is one Fit on its way.
type run struct {
	ctx     context.Context // of the call; a run does not outlive it
	params  sdk.Params
	seed    uint64
	threads int
	rep     sdk.Reporter
	diags   []sdk.Diagnostic

	features []feature
	t        *target
	order    []int32 // canonical position → row of the table
	o        options

	tree        *tree     // pruned
	means       []float64 // of each node, where the outcome was logged
	quality     quality
	validated   bool // quality is from held-out rows
	importances []importance
}

func (r *run) note(s sdk.Severity, code, column string, t sdk.Text) {
	r.diags = append(r.diags, sdk.Diagnostic{Severity: s, Code: code, Column: column, Summary: t.Fill("column", column)})
}

// read takes target and features from the table. It returns false when that ends the
// run; a diagnostic says why.
func (r *run) read(t *table.Table) bool {
	if t.Rows == 0 {
		r.note(sdk.SeverityError, "no_customers", "", sdk.Text{ZH: "没有可以分析的客户，请检查筛选条件。", EN: "There is no customer to analyse; check the filter."})
		return false
	}
	if !r.readTarget(t.ByRole(roleTarget)[0]) {
		return false
	}
	columns := t.ByRole(roleFeatures)
	features, odd := readFeatures(columns, r.threads)
	for j := range features {
		f := &features[j]
		if odd[j] > 0 {
			r.note(sdk.SeverityWarning, "not_finite", f.name, sdk.Text{ZH: "“{column}”列有 {n} 个值不是有限的数，按缺失处理。", EN: "Column “{column}” has {n} values that are not finite; they count as missing."}.Fill("n", itoa(odd[j])))
		}
		if n := len(f.levels); n > mostLevels || n > fewestIDs && float64(n) > idLikeLevels*float64(t.Rows) || f.isNumbering(t.Rows) {
			r.note(sdk.SeverityWarning, "id_like", f.name, sdk.Text{ZH: "“{column}”列几乎每位客户都不同，像编号，已略去。", EN: "Column “{column}” differs for almost every customer, like an identifier, and was left out."})
			continue
		}
		r.features = append(r.features, *f)
	}
	if len(r.features) == 0 {
		r.note(sdk.SeverityError, "no_features", "", sdk.Text{ZH: "没有可用的因素列，请另选。", EN: "No usable factor is left; choose others."})
		return false
	}
	r.order = arrange(r.features, r.t)
	n := t.Rows
	r.o = options{entropy: r.params.Text("criterion") == criterionEntropy, maxDepth: r.params.Int("max_depth"), minLeaf: r.params.Int("min_leaf")}
	if r.params.IsAuto("min_leaf") {
		r.o.minLeaf = max(30, n/50)
		if n < 1000 {
			r.o.minLeaf = max(5, n*3/100)
		}
	}
	return true
}

// readTarget decides whether the outcome is a class or a number.
func (r *run) readTarget(c *table.Column) bool {
	if n := c.CountMissing(); n > 0 {
		r.note(sdk.SeverityError, "target_missing", c.Name, sdk.Text{ZH: "结果列“{column}”有 {n} 个缺失值，请先排除这些客户。", EN: "The outcome “{column}” is missing for {n} customers; exclude them first."}.Fill("n", itoa(n)))
		return false
	}
	variance := r.params.Text("criterion") == criterionVariance
	switch {
	case c.Kind == table.Category && variance:
		r.diags = append(r.diags, varianceOfCategory(c.Name))
		return false
	case c.Kind == table.Category:
		f := feature{codes: make([]uint16, c.Len())}
		f.readLevels(c)
		return r.setClasses(c, f.levels, f.codes, -1)
	case c.Kind == table.Bool && !variance:
		codes := make([]uint16, c.Len())
		for i, x := range c.Ints {
			codes[i] = uint16(x & 1)
		}
		return r.setClasses(c, []string{"false", "true"}, codes, 1)
	}
	return r.readNumber(c, variance)
}

func (r *run) readNumber(c *table.Column, variance bool) bool {
	v := make([]float64, c.Len())
	distinct := map[float64]bool{}
	whole := true
	for i := range v {
		v[i] = c.Float(i) + 0
		if !(math.Abs(v[i]) < tooLarge) {
			r.note(sdk.SeverityError, "target_range", c.Name, sdk.Text{ZH: "结果列“{column}”含有不是数或过大的值。", EN: "The outcome “{column}” holds values that are not numbers or too large."})
			return false
		}
		whole = whole && v[i] == math.Trunc(v[i])
		if len(distinct) <= fewDistinct {
			distinct[v[i]] = true
		}
	}
	if len(distinct) == 1 {
		return r.oneClass(c.Name)
	}
	if variance || !whole || len(distinct) > fewDistinct {
		r.t = r.number(c.Name, v)
		return true
	}
	var values []float64
	for x := range distinct {
		values = append(values, x)
	}
	slices.Sort(values)
	names, codes := make([]string, len(values)), make([]uint16, len(v))
	for k, x := range values {
		names[k] = strconv.FormatFloat(x, 'f', -1, 64)
	}
	for i, x := range v {
		at, _ := slices.BinarySearch(values, x)
		codes[i] = uint16(at)
	}
	return r.setClasses(c, names, codes, -1)
}

// number is a numeric outcome. A very skewed one is explained on a logarithmic scale:
// otherwise a few huge values decide every variance, and nothing else can be seen.
func (r *run) number(column string, v []float64) *target {
	if skewness(v) <= skewed {
		return &target{value: v}
	}
	log := make([]float64, len(v))
	for i, x := range v {
		log[i] = math.Copysign(math.Log1p(math.Abs(x)), x)
	}
	r.note(sdk.SeverityInfo, "log_target", column, sdk.Text{
		ZH: "“{column}”很不对称，少数特别大的值会左右一切，所以按对数比较；客群里显示的仍是原来的平均值，误差指标按对数计算。",
		EN: "“{column}” is very lopsided: a few huge values would decide everything, so it is compared on a logarithmic scale. Segments still show plain means; the error measures are of the logarithm.",
	})
	return &target{value: log, raw: v}
}

// skewness is g₁, the third central moment over the standard deviation cubed; the
// values are summed in rising order, so the order of rows does not matter.
func skewness(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	n, mean, m2, m3 := float64(len(s)), 0.0, 0.0, 0.0
	for _, x := range s {
		mean += x / n
	}
	for _, x := range s {
		d := (x - mean) / max(math.Abs(s[0]), math.Abs(s[len(s)-1]))
		m2 += float64(d * d)
		m3 += float64(d * d * d)
	}
	if m2 == 0 {
		return 0
	}
	return m3 / n / math.Pow(m2/n, 1.5)
}

func (r *run) oneClass(column string) bool {
	r.note(sdk.SeverityError, "one_class", column, sdk.Text{ZH: "结果列“{column}”对所有客户都一样，没有可以解释的差别。", EN: "The outcome “{column}” is the same for every customer, so there is nothing to explain."})
	return false
}

// setClasses takes the classes and finds the one of interest: the one that was named,
// else preferred, else the rarest (the last of equals).
func (r *run) setClasses(c *table.Column, names []string, codes []uint16, preferred int) bool {
	if len(names) > mostClasses {
		r.note(sdk.SeverityError, "many_classes", c.Name, sdk.Text{ZH: "结果列“{column}”有 {n} 种取值，最多支持 20 种；请先合并。", EN: "The outcome “{column}” has {n} values; at most 20 are supported. Merge some first."}.Fill("n", itoa(len(names))))
		return false
	}
	count := make([]int, len(names))
	class := make([]uint8, len(codes))
	for i, k := range codes {
		class[i] = uint8(k)
		count[k]++
	}
	present := 0
	rarest := -1
	for k, n := range count {
		if n > 0 {
			present++
			if rarest < 0 || n <= count[rarest] {
				rarest = k
			}
		}
	}
	if present < 2 {
		return r.oneClass(c.Name)
	}
	positive := rarest
	if preferred >= 0 {
		positive = preferred
	}
	if name := strings.TrimSpace(r.params.Text("positive")); name != "" {
		if positive = slices.Index(names, name); positive < 0 {
			r.diags = append(r.diags, sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "positive_unknown", Param: "positive", Column: c.Name,
				Summary: sdk.Text{ZH: "结果列“{column}”里没有“{value}”；有：{values}。", EN: "The outcome “{column}” has no value “{value}”; there are: {values}."}.
					Fill("column", c.Name, "value", name, "values", strings.Join(names, ", ")),
			})
			return false
		}
	}
	r.t = &target{classes: names, class: class, positive: positive}
	return true
}

// find grows the tree, prunes it and measures it on held-out rows.
func (r *run) find() error {
	r.rep.Progress(0.1, sdk.Text{ZH: "生长", EN: "Growing"})
	n := r.t.n()
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	full, err := grow(r.ctx, r.features, r.t, rows, r.o, r.threads)
	if err != nil {
		return err
	}
	alphas := full.weakest(perRow(full))
	betas := between(alphas)
	const never = -1 // a complexity at which nothing is pruned
	alpha, beta := float64(never), float64(never)
	if v := r.params["alpha"]; !v.IsZero() {
		alpha = r.params.Real("alpha") * full.nodes[0].risk / float64(n)
		beta = alpha
	}
	if n >= fewestForCV {
		r.rep.Progress(0.3, sdk.Text{ZH: "交叉验证", EN: "Cross-validating"})
		c, err := crossValidate(r.ctx, r.features, r.t, r.o, min(r.params.Int("folds"), n/2), r.seed, r.threads)
		if err != nil {
			return err
		}
		if r.params.Text("prune") != pruneNone && alpha == never {
			k := c.choose(r.features, r.t, betas)
			alpha, beta = 0, betas[k]
			if k > 0 {
				alpha = alphas[k-1]
			}
		}
		for f, tr := range c.trees {
			c.trees[f] = tr.pruned(beta)
		}
		r.rep.Progress(0.7, sdk.Text{ZH: "衡量因素的重要性", EN: "Measuring importance"})
		r.validated, r.quality = true, assess(r.t, c.heldOut(r.features, n))
		if r.importances, err = c.importances(r.ctx, r.features, r.t, r.seed); err != nil {
			return err
		}
	}
	r.tree = full.pruned(alpha)
	r.means = r.rawMeans()
	if !r.validated {
		stats := make([][]float64, n)
		for i := range stats {
			stats[i] = r.tree.nodes[r.tree.follow(r.features, int32(i))].stats
		}
		r.quality = assess(r.t, stats)
	}
	r.leakage(rows)
	return r.ctx.Err()
}

// rawMeans returns each node's mean of an outcome that was logged, else nil.
func (r *run) rawMeans() []float64 {
	if r.t.raw == nil {
		return nil
	}
	out := make([]float64, len(r.tree.nodes))
	for i, x := range r.t.raw {
		for at := r.tree.follow(r.features, int32(i)); at >= 0; at = r.tree.nodes[at].parent {
			out[at] += x / float64(r.tree.nodes[at].n)
		}
	}
	return out
}

// leakage warns of a feature that explains the outcome almost by itself.
func (r *run) leakage(rows []int32) {
	g := &grower{ctx: r.ctx, features: r.features, t: r.t, o: r.o, threads: 1, tree: &tree{width: r.t.width()}}
	root := &r.tree.nodes[0]
	if len(rows) < 2*r.o.minLeaf || root.risk == 0 {
		return
	}
	for j := range r.features {
		if s := g.searchFeature(j, rows, root); s.gain > leakShare*root.risk {
			r.note(sdk.SeverityWarning, "leakage", r.features[j].name, sdk.Text{
				ZH: "单凭“{column}”一列就几乎能猜中结果。它可能是结果出现之后才有的，或就是结果本身；请确认，否则去掉它再跑。",
				EN: "Column “{column}” alone almost gives the outcome away. It may be known only after the outcome, or be the outcome itself; check, or leave it out.",
			})
		}
	}
}

// remarks are what the owner should know about the result.
func (r *run) remarks() {
	if len(r.tree.nodes) == 1 {
		r.note(sdk.SeverityWarning, "no_split", "", sdk.Text{
			ZH: "没有找到站得住的因素：这些列分不开结果，所有客户在一个客群里。可换因素、减小最小客群，或用 prune=none 看看。",
			EN: "No factor that holds was found: these columns do not tell the outcomes apart, and all customers are in one segment. Try other factors, a smaller smallest segment, or prune=none.",
		})
	}
	if !r.validated {
		r.note(sdk.SeverityWarning, "few_customers", "", sdk.Text{ZH: "客户太少，无法交叉验证；下面的指标是在同一批客户上算的，偏乐观。", EN: "Too few customers to cross-validate; the measures were taken on the same customers and flatter the tree."})
	}
	if q := r.quality; len(r.t.classes) == 2 {
		n, p := 0.0, r.tree.nodes[0].stats[r.t.positive]
		for _, c := range r.tree.nodes[0].stats {
			n += c
		}
		if share := p / n; (share < 0.1 || share > 0.9) && q.accuracy > 0.5 {
			r.note(sdk.SeverityInfo, "imbalanced", "", sdk.Text{
				ZH: "“{value}”只占 {share}，准确率容易虚高，请看平衡准确率和 AUC。",
				EN: "“{value}” is {share} of the customers, so accuracy flatters; look at balanced accuracy and AUC.",
			}.Fill("value", r.t.classes[r.t.positive], "share", percent(share)))
		}
	}
}

func percent(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) + "%" }
