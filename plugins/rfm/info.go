package rfm

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// The values of the choices.
const (
	binIndependent = "independent"
	binNested      = "nested"
	binMedian      = "median"
	binMean        = "mean"
	binCustom      = "custom"

	mapEleven = "eleven"
	mapEight  = "eight"
	mapEightB = "eight_b"
	mapScores = "scores"
	mapCustom = "custom"

	compareMedian    = "median"
	compareMeanScore = "mean_score"
	compareFixed     = "fixed"

	ofOrders = "orders"
	ofDays   = "days"
	ofSum    = "sum"
	ofMean   = "mean"
)

// The ids of the roles.
const (
	roleRecency   = "recency"
	roleFrequency = "frequency"
	roleDays      = "frequency_days"
	roleMonetary  = "monetary"
)

// The ids of the outputs that stand in lists for the measures of the same names where
// frequency counts days or monetary is the mean.
const (
	ownFrequency = "rfm_frequency"
	ownMonetary  = "rfm_monetary"
)

var measureNames = [...]sdk.Text{
	{ZH: "最近一次消费", EN: "Recency"},
	{ZH: "消费频次", EN: "Frequency"},
	{ZH: "消费金额", EN: "Monetary"},
}

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "rfm", Version: "1.1.0",
		Name: sdk.Text{ZH: "RFM 客户价值", EN: "RFM customer value"},
		Summary: sdk.Text{
			ZH: "按最近一次消费、消费频次和消费金额给每位客户打分，并归入有名字的客群。",
			EN: "Scores every customer by recency, frequency and money spent and places them in named segments.",
		},
		Question: sdk.Text{ZH: "谁是我最好的客户，谁正在离开？", EN: "Who are my best customers, and who is leaving?"},
		Help: sdk.Text{
			ZH: "R、F、M 三个得分从 1 到 n，n 最好；最近一次消费越近，R 得分越高。数值相同的客户得分一定相同，与行的顺序和金额单位无关。",
			EN: "The scores R, F and M run from 1 to n, n being best; the more recent the last order, the higher R. Customers with the same value always get the same score, whatever the order of rows or the unit of money.",
		},
		Tags:          []string{"rule", "value"},
		Roles:         roles(),
		Params:        params(),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "客群", EN: "Segment"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "r", Title: sdk.Text{ZH: "R 得分", EN: "R score"}, Kind: table.Int64, Meaning: sdk.MeaningScore},
			{ID: "f", Title: sdk.Text{ZH: "F 得分", EN: "F score"}, Kind: table.Int64, Meaning: sdk.MeaningScore},
			{ID: "m", Title: sdk.Text{ZH: "M 得分", EN: "M score"}, Kind: table.Int64, Meaning: sdk.MeaningScore},
			{ID: "rfm_score", Title: sdk.Text{ZH: "RFM 得分", EN: "RFM score"}, Kind: table.Int64, Meaning: sdk.MeaningScore},
			{ID: "weighted_score", Title: sdk.Text{ZH: "加权得分", EN: "Weighted score"}, Kind: table.Float64, Meaning: sdk.MeaningScore},
			{ID: ownFrequency, Title: sdk.Text{ZH: "消费频次（按天）", EN: "Frequency in days"}, Kind: table.Float64},
			{ID: ownMonetary, Title: sdk.Text{ZH: "平均每次金额", EN: "Mean monetary"}, Kind: table.Float64},
		},
		Capabilities: sdk.Capabilities{Apply: true},
	}
}

func roles() []sdk.Role {
	numbers := []table.Kind{table.Int64, table.Float64}
	return []sdk.Role{
		{
			ID: roleRecency, Title: measureNames[recency], Min: 1, Max: 1, Kinds: numbers, Hints: []string{"recency_days", "R"},
			Help: sdk.Text{ZH: "距最近一次有效订单的天数，越小越好。", EN: "Days since the last valid order; fewer is better."},
		},
		{
			ID: roleFrequency, Title: measureNames[frequency], Min: 1, Max: 1, Kinds: numbers, Hints: []string{"frequency", "F"},
			Help: sdk.Text{ZH: "有效订单数。", EN: "Number of valid orders."},
		},
		{
			ID: roleDays, Title: sdk.Text{ZH: "消费天数", EN: "Purchase days"}, Min: 0, Max: 1, Kinds: numbers, Hints: []string{"frequency_days"},
			Help: sdk.Text{ZH: "有消费的不同日期数，仅在频次按天计时使用。", EN: "Distinct days with an order; used when frequency counts days."},
		},
		{
			ID: roleMonetary, Title: measureNames[monetary], Min: 1, Max: 1, Kinds: numbers, Hints: []string{"monetary", "M"},
			Help: sdk.Text{ZH: "实付金额合计。", EN: "Sum of money paid."},
		},
	}
}

func params() []sdk.Param {
	return append(append(binningParams(), mapParams()...), measureParams()...)
}

func binningParams() []sdk.Param {
	group := sdk.Text{ZH: "打分", EN: "Scoring"}
	own := &sdk.When{Param: "binning", Is: []string{binCustom}}
	return []sdk.Param{
		{
			ID: "bins", Kind: sdk.ParamInt, Default: sdk.Int(5), Min: sdk.Bound(2), Max: sdk.Bound(9), Group: group,
			Title: sdk.Text{ZH: "得分档数", EN: "Number of scores"},
			Help:  sdk.Text{ZH: "每项得分从 1 到几。默认 5 档，即每档约五分之一客户。", EN: "Scores run from 1 to this number. Five gives about a fifth of the customers each."},
			When:  &sdk.When{Param: "binning", Is: []string{binIndependent, binNested, binCustom}},
		},
		{
			ID: "binning", Kind: sdk.ParamChoice, Default: sdk.TextValue(binIndependent), Group: group,
			Title: sdk.Text{ZH: "分档方式", EN: "Binning"},
			Help:  sdk.Text{ZH: "怎样把数值变成得分。", EN: "How values become scores."},
			Choices: []sdk.Choice{
				{ID: binIndependent, Title: sdk.Text{ZH: "各自分档", EN: "Independent"}, Help: sdk.Text{ZH: "三项各按全体客户排名分档。", EN: "Each measure is ranked among all customers."}},
				{ID: binNested, Title: sdk.Text{ZH: "逐层分档", EN: "Nested"}, Help: sdk.Text{ZH: "F 在每个 R 档内排名，M 在每个 R×F 格内排名。", EN: "F is ranked within each R score, M within each R×F cell."}},
				{ID: binMedian, Title: sdk.Text{ZH: "中位数两分", EN: "Median split"}, Help: sdk.Text{ZH: "高于中位数得 2 分，否则 1 分。", EN: "2 above the median, otherwise 1."}},
				{ID: binMean, Title: sdk.Text{ZH: "平均值两分", EN: "Mean split"}, Help: sdk.Text{ZH: "高于平均值得 2 分，否则 1 分。", EN: "2 above the mean, otherwise 1."}},
				{ID: binCustom, Title: sdk.Text{ZH: "自定切点", EN: "Own cut points"}, Help: sdk.Text{ZH: "用自己给的切点；没给切点的一项仍按排名分档。", EN: "Uses your cut points; a measure without any is ranked."}},
			},
		},
		cutsParam("cuts_r", group, own, sdk.Text{ZH: "R 切点", EN: "Cuts for R"}, sdk.Text{ZH: "天", EN: "days"}),
		cutsParam("cuts_f", group, own, sdk.Text{ZH: "F 切点", EN: "Cuts for F"}, sdk.Text{ZH: "次", EN: "orders"}),
		cutsParam("cuts_m", group, own, sdk.Text{ZH: "M 切点", EN: "Cuts for M"}, sdk.Text{}),
		{
			ID: "weights", Kind: sdk.ParamNumbers, Default: sdk.Numbers(1, 1, 1), Items: 3, Min: sdk.Bound(0), Max: sdk.Bound(1e6), Advanced: true, Group: group,
			Title: sdk.Text{ZH: "权重", EN: "Weights"},
			Help:  sdk.Text{ZH: "加权得分里 R、F、M 的权重，依次三个数。", EN: "Weights of R, F and M in the weighted score: three numbers."},
		},
	}
}

func cutsParam(id string, group sdk.Text, when *sdk.When, title, unit sdk.Text) sdk.Param {
	return sdk.Param{
		ID: id, Kind: sdk.ParamNumbers, Rising: true, Group: group, When: when, Title: title, Unit: unit,
		Help: sdk.Text{
			ZH: "从小到大的上界，不含上界本身：30,60 表示小于 30、30 到 60、60 及以上。",
			EN: "Rising upper bounds, exclusive: 30,60 gives below 30, 30 to 60, and 60 or more.",
		},
	}
}

func mapParams() []sdk.Param {
	group := sdk.Text{ZH: "客群", EN: "Segments"}
	eight := &sdk.When{Param: "map", Is: []string{mapEight, mapEightB}}
	return []sdk.Param{
		{
			ID: "map", Kind: sdk.ParamChoice, Default: sdk.TextValue(mapEleven), Group: group,
			Title: sdk.Text{ZH: "客群划分", EN: "Segment map"},
			Help:  sdk.Text{ZH: "得分怎样对应到客群。", EN: "How scores become segments."},
			Choices: []sdk.Choice{
				{ID: mapEleven, Title: sdk.Text{ZH: "11 类", EN: "Eleven segments"}},
				{ID: mapEight, Title: sdk.Text{ZH: "8 类（重要价值、重要发展……）", EN: "Eight types, first names"}},
				{ID: mapEightB, Title: sdk.Text{ZH: "8 类（重要深耕、重要唤回……）", EN: "Eight types, second names"}},
				{ID: mapScores, Title: sdk.Text{ZH: "每个得分组合一类", EN: "One segment per score"}},
				{ID: mapCustom, Title: sdk.Text{ZH: "自定划分", EN: "Own map"}},
			},
		},
		{
			ID: "map_file", Kind: sdk.ParamFile, Group: group, When: &sdk.When{Param: "map", Is: []string{mapCustom}},
			Title: sdk.Text{ZH: "划分文件", EN: "Map file"},
			Help: sdk.Text{
				ZH: "每行一个客群：标识,中文名,英文名,得分组合。例如 champions,冠军客户,Champions,5[45]。每个组合必须恰好属于一个客群，或用 * 把其余归入“其他”。",
				EN: "One segment a line: key,Chinese name,English name,scores, such as champions,冠军客户,Champions,5[45]. Each combination belongs to exactly one segment, or * puts the rest into an “other” segment.",
			},
		},
		{
			ID: "compare", Kind: sdk.ParamChoice, Default: sdk.TextValue(compareMedian), Group: group, When: eight,
			Title: sdk.Text{ZH: "高低的比较值", EN: "Compared with"},
			Help:  sdk.Text{ZH: "严格优于比较值才算“高”。", EN: "Strictly better than the comparison value counts as high."},
			Choices: []sdk.Choice{
				{ID: compareMedian, Title: sdk.Text{ZH: "原始值的中位数", EN: "Median of the values"}},
				{ID: compareMeanScore, Title: sdk.Text{ZH: "得分的平均值", EN: "Mean of the scores"}},
				{ID: compareFixed, Title: sdk.Text{ZH: "固定值", EN: "Fixed values"}},
			},
		},
		compareParam("compare_r", group, measureNames[recency], sdk.Text{ZH: "天", EN: "days"}),
		compareParam("compare_f", group, measureNames[frequency], sdk.Text{ZH: "次", EN: "orders"}),
		compareParam("compare_m", group, measureNames[monetary], sdk.Text{}),
	}
}

func compareParam(id string, group, title, unit sdk.Text) sdk.Param {
	return sdk.Param{
		ID: id, Kind: sdk.ParamReal, Group: group, Unit: unit, When: &sdk.When{Param: "compare", Is: []string{compareFixed}},
		Title: sdk.Text{ZH: title.ZH + "的比较值", EN: title.EN + " compared with"},
		Help:  sdk.Text{ZH: "与原始值比较，不是与得分比较。", EN: "Compared with the value itself, not with the score."},
	}
}

func measureParams() []sdk.Param {
	group := sdk.Text{ZH: "口径", EN: "Measures"}
	return []sdk.Param{
		{
			ID: "window_months", Kind: sdk.ParamInt, Default: sdk.Int(0), Min: sdk.Bound(0), Max: sdk.Bound(600), Group: group, Host: sdk.HostWindow,
			Title: sdk.Text{ZH: "统计窗口", EN: "Window"}, Unit: sdk.Text{ZH: "个月", EN: "months"},
			Help: sdk.Text{ZH: "只看基准日前这么多个月的订单；0 表示全部历史。", EN: "Only orders of this many months before the as-of date count; 0 means all history."},
		},
		{
			ID: "frequency_of", Kind: sdk.ParamChoice, Default: sdk.TextValue(ofOrders), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "频次按", EN: "Frequency counts"},
			Help:  sdk.Text{ZH: "一天内多次下单时两者不同。", EN: "They differ where a customer orders several times a day."},
			Choices: []sdk.Choice{
				{ID: ofOrders, Title: sdk.Text{ZH: "订单数", EN: "Orders"}},
				{ID: ofDays, Title: sdk.Text{ZH: "消费天数", EN: "Days with an order"}},
			},
		},
		{
			ID: "monetary_of", Kind: sdk.ParamChoice, Default: sdk.TextValue(ofSum), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "金额按", EN: "Monetary is"},
			Help:  sdk.Text{ZH: "平均值等于合计除以频次。", EN: "The mean is the sum divided by frequency."},
			Choices: []sdk.Choice{
				{ID: ofSum, Title: sdk.Text{ZH: "合计", EN: "Sum"}},
				{ID: ofMean, Title: sdk.Text{ZH: "平均每次", EN: "Mean per order"}},
			},
		},
	}
}
