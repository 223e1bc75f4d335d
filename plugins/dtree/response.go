package dtree

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// leaf is a segment to be.
type leaf struct {
	node       int
	value      float64
	conditions []condition
}

// nameConditions is how many conditions a name holds; the rest stands in the
// description.
const nameConditions = 3

// response turns a finished run into the answer.
func (r *run) response() (sdk.Response, error) {
	leaves := r.leaves()
	segments := r.segments(leaves)
	of := make([]int, len(r.tree.nodes)) // node → segment
	for s, l := range leaves {
		of[l.node] = s
	}
	label, value := make([]uint32, len(r.order)), make([]float64, len(r.order))
	for i, row := range r.order {
		at := r.tree.follow(r.features, int32(i))
		label[row], value[row] = uint32(of[at]), leaves[of[at]].value
	}
	data, err := json.Marshal(r.model(segments, of))
	if err != nil {
		return sdk.Response{}, fmt.Errorf("write model: %w", err)
	}
	r.remarks()
	r.rep.Progress(1, sdk.Text{ZH: "完成", EN: "Done"})
	return sdk.Response{
		Columns: outputs(segments, label, value, r.t.classes == nil), Segments: segments,
		Metrics: r.metrics(), Diagnostics: r.diags,
		Tables: []sdk.DataTable{r.importanceTable(), r.ruleTable(leaves, segments), r.nodeTable(segments, of)},
		Model:  sdk.Model{Format: modelFormat, Version: modelVersion, Data: data},
	}, nil
}

// value is the answer of a node: the share of the class of interest, or the mean.
func (r *run) value(i int) float64 {
	nd := &r.tree.nodes[i]
	if r.means != nil {
		return r.means[i]
	}
	if r.t.classes == nil {
		return nd.stats[1] / max(1, nd.stats[0])
	}
	return nd.stats[r.t.positive] / float64(max(1, nd.n))
}

// leaves lists the leaves, the highest value first, larger ones before smaller.
func (r *run) leaves() []leaf {
	var out []leaf
	for i := range r.tree.nodes {
		if nd := &r.tree.nodes[i]; nd.leaf() {
			out = append(out, leaf{i, r.value(i), r.path(i)})
		}
	}
	slices.SortStableFunc(out, func(a, b leaf) int {
		x, y := &r.tree.nodes[a.node], &r.tree.nodes[b.node]
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(y.n, x.n), cmp.Compare(x.number, y.number))
	})
	return out
}

func (r *run) segments(leaves []leaf) []sdk.Segment {
	out := make([]sdk.Segment, len(leaves))
	seen := map[string]int{}
	for s, l := range leaves {
		name := r.sentence(l.conditions[max(0, len(l.conditions)-nameConditions):])
		seen[name.ZH]++
		seen[name.EN]++
		out[s] = sdk.Segment{Key: "n" + itoa(r.tree.nodes[l.node].number), Name: name, Description: r.describe(l), Rule: r.rule(l.conditions)}
	}
	for s, l := range leaves { // names cut short may coincide
		if seen[out[s].Name.ZH] > 1 && len(l.conditions) > nameConditions {
			out[s].Name = r.sentence(l.conditions)
		}
	}
	again := map[string]int{}
	for s := range out {
		again[out[s].Name.ZH]++
		if n := again[out[s].Name.ZH]; n > 1 {
			out[s].Name.ZH += " (" + itoa(n) + ")"
			out[s].Name.EN += " (" + itoa(n) + ")"
		}
	}
	return out
}

func (r *run) describe(l leaf) sdk.Text {
	base := r.value(0)
	t := sdk.Text{ZH: "{rule}：平均 {value}（全体 {all}）。", EN: "{rule}: mean {value} (all: {all})."}
	value, all := short(l.value), short(base)
	if r.t.classes != nil {
		t = sdk.Text{ZH: "{rule}：“{class}”占 {value}（全体 {all}）。", EN: "{rule}: “{class}” is {value} (all: {all})."}.Fill("class", r.t.classes[r.t.positive])
		value, all = percent(l.value), percent(base)
	}
	if len(r.t.classes) > 2 {
		t.ZH += "最多的是“{most}”（{share}）。"
		t.EN += " Most are “{most}” ({share})."
		nd := &r.tree.nodes[l.node]
		c := largest(nd.stats)
		t = t.Fill("most", r.t.classes[c], "share", percent(nd.stats[c]/float64(max(1, nd.n))))
	}
	return t.Fill("value", value, "all", all).FillText("rule", r.sentence(l.conditions))
}

func (r *run) model(segments []sdk.Segment, of []int) model {
	md := model{Segments: segments, Numeric: r.t.classes == nil}
	for j := range r.features {
		md.Features = append(md.Features, modelFeature{Name: r.features[j].name, Category: r.features[j].levels != nil})
	}
	for i := range r.tree.nodes {
		nd := &r.tree.nodes[i]
		out := modelNode{Feature: nd.feature, MissingLeft: nd.missingLeft, Segment: of[i], Value: r.value(i)}
		if nd.leaf() {
			md.Nodes = append(md.Nodes, out)
			continue
		}
		out.Left, out.Right = nd.left, nd.right
		if nd.side == nil {
			out.Below = nd.threshold
		} else {
			out.Side = map[string]int{}
			for c, s := range nd.side {
				if s >= 0 {
					out.Side[r.features[nd.feature].levels[c]] = int(s)
				}
			}
		}
		md.Nodes = append(md.Nodes, out)
	}
	return md
}

func (r *run) metrics() []sdk.Metric {
	var out []sdk.Metric
	add := func(id string, v float64, higher bool, title sdk.Text) {
		if v-v == 0 { // an undefined measure is left out
			out = append(out, sdk.Metric{ID: id, Title: title, Value: &v, HigherBetter: higher})
		}
	}
	q := r.quality
	add("accuracy", q.accuracy, true, sdk.Text{ZH: "准确率", EN: "Accuracy"})
	add("balancedAccuracy", q.balanced, true, sdk.Text{ZH: "平衡准确率", EN: "Balanced accuracy"})
	add("auc", q.auc, true, sdk.Text{ZH: "AUC", EN: "AUC"})
	add("rSquared", q.rSquared, true, sdk.Text{ZH: "解释的方差", EN: "Variance explained"})
	add("rmse", q.rmse, false, sdk.Text{ZH: "均方根误差", EN: "Root mean squared error"})
	add("baseRate", r.value(0), false, sdk.Text{ZH: "全体的比例或平均", EN: "Share or mean of all"})
	leaves, depth := 0, 0
	for i := range r.tree.nodes {
		if r.tree.nodes[i].leaf() {
			leaves++
			depth = max(depth, r.tree.nodes[i].depth)
		}
	}
	add("leaves", float64(leaves), false, sdk.Text{ZH: "叶子数", EN: "Leaves"})
	add("depth", float64(depth), false, sdk.Text{ZH: "层数", EN: "Depth"})
	word := "training"
	if r.validated {
		word = "crossValidated"
	}
	out = append(out, sdk.Metric{ID: "evaluation", Title: sdk.Text{ZH: "指标算法", EN: "How measured"}, Word: word})
	if r.t.classes != nil {
		out = append(out, sdk.Metric{ID: "positive", Title: sdk.Text{ZH: "关注的取值", EN: "Value of interest"}, Word: r.t.classes[r.t.positive]})
	}
	return out
}

func (r *run) importanceTable() sdk.DataTable {
	n := len(r.importances)
	names, codes := make([]string, n), make([]uint32, n)
	mean, low, high := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, x := range r.importances {
		names[i], codes[i] = r.features[x.feature].name, uint32(i)
		mean[i], low[i], high[i] = x.mean, x.low, x.high
	}
	return sdk.DataTable{
		ID: "importance", Title: sdk.Text{ZH: "因素的重要性", EN: "Importance of factors"},
		Titles: map[string]sdk.Text{
			"feature": {ZH: "因素", EN: "Factor"}, "mean": {ZH: "打乱后变差的程度", EN: "Loss when shuffled"},
			"low": {ZH: "95% 下限", EN: "Lower 95%"}, "high": {ZH: "95% 上限", EN: "Upper 95%"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "feature", Kind: table.Category, Codes: codes, Dict: names},
			{Name: "mean", Kind: table.Float64, Floats: mean},
			{Name: "low", Kind: table.Float64, Floats: low},
			{Name: "high", Kind: table.Float64, Floats: high},
		}},
	}
}

func (r *run) ruleTable(leaves []leaf, segments []sdk.Segment) sdk.DataTable {
	n := len(leaves)
	keys, codes, count := make([]string, n), make([]uint32, n), make([]int64, n)
	zh, en := make([]string, n), make([]string, n)
	share, value, lift, valid := make([]float64, n), make([]float64, n), make([]float64, n), table.NewBits(n)
	base := r.value(0)
	for s, l := range leaves {
		text := r.sentence(l.conditions)
		keys[s], codes[s], zh[s], en[s] = segments[s].Key, uint32(s), text.ZH, text.EN
		nd := &r.tree.nodes[l.node]
		count[s], share[s], value[s] = int64(nd.n), float64(nd.n)/float64(len(r.order)), l.value
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
func (r *run) nodeTable(segments []sdk.Segment, of []int) sdk.DataTable {
	n := len(r.tree.nodes)
	id, parent, count := make([]int64, n), make([]int64, n), make([]int64, n)
	zh, en, column := make([]string, n), make([]string, n), make([]string, n)
	value, segment := make([]float64, n), make([]uint32, n)
	hasParent, hasFeature, isLeaf := table.NewBits(n), table.NewBits(n), table.NewBits(n)
	keys := make([]string, len(segments))
	for s := range segments {
		keys[s] = segments[s].Key
	}
	for i := range r.tree.nodes {
		nd := &r.tree.nodes[i]
		id[i], count[i], value[i] = int64(nd.number), int64(nd.n), r.value(i)
		if nd.leaf() {
			segment[i] = uint32(of[i])
			isLeaf.Set(i)
		} else {
			column[i] = r.features[nd.feature].name
			hasFeature.Set(i)
		}
		if i == 0 {
			continue
		}
		above := &r.tree.nodes[nd.parent]
		parent[i] = int64(above.number)
		hasParent.Set(i)
		c := r.open(above.feature)
		c.narrow(above, above.left == i)
		text := c.text(&r.features[above.feature])
		zh[i], en[i] = text.ZH, text.EN
	}
	return sdk.DataTable{
		ID: "nodes", Title: sdk.Text{ZH: "树", EN: "Tree"},
		Titles: map[string]sdk.Text{
			"id": {ZH: "节点", EN: "Node"}, "parent": {ZH: "上级节点", EN: "Parent"}, "feature": {ZH: "分叉的列", EN: "Split on"},
			"rule_zh": {ZH: "条件", EN: "Condition (Chinese)"}, "rule_en": {ZH: "条件（英文）", EN: "Condition"},
			"n": {ZH: "客户数", EN: "Customers"}, "value": {ZH: "概率或平均", EN: "Probability or mean"}, "segment": {ZH: "客群", EN: "Segment"},
			"class": {ZH: "最多的取值", EN: "Commonest value"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "id", Kind: table.Int64, Ints: id},
			{Name: "parent", Kind: table.Int64, Ints: parent, Valid: hasParent},
			{Name: "feature", Kind: table.String, Strings: column, Valid: hasFeature},
			{Name: "rule_zh", Kind: table.String, Strings: zh, Valid: hasParent},
			{Name: "rule_en", Kind: table.String, Strings: en, Valid: hasParent},
			{Name: "n", Kind: table.Int64, Ints: count},
			{Name: "value", Kind: table.Float64, Floats: value},
			{Name: "segment", Kind: table.Category, Codes: segment, Dict: keys, Valid: isLeaf},
			r.commonest(),
		}},
	}
}

// commonest is the most frequent class of each node; missing for a numeric outcome.
func (r *run) commonest() table.Column {
	n := len(r.tree.nodes)
	c := table.Column{Name: "class", Kind: table.Category, Codes: make([]uint32, n), Dict: r.t.classes, Valid: table.NewBits(n)}
	if r.t.classes == nil {
		c.Dict = []string{""} // codes need something to point at
		return c
	}
	c.Valid.Fill(n)
	for i := range c.Codes {
		c.Codes[i] = uint32(largest(r.tree.nodes[i].stats))
	}
	return c
}
