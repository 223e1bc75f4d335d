package host_test

import (
	"testing"

	"qunxiang/core/host"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// BenchmarkFit is a run of a million customers through a process of its own: three
// numbers a customer there (24 MB), a label and a number back (12 MB). What the
// method itself takes is a few milliseconds. It includes the start of the process.
func BenchmarkFit(b *testing.B) {
	const rows = 1_000_000
	h := host.New(host.Config{Bundled: []string{"sign"}})
	defer h.Close()
	t := &table.Table{Rows: rows}
	for _, name := range []string{"x", "y", "z"} {
		c := table.Column{Name: name, Kind: table.Float64, Role: "features", Floats: make([]float64, rows)}
		for i := range c.Floats {
			c.Floats[i] = float64(i%1000) - 500
		}
		t.Columns = append(t.Columns, c)
	}
	if _, err := h.Methods(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(rows * (3*8 + 12))
	b.ReportAllocs()
	for b.Loop() {
		out, err := h.Fit(b.Context(), "sign", sdk.Request{Table: t, Threads: 2}, host.Control{})
		if err != nil || out.Columns[0].Codes[501] != 1 {
			b.Fatal(err)
		}
	}
}

// BenchmarkStart is what it costs to start a plugin and ask it one question.
func BenchmarkStart(b *testing.B) {
	h := host.New(host.Config{Bundled: []string{"sign"}})
	defer h.Close()
	if _, err := h.Methods(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := h.Validate(b.Context(), "sign", sdk.ValidateRequest{Rows: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
