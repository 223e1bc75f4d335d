package sdk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func TestQuestionIsTheRunWithoutItsRows(t *testing.T) {
	t.Parallel()
	some := table.NewBits(3)
	some.Set(1)
	p := sdk.Params{"k": sdk.Int(2)}
	got := sdk.Request{
		Table: &table.Table{Rows: 3, Columns: []table.Column{
			{Name: "spent", Kind: table.Float64, Unit: "money", Role: "value", Floats: []float64{1, 2, 3}, Valid: some},
			{Name: "city", Kind: table.Category, Codes: []uint32{0, 1, 0}, Dict: []string{"a", "b"}},
		}},
		Details: []sdk.DetailTable{{ID: sdk.DetailOrders, Table: &table.Table{Rows: 2, Columns: []table.Column{
			{Name: "day", Kind: table.Int64, Unit: "day", Ints: []int64{7, 8}},
		}}}},
		AsOf: 9, Params: p, Seed: 1, Threads: 4,
	}.Question()
	want := sdk.ValidateRequest{
		Params: p, Rows: 3, AsOf: 9,
		Columns: []sdk.ColumnSchema{{Name: "spent", Kind: table.Float64, Unit: "money", Role: "value", Missing: 2}, {Name: "city", Kind: table.Category, Distinct: 2}},
		Details: []sdk.DetailSchema{{ID: sdk.DetailOrders, Rows: 2, Columns: []sdk.ColumnSchema{{Name: "day", Kind: table.Int64, Unit: "day"}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !got.HasDetail(sdk.DetailOrders) || got.HasDetail(sdk.DetailLines) {
		t.Error("it has other long tables than the run")
	}
}

func TestOnlyErrorsStopARun(t *testing.T) {
	t.Parallel()
	list := []sdk.Diagnostic{{Severity: sdk.SeverityInfo}, {Severity: sdk.SeverityWarning}}
	if sdk.Failed(nil) || sdk.Failed(list) || !sdk.Failed(append(list, sdk.Diagnostic{Severity: sdk.SeverityError})) {
		t.Error("a run is stopped by other diagnostics than errors")
	}
}
