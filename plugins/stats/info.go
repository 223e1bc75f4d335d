package stats

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	roleFeatures = "features"
	roleBy       = "by"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	kinds := []table.Kind{table.Float64, table.Int64, table.Bool, table.Category}
	return sdk.Info{
		ID: "stats", Version: "1.0.0",
		Name: sdk.Text{ZH: "统计分析", EN: "Statistical analysis"},
		Summary: sdk.Text{
			ZH: "看清每个特征的分布和相互关系；选一列分组，就能知道各组差在哪里、差多少、是不是碰巧。",
			EN: "Shows how each feature is distributed and how features go together; with a column of groups it tells where the groups differ, by how much, and whether chance would do it.",
		},
		Question: sdk.Text{ZH: "这些客户有什么不同？差别是不是碰巧？", EN: "How do these customers differ, and could it be chance?"},
		Help: sdk.Text{
			ZH: "不产生客群。数值特征给出均值、中位数、分位数、偏度和两两相关；选了“分组列”再做方差分析（普通与 Welch）、Kruskal–Wallis 检验和卡方检验，附效应量，并按检验个数校正 p 值（FDR）。p 值小只说明不是碰巧，差别大不大要看效应量。",
			EN: "Makes no segments. Numbers get mean, median, quantiles, skewness and correlations; with a column of groups come analysis of variance (plain and Welch), Kruskal–Wallis and χ² tests with effect sizes, p corrected for the number of tests (FDR). A small p only says that it is not chance; how much it matters is the effect size.",
		},
		Tags: []string{"statistics"},
		Roles: []sdk.Role{
			{
				ID: roleBy, Title: sdk.Text{ZH: "分组", EN: "Groups"}, Max: 1, Kinds: kinds, Param: "by",
				Help: sdk.Text{ZH: "把客户分成几组来比较的列，最多 50 组。", EN: "The column whose values are compared, at most 50."},
			},
			{
				ID: roleFeatures, Title: sdk.Text{ZH: "特征", EN: "Features"}, Min: 1, Kinds: kinds, Missing: sdk.MissingAllow,
				Help: sdk.Text{ZH: "要描述和比较的列。", EN: "The columns to describe and compare."},
			},
		},
		Params: []sdk.Param{{
			ID: "by", Kind: sdk.ParamColumn, Title: sdk.Text{ZH: "分组列", EN: "Group by"},
			Help: sdk.Text{ZH: "如性别、城市，或一次分群 segment:名称；不填就只做描述和相关。", EN: "Such as sex, city, or a segmentation as segment:NAME; empty describes and correlates only."},
		}},
		ParamsVersion: 1,
	}
}
