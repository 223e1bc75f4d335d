package tree

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
)

// Condition is what a path through the tree asks of one feature.
type Condition struct {
	f          *Feature
	lo, hi     float64 // lo ≤ value < hi; infinite where open
	allowed    []bool  // levels of a category
	missing    bool    // a missing value may pass
	substitute string  // the column that decides where the value is missing; "" = none
	steps      []sdk.Rule
}

// Path returns the conditions of a node, in the order in which their features appear.
func (t *Tree) Path(features []Feature, at int) []Condition {
	var steps []int // from the node up
	for i := at; i > 0; i = t.Nodes[i].Parent {
		steps = append(steps, i)
	}
	var out []Condition
	where := map[int]int{}
	for _, child := range slices.Backward(steps) {
		nd := &t.Nodes[t.Nodes[child].Parent]
		pos, ok := where[nd.Feature]
		if !ok {
			pos = len(out)
			where[nd.Feature] = pos
			out = append(out, open(&features[nd.Feature]))
		}
		out[pos].narrow(features, nd, nd.Left == child)
	}
	return out
}

// Step is the condition of a child alone.
func (t *Tree) Step(features []Feature, child int) Condition {
	nd := &t.Nodes[t.Nodes[child].Parent]
	c := open(&features[nd.Feature])
	c.narrow(features, nd, nd.Left == child)
	return c
}

func open(f *Feature) Condition {
	c := Condition{f: f, lo: math.Inf(-1), hi: math.Inf(1), missing: f.Gaps}
	if f.Category() {
		c.allowed = make([]bool, len(f.Levels))
		for i := range c.allowed {
			c.allowed[i] = true
		}
	}
	return c
}

func (c *Condition) narrow(features []Feature, nd *Node, left bool) {
	if c.f.Gaps {
		c.steps = append(c.steps, nd.rule(features, left))
		if len(nd.Surrogates) > 0 {
			c.substitute = features[nd.Surrogates[0].Feature].Name
		} else {
			c.missing = c.missing && nd.MissingLeft == left
		}
	}
	switch {
	case c.allowed != nil:
		for i := range c.allowed {
			c.allowed[i] = c.allowed[i] && nd.sends(uint32(i)) == left
		}
	case left != nd.Reverse:
		c.hi = min(c.hi, nd.Threshold)
	default:
		c.lo = max(c.lo, nd.Threshold)
	}
}

// rule is the way to one child as data, where values may be missing.
func (n *Node) rule(features []Feature, left bool) sdk.Rule {
	var rest *sdk.Rule // decides where the tests so far do not
	if n.MissingLeft == left {
		rest = &sdk.Rule{Op: sdk.OpAlways}
	}
	for k := len(n.Surrogates); k >= 0; k-- {
		f := &features[n.Feature]
		own, unknown := n.Test.rule(f, left), n.unknown(f)
		if k > 0 {
			f = &features[n.Surrogates[k-1].Feature]
			own, unknown = n.Surrogates[k-1].stand(f, left)
		}
		switch {
		case unknown == nil || rest == nil:
			rest = &own
		case rest.Op == sdk.OpAlways:
			rest = &sdk.Rule{Op: sdk.OpOr, Rules: []sdk.Rule{own, *unknown}}
		default:
			rest = &sdk.Rule{Op: sdk.OpOr, Rules: []sdk.Rule{own, {Op: sdk.OpAnd, Rules: []sdk.Rule{*unknown, *rest}}}}
		}
	}
	return *rest
}

// rule is the test itself.
func (t *Test) rule(f *Feature, left bool) sdk.Rule {
	if f.Category() {
		in := sdk.Rule{Op: sdk.OpIn, Column: f.Name}
		for i, s := range f.Levels {
			if t.sends(uint32(i)) == left {
				in.Set = append(in.Set, s)
			}
		}
		return in
	}
	op := sdk.OpGe
	if left != t.Reverse {
		op = sdk.OpLt
	}
	return sdk.Rule{Op: op, Column: f.Name, Number: sdk.Bound(t.Threshold)}
}

// stand is rule and unknown of a surrogate.
func (t *Test) stand(f *Feature, left bool) (own sdk.Rule, unknown *sdk.Rule) {
	own, unknown = t.rule(f, left), t.unknown(f)
	if !f.Category() {
		return own, unknown
	}
	own.Set = nil
	known := sdk.Rule{Op: sdk.OpIn, Column: f.Name}
	for i, s := range f.Levels {
		l, r := has(t.In, uint32(i)), has(t.Out, uint32(i))
		if l || r {
			known.Set = append(known.Set, s)
		}
		if l && left || r && !left {
			own.Set = append(own.Set, s)
		}
	}
	if len(known.Set) == len(f.Levels) {
		return own, unknown
	}
	absent := sdk.Rule{Op: sdk.OpMissing, Column: f.Name}
	return own, &sdk.Rule{Op: sdk.OpOr, Rules: []sdk.Rule{absent, {Op: sdk.OpNot, Rules: []sdk.Rule{known}}}}
}

// unknown is when the test does not know, nil where it always does.
func (t *Test) unknown(f *Feature) *sdk.Rule {
	if !f.Gaps {
		return nil
	}
	absent := sdk.Rule{Op: sdk.OpMissing, Column: f.Name}
	if f.Rare == 0 {
		return &absent
	}
	seen := sdk.Rule{Op: sdk.OpIn, Column: f.Name, Set: f.Levels}
	return &sdk.Rule{Op: sdk.OpOr, Rules: []sdk.Rule{absent, {Op: sdk.OpNot, Rules: []sdk.Rule{seen}}}}
}

// sends reports whether a level goes left.
func (t *Test) sends(level uint32) bool {
	return has(t.In, level) || t.Rest && !has(t.Out, level)
}

// Rule is the path as data.
func Rule(conditions []Condition) *sdk.Rule {
	var all []sdk.Rule
	for i := range conditions {
		all = append(all, conditions[i].rules()...)
	}
	switch len(all) {
	case 0:
		return &sdk.Rule{Op: sdk.OpAlways}
	case 1:
		return &all[0]
	}
	return &sdk.Rule{Op: sdk.OpAnd, Rules: all}
}

func (c *Condition) rules() []sdk.Rule {
	if c.f.Gaps {
		return c.steps
	}
	if c.allowed != nil {
		in := sdk.Rule{Op: sdk.OpIn, Column: c.f.Name}
		for i, ok := range c.allowed {
			if ok {
				in.Set = append(in.Set, c.f.Levels[i])
			}
		}
		return []sdk.Rule{in}
	}
	var out []sdk.Rule
	if !math.IsInf(c.lo, -1) {
		out = append(out, sdk.Rule{Op: sdk.OpGe, Column: c.f.Name, Number: sdk.Bound(c.lo)})
	}
	if !math.IsInf(c.hi, 1) {
		out = append(out, sdk.Rule{Op: sdk.OpLt, Column: c.f.Name, Number: sdk.Bound(c.hi)})
	}
	return out
}

// words are the names of the suite's own columns for people.
func words(name string) sdk.Text {
	switch name {
	case "recency_days":
		return sdk.Text{ZH: "距上次消费天数", EN: "days since last order"}
	case "frequency":
		return sdk.Text{ZH: "订单数", EN: "orders"}
	case "frequency_days":
		return sdk.Text{ZH: "消费天数", EN: "days with an order"}
	case "monetary":
		return sdk.Text{ZH: "消费金额", EN: "money spent"}
	case "monetary_mean":
		return sdk.Text{ZH: "平均每单金额", EN: "money per order"}
	case "tenure_days":
		return sdk.Text{ZH: "首单至今天数", EN: "days since first order"}
	}
	return sdk.Text{ZH: name, EN: name}
}

// Text is the condition for people.
func (c *Condition) Text() sdk.Text {
	t := c.plain().FillText("name", words(c.f.Name)).Fill("lo", c.f.bound(c.lo), "hi", c.f.bound(c.hi))
	switch {
	case !c.f.Gaps:
	case c.substitute != "":
		s := words(c.substitute)
		t.ZH += "（缺失的看" + s.ZH + "）"
		t.EN += " (where missing, by " + s.EN + ")"
	case c.missing:
		t.ZH += "（或缺失）"
		t.EN += " (or missing)"
	}
	return t
}

// bound writes a limit of a condition, one of money with the sign for which the host writes
// that of the currency.
func (f *Feature) bound(x float64) string {
	s := sheet.Number(x)
	if f.Unit != "money" {
		return s
	}
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		return "-" + sdk.MoneySign + rest
	}
	return sdk.MoneySign + s
}

func (c *Condition) plain() sdk.Text {
	below, above := math.IsInf(c.lo, -1), math.IsInf(c.hi, 1)
	switch {
	case c.allowed != nil:
		return c.levelText()
	case c.f.YesNo && !below:
		return sdk.Text{ZH: "{name}：是", EN: "{name}: yes"}
	case c.f.YesNo && !above:
		return sdk.Text{ZH: "{name}：否", EN: "{name}: no"}
	case above:
		return sdk.Text{ZH: "{name} ≥ {lo}", EN: "{name} ≥ {lo}"}
	case below:
		return sdk.Text{ZH: "{name} < {hi}", EN: "{name} < {hi}"}
	}
	return sdk.Text{ZH: "{lo} ≤ {name} < {hi}", EN: "{lo} ≤ {name} < {hi}"}
}

// levelText lists at most three levels, of whichever side is shorter to tell.
func (c *Condition) levelText() sdk.Text {
	var in, out []string
	for i, ok := range c.allowed {
		if ok {
			in = append(in, clip(c.f.Levels[i]))
		} else {
			out = append(out, clip(c.f.Levels[i]))
		}
	}
	const most = 3
	switch {
	case len(in) == 0:
		return sdk.Text{ZH: "{name} 缺失", EN: "{name} missing"}
	case len(in) <= most:
		return sdk.Text{ZH: "{name} 为 " + strings.Join(in, "、"), EN: "{name} is " + strings.Join(in, " or ")}
	case len(out) <= most:
		return sdk.Text{ZH: "{name} 不是 " + strings.Join(out, "、"), EN: "{name} is not " + strings.Join(out, " or ")}
	}
	n := strconv.Itoa(len(in))
	return sdk.Text{ZH: "{name} 为 " + strings.Join(in[:most], "、") + " 等 " + n + " 种", EN: "{name} is one of " + n + ": " + strings.Join(in[:most], ", ") + " …"}
}

// clip shortens a level from the data.
func clip(s string) string {
	const most = 20
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

// Sentence joins conditions.
func Sentence(conditions []Condition) sdk.Text {
	if len(conditions) == 0 {
		return sdk.Text{ZH: "全部客户", EN: "All customers"}
	}
	var zh, en []string
	for i := range conditions {
		t := conditions[i].Text()
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return sdk.Text{ZH: strings.Join(zh, " 且 "), EN: strings.Join(en, " and ")}
}
