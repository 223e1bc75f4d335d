package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/internal/large"
	"qunxiang/sdk/table"
)

// Columns that lie side by side are used where they are, with the result of those that do
// not; hashes that are made on the way are those of the columns that are kept.
func TestPrepareColumns_AsReceived(t *testing.T) {
	t.Parallel()
	const n, d = OrderRows + 4321, 4
	rnd := rand.New(rand.NewPCG(3, 11))
	w := Worker{Ctx: t.Context(), Stop: func() bool { return false }, Threads: 1, Shelf: new(large.Shelf)}
	side, apart := make([]*table.Column, d), make([]*table.Column, d)
	for j, v := range large.Side[float64](d, n) {
		for i := range v {
			v[i] = rnd.NormFloat64() * float64(1+j)
		}
		side[j] = &table.Column{Name: Itoa(j), Kind: table.Float64, Floats: v}
		apart[j] = &table.Column{Name: Itoa(j), Kind: table.Float64, Floats: slices.Clip(slices.Clone(v))}
	}
	for name, c := range map[string]struct {
		recipe   Recipe
		received bool // one copy less
		spoil    func(v []float64)
	}{
		"as it is":    {Recipe{Log: logNone, Scale: scaleNone}, true, nil},
		"scaled":      {Recipe{Log: logNone, Scale: scaleZ}, false, nil},
		"capped":      {Recipe{Log: logNone, Scale: scaleNone, Cap: 1}, false, nil},
		"far too big": {Recipe{Log: logNone, Scale: scaleNone}, false, func(v []float64) { v[7] = 1e120 }},
		"one left":    {Recipe{Log: logNone, Scale: scaleNone}, false, func(v []float64) { clear(v) }},
	} {
		kept := slices.Clone(side[1].Floats)
		for _, of := range [][]*table.Column{side, apart} {
			if c.spoil != nil {
				c.spoil(of[1].Floats)
			}
		}
		got, gotDiags, err := PrepareColumns(w, side, nil, n, c.recipe)
		if err != nil {
			t.Fatal(err)
		}
		want, wantDiags, err := PrepareColumns(w, apart, nil, n, c.recipe)
		if err != nil {
			t.Fatal(err)
		}
		if received := &got.C.X[0] == &side[0].Floats[0]; received != c.received {
			t.Errorf("%s: used where it is: %v", name, received)
		}
		if diff := cmp.Diff(wantDiags, gotDiags); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		for j := range want.C.D {
			if !slices.Equal(got.C.Column(j), want.C.Column(j)) {
				t.Errorf("%s: column %d differs", name, j)
			}
		}
		if diff := cmp.Diff([]any{want.Features, want.Largest, want.Unit}, []any{got.Features, got.Largest, got.Unit}); diff != "" || !slices.Equal(want.Sampled, got.Sampled) || !slices.Equal(want.Sample.X, got.Sample.X) {
			t.Errorf("%s: prepared differently:\n%s", name, diff)
		}
		hash, err := hashes(t.Context(), got.Raw, n)
		if err != nil {
			t.Fatal(err)
		}
		if sampled := canonicalBelow(nil, got.Raw, hash, nil, atMost(SampleRows*11/10, n)); !slices.Equal(sampled[:SampleRows], got.Sampled) {
			t.Errorf("%s: the sample is another", name)
		}
		copy(side[1].Floats, kept)
		copy(apart[1].Floats, kept)
	}
}
