package rfm_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/rfm"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// shop makes customers as a shop has them: many ties in days and orders, money with
// cents, a few without net money.
func shop(n int, seed uint64) customers {
	rnd := rand.New(rand.NewPCG(seed, 1))
	var c customers
	for range n {
		orders := 1 + math.Floor(rnd.ExpFloat64()*1.2)
		money := math.Round(orders*math.Exp(3+rnd.NormFloat64())*100) / 100
		if rnd.IntN(50) == 0 {
			money = -money
		}
		c.add(float64(rnd.IntN(400)), orders, money)
	}
	return c
}

// scoresOf returns r, f, m and segment of every row.
func scoresOf(res sdk.Response) [][4]int64 {
	out := make([][4]int64, len(res.Columns[1].Ints))
	for i := range out {
		out[i] = [4]int64{res.Columns[1].Ints[i], res.Columns[2].Ints[i], res.Columns[3].Ints[i], int64(res.Columns[0].Codes[i])}
	}
	return out
}

func everyBinning() map[string]sdk.Params {
	out := map[string]sdk.Params{}
	for _, b := range []string{"independent", "nested", "median", "mean"} {
		for _, m := range []string{"eleven", "eight", "scores"} {
			out[b+" "+m] = sdk.Params{"binning": sdk.TextValue(b), "map": sdk.TextValue(m)}
		}
	}
	out["nine scores"] = sdk.Params{"bins": sdk.Int(9)}
	out["mean score"] = sdk.Params{"map": sdk.TextValue("eight_b"), "compare": sdk.TextValue("mean_score")}
	out["mean money"] = sdk.Params{"monetary_of": sdk.TextValue("mean")}
	return out
}

// Shuffling rows, multiplying money and the number of threads change nothing.
func TestMethod_Invariances(t *testing.T) {
	t.Parallel()
	in := shop(3000, 7)
	perm := rand.New(rand.NewPCG(3, 3)).Perm(len(in.r))
	for name, p := range everyBinning() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := fit(t, in.table(), p)
			want := scoresOf(base)
			for _, factor := range []float64{1e-4, 1e-2, 7, 1e8} {
				scaled := customers{r: in.r, f: in.f, m: slices.Clone(in.m)}
				for i := range scaled.m {
					scaled.m[i] *= factor
				}
				if d := cmp.Diff(want, scoresOf(fit(t, scaled.table(), p))); d != "" {
					t.Fatalf("money × %g: %s", factor, d)
				}
			}
			var shuffled customers
			for _, i := range perm {
				shuffled.add(in.r[i], in.f[i], in.m[i])
			}
			other := fit(t, shuffled.table(), p)
			got := scoresOf(other)
			for to, from := range perm {
				if got[to] != want[from] {
					t.Fatalf("row %d moved to %d: %v became %v", from, to, want[from], got[to])
				}
			}
			if d := cmp.Diff(base.Tables, other.Tables); d != "" {
				t.Errorf("evidence depends on the order of rows: %s", d)
			}
			if string(base.Model.Data) != string(other.Model.Data) {
				t.Error("model depends on the order of rows")
			}
			if d := cmp.Diff(base, run(t, in.table(), p, 1)); d != "" {
				t.Errorf("one thread: %s", d)
			}
		})
	}
}

// The definition, written out: 1 + ⌊n·(b + c/2)/N⌋, recency by goodness.
func TestMethod_Midrank(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		in := shop(40+int(seed)*7, seed)
		for bins := 2; bins <= 9; bins++ {
			res := fit(t, in.table(), sdk.Params{"bins": sdk.Int(int64(bins)), "map": sdk.TextValue("scores")})
			for m, v := range [][]float64{in.r, in.f, in.m} {
				for i := range v {
					below, same := 0, 0
					for _, x := range v {
						if x == v[i] {
							same++
						}
						if m == 0 && x > v[i] || m > 0 && x < v[i] {
							below++
						}
					}
					want := min(bins, 1+bins*(2*below+same)/(2*len(v)))
					if got := int(res.Columns[1+m].Ints[i]); got != want {
						t.Fatalf("seed %d, %d bins, measure %d, value %g: score %d, want %d", seed, bins, m, v[i], got, want)
					}
				}
			}
		}
	}
}

// Scoring the same customers with the stored model gives the same answer, and the
// model survives a round trip.
func TestMethod_ApplyAgreesWithFit(t *testing.T) {
	t.Parallel()
	in := shop(2000, 5)
	for name, p := range everyBinning() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := fit(t, in.table(), p)
			got := apply(t, in.table(), res.Model)
			if d := cmp.Diff(res.Columns, got.Columns); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(res.Segments, got.Segments); d != "" {
				t.Error(d)
			}
			later := shop(500, 99) // values never seen
			later.add(-5, 1e9, 1e300)
			later.add(1e9, 0, -1e300)
			n := len(later.r)
			scores := apply(t, later.table(), res.Model).Columns
			if a, b := scores[1].Ints[n-2], scores[1].Ints[n-1]; a <= b {
				t.Errorf("recency −5 scores %d, 10⁹ scores %d", a, b)
			}
		})
	}
}

func apply(t *testing.T, in *table.Table, m sdk.Model) sdk.ApplyResponse {
	t.Helper()
	a, ok := rfm.New().(sdk.Applier)
	if !ok {
		t.Fatal("no Applier")
	}
	res, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: in, Model: m}, sdktest.Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// The learnt cut points, fed back as custom cuts, give the same scores.
func TestMethod_CutsFeedBack(t *testing.T) {
	t.Parallel()
	in := shop(2000, 11)
	res := fit(t, in.table(), sdk.Params{"bins": sdk.Int(4)})
	var md struct {
		Scales [3]rfm.Scale `json:"scales"`
	}
	if err := json.Unmarshal(res.Model.Data, &md); err != nil {
		t.Fatal(err)
	}
	p := sdk.Params{"binning": sdk.TextValue("custom"), "bins": sdk.Int(4)}
	for m, id := range []string{"cuts_r", "cuts_f", "cuts_m"} {
		cuts := slices.Compact(slices.Clone(md.Scales[m].Cuts[0]))
		if len(cuts) == 3 && !math.IsInf(cuts[2], 1) { // collapsed ones would make fewer scores
			p[id] = sdk.Numbers(cuts...)
		}
	}
	if d := cmp.Diff(scoresOf(res), scoresOf(fit(t, in.table(), p))); d != "" {
		t.Error(d)
	}
}

// Nested: R is independent, F is ranked within R, M within R×F.
func TestMethod_Nested(t *testing.T) {
	t.Parallel()
	var in customers
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 2500 { // no ties at all
		in.add(rnd.Float64(), rnd.Float64(), rnd.Float64())
	}
	res := fit(t, in.table(), sdk.Params{"binning": sdk.TextValue("nested"), "map": sdk.TextValue("scores")})
	if len(res.Segments) != 125 {
		t.Fatalf("%d cells", len(res.Segments))
	}
	size := map[int64]int{}
	for _, c := range res.Columns[4].Ints {
		size[c]++
	}
	for c, n := range size {
		if n != 20 {
			t.Errorf("cell %d has %d customers, want 20", c, n)
		}
	}
}

func TestMethod_EightTypes(t *testing.T) {
	t.Parallel()
	var in customers
	for i := range 8 { // bit pattern R F M, high = 1, around fixed values 30, 5, 100
		in.add(31-float64(i>>2&1)*2, 5+float64(i>>1&1), 100+float64(i&1))
	}
	in.add(30, 5, 100) // equal to the comparison values is low in all three
	p := sdk.Params{
		"map": sdk.TextValue("eight"), "compare": sdk.TextValue("fixed"),
		"compare_r": sdk.Real(30), "compare_f": sdk.Real(5), "compare_m": sdk.Real(100),
	}
	res := fit(t, in.table(), p)
	want := []string{"一般挽留客户", "重要挽留客户", "一般保持客户", "重要保持客户", "一般发展客户", "重要发展客户", "一般价值客户", "重要价值客户", "一般挽留客户"}
	p["map"] = sdk.TextValue("eight_b")
	second := fit(t, in.table(), p)
	wantSecond := []string{"流失客户", "重要挽留客户", "一般维持客户", "重要唤回客户", "新客户", "重要深耕客户", "潜力客户", "重要价值客户", "流失客户"}
	for i := range want {
		if got := res.Segments[res.Columns[0].Codes[i]].Name.ZH; got != want[i] {
			t.Errorf("customer %d: %s, want %s", i, got, want[i])
		}
		if got := second.Segments[second.Columns[0].Codes[i]].Name.ZH; got != wantSecond[i] {
			t.Errorf("customer %d, second names: %s, want %s", i, got, wantSecond[i])
		}
	}
	for _, d := range res.Tables {
		if d.ID == "comparison" && (!d.Record || d.Table.Column("r").Floats[0] != 30) {
			t.Errorf("comparison: %+v", d)
		}
	}
}
