package dtree_test

import (
	"encoding/binary"
	"math"
	"os"
	"testing"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// BenchmarkPeerInput fits the input of the peers' harness that QUNXIANG_BENCH_FILE names (n and d
// as 64-bit numbers, n·d float32 row by row, n labels), without a cross-validated pruning.
func BenchmarkPeerInput(b *testing.B) {
	path := os.Getenv("QUNXIANG_BENCH_FILE")
	if path == "" {
		b.Skip("QUNXIANG_BENCH_FILE names no file")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	n, d := int(binary.LittleEndian.Uint64(raw)), int(binary.LittleEndian.Uint64(raw[8:]))
	t := &table.Table{Rows: n, Columns: make([]table.Column, d+1)}
	for j := range d {
		c := table.Column{Name: string(rune('a' + j)), Kind: table.Float64, Role: "features", Floats: make([]float64, n)}
		for i := range n {
			c.Floats[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[16+4*(i*d+j):])))
		}
		t.Columns[j] = c
	}
	y := table.Column{Name: "y", Kind: table.Int64, Role: "target", Ints: make([]int64, n)}
	for i, c := range raw[16+4*n*d:] {
		y.Ints[i] = int64(c)
	}
	t.Columns[d] = y
	for name, depth := range map[string]int64{"depth 6": 6, "full": 0} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				fit(b, t, sdk.Params{"max_depth": sdk.Int(depth), "min_leaf": sdk.Int(1), "prune": sdk.TextValue("none")})
			}
		})
	}
}
