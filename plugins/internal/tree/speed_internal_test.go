package tree

import (
	"encoding/binary"
	"math"
	"os"
	"testing"
	"time"

	"qunxiang/sdk/table"
)

// TestSpeed grows trees on a peer input named by TREE_BIN (n, d as 64-bit numbers, n·d
// float32, n labels) and says how long each step takes.
func TestSpeed(t *testing.T) {
	path := os.Getenv("TREE_BIN")
	if path == "" {
		t.Skip("TREE_BIN names no file")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n, d := int(binary.LittleEndian.Uint64(b)), int(binary.LittleEndian.Uint64(b[8:]))
	train := n * 4 / 5
	columns := make([]*table.Column, d)
	for j := range columns {
		columns[j] = &table.Column{Name: string(rune('a' + j)), Kind: table.Float64, Floats: make([]float64, n)}
		for i := range n {
			columns[j].Floats[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[16+4*(i*d+j):])))
		}
	}
	labels := b[16+4*n*d:]
	for _, threads := range []int{1, 2} {
		for _, depth := range []int{6, 0} {
			start := time.Now()
			cut := make([]*table.Column, d)
			for j, c := range columns {
				o := *c
				o.Floats = c.Floats[:train]
				cut[j] = &o
			}
			features := Read(t.Context(), cut, 1, threads)
			read := time.Since(start)
			y := &Target{Classes: []string{"0", "1"}, Class: labels[:train]}
			tr, _, err := Grow(t.Context(), features, y, Options{MaxDepth: depth, MinLeaf: 1, Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			total := time.Since(start)
			all := Read(t.Context(), columns, 1, threads)
			right := 0
			for i := train; i < n; i++ {
				if y.Predicted(tr.Nodes[tr.Follow(all, int32(i))].Stats) == int(labels[i]) {
					right++
				}
			}
			t.Logf("threads %d depth %d: read %v, total %v, leaves %d, accuracy %.5f", threads, depth, read, total, tr.Leaves(), float64(right)/float64(n-train))
		}
	}
}
