package workspace_test

import (
	"context"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// spenders is a catalogue of one method: customers above a limit are "big".
type spenders struct{}

func (spenders) Methods(context.Context) ([]core.Method, error) {
	return []core.Method{{Plugin: "bundled", Info: sdk.Info{
		ID: "spenders", Version: "1.0.0", Name: sdk.Text{ZH: "消费", EN: "Spenders"},
		Roles: []sdk.Role{{ID: "money", Min: 1, Max: 1, Kinds: []table.Kind{table.Float64, table.Int64}, Hints: []string{"monetary"}}},
		Params: []sdk.Param{
			{ID: "limit", Kind: sdk.ParamReal, Default: sdk.Real(100)},
			{ID: "window_months", Kind: sdk.ParamInt, Default: sdk.Int(0), Host: sdk.HostWindow},
		},
		Outputs: []sdk.Output{{ID: "segment", Kind: table.Category, Meaning: sdk.MeaningSegment}},
	}}}, nil
}

func (spenders) Validate(_ context.Context, _ string, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return sdk.ValidateResponse{Params: r.Params}, nil
}

func (spenders) Fit(_ context.Context, _ string, r sdk.Request, _ func(float64, sdk.Text)) (sdk.Response, error) {
	seg := table.Column{Name: "segment", Kind: table.Category, Dict: []string{"big", "small"}}
	for i := range r.Table.Rows {
		code := uint32(1)
		if r.Table.Columns[0].Float(i) > r.Params.Real("limit") {
			code = 0
		}
		seg.Codes = append(seg.Codes, code)
	}
	return sdk.Response{Columns: []table.Column{seg}, Segments: []sdk.Segment{
		{Key: "big", Name: sdk.Text{ZH: "大客户", EN: "Big"}}, {Key: "small", Name: sdk.Text{ZH: "小客户", EN: "Small"}},
	}}, nil
}
