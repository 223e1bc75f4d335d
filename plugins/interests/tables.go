package interests

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
)

// telling are the themes of a component that tell it from all customers, most first: at
// least a fiftieth of its meetings and a fifth more than everybody's.
func (s *study) telling(component int) []int {
	var out []int
	for t, x := range s.best.theme[component] {
		if x >= 0.02 && x >= 1.2*s.base[t] {
			out = append(out, t)
		}
	}
	more := func(t int) float64 { return s.best.theme[component][t] - s.base[t] }
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(more(b), more(a)) })
	return out
}

// describe names a component by what tells it from the others; a name that is taken
// gets more themes, and a number in the end.
func (s *study) describe(component int, key string, taken map[string]bool) sdk.Segment {
	themes := s.telling(component)
	name := sdk.Text{ZH: "兴趣广泛", EN: "Broad interests"}
	for n := min(2, len(themes)); n > 0 && n <= len(themes); n++ {
		words := make([]string, n)
		for i, t := range themes[:n] {
			words[i] = s.counts.themes[t]
		}
		name = sdk.Text{ZH: "偏爱" + strings.Join(words, "、"), EN: "Fans of " + strings.Join(words, ", ")}
		if !taken[name.EN] {
			break
		}
	}
	if taken[name.EN] {
		name = sdk.Text{ZH: name.ZH + " " + key, EN: name.EN + " " + key}
	}
	taken[name.EN] = true
	var zh, en []string
	for _, t := range themes[:min(3, len(themes))] {
		share, all := s.best.theme[component][t], s.base[t]
		fill := []string{"theme", s.counts.themes[t], "share", percent(share), "all", percent(all)}
		text := sdk.Text{ZH: "{theme} 占 {share}（全体 {all}）", EN: "{theme} {share} (all: {all})"}.Fill(fill...)
		zh, en = append(zh, text.ZH), append(en, text.EN)
	}
	description := sdk.Text{ZH: "各主题的比重与全体客户相近。", EN: "Themes have about the weight they have for all customers."}
	if len(zh) > 0 {
		description = sdk.Text{ZH: strings.Join(zh, "；") + "。", EN: strings.Join(en, "; ") + "."}
	}
	return sdk.Segment{Key: key, Name: name, Description: description}
}

func percent(x float64) string { return strconv.FormatFloat(100*x, 'f', 0, 64) + "%" }

func (s *study) response() sdk.Response {
	value := func(id string, v float64, t sdk.Text) sdk.Metric {
		return sdk.Metric{ID: id, Title: t, Value: &v}
	}
	return sdk.Response{
		Columns: s.columns(), Segments: s.segments, Diagnostics: s.diags,
		Metrics: []sdk.Metric{
			{ID: "from", Title: sdk.Text{ZH: "从哪里看兴趣", EN: "Seen in"}, Word: s.from},
			value("k", float64(len(s.best.share)), sdk.Text{ZH: "群数", EN: "Number of groups"}),
			value("logLikelihood", s.best.ll, sdk.Text{ZH: "对数似然", EN: "Log-likelihood"}),
			value("bic", s.best.bic, sdk.Text{ZH: "BIC", EN: "BIC"}),
			value("certainty", s.certain, sdk.Text{ZH: "平均归属概率", EN: "Mean probability"}),
			{ID: "structure", Title: sdk.Text{ZH: "有没有群", EN: "Structure"}, Word: s.structure(), Help: sdk.Text{ZH: "none 没有不同的群，weak 较弱，clear 清楚。", EN: "none, weak or clear."}},
		},
		Tables: []sdk.DataTable{s.profileTable(), s.themeTable(), s.bicTable()},
	}
}

func (s *study) profileTable() sdk.DataTable {
	out := sheet.New("interests", sdk.Text{ZH: "各群的兴趣", EN: "What the groups like"},
		sheet.Word("segment", "客群", "Segment"), sheet.Word("theme", "主题", "Theme"),
		sheet.Real("share", "占比", "Share"), sheet.Real("base", "全体占比", "Share of all"), sheet.Real("index", "指数（100 = 总体）", "Index (100 = all)"))
	for at, c := range s.part {
		if c < 0 {
			continue
		}
		for t, x := range s.best.theme[c] {
			out.Row(s.segments[at].Key, s.counts.themes[t], x, s.base[t], 100*x/s.base[t])
		}
	}
	return out.Table()
}

func (s *study) themeTable() sdk.DataTable {
	out := sheet.New("themes", sdk.Text{ZH: "主题", EN: "Themes"},
		sheet.Word("theme", "主题", "Theme"), sheet.Whole("customers", "客户数", "Customers"), sheet.Whole("meetings", "次数", "Times"),
		sheet.Real("share", "占比（已折算）", "Share, dampened"), sheet.Real("amount", "金额", "Amount"))
	order := make([]int, len(s.counts.themes))
	for t := range order {
		order[t] = t
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.counts.meetings[b], s.counts.meetings[a]) })
	for _, t := range order {
		out.Row(s.counts.themes[t], s.counts.customers[t], s.counts.meetings[t], s.base[t], s.counts.money[t])
	}
	return out.Table()
}

func (s *study) bicTable() sdk.DataTable {
	out := sheet.New("sweep", sdk.Text{ZH: "不同群数的比较", EN: "Numbers of groups compared"},
		sheet.Whole("k", "群数", "Groups"), sheet.Real("logLikelihood", "对数似然", "Log-likelihood"), sheet.Real("bic", "BIC（越小越好）", "BIC (smaller is better)"))
	for _, m := range s.tried {
		out.Row(len(m.share), m.ll, m.bic)
	}
	return out.Table()
}
