package lifecycle

import (
	"math"
	"slices"
	"strconv"
	"time"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const dayMicros = int64(24 * time.Hour / time.Microsecond)

// soon is the number of days that return_chance looks ahead: twice the typical gap.
func (r *run) soon() int { return max(7, int(math.Round(2*r.typical))) }

// columns are the row outputs.
func (r *run) columns() []table.Column {
	n := len(r.buyers)
	label := table.Column{Name: "segment", Kind: table.Category, Dict: keys(), Codes: make([]uint32, n)}
	next := table.Column{Name: "next_expected", Kind: table.Time, Ints: make([]int64, n)}
	count := table.Column{Name: "purchase_count", Kind: table.Int64, Ints: make([]int64, n)}
	chance := table.Column{Name: "return_chance", Kind: table.Float64, Floats: r.chance}
	trend := table.Column{Name: "trend", Kind: table.Float64, Floats: make([]float64, n), Valid: table.NewBits(n)}
	for i, b := range r.buyers {
		label.Codes[i] = uint32(r.stage[i])
		next.Ints[i] = (int64(b.last) + int64(math.Round(r.gap[i]))) * dayMicros
		count.Ints[i] = int64(b.purchases)
		if r.history != nil && b.purchases > 2 {
			trend.Floats[i] = b.trend
			trend.Valid.Set(i)
		}
	}
	out := []table.Column{
		label,
		{Name: "overdue_ratio", Kind: table.Float64, Floats: r.overdue},
		{Name: "expected_gap_days", Kind: table.Float64, Unit: "day", Floats: r.gap},
		count,
	}
	if r.asOf > 0 {
		out = append(out, next)
	}
	if r.rhythm.again != nil {
		out = append(out, chance)
	}
	if r.history != nil {
		out = append(out, trend)
	}
	return out
}

// segments are the stages in the order of a life. The predicate is there where it is
// one over the outputs.
func (r *run) segments() []sdk.Segment {
	names, texts := stageNames(), stageTexts()
	out := make([]sdk.Segment, stages)
	for i, key := range keys() {
		out[i] = sdk.Segment{Key: key, Name: names[i], Description: texts[i]}
	}
	number := func(op sdk.Op, column string, v float64) sdk.Rule {
		return sdk.Rule{Op: op, Column: column, Number: &v}
	}
	active := number(sdk.OpLt, "overdue_ratio", r.limits.dormant)
	out[stageLost].Rule = &sdk.Rule{Op: sdk.OpGe, Column: "overdue_ratio", Number: &r.limits.lost}
	out[stageDormant].Rule = &sdk.Rule{Op: sdk.OpAnd, Rules: []sdk.Rule{
		number(sdk.OpGe, "overdue_ratio", r.limits.dormant), number(sdk.OpLt, "overdue_ratio", r.limits.lost),
	}}
	out[stageNew].Rule = &sdk.Rule{Op: sdk.OpAnd, Rules: []sdk.Rule{active, number(sdk.OpLe, "purchase_count", 1)}}
	return out
}

func value(id string, title sdk.Text, v float64, help sdk.Text) sdk.Metric {
	return sdk.Metric{ID: id, Title: title, Value: &v, Help: help}
}

// days takes the last digits of a product away, so that 90 days that were asked for are 90.
func days(v float64) float64 { return math.Round(v*1e6) / 1e6 }

func (r *run) metrics() []sdk.Metric {
	out := []sdk.Metric{
		value("typicalGapDays", sdk.Text{ZH: "一般间隔天数", EN: "Typical gap in days"}, r.typical, sdk.Text{}),
		value("dormantRatio", sdk.Text{ZH: "沉睡的逾期倍数", EN: "Overdue ratio for dormant"}, r.limits.dormant, sdk.Text{}),
		value("lostRatio", sdk.Text{ZH: "流失的逾期倍数", EN: "Overdue ratio for lost"}, r.limits.lost, sdk.Text{}),
		value("dormantDays", sdk.Text{ZH: "沉睡天数（一般节奏）", EN: "Days for dormant, typical rhythm"}, days(r.limits.dormant*r.typical), sdk.Text{}),
		value("lostDays", sdk.Text{ZH: "流失天数（一般节奏）", EN: "Days for lost, typical rhythm"}, days(r.limits.lost*r.typical), sdk.Text{}),
		{ID: "rhythmVerdict", Title: sdk.Text{ZH: "个人节奏是否更准", EN: "Is the personal rhythm better"}, Word: r.test.verdict(), Help: sdk.Text{
			ZH: "personal：个人节奏更准；fixed：统一天数更准；same：分不出；neither：都不比瞎猜准；untested：历史不够，没有检验。",
			EN: "personal: it predicts better; fixed: one number of days does; same: no difference to be seen; neither: no better than a guess; untested: too little history.",
		}},
	}
	if !r.test.done {
		return out
	}
	area := sdk.Text{ZH: "预测最近一段里谁会买的 AUC：0.5 等于瞎猜，1 为全对。", EN: "AUC of predicting who buys in the last stretch: 0.5 is a guess, 1 is perfect."}
	return append(out,
		value("aucPersonal", sdk.Text{ZH: "个人节奏的 AUC", EN: "AUC, personal rhythm"}, r.test.personal, area),
		value("aucFixed", sdk.Text{ZH: "统一天数的 AUC", EN: "AUC, fixed days"}, r.test.fixed, area),
		value("aucOverdue", sdk.Text{ZH: "逾期倍数的 AUC", EN: "AUC, overdue ratio alone"}, r.test.overdue, area),
		value("aucDifference", sdk.Text{ZH: "AUC 之差", EN: "Difference of the AUCs"}, r.test.diff, sdk.Text{}),
		value("aucDifferenceSE", sdk.Text{ZH: "差的标准误", EN: "Its standard error"}, r.test.se, sdk.Text{}),
	)
}

// remarks tells what was found, first of all whether the rhythm is worth it.
func (r *run) remarks() []sdk.Diagnostic {
	var out []sdk.Diagnostic
	if r.assumed {
		out = append(out, sdk.Diagnostic{
			Severity: sdk.SeverityWarning, Code: "few_gaps", Param: paramDormant,
			Summary: sdk.Text{
				ZH: "只有 {buyers} 位客户买过两天以上（共 {gaps} 个间隔），学不出购买节奏；暂按 {days} 天算沉睡，请自己给出天数。",
				EN: "Only {buyers} customers bought on more than one day ({gaps} gaps): no rhythm can be learned; {days} days are assumed for dormant. Give your own.",
			}.Fill("buyers", strconv.Itoa(r.rhythm.buyers), "gaps", strconv.Itoa(r.rhythm.gaps), "days", strconv.Itoa(int(math.Round(r.limits.dormant*r.typical)))),
		})
	}
	if r.history == nil {
		out = append(out, sdk.Diagnostic{
			Severity: sdk.SeverityInfo, Code: "no_orders",
			Summary: sdk.Text{
				ZH: "没有逐笔订单，用平均间隔代替中位数，也看不出购买趋势：没有“衰退”，“成长”只指买过两天的客户。",
				EN: "There are no single orders, so mean gaps stand for medians and no trend is seen: nobody is declining, and growing means two purchase days only.",
			},
		})
	}
	if r.history != nil && !r.assumed {
		out = append(out, r.test.says())
	}
	return out
}

// says tells in a sentence whether the personal rhythm predicts better.
func (b backtest) says() sdk.Diagnostic {
	d := sdk.Diagnostic{Severity: sdk.SeverityInfo, Code: "rhythm_" + b.verdict(), Param: paramRhythm}
	three := func(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
	switch b.verdict() {
	case "personal":
		d.Summary = sdk.Text{
			ZH: "用最近 {days} 天检验：按个人节奏预测谁会再买，AUC {a}，比统一天数的 {b} 更准（差 {diff}，标准误 {se}）。",
			EN: "Tested on the last {days} days: the personal rhythm predicts who buys with an AUC of {a}, better than {b} of a fixed number of days (difference {diff}, standard error {se}).",
		}
	case "fixed":
		d.Severity = sdk.SeverityWarning
		d.Summary = sdk.Text{
			ZH: "用最近 {days} 天检验：在你的店里，个人节奏（AUC {a}）并不比统一天数（{b}）更准（差 {diff}，标准误 {se}），可以改用 rhythm=fixed。",
			EN: "Tested on the last {days} days: in your shop the personal rhythm (AUC {a}) predicts worse than a fixed number of days ({b}; difference {diff}, standard error {se}); consider rhythm=fixed.",
		}
	case "neither":
		d.Severity = sdk.SeverityWarning
		d.Summary = sdk.Text{
			ZH: "用最近 {days} 天检验：个人节奏（AUC {a}）和统一天数（{b}）都不比瞎猜（0.5）准。在这些数据里，最近买过的人并不更会再买，客户阶段请谨慎使用。",
			EN: "Tested on the last {days} days: neither the personal rhythm (AUC {a}) nor a fixed number of days ({b}) tells better than a guess (0.5) who buys again. In these data a recent purchase is no sign of the next one: take the stages with care.",
		}
	case "same":
		d.Summary = sdk.Text{
			ZH: "用最近 {days} 天检验：个人节奏（AUC {a}）与统一天数（{b}）分不出高下（差 {diff}，标准误 {se}）。",
			EN: "Tested on the last {days} days: no difference can be seen between the personal rhythm (AUC {a}) and a fixed number of days ({b}; difference {diff}, standard error {se}).",
		}
	default:
		d.Summary = sdk.Text{
			ZH: "历史太短或回头客太少，没能检验个人节奏是否比统一天数更准。", EN: "History is too short, or too few come back, to test whether the personal rhythm beats a fixed number of days.",
		}
	}
	d.Summary = d.Summary.Fill("days", strconv.Itoa(b.to-b.from+1), "a", three(b.personal), "b", three(b.fixed), "diff", three(b.diff), "se", three(b.se))
	if b.done && b.ratioDiff < -2*b.ratioSE {
		d.Detail = sdk.Text{
			ZH: "只看逾期倍数（AUC {o}）不如只看天数：买得少的客户更容易一去不回；排名请用“近期再买的可能”。",
			EN: "The overdue ratio alone (AUC {o}) predicts worse than the days alone, since customers with few purchases often stay away for good; to rank customers use the chance to buy soon.",
		}.Fill("o", three(b.overdue))
	}
	return d
}

func (r *run) tables() []sdk.DataTable {
	out := []sdk.DataTable{r.stageTable()}
	if len(r.rhythm.days) > 0 {
		out = append(out, r.gapTable())
	}
	if r.rhythm.again != nil {
		out = append(out, r.returnTable())
	}
	if r.test.done {
		out = append(out, r.test.table())
	}
	return out
}

// stageTable has a row for each stage.
func (r *run) stageTable() sdk.DataTable {
	customers, share := make([]int64, stages), make([]float64, stages)
	gap, overdue := make([]float64, stages), make([]float64, stages)
	valid := table.NewBits(int(stages))
	for s := range stages {
		var gaps, ratios []float64
		for i, x := range r.stage {
			if x == s {
				gaps, ratios = append(gaps, r.gap[i]), append(ratios, r.overdue[i])
			}
		}
		customers[s], share[s] = int64(len(gaps)), float64(len(gaps))/float64(max(1, len(r.stage)))
		if len(gaps) > 0 {
			gap[s], overdue[s] = median(gaps), median(ratios)
			valid.Set(int(s))
		}
	}
	return sdk.DataTable{
		ID: "stages", Title: sdk.Text{ZH: "各阶段", EN: "Stages"},
		Titles: map[string]sdk.Text{
			"stage": {ZH: "阶段", EN: "Stage"}, "customers": {ZH: "客户数", EN: "Customers"}, "share": {ZH: "占比", EN: "Share"},
			"expectedGapDays": {ZH: "预期间隔（中位数）", EN: "Expected gap (median)"}, "overdueRatio": {ZH: "逾期倍数（中位数）", EN: "Overdue ratio (median)"},
		},
		Table: &table.Table{Rows: int(stages), Columns: []table.Column{
			{Name: "stage", Kind: table.String, Strings: keys()},
			{Name: "customers", Kind: table.Int64, Ints: customers},
			{Name: "share", Kind: table.Float64, Floats: share},
			{Name: "expectedGapDays", Kind: table.Float64, Unit: "day", Floats: gap, Valid: valid},
			{Name: "overdueRatio", Kind: table.Float64, Floats: overdue, Valid: slices.Clone(valid)},
		}},
	}
}

// gapTable is the distribution of the gaps between purchases.
func (r *run) gapTable() sdk.DataTable {
	shares := []float64{0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99}
	days, ratio := make([]float64, len(shares)), make([]float64, len(shares))
	for i, q := range shares {
		days[i], ratio[i] = quantile(r.rhythm.days, q), quantile(r.rhythm.scaled, q)
	}
	return sdk.DataTable{
		ID: "gaps", Title: sdk.Text{ZH: "购买间隔的分布", EN: "Gaps between purchases"},
		Titles: map[string]sdk.Text{
			"share": {ZH: "比例", EN: "Share"}, "days": {ZH: "间隔不超过（天）", EN: "Gap of at most (days)"}, "ratio": {ZH: "相当于预期间隔的倍数", EN: "Over the expected gap"},
		},
		Table: &table.Table{Rows: len(shares), Columns: []table.Column{
			{Name: "share", Kind: table.Float64, Floats: shares}, {Name: "days", Kind: table.Float64, Unit: "day", Floats: days}, {Name: "ratio", Kind: table.Float64, Floats: ratio},
		}},
	}
}

// returnTable is who comes again after the n-th purchase.
func (r *run) returnTable() sdk.DataTable {
	n := mostCounted
	count, share := make([]int64, n), make([]float64, n)
	for i := range n {
		count[i], share[i] = int64(i+1), r.rhythm.again[i+1]
	}
	return sdk.DataTable{
		ID: "returns", Title: sdk.Text{ZH: "第几次购买后还会再来", EN: "Coming again after the n-th purchase"},
		Titles: map[string]sdk.Text{"purchases": {ZH: "已购买天数", EN: "Purchase days so far"}, "share": {ZH: "再来的比例", EN: "Share who come again"}},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "purchases", Kind: table.Int64, Ints: count}, {Name: "share", Kind: table.Float64, Floats: share},
		}},
	}
}

// table is the back-test as a record.
func (b backtest) table() sdk.DataTable {
	one := func(name string, v float64) table.Column {
		return table.Column{Name: name, Kind: table.Float64, Floats: []float64{v}}
	}
	date := func(name string, day int) table.Column {
		return table.Column{Name: name, Kind: table.Time, Ints: []int64{int64(day) * dayMicros}}
	}
	return sdk.DataTable{
		ID: "backtest", Title: sdk.Text{ZH: "回测", EN: "Back-test"}, Record: true,
		Titles: map[string]sdk.Text{
			"from": {ZH: "从", EN: "From"}, "to": {ZH: "到", EN: "To"}, "customers": {ZH: "客户数", EN: "Customers"}, "bought": {ZH: "买了的", EN: "Bought"},
			"aucPersonal": {ZH: "个人节奏", EN: "Personal rhythm"}, "aucOverdue": {ZH: "逾期倍数", EN: "Overdue ratio"}, "aucFixed": {ZH: "统一天数", EN: "Fixed days"},
		},
		Table: &table.Table{Rows: 1, Columns: []table.Column{
			date("from", b.from), date("to", b.to), one("customers", float64(b.customers)), one("bought", float64(b.bought)),
			one("aucPersonal", b.personal), one("aucOverdue", b.overdue), one("aucFixed", b.fixed),
		}},
	}
}
