package tree

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestEncodeBins: every value is in the first bin whose largest value it does not exceed,
// whatever table leads there.
func TestEncodeBins(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 3))
	for name, c := range map[string]struct {
		draw func() float64
		even bool
	}{
		"uniform":         {rng.Float64, true},
		"normal":          {rng.NormFloat64, true},
		"of both signs":   {func() float64 { return 1e6 * (rng.Float64() - 0.5) }, true},
		"without end":     {func() float64 { return math.Exp(20 * rng.NormFloat64()) }, false},
		"as far as it is": {func() float64 { return math.MaxFloat64 * (2*rng.Float64() - 1) }, false},
	} {
		f := &Feature{raw: make([]float64, 20_000)}
		for i := range f.raw {
			f.raw[i] = c.draw()
		}
		f.raw[7], f.raw[8], f.raw[9], f.raw[10] = math.NaN(), math.MaxFloat64, -math.MaxFloat64, 0
		f.bin()
		if got := newEven(f.cuts) != nil; got != c.even {
			t.Errorf("%s: cells of one width: %v", name, got)
		}
		for i, x := range f.raw {
			want := gone
			if x == x {
				want, _ = slices.BinarySearch(f.cuts, x)
			}
			if int(f.code[i]) != want {
				t.Fatalf("%s: %v is in bin %d, want %d", name, x, f.code[i], want)
			}
		}
	}
}
