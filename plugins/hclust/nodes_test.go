package hclust_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"qunxiang/sdk"
)

// What merges and leaves tell is enough for a cut at any height without another run: the
// customers and the money of the nodes that are left are those of the segments of a run
// with that k. The steps say the same of the node that splits.
func TestMethod_NodesTellEveryCut(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(4, 4))
	a, money := make([]float64, 1500), make([]float64, 1500)
	for i := range a {
		a[i], money[i] = rnd.NormFloat64()+float64(4*(i%3)), math.Round(rnd.ExpFloat64()*1000)
	}
	for _, k := range []int{2, 4, 7} {
		r := request(sdk.Params{"k": sdk.Int(int64(k))}, numbers("a", a...), numbers("monetary", money...))
		res := fit(t, r)
		merges, leaves := tableOf(t, res, "merges"), tableOf(t, res, "leaves")
		size, amount := slices.Clone(leaves.Column("customers").Ints), slices.Clone(leaves.Column("amount").Floats)
		size = append(size, merges.Column("size").Ints...)
		amount = append(amount, merges.Column("amount").Floats...)
		open := []int64{int64(len(size) - 1)}
		for i := merges.Rows - 1; len(open) < k; i-- { // the last joins are undone
			at := slices.Index(open, int64(leaves.Rows+i))
			open = append(slices.Delete(open, at, at+1), merges.Column("left").Ints[i], merges.Column("right").Ints[i])
		}
		type part struct {
			customers int64
			money     float64
		}
		got, want := []part{}, make([]part, k)
		for _, node := range open {
			got = append(got, part{size[node], math.Round(amount[node])})
		}
		for i, c := range res.Columns[0].Codes {
			want[c].customers++
			want[c].money += money[i]
		}
		order := func(a, b part) int { return int(a.money - b.money) }
		slices.SortFunc(got, order)
		slices.SortFunc(want, order)
		if !slices.Equal(got, want) {
			t.Errorf("k %d: nodes %v, segments %v", k, got, want)
		}
		steps := tableOf(t, res, "steps")
		for i := range steps.Rows {
			if c := steps.Column("customers").Ints[i]; steps.Column("moved").Ints[i] != 0 || c != steps.Column("customersA").Ints[i]+steps.Column("customersB").Ints[i] {
				t.Errorf("step %d: %d customers, %d move", i, c, steps.Column("moved").Ints[i])
			}
		}
	}
}
