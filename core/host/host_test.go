package host_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/host"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func newHost(t *testing.T, c host.Config) *host.Host {
	t.Helper()
	if c.Bundled == nil && c.Plugins == nil {
		c.Bundled = []string{"sign"}
	}
	if c.RunDir == "" {
		c.RunDir = shortDir(t)
	}
	h := host.New(c)
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return h
}

// shortDir is a directory whose path fits a socket; t.TempDir has the test's name in it.
func shortDir(t *testing.T) string {
	t.Helper()
	d, err := os.MkdirTemp("", "qxt") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		left, err := os.ReadDir(d)
		if err != nil || len(left) > 0 {
			t.Errorf("left behind in the run directory: %v %v", left, err)
		}
		_ = os.RemoveAll(d)
	})
	return d
}

// numbers is a table whose first column is the method's and whose second is nobody's
// business.
func numbers(v ...float64) *table.Table {
	return &table.Table{Rows: len(v), Columns: []table.Column{
		{Name: "x", Kind: table.Float64, Role: "features", Floats: v},
		{Name: "phone", Kind: table.Float64, Floats: make([]float64, len(v))},
	}}
}

func TestRunThroughAProcess(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Bundled: []string{"sign", "sign2"}})
	methods, err := h.Methods(t.Context())
	if err != nil || len(methods) != 2 || methods[0].Plugin != "sign" || methods[0].Trust != "bundled" {
		t.Fatalf("methods: %+v %v", methods, err)
	}
	if diff := cmp.Diff(sign{id: "sign"}.Info(), methods[0].Info); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
	v, err := h.Validate(t.Context(), "sign", sdk.ValidateRequest{Rows: 3, Columns: []sdk.ColumnSchema{{Name: "x", Kind: table.Float64, Role: "features"}}})
	if err != nil || v.MemoryBytes != 48 || v.Params.Real("cut") != 0 {
		t.Errorf("validate: %+v %v", v, err)
	}
	out, err := h.Fit(t.Context(), "sign", sdk.Request{Table: numbers(-1, 2, 3), Params: v.Params}, host.Control{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint32{0, 1, 1}, out.Columns[0].Codes); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	applied, err := h.Apply(t.Context(), "sign", sdk.ApplyRequest{Table: numbers(5, -5), Model: out.Model})
	if err != nil || applied.Columns[0].Codes[0] != 1 {
		t.Errorf("apply: %+v %v", applied, err)
	}
	b, err := h.ExportModel(t.Context(), "sign", out.Model, "text/plain")
	if err != nil || string(b) != `text/plain {"cut":0}` {
		t.Errorf("export: %s %v", b, err)
	}
}

func TestStartIsFast(t *testing.T) {
	best := time.Hour
	for range 5 {
		h := newHost(t, host.Config{})
		from := time.Now()
		if _, err := h.Methods(t.Context()); err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(from))
	}
	t.Logf("start and describe: %v", best)
}
