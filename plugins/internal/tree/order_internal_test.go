package tree

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The place of a row, and so its fold, follows from its values alone, for a numeric
// outcome too: the mean that its values are kept around is the same in any order.
func TestArrange_NumbersInAnyOrder(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	x, y := make([]float64, 3000), make([]float64, 3000)
	for i := range x {
		x[i], y[i] = float64(rnd.IntN(900)), float64(rnd.IntN(1_000_000))/100
	}
	arranged := func() ([]float64, *Target) {
		f, target, _, _ := Arrange(t.Context(), []Feature{{Name: "x", raw: slices.Clone(x)}}, NewNumbers(y), 0, 2)
		return f[0].raw, target
	}
	wantX, want := arranged()
	for range 5 {
		rnd.Shuffle(len(x), func(i, j int) { x[i], x[j], y[i], y[j] = x[j], x[i], y[j], y[i] })
		gotX, got := arranged()
		if d := cmp.Diff(wantX, gotX) + cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	}
}
