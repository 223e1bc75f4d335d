package risk

import (
	"math"

	"qunxiang/plugins/internal/keep"
	"qunxiang/plugins/internal/sheet"
	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// keys are the bands, the highest risk first.
var keys = [...]string{"high", "medium", "low"}

// response turns a finished run into the answer.
func (r *run) response(t *table.Table) (sdk.Response, error) {
	o := newOutputs(t.Rows, r.amount)
	for i, row := range r.order {
		o.set(int(row), r.probability[i], r.reasons[i], r.low, r.high)
	}
	md := model{Target: r.y.Name, Features: tree.ModelFeatures(r.features), Draw: r.draw(), Calibration: r.calibration, Low: r.low, High: r.high, Segments: r.segments()}
	if r.amount != nil {
		md.Amount = r.amount.Name
	}
	for _, tr := range r.chosen.trees {
		md.Trees = append(md.Trees, tree.Stored(tr, func(i int) float64 { return r.answer(&tr.Nodes[i]) }, false))
	}
	stored, err := keep.Write(md, modelVersion)
	if err != nil {
		return sdk.Response{}, err
	}
	out := sdk.Response{Columns: o.columns(), Segments: md.Segments, Model: stored}
	if !r.brief {
		r.remarks()
		out.Metrics = r.metrics(o)
		out.Tables = []sdk.DataTable{r.bandTable(o), tree.ImportanceTable(r.importance, r.features), r.reliabilityTable(), r.comparisonTable()}
	}
	out.Diagnostics = r.notes
	r.rep.Progress(1, sdk.Text{ZH: "完成", EN: "Done"})
	return out, nil
}

func (r *run) segments() []sdk.Segment {
	value := r.y.Classes[1]
	text := func(t sdk.Text) sdk.Text {
		return t.Fill("value", value, "low", sheet.Percent(r.low), "high", sheet.Percent(r.high), "base", sheet.Percent(r.base))
	}
	return []sdk.Segment{
		{
			Key: keys[0], Name: sdk.Text{ZH: "高风险", EN: "High risk"},
			Description: text(sdk.Text{ZH: "“{value}”的概率在 {high} 以上（全体 {base}）：先联系，先看主要原因。", EN: "“{value}” has a probability of {high} or more (all: {base}): contact first, looking at the main reasons."}),
		},
		{
			Key: keys[1], Name: sdk.Text{ZH: "中风险", EN: "Medium risk"},
			Description: text(sdk.Text{ZH: "概率在 {low} 到 {high} 之间（全体 {base}）：留意，低成本维护。", EN: "A probability from {low} to {high} (all: {base}): keep an eye on them, at little cost."}),
		},
		{
			Key: keys[2], Name: sdk.Text{ZH: "低风险", EN: "Low risk"},
			Description: text(sdk.Text{ZH: "概率不到 {low}（全体 {base}）：不必打扰。", EN: "A probability below {low} (all: {base}): no need to disturb them."}),
		},
	}
}

// remarks are what the owner should know about the result.
func (r *run) remarks() {
	if !(r.chosen.low > 0.5) {
		r.notes.Add(sdk.SeverityWarning, "no_better", "", sdk.Text{
			ZH: "这些列看不出谁更可能“{value}”：区分度不比碰运气好（AUC {auc}，碰运气是 0.5）。请换因素。",
			EN: "These columns do not show who is more likely to be “{value}”: the ranking is no better than chance (AUC {auc}, chance is 0.5). Try other factors.",
		}.Fill("value", r.y.Classes[1], "auc", sheet.Number(r.chosen.auc)))
		return
	}
	if len(r.candidates) > 1 && r.chosen.kind == modelTree {
		r.notes.Add(sdk.SeverityInfo, "one_tree", "", sdk.Text{ZH: "一棵树和多棵树的平均一样好，所以用了读得懂的一棵树。", EN: "One tree does as well as the average of many, so the one that can be read was taken."})
	}
	slope, _ := tree.Slope(r.chosen.honest, r.yes)
	if slope < 0.8 || slope > 1.25 {
		r.notes.Add(sdk.SeverityWarning, "calibration", "", sdk.Text{
			ZH: "概率的校准斜率是 {slope}（应接近 1）：排序可用，具体数字请谨慎。",
			EN: "The calibration slope of the probabilities is {slope} (1 is right): use the ranking, be careful with the numbers.",
		}.Fill("slope", sheet.Number(slope)))
	}
}

func (r *run) metrics(o *outputs) []sdk.Metric {
	var out []sdk.Metric
	add := func(id string, v float64, higher bool, zh, en string) {
		if v-v == 0 { // an undefined measure is left out
			out = append(out, sdk.Metric{ID: id, Title: sdk.Text{ZH: zh, EN: en}, Value: &v, HigherBetter: higher})
		}
	}
	word := func(id, w, zh, en string) {
		out = append(out, sdk.Metric{ID: id, Title: sdk.Text{ZH: zh, EN: en}, Word: w})
	}
	c := r.chosen
	q := tree.AtCutoff(c.honest, r.yes, 0.5)
	best := tree.AtCutoff(c.honest, r.yes, 0)
	add("auc", c.auc, true, "AUC", "AUC")
	add("aucLow", c.low, true, "AUC 95% 下限", "AUC, lower 95%")
	add("aucHigh", c.high, true, "AUC 95% 上限", "AUC, upper 95%")
	add("brier", c.brier, false, "Brier 分", "Brier score")
	add("brierBase", r.base*(1-r.base), false, "只报平均时的 Brier 分", "Brier score of the base rate")
	add("logLoss", c.logLoss, false, "对数损失", "Log loss")
	slope, intercept := math.NaN(), math.NaN() // of one probability for all there is none
	if !c.bare() {
		slope, intercept = tree.Slope(c.honest, r.yes)
	}
	add("calibrationSlope", slope, false, "校准斜率（1 为准）", "Calibration slope (1 is right)")
	add("calibrationIntercept", intercept, false, "校准截距（0 为准）", "Calibration intercept (0 is right)")
	add("accuracy", q.AccuracyAt, true, "准确率", "Accuracy")
	add("balancedAccuracy", q.BalancedAt, true, "平衡准确率", "Balanced accuracy")
	add("cutoff", best.Cutoff, false, "分界概率", "Cut-off")
	add("balancedAccuracyAtCutoff", best.BalancedAt, true, "分界处的平衡准确率", "Balanced accuracy at the cut-off")
	add("baseRate", r.base, false, "全体的比例", "Share of all")
	if o.amount != nil {
		sum := 0.0
		for _, row := range r.order { // the order of values, so that the order of rows does not matter
			sum += o.loss[row]
		}
		add("expectedLoss", sum, false, "预期损失合计", "Expected loss in all")
	}
	add("trees", float64(len(c.trees)), false, "树的棵数", "Trees")
	word("model", c.kind, "模型", "Model")
	word("calibration", r.params.Text("calibration"), "校准", "Calibration")
	how := "outOfBag"
	if c.kind == modelTree {
		how = "crossValidated"
	}
	word("evaluation", how, "指标算法", "How measured")
	word("positive", r.y.Classes[1], "出事的取值", "Value that is the risk")
	return out
}

func (r *run) bandTable(o *outputs) sdk.DataTable {
	const k = len(keys)
	n, loss := make([]int64, k), make([]float64, k)
	share, mean, seen, from := make([]float64, k), make([]float64, k), make([]float64, k), []float64{r.high, r.low, 0}
	valid := table.NewBits(k)
	for i, row := range r.order {
		b := o.label[row]
		n[b]++
		mean[b] += r.probability[i]
		if r.yes[i] {
			seen[b]++
		}
		if o.amount != nil {
			loss[b] += o.loss[row]
		}
	}
	for b := range k {
		share[b] = float64(n[b]) / float64(len(r.order))
		if n[b] > 0 {
			mean[b], seen[b] = mean[b]/float64(n[b]), seen[b]/float64(n[b])
			valid.Set(b)
		}
	}
	t := &table.Table{Rows: k, Columns: []table.Column{
		{Name: "segment", Kind: table.Category, Codes: []uint32{0, 1, 2}, Dict: keys[:]},
		{Name: "from", Kind: table.Float64, Floats: from},
		{Name: "n", Kind: table.Int64, Ints: n},
		{Name: "share", Kind: table.Float64, Floats: share},
		{Name: "meanProbability", Kind: table.Float64, Floats: mean, Valid: valid},
		{Name: "observed", Kind: table.Float64, Floats: seen, Valid: valid},
	}}
	titles := map[string]sdk.Text{
		"segment": {ZH: "风险", EN: "Risk"}, "from": {ZH: "概率从", EN: "Probability from"}, "n": {ZH: "客户数", EN: "Customers"}, "share": {ZH: "占比", EN: "Share"},
		"meanProbability": {ZH: "平均概率", EN: "Mean probability"}, "observed": {ZH: "实际比例", EN: "Observed share"},
	}
	if o.amount != nil {
		titles["expectedLoss"] = sdk.Text{ZH: "预期损失", EN: "Expected loss"}
		t.Columns = append(t.Columns, table.Column{Name: "expectedLoss", Kind: table.Float64, Floats: loss, Unit: "money"})
	}
	return sdk.DataTable{
		ID: "bands", Title: sdk.Text{ZH: "风险分层", EN: "Bands"}, Titles: titles, Table: t,
	}
}

func (r *run) reliabilityTable() sdk.DataTable {
	out := sheet.New("reliability", sdk.Text{ZH: "说的概率和实际", EN: "Stated and observed"},
		sheet.Whole("n", "客户数", "Customers"), sheet.Real("predicted", "说的概率", "Stated"), sheet.Real("observed", "实际比例", "Observed"),
		sheet.Real("low", "95% 下限", "Lower 95%"), sheet.Real("high", "95% 上限", "Upper 95%"))
	for _, b := range tree.Reliability(r.chosen.honest, r.yes, 10) {
		out.Row(b.N, b.Predicted, b.Observed, b.Low, b.High)
	}
	return out.Table()
}

func (r *run) comparisonTable() sdk.DataTable {
	out := sheet.New("models", sdk.Text{ZH: "比较过的模型", EN: "Models compared"},
		sheet.Word("model", "模型", "Model"), sheet.Real("auc", "AUC", "AUC"), sheet.Real("brier", "Brier 分", "Brier score"),
		sheet.Real("logLoss", "对数损失", "Log loss"), sheet.Flag("chosen", "选中", "Chosen"))
	for _, c := range r.candidates {
		out.Row(c.kind, c.auc, c.brier, c.logLoss, c.kind == r.chosen.kind)
	}
	return out.Table()
}
