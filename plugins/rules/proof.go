package rules

import (
	"context"
	"errors"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// fields are the columns of a run for the proof. What a feature cannot be is known
// from its unit: counts of orders and days do not fall below nought.
func fields(columns []sdk.ColumnSchema, missing bool) []expr.Field {
	out := make([]expr.Field, len(columns))
	for i, c := range columns {
		out[i] = expr.Field{Name: c.Name, Kind: c.Kind, Missing: missing || c.Missing > 0}
		if least, ok := leastOf(c); ok {
			out[i].Least = &least
		}
	}
	return out
}

func leastOf(c sdk.ColumnSchema) (float64, bool) {
	switch {
	case c.Kind != table.Int64:
		return 0, false
	case c.Name == "frequency" && c.Unit == "order", c.Name == "frequency_days" && c.Unit == "day":
		return 1, true
	case c.Unit == "order" || c.Unit == "day":
		return 0, true
	}
	return 0, false
}

// finding is what the proof says of a set of rules, and of the rows where there are.
type finding struct {
	set     *ruleset
	proof   expr.Proof // for the columns as they are today
	later   expr.Proof // for rows that may lack any value
	match   expr.Match
	table   *table.Table // nil: no rows yet
	columns []sdk.ColumnSchema
}

// prove runs the proof, for today's columns and for any that may come.
func prove(ctx context.Context, s *ruleset, columns []sdk.ColumnSchema) (*finding, []sdk.Diagnostic, error) {
	f := &finding{set: s, columns: columns}
	var err error
	if f.proof, err = expr.Prove(ctx, s.exprs(), fields(columns, false)); err == nil {
		f.later, err = expr.Prove(ctx, s.exprs(), fields(columns, true))
	}
	if wrong, ok := errors.AsType[*expr.RuleError](err); ok {
		d := problem("rule_column", inRule(wrong.At+1, wrong.Err))
		if fault, ok := errors.AsType[*expr.Error](err); ok && len(fault.Column) <= mostText {
			d.Column = fault.Column
		}
		return nil, []sdk.Diagnostic{d}, nil
	}
	return f, nil, err
}

// name calls a rule by number and name.
func (f *finding) name(i int) sdk.Text {
	return sdk.Text{ZH: "第 {n} 条“{name}”", EN: "rule {n} “{name}”"}.Fill("n", strconv.Itoa(i+1)).FillText("name", f.set.rules[i].name)
}

// diagnostics tells what the proof found: first what the rules alone say, and once
// there are rows what they say. An uncovered region is then an error.
func (f *finding) diagnostics() []sdk.Diagnostic {
	list := []sdk.Diagnostic{f.uncovered(), f.unproved()}
	if f.table != nil {
		list = append(list, f.overlapping(), f.empty())
		list = slices.DeleteFunc(list, func(d sdk.Diagnostic) bool { return d.Code == "rules_unproved" }) // said before
	} else {
		list = append(list, f.missingLater(), f.never(), f.shadowed())
	}
	var out []sdk.Diagnostic
	for _, d := range list {
		if d.Code != "" {
			d.Param = paramRule
			out = append(out, d)
		}
	}
	return out
}

func (f *finding) never() sdk.Diagnostic {
	return f.useless("rule_never", f.proof.Never, sdk.Text{
		ZH: "{rules}的条件自相矛盾，对任何客户都不成立。", EN: "The conditions of {rules} contradict themselves: no customer can ever match.",
	})
}

func (f *finding) shadowed() sdk.Diagnostic {
	return f.useless("rule_shadowed", f.proof.Shadowed, sdk.Text{
		ZH: "{rules}被前面的规则完全遮住，分不到客户；请把它移到前面，或修改条件。",
		EN: "Rules before {rules} take everybody whom it is for; move it up or change its condition.",
	})
}

func (f *finding) empty() sdk.Diagnostic {
	var list []int
	for i, n := range f.match.Takes {
		if n == 0 && !slices.Contains(f.proof.Never, i) && !slices.Contains(f.proof.Shadowed, i) {
			list = append(list, i)
		}
	}
	return f.useless("rule_empty", list, sdk.Text{ZH: "{rules}目前没有分到客户。", EN: "At present {rules} takes nobody."})
}

func (f *finding) useless(code string, list []int, say sdk.Text) sdk.Diagnostic {
	if len(list) == 0 {
		return sdk.Diagnostic{}
	}
	names := make([]sdk.Text, 0, len(list))
	for _, i := range list {
		names = append(names, f.name(i))
	}
	return sdk.Diagnostic{Severity: sdk.SeverityWarning, Code: code, Summary: say.FillText("rules", listed(names, sdk.Text{ZH: "、", EN: ", "}))}
}

// clipped cuts a piece of a sentence: five of them and more must fit into one.
func clipped(t sdk.Text) sdk.Text { return sdk.Text{ZH: short(t.ZH), EN: short(t.EN)} }

// mostListed is how many regions or pairs a sentence names.
const mostListed = 5

// listed joins the first few of a list.
func listed(list []sdk.Text, by sdk.Text) sdk.Text {
	var zh, en []string
	for _, t := range list[:min(mostListed, len(list))] {
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	out := sdk.Text{ZH: strings.Join(zh, by.ZH), EN: strings.Join(en, by.EN)}
	if n := len(list) - mostListed; n > 0 {
		out.ZH += "……（另有 " + strconv.Itoa(n) + " 处）"
		out.EN += " … (" + strconv.Itoa(n) + " more)"
	}
	return out
}

// uncovered names the regions without a rule, each with an example and the customers
// in it.
func (f *finding) uncovered() sdk.Diagnostic {
	if len(f.proof.Gaps) == 0 {
		return sdk.Diagnostic{}
	}
	regions := make([]sdk.Text, len(f.proof.Gaps))
	for i, g := range f.proof.Gaps {
		regions[i] = sdk.Text{ZH: "“{where}”{count}{example}", EN: "“{where}”{count}{example}"}.FillText("where", clipped(g.Text()))
		example := sdk.Text{}
		if len(g) > 0 {
			example = sdk.Text{ZH: "，例如 {e}", EN: ", for example {e}"}.FillText("e", clipped(g.Example()))
		}
		count := sdk.Text{}
		if f.table != nil {
			count = sdk.Text{ZH: "（{n} 位客户）", EN: " (customers: {n})"}.Fill("n", strconv.Itoa(f.count(g.Expr())))
		}
		regions[i] = regions[i].FillText("count", count).FillText("example", example)
	}
	d := sdk.Diagnostic{
		Severity: sdk.SeverityWarning, Code: "rules_gap",
		Summary: sdk.Text{
			ZH: "规则没有覆盖所有客户，漏掉了：{regions}。", EN: "The rules do not cover everybody; left out: {regions}.",
		}.FillText("regions", listed(regions, sdk.Text{ZH: "；", EN: "; "})),
		Detail: sdk.Text{
			ZH: "请补上规则，或在最后加一条“其他:*”。", EN: "Add a rule, or end with “other:*”.",
		},
	}
	if f.table != nil {
		d.Severity = sdk.SeverityError
	}
	return d
}

// count counts the rows of an expression.
func (f *finding) count(e *expr.Expr) int {
	rows, err := e.Rows(f.table)
	if err != nil {
		return 0
	}
	return rows.Count(f.table.Rows)
}

// unproved says that the rules are too entangled to prove anything.
func (f *finding) unproved() sdk.Diagnostic {
	if f.proof.Complete || f.set.hasRest() {
		return sdk.Diagnostic{}
	}
	if f.table != nil && f.match.None > 0 {
		return sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "rules_gap",
			Summary: sdk.Text{ZH: "有 {n} 位客户不符合任何一条规则。", EN: "Customers who match no rule: {n}."}.Fill("n", strconv.Itoa(f.match.None)),
			Detail:  sdk.Text{ZH: "请补上规则，或在最后加一条“其他:*”。", EN: "Add a rule, or end with “other:*”."},
		}
	}
	return sdk.Diagnostic{
		Severity: sdk.SeverityWarning, Code: "rules_unproved",
		Summary: sdk.Text{
			ZH: "规则太复杂，无法证明覆盖了所有可能的客户；建议在最后加一条“其他:*”。",
			EN: "The rules are too entangled to prove that they cover every possible customer; end with “other:*”.",
		},
	}
}

// missingLater warns of rules that cover everybody only as long as no value is missing.
func (f *finding) missingLater() sdk.Diagnostic {
	if len(f.proof.Gaps) > 0 || len(f.later.Gaps) == 0 {
		return sdk.Diagnostic{}
	}
	var names []sdk.Text
	for _, g := range f.later.Gaps {
		for _, t := range g {
			if name := (sdk.Text{ZH: t.Column(), EN: t.Column()}); t.Missing() && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return sdk.Diagnostic{
		Severity: sdk.SeverityInfo, Code: "rules_missing",
		Summary: sdk.Text{
			ZH: "现在每位客户都有规则；以后若有客户缺少 {columns}，就没有规则适用。加一条“其他:*”就不会漏掉。",
			EN: "Every customer has a rule now; one who lacks {columns} later would have none. End with “other:*” to be safe.",
		}.FillText("columns", listed(names, sdk.Text{ZH: "、", EN: " or "})),
	}
}

// overlapping tells which rules can hold together; the first wins.
func (f *finding) overlapping() sdk.Diagnostic {
	var pairs []sdk.Text
	for _, o := range f.proof.Overlaps {
		if f.set.rules[o.Second].rest || f.set.rules[o.First].segment == f.set.rules[o.Second].segment {
			continue
		}
		both := sdk.Text{ZH: "{a}和{b}（{where}{count}）", EN: "{a} and {b} ({where}{count})"}
		count := sdk.Text{}
		if f.table != nil && len(pairs) < mostListed {
			count = sdk.Text{ZH: "，共 {n} 位客户", EN: "; customers: {n}"}.Fill("n", strconv.Itoa(f.both(o)))
		}
		pairs = append(pairs, both.FillText("a", f.name(o.First)).FillText("b", f.name(o.Second)).FillText("where", clipped(o.Region.Text())).FillText("count", count))
	}
	if len(pairs) == 0 {
		return sdk.Diagnostic{}
	}
	return sdk.Diagnostic{
		Severity: sdk.SeverityInfo, Code: "rules_overlap",
		Summary: sdk.Text{
			ZH: "有规则重叠，先写的优先：{pairs}。", EN: "Some rules overlap; the first wins: {pairs}.",
		}.FillText("pairs", listed(pairs, sdk.Text{ZH: "；", EN: "; "})),
	}
}

// both counts the customers for whom two rules hold.
func (f *finding) both(o expr.Overlap) int {
	n := 0
	for w, word := range f.match.Rows[o.First] {
		n += bits.OnesCount64(word & f.match.Rows[o.Second][w])
	}
	return n
}
