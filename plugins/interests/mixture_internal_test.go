package interests

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A step never lowers the likelihood with the prior, and no component is lost.
func TestStepsClimb(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		f := &fitter{ctx: t.Context(), base: make([]float64, 6), threads: 1}
		for range 80 {
			p := profile{weight: 1 + float64(rnd.IntN(3))}
			for theme := range int32(6) {
				if n := rnd.IntN(4); n > 0 {
					c := cell{theme: theme, n: int32(n), weight: math.Log2(1 + float64(n))}
					p.cells, p.total = append(p.cells, c), p.total+c.weight
				}
			}
			if p.total > 0 {
				f.list, f.n = append(f.list, p), f.n+p.weight
			}
		}
		f.base = base(f.list, 6)
		m := f.start(3, rnd)
		last := math.Inf(-1)
		for step := range 30 {
			if err := f.improve(m, 1); err != nil {
				t.Fatal(err)
			}
			now, err := f.expect(m, nil)
			if err != nil {
				t.Fatal(err)
			}
			if now < last-1e-9*math.Abs(last) {
				t.Fatalf("seed %d, step %d: %g after %g", seed, step, now, last)
			}
			last = now
		}
	}
}
