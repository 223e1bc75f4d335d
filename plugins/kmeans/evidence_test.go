package kmeans_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func tableOf(t *testing.T, res sdk.Response, id string) *table.Table {
	t.Helper()
	for _, d := range res.Tables {
		if d.ID == id {
			return d.Table
		}
	}
	t.Fatalf("no table %s", id)
	return nil
}

// Above the sample's size rows keep their order, and still the order changes nothing,
// nor does the number of cores.
func TestMethod_LargeInvariances(t *testing.T) {
	t.Parallel()
	const n = 250_000
	columns, names := shop(n, 8)
	r := request(columns, names, sdk.Params{"k": sdk.Int(5), "restarts": sdk.Int(2)})
	want := fit(t, r)
	r.Threads = 1
	if d := cmp.Diff(want.Metrics, fit(t, r).Metrics); d != "" {
		t.Errorf("one thread: %s", d)
	}
	perm := rand.New(rand.NewPCG(9, 9)).Perm(n)
	shuffled := map[string][]float64{}
	for _, c := range names {
		shuffled[c] = make([]float64, n)
		for to, from := range perm {
			shuffled[c][to] = columns[c][from]
		}
	}
	got := fit(t, request(shuffled, names, r.Params))
	if string(got.Model.Data) != string(want.Model.Data) {
		t.Fatal("the model depends on the order of rows")
	}
	if d := cmp.Diff(want.Metrics, got.Metrics); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want.Tables, got.Tables); d != "" {
		t.Error(d)
	}
	for to, from := range perm {
		if got.Columns[0].Codes[to] != want.Columns[0].Codes[from] || got.Columns[2].Floats[to] != want.Columns[2].Floats[from] {
			t.Fatalf("row %d differs after shuffling", from)
		}
	}
}

// A customer of weight 0 moves nothing, one of weight 3 is three customers, and weights
// that are none are told.
func TestMethod_Weights(t *testing.T) {
	t.Parallel()
	columns, names := shop(400, 9)
	weight := make([]float64, 400)
	copies := map[string][]float64{}
	for i := range weight {
		weight[i] = float64(i % 4)
		for range i % 4 {
			for _, c := range names {
				copies[c] = append(copies[c], columns[c][i])
			}
		}
	}
	p := raw(sdk.Params{"k": sdk.Int(4), "weight": sdk.TextValue("w")})
	r := request(columns, names, p)
	r.Table.Columns = append(r.Table.Columns, table.Column{Name: "w", Kind: table.Float64, Role: "weight", Floats: weight})
	a, b := metric(t, fit(t, r), "inertia"), metric(t, fit(t, request(copies, names, raw(sdk.Params{"k": sdk.Int(4)}))), "inertia")
	if diff := a - b; diff > 1e-6*b || diff < -1e-6*b {
		t.Errorf("inertia %g with weights, %g with copies", a, b)
	}
	for _, bad := range []float64{-1, 1e12} {
		weight[7] = bad
		if res := run(t, r); len(res.Columns) > 0 || !slices.ContainsFunc(res.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == "bad_weight" }) {
			t.Errorf("weight %g: %+v", bad, res.Diagnostics)
		}
	}
}

// The recipe is told column by column, and each step of the sweep says who splits; the
// parts add up.
func TestMethod_RecipeAndSteps(t *testing.T) {
	t.Parallel()
	columns, names := shop(2000, 10)
	res := fit(t, request(columns, names, sdk.Params{"k_max": sdk.Int(6)}))
	recipe := tableOf(t, res, "recipe")
	if recipe.Rows != 3 || recipe.Column("log").Ints[2] != 1 || recipe.Column("skewness").Floats[2] <= 1 {
		t.Errorf("recipe: %+v", recipe)
	}
	t.Log(recipe.Column("zh").Dict, recipe.Column("en").Dict)
	steps := tableOf(t, res, "steps")
	if steps.Rows != 4 {
		t.Fatalf("%d steps from 2 to 6", steps.Rows)
	}
	for i := range steps.Rows {
		all, a, b := steps.Column("customers").Ints[i], steps.Column("customersA").Ints[i], steps.Column("customersB").Ints[i]
		if a < b || a+b > all || all > 2000 || steps.Column("amountA").Floats[i] < 0 {
			t.Errorf("step %d: %d into %d and %d", i, all, a, b)
		}
	}
}

// Large data with few different customers, or all but a few alike, and numbers of any
// size: a result or a sentence, the same in any order.
func TestMethod_LargeHostile(t *testing.T) {
	t.Parallel()
	const n = 210_000
	fill := func(value func(i int) (a, b float64)) map[string][]float64 {
		v := map[string][]float64{"a": make([]float64, n), "b": make([]float64, n)}
		for i := range n {
			v["a"][i], v["b"][i] = value(i)
		}
		return v
	}
	cases := map[string]struct {
		values func(i int) (a, b float64)
		k      sdk.Value
		code   string // of the refusal, "" = a result
	}{
		"five different":       {func(i int) (a, b float64) { return float64(i % 5), float64(i % 5 * i % 5) }, sdk.Auto(), ""},
		"too few different":    {func(i int) (a, b float64) { return float64(i % 2), float64(i % 2) }, sdk.Int(5), "k_too_large"},
		"all but a few alike":  {func(i int) (a, b float64) { return float64(i / (n - 20)), float64(max(0, i-n+20)) }, sdk.Int(12), ""},
		"one far away":         {func(i int) (a, b float64) { return float64(i % 100), float64(i/(n-1)) * 1e130 }, sdk.Int(3), ""},
		"too far away":         {func(i int) (a, b float64) { return float64(i % 100), float64(i/(n-1)) * 1e300 }, sdk.Int(3), "feature_range"},
		"tiny":                 {func(i int) (a, b float64) { return float64(i%977) * 1e-300, float64(i%13) * 1e-290 }, sdk.Int(4), ""},
		"noise":                {func(i int) (a, b float64) { return float64(i * 7919 % n), float64(i * 104729 % 99991) }, sdk.Int(11), ""},
		"many equal, some not": {func(i int) (a, b float64) { return float64(i % 7 * (i % 3)), float64(i % 11) }, sdk.Int(9), ""},
	}
	for name, c := range cases {
		v := fill(c.values)
		p := raw(sdk.Params{"k": c.k, "k_max": sdk.Int(4), "restarts": sdk.Int(2)})
		res := run(t, request(v, []string{"a", "b"}, p))
		if c.code != "" {
			if len(res.Columns) > 0 || !slices.ContainsFunc(res.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == c.code }) {
				t.Errorf("%s: %+v", name, res.Diagnostics)
			}
			continue
		}
		if len(res.Columns) == 0 {
			t.Errorf("%s: no result: %+v", name, res.Diagnostics)
			continue
		}
		slices.Reverse(v["a"])
		slices.Reverse(v["b"])
		if again := run(t, request(v, []string{"a", "b"}, p)); string(again.Model.Data) != string(res.Model.Data) {
			t.Errorf("%s: the order matters", name)
		}
		for i, x := range res.Columns[1].Floats {
			if x-x != 0 || res.Columns[2].Floats[i]-res.Columns[2].Floats[i] != 0 {
				t.Fatalf("%s: row %d has distance %g, silhouette %g", name, i, x, res.Columns[2].Floats[i])
			}
		}
	}
}
