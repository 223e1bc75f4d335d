package risk

import (
	"slices"

	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	roleTarget   = "target"
	roleAmount   = "amount"
	roleFeatures = "features"

	modelForest = "forest"
	modelTree   = "tree"
	choiceAuto  = "auto"
	choiceNone  = "none"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	kinds := []table.Kind{table.Category, table.Bool, table.Int64, table.Float64}
	return sdk.Info{
		ID: "risk", Version: "1.1.0",
		Name: sdk.Text{ZH: "风险分层", EN: "Risk groups"},
		Summary: sdk.Text{
			ZH: "算出每位客户流失、出险或违约的概率，分成高、中、低风险，并给出原因。",
			EN: "Gives every customer a probability of leaving, claiming or defaulting, puts them into high, medium and low risk, and says why.",
		},
		Question: sdk.Text{ZH: "谁最可能流失、出险或违约？", EN: "Who is most likely to leave, claim or default?"},
		Help: sdk.Text{
			ZH: "选一列已经知道的结果（如是否流失），方法从以往客户学出概率，并用没见过的客户校准：说三成的人里，大约真有三成。新客户可以用同一个模型打分。",
			EN: "Choose a column with outcomes that are known, such as churn. Probabilities are learnt from past customers and calibrated on customers not seen: of those given 30 %, about 30 % do. New customers are scored with the same model.",
		},
		Tags: []string{"supervised"},
		Roles: []sdk.Role{
			{
				ID: roleTarget, Title: sdk.Text{ZH: "结果", EN: "Outcome"}, Min: 1, Max: 1, Kinds: kinds, Param: "target",
				Help: sdk.Text{ZH: "已经知道结果的那一列，如是否流失。", EN: "The column with known outcomes, such as churn."},
			},
			{
				ID: roleAmount, Title: sdk.Text{ZH: "金额", EN: "Amount"}, Max: 1, Kinds: []table.Kind{table.Int64, table.Float64}, Param: "amount", Missing: sdk.MissingAllow,
				Help: sdk.Text{ZH: "出事时损失多少，如年消费额、贷款余额；给出时算预期损失。", EN: "What is lost if it happens, such as yearly spending or a loan's balance; gives the expected loss."},
			},
			{
				ID: roleFeatures, Title: sdk.Text{ZH: "可能的因素", EN: "Possible factors"}, Min: 1, Kinds: kinds, Missing: sdk.MissingAllow,
				Help: sdk.Text{ZH: "数值或类别列；不要放结果出现之后才知道的列。", EN: "Numbers or categories; none that is known only after the outcome."},
			},
		},
		Params:        slices.Concat(params(), modelParams()),
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "风险", EN: "Risk"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "probability", Title: sdk.Text{ZH: "概率", EN: "Probability"}, Kind: table.Float64, Meaning: sdk.MeaningProbability},
			{ID: "expected_loss", Title: sdk.Text{ZH: "预期损失", EN: "Expected loss"}, Kind: table.Float64, Meaning: sdk.MeaningScore, Unit: "money"},
			{ID: "reasons", Title: sdk.Text{ZH: "主要原因", EN: "Main reasons"}, Kind: table.String},
		},
		Capabilities: sdk.Capabilities{Apply: true, Seeded: true, ExportFormats: []string{keep.PMML}},
	}
}

func params() []sdk.Param {
	group := sdk.Text{ZH: "结果", EN: "Outcome"}
	return []sdk.Param{
		{
			ID: "target", Kind: sdk.ParamColumn, Group: group,
			Title: sdk.Text{ZH: "结果列", EN: "Outcome column"}, Help: sdk.Text{ZH: "是/否，或有一个关注取值的类别。", EN: "Yes/no, or a category with a value of interest."},
		},
		{
			ID: "positive", Kind: sdk.ParamText, Group: group,
			Title: sdk.Text{ZH: "出事的取值", EN: "Value that is the risk"}, Help: sdk.Text{ZH: "如“已流失”；不填时取“是”，否则取较少见的一个。", EN: "Such as “left”; empty takes yes, otherwise the rarer value."},
		},
		{
			ID: "amount", Kind: sdk.ParamColumn, Group: group,
			Title: sdk.Text{ZH: "金额列", EN: "Amount column"}, Help: sdk.Text{ZH: "给出时每位客户有预期损失 = 概率 × 金额。", EN: "When given, every customer has an expected loss = probability × amount."},
		},
		{
			ID: "bands", Kind: sdk.ParamNumbers, Items: 2, Rising: true, Min: sdk.Bound(0.0001), Max: sdk.Bound(0.9999), Group: group,
			Title: sdk.Text{ZH: "分层界限", EN: "Limits of the bands"},
			Help:  sdk.Text{ZH: "如 0.1,0.3：不到 0.1 为低，0.3 起为高；不填时按全体的几率：一半以下为低，两倍起为高。", EN: "Such as 0.1,0.3: below 0.1 is low, from 0.3 on high. Empty goes by everybody's odds: below half of them is low, from twice of them on high."},
		},
	}
}

func modelParams() []sdk.Param {
	group := sdk.Text{ZH: "模型", EN: "Model"}
	return []sdk.Param{
		{
			ID: "model", Kind: sdk.ParamChoice, Default: sdk.TextValue(choiceAuto), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "模型", EN: "Model"}, Help: sdk.Text{ZH: "auto：多棵树的平均，除非一棵树一样好。", EN: "auto: an average of trees unless one tree does as well."},
			Choices: []sdk.Choice{
				{ID: choiceAuto, Title: sdk.Text{ZH: "自动", EN: "Automatic"}},
				{ID: modelForest, Title: sdk.Text{ZH: "多棵树的平均", EN: "Average of trees"}},
				{ID: modelTree, Title: sdk.Text{ZH: "一棵树", EN: "One tree"}},
			},
		},
		{
			ID: "trees", Kind: sdk.ParamInt, Default: sdk.Int(100), Min: sdk.Bound(10), Max: sdk.Bound(1000), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "树的棵数", EN: "Trees"}, Help: sdk.Text{ZH: "越多越稳，也越慢。", EN: "More are steadier and slower."},
		},
		{
			ID: "min_leaf", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(1), Max: sdk.Bound(1e9), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "最小叶子", EN: "Smallest leaf"}, Unit: sdk.Text{ZH: "人", EN: "customers"},
			Help: sdk.Text{ZH: "auto 为客户数的三百分之一，至少 5。", EN: "auto is one in 300 customers, at least 5."},
		},
		{
			ID: "calibration", Kind: sdk.ParamChoice, Default: sdk.TextValue("platt"), Group: group, Advanced: true,
			Title: sdk.Text{ZH: "校准", EN: "Calibration"}, Help: sdk.Text{ZH: "让说出的概率和实际一致。", EN: "Makes stated probabilities agree with what happens."},
			Choices: []sdk.Choice{
				{ID: "platt", Title: sdk.Text{ZH: "直线（Platt）", EN: "A line in log odds (Platt)"}},
				{ID: "isotonic", Title: sdk.Text{ZH: "阶梯（保序回归）", EN: "Rising steps (isotonic)"}},
				{ID: choiceNone, Title: sdk.Text{ZH: "不校准", EN: "None"}},
			},
		},
	}
}
