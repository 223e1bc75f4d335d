package presenter

import (
	"context"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// NodeState is a node of a decision tree that the user works on.
type NodeState struct {
	ID      int
	Lines   []string // what it is, in the window's language
	Select  chart.Selection
	Leaf    bool
	CanEdit bool // the method takes changes by hand
	Loading bool
	Err     error
	Options []SplitOption // other ways to divide it, best first
	Edits   int           // changes made by hand so far
}

// SplitOption is one way to divide a node.
type SplitOption struct {
	Feature     string
	Rule        sdk.Text // condition of the left side
	Gain        float64  // share of the root's risk that it explains
	Left, Right int      // customers
	LeftValue   float64  // probability or mean
	RightValue  float64
	Edit        string // the change, as the method's parameter takes it
	Now         bool   // the node is divided so now
}

// CanEdit reports whether nodes of the result's tree can be changed by hand.
func (s ResultsState) CanEdit() bool { return s.Takes("edit") && s.Takes("inspect") }

// PickNode looks at a node of the tree: what it is, and how it could be divided
// otherwise. 0 ends the look.
func (r *Results) PickNode(sel chart.Selection, lines []string) {
	p, s := r.session.Project(), r.state
	if p == nil || s.Seg == nil || s.Method == nil {
		return
	}
	r.trial.stop()
	if sel.Node == 0 {
		r.update(func(s *ResultsState) { s.Node, s.Options.Node = nil, 0 })
		r.figure()
		return
	}
	n := NodeState{ID: sel.Node, Lines: lines, Select: sel, CanEdit: s.CanEdit(), Leaf: isLeaf(s.Seg, sel.Node), Edits: s.Edits()}
	n.Loading = n.CanEdit
	r.update(func(s *ResultsState) { s.Node, s.Options.Node = &n, sel.Node })
	r.figure()
	if !n.CanEdit {
		return
	}
	req := r.again(map[string]string{"inspect": strconv.Itoa(sel.Node)})
	req.Stability = noStability
	fetch(&r.trial, func(ctx context.Context) (*core.Segmentation, error) { return p.Try(ctx, req, core.NoProgress) }, func(t *core.Segmentation, err error) {
		done := n
		done.Loading, done.Err = false, err
		if err == nil {
			done.Options = splitOptions(t)
			for i := range done.Options {
				done.Options[i].Now = !n.Leaf && done.Options[i].Rule == ruleBelow(s.Seg, n.ID)
			}
		}
		r.update(func(s *ResultsState) { s.Node = &done })
	})
}

// ruleBelow is the condition of the first child of a node, zero where it has none.
func ruleBelow(s *core.Segmentation, node int) sdk.Text {
	t := dataTable(s, "nodes")
	parent, zh, en := t.Column("parent"), t.Column("rule_zh"), t.Column("rule_en")
	for _, c := range []*table.Column{zh, en} {
		if c == nil || c.Kind != table.String && c.Kind != table.Category {
			return sdk.Text{}
		}
	}
	if parent == nil || parent.Kind != table.Int64 {
		return sdk.Text{}
	}
	for i, v := range parent.Ints {
		if !parent.Missing(i) && int(v) == node && !zh.Missing(i) && !en.Missing(i) {
			return sdk.Text{ZH: zh.Text(i), EN: en.Text(i)}
		}
	}
	return sdk.Text{}
}

func isLeaf(s *core.Segmentation, node int) bool {
	t := dataTable(s, "nodes")
	parent := t.Column("parent")
	if parent == nil || parent.Kind != table.Int64 {
		return true
	}
	for i, v := range parent.Ints {
		if !parent.Missing(i) && int(v) == node {
			return false
		}
	}
	return true
}

// Edit changes the tree by hand and runs the method again.
func (r *Results) Edit(change string) bool {
	s := r.state
	if s.Seg == nil || !s.CanEdit() {
		return false
	}
	r.undone = undone{}
	return r.edit(append(slices.Clone(s.Seg.Params.Texts("edit")), change))
}

// edit runs the method again with all of the changes.
func (r *Results) edit(all []string) bool {
	return r.Again(map[string]string{"edit": join(all), "inspect": ""})
}

// Prune removes everything below the node that is looked at.
func (r *Results) Prune() bool {
	if n := r.state.Node; n != nil {
		return r.Edit("prune " + strconv.Itoa(n.ID))
	}
	return false
}

// Undo takes back the last change by hand.
func (r *Results) Undo() bool {
	s := r.state
	if s.Seg == nil || !s.CanEdit() {
		return false
	}
	all := s.Seg.Params.Texts("edit")
	if len(all) == 0 {
		return false
	}
	last := len(all) - 1
	if r.undone.of != s.Seg.Name {
		r.undone = undone{of: s.Seg.Name}
	}
	if !r.edit(all[:last]) {
		return false
	}
	r.undone.changes = append(r.undone.changes, all[last])
	return true
}

// Edits is how many changes by hand the tree has.
func (s ResultsState) Edits() int {
	if s.Seg == nil || !s.CanEdit() {
		return 0
	}
	return len(s.Seg.Params.Texts("edit"))
}

// undone is the changes by hand that were taken back from the tree of a result.
type undone struct {
	of      string
	changes []string
}

// redo makes the change by hand again that was taken back last.
func (r *Results) redo() bool {
	s, n := r.state, len(r.undone.changes)
	if s.Seg == nil || !s.CanEdit() || n == 0 || r.undone.of != s.Seg.Name {
		return false
	}
	if !r.edit(append(slices.Clone(s.Seg.Params.Texts("edit")), r.undone.changes[n-1])) {
		return false
	}
	r.undone.changes = r.undone.changes[:n-1]
	return true
}
