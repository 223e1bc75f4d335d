package guard

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for n := 1; n < 3000; n += 1 + n/3 {
		for _, values := range []int{1, 2, 10, 1 << 40} {
			v := make([]float64, n)
			for i := range v {
				v[i] = float64(r.Int64N(int64(values))) / 100
			}
			for range 3 {
				sorted := slices.Sorted(slices.Values(v))
				want := (sorted[(n-1)/2] + sorted[n/2]) / 2
				if got := median(slices.Clone(v)); got != want {
					t.Fatalf("median of %d of %d values: %v, want %v", n, values, got, want)
				}
				v = sorted // and from sorted ones, and from falling ones
				slices.Reverse(v)
			}
		}
	}
}
