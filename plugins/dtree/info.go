package dtree

import (
	"slices"

	"qunxiang/plugins/internal/keep"
	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	roleTarget   = "target"
	roleFeatures = "features"

	criterionEntropy  = "entropy"
	criterionVariance = "variance"
	pruneNone         = "none"
	riskError         = "error"
	weightsBalanced   = "balanced"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	kinds := []table.Kind{table.Category, table.Bool, table.Int64, table.Float64}
	return sdk.Info{
		ID: "dtree", Version: "1.1.1",
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
		Params:        slices.Concat(params(), growParams(), pruneParams(), handParams()),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "客群", EN: "Segment"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "probability", Title: sdk.Text{ZH: "概率", EN: "Probability"}, Kind: table.Float64, Meaning: sdk.MeaningProbability},
			{ID: "predicted", Title: sdk.Text{ZH: "预测值", EN: "Predicted value"}, Kind: table.Float64, Meaning: sdk.MeaningScore},
		},
		Capabilities: sdk.Capabilities{Apply: true, Seeded: true, ExportFormats: []string{keep.PMML}},
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
			Help:  sdk.Text{ZH: "给出这个取值的概率；不填时取“是”或 1，没有时取较少见的一个。", EN: "Its probability is shown; empty takes yes or 1, otherwise the rarer value."},
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
			ID: "max_depth", Kind: sdk.ParamInt, Default: sdk.Int(5), Min: sdk.Bound(0), Max: sdk.Bound(tree.Deepest), Group: group,
			Title: sdk.Text{ZH: "最多层数", EN: "Depth"}, Help: sdk.Text{ZH: "一条规则最多几个条件；0 表示不限。", EN: "Most conditions of a rule; 0 means no limit."},
		},
		{
			ID: "min_leaf", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(1), Max: sdk.Bound(1e9), Group: group,
			Title: sdk.Text{ZH: "最小客群", EN: "Smallest segment"}, Unit: sdk.Text{ZH: "人", EN: "customers"},
			Help: sdk.Text{ZH: "每片叶子最少多少客户；auto 为 30 与 2% 中较大者，客户不足一千时为 3%、至少 5。", EN: "Fewest customers of a leaf; auto is the larger of 30 and 2%, with fewer than 1,000 customers 3%, at least 5."},
		},
		{
			ID: "min_split", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(2), Max: sdk.Bound(1e9), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "最小可分人数", EN: "Smallest node to divide"}, Unit: sdk.Text{ZH: "人", EN: "customers"},
			Help: sdk.Text{ZH: "少于这么多客户的节点不再分；auto 为最小客群的两倍。", EN: "A node of fewer customers is not divided; auto is twice the smallest segment."},
		},
		{
			ID: "weights", Kind: sdk.ParamChoice, Default: sdk.TextValue("none"), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "各取值的权重", EN: "Weights of the values"},
			Help:  sdk.Text{ZH: "结果很不平衡时，让少见的取值和常见的一样重要；概率仍是实际比例。", EN: "When outcomes are very unequal, lets the rare value count as much as the common one; probabilities stay plain shares."},
			Choices: []sdk.Choice{
				{ID: "none", Title: sdk.Text{ZH: "每位客户一样", EN: "Every customer alike"}},
				{ID: weightsBalanced, Title: sdk.Text{ZH: "每种取值一样", EN: "Every value alike"}},
			},
		},
		{
			ID: "cutoff", Kind: sdk.ParamReal, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(0.0001), Max: sdk.Bound(0.9999), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "分界概率", EN: "Cut-off"},
			Help:  sdk.Text{ZH: "概率不低于它就算是；auto 取两边都认得最好的一个。", EN: "From this probability on a customer counts as yes; auto takes the one that tells both sides best."},
		},
	}
}

func pruneParams() []sdk.Param {
	group := sdk.Text{ZH: "剪枝", EN: "Pruning"}
	return []sdk.Param{
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
			Help:  sdk.Text{ZH: "给出时按它剪枝：分叉的每片叶子至少要省下根节点风险的这个比例（即 rpart 的 cp）。", EN: "When given it decides the pruning: every leaf of a split must save this share of the root's risk (rpart's cp)."},
		},
		{
			ID: "prune_risk", Kind: sdk.ParamChoice, Default: sdk.TextValue("impurity"), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "剪枝看什么", EN: "What pruning counts"},
			Help:  sdk.Text{ZH: "杂度看概率准不准；错判数同 rpart，结果不平衡时常剪得只剩一个客群。", EN: "Impurity asks whether probabilities are right; errors, as rpart counts, often leave one segment when outcomes are unequal."},
			Choices: []sdk.Choice{
				{ID: "impurity", Title: sdk.Text{ZH: "杂度", EN: "Impurity"}},
				{ID: riskError, Title: sdk.Text{ZH: "错判数", EN: "Errors"}},
			},
		},
		{
			ID: "folds", Kind: sdk.ParamInt, Default: sdk.Int(10), Min: sdk.Bound(2), Max: sdk.Bound(50), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "交叉验证份数", EN: "Folds"}, Help: sdk.Text{ZH: "把客户分成几份轮流检验。", EN: "Into how many parts the customers are dealt for testing."},
		},
	}
}

func handParams() []sdk.Param {
	group := sdk.Text{ZH: "手工修改", EN: "By hand"}
	return []sdk.Param{
		{
			ID: "edit", Kind: sdk.ParamTexts, Group: group, Advanced: true,
			Title: sdk.Text{ZH: "修改", EN: "Changes"},
			Help:  sdk.Text{ZH: "依次执行，写法：prune 5；split 4 at 列；split 4 at 列 < 30；split 4 at 列 in 甲|乙。数字是节点编号。", EN: "Done in turn: prune 5; split 4 at COLUMN; split 4 at COLUMN < 30; split 4 at COLUMN in a|b. Numbers are nodes."},
		},
		{
			ID: "inspect", Kind: sdk.ParamInt, Min: sdk.Bound(1), Max: sdk.Bound(1 << 53), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "查看节点", EN: "Look at node"},
			Help:  sdk.Text{ZH: "列出这个节点各列最好的分法，按好坏排序。", EN: "Lists the best division of this node for every column, in order of worth."},
		},
	}
}
