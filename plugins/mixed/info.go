package mixed

import (
	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	roleFeatures = "features"

	kPrototypes = "kprototypes"
	pam         = "pam"

	mostGroups = 100
)

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "mixed", Version: "1.1.0",
		Name: sdk.Text{ZH: "混合聚类（数值加类别）", EN: "Mixed clustering (numbers and categories)"},
		Summary: sdk.Text{
			ZH: "把消费金额这类数值和性别、城市、产品这类类别放在一起，找出相近的客户群。",
			EN: "Groups customers who are alike in numbers, such as spending, and categories, such as sex, city or product, together.",
		},
		Question: sdk.Text{ZH: "把数字和类别放在一起看，有哪些人群？", EN: "What groups are there when numbers and categories count together?"},
		Help: sdk.Text{
			ZH: "k-prototypes 快，群中心由均值和最常见的类别组成；PAM 用 Gower 距离，群中心是真实的客户，适合几千人以内。结果会说明每个字段在分群里起多大作用。",
			EN: "k-prototypes is quick; the centre of a group is its means and most frequent categories. PAM takes Gower's distance, and the centre is a real customer; it suits a few thousand. The result says how much each field does for the groups.",
		},
		Tags: []string{"clustering"},
		Roles: []sdk.Role{{
			ID: roleFeatures, Title: sdk.Text{ZH: "特征", EN: "Features"}, Min: 2,
			Kinds: []table.Kind{table.Category, table.Float64, table.Int64, table.Bool},
			Help:  sdk.Text{ZH: "两列以上，数值、类别都可以；不要放编号。", EN: "Two or more columns, numbers or categories; no identifiers."},
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
			ID: "algorithm", Kind: sdk.ParamChoice, Default: sdk.TextValue(kPrototypes), Group: group,
			Title: sdk.Text{ZH: "算法", EN: "Algorithm"}, Help: sdk.Text{ZH: "怎样衡量相近、怎样找群中心。", EN: "How likeness is measured and centres are found."},
			Choices: []sdk.Choice{
				{ID: kPrototypes, Title: sdk.Text{ZH: "k-prototypes（快）", EN: "k-prototypes (quick)"}},
				{ID: pam, Title: sdk.Text{ZH: "PAM + Gower 距离（中心是真实客户）", EN: "PAM with Gower's distance (centres are customers)"}},
			},
		},
		{
			ID: "k", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(1), Max: sdk.Bound(mostGroups), Group: group,
			Title: sdk.Text{ZH: "群数", EN: "Number of groups"}, Help: sdk.Text{ZH: "auto 时试 2 到 8 个，取轮廓系数不输最好的（差 0.02 以内）里最少的一个。", EN: "With auto 2 to 8 are tried; the fewest whose silhouette is within 0.02 of the best win."},
		},
		{
			ID: "gamma", Kind: sdk.ParamReal, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(0), Max: sdk.Bound(1e6), Group: group, Advanced: true,
			When:  &sdk.When{Param: "algorithm", Is: []string{kPrototypes}},
			Title: sdk.Text{ZH: "类别的权重 γ", EN: "Weight γ of categories"},
			Help:  sdk.Text{ZH: "一个类别不同抵得上多大的数值差（平方）；auto 让数值和类别平均起同样的作用。", EN: "What squared difference of a number one different category is worth; auto lets a category count as much as a number on average."},
		},
		{
			ID: "restarts", Kind: sdk.ParamInt, Default: sdk.Int(10), Min: sdk.Bound(1), Max: sdk.Bound(1000), Group: group, Advanced: true,
			When:  &sdk.When{Param: "algorithm", Is: []string{kPrototypes}},
			Title: sdk.Text{ZH: "起步次数", EN: "Restarts"}, Help: sdk.Text{ZH: "重复起步，取最好的一次。", EN: "The best of so many starts is kept."},
		},
		{
			ID: "asymmetric", Kind: sdk.ParamText, Group: group, Advanced: true,
			When:  &sdk.When{Param: "algorithm", Is: []string{pam}},
			Title: sdk.Text{ZH: "只看“有”的列", EN: "Presence-only columns"},
			Help:  sdk.Text{ZH: "逗号分隔的两值列：两人都没有（较小的取值）不算相似，如“是否买过”。", EN: "Columns of two values, with commas: both lacking it (the lower value) is no likeness, as with “ever bought”."},
		},
	}
}
