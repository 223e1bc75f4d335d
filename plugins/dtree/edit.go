package dtree

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
)

// An edit is one of
//
//	prune 5
//	split 4 at COLUMN
//	split 4 at COLUMN < 30        also <=, >, >=
//	split 4 at COLUMN in a|b|c
//
// where the number is a node's (1, then 2n and 2n+1) and a column may stand in
// backquotes. Edits happen in turn, after pruning.
type edit struct {
	node   uint64
	prune  bool
	column string
	op     string // "", <, <=, >, >=, in
	value  string
}

// edits reads the parameter: lines, or a JSON list of texts.
func edits(lines []string) ([]edit, string) {
	var out []edit
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		words := []string{line}
		if strings.HasPrefix(line, "[") {
			words = nil
			if json.Unmarshal([]byte(line), &words) != nil {
				return nil, line
			}
		}
		for _, w := range words {
			e, ok := parseEdit(w)
			if !ok {
				return nil, w
			}
			out = append(out, e)
		}
	}
	return out, ""
}

func parseEdit(s string) (edit, bool) {
	verb, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	rest = strings.TrimSpace(rest)
	if verb == "prune" {
		n, err := strconv.ParseUint(rest, 10, 64)
		return edit{node: n, prune: true}, err == nil && n > 0
	}
	number, test, ok := strings.Cut(rest, " at ")
	n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 64)
	if verb != "split" || !ok || err != nil || n == 0 {
		return edit{}, false
	}
	e := edit{node: n}
	e.column, test = cutColumn(strings.TrimSpace(test))
	for _, op := range []string{"<=", ">=", "<", ">", "in "} {
		if value, ok := strings.CutPrefix(test, op); ok {
			e.op, e.value = strings.TrimSpace(op), strings.TrimSpace(value)
			return e, e.column != "" && e.value != ""
		}
	}
	return e, e.column != "" && test == ""
}

// cutColumn takes a column's name from the front of a test.
func cutColumn(s string) (name, rest string) {
	if quoted, ok := strings.CutPrefix(s, "`"); ok {
		name, rest, _ = strings.Cut(quoted, "`")
		return name, strings.TrimSpace(rest)
	}
	at := len(s)
	for _, op := range []string{"<", ">", " in "} {
		if i := strings.Index(s, op); i >= 0 {
			at = min(at, i)
		}
	}
	return strings.TrimSpace(s[:at]), strings.TrimSpace(s[at:])
}

// edit changes the tree as asked and looks at the node that is inspected. It returns
// false when that ends the run.
func (r *run) edit() bool {
	g := &tree.Garden{Features: r.features, Target: r.y.Target, Tree: r.tree, Options: r.o}
	list, bad := edits(r.params.Texts("edit"))
	if bad != "" {
		r.notes.AddParam(sdk.SeverityError, "edit_unreadable", "edit", sdk.Text{
			ZH: "看不懂“{edit}”。写法：prune 5；split 4 at 列；split 4 at 列 < 30；split 4 at 列 in 甲|乙。",
			EN: "“{edit}” cannot be read. Write: prune 5; split 4 at COLUMN; split 4 at COLUMN < 30; split 4 at COLUMN in a|b.",
		}.Fill("edit", bad))
		return false
	}
	for _, e := range list {
		if err := r.change(g, e); err != nil {
			r.notes.AddParam(sdk.SeverityError, "edit_impossible", "edit", r.whyNot(e, err))
			return false
		}
	}
	r.tree = g.Tree
	if len(list) > 0 {
		r.leafOf = nil
		r.edited(len(list))
	}
	return r.inspect(g)
}

var (
	errColumn = errors.New("no such column")
	errValue  = errors.New("no such value")
)

func (r *run) change(g *tree.Garden, e edit) error {
	if e.prune {
		return g.Prune(e.node)
	}
	j := slices.IndexFunc(r.features, func(f tree.Feature) bool { return f.Name == e.column })
	if j < 0 {
		return errColumn
	}
	f := &r.features[j]
	t := tree.Test{Feature: j, Threshold: tree.Nowhere()}
	if e.op == "" {
		return g.Split(e.node, t)
	}
	if (e.op == "in") != f.Category() {
		return errValue
	}
	if e.op == "in" {
		for name := range strings.SplitSeq(e.value, "|") {
			c, ok := f.Level(strings.TrimSpace(name))
			if !ok {
				return errValue
			}
			t.In = append(t.In, c)
		}
		slices.Sort(t.In)
		return g.Split(e.node, t)
	}
	x, err := strconv.ParseFloat(e.value, 64)
	if err != nil || x-x != 0 {
		return errValue
	}
	if t.Threshold = x; e.op == "<=" || e.op == ">" {
		t.Threshold = f.Above(x)
	}
	return g.Split(e.node, t)
}

func (r *run) whyNot(e edit, err error) sdk.Text {
	t := sdk.Text{ZH: "节点 {node} 按“{column}”分不开：有一边没有客户。", EN: "Node {node} cannot be divided by “{column}”: one side would be empty."}
	switch {
	case errors.Is(err, tree.ErrNode):
		t = sdk.Text{ZH: "树里没有节点 {node}；先看表 nodes 里有哪些编号。", EN: "The tree has no node {node}; the table “nodes” lists the numbers."}
	case errors.Is(err, tree.ErrDepth):
		t = sdk.Text{ZH: "节点 {node} 已经太深，不能再分。", EN: "Node {node} is too deep to be divided."}
	case errors.Is(err, errColumn):
		t = sdk.Text{ZH: "因素里没有“{column}”列，无法用来分节点 {node}。", EN: "There is no factor “{column}” to divide node {node} by."}
	case errors.Is(err, errValue):
		t = sdk.Text{ZH: "“{value}”不是“{column}”列能用的值，无法分节点 {node}。", EN: "“{value}” is no value of column “{column}”, so node {node} cannot be divided by it."}
	}
	return t.Fill("node", strconv.FormatUint(e.node, 10), "column", e.column, "value", e.value)
}

// edited judges a tree that was changed by hand: its structure is given, the leaves are
// counted without the held-out customers.
func (r *run) edited(changes int) {
	r.notes.AddParam(sdk.SeverityInfo, "edited", "edit", sdk.Text{
		ZH: "树上有 {n} 处手工修改。指标按改后的树计算，叶子的比例用没见过的客户检验；但分叉是看着全部客户选的，所以偏乐观。",
		EN: "{n} changes were made by hand. The measures are of the changed tree, its leaves tested on customers they had not seen; the splits were chosen knowing everybody, so they flatter.",
	}.Fill("n", strconv.Itoa(changes)))
	if n := r.sampleY.Len(); n >= fewestForCV && !r.brief {
		r.trial = tree.Refit(r.sample, r.sampleY, r.tree, min(r.params.Int("folds"), n/2), r.seed)
		r.how, r.judged = "crossValidatedLeaves", n
	}
}

// inspect ranks the splits of a node.
func (r *run) inspect(g *tree.Garden) bool {
	v := r.params["inspect"]
	if v.IsZero() {
		return true
	}
	r.optionOf = uint64(r.params.Int("inspect"))
	at := g.Tree.Find(r.optionOf)
	if at < 0 {
		r.notes.AddParam(sdk.SeverityError, "node_unknown", "inspect", sdk.Text{ZH: "树里没有节点 {node}；先看表 nodes 里有哪些编号。", EN: "The tree has no node {node}; the table “nodes” lists the numbers."}.Fill("node", strconv.FormatUint(r.optionOf, 10)))
		return false
	}
	r.options = g.Alternatives(at)
	return true
}
