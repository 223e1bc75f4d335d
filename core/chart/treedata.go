package chart

import (
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// treeNode is one node of a decision tree.
type treeNode struct {
	id, parent int
	children   []int  // positions
	rule       string // what leads here from the parent; "" at the root
	about      string // the column that the rule begins with, "" where it does not
	feature    string // what the node splits on
	customers  int
	value      float64 // mean of the outcome, or the share of the class looked for
	valued     bool
	segment    int   // position of a leaf's segment, −1 = inner node
	segments   []int // positions of all segments below
	hidden     int   // nodes below that are not drawn
}

// treeColumns are the columns of the table "nodes" that a tree is read from.
type treeColumns struct {
	id, parent, customers, value *table.Column
	rule, feature, segment       *table.Column
}

func (in *Input) treeColumns() (treeColumns, bool) {
	t := in.dataTable("nodes")
	c := treeColumns{
		id: number(t, "id"), parent: number(t, "parent"), customers: number(t, "n"), value: number(t, "value"),
		rule: textColumn(t, "rule_en"), feature: textColumn(t, "feature"), segment: textColumn(t, "segment"),
	}
	if zh := textColumn(t, "rule_zh"); zh != nil && in.Lang == sdk.ZH {
		c.rule = zh
	}
	return c, c.id != nil && c.parent != nil && c.rule != nil && c.customers != nil
}

func hasTree(in *Input) bool {
	_, ok := in.treeColumns()
	return ok && hasSegments(in)
}

// mostNodes is the number of rows that are read of a tree: far more than can be seen.
const mostNodes = 4096

// treeNodes reads the tree: parents before children, the root first. Nodes without a
// way to the root are left out.
func (in *Input) treeNodes() []treeNode {
	c, ok := in.treeColumns()
	if !ok {
		return nil
	}
	var all []treeNode
	at := map[int]int{} // id → position
	for i := range min(c.id.Len(), mostNodes) {
		if c.id.Missing(i) || !drawable(c.id.Float(i)) {
			continue
		}
		n := in.treeNode(&c, i)
		if _, twice := at[n.id]; !twice {
			at[n.id] = len(all)
			all = append(all, n)
		}
	}
	for i := range all {
		p, ok := at[all[i].parent]
		if !ok || p == i || i == 0 {
			continue
		}
		all[p].children = append(all[p].children, i)
		if f := all[p].feature; f != "" {
			title := in.columnTitle(f)
			all[i].rule = strings.ReplaceAll(all[i].rule, f, title)
			if strings.HasPrefix(all[i].rule, title) {
				all[i].about = title
			}
		}
		if all[i].about == "" {
			all[i].about = beforeOperator(all[i].rule)
		}
	}
	return fromRoot(all)
}

// beforeOperator returns what a rule says of its column before the comparison, for a
// method that calls columns by their names for people.
func beforeOperator(rule string) string {
	at := len(rule)
	for _, op := range []string{" < ", " ≥ ", " ≤ ", " > ", " = ", " in "} {
		if i := strings.Index(rule, op); i > 0 {
			at = min(at, i)
		}
	}
	if at == len(rule) {
		return ""
	}
	return rule[:at]
}

func (in *Input) treeNode(c *treeColumns, i int) treeNode {
	n := treeNode{id: int(c.id.Float(i)), segment: -1, rule: cellText(c.rule, i), feature: cellText(c.feature, i)}
	if !c.parent.Missing(i) && drawable(c.parent.Float(i)) {
		n.parent = int(c.parent.Float(i))
	}
	if !c.customers.Missing(i) && drawable(c.customers.Float(i)) {
		n.customers = int(c.customers.Float(i))
	}
	if c.value != nil && !c.value.Missing(i) && drawable(c.value.Float(i)) {
		n.value, n.valued = c.value.Float(i), true
	}
	if key := cellText(c.segment, i); key != "" {
		n.segment = slices.IndexFunc(in.Seg.Segments, func(s core.Segment) bool { return s.Key == key })
	}
	return n
}

func cellText(c *table.Column, i int) string {
	if c == nil || c.Missing(i) {
		return ""
	}
	return c.Text(i)
}

// fromRoot returns the nodes that hang on the first node, each once, parents first.
func fromRoot(all []treeNode) []treeNode {
	if len(all) == 0 {
		return nil
	}
	order, place := []int{0}, map[int]int{0: 0}
	for k := 0; k < len(order); k++ {
		for _, c := range all[order[k]].children {
			if _, seen := place[c]; !seen {
				place[c] = len(order)
				order = append(order, c)
			}
		}
	}
	out := make([]treeNode, len(order))
	for k, i := range order {
		out[k] = all[i]
		out[k].children = nil
		for _, c := range all[i].children {
			if place[c] > k {
				out[k].children = append(out[k].children, place[c])
			}
		}
	}
	for k := len(out) - 1; k >= 0; k-- {
		if out[k].segment >= 0 {
			out[k].segments = append(out[k].segments, out[k].segment)
		}
		for _, c := range out[k].children {
			out[k].segments = append(out[k].segments, out[c].segments...)
		}
	}
	return out
}

// folded hides the smallest branches until at most limit leaves are left.
func folded(nodes []treeNode, limit int) []treeNode {
	out := slices.Clone(nodes)
	leaves := 0
	for i := range out {
		if len(out[i].children) == 0 {
			leaves++
		}
	}
	gone := make([]bool, len(out))
	for leaves > max(2, limit) {
		best := -1
		for i := 1; i < len(out); i++ {
			if n := &out[i]; !gone[i] && len(n.children) > 0 && allLeaves(out, n.children) && (best < 0 || n.customers < out[best].customers) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		n := &out[best]
		leaves -= len(n.children) - 1
		for _, c := range n.children {
			gone[c] = true
			n.hidden += 1 + out[c].hidden
		}
		n.children = nil
	}
	return out
}

func allLeaves(nodes []treeNode, which []int) bool {
	return !slices.ContainsFunc(which, func(i int) bool { return len(nodes[i].children) > 0 })
}
