package tiers

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"qunxiang/plugins/internal/twofold"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const dayMicros = int64(24 * time.Hour / time.Microsecond)

// position is where a tier stands among the segments, the best first.
func (r *run) position(tier int) int { return len(r.ladder) - 1 - tier }

// columns are the row outputs.
func (r *run) columns() []table.Column {
	n := len(r.hold)
	keys := make([]string, len(r.ladder))
	for i, t := range r.ladder {
		keys[r.position(i)] = t.key
	}
	label := table.Column{Name: "segment", Kind: table.Category, Dict: keys, Codes: make([]uint32, n)}
	value := table.Column{Name: "tier_value", Kind: table.Float64, Unit: r.column.Unit, Floats: make([]float64, n)}
	next := table.Column{Name: "to_next_tier", Kind: table.Float64, Unit: r.column.Unit, Floats: make([]float64, n), Valid: table.NewBits(n)}
	by := table.Column{Name: "protected", Kind: table.Category, Dict: []string{heldByValue, heldByKeep, heldByGrace}, Codes: make([]uint32, n)}
	left := table.Column{Name: "grace_days_left", Kind: table.Int64, Unit: "day", Ints: make([]int64, n), Valid: table.NewBits(n)}
	until := table.Column{Name: "tier_until", Kind: table.Time, Ints: make([]int64, n), Valid: table.NewBits(n)}
	for i, h := range r.hold {
		label.Codes[i] = uint32(r.position(h.tier))
		value.Floats[i] = h.value
		if h.tier+1 < len(r.ladder) {
			next.Floats[i] = finite(tidy(r.ladder[h.tier+1].from - h.value))
			next.Valid.Set(i)
		}
		by.Codes[i] = uint32(slices.Index(by.Dict, h.by))
		if h.by == heldByGrace {
			left.Ints[i] = int64(h.left)
			left.Valid.Set(i)
		}
		if h.until != noDay {
			until.Ints[i] = (int64(h.until) - 1) * dayMicros // the last day of the tier
			until.Valid.Set(i)
		}
	}
	out := []table.Column{label, value, next, by, left}
	if r.orders != nil {
		out = append(out, until)
	}
	return out
}

// segments are the tiers, the best first. The predicate is there where today's value
// alone decides.
func (r *run) segments() []sdk.Segment {
	out := make([]sdk.Segment, len(r.ladder))
	exact := r.months == 0 && !slices.ContainsFunc(r.hold, func(h hold) bool { return h.by != heldByValue })
	for i, t := range r.ladder {
		s := sdk.Segment{Key: t.key, Name: t.name}
		s.Description = sdk.Text{ZH: "{column} 达到 {from}。", EN: "{column} from {from}."}.Fill("column", r.column.Name, "from", number(t.from))
		if i == 0 {
			s.Description = sdk.Text{ZH: "其余的客户。", EN: "Everybody else."}
		}
		var parts []sdk.Rule
		if i > 0 {
			from := t.from
			parts = append(parts, sdk.Rule{Op: sdk.OpGe, Column: r.column.Name, Number: &from})
		}
		if i+1 < len(r.ladder) {
			to := r.ladder[i+1].from
			parts = append(parts, sdk.Rule{Op: sdk.OpLt, Column: r.column.Name, Number: &to})
		}
		switch {
		case !exact:
		case len(parts) == 0:
			s.Rule = &sdk.Rule{Op: sdk.OpAlways}
		case len(parts) == 1:
			s.Rule = &parts[0]
		default:
			s.Rule = &sdk.Rule{Op: sdk.OpAnd, Rules: parts}
		}
		out[r.position(i)] = s
	}
	return out
}

func number(v float64) string {
	if math.Abs(v) >= 1e15 {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// saysLadder tells the thresholds that were taken.
func (r *run) saysLadder() sdk.Diagnostic {
	d := sdk.Diagnostic{Severity: sdk.SeverityInfo, Code: "ladder_auto", Param: paramLadder}
	if len(r.ladder) == 1 {
		d.Severity = sdk.SeverityWarning
		d.Summary = sdk.Text{
			ZH: "“{column}”的数值几乎相同，分不出等级；请自己给出阶梯，例如 普通:0,VIP:2000。",
			EN: "The values of “{column}” are nearly all the same and make no ladder; give one, such as Regular:0,VIP:2000.",
		}.Fill("column", r.column.Name)
		return d
	}
	var zh, en []string
	for _, t := range r.ladder[1:] {
		zh, en = append(zh, t.name.ZH+" ≥ "+number(t.from)), append(en, t.name.EN+" ≥ "+number(t.from))
	}
	d.Summary = sdk.Text{
		ZH: "没有给等级阶梯，按本店客户的排名定：VIP 约前 20%，SVIP 约前 5%，取两位有效数字，即 {steps}。这是起点，不是标准。",
		EN: "No ladder was given; it follows from the ranks of your own customers, about the top 20% for VIP and 5% for SVIP, rounded to two digits: {steps}. A start, not a standard.",
	}.FillText("steps", sdk.Text{ZH: strings.Join(zh, "，"), EN: strings.Join(en, ", ")})
	return d
}

// tally is what a tier adds up to.
type tally struct {
	customers, keep, grace, near int
	amount                       float64
}

// tallies counts and adds up; the order of customers does not show in the sums.
func (r *run) tallies() ([]tally, float64) {
	const room = 1 << 40 // so that no sum overflows on its way
	out, sums := make([]tally, len(r.ladder)), make([]twofold.Sum, len(r.ladder)+1)
	for _, h := range r.hold {
		t := &out[h.tier]
		t.customers++
		sums[h.tier].Add(h.value / room)
		sums[len(out)].Add(h.value / room)
		switch h.by {
		case heldByKeep:
			t.keep++
		case heldByGrace:
			t.grace++
		}
		if next := h.tier + 1; next < len(r.ladder) && h.value >= nearly*r.ladder[next].from {
			out[next].near++
		}
	}
	for i := range out {
		out[i].amount = finite(sums[i].Value() * room)
	}
	return out, finite(sums[len(out)].Value() * room)
}

// nearly is the share of a threshold from which a customer is almost there.
const nearly = 0.9

// remarks tells what stands out.
func (r *run) remarks() []sdk.Diagnostic {
	var out []sdk.Diagnostic
	all, _ := r.tallies()
	var empty sdk.Text
	for i, t := range all {
		if t.customers == 0 && i > 0 {
			empty = sdk.Text{ZH: empty.ZH + "“" + r.ladder[i].name.ZH + "”", EN: strings.TrimSpace(empty.EN + " “" + r.ladder[i].name.EN + "”")}
		}
	}
	if !empty.IsZero() && len(r.hold) > 0 {
		out = append(out, sdk.Diagnostic{
			Severity: sdk.SeverityWarning, Code: "tier_empty", Param: paramLadder,
			Summary: sdk.Text{ZH: "没有客户达到{tiers}；请看“模拟”表，换一个够得着的门槛。", EN: "Nobody reaches {tiers}; the simulator shows thresholds that can be reached."}.FillText("tiers", empty),
		})
	}
	return out
}

func (r *run) metrics() []sdk.Metric {
	all, _ := r.tallies()
	tiers, keep, grace := float64(len(r.ladder)), 0.0, 0.0
	for _, t := range all {
		keep, grace = keep+float64(t.keep), grace+float64(t.grace)
	}
	return []sdk.Metric{
		{ID: "tiers", Title: sdk.Text{ZH: "等级数", EN: "Tiers"}, Value: &tiers},
		{ID: "protectedByKeep", Title: sdk.Text{ZH: "靠保级线留住的客户", EN: "Kept by the lower line"}, Value: &keep, Help: sdk.Text{
			ZH: "低于升级门槛，但不低于保级线。", EN: "Below the threshold for entry, not below the line for staying.",
		}},
		{ID: "protectedByGrace", Title: sdk.Text{ZH: "宽限期内的客户", EN: "In grace"}, Value: &grace, Help: sdk.Text{
			ZH: "已低于保级线，宽限天数还没用完。", EN: "Below the line for staying, with days of grace left.",
		}},
	}
}

// ladderTable has a row for each tier, the best first.
func (r *run) ladderTable() sdk.DataTable {
	n := len(r.ladder)
	all, total := r.tallies()
	c := make([]table.Column, 0, 10)
	floats := func(name string, f func(i int) float64) {
		col := table.Column{Name: name, Kind: table.Float64, Floats: make([]float64, n)}
		for i := range n {
			col.Floats[r.position(i)] = f(i)
		}
		c = append(c, col)
	}
	ints := func(name string, f func(i int) int) {
		col := table.Column{Name: name, Kind: table.Int64, Ints: make([]int64, n)}
		for i := range n {
			col.Ints[r.position(i)] = int64(f(i))
		}
		c = append(c, col)
	}
	names := table.Column{Name: "tier", Kind: table.String, Strings: make([]string, n)}
	for i, t := range r.ladder {
		names.Strings[r.position(i)] = t.key
	}
	c = append(c, names)
	floats("from", func(i int) float64 { return r.ladder[i].from })
	floats("keep", func(i int) float64 { return r.line(r.ladder[i]) })
	ints("customers", func(i int) int { return all[i].customers })
	floats("share", func(i int) float64 { return float64(all[i].customers) / float64(max(1, len(r.hold))) })
	floats("amount", func(i int) float64 { return all[i].amount })
	floats("amountShare", func(i int) float64 { return share(all[i].amount, total) })
	ints("byKeep", func(i int) int { return all[i].keep })
	ints("byGrace", func(i int) int { return all[i].grace })
	ints("near", func(i int) int { return all[i].near })
	return sdk.DataTable{
		ID: "ladder", Title: sdk.Text{ZH: "等级阶梯", EN: "Ladder"},
		Titles: map[string]sdk.Text{
			"tier": {ZH: "等级", EN: "Tier"}, "from": {ZH: "升级门槛", EN: "Entry from"}, "keep": {ZH: "保级线", EN: "Stay from"},
			"customers": {ZH: "客户数", EN: "Customers"}, "share": {ZH: "占比", EN: "Share"}, "amount": {ZH: "数值合计", EN: "Sum of values"},
			"amountShare": {ZH: "合计占比", EN: "Share of the sum"}, "byKeep": {ZH: "靠保级线", EN: "Kept by the line"},
			"byGrace": {ZH: "宽限期内", EN: "In grace"}, "near": {ZH: "差不到一成", EN: "Less than a tenth short"},
		},
		Table: &table.Table{Rows: n, Columns: c},
	}
}

func share(part, total float64) float64 {
	if total == 0 {
		return 0
	}
	return finite(part / total)
}

// simulator answers “how many would be in the tier at 2000?” for a grid of thresholds.
func (r *run) simulator() sdk.DataTable {
	sorted := make([]float64, len(r.hold))
	for i, h := range r.hold {
		sorted[i] = h.value
	}
	slices.Sort(sorted)
	above := make([]float64, len(sorted)+1) // sum of the values from each place on
	for i := len(sorted) - 1; i >= 0; i-- {
		above[i] = finite(above[i+1] + sorted[i])
	}
	grid := r.grid(sorted)
	n := len(grid)
	customers, nearby := make([]int64, n), make([]int64, n)
	shares, amounts, amountShares := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, from := range grid {
		at, _ := slices.BinarySearch(sorted, from)
		near, _ := slices.BinarySearch(sorted, min(from, nearly*from))
		customers[i], nearby[i] = int64(len(sorted)-at), int64(at-near)
		shares[i] = float64(customers[i]) / float64(max(1, len(sorted)))
		amounts[i], amountShares[i] = above[at], share(above[at], above[0])
	}
	return sdk.DataTable{
		ID: "simulator", Title: sdk.Text{ZH: "门槛模拟", EN: "Simulator"},
		Titles: map[string]sdk.Text{
			"from": {ZH: "门槛", EN: "Threshold"}, "customers": {ZH: "达到的客户", EN: "Customers who reach it"}, "share": {ZH: "占比", EN: "Share"},
			"amount": {ZH: "他们的合计", EN: "Their sum"}, "amountShare": {ZH: "合计占比", EN: "Share of the sum"}, "near": {ZH: "差不到一成", EN: "Less than a tenth short"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "from", Kind: table.Float64, Floats: grid},
			{Name: "customers", Kind: table.Int64, Ints: customers},
			{Name: "share", Kind: table.Float64, Floats: shares},
			{Name: "amount", Kind: table.Float64, Floats: amounts},
			{Name: "amountShare", Kind: table.Float64, Floats: amountShares},
			{Name: "near", Kind: table.Int64, Ints: nearby},
		}},
	}
}

// grid is the thresholds of the simulator: round numbers through the range of the
// values, the tenths of the customers in two digits, and those of the ladder.
func (r *run) grid(sorted []float64) []float64 {
	var out []float64
	for _, t := range r.ladder[1:] {
		out = append(out, t.from)
	}
	if n := len(sorted); n > 0 && sorted[n-1] > 0 {
		top := sorted[n-1]
		const decades = 5
		for e := math.Floor(math.Log10(top)) - decades + 1; e <= math.Log10(top); e++ {
			for _, m := range []float64{1, 2, 3, 5, 8} {
				if x := m * math.Pow(10, e); x <= top && x > 0 {
					out = append(out, twoDigits(x))
				}
			}
		}
		for i := range 19 {
			if x := twoDigits(sorted[(i+1)*n/20]); x > 0 && x <= top {
				out = append(out, x)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
