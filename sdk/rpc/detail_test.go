package rpc_test

import (
	"context"
	"testing"

	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/table"
)

// TestLongTablesReachTheMethod: a table without columns, a long one in many chunks, an
// empty one, and the date.
func TestLongTablesReachTheMethod(t *testing.T) {
	t.Parallel()
	const rows = 300_000
	customer, day := make([]int64, rows), make([]int64, rows)
	for i := range rows {
		customer[i], day[i] = int64(i/3), int64(19_000+i%3)
	}
	long := &table.Table{Rows: rows, Columns: []table.Column{
		{Name: "customer", Kind: table.Int64, Ints: customer}, {Name: "day", Kind: table.Int64, Unit: "day", Ints: day},
	}}
	request := sdk.Request{Table: &table.Table{Rows: rows / 3}, AsOf: 19_800, Details: []sdk.DetailTable{
		{ID: sdk.DetailOrders, Table: long}, {ID: sdk.DetailEvents, Table: &table.Table{Columns: []table.Column{{Name: "event", Kind: table.Category, Dict: []string{"x"}}}}},
	}}
	var seen sdk.Request
	client := connect(t, scripted{fit: func(_ context.Context, r sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
		seen = r
		return sdk.Response{Columns: score(r.Table.Rows)}, nil
	}})
	if _, err := client.Fit(t.Context(), scripted{}.Info(), request, rpc.Control{}); err != nil {
		t.Fatal(err)
	}
	got := seen.Detail(sdk.DetailOrders)
	if seen.AsOf != 19_800 || seen.Table.Rows != rows/3 || got == nil || got.Rows != rows || seen.Detail(sdk.DetailLines) != nil {
		t.Fatalf("another request came: %+v", seen)
	}
	for i := range rows {
		if got.Columns[0].Ints[i] != customer[i] || got.Columns[1].Ints[i] != day[i] {
			t.Fatalf("row %d changed on the way", i)
		}
	}
	if e := seen.Detail(sdk.DetailEvents); e == nil || e.Rows != 0 || e.Columns[0].Dict[0] != "x" {
		t.Error("the empty table changed on the way")
	}
}
