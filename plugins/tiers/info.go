package tiers

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const roleValue = "value"

// The ids of the parameters.
const (
	paramBy     = "by"
	paramLadder = "ladder"
	paramGrace  = "grace_days"
	paramKeep   = "keep_ratio"
	paramWindow = "window_months"
)

// How a customer holds the tier.
const (
	heldByValue = "none" // nothing protects: the value is enough
	heldByKeep  = "keep"
	heldByGrace = "grace"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "tiers", Version: "1.0.0",
		Name: sdk.Text{ZH: "会员等级", EN: "Membership tiers"},
		Summary: sdk.Text{
			ZH: "按一项数值把客户排进普通、VIP、SVIP 等级，带保级线和降级宽限期。",
			EN: "Puts customers on a ladder of tiers by one value, with a lower line for staying and grace before a downgrade.",
		},
		Question: sdk.Text{ZH: "每位客户是哪个等级？门槛定在多少合适？", EN: "Which tier is each customer in, and where should the thresholds be?"},
		Help: sdk.Text{
			ZH: "达到门槛即升级；数值低于“门槛×保级比例”连续满宽限天数才降级。升降级从订单历史逐日推算，所以刚跌破门槛的老会员仍受保护。没有给等级阶梯时，按本店客户排名取前 20% 和前 5%，并说明取了多少。",
			EN: "Reaching a threshold is a promotion at once; a downgrade needs the value to be below threshold × keep ratio for the days of grace in a row. Both follow day by day from the history of orders, so a long-standing member who has just fallen below is still protected. Without a ladder the top 20% and 5% of your own customers are taken, and the thresholds are said.",
		},
		Tags: []string{"rule", "value"},
		Roles: []sdk.Role{{
			ID: roleValue, Param: paramBy, Min: 1, Max: 1, Kinds: []table.Kind{table.Float64, table.Int64},
			Title: sdk.Text{ZH: "定级依据", EN: "Value"},
			Help:  sdk.Text{ZH: "用来定级的数值列，越大越好。", EN: "The column that decides; more is better."},
		}},
		Details: []sdk.Detail{{
			ID: sdk.DetailOrders, Help: sdk.Text{ZH: "用来推算每位客户的升降级历史。", EN: "For each customer's history of tiers."},
		}},
		Params:        params(),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "等级", EN: "Tier"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "tier_value", Title: sdk.Text{ZH: "定级数值", EN: "Value that counts"}, Kind: table.Float64},
			{ID: "to_next_tier", Title: sdk.Text{ZH: "距上一级还差", EN: "Short of the next tier"}, Kind: table.Float64},
			{ID: "protected", Title: sdk.Text{ZH: "保护方式", EN: "Protection"}, Kind: table.Category},
			{ID: "grace_days_left", Title: sdk.Text{ZH: "宽限剩余天数", EN: "Days of grace left"}, Kind: table.Int64, Unit: "day"},
			{ID: "tier_until", Title: sdk.Text{ZH: "不再消费则保留到", EN: "Kept until, without new orders"}, Kind: table.Time},
		},
		Capabilities: sdk.Capabilities{Apply: true},
	}
}

func params() []sdk.Param {
	protection := sdk.Text{ZH: "保级与降级", EN: "Staying and downgrades"}
	return []sdk.Param{
		{
			ID: paramBy, Kind: sdk.ParamColumn, Default: sdk.TextValue("monetary"),
			Title: sdk.Text{ZH: "定级依据", EN: "Decided by"},
			Help:  sdk.Text{ZH: "按哪一列定级，例如消费金额、资产余额。", EN: "The column that decides, such as money spent or assets held."},
		},
		{
			ID: paramLadder, Kind: sdk.ParamText, Auto: true, Default: sdk.Auto(),
			Title: sdk.Text{ZH: "等级阶梯", EN: "Ladder"},
			Help: sdk.Text{
				ZH: "“名称:门槛”用逗号隔开，例如 普通:0,VIP:2000,SVIP:1万；名称可写“中文|English”。auto 按本店客户排名取前 20% 和前 5%；bank 为银行资产阶梯：大众 0、贵宾 5万、财富 50万、私行 600万。",
				EN: "NAME:FROM with commas between, such as Regular:0,VIP:2000,SVIP:10000; names may be written “中文|English”. auto takes the top 20% and 5% of your own customers; bank is a ladder of assets: 大众 0, 贵宾 50,000, 财富 500,000, 私行 6,000,000.",
			},
		},
		{
			ID: paramKeep, Kind: sdk.ParamReal, Default: sdk.Real(1), Min: sdk.Bound(0), Max: sdk.Bound(1), Group: protection,
			Title: sdk.Text{ZH: "保级比例", EN: "Keep ratio"},
			Help:  sdk.Text{ZH: "到过该等级的客户，数值不低于门槛乘以它就保留等级。1 表示与升级门槛相同。", EN: "Who has been in a tier keeps it at this share of its threshold. 1 is the threshold itself."},
		},
		{
			ID: paramGrace, Kind: sdk.ParamInt, Default: sdk.Int(0), Min: sdk.Bound(0), Max: sdk.Bound(3650), Group: protection, Unit: sdk.Text{ZH: "天", EN: "days"},
			Title: sdk.Text{ZH: "降级宽限", EN: "Grace"},
			Help:  sdk.Text{ZH: "跌破保级线后，连续这么多天仍未恢复才降级。0 表示立即降级。", EN: "The days in a row below the line for staying after which the tier is lost. 0 loses it at once."},
		},
		{
			ID: paramWindow, Kind: sdk.ParamInt, Default: sdk.Int(0), Min: sdk.Bound(0), Max: sdk.Bound(600), Unit: sdk.Text{ZH: "个月", EN: "months"},
			Title: sdk.Text{ZH: "统计窗口", EN: "Window"},
			Help: sdk.Text{
				ZH: "只算最近这么多个月的订单，常用 12；0 表示全部历史。全部历史的金额几乎不会下降，保级和宽限要配合窗口才有意义。",
				EN: "Only orders of this many months count, often 12; 0 is all history. Money over all history hardly ever falls, so keep ratio and grace need a window to matter.",
			},
		},
	}
}
