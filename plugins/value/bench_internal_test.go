package value

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// BenchmarkColumns fits the file that QUNXIANG_HISTORIES names: a header, then lines of
// frequency, recency and T in days.
func BenchmarkColumns(b *testing.B) {
	f, err := os.Open(os.Getenv("QUNXIANG_HISTORIES"))
	if err != nil {
		b.Skip("QUNXIANG_HISTORIES names no file")
	}
	defer f.Close()
	var v [3][]float64
	for sc := bufio.NewScanner(f); sc.Scan(); {
		for j, s := range strings.Split(sc.Text(), ",") {
			if x, err := strconv.ParseFloat(s, 64); err == nil {
				v[j] = append(v[j], x)
			}
		}
	}
	t := &table.Table{Rows: len(v[0])}
	for j, role := range []string{roleFrequency, roleRecency, roleAge} {
		t.Columns = append(t.Columns, table.Column{Name: role, Role: role, Kind: table.Float64, Floats: v[j]})
	}
	for b.Loop() {
		res, err := New().Fit(b.Context(), sdk.Request{Table: t, Threads: 1, Params: sdk.Params{"model": sdk.TextValue(modelBGNBD), "unit": sdk.TextValue(unitDay)}}, sdktest.Quiet{})
		if err != nil || len(res.Columns) == 0 {
			b.Fatal(err, res.Diagnostics)
		}
	}
}
