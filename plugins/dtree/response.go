package dtree

import (
	"cmp"
	"slices"
	"strconv"

	"qunxiang/plugins/internal/keep"
	"qunxiang/plugins/internal/sheet"
	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
)

// leaf is a segment to be.
type leaf struct {
	node       int
	value      float64
	conditions []tree.Condition
}

// nameConditions is how many conditions a name holds; the rest stands in the
// description.
const nameConditions = 3

// response turns a finished run into the answer.
func (r *run) response() (sdk.Response, error) {
	leaves := r.leaves()
	segments := r.segments(leaves)
	of := r.segmentOf(leaves)
	n := r.y.Len()
	label, value := make([]uint32, n), make([]float64, n)
	answers := make([]float64, len(r.tree.Nodes))
	for i := range answers {
		answers[i] = r.value(i)
	}
	const part = 1 << 14
	for i := range n {
		if i%part == 0 && r.ctx.Err() != nil {
			return sdk.Response{}, r.ctx.Err()
		}
		row := int32(i)
		if r.order != nil {
			row = r.order[i]
		}
		at := r.place(int32(i))
		label[row], value[row] = uint32(of[at]), answers[at]
	}
	md := model{
		Target: r.y.Name, Classes: r.y.Classes, Features: tree.ModelFeatures(r.features), Segment: of, Segments: segments,
		Tree: tree.Stored(r.tree, func(i int) float64 { return answers[i] }, r.y.Classes != nil),
	}
	if r.y.Classes != nil {
		md.Positive = r.y.Classes[r.y.Positive]
	}
	stored, err := keep.Write(md, modelVersion)
	if err != nil {
		return sdk.Response{}, err
	}
	r.remarks()
	r.rep.Progress(1, sdk.Text{ZH: "完成", EN: "Done"})
	out := sdk.Response{
		Columns: outputs(segments, label, value, r.y.Classes == nil), Segments: segments, Diagnostics: r.notes,
		Model: stored,
	}
	if !r.brief {
		out.Metrics = r.metrics()
		out.Tables = r.tables(leaves, segments)
	}
	return out, nil
}

// value is the answer of a node: the share of the class of interest, or the mean.
func (r *run) value(i int) float64 {
	nd := &r.tree.Nodes[i]
	if r.means != nil {
		return r.means[i]
	}
	return r.answer(nd.Stats)
}

func (r *run) answer(stats []float64) float64 {
	if r.y.Classes == nil {
		return r.y.Mean(stats)
	}
	n := 0.0
	for _, x := range stats {
		n += x
	}
	return stats[r.y.Positive] / max(1, n)
}

// shownValue is that of a node of the tree that is shown.
func (r *run) shownValue(i int) float64 {
	if r.means != nil {
		return r.means[r.tree.Find(r.shown.Nodes[i].Number)]
	}
	return r.answer(r.shown.Nodes[i].Stats)
}

// leaves lists the leaves, the highest value first, larger ones before smaller.
func (r *run) leaves() []leaf {
	var out []leaf
	for i := range r.shown.Nodes {
		if nd := &r.shown.Nodes[i]; nd.Leaf() {
			out = append(out, leaf{i, r.shownValue(i), r.shown.Path(r.features, i)})
		}
	}
	slices.SortStableFunc(out, func(a, b leaf) int {
		x, y := &r.shown.Nodes[a.node], &r.shown.Nodes[b.node]
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(y.N, x.N), cmp.Compare(x.Number, y.Number))
	})
	return out
}

// segmentOf gives every node of the tree its segment: that of the leaf shown at or above
// it; nodes further up get any of those below.
func (r *run) segmentOf(leaves []leaf) []int {
	number := map[uint64]int{}
	for s, l := range leaves {
		number[r.shown.Nodes[l.node].Number] = s
	}
	of := make([]int, len(r.tree.Nodes))
	for i := range of {
		nd := &r.tree.Nodes[i]
		if s, ok := number[nd.Number]; ok {
			of[i] = s
		} else if nd.Parent >= 0 {
			of[i] = of[nd.Parent]
		}
	}
	return of
}

func (r *run) segments(leaves []leaf) []sdk.Segment {
	out := make([]sdk.Segment, len(leaves))
	seen := map[string]int{}
	for s, l := range leaves {
		name := tree.Sentence(l.conditions[max(0, len(l.conditions)-nameConditions):])
		seen[name.ZH]++
		seen[name.EN]++
		out[s] = sdk.Segment{Key: "n" + strconv.FormatUint(r.shown.Nodes[l.node].Number, 10), Name: shorten(name, longestName), Description: shorten(r.describe(l), longestText), Rule: tree.Rule(l.conditions)}
	}
	for s, l := range leaves { // names cut short may coincide
		if seen[out[s].Name.ZH] > 1 && len(l.conditions) > nameConditions {
			out[s].Name = shorten(tree.Sentence(l.conditions), longestName)
		}
	}
	again := map[string]int{}
	for s := range out {
		again[out[s].Name.ZH]++
		if n := again[out[s].Name.ZH]; n > 1 {
			out[s].Name.ZH += " (" + strconv.Itoa(n) + ")"
			out[s].Name.EN += " (" + strconv.Itoa(n) + ")"
		}
	}
	return out
}

// The longest texts of a segment; rules of deep trees are cut there.
const (
	longestName = 150
	longestText = 1500
)

func shorten(t sdk.Text, most int) sdk.Text {
	cut := func(s string) string {
		if r := []rune(s); len(r) > most {
			return string(r[:most]) + "…"
		}
		return s
	}
	return sdk.Text{ZH: cut(t.ZH), EN: cut(t.EN)}
}

func (r *run) describe(l leaf) sdk.Text {
	base := r.value(0)
	t := sdk.Text{ZH: "{rule}：平均 {value}（全体 {all}）。", EN: "{rule}: mean {value} (all: {all})."}
	value, all := sheet.Number(l.value), sheet.Number(base)
	if r.y.Classes != nil {
		t = sdk.Text{ZH: "{rule}：“{class}”占 {value}（全体 {all}）。", EN: "{rule}: “{class}” is {value} (all: {all})."}.Fill("class", r.y.Classes[r.y.Positive])
		value, all = sheet.Percent(l.value), sheet.Percent(base)
	}
	if len(r.y.Classes) > 2 {
		t.ZH += "最多的是“{most}”（{share}）。"
		t.EN += " Most are “{most}” ({share})."
		nd := &r.shown.Nodes[l.node]
		c := largest(nd.Stats)
		t = t.Fill("most", r.y.Classes[c], "share", sheet.Percent(nd.Stats[c]/float64(max(1, nd.N))))
	}
	return t.Fill("value", value, "all", all).FillText("rule", tree.Sentence(l.conditions))
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
