package lifecycle

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// The ids of roles and parameters, and the values of the choice.
const (
	roleRecency = "recency"
	roleDays    = "purchase_days"
	roleTenure  = "tenure"
	roleGroup   = "group"

	paramRhythm  = "rhythm"
	paramDormant = "dormant_days"
	paramLost    = "lost_days"
	paramGroup   = "group"

	rhythmPersonal = "personal"
	rhythmFixed    = "fixed"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "lifecycle", Version: "1.1.0",
		Name: sdk.Text{ZH: "生命周期", EN: "Life-cycle stage"},
		Summary: sdk.Text{
			ZH: "按每位客户自己的购买节奏，判断是新客、成长、成熟、衰退、沉睡还是流失。",
			EN: "Tells new, growing, mature, declining, dormant and lost customers by each one's own rhythm.",
		},
		Question: sdk.Text{ZH: "谁该回来了还没来，谁已经流失？", EN: "Who is overdue, and who is lost?"},
		Help: sdk.Text{
			ZH: "每位客户的预期间隔是其购买间隔的中位数，次数少的向全体靠拢。逾期倍数 = 距上次购买的天数 ÷ 预期间隔：一周来一次的客户一个月没来就算沉睡，半年来一次的不算。结果里会用最近一段历史检验：按个人节奏预测是否真的比统一天数更准。",
			EN: "A customer's expected gap is the median of their gaps, drawn to everybody's where there are few. Overdue ratio = days since the last purchase ÷ expected gap: a weekly customer is dormant after a month, a half-yearly one is not. The result tests on the last stretch of history whether the personal rhythm really predicts better than one number of days for all.",
		},
		Tags:          []string{"rule", "value"},
		Roles:         roles(),
		Details:       []sdk.Detail{{ID: sdk.DetailOrders, Help: sdk.Text{ZH: "用来计算每位客户的购买间隔。没有时用平均间隔代替，也看不出趋势。", EN: "For the gaps between purchases. Without it mean gaps stand in and no trend can be seen."}}},
		Capabilities:  sdk.Capabilities{Apply: true},
		Params:        params(),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "阶段", EN: "Stage"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "overdue_ratio", Title: sdk.Text{ZH: "逾期倍数", EN: "Overdue ratio"}, Kind: table.Float64},
			{ID: "expected_gap_days", Title: sdk.Text{ZH: "预期间隔天数", EN: "Expected gap in days"}, Kind: table.Float64, Unit: "day"},
			{ID: "next_expected", Title: sdk.Text{ZH: "预计下次购买日", EN: "Next purchase expected"}, Kind: table.Time},
			{ID: "return_chance", Title: sdk.Text{ZH: "近期再买的可能", EN: "Chance to buy soon"}, Kind: table.Float64, Meaning: sdk.MeaningProbability},
			{ID: "purchase_count", Title: sdk.Text{ZH: "购买天数", EN: "Purchase days"}, Kind: table.Int64},
			{ID: "trend", Title: sdk.Text{ZH: "购买趋势", EN: "Trend of purchases"}, Kind: table.Float64},
		},
	}
}

func roles() []sdk.Role {
	numbers := []table.Kind{table.Int64, table.Float64}
	return []sdk.Role{
		{
			ID: roleRecency, Min: 1, Max: 1, Kinds: numbers, Hints: []string{"recency_days"},
			Title: sdk.Text{ZH: "距上次购买的天数", EN: "Days since the last purchase"}, Help: sdk.Text{ZH: "到基准日为止。", EN: "Up to the as-of date."},
		},
		{
			ID: roleDays, Min: 1, Max: 1, Kinds: numbers, Hints: []string{"frequency_days"},
			Title: sdk.Text{ZH: "购买天数", EN: "Purchase days"}, Help: sdk.Text{ZH: "有订单的不同日期数。", EN: "Distinct days with an order."},
		},
		{
			ID: roleTenure, Min: 1, Max: 1, Kinds: numbers, Hints: []string{"tenure_days"},
			Title: sdk.Text{ZH: "距首次购买的天数", EN: "Days since the first purchase"}, Help: sdk.Text{ZH: "到基准日为止。", EN: "Up to the as-of date."},
		},
		{
			ID: roleGroup, Max: 1, Kinds: []table.Kind{table.Category}, Param: paramGroup, Missing: sdk.MissingAllow,
			Title: sdk.Text{ZH: "分组", EN: "Group"}, Help: sdk.Text{ZH: "购买少的客户向同组靠拢。", EN: "Customers with few purchases are drawn to their group."},
		},
	}
}

func params() []sdk.Param {
	days := sdk.Text{ZH: "天", EN: "days"}
	return []sdk.Param{
		{
			ID: paramRhythm, Kind: sdk.ParamChoice, Default: sdk.TextValue(rhythmPersonal),
			Title: sdk.Text{ZH: "节奏", EN: "Rhythm"},
			Help:  sdk.Text{ZH: "按每位客户自己的节奏，还是所有人同一个天数。", EN: "Each customer's own rhythm, or one number of days for all."},
			Choices: []sdk.Choice{
				{ID: rhythmPersonal, Title: sdk.Text{ZH: "个人节奏", EN: "Personal"}},
				{ID: rhythmFixed, Title: sdk.Text{ZH: "统一天数", EN: "Fixed"}},
			},
		},
		{
			ID: paramDormant, Kind: sdk.ParamInt, Auto: true, Default: sdk.Auto(), Min: sdk.Bound(1), Max: sdk.Bound(36500), Unit: days,
			Title: sdk.Text{ZH: "多少天未买算沉睡", EN: "Dormant from"},
			Help: sdk.Text{
				ZH: "统一天数时就是这么多天；个人节奏时指节奏为一般水平的客户，其他客户按自己的节奏放大或缩小。auto：九成的购买间隔都比它短。",
				EN: "With the fixed rhythm just these days; with the personal one those of a customer of typical rhythm, longer or shorter for others as their own is. auto: nine gaps in ten are shorter.",
			},
		},
		{
			ID: paramLost, Kind: sdk.ParamInt, Auto: true, Default: sdk.Auto(), Min: sdk.Bound(1), Max: sdk.Bound(36500), Unit: days,
			Title: sdk.Text{ZH: "多少天未买算流失", EN: "Lost from"},
			Help:  sdk.Text{ZH: "含义同上。auto：沉睡天数的两倍。", EN: "In the same sense. auto: twice the days for dormant."},
		},
		{
			ID: paramGroup, Kind: sdk.ParamColumn, Advanced: true,
			Title: sdk.Text{ZH: "分组", EN: "Group"},
			Help:  sdk.Text{ZH: "给出一列（例如已有的分群）后，购买少的客户向同组的节奏靠拢。", EN: "With a column, such as another segmentation, customers with few purchases are drawn to their group's rhythm."},
		},
	}
}
