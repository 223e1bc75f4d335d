package view_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/i18n"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func TestObject_keepsItsOrderAndLeavesHTMLAlone(t *testing.T) {
	t.Parallel()
	want := `{"z":1,"a":{"y":"<b>","x":[]}}`
	got := encode(t, view.Object{{Key: "z", Value: 1}, {Key: "a", Value: view.Object{{Key: "y", Value: "<b>"}, {Key: "x", Value: []int{}}}}})
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestShow_hasTheKeysOfTheContract(t *testing.T) {
	t.Parallel()
	stability := 0.8
	s := &core.Segmentation{
		Name: "v", Method: "rfm", MethodVersion: "1.0.0", Run: 2, AsOf: core.YMD(2011, 12, 10), Seed: 7,
		Label: []int32{0, 0, 0},
		Segments: []core.Segment{
			{ID: 1, Key: "champions", Name: sdk.Text{ZH: "冠军", EN: "Champions"}, Size: 3, Share: 1, Amount: 9.5, AmountShare: 1, Stability: &stability},
			{ID: 2, Key: "lost", Name: sdk.Text{ZH: "流失", EN: "Lost"}},
		},
		Excluded: []core.Excluded{{Reason: "no_orders", Count: 1, Customers: []uint32{3}}},
		Params:   sdk.Params{"bins": sdk.Int(5)},
	}
	want := map[string]any{
		"name": "v", "method": "rfm", "methodVersion": "1.0.0", "run": 2.0, "asOf": "2011-12-10", "seed": 7.0, "customers": 3.0,
		"excluded": []any{map[string]any{"reason": "no_orders", "count": 1.0}},
		"segments": []any{
			map[string]any{
				"id": 1.0, "key": "champions", "name": map[string]any{"zh-CN": "冠军", "en": "Champions"},
				"size": 3.0, "share": 1.0, "amount": 9.5, "amountShare": 1.0, "stability": 0.8,
			},
			map[string]any{
				"id": 2.0, "key": "lost", "name": map[string]any{"zh-CN": "流失", "en": "Lost"},
				"size": 0.0, "share": 0.0, "amount": 0.0, "amountShare": 0.0, "stability": nil,
			},
		},
		"evidence": map[string]any{}, "params": map[string]any{"bins": 5.0},
	}
	got := decode(t, view.Show(s))
	for key := range got { // additions are welcome
		if _, contract := want[key]; !contract {
			delete(got, key)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("show (-want +got):\n%s", diff)
	}
}

func TestEvidence_placesMetricsAndTablesByID(t *testing.T) {
	t.Parallel()
	valid := table.NewBits(2)
	valid.Set(0)
	sweep, err := table.New(2,
		table.Column{Name: "k", Kind: table.Int64, Ints: []int64{2, 3}},
		table.Column{Name: "gap", Kind: table.Float64, Floats: []float64{0.5, math.NaN()}},
		table.Column{Name: "best", Kind: table.Bool, Ints: []int64{1, 0}},
		table.Column{Name: "word", Kind: table.Category, Codes: []uint32{0, 0}, Dict: []string{"a"}, Valid: valid},
	)
	if err != nil {
		t.Fatal(err)
	}
	holdout, err := table.New(1, table.Column{Name: "mae", Kind: table.Float64, Floats: []float64{0.25}})
	if err != nil {
		t.Fatal(err)
	}
	value, infinite := 1.5, math.Inf(1)
	got := encode(t, view.Evidence(
		[]sdk.Metric{{ID: "inertia", Value: &value}, {ID: "gapless", Value: &infinite}, {ID: "structure", Word: "clear"}},
		[]sdk.DataTable{{ID: "sweep", Table: sweep}, {ID: "holdout", Table: holdout, Record: true}, {ID: "inertia", Table: holdout}},
	))
	want := `{"inertia":1.5,"gapless":null,"structure":"clear",` +
		`"sweep":[{"k":2,"gap":0.5,"best":true,"word":"a"},{"k":3,"gap":null,"best":false,"word":null}],"holdout":{"mae":0.25}}`
	if got != want {
		t.Errorf("evidence\n got %s\nwant %s", got, want)
	}
}

// Dates are yyyy-mm-dd (docs/cli.md); only a time of day makes more of them.
func TestEvidence_writesDaysAsDays(t *testing.T) {
	t.Parallel()
	const noon = 12 * 3600 * 1_000_000
	days, err := table.New(1,
		table.Column{Name: "from", Kind: table.Time, Ints: []int64{13346 * 2 * noon}},
		table.Column{Name: "to", Kind: table.Time, Ints: []int64{13346*2*noon + noon}},
	)
	if err != nil {
		t.Fatal(err)
	}
	got := encode(t, view.Evidence(nil, []sdk.DataTable{{ID: "backtest", Table: days, Record: true}}))
	if want := `{"backtest":{"from":"2006-07-17","to":"2006-07-17T12:00:00Z"}}`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestParams_arePlainValues(t *testing.T) {
	t.Parallel()
	got := encode(t, view.Params(sdk.Params{
		"k": sdk.Auto(), "bins": sdk.Int(5), "tol": sdk.Real(1e-4), "nested": sdk.Bool(true), "map": sdk.TextValue("eight"),
		"cuts_r": {}, "rule": sdk.Texts("a:x > 1"), "weights": sdk.Numbers(1, 1, 0.5),
	}))
	want := `{"bins":5,"cuts_r":null,"k":"auto","map":"eight","nested":true,"rule":["a:x > 1"],"tol":0.0001,"weights":[1,1,0.5]}`
	if got != want {
		t.Errorf("params\n got %s\nwant %s", got, want)
	}
}

func TestImport_hasTheKeysOfTheContract(t *testing.T) {
	t.Parallel()
	r := core.ImportReport{
		Rows: core.Reconciliation{In: 10, Used: 9, Excluded: []core.Exclusion{{Reason: "no_customer", Count: 1, Examples: []int{4}}}},
		Detected: core.Detected{
			Encoding: "gb18030", Delimiter: ",", HeaderRow: 1, Mapping: map[core.Role]string{core.RoleCustomer: "会员"}, DateOrder: core.DateYMD,
		},
		Customers: 2, Orders: 8, Lines: 9, Amount: 12.5, FirstDate: core.YMD(2024, 1, 2), LastDate: core.YMD(2024, 3, 4), Duplicates: 3,
	}
	got := decode(t, view.Import(r, i18n.Locale{Lang: sdk.EN}))
	want := map[string]any{
		"rows":      map[string]any{"in": 10.0, "used": 9.0, "excluded": []any{map[string]any{"reason": "no_customer", "count": 1.0, "examples": []any{4.0}}}},
		"customers": 2.0, "orders": 8.0, "lines": 9.0, "records": 0.0, "amount": 12.5, "firstDate": "2024-01-02", "lastDate": "2024-03-04", "duplicatesSkipped": 3.0,
		"hints": []any{}, "unmatched": nil, "diff": nil, "readLike": nil,
	}
	detected, _ := got["detected"].(map[string]any)
	delete(got, "detected")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("import (-want +got):\n%s", diff)
	}
	for key, value := range map[string]any{"encoding": "gb18030", "delimiter": ",", "headerRow": 1.0, "sheet": "", "dateOrder": "ymd", "mapping": map[string]any{"customer": "会员"}} {
		if diff := cmp.Diff(value, detected[key]); diff != "" {
			t.Errorf("detected.%s (-want +got):\n%s", key, diff)
		}
	}
}

func TestMethod_hasTheKeysOfTheContract(t *testing.T) {
	t.Parallel()
	m := core.Method{Plugin: "rfm", Origin: "bundled", Trust: "bundled", Info: sdk.Info{
		ID: "rfm", Version: "1.0.0", Name: sdk.Text{ZH: "RFM 模型", EN: "RFM"},
		Params:  []sdk.Param{{ID: "bins", Kind: sdk.ParamInt, Default: sdk.Int(5), Min: sdk.Bound(2), Max: sdk.Bound(9)}},
		Outputs: []sdk.Output{{ID: "segment", Kind: table.Category, Meaning: sdk.MeaningSegment}},
	}}
	got := decode(t, view.MethodDetail(m))
	for _, key := range []string{"id", "version", "name", "plugin", "origin", "trust", "parameters", "inputs", "outputs"} {
		if _, ok := got[key]; !ok {
			t.Errorf("method has no %q", key)
		}
	}
	want := map[string]any{
		"id": "bins", "kind": "int", "title": map[string]any{"zh-CN": "", "en": ""}, "help": map[string]any{"zh-CN": "", "en": ""},
		"default": 5.0, "auto": false, "advanced": false, "min": 2.0, "max": 9.0,
	}
	params, _ := got["parameters"].([]any)
	if diff := cmp.Diff([]any{want}, params); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	// json.Marshal escapes HTML in what a Marshaler returns; the command's encoder does not.
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	o, ok := v.(view.Object)
	if !ok {
		return string(b)
	}
	raw, err := o.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func decode(t *testing.T, v any) map[string]any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
