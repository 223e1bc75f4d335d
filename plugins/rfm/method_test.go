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
func run(tb testing.TB, in *table.Table, p sdk.Params, threads int) sdk.Response {
	tb.Helper()
	res, err := rfm.New().Fit(tb.Context(), sdk.Request{Table: in, Params: p, Threads: threads}, quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

// fit is run that expects a result.
func fit(tb testing.TB, in *table.Table, p sdk.Params) sdk.Response {
	tb.Helper()
	res := run(tb, in, p, 2)
	if len(res.Columns) != 6 {
		tb.Fatalf("no result: %+v", res.Diagnostics)
	}
	return res
}
