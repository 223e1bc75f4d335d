package rules

import (
	"slices"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// metrics say how far the rules go.
func (f *finding) metrics() []sdk.Metric {
	n, several := float64(len(f.set.rules)), float64(f.several())
	return []sdk.Metric{
		{ID: "rules", Title: sdk.Text{ZH: "规则数", EN: "Rules"}, Value: &n},
		{ID: "proof", Title: sdk.Text{ZH: "覆盖证明", EN: "Coverage"}, Word: f.verdict(), Help: sdk.Text{
			ZH: "exclusive：每位客户恰好一条规则；first_match：有重叠，先写的优先；other：其余归入其他；unproved：无法证明。",
			EN: "exclusive: exactly one rule for everybody; first_match: rules overlap, the first wins; other: a last rule takes the rest; unproved: no proof was found.",
		}},
		{ID: "severalRules", Title: sdk.Text{ZH: "符合多条规则的客户", EN: "Customers with several rules"}, Value: &several, Help: sdk.Text{
			ZH: "不计“其他”。", EN: "Not counting “other”.",
		}},
	}
}

// several counts the customers for whom two or more rules hold, the rest aside.
func (f *finding) several() int {
	once, twice := table.NewBits(f.table.Rows), table.NewBits(f.table.Rows)
	for i, r := range f.set.rules {
		if r.rest {
			continue
		}
		rows := f.match.Rows[i]
		for w := range rows {
			twice[w] |= once[w] & rows[w]
			once[w] |= rows[w]
		}
	}
	return twice.Count(f.table.Rows)
}

func (f *finding) verdict() string {
	switch overlap := f.overlapping(); {
	case f.set.hasRest():
		return "other"
	case !f.proof.Complete:
		return "unproved"
	case overlap.Code != "":
		return "first_match"
	}
	return "exclusive"
}

func (f *finding) tables() []sdk.DataTable {
	out := []sdk.DataTable{f.ruleTable()}
	if t, ok := f.overlapTable(); ok {
		out = append(out, t)
	}
	return out
}

// ruleTable has a row for each rule.
func (f *finding) ruleTable() sdk.DataTable {
	n := len(f.set.rules)
	var (
		number, takes, holds = make([]int64, n), make([]int64, n), make([]int64, n)
		share                = make([]float64, n)
		name, cond, status   = make([]string, n), make([]string, n), make([]string, n)
	)
	for i, r := range f.set.rules {
		number[i], takes[i], holds[i] = int64(i+1), int64(f.match.Takes[i]), int64(f.match.Holds[i])
		if f.table.Rows > 0 {
			share[i] = float64(f.match.Takes[i]) / float64(f.table.Rows)
		}
		name[i], cond[i] = f.set.keys[r.segment], short(r.expr.String())
		switch {
		case slices.Contains(f.proof.Never, i):
			status[i] = "never"
		case slices.Contains(f.proof.Shadowed, i):
			status[i] = "shadowed"
		case f.match.Takes[i] == 0:
			status[i] = "empty"
		default:
			status[i] = "used"
		}
	}
	return sdk.DataTable{
		ID: "rulesTable", Title: sdk.Text{ZH: "逐条规则", EN: "Rule by rule"},
		Titles: map[string]sdk.Text{
			"rule": {ZH: "序号", EN: "No."}, "name": {ZH: "客群", EN: "Segment"}, "condition": {ZH: "条件", EN: "Condition"},
			"customers": {ZH: "分到的客户", EN: "Customers taken"}, "holds": {ZH: "条件成立的客户", EN: "Customers it holds for"},
			"share": {ZH: "占比", EN: "Share"}, "status": {ZH: "状态", EN: "Status"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "rule", Kind: table.Int64, Ints: number},
			{Name: "name", Kind: table.String, Strings: name},
			{Name: "condition", Kind: table.String, Strings: cond},
			{Name: "customers", Kind: table.Int64, Ints: takes},
			{Name: "holds", Kind: table.Int64, Ints: holds},
			{Name: "share", Kind: table.Float64, Floats: share},
			{Name: "status", Kind: table.String, Strings: status},
		}},
	}
}

// overlapTable has a row for each pair of rules that can hold together.
func (f *finding) overlapTable() (sdk.DataTable, bool) {
	const most = 500
	var first, second, customers []int64
	var where []string
	for _, o := range f.proof.Overlaps {
		if f.set.rules[o.Second].rest || len(first) == most {
			continue
		}
		first, second = append(first, int64(o.First+1)), append(second, int64(o.Second+1))
		customers = append(customers, int64(f.both(o)))
		where = append(where, short(o.Region.Expr().String()))
	}
	return sdk.DataTable{
		ID: "overlaps", Title: sdk.Text{ZH: "重叠的规则", EN: "Overlapping rules"},
		Titles: map[string]sdk.Text{
			"first": {ZH: "优先的规则", EN: "Rule that wins"}, "second": {ZH: "另一条规则", EN: "Other rule"},
			"customers": {ZH: "客户数", EN: "Customers"}, "where": {ZH: "例如在", EN: "For example where"},
		},
		Table: &table.Table{Rows: len(first), Columns: []table.Column{
			{Name: "first", Kind: table.Int64, Ints: first},
			{Name: "second", Kind: table.Int64, Ints: second},
			{Name: "customers", Kind: table.Int64, Ints: customers},
			{Name: "where", Kind: table.String, Strings: where},
		}},
	}, len(first) > 0
}
