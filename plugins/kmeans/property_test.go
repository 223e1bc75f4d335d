package kmeans_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/kmeans"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Neither the number of cores nor the order of rows changes a byte of the result.
func TestMethod_Invariances(t *testing.T) {
	t.Parallel()
	for _, n := range []int{300, 25_000, 60_000} { // below and above the sample, and above what is ordered
		columns, names := shop(n, 3)
		r := request(columns, names, sdk.Params{"restarts": sdk.Int(3), "k_max": sdk.Int(5)})
		want := fit(t, r)
		r.Threads = 1
		if d := cmp.Diff(want, fit(t, r)); d != "" {
			t.Fatalf("%d rows, one thread: %s", n, d)
		}
		perm := rand.New(rand.NewPCG(9, 9)).Perm(n)
		shuffled := map[string][]float64{}
		for _, c := range names {
			for _, i := range perm {
				shuffled[c] = append(shuffled[c], columns[c][i])
			}
		}
		got := fit(t, request(shuffled, names, r.Params))
		if string(got.Model.Data) != string(want.Model.Data) {
			t.Fatalf("%d rows: the model depends on the order of rows", n)
		}
		if d := cmp.Diff(want.Metrics, got.Metrics); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(want.Tables, got.Tables); d != "" {
			t.Error(d)
		}
		for to, from := range perm {
			if got.Columns[0].Codes[to] != want.Columns[0].Codes[from] || got.Columns[1].Floats[to] != want.Columns[1].Floats[from] {
				t.Fatalf("%d rows: row %d differs after shuffling", n, from)
			}
		}
	}
}

// Groups are ordered by money, named in both languages, and no two names are alike.
func TestMethod_Segments(t *testing.T) {
	t.Parallel()
	columns, names := shop(3000, 4)
	res := fit(t, request(columns, names, sdk.Params{"k": sdk.Int(6)}))
	sum, count := make([]float64, 6), make([]float64, 6)
	for i, c := range res.Columns[0].Codes {
		sum[c] += columns["monetary"][i]
		count[c]++
	}
	seen := map[string]bool{}
	for c, s := range res.Segments {
		t.Log(s.Name.ZH, "/", s.Name.EN, "—", s.Description.EN)
		if c > 0 && sum[c]/count[c] > sum[c-1]/count[c-1] {
			t.Errorf("group %d has more money than the one before", c)
		}
		if s.Name.ZH == "" || s.Name.EN == "" || seen[s.Name.ZH] || seen[s.Name.EN] {
			t.Errorf("name %+v", s.Name)
		}
		seen[s.Name.ZH], seen[s.Name.EN] = true, true
	}
}

func apply(t *testing.T, in *table.Table, m sdk.Model) sdk.ApplyResponse {
	t.Helper()
	a, ok := kmeans.New().(sdk.Applier)
	if !ok {
		t.Fatal("no Applier")
	}
	res, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: in, Model: m}, quiet{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// The stored model puts the customers that it was learnt from where Fit put them.
func TestMethod_ApplyAgreesWithFit(t *testing.T) {
	t.Parallel()
	for _, scale := range []string{"zscore", "robust", "minmax", "none"} {
		columns, names := shop(2000, 5)
		r := request(columns, names, sdk.Params{"k": sdk.Int(4), "scale": sdk.TextValue(scale)})
		res := fit(t, r)
		got := apply(t, r.Table, res.Model)
		if d := cmp.Diff(res.Columns[0], got.Columns[0]); d != "" {
			t.Errorf("%s: %s", scale, d)
		}
		for i, x := range res.Columns[1].Floats {
			if math.Abs(x-got.Columns[1].Floats[i]) > 1e-9*max(1, x) {
				t.Fatalf("%s: distance %g, then %g", scale, x, got.Columns[1].Floats[i])
			}
		}
	}
}

// Whatever comes in, a result or a sentence in both languages goes out.
func TestMethod_Hostile(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	same := []float64{5, 5, 5, 5, 5}
	inputs := map[string][2][]float64{
		"nobody":             {{}, {}},
		"one customer":       {{1}, {2}},
		"all the same":       {same, same},
		"one constant":       {same, {1, 2, 3, 4, 5}},
		"two different rows": {{1, 1, 1, 9, 9}, {2, 2, 2, 3, 3}},
		"not a number":       {{1, nan, 3}, {1, 2, 3}},
		"infinite":           {{1, inf, 3}, {1, 2, 3}},
		"huge":               {{1e300, -1e300, 5, 1e299}, {1e308, -1e308, 0, 1}},
		"tiny":               {{1e-300, 2e-300, 3e-300, 9e-300}, {5e-324, 0, 1e-320, 0}},
		"one outlier":        {{1, 1, 1, 1, 1e12}, {1, 1, 1, 1, 1}},
	}
	params := map[string]sdk.Params{
		"defaults": nil, "k 2": {"k": sdk.Int(2)}, "k 3 raw": raw(sdk.Params{"k": sdk.Int(3)}), "random": {"k": sdk.Int(2), "init": sdk.TextValue("random")},
		"robust": {"scale": sdk.TextValue("robust"), "cap": sdk.Real(25)}, "minmax all": {"scale": sdk.TextValue("minmax"), "log": sdk.TextValue("all")},
	}
	for name, v := range inputs {
		for variant, p := range params {
			t.Run(name+", "+variant, func(t *testing.T) {
				t.Parallel()
				res := run(t, request(map[string][]float64{"a": v[0], "b": v[1]}, []string{"a", "b"}, p))
				if len(res.Columns) == 0 {
					refused(t, res.Diagnostics)
					return
				}
				for _, c := range res.Columns[1:] {
					for _, x := range c.Floats {
						if x-x != 0 {
							t.Fatalf("%s is %g", c.Name, x)
						}
					}
				}
			})
		}
	}
}

func refused(t *testing.T, d []sdk.Diagnostic) {
	t.Helper()
	for _, x := range d {
		if x.Severity == sdk.SeverityError && x.Summary.ZH != "" && x.Summary.EN != "" {
			return
		}
	}
	t.Errorf("no result and no sentence: %+v", d)
}

// product.md: noise of any size has no structure in at least 95 of 100 seeds, five
// separated blobs have one in at least 95. A short form runs by default.
func TestMethod_StructureVerdict(t *testing.T) {
	t.Parallel()
	seeds, allowed := 6, 1
	if os.Getenv("QUNXIANG_SLOW") != "" {
		seeds, allowed = 100, 5
	}
	wrong := [3]int{}
	for seed := range uint64(seeds) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		var v [3]map[string][]float64
		for s := range v {
			v[s] = map[string][]float64{}
		}
		for i := range 250 {
			for j, c := range []string{"a", "b", "c"} {
				v[0][c] = append(v[0][c], rnd.Float64())
				v[1][c] = append(v[1][c], rnd.NormFloat64())
				v[2][c] = append(v[2][c], rnd.NormFloat64()+10*float64((i%5+j*(i%3))%5))
			}
		}
		for s := range v {
			r := request(v[s], []string{"a", "b", "c"}, sdk.Params{"restarts": sdk.Int(3)})
			r.Seed = seed
			if none := word(fit(t, r), "structure") == "none"; none != (s < 2) {
				wrong[s]++
			}
		}
	}
	t.Logf("wrong verdicts of %d: uniform %d, normal %d, blobs %d", seeds, wrong[0], wrong[1], wrong[2])
	for s, n := range wrong {
		if n > allowed {
			t.Errorf("case %d: %d of %d verdicts wrong", s, n, seeds)
		}
	}
}

// With k=auto five round groups at random places come out as five wherever two of them
// are not nearly one: in at least 75 of 100 seeds in three features and 95 in five
// (docs/method/kmeans.md has what other rules find).
func TestMethod_FindsFive(t *testing.T) {
	t.Parallel()
	seeds := 5
	if os.Getenv("QUNXIANG_SLOW") != "" {
		seeds = 100
	}
	for _, c := range []struct{ features, least int }{{3, 75}, {5, 95}} {
		found := 0
		for seed := range uint64(seeds) {
			rnd := rand.New(rand.NewPCG(seed, 77))
			at := make([]float64, 5*c.features)
			for i := range at {
				at[i] = 20*rnd.Float64() - 10
			}
			v, names := map[string][]float64{}, []string(nil)
			for j := range c.features {
				names = append(names, fmt.Sprint("x", j))
			}
			for i := range 300 {
				for j, name := range names {
					v[name] = append(v[name], at[i%5*c.features+j]+rnd.NormFloat64())
				}
			}
			if len(fit(t, request(v, names, nil)).Segments) == 5 {
				found++
			}
		}
		t.Logf("%d features: five groups in %d of %d", c.features, found, seeds)
		if found*100 < (c.least-20)*seeds || seeds == 100 && found < c.least {
			t.Errorf("%d features: five groups in %d of %d", c.features, found, seeds)
		}
	}
}

// A cancelled run ends at once, whatever its size.
func TestMethod_Cancelled(t *testing.T) {
	t.Parallel()
	columns, names := shop(200_000, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		time.Sleep(300 * time.Millisecond)
		cancel()
	}()
	_, err := kmeans.New().Fit(ctx, request(columns, names, sdk.Params{"restarts": sdk.Int(1000)}), quiet{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// hurry asks for the best result so far at once.
type hurry struct{ quiet }

func (hurry) Stopping() bool { return true }

func TestMethod_StopEarly(t *testing.T) {
	t.Parallel()
	columns, names := shop(5000, 1)
	res, err := kmeans.New().Fit(t.Context(), request(columns, names, nil), hurry{})
	if err != nil || len(res.Columns) != 3 {
		t.Fatalf("%v %+v", err, res.Diagnostics)
	}
}

// Customer numbers are no feature, wherever they start.
func TestMethod_DropsNumbering(t *testing.T) {
	t.Parallel()
	columns, names := shop(200, 1)
	for i := range 200 {
		columns["number"] = append(columns["number"], float64(1000+(i*77)%200))
	}
	res := fit(t, request(columns, append(names, "number"), sdk.Params{"k": sdk.Int(3)}))
	plain := fit(t, request(columns, names, sdk.Params{"k": sdk.Int(3)}))
	if string(res.Model.Data) != string(plain.Model.Data) {
		t.Error("the number column counts")
	}
	if res.Diagnostics[0].Code != "id_like" {
		t.Errorf("%+v", res.Diagnostics)
	}
}
