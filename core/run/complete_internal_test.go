package run

import (
	"math"
	"testing"

	"qunxiang/sdk/table"
)

// A power of two changes no digit: values whose squares overflow or vanish have the scores
// of tame ones.
func TestScores_OfAnySize(t *testing.T) {
	t.Parallel()
	tame, order := []float64{3, -1.5, 7.25, 0, 12, 5}, []int32{5, 0, 3, 1, 2, 4}
	want := scores(&table.Column{Kind: table.Float64, Floats: tame}, order)
	for _, power := range []int{-1000, -600, 600, 1019} {
		v := make([]float64, len(tame))
		for i, x := range tame {
			v[i] = math.Ldexp(x, power)
		}
		got := scores(&table.Column{Kind: table.Float64, Floats: v}, order)
		for i := range v {
			if a, b := got.at(i), want.at(i); math.Abs(a-b) > 1e-14 {
				t.Errorf("times 2^%d: row %d has %v, not %v", power, i, a, b)
			}
		}
	}
	if same := scores(&table.Column{Kind: table.Float64, Floats: []float64{1e300, 1e300}}, []int32{1, 0}); same.sd != 0 || same.at(1) != 0 {
		t.Errorf("all the same: %+v", same)
	}
}
