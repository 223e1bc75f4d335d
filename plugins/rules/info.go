package rules

import (
	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	paramRule   = "rule"
	roleColumns = "columns"
)

// Info describes the method.
func (Method) Info() sdk.Info {
	return sdk.Info{
		ID: "rules", Version: "1.0.0",
		Name: sdk.Text{ZH: "手工规则", EN: "Rules by hand"},
		Summary: sdk.Text{
			ZH: "按你写的条件分群，先写的优先，并证明没有客户被漏掉。",
			EN: "Segments by conditions that you write, the first that fits wins, with a proof that nobody is left out.",
		},
		Question: sdk.Text{ZH: "按我自己的标准，每位客户算哪一类？", EN: "Which kind is each customer by my own standards?"},
		Help: sdk.Text{
			ZH: "每条规则写成“名称:条件”，例如“高价值:monetary >= 2000 and recency_days < 90”。自上而下，第一条成立的规则决定客群；其余的客户写“其他:*”。名称可以写成“中文|English”。缺失的值只满足 != 和 is missing。",
			EN: "Each rule is NAME:CONDITION, such as “high:monetary >= 2000 and recency_days < 90”. From the top, the first rule that holds decides; “other:*” takes everybody else. Names may be written “中文|English”. A missing value satisfies only != and is missing.",
		},
		Tags: []string{"rule"},
		Roles: []sdk.Role{{
			ID: roleColumns, Param: paramRule, Missing: sdk.MissingAllow,
			Kinds: []table.Kind{table.Float64, table.Int64, table.Bool, table.Time, table.Category, table.String},
			Title: sdk.Text{ZH: "条件用到的列", EN: "Columns of the conditions"},
			Help:  sdk.Text{ZH: "由规则里的条件自动确定。", EN: "Follow from the conditions by themselves."},
		}},
		Params: []sdk.Param{{
			ID: paramRule, Kind: sdk.ParamTexts, Host: sdk.HostExpr,
			Title: sdk.Text{ZH: "规则", EN: "Rules"},
			Help: sdk.Text{
				ZH: "一行一条“名称:条件”，先写的优先。所有规则合起来必须覆盖每位客户，否则最后加一条“其他:*”。",
				EN: "One NAME:CONDITION a line, the first that holds wins. Together they must cover every customer; otherwise end with “other:*”.",
			},
		}},
		ParamsVersion: 1,
		Outputs: []sdk.Output{
			{ID: "segment", Title: sdk.Text{ZH: "客群", EN: "Segment"}, Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "rules_matched", Title: sdk.Text{ZH: "成立的规则数", EN: "Rules that hold"}, Kind: table.Int64},
		},
		Capabilities: sdk.Capabilities{Apply: true, ExportFormats: []string{keep.PMML}},
	}
}
