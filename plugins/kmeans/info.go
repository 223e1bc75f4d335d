package kmeans

import (
	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	roleFeatures = "features"
	roleWeight   = "weight"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "kmeans", Version: "1.0.0",
		Name: sdk.Text{ZH: "K-均值聚类", EN: "K-means clustering"},
		Summary: sdk.Text{
			ZH: "按几个数值特征把相近的客户自动分成若干群，并说明分得是否可信。",
			EN: "Groups customers who are alike in several numbers, and says how far the groups can be trusted.",
		},
		Question: sdk.Text{ZH: "客户里有哪些自然的群？", EN: "What natural groups are there?"},
		Help: sdk.Text{
			ZH: "先按配方处理特征（截去两端、取对数、标准化），再用 k-means++ 多次起步，取最好的一次。群按价值从高到低排列，编号不会乱跳。",
			EN: "Features are prepared by a recipe (cap, logarithm, scale); k-means++ starts several times and the best result is kept. Groups are ordered by value, so their numbers do not shuffle.",
		},
		Tags: []string{"clustering"},
		Roles: []sdk.Role{{
			ID: roleFeatures, Title: sdk.Text{ZH: "特征", EN: "Features"}, Min: 1,
			Kinds: []table.Kind{table.Float64, table.Int64, table.Bool}, Hints: []string{"recency_days", "frequency", "monetary"},
			Help: sdk.Text{ZH: "一个以上的数值列；不要放编号。", EN: "One or more numeric columns; no identifiers."},
		}, {
			ID: roleWeight, Title: sdk.Text{ZH: "权重", EN: "Weight"}, Max: 1, Param: roleWeight,
			Kinds: []table.Kind{table.Float64, table.Int64, table.Bool},
			Help:  sdk.Text{ZH: "可不选。每位客户算作几位，例如调查的权重；不能为负。", EN: "Optional: how many customers each one counts as, such as a survey weight; never negative."},
		}},
		Params:        append(params(), cluster.RecipeParams()...),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "客群", EN: "Segment"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "distance", Title: sdk.Text{ZH: "到群中心的距离", EN: "Distance to the centre"}, Kind: table.Float64, Meaning: sdk.MeaningDistance},
			{ID: "silhouette", Title: sdk.Text{ZH: "轮廓系数", EN: "Silhouette"}, Kind: table.Float64},
		},
		Capabilities: sdk.Capabilities{Apply: true, Seeded: true, StopEarly: true, ExportFormats: []string{keep.PMML}},
	}
}

func params() []sdk.Param {
	group := sdk.Text{ZH: "分群", EN: "Groups"}
	auto := &sdk.When{Param: "k", Is: []string{"auto"}}
	return []sdk.Param{
		{
			ID: "k", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(1), Max: sdk.Bound(100), Group: group,
			Title: sdk.Text{ZH: "群数", EN: "Number of groups"},
			Help:  sdk.Text{ZH: "auto 时逐个试 k_min 到 k_max，由几个指标投票决定。", EN: "With auto every number from k_min to k_max is tried and several indices vote."},
		},
		{
			ID: "k_min", Kind: sdk.ParamInt, Default: sdk.Int(2), Min: sdk.Bound(2), Max: sdk.Bound(100), Group: group, When: auto,
			Title: sdk.Text{ZH: "最少群数", EN: "Fewest groups"}, Help: sdk.Text{ZH: "自动选群数时从这里试起。", EN: "Where the search for the number starts."},
		},
		{
			ID: "k_max", Kind: sdk.ParamInt, Default: sdk.Int(8), Min: sdk.Bound(2), Max: sdk.Bound(100), Group: group, When: auto,
			Title: sdk.Text{ZH: "最多群数", EN: "Most groups"}, Help: sdk.Text{ZH: "自动选群数时试到这里为止。", EN: "Where the search for the number ends."},
		},
		{
			ID: roleWeight, Kind: sdk.ParamColumn, Group: group, Advanced: true,
			Title: sdk.Text{ZH: "权重列", EN: "Weight column"}, Help: sdk.Text{ZH: "每位客户算作几位；空着则人人一样。", EN: "How many customers each one counts as. Empty: all alike."},
		},
		{
			ID: "init", Kind: sdk.ParamChoice, Default: sdk.TextValue("kmeans++"), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "起步方式", EN: "Start"}, Help: sdk.Text{ZH: "怎样选最初的中心。", EN: "How the first centres are chosen."},
			Choices: []sdk.Choice{
				{ID: "kmeans++", Title: sdk.Text{ZH: "k-means++（彼此远离）", EN: "k-means++ (far apart)"}},
				{ID: "random", Title: sdk.Text{ZH: "随机客户", EN: "Random customers"}},
			},
		},
		{
			ID: "restarts", Kind: sdk.ParamInt, Default: sdk.Int(10), Min: sdk.Bound(1), Max: sdk.Bound(1000), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "起步次数", EN: "Restarts"}, Help: sdk.Text{ZH: "重复起步，取最好的一次。", EN: "The best of so many starts is kept."},
		},
		{
			ID: "max_iterations", Kind: sdk.ParamInt, Default: sdk.Int(300), Min: sdk.Bound(1), Max: sdk.Bound(100000), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "最多迭代", EN: "Most iterations"}, Help: sdk.Text{ZH: "每次起步最多移动中心的次数。", EN: "How often the centres of one start may move."},
		},
		{
			ID: "tolerance", Kind: sdk.ParamReal, Default: sdk.Real(1e-4), Min: sdk.Bound(0), Max: sdk.Bound(1), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "收敛容差", EN: "Tolerance"}, Help: sdk.Text{ZH: "中心移动的平方和小于特征方差的这个倍数时停止。", EN: "Stops when the squared shift of the centres is below this share of the features' variance."},
		},
	}
}

func stageSweep(k int) sdk.Text {
	return sdk.Text{ZH: "尝试 {k} 个群", EN: "Trying {k} groups"}.Fill("k", cluster.Itoa(k))
}
