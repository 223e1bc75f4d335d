package tiers_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/sdk"
)

// Sums of cents do not hang on the order of customers.
func TestFit_OrderOfCustomers(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	v := make([]float64, 2000)
	for i := range v {
		v[i] = float64(rnd.IntN(1_000_000)) / 100
	}
	p := sdk.Params{"ladder": sdk.TextValue("a:0,b:2000,c:7000.5")}
	want := fit(t, sdk.Request{Table: values("monetary", v...), Threads: 1}, p)
	for range 5 {
		rnd.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		got := fit(t, sdk.Request{Table: values("monetary", slices.Clone(v)...), Threads: 1}, p)
		if diff := cmp.Diff(want.Tables, got.Tables); diff != "" {
			t.Fatal(diff)
		}
	}
}
