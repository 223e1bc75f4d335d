//go:build amd64

package vec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The assembly and the plain Go give the same bits.
func TestFast_SameBits(t *testing.T) {
	t.Parallel()
	if !Fast() {
		t.Skip("this processor has no AVX2; the plain Go runs everywhere in the other tests")
	}
	rnd := rand.New(rand.NewPCG(3, 3))
	for seed := range uint64(300) {
		n, d, k := 1+rnd.IntN(70), 1+rnd.IntN(9), 1+rnd.IntN(12)
		c := random(n, d, seed)
		centres := make([]float64, 0, k*d)
		row := make([]float64, d)
		for range k {
			centres = append(centres, c.Row(rnd.IntN(n), row)...)
		}
		s := c.Stride
		la, lb := make([]int32, s), make([]int32, s)
		fa, fb, sa, sb := make([]float64, s), make([]float64, s), make([]float64, s), make([]float64, s)
		NearestTwo(c, 0, n, centres, la, fa, sa)
		nearestTwo(c, 0, s, centres, lb, fb, sb)
		for i := range s {
			if la[i] != lb[i] || math.Float64bits(fa[i]) != math.Float64bits(fb[i]) || math.Float64bits(sa[i]) != math.Float64bits(sb[i]) {
				t.Fatalf("seed %d row %d of %d: %d %g %g, plain %d %g %g", seed, i, n, la[i], fa[i], sa[i], lb[i], fb[i], sb[i])
			}
		}
		NearestTwo(c, 0, n, centres, lb, nil, nil)
		if !slices.Equal(la, lb) {
			t.Fatalf("seed %d: labels alone are others", seed)
		}
		nearestAVX2(&c.X[0], c.Stride, s, d, &centres[0], k, &lb[0], &fb[0], &sb[0])
		if !slices.Equal(la, lb) || !slices.Equal(fa, fb) || !slices.Equal(sa, sb) {
			t.Fatalf("seed %d: narrow registers give another answer", seed)
		}
		near := make([]float64, s)
		copy(near, fa[:n])
		var sum [4]float64
		coverFast(c, centres[:d], near, sa, &sum)
		for i := range s {
			m := min(near[i], c.Square(i, centres[:d]))
			if math.Float64bits(sa[i]) != math.Float64bits(m) {
				t.Fatalf("cover row %d: %g, plain %g", i, sa[i], m)
			}
		}
		var want [4]float64
		for i := range s {
			want[i%4] += min(near[i], c.Square(i, centres[:d]))
		}
		if want != sum {
			t.Fatalf("cover: %v, plain %v", sum, want)
		}
		lo, hi := Extent(c.X)
		if lo != slices.Min(c.X) || hi != slices.Max(c.X) {
			t.Fatalf("extent %g…%g, plain %g…%g", lo, hi, slices.Min(c.X), slices.Max(c.X))
		}
		const grid = 1.5 * (1 << 40) // steps of 2⁻¹²: sums are exact
		a, b := GridSum(c.X, grid, grid/(1<<40))
		for _, x := range c.X {
			h := (x + grid) - grid
			a -= h
			b -= (x - h + grid/(1<<40)) - grid/(1<<40)
		}
		if a != 0 || b != 0 {
			t.Fatalf("grid sums differ by %g, %g", a, b)
		}
		from := rnd.IntN(n)
		to := from + rnd.IntN(n-from+1)
		at := rnd.IntN(s/Lanes) * Lanes
		var got [Lanes]float64
		DistanceSums(c, at, from, to, &got)
		for l := range got {
			plain := 0.0
			for i := from; i < to; i++ {
				q := 0.0
				for j := range d {
					x := c.X[j*c.Stride:]
					v := x[at+l] - x[i]
					q += float64(v * v)
				}
				plain += math.Sqrt(q)
			}
			if math.Float64bits(plain) != math.Float64bits(got[l]) {
				t.Fatalf("distances of lane %d: %g, plain %g", l, got[l], plain)
			}
		}
	}
}

func BenchmarkNearestTwo(b *testing.B) {
	c := random(4096, 3, 1)
	label := make([]int32, c.Stride)
	centres := make([]float64, 24)
	for i := range centres {
		centres[i] = float64(i)
	}
	for b.Loop() {
		NearestTwo(c, 0, c.N, centres, label, nil, nil)
	}
}
