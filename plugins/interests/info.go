package interests

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	fromAuto     = "auto"
	fromCategory = "category"
	fromProduct  = "product"
	fromComments = "comments"
	fromEvents   = "events"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "interests", Version: "1.0.0",
		Name: sdk.Text{ZH: "兴趣群", EN: "Interest groups"},
		Summary: sdk.Text{
			ZH: "按客户买的品类、说的话、做的事，把兴趣相近的人分成一群，并指出每个人最突出的兴趣。",
			EN: "Groups customers who like the same things, from what they buy, say and do, and names what each of them stands out by.",
		},
		Question: sdk.Text{ZH: "他们各自对什么感兴趣？", EN: "What is each of them interested in?"},
		Help: sdk.Text{
			ZH: "数一数每位客户在各个主题（品类、商品、评论里的词、行为）上出现过几次，用多项分布混合模型分群，群数由 BIC 决定，也可能只有一群。买得太少、看不出偏好的客户归入“兴趣不明”。可用主题词表（每行“主题: 词, 词”）把商品和评论归成自己的主题。",
			EN: "Counts how often each customer meets each theme (category, product, words of comments, events) and fits a mixture of multinomial distributions; BIC chooses the number of groups, which may be one. Customers with too little to tell are “not clear”. A list of themes (“theme: word, word” a line) makes your own themes of products and comments.",
		},
		Tags: []string{"clustering", "interests"},
		Details: []sdk.Detail{
			{ID: sdk.DetailLines, Help: sdk.Text{ZH: "带品类或商品的交易明细。", EN: "Transaction lines with categories or products."}},
			{ID: sdk.DetailComments, Help: sdk.Text{ZH: "客户评论。", EN: "Comments."}},
			{ID: sdk.DetailEvents, Help: sdk.Text{ZH: "浏览、点击、来电等行为。", EN: "Visits, clicks, calls."}},
		},
		Params:        params(),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "客群", EN: "Segment"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "probability", Title: sdk.Text{ZH: "归属概率", EN: "Probability"}, Kind: table.Float64, Meaning: sdk.MeaningProbability},
			{ID: "top_theme", Title: sdk.Text{ZH: "最突出的兴趣", EN: "Stands out by"}, Kind: table.Category},
			{ID: "top_index", Title: sdk.Text{ZH: "兴趣指数（100 = 总体）", EN: "Index (100 = all)"}, Kind: table.Float64},
		},
		Capabilities: sdk.Capabilities{Seeded: true},
	}
}

func params() []sdk.Param {
	return []sdk.Param{
		{
			ID: "themes", Kind: sdk.ParamFile, Title: sdk.Text{ZH: "主题词表", EN: "Themes"},
			Help: sdk.Text{ZH: "文本文件，每行“主题: 词, 词”；名称或评论里含有这个词就算这个主题。评论必须有词表。", EN: "A text file of “theme: word, word” lines; a name or comment with the word counts for the theme. Comments need one."},
		},
		{
			ID: "k", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(1), Max: sdk.Bound(30),
			Title: sdk.Text{ZH: "群数", EN: "Number of groups"}, Help: sdk.Text{ZH: "auto 时试 1 到 8 个，取 BIC 最小的。", EN: "With auto 1 to 8 are tried and the smallest BIC wins."},
		},
		{
			ID: "from", Kind: sdk.ParamChoice, Default: sdk.TextValue(fromAuto),
			Title: sdk.Text{ZH: "从哪里看兴趣", EN: "Seen in"}, Help: sdk.Text{ZH: "自动：有品类看品类，否则看商品、行为、评论。", EN: "Automatic: categories where there are any, else products, events, comments."},
			Choices: []sdk.Choice{
				{ID: fromAuto, Title: sdk.Text{ZH: "自动", EN: "Automatic"}},
				{ID: fromCategory, Title: sdk.Text{ZH: "买的品类", EN: "Categories bought"}},
				{ID: fromProduct, Title: sdk.Text{ZH: "买的商品", EN: "Products bought"}},
				{ID: fromComments, Title: sdk.Text{ZH: "评论", EN: "Comments"}},
				{ID: fromEvents, Title: sdk.Text{ZH: "行为", EN: "Events"}},
			},
		},
		{
			ID: "min_probability", Kind: sdk.ParamReal, Default: sdk.Real(0.6), Min: sdk.Bound(0), Max: sdk.Bound(1), Advanced: true,
			Title: sdk.Text{ZH: "最低归属概率", EN: "Least probability"}, Help: sdk.Text{ZH: "归属概率低于它的客户算“兴趣不明”。", EN: "Customers below it are “not clear”."},
		},
	}
}
