package ingest_test

import (
	"os"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// BenchmarkRead reads the file that QUNXIANG_BENCH_FILE names.
func BenchmarkRead(b *testing.B) {
	path := os.Getenv("QUNXIANG_BENCH_FILE")
	if path == "" {
		b.Skip("QUNXIANG_BENCH_FILE names no file")
	}
	st, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(st.Size())
	rows := 0
	for b.Loop() {
		r, err := ingest.Read(b.Context(), path, core.ImportOptions{}, core.NoProgress)
		if err != nil {
			b.Fatal(err)
		}
		rows += r.Report.Rows.In
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkLook previews the file that QUNXIANG_BENCH_FILE names.
func BenchmarkLook(b *testing.B) {
	path := os.Getenv("QUNXIANG_BENCH_FILE")
	if path == "" {
		b.Skip("QUNXIANG_BENCH_FILE names no file")
	}
	for b.Loop() {
		if _, err := ingest.Look(b.Context(), path, core.ImportOptions{}, 100); err != nil {
			b.Fatal(err)
		}
	}
}
