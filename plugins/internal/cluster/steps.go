package cluster

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// step is what one more group means.
type step struct {
	k                     int
	segment               int // place, in the order of the groups at k, of the one that splits
	customers, a, b       int // of it and of its parts, the larger first
	money, moneyA, moneyB float64
	moved                 int // customers who change their group otherwise
}

// steps compares each k of the sweep with the next. The groupings are of the given rows
// of the table, which stand for all.
func (r *Outcome) steps(rows []int32) []step {
	var out []step
	money := r.Money()
	for i := 1; i < len(r.Swept); i++ {
		from, to := r.Swept[i-1].G, r.Swept[i].G
		if to.K == from.K+1 {
			out = append(out, r.stepOf(rows, money, from, to))
		}
	}
	return out
}

// Money returns the kept column that is money, −1 where there is none.
func (r *Outcome) Money() int {
	return slices.IndexFunc(r.Data.Features, func(f Feature) bool { return f.Unit == "money" || f.Name == "monetary" })
}

// stepOf finds the group of from that splits: that with the largest second largest part
// in to.
func (r *Outcome) stepOf(rows []int32, money int, from, to *Grouping) step {
	count := make([][]int, from.K)
	sum := make([][]float64, from.K)
	for c := range count {
		count[c], sum[c] = make([]int, to.K), make([]float64, to.K)
	}
	for i, c := range from.Label {
		t := to.Label[i]
		count[c][t]++
		if money >= 0 {
			sum[c][t] += r.Data.Raw[money][rows[i]]
		}
	}
	s, best, kept := step{k: from.K}, -1, 0
	for c := range count {
		order := descending(count[c])
		kept += count[c][order[0]]
		if second := count[c][order[1]]; second > best {
			best, s.segment, s.a, s.b = second, c, order[0], order[1]
		}
	}
	a, b, c := s.a, s.b, s.segment
	scale := float64(r.Data.N()) / float64(len(rows))
	round := func(n int) int { return int(math.Round(float64(n) * scale)) }
	s.moved = round(len(rows) - kept - count[c][b])
	s.a, s.b, s.moneyA, s.moneyB = round(count[c][a]), round(count[c][b]), sum[c][a]*scale, sum[c][b]*scale
	for t := range to.K {
		s.customers += count[c][t]
		s.money += sum[c][t] * scale
	}
	s.customers = round(s.customers)
	s.segment = r.placeOf(c, from, rows, money)
	return s
}

// descending returns the places of numbers, the largest first.
func descending(n []int) []int {
	out := make([]int, len(n))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return n[b] - n[a] })
	return out
}

// placeOf returns where a group stands when groups are shown: where the final groups are
// as many, the place of the one whose centre is nearest.
func (r *Outcome) placeOf(group int, g *Grouping, rows []int32, money int) int {
	d := len(r.Data.Features)
	centre := g.Centres[group*d : (group+1)*d]
	if g.K == r.G.K {
		best, least := 0, math.Inf(1)
		for c := range r.G.K {
			if s := Square(centre, r.G.Centres[c*d:(c+1)*d]); s < least {
				best, least = c, s
			}
		}
		return best
	}
	value := make([]float64, g.K)
	for c := range value {
		value[c] = g.Centres[c*d]
	}
	if money >= 0 {
		clear(value)
		for i, c := range g.Label {
			value[c] += r.Data.Raw[money][rows[i]] / float64(g.Count[c])
		}
	}
	place := 0
	for _, v := range value {
		if cmp.Compare(v, value[group]) > 0 {
			place++
		}
	}
	return place
}

// RemarkNext tells what one group more than chosen would mean.
func (r *Outcome) RemarkNext(rows []int32, segments []sdk.Segment) {
	for _, s := range r.steps(rows) {
		if s.k != r.G.K {
			continue
		}
		t := sdk.Text{
			ZH: "如果多分一个群，“{segment}”的 {n} 位客户会拆成 {a} 位和 {b} 位两部分。",
			EN: "One group more would split “{segment}”: {n} customers become {a} and {b}.",
		}
		if len(rows) < r.Data.N() {
			t = sdk.Text{
				ZH: "如果多分一个群，“{segment}”约 {n} 位客户会拆成约 {a} 位和 {b} 位两部分。",
				EN: "One group more would split “{segment}”: about {n} customers become about {a} and {b}.",
			}
		}
		if rest := s.customers - s.a - s.b; rest > 0 {
			t.ZH = strings.TrimSuffix(t.ZH, "两部分。") + "两部分，另有 {rest} 位归入别的群。"
			t.EN = strings.TrimSuffix(t.EN, ".") + ", with {rest} going elsewhere."
			t = t.Fill("rest", sheet.Count(rest))
		}
		t = t.Fill("n", sheet.Count(s.customers), "a", sheet.Count(s.a), "b", sheet.Count(s.b))
		name := segments[s.segment].Name
		t.ZH, t.EN = strings.ReplaceAll(t.ZH, "{segment}", name.ZH), strings.ReplaceAll(t.EN, "{segment}", name.EN)
		r.Remark(sdk.SeverityInfo, "next_group", t)
	}
}

// StepTable lists for each number of groups compared what one more means: which group
// splits, with the customers and the money of both parts.
func (r *Outcome) StepTable(rows []int32) (sdk.DataTable, bool) {
	all := r.steps(rows)
	n := len(all)
	ints := func(get func(s *step) int) []int64 {
		v := make([]int64, n)
		for i := range all {
			v[i] = int64(get(&all[i]))
		}
		return v
	}
	floats := func(get func(s *step) float64) []float64 {
		v := make([]float64, n)
		for i := range all {
			v[i] = get(&all[i])
		}
		return v
	}
	keys := make([]string, n)
	for i, s := range all {
		keys[i] = "c" + Itoa(s.segment+1)
	}
	codes, dict := dictionary(keys)
	t := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "k", Kind: table.Int64, Ints: ints(func(s *step) int { return s.k })},
		{Name: "next", Kind: table.Int64, Ints: ints(func(s *step) int { return s.k + 1 })},
		{Name: "segment", Kind: table.Category, Codes: codes, Dict: dict},
		{Name: "customers", Kind: table.Int64, Ints: ints(func(s *step) int { return s.customers })},
		{Name: "customersA", Kind: table.Int64, Ints: ints(func(s *step) int { return s.a })},
		{Name: "customersB", Kind: table.Int64, Ints: ints(func(s *step) int { return s.b })},
		{Name: "moved", Kind: table.Int64, Ints: ints(func(s *step) int { return s.moved })},
	}}
	titles := map[string]sdk.Text{
		"k": {ZH: "群数", EN: "Groups"}, "next": {ZH: "多一个", EN: "One more"}, "segment": {ZH: "拆开的客群", EN: "Splits"}, "customers": {ZH: "客户数", EN: "Customers"},
		"customersA": {ZH: "第一部分客户数", EN: "Customers, first part"}, "customersB": {ZH: "第二部分客户数", EN: "Customers, second part"},
		"moved": {ZH: "另外换群的客户", EN: "Other customers who move"},
	}
	if r.Money() >= 0 {
		for _, c := range []struct {
			name  string
			title sdk.Text
			value func(s *step) float64
		}{
			{"amount", sdk.Text{ZH: "金额", EN: "Money"}, func(s *step) float64 { return s.money }},
			{"amountA", sdk.Text{ZH: "第一部分金额", EN: "Money, first part"}, func(s *step) float64 { return s.moneyA }},
			{"amountB", sdk.Text{ZH: "第二部分金额", EN: "Money, second part"}, func(s *step) float64 { return s.moneyB }},
		} {
			titles[c.name] = c.title
			t.Columns = append(t.Columns, table.Column{Name: c.name, Kind: table.Float64, Unit: "money", Floats: floats(c.value)})
		}
	}
	return sdk.DataTable{
		ID: "steps", Title: sdk.Text{ZH: "多分一个群会怎样", EN: "What one group more means"}, Table: t, Titles: titles,
	}, n > 0
}
