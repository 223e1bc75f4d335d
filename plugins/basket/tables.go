package basket

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// mostShown is how many things the table of items lists.
const mostShown = 200

// names writes things for people.
func (s *study) names(items []int32) string {
	words := make([]string, len(items))
	for i, k := range items {
		words[i] = s.baskets.names[k]
	}
	return strings.Join(words, " + ")
}

// columns are the offers, a row per customer; none where there is no offer.
func (s *study) columns() []table.Column {
	reasons := map[string]uint32{}
	for _, r := range s.next.rule {
		if r != nil {
			reasons[s.names(r.first)] = 0
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	words := slices.Sorted(maps.Keys(reasons))
	for k, word := range words {
		reasons[word] = uint32(k)
	}
	n := s.rows
	offer, because, confidence, lift := make([]uint32, n), make([]uint32, n), make([]float64, n), make([]float64, n)
	valid := table.NewBits(n)
	for i, r := range s.next.rule {
		if r != nil {
			offer[i], because[i], confidence[i], lift[i] = uint32(r.then), reasons[s.names(r.first)], r.confidence(), r.lift()
			valid.Set(i)
		}
	}
	return []table.Column{
		{Name: "offer", Kind: table.Category, Codes: offer, Dict: s.baskets.names, Valid: valid},
		{Name: "offer_because", Kind: table.Category, Codes: because, Dict: words, Valid: valid},
		{Name: "offer_confidence", Kind: table.Float64, Floats: confidence, Valid: valid},
		{Name: "offer_lift", Kind: table.Float64, Floats: lift, Valid: valid},
	}
}

func (s *study) metrics() []sdk.Metric {
	whole := func(id string, n int, t sdk.Text) sdk.Metric {
		v := float64(n)
		return sdk.Metric{ID: id, Title: t, Value: &v}
	}
	offered := 0
	for _, r := range s.next.rule {
		if r != nil {
			offered++
		}
	}
	return []sdk.Metric{
		{ID: "basket", Title: sdk.Text{ZH: "一个购物篮是", EN: "A basket is"}, Word: s.kind},
		whole("baskets", s.baskets.n(), sdk.Text{ZH: "购物篮", EN: "Baskets"}),
		whole("items", len(s.baskets.names), sdk.Text{ZH: "商品种数", EN: "Different things"}),
		whole("ruleCount", len(s.rules[everybody]), sdk.Text{ZH: "规则（全体客户）", EN: "Rules, all customers"}),
		whole("offered", offered, sdk.Text{ZH: "有推荐的客户", EN: "Customers with an offer"}),
	}
}

func (s *study) tables() []sdk.DataTable {
	return []sdk.DataTable{s.ruleTable(), s.offerTable(), s.itemTable()}
}

func (s *study) ruleTable() sdk.DataTable {
	out := sheet.New("rules", sdk.Text{ZH: "常被一起买的", EN: "Bought together"},
		sheet.Word("group", "组", "Group"),
		sheet.Word("if", "买了", "Who buys"),
		sheet.Word("then", "也买", "Also buys"),
		sheet.Whole("baskets", "一起出现的篮数", "Baskets with both"),
		sheet.Real("support", "支持度", "Support"),
		sheet.Real("confidence", "置信度", "Confidence"),
		sheet.Real("lift", "提升度", "Lift"),
		sheet.Real("liftLow", "提升度 95% 下限", "Lift, lower 95% bound"),
		sheet.Real("leverage", "杠杆率", "Leverage"),
		sheet.Real("conviction", "确信度", "Conviction"),
		sheet.Real("p", "p 值", "p"),
		sheet.Real("q", "校正后的 p 值", "p, corrected"),
	)
	for g := everybody; g < len(s.groups); g++ {
		name := ""
		if g != everybody {
			name = s.groups[g]
		}
		for i := range s.rules[g] {
			r := &s.rules[g][i]
			out.Row(name, s.names(r.first), s.baskets.names[r.then], r.both, r.support(), r.confidence(), r.lift(), r.low(), r.leverage(), r.conviction(), r.p, r.q)
		}
	}
	return out.Table()
}

// offerTable counts the customers who are offered each thing.
func (s *study) offerTable() sdk.DataTable {
	type tally struct {
		item, customers int
		confidence      float64
	}
	all := make([]tally, len(s.baskets.names))
	heard := map[*rule]int{}
	for _, r := range s.next.rule {
		if r != nil {
			heard[r]++
		}
	}
	for g := everybody; g < len(s.groups); g++ { // in this order, for the sums
		for i := range s.rules[g] {
			r := &s.rules[g][i]
			all[r.then].customers += heard[r]
			all[r.then].confidence += float64(heard[r]) * r.confidence()
		}
	}
	for k := range all {
		all[k].item = k
	}
	slices.SortStableFunc(all, func(a, b tally) int { return cmp.Compare(b.customers, a.customers) })
	out := sheet.New("offers", sdk.Text{ZH: "推荐一览", EN: "Offers"},
		sheet.Word("offer", "推荐", "Offer"),
		sheet.Whole("customers", "客户数", "Customers"),
		sheet.Real("confidence", "平均置信度", "Mean confidence"),
		sheet.Real("meanAmount", "平均每篮金额", "Mean amount a basket"),
	)
	for _, t := range all[:min(len(all), mostShown)] {
		if t.customers > 0 {
			out.Row(s.baskets.names[t.item], t.customers, t.confidence/float64(t.customers), s.owned.money[t.item])
		}
	}
	return out.Table()
}

func (s *study) itemTable() sdk.DataTable {
	count := make([]int, len(s.baskets.names))
	for _, k := range s.baskets.items {
		count[k]++
	}
	order := make([]int, len(count))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(count[b], count[a]) })
	out := sheet.New("mostBought", sdk.Text{ZH: "最常买的", EN: "Bought most often"},
		sheet.Word("item", "商品", "Thing"),
		sheet.Whole("baskets", "篮数", "Baskets"),
		sheet.Real("support", "支持度", "Support"),
		sheet.Real("meanAmount", "平均每篮金额", "Mean amount a basket"),
	)
	for _, k := range order[:min(len(order), mostShown)] {
		out.Row(s.baskets.names[k], count[k], float64(count[k])/float64(s.baskets.n()), s.baskets.money[k])
	}
	return out.Table()
}
