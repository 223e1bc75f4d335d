package run_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/run"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// silent is a method that takes whatever it is sent.
type silent struct{}

func (silent) Validate(context.Context, sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return sdk.ValidateResponse{}, nil
}

func (silent) Fit(context.Context, sdk.Request, func(float64, sdk.Text)) (sdk.Response, error) {
	return sdk.Response{}, nil
}

// The columns that expressions mention are sent, missing values and all.
func TestPrepare_SendsWhatExpressionsMention(t *testing.T) {
	t.Parallel()
	set := &feature.Set{Customers: []uint32{0, 1}, Table: &table.Table{Rows: 2, Columns: []table.Column{
		{Name: "monetary", Kind: table.Float64, Floats: []float64{1, 2}},
		{Name: "home city", Kind: table.Category, Codes: []uint32{0, 0}, Dict: []string{"x"}, Valid: table.Bits{1}},
		{Name: "age", Kind: table.Int64, Ints: []int64{1, 2}},
	}}}
	info := sdk.Info{
		ID:     "m",
		Params: []sdk.Param{{ID: "rule", Kind: sdk.ParamTexts, Host: sdk.HostExpr}},
		Roles: []sdk.Role{{
			ID: "columns", Param: "rule", Missing: sdk.MissingAllow,
			Kinds: []table.Kind{table.Float64, table.Int64, table.Category},
		}},
	}
	prepare := func(rules string) (*run.Plan, error) {
		return run.Prepare(t.Context(), run.Request{Method: core.Method{Info: info}, Fitter: silent{}, Features: set, Set: map[string]string{"rule": rules}})
	}
	p, err := prepare("a:monetary > 1 and `home city` = 'x'\nb:nonsense(\nother:*")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range p.Table.Columns {
		names = append(names, c.Name)
	}
	if d := cmp.Diff([]string{"home city", "monetary"}, names); d != "" || p.Table.Rows != 2 {
		t.Error(p.Table.Rows, d)
	}
	_, err = prepare("a:monetery > 1")
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Code != run.CodeUnknownColumn || e.Where.Param != "rule" {
		t.Fatal(err)
	}
	if known, _ := e.Args["known"].([]string); !slices.Equal(known[:1], []string{"monetary"}) {
		t.Error(e.Args)
	}
}
