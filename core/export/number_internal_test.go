package export

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// A list shows every number as the shortest text that reads back as it, however often
// and in whatever order it comes.
func TestNumbersInLists(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	values := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 0.29, -0.29, 99.999, 14.0 / 3, 1.0 / 3, 123456789.12, 1e300, -1e-300, math.MaxFloat64, math.Pi}
	for range 2000 {
		values = append(values, math.Round(r.NormFloat64()*1e5)/100, r.Float64(), math.Float64frombits(r.Uint64()), float64(r.IntN(30))/3)
	}
	var memo floatTexts
	for range 3 {
		r.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		for _, v := range values {
			got := string(memo.append([]byte("x"), v))[1:]
			if math.IsNaN(v) || math.IsInf(v, 0) {
				if got != "" {
					t.Errorf("%v is written as %q", v, got)
				}
				continue
			}
			if want := strconv.FormatFloat(v, 'f', -1, 64); got != want && v != 0 {
				t.Fatalf("%v is written as %q, want %q", v, got, want)
			}
		}
	}
	for _, v := range []int64{0, 7, 10, 99, 100, 999, 1000, 9999, 10000, math.MaxInt64, -5, -100, math.MinInt64} {
		if got, want := string(appendInt(nil, v)), strconv.FormatInt(v, 10); got != want {
			t.Errorf("%d is written as %q", v, got)
		}
	}
}
