package presentertest

import (
	"context"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method is a catalogue of one method, "scores": customers whose money is above a
// limit are big. It gives scores R and F of 1 or 2, so that charts, previews and
// the map editor have something to show.
type Method struct {
	Tables *[]sdk.DataTable // further tables of its results, nil = none
	Slow   *bool            // the method is none that runs at every change; nil = it is
	Broken *error           // of a plugin that is not in the catalogue; nil = none
}

// Methods implements workspace.Methods.
func (m Method) Methods(context.Context) ([]core.Method, error) {
	tags := []string{"rule"}
	if m.Slow != nil && *m.Slow {
		tags = nil
	}
	var broken error
	if m.Broken != nil {
		broken = *m.Broken
	}
	numbers := []table.Kind{table.Float64, table.Int64}
	return []core.Method{{Plugin: "bundled", Origin: "bundled", Trust: "bundled", Info: sdk.Info{
		ID: "scores", Version: "1.2.3", Name: sdk.Text{ZH: "打分", EN: "Scores"}, Summary: sdk.Text{ZH: "按金额分两类。", EN: "Two kinds by money."},
		Question: sdk.Text{ZH: "谁买得多？", EN: "Who buys much?"}, Help: sdk.Text{ZH: "帮助。", EN: "Help."}, Tags: tags,
		Roles: []sdk.Role{{ID: "money", Min: 1, Max: 1, Kinds: numbers, Hints: []string{"monetary"}}},
		Params: []sdk.Param{
			{ID: "limit", Kind: sdk.ParamReal, Default: sdk.Real(100), Min: sdk.Bound(0), Max: sdk.Bound(1e6), Title: sdk.Text{ZH: "界限", EN: "Limit"}, Help: sdk.Text{ZH: "高于它算大客户。", EN: "Above it a customer is big."}},
			{ID: "kind", Kind: sdk.ParamChoice, Default: sdk.TextValue("two"), Title: sdk.Text{ZH: "分法", EN: "Kind"}, Choices: []sdk.Choice{{ID: "two", Title: sdk.Text{ZH: "两类", EN: "Two"}}, {ID: "own", Title: sdk.Text{ZH: "自定", EN: "Own"}}}},
			{ID: "own_cuts", Kind: sdk.ParamNumbers, Title: sdk.Text{ZH: "切点", EN: "Cuts"}, When: &sdk.When{Param: "kind", Is: []string{"own"}}},
			{ID: "loud", Kind: sdk.ParamBool, Default: sdk.Bool(false), Title: sdk.Text{ZH: "大声", EN: "Loud"}, Advanced: true},
		},
		Outputs: []sdk.Output{
			{ID: "segment", Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "r", Kind: table.Int64, Meaning: sdk.MeaningScore, Title: sdk.Text{ZH: "R", EN: "R"}},
			{ID: "f", Kind: table.Int64, Meaning: sdk.MeaningScore, Title: sdk.Text{ZH: "F", EN: "F"}},
		},
	}}}, broken
}

// Validate implements workspace.Methods: a limit of 13 is refused.
func (Method) Validate(_ context.Context, _ string, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := sdk.ValidateResponse{Params: r.Params}
	if r.Params.Real("limit") == 13 {
		out.Diagnostics = []sdk.Diagnostic{{Severity: sdk.SeverityError, Code: "unlucky", Param: "limit", Summary: sdk.Text{ZH: "13 不行。", EN: "13 will not do."}}}
	}
	return out, nil
}

// Fit implements workspace.Methods.
func (m Method) Fit(_ context.Context, _ string, r sdk.Request, _ func(float64, sdk.Text)) (sdk.Response, error) {
	seg := table.Column{Name: "segment", Kind: table.Category, Dict: []string{"big", "small"}}
	rs, fs := table.Column{Name: "r", Kind: table.Int64}, table.Column{Name: "f", Kind: table.Int64}
	for i := range r.Table.Rows {
		code := uint32(1)
		if r.Table.Columns[0].Float(i) > r.Params.Real("limit") {
			code = 0
		}
		seg.Codes = append(seg.Codes, code)
		rs.Ints = append(rs.Ints, int64(2-code))
		fs.Ints = append(fs.Ints, int64(i%2+1))
	}
	cells := sdk.DataTable{ID: "map", Title: sdk.Text{ZH: "划分", EN: "Map"}, Table: &table.Table{Rows: 4, Columns: []table.Column{
		{Name: "r", Kind: table.Int64, Ints: []int64{1, 1, 2, 2}},
		{Name: "f", Kind: table.Int64, Ints: []int64{1, 2, 1, 2}},
		{Name: "segment", Kind: table.Category, Codes: []uint32{1, 1, 0, 0}, Dict: []string{"big", "small"}},
	}}}
	tables := []sdk.DataTable{cells}
	if m.Tables != nil {
		tables = append(tables, *m.Tables...)
	}
	v := 0.5
	return sdk.Response{
		Columns: []table.Column{seg, rs, fs}, Tables: tables,
		Metrics: []sdk.Metric{{ID: "fit", Title: sdk.Text{ZH: "贴合", EN: "Fit"}, Value: &v}},
		Segments: []sdk.Segment{
			{Key: "big", Name: sdk.Text{ZH: "大客户", EN: "Big"}, Description: sdk.Text{ZH: "买得多。", EN: "They buy much."}},
			{Key: "small", Name: sdk.Text{ZH: "小客户", EN: "Small"}},
		},
	}, nil
}
