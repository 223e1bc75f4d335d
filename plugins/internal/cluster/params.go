package cluster

import (
	"qunxiang/sdk"
)

// RecipeParams are the parameters of the recipe.
func RecipeParams() []sdk.Param {
	group := sdk.Text{ZH: "特征配方", EN: "Recipe"}
	return []sdk.Param{
		{
			ID: "cap", Kind: sdk.ParamReal, Default: sdk.Real(0.5), Min: sdk.Bound(0), Max: sdk.Bound(25), Group: group, Unit: sdk.Text{ZH: "%", EN: "%"},
			Title: sdk.Text{ZH: "两端截去", EN: "Cap"}, Help: sdk.Text{ZH: "每端这个百分比之外的值压到边上；0 表示不截。", EN: "Values beyond this percentage at each end are pulled to it; 0 leaves them."},
		},
		{
			ID: "log", Kind: sdk.ParamText, Default: sdk.TextValue(logAuto), Group: group,
			Title: sdk.Text{ZH: "取对数", EN: "Logarithm"},
			Help:  sdk.Text{ZH: "auto：偏度大于 1 的列；none：都不取；all：都取；或写列名，用逗号分开。", EN: "auto: columns with skewness above 1; none; all; or names of columns, separated by commas."},
		},
		{
			ID: "scale", Kind: sdk.ParamChoice, Default: sdk.TextValue(scaleZ), Group: group,
			Title: sdk.Text{ZH: "标准化", EN: "Scale"}, Help: sdk.Text{ZH: "让各列可以相比。", EN: "Makes the columns comparable."},
			Choices: []sdk.Choice{
				{ID: scaleZ, Title: sdk.Text{ZH: "Z 分数（总体标准差）", EN: "z-score (population)"}},
				{ID: scaleRobust, Title: sdk.Text{ZH: "稳健（中位数和四分位距）", EN: "Robust (median, quartiles)"}},
				{ID: ScaleMinMax, Title: sdk.Text{ZH: "最小–最大", EN: "Minimum–maximum"}},
				{ID: scaleNone, Title: sdk.Text{ZH: "不处理", EN: "None"}},
			},
		},
	}
}
