package rfm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/rfm"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// run fits with the defaults completed by p.
func run(tb testing.TB, in *table.Table, p sdk.Params, threads int) sdk.Response {
	tb.Helper()
	res, err := rfm.New().Fit(tb.Context(), sdk.Request{Table: in, Params: p, Threads: threads}, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

// fit is run that expects a result.
func fit(tb testing.TB, in *table.Table, p sdk.Params) sdk.Response {
	tb.Helper()
	res := run(tb, in, p, 2)
	if len(res.Columns) < 6 {
		tb.Fatalf("no result: %+v", res.Diagnostics)
	}
	return res
}

// Where a measure is not the column of its name, the answer holds what was scored.
func TestMethod_RestatesMeasures(t *testing.T) {
	t.Parallel()
	in := customers{r: []float64{1, 2, 3}, f: []float64{4, 2, 1}, m: []float64{100, 30, 7}}
	if got := len(fit(t, in.table(), nil).Columns); got != 6 {
		t.Errorf("%d columns, want 6 where the measures are the columns", got)
	}
	res := fit(t, in.table(), sdk.Params{"monetary_of": sdk.TextValue("mean")})
	last := res.Columns[len(res.Columns)-1]
	if diff := cmp.Diff([]float64{25, 15, 7}, last.Floats); last.Name != "rfm_monetary" || diff != "" {
		t.Errorf("%s (-want +got)\n%s", last.Name, diff)
	}
}
