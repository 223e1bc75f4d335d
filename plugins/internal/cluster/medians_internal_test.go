package cluster

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Medians by ranges are those of the sorted groups, ties, lone rows and wrong ranges
// included.
func TestGroupMedians(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 5))
	const k = 5
	for name, value := range map[string]func(i int) float64{
		"smooth": func(int) float64 { return rnd.NormFloat64() },
		"ties":   func(int) float64 { return math.Floor(rnd.ExpFloat64() * 2) },
		"rising": func(i int) float64 { return float64(i) },
		"misled": func(i int) float64 { return float64(i % 12) }, // every sampled row is of one kind
	} {
		for _, n := range []int{1, 2, 7, 1000, 60_000, 60_001} {
			v, label, count, parts := make([]float64, n), make([]int32, n), make([]int, k), make([][]float64, k)
			for i := range v {
				c := min(rnd.IntN(k), rnd.IntN(k-1))
				v[i], label[i] = value(i), int32(c)
				count[c]++
				parts[c] = append(parts[c], v[i])
			}
			want := make([]float64, k)
			for c, p := range parts {
				if slices.Sort(p); len(p) > 0 {
					want[c] = p[(len(p)-1)/2] + (p[len(p)/2]-p[(len(p)-1)/2])/2
				}
			}
			room, sum := newMedianRoom(nil, label, count), 0
			room.medians(make([]float64, n), func(int, int) {}) // what is left in the room does not matter
			got := room.medians(v, func(from, to int) { sum += to - from })
			if sum != n {
				t.Errorf("%s: %d of %d rows are passed on", name, sum, n)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %d rows:\n%s", name, n, diff)
			}
		}
	}
}
