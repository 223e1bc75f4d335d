package vec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// same reports whether values have the same bits.
func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}

// The assembly gives the bits of one value after the other, which plain Go looks at.
func TestScales(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 20))
	const grid = 1.5 * (1 << 40) // steps of 2⁻¹²: sums are exact
	for seed := range uint64(200) {
		v := random(1+rnd.IntN(60), 1, seed).X
		for i := range v {
			switch rnd.IntN(8) {
			case 0:
				v[i] = math.Copysign(0, -1)
			case 1:
				v[i] = math.Inf(rnd.IntN(2)*2 - 1)
			}
		}
		low, high := float64(rnd.IntN(3)-1), float64(rnd.IntN(3)+1)
		alone := func(f func(v []float64)) []float64 {
			out := slices.Clone(v)
			for i := range out {
				f(out[i : i+1])
			}
			return out
		}
		all := slices.Clone(v)
		Clamp(all, low, high)
		if want := alone(func(v []float64) { Clamp(v, low, high) }); !same(all, want) {
			t.Fatalf("seed %d: clamped %v, want %v", seed, all, want)
		}
		for _, x := range all {
			if x < low || x > high {
				t.Fatalf("seed %d: %g is not from %g to %g", seed, x, low, high)
			}
		}
		for i := range v {
			v[i] = math.Mod(all[i], 1000)
		}
		all = slices.Clone(v)
		Standard(all, low, high)
		if want := alone(func(v []float64) { Standard(v, low, high) }); !same(all, want) {
			t.Fatalf("seed %d: %v, want %v", seed, all, want)
		}
		var square, cube [2]float64
		for _, x := range v {
			a, b := SquareSum([]float64{x}, low, grid, grid/(1<<40))
			square = [2]float64{square[0] + a, square[1] + b}
			a, b = CubeSum([]float64{x}, low, high, grid, grid/(1<<40))
			cube = [2]float64{cube[0] + a, cube[1] + b}
		}
		if a, b := SquareSum(v, low, grid, grid/(1<<40)); [2]float64{a, b} != square {
			t.Fatalf("seed %d: squares %g %g, want %v", seed, a, b, square)
		}
		if a, b := CubeSum(v, low, high, grid, grid/(1<<40)); [2]float64{a, b} != cube {
			t.Fatalf("seed %d: cubes %g %g, want %v", seed, a, b, cube)
		}
	}
}
