package dtree

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	roleTarget   = "target"
	roleFeatures = "features"

	criterionEntropy  = "entropy"
	criterionVariance = "variance"
	pruneNone         = "none"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	kinds := []table.Kind{table.Category, table.Bool, table.Int64, table.Float64}
	return sdk.Info{
		ID: "dtree", Version: "1.0.0",
		Name: sdk.Text{ZH: "决策树", EN: "Decision tree"},
		Summary: sdk.Text{
			ZH: "找出决定某个结果的关键因素，用几条读得懂的条件把客户分开。",
			EN: "Finds the key factors behind an outcome and divides the customers by a few conditions that can be read.",
		},
		Question: sdk.Text{ZH: "什么决定了他们会不会留下？", EN: "What decides whether they stay?"},
		Help: sdk.Text{
			ZH: "选一列作为结果（如是否流失），树会逐步选出最能分开结果的条件。用交叉验证剪枝，只留下站得住的分叉；每片叶子就是一个客群。",
			EN: "Choose a column as the outcome, such as churn. The tree picks, step by step, the condition that tells outcomes apart best. Cross-validation prunes what does not hold; each leaf is a segment.",
		},
		Tags: []string{"supervised"},
		Roles: []sdk.Role{
			{
				ID: roleTarget, Title: sdk.Text{ZH: "结果", EN: "Outcome"}, Min: 1, Max: 1, Kinds: kinds, Param: "target",
				Help: sdk.Text{ZH: "要解释的那一列。", EN: "The column to be explained."},
			},
			{
				ID: roleFeatures, Title: sdk.Text{ZH: "可能的因素", EN: "Possible factors"}, Min: 1, Kinds: kinds, Missing: sdk.MissingAllow,
				Help: sdk.Text{ZH: "数值或类别列；不要放结果出现之后才知道的列。", EN: "Numbers or categories; none that is known only after the outcome."},
			},
		},
		Params:        append(params(), growParams()...),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "客群", EN: "Segment"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "probability", Title: sdk.Text{ZH: "概率", EN: "Probability"}, Kind: table.Float64, Meaning: sdk.MeaningProbability},
			{ID: "predicted", Title: sdk.Text{ZH: "预测值", EN: "Predicted value"}, Kind: table.Float64, Meaning: sdk.MeaningScore},
		},
		Capabilities: sdk.Capabilities{Apply: true, Seeded: true},
	}
}

func params() []sdk.Param {
	group := sdk.Text{ZH: "结果", EN: "Outcome"}
	return []sdk.Param{
		{
			ID: "target", Kind: sdk.ParamColumn, Group: group,
			Title: sdk.Text{ZH: "结果列", EN: "Outcome column"},
			Help:  sdk.Text{ZH: "类别、是/否或数值列；数值超过 10 种时按数值预测。", EN: "A category, yes/no or number; numbers of more than ten values are predicted as such."},
		},
		{
			ID: "positive", Kind: sdk.ParamText, Group: group,
			Title: sdk.Text{ZH: "关注的取值", EN: "Value of interest"},
			Help:  sdk.Text{ZH: "给出这个取值的概率；不填时取较少见的一个。", EN: "Its probability is shown; empty takes the rarer value."},
		},
	}
}

func growParams() []sdk.Param {
	group := sdk.Text{ZH: "树", EN: "Tree"}
	return []sdk.Param{
		{
			ID: "criterion", Kind: sdk.ParamChoice, Default: sdk.TextValue("gini"), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "分叉标准", EN: "Criterion"}, Help: sdk.Text{ZH: "用什么衡量一次分叉的好坏。", EN: "How the worth of a split is measured."},
			Choices: []sdk.Choice{
				{ID: "gini", Title: sdk.Text{ZH: "基尼不纯度", EN: "Gini impurity"}},
				{ID: criterionEntropy, Title: sdk.Text{ZH: "信息熵", EN: "Entropy"}},
				{ID: criterionVariance, Title: sdk.Text{ZH: "方差（数值结果）", EN: "Variance (numeric outcome)"}},
			},
		},
		{
			ID: "max_depth", Kind: sdk.ParamInt, Default: sdk.Int(5), Min: sdk.Bound(0), Max: sdk.Bound(deepest), Group: group,
			Title: sdk.Text{ZH: "最多层数", EN: "Depth"}, Help: sdk.Text{ZH: "一条规则最多几个条件；0 表示不限。", EN: "Most conditions of a rule; 0 means no limit."},
		},
		{
			ID: "min_leaf", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(1), Max: sdk.Bound(1e9), Group: group,
			Title: sdk.Text{ZH: "最小客群", EN: "Smallest segment"}, Unit: sdk.Text{ZH: "人", EN: "customers"},
			Help: sdk.Text{ZH: "每片叶子最少多少客户；auto 为 30 与 2% 中较大者，客户不足一千时为 3%、至少 5。", EN: "Fewest customers of a leaf; auto is the larger of 30 and 2%, with fewer than 1,000 customers 3%, at least 5."},
		},
		{
			ID: "prune", Kind: sdk.ParamChoice, Default: sdk.TextValue("cv"), Group: group,
			Title: sdk.Text{ZH: "剪枝", EN: "Pruning"}, Help: sdk.Text{ZH: "去掉在新客户上站不住的分叉。", EN: "Removes splits that do not hold for other customers."},
			Choices: []sdk.Choice{
				{ID: "cv", Title: sdk.Text{ZH: "交叉验证（一倍标准误）", EN: "Cross-validation, one standard error"}},
				{ID: pruneNone, Title: sdk.Text{ZH: "不剪", EN: "None"}},
			},
		},
		{
			ID: "alpha", Kind: sdk.ParamReal, Min: sdk.Bound(0), Max: sdk.Bound(1), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "复杂度代价", EN: "Complexity cost"},
			Help:  sdk.Text{ZH: "给出时按它剪枝：分叉至少要省下根节点不纯度的这个比例。", EN: "When given it decides the pruning: a split must save this share of the root's impurity."},
		},
		{
			ID: "folds", Kind: sdk.ParamInt, Default: sdk.Int(10), Min: sdk.Bound(2), Max: sdk.Bound(50), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "交叉验证份数", EN: "Folds"}, Help: sdk.Text{ZH: "把客户分成几份轮流检验。", EN: "Into how many parts the customers are dealt for testing."},
		},
	}
}
