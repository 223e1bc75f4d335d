package rfm_test

import (
	"testing"

	"qunxiang/plugins/rfm"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// quiet is a reporter that nobody listens to.
type quiet struct{}

func (quiet) Progress(float64, sdk.Text) {}
func (quiet) Stopping() bool             { return false }

// run fits with the defaults completed by p.
func run(t testing.TB, in *table.Table, p sdk.Params, threads int) sdk.Response {
	t.Helper()
	res, err := rfm.New().Fit(t.Context(), sdk.Request{Table: in, Params: p, Threads: threads}, quiet{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// fit is run that expects a result.
func fit(t testing.TB, in *table.Table, p sdk.Params) sdk.Response {
	t.Helper()
	res := run(t, in, p, 2)
	if len(res.Columns) != 6 {
		t.Fatalf("no result: %+v", res.Diagnostics)
	}
	return res
}
