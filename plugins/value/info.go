package value

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "value", Version: "1.0.0",
		Name: sdk.Text{ZH: "客户价值与流失", EN: "Customer value and churn"},
		Summary: sdk.Text{
			ZH: "估计每位客户是否还是客户、今后会买几次、能带来多少钱，并把有风险的钱排出次序。",
			EN: "Estimates for every customer whether they still are one, how often they will buy and what they are worth, and ranks the money at risk.",
		},
		Question: sdk.Text{ZH: "谁可能已经走了？今后一年每位客户值多少？", EN: "Who has probably left, and what is each customer worth over the next year?"},
		Help: sdk.Text{
			ZH: "用 BG/NBD 或 Pareto/NBD 模型从每位客户的复购次数、首末单间隔、首单至今的时间推断购买节奏和离开的可能；用 Gamma-Gamma 模型推断客单价。历史足够长时，用前一段拟合、后一段检验。复购客户太少时退回简单推算，并说明原因。\n\n“仍是客户的概率”0.8 的意思是：十位像这样的客户里，大约八位还会再来。区间只含参数的不确定，不含单个客户的运气。",
			EN: "BG/NBD or Pareto/NBD learn the pace of buying and the chance of having left from each customer's repeat purchases, the time between first and last purchase, and the time since the first; Gamma-Gamma learns the value of orders. Where the history is long enough, the model is fitted to its first part and checked on the rest. With too few repeat customers a simple estimate is used instead, and the result says so.\n\nA probability of 0.8 of still being a customer means: of ten such customers about eight will come back. Intervals hold the uncertainty of the parameters, not the luck of one customer.",
		},
		Tags: []string{"value"},
		Roles: []sdk.Role{
			historyRole(roleFrequency, sdk.Text{ZH: "复购次数", EN: "Repeat purchases"},
				sdk.Text{ZH: "首单之后有几天买过；没有交易数据时用。", EN: "Days of purchase after the first; for data without orders."}, "frequency", "x", "x_cal", "frequency_cal"),
			historyRole(roleRecency, sdk.Text{ZH: "首末单间隔", EN: "First to last purchase"},
				sdk.Text{ZH: "从首单到末单的时间，单位见“时间单位”。", EN: "Time from the first to the last purchase, in the unit of time."}, "recency", "t_x", "t.x", "tx", "recency_cal"),
			historyRole(roleAge, sdk.Text{ZH: "首单至今", EN: "Time since the first purchase"},
				sdk.Text{ZH: "从首单到数据结束的时间，单位见“时间单位”。", EN: "Time from the first purchase to the end of the data, in the unit of time."}, "T", "T_cal", "T.cal"),
			{
				ID: roleMonetary, Title: sdk.Text{ZH: "复购均价", EN: "Mean value of repeat purchases"}, Max: 1,
				Kinds: []table.Kind{table.Float64, table.Int64}, Hints: []string{"monetary_value", "m_x", "zbar", "monetary_cal", "monetary"}, Missing: sdk.MissingAllow,
				Help: sdk.Text{ZH: "复购订单的平均金额；没有复购的客户留空。", EN: "Mean value of the repeat purchases; empty for customers without any."},
			},
		},
		Details: []sdk.Detail{{
			ID:   sdk.DetailOrders,
			Help: sdk.Text{ZH: "有交易数据时，从订单算出每位客户的历史。", EN: "Where there are orders, each customer's history is made from them."},
		}},
		Params: params(), ParamsVersion: 1,
		Outputs:      outputs(),
		Capabilities: sdk.Capabilities{Apply: true},
	}
}

func historyRole(id string, title, help sdk.Text, hints ...string) sdk.Role {
	return sdk.Role{ID: id, Title: title, Help: help, Max: 1, Kinds: []table.Kind{table.Float64, table.Int64}, Hints: hints}
}

func params() []sdk.Param {
	how, money := sdk.Text{ZH: "模型", EN: "Model"}, sdk.Text{ZH: "价值", EN: "Value"}
	return []sdk.Param{
		{
			ID: "model", Kind: sdk.ParamChoice, Default: sdk.TextValue(modelAuto), Group: how,
			Title: sdk.Text{ZH: "模型", EN: "Model"}, Help: sdk.Text{ZH: "auto 按数据多少和参数是否稳定来选，并说明原因。", EN: "auto chooses by the amount of data and the precision of the parameters, and says why."},
			Choices: []sdk.Choice{
				{ID: modelBGNBD, Title: sdk.Text{ZH: "BG/NBD（每次购买后可能离开）", EN: "BG/NBD (may leave after a purchase)"}},
				{ID: modelPareto, Title: sdk.Text{ZH: "Pareto/NBD（随时可能离开）", EN: "Pareto/NBD (may leave at any moment)"}},
				{ID: modelSimple, Title: sdk.Text{ZH: "简单推算（短历史）", EN: "Simple estimate (short history)"}},
				{ID: modelAuto, Title: sdk.Text{ZH: "自动", EN: "Automatic"}},
			},
		},
		{
			ID: "unit", Kind: sdk.ParamChoice, Default: sdk.TextValue(unitWeek), Group: how,
			Title: sdk.Text{ZH: "时间单位", EN: "Unit of time"}, Help: sdk.Text{ZH: "订单按天记录，周 = 天数 ÷ 7。用列输入时，请选列里数字的单位。", EN: "Orders are dated by day; weeks are days ÷ 7. For columns: the unit that their numbers are in."},
			Choices: []sdk.Choice{
				{ID: unitWeek, Title: sdk.Text{ZH: "周", EN: "Week"}},
				{ID: unitDay, Title: sdk.Text{ZH: "天", EN: "Day"}},
			},
		},
		{
			ID: "calibration_end", Kind: sdk.ParamText, Group: how,
			Title: sdk.Text{ZH: "校准截止日", EN: "End of calibration"},
			Help:  sdk.Text{ZH: "只用到这一天为止的订单拟合和预测，之后的订单用来检验。空着：用全部订单预测，另取最后三分之一的时间检验。", EN: "Fit and forecast with the orders up to this day only; later ones check the forecast. Empty: forecast with all orders, and check on the last third of the time."},
		},
		{
			ID: "horizon_months", Kind: sdk.ParamInt, Default: sdk.Int(12), Min: sdk.Bound(1), Max: sdk.Bound(120), Group: money,
			Title: sdk.Text{ZH: "展望期", EN: "Horizon"}, Unit: sdk.Text{ZH: "月", EN: "months"}, Help: sdk.Text{ZH: "向前看几个月。", EN: "How many months to look ahead."},
		},
		{
			ID: "margin", Kind: sdk.ParamReal, Default: sdk.Real(1), Min: sdk.Bound(0), Max: sdk.Bound(1), Group: money,
			Title: sdk.Text{ZH: "毛利率", EN: "Margin"}, Help: sdk.Text{ZH: "订单金额里归自己的部分；1 表示按销售额计。", EN: "The part of an order's value that is gained; 1 counts revenue."},
		},
		{
			ID: "discount", Kind: sdk.ParamReal, Default: sdk.Real(0.1), Min: sdk.Bound(0), Max: sdk.Bound(10), Group: money,
			Title: sdk.Text{ZH: "年折现率", EN: "Yearly discount"}, Help: sdk.Text{ZH: "一年后的 1 元今天少值多少：0.1 表示 10%。按月折现。", EN: "How much less money is worth in a year: 0.1 is 10%. Discounted by month."},
		},
		{
			ID: "segments", Kind: sdk.ParamChoice, Default: sdk.TextValue(segmentQuintiles), Group: money,
			Title: sdk.Text{ZH: "怎样分群", EN: "Segments"}, Help: sdk.Text{ZH: "按价值分五等，或按是否活跃与价值高低分四格。", EN: "Fifths by value, or four cells by activity and value."},
			Choices: []sdk.Choice{
				{ID: segmentQuintiles, Title: sdk.Text{ZH: "价值五等分", EN: "Fifths by value"}},
				{ID: segmentAliveValue, Title: sdk.Text{ZH: "活跃 × 价值", EN: "Activity × value"}},
			},
		},
	}
}

// The ids of the outputs. The histories are among them where they were made from orders.
const (
	outAlive, outOrders, outClv, outLow, outHigh   = "p_alive", "expected_orders", "clv", "clv_low", "clv_high"
	outValue, outRisk, outRank                     = "expected_value", "money_at_risk", "risk_rank"
	outRepeats, outRecency, outAge, outRepeatValue = "x", "t_x", "T", "m_x"
)

func outputs() []sdk.Output {
	number := func(id, unit string, title sdk.Text) sdk.Output {
		return sdk.Output{ID: id, Title: title, Kind: table.Float64, Unit: unit}
	}
	return []sdk.Output{
		{ID: "segment", Title: sdk.Text{ZH: "客群", EN: "Segment"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
		{ID: outAlive, Title: sdk.Text{ZH: "仍是客户的概率", EN: "Chance of still being a customer"}, Kind: table.Float64, Meaning: sdk.MeaningProbability},
		number(outOrders, "order", sdk.Text{ZH: "展望期内预期购买次数", EN: "Expected purchases until the horizon"}),
		number(outClv, "money", sdk.Text{ZH: "预期价值（折现）", EN: "Expected value, discounted"}),
		number(outLow, "money", sdk.Text{ZH: "预期价值下限（95%）", EN: "Expected value, low (95%)"}),
		number(outHigh, "money", sdk.Text{ZH: "预期价值上限（95%）", EN: "Expected value, high (95%)"}),
		number(outValue, "money", sdk.Text{ZH: "预期每单金额", EN: "Expected value of an order"}),
		number(outRisk, "money", sdk.Text{ZH: "风险金额", EN: "Money at risk"}),
		{ID: outRank, Title: sdk.Text{ZH: "风险金额名次", EN: "Rank by money at risk"}, Kind: table.Int64},
		{ID: outRepeats, Title: sdk.Text{ZH: "复购次数", EN: "Repeat purchases"}, Kind: table.Int64},
		number(outRecency, "", sdk.Text{ZH: "首末单间隔", EN: "First to last purchase"}),
		number(outAge, "", sdk.Text{ZH: "首单至今", EN: "Time since the first purchase"}),
		number(outRepeatValue, "money", sdk.Text{ZH: "复购均价", EN: "Mean value of repeat purchases"}),
	}
}
