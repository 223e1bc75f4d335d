package ingest_test

import (
	"os"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// BenchmarkMergeAgain merges the file that QUNXIANG_BENCH_FILE names with itself.
func BenchmarkMergeAgain(b *testing.B) {
	path := os.Getenv("QUNXIANG_BENCH_FILE")
	if path == "" {
		b.Skip("QUNXIANG_BENCH_FILE names no file")
	}
	old, err := ingest.Read(b.Context(), path, core.ImportOptions{}, core.NoProgress)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, added, _, err := ingest.Merge(b.Context(), old.Transactions, old.Transactions); added != 0 || err != nil {
			b.Fatalf("%d rows added", added)
		}
	}
}
