package hclust

import (
	"math"
	"strconv"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	mostLeaves     = 1_000 // leaves of the dendrogram that is shown
	copheneticMost = 3_000 // sites up to which the cophenetic correlation is computed
)

// percent writes a share with one decimal.
func percent(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) }

// upper is the upper part of the dendrogram, at most mostLeaves leaves.
type upper struct {
	leaf        []int32 // leaf → node of the dendrogram
	left, right []int64 // numbered as in dendrogram, with leaf as the leaves
	first       int     // first step of the dendrogram that is in it
}

func (d *dendrogram) upper() upper {
	u := upper{first: max(0, d.n-mostLeaves)}
	if d.n == 1 {
		u.leaf = []int32{0}
		return u
	}
	number := make([]int64, d.n+len(d.height)) // node → its number, −1 for none
	for i := range number {
		number[i] = -1
	}
	low := int32(d.n + u.first) // nodes below are leaves here
	for t := u.first; t < len(d.height); t++ {
		for _, node := range []int32{d.left[t], d.right[t]} {
			if node < low {
				number[node] = 0
			}
		}
	}
	for node, mark := range number {
		if mark == 0 {
			number[node] = int64(len(u.leaf))
			u.leaf = append(u.leaf, int32(node))
		}
	}
	for t := u.first; t < len(d.height); t++ {
		number[d.n+t] = int64(len(u.leaf) + t - u.first)
		a, b := number[d.left[t]], number[d.right[t]]
		u.left, u.right = append(u.left, min(a, b)), append(u.right, max(a, b))
	}
	return u
}

// positions returns each leaf's place from left to right, so that branches do not
// cross.
func (u upper) positions() []int64 {
	out := make([]int64, len(u.leaf))
	stack, next := []int64{int64(len(u.leaf) + len(u.left) - 1)}, int64(0)
	for len(stack) > 0 {
		node := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if t := node - int64(len(u.leaf)); t >= 0 {
			stack = append(stack, u.right[t], u.left[t])
			continue
		}
		out[node] = next
		next++
	}
	return out
}

// mergeTable lists the joins, low ones first.
func (r *run) mergeTable(u upper) sdk.DataTable {
	n := len(u.left)
	height, size := make([]float64, n), make([]int64, n)
	for i := range n {
		height[i], size[i] = r.tree.height[u.first+i]/r.Data.Unit, int64(r.tree.size[u.first+i])
	}
	out := sdk.DataTable{
		ID: "merges", Title: sdk.Text{ZH: "合并过程", EN: "Joins"},
		Titles: map[string]sdk.Text{
			"left": {ZH: "一边", EN: "One"}, "right": {ZH: "另一边", EN: "Other"},
			"height": {ZH: "高度", EN: "Height"}, "size": {ZH: "客户数", EN: "Customers"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "left", Kind: table.Int64, Ints: u.left},
			{Name: "right", Kind: table.Int64, Ints: u.right},
			{Name: "height", Kind: table.Float64, Floats: height},
			{Name: "size", Kind: table.Int64, Ints: size},
		}},
	}
	r.addAmounts(&out, func(i int) int32 { return int32(r.tree.n + u.first + i) })
	return out
}

// addAmounts adds the money of each row's node, where a feature is money: with it, what
// a cut at any height would give can be told without another run.
func (r *run) addAmounts(t *sdk.DataTable, node func(i int) int32) {
	of := r.amounts()
	if of == nil {
		return
	}
	v := make([]float64, t.Table.Rows)
	for i := range v {
		v[i] = of[node(i)]
	}
	t.Table.Columns = append(t.Table.Columns, table.Column{Name: "amount", Kind: table.Float64, Unit: "money", Floats: v})
	t.Titles["amount"] = sdk.Text{ZH: "金额", EN: "Money"}
}

// amounts returns the money of each node's customers, nil where no feature is money.
func (r *run) amounts() []float64 {
	at := r.Money()
	if at < 0 {
		return nil
	}
	out := make([]float64, r.tree.n+len(r.tree.height))
	for i, row := range r.Data.Order {
		out[r.sites.of[i]] += r.Data.Raw[at][row]
	}
	for t := range r.tree.height {
		out[r.tree.n+t] = out[r.tree.left[t]] + out[r.tree.right[t]]
	}
	return out
}

// leafTable says what the leaves are: customers, segment, place from left to right.
// Where a leaf's customers are of several segments it has none.
func (r *run) leafTable(u upper, segments []sdk.Segment) sdk.DataTable {
	n := len(u.leaf)
	leaf, size, segment, valid := make([]int64, n), make([]int64, n), make([]uint32, n), table.NewBits(n)
	of := r.segmentOfNodes()
	for i, node := range u.leaf {
		leaf[i], size[i] = int64(i), int64(r.sizeOf(node))
		if s := of[node]; s >= 0 {
			segment[i] = uint32(s)
			valid.Set(i)
		}
	}
	dict := make([]string, len(segments))
	for i, s := range segments {
		dict[i] = s.Key
	}
	out := sdk.DataTable{
		ID: "leaves", Title: sdk.Text{ZH: "树的末端", EN: "Leaves of the tree"},
		Titles: map[string]sdk.Text{
			"leaf": {ZH: "末端", EN: "Leaf"}, "customers": {ZH: "客户数", EN: "Customers"},
			"segment": {ZH: "客群", EN: "Segment"}, "position": {ZH: "位置", EN: "Position"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "leaf", Kind: table.Int64, Ints: leaf},
			{Name: "customers", Kind: table.Int64, Ints: size},
			{Name: "segment", Kind: table.Category, Codes: segment, Dict: dict, Valid: valid},
			{Name: "position", Kind: table.Int64, Ints: u.positions()},
		}},
	}
	r.addAmounts(&out, func(i int) int32 { return u.leaf[i] })
	return out
}

func (r *run) sizeOf(node int32) int {
	if int(node) < r.tree.n {
		return r.sites.weight[node]
	}
	return r.tree.size[int(node)-r.tree.n]
}

// segmentOfNodes returns the segment of each node, −1 for several.
func (r *run) segmentOfNodes() []int32 {
	out := make([]int32, r.tree.n+len(r.tree.height))
	for i, site := range r.sites.of {
		out[site] = r.G.Label[i]
	}
	for t := range r.tree.height {
		s := out[r.tree.left[t]]
		if out[r.tree.right[t]] != s {
			s = -1
		}
		out[r.tree.n+t] = s
	}
	return out
}

// cophenetic is the correlation of the customers' distances with the heights at which
// they come together (Sokal and Rohlf 1962); NaN where it is undefined.
func (r *run) cophenetic() float64 {
	d, s := r.tree, r.sites
	if d.n < 2 || d.n > copheneticMost {
		return math.NaN()
	}
	members := make([][]int32, d.n+len(d.height))
	var c correlation
	for i, n := range s.weight { // equal customers: distance 0, height 0
		members[i] = []int32{int32(i)}
		c.add(0, 0, float64(n)*float64(n-1)/2)
	}
	for t, h := range d.height {
		if r.w.Ctx.Err() != nil { // the caller asks again
			return math.NaN()
		}
		left, right := members[d.left[t]], members[d.right[t]]
		for _, a := range left {
			for _, b := range right {
				c.add(r.metric.between(s.p.Row(int(a)), s.p.Row(int(b))), h, float64(s.weight[a])*float64(s.weight[b]))
			}
		}
		members[d.n+t] = append(left, right...)
	}
	return c.value()
}

// correlation gathers weighted pairs, by updating means (West 1979).
type correlation struct{ n, mx, my, xx, yy, xy float64 }

func (c *correlation) add(x, y, weight float64) {
	if weight == 0 {
		return
	}
	c.n += weight
	dx, dy := x-c.mx, y-c.my
	c.mx += dx * weight / c.n
	c.my += dy * weight / c.n
	c.xx += weight * dx * (x - c.mx)
	c.yy += weight * dy * (y - c.my)
	c.xy += weight * dx * (y - c.my)
}

func (c *correlation) value() float64 { return c.xy / math.Sqrt(c.xx) / math.Sqrt(c.yy) }

// metricList is the evidence in numbers.
func (r *run) metricList() []sdk.Metric {
	out := r.MetricList()
	add := func(id string, v float64, higher bool, title sdk.Text) {
		if v-v == 0 {
			out = append(out, sdk.Metric{ID: id, Title: title, Value: &v, HigherBetter: higher})
		}
	}
	if n := len(r.tree.height); n > 0 && r.G.K > 1 && !r.tree.falls() {
		next := 0.0
		if at := n - r.G.K; at >= 0 {
			next = r.tree.height[at]
		}
		add("cutFrom", next/r.Data.Unit, false, sdk.Text{ZH: "同样切法的最低高度", EN: "Lowest height of this cut"})
		add("cutTo", r.tree.height[n-r.G.K+1]/r.Data.Unit, false, sdk.Text{ZH: "同样切法的最高高度", EN: "Highest height of this cut"})
	}
	add("cophenetic", r.cophenetic(), true, sdk.Text{ZH: "同表型相关系数", EN: "Cophenetic correlation"})
	if r.sites.split != nil {
		add("cellError", r.sites.share(), false, sdk.Text{ZH: "小格内的误差", EN: "Error within cells"})
		add("cellMisplaced", float64(r.misplaced)/float64(r.Data.N()), false, sdk.Text{ZH: "因小格归错群的客户比例", EN: "Share of customers misplaced by cells"})
	}
	return out
}

// tables is the evidence that is more than a number.
func (r *run) tables(segments []sdk.Segment) []sdk.DataTable {
	u := r.tree.upper()
	out := r.Tables(segments)
	if t, ok := r.StepTable(r.Data.Order); ok {
		out = append(out, t)
		if r.Votes != nil {
			r.RemarkNext(r.Data.Order, segments)
		}
	}
	return append(out, r.mergeTable(u), r.leafTable(u, segments))
}

// remarks are what the owner should know about the result.
func (r *run) remarks() {
	r.RemarkStructure()
	if r.Votes != nil {
		r.RemarkVotes()
	}
	if r.sites.split != nil {
		r.Remark(sdk.SeverityWarning, "preclustered", sdk.Text{
			ZH: "相异客户超过 {most} 位：先并成 {n} 个小格再合并。小格内的典型距离是全体的 {share}%；有 {wrong} 位客户（{part}%）离别的群更近，只因和所在小格一起归群。",
			EN: "There are more than {most} different customers: they were first put into {n} small cells. The typical distance within a cell is {share}% of that among all; {wrong} customers ({part}%) are nearer to another group and are where they are only because their cell is.",
		}.Fill("most", sheet.Count(mostSites), "n", sheet.Count(r.sites.p.N), "share", percent(r.sites.share()), "wrong", sheet.Count(r.misplaced), "part", percent(float64(r.misplaced)/float64(r.Data.N()))))
	}
	if r.tree.falls() {
		r.Remark(sdk.SeverityInfo, "inversions", sdk.Text{
			ZH: "这种联结方式的高度有时会下降，树上会有交叉；按步骤切开。",
			EN: "With this linkage heights sometimes fall, so branches of the tree cross; it was cut by steps.",
		})
	}
	r.RemarkSmall()
}
