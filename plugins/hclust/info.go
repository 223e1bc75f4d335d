package hclust

import (
	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const roleFeatures = "features"

// The linkages.
const (
	wardLinkage = "ward"
	complete    = "complete"
	average     = "average"
	single      = "single"
	weighted    = "weighted"
	centroid    = "centroid"
	median      = "median"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "hclust", Version: "1.0.0",
		Name: sdk.Text{ZH: "层次聚类", EN: "Hierarchical clustering"},
		Summary: sdk.Text{
			ZH: "把最相近的客户一步步并成群，得到一棵可在任意高度切开的树。",
			EN: "Joins the customers who are most alike step by step into a tree that can be cut at any height.",
		},
		Question: sdk.Text{ZH: "客户群之间怎样由小并大？", EN: "How do small groups of customers join into larger ones?"},
		Help: sdk.Text{
			ZH: "先按配方处理特征，再按所选联结方式合并。Ward 得到大小相近、紧凑的群，适合多数情况；single 能找出细长的群，也容易连成一串。相异客户超过 2 万时先并成小格，并说明误差。",
			EN: "Features are prepared by a recipe and customers joined by the linkage. Ward gives compact groups of similar size and suits most data; single finds long shapes but tends to chain. Above 20,000 different customers small cells are made first, and the error is told.",
		},
		Tags: []string{"clustering"},
		Roles: []sdk.Role{{
			ID: roleFeatures, Title: sdk.Text{ZH: "特征", EN: "Features"}, Min: 1,
			Kinds: []table.Kind{table.Float64, table.Int64, table.Bool, table.Category}, Hints: []string{"recency_days", "frequency", "monetary"},
			Help: sdk.Text{ZH: "一个以上的列；类别列只用于 Gower 距离；不要放编号。", EN: "One or more columns; categories count with Gower's distance only; no identifiers."},
		}},
		Params:        append(params(), cluster.RecipeParams()...),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "客群", EN: "Segment"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "distance", Title: sdk.Text{ZH: "到群中心的距离", EN: "Distance to the centre"}, Kind: table.Float64, Meaning: sdk.MeaningDistance},
			{ID: "silhouette", Title: sdk.Text{ZH: "轮廓系数", EN: "Silhouette"}, Kind: table.Float64},
		},
		Capabilities: sdk.Capabilities{Apply: true, Seeded: true},
	}
}

func params() []sdk.Param {
	group := sdk.Text{ZH: "分群", EN: "Groups"}
	return []sdk.Param{
		{
			ID: "linkage", Kind: sdk.ParamChoice, Default: sdk.TextValue(wardLinkage), Group: group,
			Title: sdk.Text{ZH: "联结方式", EN: "Linkage"}, Help: sdk.Text{ZH: "两群有多近怎么算。", EN: "How near two groups are."},
			Choices: []sdk.Choice{
				{ID: wardLinkage, Title: sdk.Text{ZH: "Ward（平方和增加最少）", EN: "Ward (least growth of squares)"}},
				{ID: complete, Title: sdk.Text{ZH: "最远的一对", EN: "Complete (farthest pair)"}},
				{ID: average, Title: sdk.Text{ZH: "各对的平均", EN: "Average of all pairs"}},
				{ID: single, Title: sdk.Text{ZH: "最近的一对", EN: "Single (nearest pair)"}},
				{ID: weighted, Title: sdk.Text{ZH: "加权平均（WPGMA）", EN: "Weighted average (WPGMA)"}},
				{ID: centroid, Title: sdk.Text{ZH: "重心", EN: "Centroid"}},
				{ID: median, Title: sdk.Text{ZH: "中点（WPGMC）", EN: "Median (WPGMC)"}},
			},
		},
		{
			ID: "distance", Kind: sdk.ParamChoice, Default: sdk.TextValue(euclidean), Group: group,
			Title: sdk.Text{ZH: "距离", EN: "Distance"}, Help: sdk.Text{ZH: "两位客户有多远怎么算；Ward、重心和中点只用欧氏距离。", EN: "How far two customers are; Ward, centroid and median take the Euclidean one only."},
			Choices: []sdk.Choice{
				{ID: euclidean, Title: sdk.Text{ZH: "欧氏", EN: "Euclidean"}},
				{ID: manhattan, Title: sdk.Text{ZH: "曼哈顿（差的绝对值之和）", EN: "Manhattan (sum of differences)"}},
				{ID: gower, Title: sdk.Text{ZH: "Gower（数值和类别）", EN: "Gower (numbers and categories)"}},
			},
		},
		{
			ID: "k", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(1), Max: sdk.Bound(mostGroups), Group: group,
			Title: sdk.Text{ZH: "群数", EN: "Number of groups"},
			Help:  sdk.Text{ZH: "auto 时比较 2 到 10 个群的切法，由几个指标投票决定。", EN: "With auto the cuts into 2 to 10 groups are compared and several indices vote."},
		},
		{
			ID: "height", Kind: sdk.ParamReal, Min: sdk.Bound(0), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "切开的高度", EN: "Height of the cut"},
			Help:  sdk.Text{ZH: "代替群数：只保留不高于它的合并；单位是处理后的特征。空着则按群数。", EN: "Instead of a number: only joins up to it are made, in units of the prepared features. Empty: by number."},
		},
	}
}
