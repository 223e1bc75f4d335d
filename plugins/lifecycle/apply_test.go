package lifecycle_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"qunxiang/plugins/lifecycle"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// The rows of a run come out of Apply with the run's own stages, gaps and chances, by
// groups and with more gaps than a model keeps, too; later customers keep to the rhythm
// that was learned.
func TestApply(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(4, 4))
	var lists [][]int
	group := table.Column{Name: "city", Kind: table.Category, Role: "group", Dict: []string{"a", "b"}}
	for i := range 1500 {
		days := []int{19000 + rnd.IntN(300)}
		for days[len(days)-1] < 20000 && len(days) < 40 {
			days = append(days, days[len(days)-1]+1+int(rnd.ExpFloat64()*float64(10+30*(i%2))))
		}
		lists = append(lists, slices.DeleteFunc(days, func(d int) bool { return d > 20000 }))
		group.Codes = append(group.Codes, uint32(i%2))
	}
	req := request(20001, lists)
	req.Table.Columns = append(req.Table.Columns, group)
	res := fit(t, req, sdk.Params{"group": sdk.TextValue("city")})
	a, _ := lifecycle.New().(sdk.Applier)
	got, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: req.Table, Details: req.Details, AsOf: req.AsOf, Model: res.Model}, sdktest.Quiet{})
	if err != nil || len(got.Columns) != len(res.Columns) {
		t.Fatal(err, len(got.Columns))
	}
	for j, c := range res.Columns {
		if d := got.Columns[j]; d.Name != c.Name || !slices.Equal(d.Codes, c.Codes) || !slices.Equal(d.Floats, c.Floats) || !slices.Equal(d.Ints, c.Ints) {
			t.Errorf("column %s differs from the run's", c.Name)
		}
	}
	// Nobody bought for half a year: all move on, by the limits of the run.
	later, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: request(20181, lists).Table, AsOf: 20181, Model: res.Model}, sdktest.Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range later.Columns[0].Codes {
		if c < res.Columns[0].Codes[i] && res.Columns[0].Codes[i] >= 4 {
			t.Fatalf("customer %d went from %s back to %s without a purchase", i, res.Segments[res.Columns[0].Codes[i]].Key, res.Segments[c].Key)
		}
	}
}
