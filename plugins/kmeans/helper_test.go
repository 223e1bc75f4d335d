package kmeans_test

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"qunxiang/plugins/kmeans"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// quiet is a reporter that nobody listens to.
type quiet struct{}

func (quiet) Progress(float64, sdk.Text) {}
func (quiet) Stopping() bool             { return false }

// raw is the recipe that leaves values as they are.
func raw(more sdk.Params) sdk.Params {
	p := sdk.Params{"cap": sdk.Real(0), "log": sdk.TextValue("none"), "scale": sdk.TextValue("none")}
	for id, v := range more {
		p[id] = v
	}
	return p
}

func request(columns map[string][]float64, names []string, p sdk.Params) sdk.Request {
	t := &table.Table{}
	for _, n := range names {
		t.Rows = len(columns[n])
		t.Columns = append(t.Columns, table.Column{Name: n, Kind: table.Float64, Role: "features", Floats: columns[n]})
	}
	return sdk.Request{Table: t, Params: p, Seed: 1, Threads: 2}
}

func run(tb testing.TB, r sdk.Request) sdk.Response {
	tb.Helper()
	res, err := kmeans.New().Fit(tb.Context(), r, quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

// fit is run that expects a result.
func fit(tb testing.TB, r sdk.Request) sdk.Response {
	tb.Helper()
	res := run(tb, r)
	if len(res.Columns) == 0 {
		tb.Fatalf("no result: %+v", res.Diagnostics)
	}
	return res
}

func metric(tb testing.TB, res sdk.Response, id string) float64 {
	tb.Helper()
	for _, m := range res.Metrics {
		if m.ID == id && m.Value != nil {
			return *m.Value
		}
	}
	tb.Fatalf("no metric %s", id)
	return 0
}

func word(res sdk.Response, id string) string {
	for _, m := range res.Metrics {
		if m.ID == id {
			return m.Word
		}
	}
	return ""
}

// sizes counts the customers of each segment, in the order of segments.
func sizes(res sdk.Response) []int {
	out := make([]int, len(res.Segments))
	for _, c := range res.Columns[0].Codes {
		out[c]++
	}
	return out
}

// sharedFile returns the path of a file of the client's reference data, which lies
// beside the project, and skips the test where it is absent.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		p := filepath.Join(dir, "..", "shared", "data", name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skipf("reference data %s is not on this machine", name)
	return ""
}

// load reads the numeric columns of a CSV file, named by the header or by position.
func load(t *testing.T, file string, header bool, use ...int) (map[string][]float64, []string) {
	t.Helper()
	f, err := os.Open(sharedFile(t, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	reader := csv.NewReader(r)
	reader.FieldsPerRecord = -1 // a first line may be of another kind
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns, names := map[string][]float64{}, []string{}
	for _, j := range use {
		name := "v" + strconv.Itoa(j)
		names = append(names, name)
		body := rows
		if header {
			body = rows[1:]
		}
		for _, row := range body {
			x, err := strconv.ParseFloat(row[j], 64)
			if err != nil {
				t.Fatal(err)
			}
			columns[name] = append(columns[name], x)
		}
	}
	return columns, names
}
