package twofold_test

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"qunxiang/plugins/internal/twofold"
)

// Sums of products do not hang on their order, not even where rounding is a draw, and
// are those of exact arithmetic.
func TestSum(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		n := 1 + rnd.IntN(20)
		x, y := make([]float64, n), make([]float64, n)
		for i := range n {
			x[i], y[i] = float64(rnd.IntN(10))/16-1.0/float64(n), float64(rnd.IntN(3))/2-1.0/3
		}
		add := func() float64 {
			var s twofold.Sum
			for _, i := range rnd.Perm(n) {
				s.AddProduct(x[i], y[i])
			}
			return s.Value()
		}
		exact := new(big.Float).SetPrec(400)
		for i := range n {
			exact.Add(exact, new(big.Float).SetPrec(400).Mul(big.NewFloat(x[i]), big.NewFloat(y[i])))
		}
		want, _ := exact.Float64()
		if a, b := add(), add(); a != b || a != want {
			t.Fatalf("%g, in another order %g, exactly %g", a, b, want)
		}
	}
}
