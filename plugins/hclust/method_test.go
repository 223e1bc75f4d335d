package hclust_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"qunxiang/internal/patience"
	"qunxiang/plugins/hclust"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// quiet is a reporter that nobody listens to.
type quiet struct{}

func (quiet) Progress(float64, sdk.Text) {}
func (quiet) Stopping() bool             { return false }

// raw is the recipe that leaves values as they are.
func raw(more sdk.Params) sdk.Params {
	p := sdk.Params{"cap": sdk.Real(0), "log": sdk.TextValue("none"), "scale": sdk.TextValue("none")}
	for id, v := range more {
		p[id] = v
	}
	return p
}

func numbers(name string, v ...float64) table.Column {
	return table.Column{Name: name, Kind: table.Float64, Role: "features", Floats: v}
}

func request(p sdk.Params, columns ...table.Column) sdk.Request {
	t := &table.Table{Columns: columns}
	if len(columns) > 0 {
		t.Rows = columns[0].Len()
	}
	return sdk.Request{Table: t, Params: p, Seed: 1, Threads: 2}
}

func run(t *testing.T, r sdk.Request) sdk.Response {
	t.Helper()
	res, err := hclust.New().Fit(t.Context(), r, quiet{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// fit is run that expects a result.
func fit(t *testing.T, r sdk.Request) sdk.Response {
	t.Helper()
	res := run(t, r)
	if len(res.Columns) == 0 {
		t.Fatalf("no result: %+v", res.Diagnostics)
	}
	return res
}

func metric(t *testing.T, res sdk.Response, id string) float64 {
	t.Helper()
	for _, m := range res.Metrics {
		if m.ID == id && m.Value != nil {
			return *m.Value
		}
	}
	t.Fatalf("no metric %s", id)
	return 0
}

func word(res sdk.Response, id string) string {
	for _, m := range res.Metrics {
		if m.ID == id {
			return m.Word
		}
	}
	return ""
}

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

func has(res sdk.Response, code string) bool {
	for _, d := range res.Diagnostics {
		if d.Code == code {
			return true
		}
	}
	return false
}

// shop makes customers with three lumps and a long tail of money.
func shop(n int, seed uint64) []table.Column {
	rnd := rand.New(rand.NewPCG(seed, 1))
	c := []table.Column{numbers("recency_days"), numbers("frequency"), numbers("monetary")}
	for i := range n {
		lump := float64(i%3 + 1)
		c[0].Floats = append(c[0].Floats, math.Round(100/lump*math.Exp(rnd.NormFloat64()/4)))
		c[1].Floats = append(c[1].Floats, math.Round(1+4*lump*math.Exp(rnd.NormFloat64()/4)))
		c[2].Floats = append(c[2].Floats, 100*lump*lump*math.Exp(rnd.NormFloat64()/4))
	}
	return c
}

func linkages() []string {
	return []string{"ward", "complete", "average", "single", "weighted", "centroid", "median"}
}

func TestMethod_Conforms(t *testing.T) {
	t.Parallel()
	m := hclust.New()
	cases := []sdktest.Case{{Name: "defaults", Table: sdktest.Table(m.Info(), 150, 1), Seed: 1}}
	for _, l := range linkages() {
		cases = append(cases, sdktest.Case{Name: l, Table: sdktest.Table(m.Info(), 150, 1), Params: sdk.Params{"linkage": sdk.TextValue(l), "k": sdk.Int(3)}, Seed: 1})
	}
	cases = append(cases, sdktest.Case{Name: "gower", Table: sdktest.Table(m.Info(), 150, 1), Params: sdk.Params{"linkage": sdk.TextValue("average"), "distance": sdk.TextValue("gower")}, Seed: 1})
	sdktest.Run(t, m, cases...)
}

// Neither the number of cores nor the order of rows changes a byte of the result.
func TestMethod_Invariances(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		linkage string
		n       int
	}{{"ward", 300}, {"average", 300}, {"single", 300}, {"median", 300}, {"ward", 25_000}} {
		columns := shop(c.n, 3)
		r := request(sdk.Params{"linkage": sdk.TextValue(c.linkage)}, columns...)
		want := fit(t, r)
		r.Threads = 1
		if d := cmp.Diff(want, fit(t, r)); d != "" {
			t.Fatalf("%s %d, one thread: %s", c.linkage, c.n, d)
		}
		order := make([]int32, c.n)
		for to, from := range rand.New(rand.NewPCG(9, 9)).Perm(c.n) {
			order[to] = int32(from)
		}
		r.Table = r.Table.Pick(order)
		got := fit(t, r)
		if string(got.Model.Data) != string(want.Model.Data) {
			t.Fatalf("%s %d: the model depends on the order of rows", c.linkage, c.n)
		}
		if d := cmp.Diff(want.Tables, got.Tables); d != "" {
			t.Error(d)
		}
		for to, from := range order {
			if got.Columns[0].Codes[to] != want.Columns[0].Codes[from] || got.Columns[2].Floats[to] != want.Columns[2].Floats[from] {
				t.Fatalf("%s %d: row %d differs after shuffling", c.linkage, c.n, from)
			}
		}
	}
}

// The worked example of docs/method/hclust.md.
func TestMethod_WorkedExample(t *testing.T) {
	t.Parallel()
	a, b := numbers("a", 0, 1, 5, 5, 0), numbers("b", 0, 0, 0, 2, 0)
	res := fit(t, request(raw(sdk.Params{"k": sdk.Int(2)}), a, b))
	m := tableOf(t, res, "merges")
	// (0,0) twice and (1,0): √2·√(2·1/3)·1; (5,0) and (5,2): 2; all: √2·√(3·2/5)·√((14/3)²+1).
	want := []float64{math.Sqrt(4.0 / 3), 2, math.Sqrt(2*6.0/5) * math.Sqrt(196.0/9+1)}
	if d := cmp.Diff(want, m.Column("height").Floats, cmpopts.EquateApprox(0, 1e-12)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int64{3, 2, 5}, m.Column("size").Ints); d != "" {
		t.Error(d)
	}
	c := res.Columns[0].Codes
	if c[0] != c[1] || c[0] != c[4] || c[2] != c[3] || c[0] == c[2] {
		t.Errorf("groups %v", c)
	}
	if got := metric(t, res, "inertia"); math.Abs(got-(2.0/3+2)) > 1e-12 {
		t.Errorf("inertia %g", got)
	}
	for h, k := range map[float64]int{1: 4, 1.5: 3, 2: 2, 6.9: 2, 8: 1} {
		if got := fit(t, request(raw(sdk.Params{"height": sdk.Real(h)}), a, b)); len(got.Segments) != k {
			t.Errorf("height %g: %d groups, want %d", h, len(got.Segments), k)
		}
	}
}

// Gower's distance by hand: a number on its range and a category, each half.
func TestMethod_Gower(t *testing.T) {
	t.Parallel()
	city := table.Column{Name: "city", Kind: table.Category, Role: "features", Dict: []string{"上海", "北京", "nobody"}, Codes: []uint32{0, 0, 1, 1}}
	age := numbers("age", 20, 30, 40, 60)
	p := raw(sdk.Params{"linkage": sdk.TextValue("complete"), "distance": sdk.TextValue("gower"), "k": sdk.Int(2)})
	r := request(p, age, city)
	res := fit(t, r)
	want := []float64{10.0 / 40 / 2, 20.0 / 40 / 2, 0.5 + 0.5}
	if d := cmp.Diff(want, tableOf(t, res, "merges").Column("height").Floats, cmpopts.EquateApprox(0, 1e-12)); d != "" {
		t.Error(d)
	}
	applied(t, r, res)
	p["distance"] = sdk.TextValue("euclidean")
	if res := fit(t, request(p, age, numbers("b", 1, 2, 1, 2), city)); !has(res, "category_left_out") {
		t.Error("a category is dropped without a word")
	}
	many := table.Column{Name: "id", Kind: table.Category, Role: "features"}
	wide := numbers("x")
	for i := range 100 {
		many.Dict = append(many.Dict, strconv.Itoa(i))
		many.Codes, wide.Floats = append(many.Codes, uint32(i)), append(wide.Floats, float64(i%7))
	}
	p["distance"] = sdk.TextValue("gower")
	if res := run(t, request(p, wide, many)); !has(res, "too_many_levels") {
		t.Errorf("%+v", res.Diagnostics)
	}
}

// applied checks that Apply puts the rows of the run where the run put them.
func applied(t *testing.T, r sdk.Request, res sdk.Response) {
	t.Helper()
	a, ok := hclust.New().(sdk.Applier)
	if !ok {
		t.Fatal("no Applier")
	}
	got, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: r.Table, Model: res.Model}, quiet{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(res.Columns[0], got.Columns[0]); d != "" {
		t.Error(d)
	}
	for i, x := range res.Columns[1].Floats {
		if math.Abs(x-got.Columns[1].Floats[i]) > 1e-9*max(1, x) {
			t.Fatalf("distance %g, then %g", x, got.Columns[1].Floats[i])
		}
	}
}

func TestMethod_ApplyAgreesWithFit(t *testing.T) {
	t.Parallel()
	for _, scale := range []string{"zscore", "robust", "minmax", "none"} {
		for _, l := range []string{"ward", "single", "average"} {
			r := request(sdk.Params{"k": sdk.Int(4), "scale": sdk.TextValue(scale), "linkage": sdk.TextValue(l)}, shop(900, 5)...)
			applied(t, r, fit(t, r))
		}
	}
	r := request(sdk.Params{"k": sdk.Int(4)}, shop(30_000, 5)...)
	res := fit(t, r)
	if !has(res, "preclustered") || metric(t, res, "cellError") <= 0 {
		t.Errorf("cells without a word: %+v", res.Diagnostics)
	}
	applied(t, r, res)
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
		"defaults": nil, "k 3 raw": raw(sdk.Params{"k": sdk.Int(3)}), "k 1": {"k": sdk.Int(1)}, "height": raw(sdk.Params{"height": sdk.Real(2)}), "height 0": {"height": sdk.Real(0)},
		"robust": {"scale": sdk.TextValue("robust"), "cap": sdk.Real(25), "k": sdk.Int(2)}, "gower": {"distance": sdk.TextValue("gower"), "linkage": sdk.TextValue("average")},
		"manhattan": {"distance": sdk.TextValue("manhattan"), "linkage": sdk.TextValue("single"), "log": sdk.TextValue("all")}, "median": {"linkage": sdk.TextValue("median")},
	}
	for name, v := range inputs {
		for variant, p := range params {
			t.Run(name+", "+variant, func(t *testing.T) {
				t.Parallel()
				res := run(t, request(p, numbers("a", v[0]...), numbers("消费 金额", v[1]...)))
				if len(res.Columns) == 0 {
					for _, x := range res.Diagnostics {
						if x.Severity == sdk.SeverityError && x.Summary.ZH != "" && x.Summary.EN != "" {
							return
						}
					}
					t.Fatalf("no result and no sentence: %+v", res.Diagnostics)
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

func TestMethod_Refusals(t *testing.T) {
	t.Parallel()
	columns := shop(150, 1)
	for code, p := range map[string]sdk.Params{
		"linkage_distance": {"linkage": sdk.TextValue("ward"), "distance": sdk.TextValue("manhattan")},
		"k_and_height":     {"k": sdk.Int(3), "height": sdk.Real(1)},
		"height_too_low":   {"height": sdk.Real(0)},
	} {
		if res := run(t, request(p, columns...)); !has(res, code) || len(res.Columns) > 0 {
			t.Errorf("%s: %+v", code, res.Diagnostics)
		}
	}
	valid, err := hclust.New().Validate(t.Context(), sdk.ValidateRequest{
		Params: sdk.Params{"linkage": sdk.TextValue("average")}, Rows: 1_000_000,
		Columns: []sdk.ColumnSchema{{Name: "a", Kind: table.Float64, Role: "features"}, {Name: "b", Kind: table.Float64, Role: "features"}},
	})
	if err != nil || len(valid.Diagnostics) != 1 || valid.Diagnostics[0].Code != "memory_large" || valid.MemoryBytes < 1.5e9 {
		t.Errorf("%v %+v", err, valid)
	}
}

// Where different values have been counted, the estimate follows what will be joined: more
// than 20,000 customers become 2,000 cells, and equal ones are joined before all else.
func TestMethod_MemoryFollowsDifferentValues(t *testing.T) {
	t.Parallel()
	const stored = 8 * 20_000 * 19_999 / 2 // bytes of all distances of 20,000
	for name, c := range map[string]struct {
		linkage     string
		a, b        int
		least, most int64
	}{
		"not counted":        {"average", 0, 0, stored, stored + 400e6},
		"surely cells":       {"average", 131_072, 0, 100e6, 400e6},
		"cells by the other": {"complete", 10, 131_072, 100e6, 400e6},
		"few":                {"average", 100, 50, 100e6, 100e6 + 8*5000*4999/2 + 300e6},
		"perhaps":            {"average", 25_000, 3, stored, stored + 400e6},
		"nothing is stored":  {"ward", 0, 0, 100e6, 400e6},
	} {
		valid, err := hclust.New().Validate(t.Context(), sdk.ValidateRequest{
			Params: sdk.Params{"linkage": sdk.TextValue(c.linkage)}, Rows: 1_000_000,
			Columns: []sdk.ColumnSchema{{Name: "a", Kind: table.Float64, Role: "features", Distinct: c.a}, {Name: "b", Kind: table.Float64, Role: "features", Distinct: c.b}},
		})
		if err != nil || valid.MemoryBytes < c.least || valid.MemoryBytes > c.most {
			t.Errorf("%s: %d bytes, not between %d and %d, %v", name, valid.MemoryBytes, c.least, c.most, err)
		}
	}
}

// Single linkage follows two long shapes that Ward must cut.
func TestMethod_LongShapes(t *testing.T) {
	t.Parallel()
	a, b := numbers("a"), numbers("b")
	for i := range 200 {
		a.Floats = append(a.Floats, float64(i/2))
		b.Floats = append(b.Floats, float64(i%2)*20+float64(i%7)/10)
	}
	c := fit(t, request(raw(sdk.Params{"k": sdk.Int(2), "linkage": sdk.TextValue("single")}), a, b)).Columns[0].Codes
	for i := range c {
		if c[i] != c[i%2] || c[0] == c[1] {
			t.Fatalf("row %d is in the wrong shape", i)
		}
	}
}

// Noise has no structure, blobs have one, and auto finds how many.
func TestMethod_StructureVerdict(t *testing.T) {
	t.Parallel()
	wrong := [3]int{}
	const seeds = 5
	for seed := range uint64(seeds) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		var v [3][]table.Column
		for s := range v {
			v[s] = []table.Column{numbers("a"), numbers("b"), numbers("c")}
		}
		for i := range 250 {
			for j := range 3 {
				v[0][j].Floats = append(v[0][j].Floats, rnd.Float64())
				v[1][j].Floats = append(v[1][j].Floats, rnd.NormFloat64())
				v[2][j].Floats = append(v[2][j].Floats, rnd.NormFloat64()+10*float64((i%5)*(j+2)%5))
			}
		}
		for s := range v {
			res := fit(t, request(nil, v[s]...))
			if none := word(res, "structure") == "none"; none != (s < 2) {
				wrong[s]++
			}
			if s == 2 && len(res.Segments) != 5 {
				t.Errorf("seed %d: %d groups, want 5", seed, len(res.Segments))
			}
		}
	}
	t.Logf("wrong verdicts of %d: uniform %d, normal %d, blobs %d", seeds, wrong[0], wrong[1], wrong[2])
	for s, n := range wrong {
		if n > 1 {
			t.Errorf("case %d: %d of %d verdicts wrong", s, n, seeds)
		}
	}
}

// A cancelled run ends at once, whatever its size.
func TestMethod_Cancelled(t *testing.T) {
	t.Parallel()
	columns := shop(300_000, 1)
	for _, after := range []time.Duration{20 * time.Millisecond, 400 * time.Millisecond} {
		ctx, cancel := context.WithCancel(t.Context())
		ended := time.Now().Add(after)
		time.AfterFunc(after, cancel)
		_, err := hclust.New().Fit(ctx, request(nil, columns...), quiet{})
		if late := time.Since(ended); late > patience.For(500*time.Millisecond) {
			t.Errorf("%v late", late)
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		cancel()
	}
}
