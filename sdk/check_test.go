package sdk_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func checked() sdk.Info {
	return sdk.Info{
		Params: []sdk.Param{
			{ID: "bins", Kind: sdk.ParamInt, Default: sdk.Int(5), Min: sdk.Bound(2), Max: sdk.Bound(9)},
			{ID: "k", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Min: sdk.Bound(1)},
			{ID: "cap", Kind: sdk.ParamReal, Default: sdk.Real(0.5), Max: sdk.Bound(25)},
			{ID: "cuts", Kind: sdk.ParamNumbers, Rising: true},
			{ID: "weights", Kind: sdk.ParamNumbers, Default: sdk.Numbers(1, 1, 1), Items: 3, Min: sdk.Bound(0)},
			{ID: "map", Kind: sdk.ParamChoice, Default: sdk.TextValue("a"), Choices: []sdk.Choice{{ID: "a"}, {ID: "b"}}},
			{ID: "target", Kind: sdk.ParamColumn},
		},
		Roles: []sdk.Role{{ID: "x", Title: sdk.Text{ZH: "数值", EN: "Numbers"}, Min: 1, Max: 2, Kinds: []table.Kind{table.Float64}}},
	}
}

func TestInfo_Complete(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		p    sdk.Params
		want string // code of the only problem
	}{
		"nothing given":       {nil, ""},
		"everything given":    {sdk.Params{"bins": sdk.Int(3), "k": sdk.Int(2), "cap": sdk.Int(1), "cuts": sdk.Numbers(1, 2), "map": sdk.TextValue("b"), "target": sdk.TextValue("y")}, ""},
		"unknown":             {sdk.Params{"bin": sdk.Int(3)}, "param_unknown"},
		"below the range":     {sdk.Params{"bins": sdk.Int(1)}, "param_value"},
		"above the range":     {sdk.Params{"cap": sdk.Real(26)}, "param_value"},
		"not finite":          {sdk.Params{"cap": sdk.Real(math.NaN())}, "param_value"},
		"not for auto":        {sdk.Params{"bins": sdk.Auto()}, "param_value"},
		"of another type":     {sdk.Params{"bins": sdk.TextValue("3")}, "param_value"},
		"falling":             {sdk.Params{"cuts": sdk.Numbers(2, 2)}, "param_value"},
		"too few numbers":     {sdk.Params{"weights": sdk.Numbers(1)}, "param_value"},
		"one number is wrong": {sdk.Params{"weights": sdk.Numbers(1, -1, 1)}, "param_value"},
		"not a choice":        {sdk.Params{"map": sdk.TextValue("c")}, "param_value"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := checked().Complete(sdk.ValidateRequest{Params: tt.p, Columns: []sdk.ColumnSchema{{Name: "a", Kind: table.Float64, Role: "x"}}})
			var got []string
			for _, d := range res.Diagnostics {
				got = append(got, d.Code)
				if d.Summary.ZH == "" || d.Summary.EN == "" || d.Severity != sdk.SeverityError {
					t.Errorf("%+v", d)
				}
			}
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			if res.Params["bins"].IsZero() || res.Params["weights"].IsZero() {
				t.Error("defaults are not filled in")
			}
		})
	}
}

func TestInfo_CompleteChecksRoles(t *testing.T) {
	t.Parallel()
	of := func(kinds ...table.Kind) string {
		var columns []sdk.ColumnSchema
		for _, k := range kinds {
			columns = append(columns, sdk.ColumnSchema{Name: "c", Kind: k, Role: "x"})
		}
		res := checked().Complete(sdk.ValidateRequest{Columns: columns})
		if len(res.Diagnostics) == 0 {
			return ""
		}
		return res.Diagnostics[0].Code
	}
	if got := of(table.Float64, table.Float64); got != "" {
		t.Errorf("two columns: %s", got)
	}
	if got := of(); got != "role_count" {
		t.Errorf("no column: %s", got)
	}
	if got := of(table.Float64, table.Float64, table.Float64); got != "role_count" {
		t.Errorf("three columns: %s", got)
	}
	if got := of(table.Category); got != "role_kind" {
		t.Errorf("a category: %s", got)
	}
}

func TestText_Fill(t *testing.T) {
	t.Parallel()
	got := sdk.Text{ZH: "{n} 位{what}", EN: "{n} {what}, {other}"}.Fill("n", "3").FillText("what", sdk.Text{ZH: "客户", EN: "customers"})
	if want := (sdk.Text{ZH: "3 位客户", EN: "3 customers, {other}"}); got != want {
		t.Errorf("got %+v", got)
	}
	pairs := []string{"n", "{n}", "nn", "", "n", "second", "", "empty", "odd"}
	var old []string
	for i := 0; i+1 < len(pairs); i += 2 {
		old = append(old, "{"+pairs[i]+"}", pairs[i+1])
	}
	for _, s := range []string{"", "{", "}", "{n", "{n}{nn}", "a{{n}}b", "{}{ n}{N}", "x{n}y{nn}z{m}", "{n{n}", "没有", "{n}位"} {
		if got, want := (sdk.Text{ZH: s}).Fill(pairs...), strings.NewReplacer(old...).Replace(s); got.ZH != want {
			t.Errorf("%q becomes %q, want %q", s, got.ZH, want)
		}
	}
}
