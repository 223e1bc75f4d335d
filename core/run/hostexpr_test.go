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

// A condition may test a column that another role has: it is sent once, in that role.
func TestPrepare_SendsNoColumnTwice(t *testing.T) {
	t.Parallel()
	numbers := []table.Kind{table.Float64}
	set := &feature.Set{Customers: []uint32{0, 1}, Table: &table.Table{Rows: 2, Columns: []table.Column{
		{Name: "monetary", Kind: table.Float64, Floats: []float64{1, 2}},
		{Name: "age", Kind: table.Float64, Floats: []float64{1, 2}},
		{Name: "city", Kind: table.Category, Codes: []uint32{0, 0}, Dict: []string{"x"}},
	}}}
	info := sdk.Info{
		ID: "m",
		Params: []sdk.Param{
			{ID: "only", Kind: sdk.ParamText, Host: sdk.HostExpr},
			{ID: "by", Kind: sdk.ParamColumn},
			{ID: "beside", Kind: sdk.ParamColumn},
		},
		Roles: []sdk.Role{
			{ID: "tested", Param: "only", Missing: sdk.MissingAllow, Kinds: []table.Kind{table.Float64, table.Category}},
			{ID: "value", Min: 1, Max: 1, Kinds: numbers, Hints: []string{"monetary"}},
			{ID: "by", Max: 1, Param: "by", Kinds: []table.Kind{table.Category}},
			{ID: "beside", Max: 1, Param: "beside", Kinds: []table.Kind{table.Category}},
		},
	}
	prepare := func(chosen map[string]string) (*run.Plan, error) {
		return run.Prepare(t.Context(), run.Request{Method: core.Method{Info: info}, Fitter: silent{}, Features: set, Set: chosen})
	}
	p, err := prepare(map[string]string{"only": "monetary > 1 and age > 1 and city = 'x'", "by": "city"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range p.Table.Columns {
		got[c.Name] = c.Role
	}
	if d := cmp.Diff(map[string]string{"age": "tested", "monetary": "value", "city": "by"}, got); d != "" || len(p.Table.Columns) != 3 {
		t.Error(len(p.Table.Columns), d)
	}
	for code, wrong := range map[string]map[string]string{
		run.CodeColumnTwice: {"by": "city", "beside": "city"},
		run.CodeColumnKind:  {"by": "monetary"}, // not that the value has no column left
	} {
		_, err := prepare(wrong)
		if e, ok := errors.AsType[*core.Error](err); !ok || e.Code != code || e.Origin != core.OriginUser || e.Where.Param == "" {
			t.Errorf("%s: %v", code, err)
		}
	}
}
