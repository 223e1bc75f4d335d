package guard

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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

// Ranks and their correlations are those of a plain sort and of the plain formula, whatever
// the values have in common.
func TestRanks(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	makers := map[string]func() float64{
		"reals": r.NormFloat64,
		"whole": func() float64 { return float64(r.IntN(20) - 10) },
		"large": func() float64 { return 1.7e9 + r.Float64() },
		"ends": func() float64 {
			return []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), 1e-320}[r.IntN(5)]
		},
		"some missing": func() float64 { return []float64{math.NaN(), r.Float64()}[r.IntN(2)] },
		"one value":    func() float64 { return 7 },
	}
	for _, n := range []int{0, 1, 2, 30, 777} {
		columns := map[string][]float64{}
		var ranks ranker
		for name, one := range makers {
			v := make([]float64, n)
			for i := range v {
				v[i] = one()
			}
			columns[name] = v
			if diff := cmp.Diff(plainRanks(v), ranks.ranked(v), cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("ranks of %d: %s: %s", n, name, diff)
			}
		}
		for a, va := range columns {
			for b, vb := range columns {
				if got, want := ranks.rank(va).correlation(ranks.rank(vb)), pearson(plainRanks(va), plainRanks(vb)); math.Abs(got-want) > 1e-12 {
					t.Errorf("%d: %s and %s: %v, want %v", n, a, b, got, want)
				}
			}
		}
	}
}

// plainRanks counts for each value those below it and those equal to it.
func plainRanks(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		below, same := 0.0, 0.0
		for _, y := range v {
			if y < x {
				below++
			}
			if y == x {
				same++
			}
		}
		if out[i] = below + (same-1)/2; math.IsNaN(x) {
			out[i] = math.NaN()
		}
	}
	return out
}

func BenchmarkRank(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	v := make([]float64, looked)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	var ranks ranker
	for b.Loop() {
		ranks.rank(v)
	}
}
