package dtree

import (
	"math"
	"strings"

	"qunxiang/sdk"
)

// condition is what a path through the tree asks of one feature.
type condition struct {
	feature int
	lo, hi  float64 // lo ≤ value < hi; infinite where open
	allowed []bool  // levels of a category
	missing bool    // a missing value passes
}

// path returns the conditions of a node, in the order in which their features appear.
func (r *run) path(at int) []condition {
	var steps []int // from the node up
	for i := at; i > 0; i = r.tree.nodes[i].parent {
		steps = append(steps, i)
	}
	var out []condition
	where := map[int]int{}
	for k := len(steps) - 1; k >= 0; k-- {
		child := steps[k]
		nd := &r.tree.nodes[r.tree.nodes[child].parent]
		pos, ok := where[nd.feature]
		if !ok {
			pos = len(out)
			where[nd.feature] = pos
			out = append(out, r.open(nd.feature))
		}
		out[pos].narrow(nd, nd.left == child)
	}
	return out
}

func (r *run) open(j int) condition {
	c := condition{feature: j, lo: math.Inf(-1), hi: math.Inf(1), missing: r.features[j].gaps}
	if levels := r.features[j].levels; levels != nil {
		c.allowed = make([]bool, len(levels))
		for i := range c.allowed {
			c.allowed[i] = true
		}
	}
	return c
}

func (c *condition) narrow(nd *node, left bool) {
	c.missing = c.missing && nd.missingLeft == left
	switch {
	case nd.side != nil:
		for i, s := range nd.side {
			goes := s == 1
			if s < 0 {
				goes = nd.missingLeft
			}
			c.allowed[i] = c.allowed[i] && goes == left
		}
	case left:
		c.hi = min(c.hi, nd.threshold)
	default:
		c.lo = max(c.lo, nd.threshold)
	}
}

// shape says which form a condition takes.
func (c *condition) onlyMissing() bool { return c.lo == everyNumber }

func (c *condition) anyNumber() bool {
	return c.allowed == nil && math.IsInf(c.lo, -1) && (math.IsInf(c.hi, 1) || c.hi == everyNumber)
}

// rule is the condition as data.
func (c *condition) rule(f *feature) sdk.Rule {
	absent := sdk.Rule{Op: sdk.OpMissing, Column: f.name}
	if c.onlyMissing() {
		return absent
	}
	var tests []sdk.Rule
	if c.allowed != nil {
		in := sdk.Rule{Op: sdk.OpIn, Column: f.name}
		for i, ok := range c.allowed {
			if ok {
				in.Set = append(in.Set, f.levels[i])
			}
		}
		if len(in.Set) == 0 {
			return absent
		}
		tests = append(tests, in)
	}
	if !math.IsInf(c.lo, -1) {
		tests = append(tests, sdk.Rule{Op: sdk.OpGe, Column: f.name, Number: sdk.Bound(c.lo)})
	}
	if !math.IsInf(c.hi, 1) && c.hi != everyNumber {
		tests = append(tests, sdk.Rule{Op: sdk.OpLt, Column: f.name, Number: sdk.Bound(c.hi)})
	}
	switch {
	case len(tests) == 0 && c.missing:
		return sdk.Rule{Op: sdk.OpAlways}
	case len(tests) == 0:
		return sdk.Rule{Op: sdk.OpNot, Rules: []sdk.Rule{absent}}
	}
	all := tests[0]
	if len(tests) > 1 {
		all = sdk.Rule{Op: sdk.OpAnd, Rules: tests}
	}
	if c.missing {
		return sdk.Rule{Op: sdk.OpOr, Rules: []sdk.Rule{all, absent}}
	}
	return all
}

func (r *run) rule(conditions []condition) *sdk.Rule {
	switch len(conditions) {
	case 0:
		return &sdk.Rule{Op: sdk.OpAlways}
	case 1:
		one := conditions[0].rule(&r.features[conditions[0].feature])
		return &one
	}
	all := &sdk.Rule{Op: sdk.OpAnd}
	for i := range conditions {
		all.Rules = append(all.Rules, conditions[i].rule(&r.features[conditions[i].feature]))
	}
	return all
}

// words names the host's feature columns in both languages.
func words(name string) sdk.Text {
	switch name {
	case "recency_days":
		return sdk.Text{ZH: "距上次消费天数", EN: "days since last order"}
	case "frequency":
		return sdk.Text{ZH: "订单数", EN: "orders"}
	case "frequency_days":
		return sdk.Text{ZH: "消费天数", EN: "purchase days"}
	case "monetary":
		return sdk.Text{ZH: "消费金额", EN: "money spent"}
	case "monetary_mean":
		return sdk.Text{ZH: "客单价", EN: "mean order"}
	case "tenure_days":
		return sdk.Text{ZH: "成为客户天数", EN: "days as customer"}
	}
	return sdk.Text{ZH: name, EN: name}
}

// text is the condition for people.
func (c *condition) text(f *feature) sdk.Text {
	t := c.plain(f).FillText("name", words(f.name)).Fill("lo", short(c.lo), "hi", short(c.hi))
	if c.missing && !c.onlyMissing() && !c.anyNumber() {
		t.ZH += "（或缺失）"
		t.EN += " (or missing)"
	}
	return t
}

func (c *condition) plain(f *feature) sdk.Text {
	open, none := math.IsInf(c.lo, -1), math.IsInf(c.hi, 1) || c.hi == everyNumber
	switch {
	case c.onlyMissing():
		return sdk.Text{ZH: "{name} 缺失", EN: "{name} missing"}
	case c.allowed != nil:
		return c.levelText(f)
	case f.yesNo && !open:
		return sdk.Text{ZH: "{name}：是", EN: "{name}: yes"}
	case f.yesNo && !none:
		return sdk.Text{ZH: "{name}：否", EN: "{name}: no"}
	case open && none:
		return sdk.Text{ZH: "{name} 不缺失", EN: "{name} not missing"}
	case none:
		return sdk.Text{ZH: "{name} ≥ {lo}", EN: "{name} ≥ {lo}"}
	case open:
		return sdk.Text{ZH: "{name} < {hi}", EN: "{name} < {hi}"}
	}
	return sdk.Text{ZH: "{lo} ≤ {name} < {hi}", EN: "{lo} ≤ {name} < {hi}"}
}

// levelText lists at most three levels, of whichever side is shorter to tell.
func (c *condition) levelText(f *feature) sdk.Text {
	var in, out []string
	for i, ok := range c.allowed {
		if ok {
			in = append(in, clip(f.levels[i]))
		} else {
			out = append(out, clip(f.levels[i]))
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
	n := itoa(len(in))
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

// sentence joins conditions.
func (r *run) sentence(conditions []condition) sdk.Text {
	if len(conditions) == 0 {
		return sdk.Text{ZH: "全部客户", EN: "All customers"}
	}
	var zh, en []string
	for i := range conditions {
		t := conditions[i].text(&r.features[conditions[i].feature])
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return sdk.Text{ZH: strings.Join(zh, " 且 "), EN: strings.Join(en, " and ")}
}
