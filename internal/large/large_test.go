package large_test

import (
	"testing"

	"qunxiang/internal/large"
)

func TestArraysAreZeroAndWritable(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 1000, 1 << 20, 3<<20 + 7} { // the last two are large enough for the hint
		s := large.Make[float64](n)
		if len(s) != n {
			t.Fatalf("Make(%d) has %d values", n, len(s))
		}
		for i := range s {
			if s[i] != 0 {
				t.Fatalf("value %d of %d is %v", i, n, s[i])
			}
			s[i] = float64(i)
		}
		for i := range s {
			if s[i] != float64(i) {
				t.Fatalf("value %d of %d does not stay", i, n)
			}
		}
		if r := large.Room[int32](n); len(r) != 0 || cap(r) < n {
			t.Fatalf("Room(%d) has %d of %d", n, len(r), cap(r))
		}
	}
}
