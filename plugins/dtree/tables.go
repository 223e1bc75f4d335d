package dtree

import (
	"strconv"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func (r *run) tables(leaves []leaf, segments []sdk.Segment) []sdk.DataTable {
	out := []sdk.DataTable{tree.ImportanceTable(r.weighed, r.sample), r.ruleTable(leaves, segments), r.nodeTable(leaves, segments)}
	if len(r.steps) > 0 {
		out = append(out, r.pruningTable())
	}
	if r.optionOf > 0 {
		out = append(out, r.alternativeTable())
	}
	return out
}

func (r *run) metrics() []sdk.Metric {
	var out []sdk.Metric
	add := func(id string, v float64, higher bool, zh, en string) {
		if v-v == 0 { // an undefined measure is left out
			out = append(out, sdk.Metric{ID: id, Title: sdk.Text{ZH: zh, EN: en}, Value: &v, HigherBetter: higher})
		}
	}
	word := func(id, w, zh, en string) {
		out = append(out, sdk.Metric{ID: id, Title: sdk.Text{ZH: zh, EN: en}, Word: w})
	}
	q := r.quality
	if r.y.Classes != nil {
		add("accuracy", q.Accuracy, true, "准确率", "Accuracy")
		add("balancedAccuracy", q.Balanced, true, "平衡准确率", "Balanced accuracy")
		add("auc", q.AUC, true, "AUC", "AUC")
		add("aucLow", q.AUCLow, true, "AUC 95% 下限", "AUC, lower 95%")
		add("aucHigh", q.AUCHigh, true, "AUC 95% 上限", "AUC, upper 95%")
		add("brier", q.Brier, false, "Brier 分", "Brier score")
		add("cutoff", q.Cutoff, false, "分界概率", "Cut-off")
		add("balancedAccuracyAtCutoff", q.BalancedAt, true, "分界处的平衡准确率", "Balanced accuracy at the cut-off")
		add("sensitivity", q.Sensitivity, true, "分界处找出的比例", "Found at the cut-off")
		add("specificity", q.Specificity, true, "分界处正确放过的比例", "Rightly passed at the cut-off")
	} else {
		add("rSquared", q.RSquared, true, "解释的方差", "Variance explained")
		add("rmse", q.RMSE, false, "均方根误差", "Root mean squared error")
	}
	add("baseRate", r.value(0), false, "全体的比例或平均", "Share or mean of all")
	depth := 0
	for i := range r.tree.Nodes {
		depth = max(depth, r.tree.Nodes[i].Depth)
	}
	add("leaves", float64(r.tree.Leaves()), false, "叶子数", "Leaves")
	add("depth", float64(depth), false, "层数", "Depth")
	word("evaluation", r.how, "指标算法", "How measured")
	add("evaluatedCustomers", float64(r.judged), true, "检验的客户数", "Customers tested")
	if r.y.Classes != nil {
		word("positive", r.y.Classes[r.y.Positive], "关注的取值", "Value of interest")
	}
	return out
}

func (r *run) ruleTable(leaves []leaf, segments []sdk.Segment) sdk.DataTable {
	n := len(leaves)
	keys, codes, count := make([]string, n), make([]uint32, n), make([]int64, n)
	zh, en := make([]string, n), make([]string, n)
	share, value, lift, valid := make([]float64, n), make([]float64, n), make([]float64, n), table.NewBits(n)
	base := r.value(0)
	for s, l := range leaves {
		text := tree.Sentence(l.conditions)
		keys[s], codes[s], zh[s], en[s] = segments[s].Key, uint32(s), text.ZH, text.EN
		nd := &r.shown.Nodes[l.node]
		count[s], share[s], value[s] = int64(nd.N), float64(nd.N)/float64(r.y.Len()), l.value
		if base != 0 {
			lift[s] = l.value / base
			valid.Set(s)
		}
	}
	return sdk.DataTable{
		ID: "rules", Title: sdk.Text{ZH: "规则", EN: "Rules"},
		Titles: map[string]sdk.Text{
			"segment": {ZH: "客群", EN: "Segment"}, "rule_zh": {ZH: "条件", EN: "Conditions (Chinese)"}, "rule_en": {ZH: "条件（英文）", EN: "Conditions"},
			"n": {ZH: "客户数", EN: "Customers"}, "share": {ZH: "占比", EN: "Share"}, "value": {ZH: "概率或平均", EN: "Probability or mean"}, "lift": {ZH: "与全体之比", EN: "Lift"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "segment", Kind: table.Category, Codes: codes, Dict: keys},
			{Name: "rule_zh", Kind: table.String, Strings: zh},
			{Name: "rule_en", Kind: table.String, Strings: en},
			{Name: "n", Kind: table.Int64, Ints: count},
			{Name: "share", Kind: table.Float64, Floats: share},
			{Name: "value", Kind: table.Float64, Floats: value},
			{Name: "lift", Kind: table.Float64, Floats: lift, Valid: valid},
		}},
	}
}

// nodeTable is the tree for drawing: parents first, the left child before the right.
func (r *run) nodeTable(leaves []leaf, segments []sdk.Segment) sdk.DataTable {
	n := len(r.shown.Nodes)
	id, parent, count := make([]int64, n), make([]int64, n), make([]int64, n)
	zh, en, column := make([]string, n), make([]string, n), make([]string, n)
	value, risk, segment := make([]float64, n), make([]float64, n), make([]uint32, n)
	hasParent, hasFeature, isLeaf := table.NewBits(n), table.NewBits(n), table.NewBits(n)
	keys := make([]string, len(segments))
	for s, l := range leaves {
		keys[s] = segments[s].Key
		segment[l.node] = uint32(s)
		isLeaf.Set(l.node)
	}
	for i := range r.shown.Nodes {
		nd := &r.shown.Nodes[i]
		id[i], count[i], value[i], risk[i] = int64(nd.Number), int64(nd.N), r.shownValue(i), nd.Risk/float64(max(1, nd.N))
		if !nd.Leaf() {
			column[i] = r.features[nd.Feature].Name
			hasFeature.Set(i)
		}
		if i == 0 {
			continue
		}
		parent[i] = int64(r.shown.Nodes[nd.Parent].Number)
		hasParent.Set(i)
		step := r.shown.Step(r.features, i)
		text := step.Text()
		zh[i], en[i] = text.ZH, text.EN
	}
	return sdk.DataTable{
		ID: "nodes", Title: sdk.Text{ZH: "树", EN: "Tree"},
		Titles: map[string]sdk.Text{
			"id": {ZH: "节点", EN: "Node"}, "parent": {ZH: "上级节点", EN: "Parent"}, "feature": {ZH: "分叉的列", EN: "Split on"},
			"rule_zh": {ZH: "条件", EN: "Condition (Chinese)"}, "rule_en": {ZH: "条件（英文）", EN: "Condition"},
			"n": {ZH: "客户数", EN: "Customers"}, "value": {ZH: "概率或平均", EN: "Probability or mean"}, "impurity": {ZH: "杂度", EN: "Impurity"},
			"segment": {ZH: "客群", EN: "Segment"}, "class": {ZH: "最多的取值", EN: "Commonest value"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "id", Kind: table.Int64, Ints: id},
			{Name: "parent", Kind: table.Int64, Ints: parent, Valid: hasParent},
			{Name: "feature", Kind: table.String, Strings: column, Valid: hasFeature},
			{Name: "rule_zh", Kind: table.String, Strings: zh, Valid: hasParent},
			{Name: "rule_en", Kind: table.String, Strings: en, Valid: hasParent},
			{Name: "n", Kind: table.Int64, Ints: count},
			{Name: "value", Kind: table.Float64, Floats: value},
			{Name: "impurity", Kind: table.Float64, Floats: risk},
			{Name: "segment", Kind: table.Category, Codes: segment, Dict: keys, Valid: isLeaf},
			r.commonest(),
		}},
	}
}

// commonest is the most frequent class of each node; missing for a numeric outcome.
func (r *run) commonest() table.Column {
	n := len(r.shown.Nodes)
	c := table.Column{Name: "class", Kind: table.Category, Codes: make([]uint32, n), Dict: r.y.Classes, Valid: table.NewBits(n)}
	if r.y.Classes == nil {
		c.Dict = []string{""} // codes need something to point at
		return c
	}
	c.Valid.Fill(n)
	for i := range c.Codes {
		c.Codes[i] = uint32(largest(r.shown.Nodes[i].Stats))
	}
	return c
}

// mostSteps is the longest pruning sequence that is shown; the simplest trees stay.
const mostSteps = 200

// pruningTable is the pruning sequence with its cross-validated loss.
func (r *run) pruningTable() sdk.DataTable {
	out := sheet.New("pruning", sdk.Text{ZH: "剪枝过程", EN: "Pruning sequence"},
		sheet.Real("alpha", "复杂度代价", "Complexity cost"), sheet.Whole("leaves", "叶子数", "Leaves"), sheet.Real("loss", "没见过的客户上的损失", "Loss on customers not seen"),
		sheet.Real("se", "标准误", "Standard error"), sheet.Flag("chosen", "选中", "Chosen"))
	chosen := tree.Simplest(r.steps)
	for i := max(0, len(r.steps)-mostSteps); i < len(r.steps); i++ {
		s := r.steps[i]
		out.Row(s.Alpha, r.leavesAt[i], s.Loss, s.Err, i == chosen)
	}
	return out.Table()
}

// alternativeTable ranks the splits of the node that is inspected; "edit" is the change
// that makes one of them the tree's.
func (r *run) alternativeTable() sdk.DataTable {
	n := len(r.options)
	node, rank := make([]int64, n), make([]int64, n)
	column, zh, en, change := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	gain, left, right := make([]float64, n), make([]float64, n), make([]float64, n)
	nl, nr := make([]int64, n), make([]int64, n)
	for i, a := range r.options {
		node[i], rank[i] = int64(r.optionOf), int64(i+1)
		column[i] = r.features[a.Feature].Name
		text := a.Text(r.features)
		zh[i], en[i] = text.ZH, text.EN
		change[i] = "split " + strconv.FormatUint(r.optionOf, 10) + " at `" + column[i] + "`"
		gain[i] = a.Gain / max(1e-300, r.tree.Nodes[0].Risk)
		left[i], right[i] = r.answer(a.Left), r.answer(a.Right)
		nl[i], nr[i] = int64(r.y.Rows(a.Left)), int64(r.y.Rows(a.Right))
	}
	return sdk.DataTable{
		ID: "alternatives", Title: sdk.Text{ZH: "这个节点还可以怎么分", EN: "Other ways to divide the node"},
		Titles: map[string]sdk.Text{
			"node": {ZH: "节点", EN: "Node"}, "rank": {ZH: "名次", EN: "Rank"}, "feature": {ZH: "列", EN: "Column"}, "rule_zh": {ZH: "左边的条件", EN: "Condition of the left (Chinese)"},
			"rule_en": {ZH: "左边的条件（英文）", EN: "Condition of the left"}, "gain": {ZH: "解释的比例", EN: "Share explained"}, "left_n": {ZH: "左边客户数", EN: "Customers left"},
			"right_n": {ZH: "右边客户数", EN: "Customers right"}, "left_value": {ZH: "左边概率或平均", EN: "Value left"}, "right_value": {ZH: "右边概率或平均", EN: "Value right"}, "edit": {ZH: "修改写法", EN: "As a change"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "node", Kind: table.Int64, Ints: node},
			{Name: "rank", Kind: table.Int64, Ints: rank},
			{Name: "feature", Kind: table.String, Strings: column},
			{Name: "rule_zh", Kind: table.String, Strings: zh},
			{Name: "rule_en", Kind: table.String, Strings: en},
			{Name: "gain", Kind: table.Float64, Floats: gain},
			{Name: "left_n", Kind: table.Int64, Ints: nl},
			{Name: "right_n", Kind: table.Int64, Ints: nr},
			{Name: "left_value", Kind: table.Float64, Floats: left},
			{Name: "right_value", Kind: table.Float64, Floats: right},
			{Name: "edit", Kind: table.String, Strings: change},
		}},
	}
}
