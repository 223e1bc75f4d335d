package basket

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	roleBy = "by"

	levelProduct = "product"

	basketAuto     = "auto"
	basketOrder    = "order"
	basketDay      = "day"
	basketCustomer = "customer"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "basket", Version: "1.0.0",
		Name: sdk.Text{ZH: "购物篮与下一个推荐", EN: "Baskets and the next offer"},
		Summary: sdk.Text{
			ZH: "找出哪些商品常被一起买，并给每位客户推荐一件还没买过、最可能接受的商品。",
			EN: "Finds what is bought together, and for every customer one thing they do not own yet and are most likely to take.",
		},
		Question: sdk.Text{ZH: "下一个该向他推荐什么？", EN: "What should I offer them next?"},
		Help: sdk.Text{
			ZH: "需要导入带商品（或品类）列的交易。“买了 A 的人也买 B”用支持度、置信度和提升度说话；提升度给出 95% 下限，下限不到 1 的可能只是碰巧。选了分组列（如 segment:名称）就在每个客群里各找一遍。",
			EN: "Needs transactions with a column of products or categories. “Who buys A also buys B” is told by support, confidence and lift; the lift has a lower 95% bound, and below 1 it may be chance. With a column of groups, such as segment:NAME, each segment is searched on its own.",
		},
		Tags:    []string{"statistics"},
		Details: []sdk.Detail{{ID: sdk.DetailLines, Required: true, Help: sdk.Text{ZH: "带商品或品类的交易明细。", EN: "Transaction lines with products or categories."}}},
		Roles: []sdk.Role{{
			ID: roleBy, Title: sdk.Text{ZH: "分组", EN: "Groups"}, Max: 1, Param: "by", Missing: sdk.MissingAllow,
			Kinds: []table.Kind{table.Category, table.Bool, table.Int64},
			Help:  sdk.Text{ZH: "在每一组里各找规则，最多 50 组。", EN: "Rules are found within each of its values, at most 50."},
		}},
		Params:        params(),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "offer", Title: sdk.Text{ZH: "推荐", EN: "Offer"}, Kind: table.Category},
			{ID: "offer_because", Title: sdk.Text{ZH: "因为买过", EN: "Because they bought"}, Kind: table.Category},
			{ID: "offer_confidence", Title: sdk.Text{ZH: "置信度", EN: "Confidence"}, Kind: table.Float64, Meaning: sdk.MeaningProbability},
			{ID: "offer_lift", Title: sdk.Text{ZH: "提升度", EN: "Lift"}, Kind: table.Float64},
		},
	}
}

func params() []sdk.Param {
	return []sdk.Param{
		{
			ID: "min_support", Kind: sdk.ParamReal, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(0), Max: sdk.Bound(1),
			Title: sdk.Text{ZH: "最低支持度", EN: "Least support"},
			Help:  sdk.Text{ZH: "规则里的商品至少一起出现在多大比例的购物篮里；auto 为 0.1%，且至少 10 篮（不足一千篮时 5 篮）。", EN: "In what share of the baskets the things of a rule must occur together; auto is 0.1% and at least 10 baskets (5 where there are fewer than 1,000)."},
		},
		{
			ID: "min_lift", Kind: sdk.ParamReal, Default: sdk.Real(1.2), Min: sdk.Bound(0), Max: sdk.Bound(1e6),
			Title: sdk.Text{ZH: "最低提升度", EN: "Least lift"},
			Help:  sdk.Text{ZH: "一起买的次数是互不相干时的多少倍才算数。", EN: "How many times more often than by independence things must be bought together."},
		},
		{
			ID: "min_confidence", Kind: sdk.ParamReal, Default: sdk.Real(0), Min: sdk.Bound(0), Max: sdk.Bound(1), Advanced: true,
			Title: sdk.Text{ZH: "最低置信度", EN: "Least confidence"},
			Help:  sdk.Text{ZH: "买了前者的购物篮里，至少多大比例也有后者。", EN: "In what share of the baskets with the first the second must be, too."},
		},
		{
			ID: "level", Kind: sdk.ParamChoice, Default: sdk.TextValue(levelProduct),
			Title: sdk.Text{ZH: "看商品还是品类", EN: "Products or categories"}, Help: sdk.Text{ZH: "商品太多太散时看品类。", EN: "Categories say more where products are many."},
			Choices: []sdk.Choice{
				{ID: levelProduct, Title: sdk.Text{ZH: "商品", EN: "Product"}}, {ID: "category", Title: sdk.Text{ZH: "品类", EN: "Category"}},
			},
		},
		{
			ID: "basket", Kind: sdk.ParamChoice, Default: sdk.TextValue(basketAuto),
			Title: sdk.Text{ZH: "一个购物篮是", EN: "A basket is"},
			Help:  sdk.Text{ZH: "自动：多数订单只有一件时改看同一天，再不行就看客户买过的全部。", EN: "Automatic: where orders hold one thing each, a day's purchases, else all that a customer has bought."},
			Choices: []sdk.Choice{
				{ID: basketAuto, Title: sdk.Text{ZH: "自动", EN: "Automatic"}},
				{ID: basketOrder, Title: sdk.Text{ZH: "一张订单", EN: "An order"}},
				{ID: basketDay, Title: sdk.Text{ZH: "同一天的购买", EN: "A customer's day"}},
				{ID: basketCustomer, Title: sdk.Text{ZH: "客户买过的全部", EN: "All that a customer bought"}},
			},
		},
		{
			ID: "max_items", Kind: sdk.ParamInt, Default: sdk.Int(3), Min: sdk.Bound(2), Max: sdk.Bound(3), Advanced: true,
			Title: sdk.Text{ZH: "一条规则最多几件商品", EN: "Most things of a rule"}, Help: sdk.Text{ZH: "3 时也找“买了 A 和 B 的人也买 C”。", EN: "With 3 also “who buys A and B also buys C”."},
		},
		{
			ID: "by", Kind: sdk.ParamColumn, Title: sdk.Text{ZH: "分组列", EN: "Group by"},
			Help: sdk.Text{ZH: "如 segment:名称，在每个客群里各找一遍。", EN: "Such as segment:NAME, to search each segment on its own."},
		},
	}
}
