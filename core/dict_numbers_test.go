package core_test

import (
	"fmt"
	"math"
	"testing"

	"qunxiang/core"
)

// Running numbers are written with their prefix and leading zeros, whatever the width.
func TestRunningNumbersAsText(t *testing.T) {
	t.Parallel()
	for _, n := range []uint32{0, 1, 9, 10, 99, 100, 12345, 999_999_999, math.MaxUint32} {
		for _, width := range []int{0, 1, 5, 9, 10, 11, 64} {
			d := &core.Dict{Prefix: "C-", Width: width, Numbers: []uint32{7, n}}
			if got, want := string(d.AppendTo([]byte("x"), 1)), fmt.Sprintf("xC-%0*d", width, n); got != want {
				t.Errorf("%d with %d digits: %q, want %q", n, width, got, want)
			}
		}
	}
}

func BenchmarkRunningNumbers(b *testing.B) {
	d := &core.Dict{Prefix: "C", Width: 7, Numbers: []uint32{62074}}
	var buf []byte
	for b.Loop() {
		buf = d.AppendTo(buf[:0], 0)
	}
}
