package host_test

import (
	"testing"

	"qunxiang/core/host"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// TestMethodSeesTheLongTablesItAskedFor and no other.
func TestMethodSeesTheLongTablesItAskedFor(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Bundled: []string{"sign"}})
	long := &table.Table{Rows: 2, Columns: []table.Column{{Name: "customer", Kind: table.Int64, Ints: []int64{0, 1}}}}
	out, err := h.Fit(t.Context(), "sign", sdk.Request{
		Table: numbers(-1, 2), Params: sdk.Params{"cut": sdk.Real(0)},
		Details: []sdk.DetailTable{{ID: sdk.DetailComments, Table: long}, {ID: sdk.DetailOrders, Table: long}, {ID: sdk.DetailLines, Table: long}},
	}, host.Control{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Metrics) != 2 || out.Metrics[1].ID != sdk.DetailOrders || out.Metrics[1].Word != "2 rows" {
		t.Errorf("the method was given %+v", out.Metrics[1:])
	}
}
