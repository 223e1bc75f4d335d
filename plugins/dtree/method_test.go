package dtree_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/dtree"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// churn makes customers who leave when they have been away long and bought little, or
// came through one channel; with missing values and noise.
func churn(n int, seed uint64) *table.Table {
	rnd := rand.New(rand.NewPCG(seed, 1))
	t := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "left", Kind: table.Category, Role: "target", Codes: make([]uint32, n), Dict: []string{"stayed", "left"}},
		{Name: "recency_days", Kind: table.Int64, Role: "features", Ints: make([]int64, n), Valid: table.NewBits(n)},
		{Name: "monetary", Kind: table.Float64, Role: "features", Floats: make([]float64, n)},
		{Name: "channel", Kind: table.Category, Role: "features", Codes: make([]uint32, n), Dict: []string{"web", "shop", "app", "mail"}},
		{Name: "noise", Kind: table.Float64, Role: "features", Floats: make([]float64, n)},
		{Name: "vip", Kind: table.Bool, Role: "features", Ints: make([]int64, n)},
	}}
	c := t.Columns
	for i := range n {
		c[1].Ints[i] = int64(rnd.IntN(400))
		if rnd.IntN(10) > 0 {
			c[1].Valid.Set(i)
		}
		c[2].Floats[i] = math.Round(math.Exp(4+rnd.NormFloat64())*100) / 100
		c[3].Codes[i] = uint32(rnd.IntN(4))
		c[4].Floats[i] = rnd.NormFloat64()
		c[5].Ints[i] = int64(rnd.IntN(2))
		p := 0.1
		if c[1].Ints[i] > 200 && c[2].Floats[i] < 60 {
			p = 0.8
		}
		if c[3].Codes[i] == 3 {
			p += 0.15
		}
		if rnd.Float64() < p {
			c[0].Codes[i] = 1
		}
	}
	return t
}

func run(tb testing.TB, t *table.Table, p sdk.Params) sdk.Response {
	tb.Helper()
	res, err := dtree.New().Fit(tb.Context(), sdk.Request{Table: t, Params: p, Seed: 1, Threads: 2}, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

func fit(tb testing.TB, t *table.Table, p sdk.Params) sdk.Response {
	tb.Helper()
	res := run(tb, t, p)
	if len(res.Columns) == 0 {
		tb.Fatalf("no result: %+v", res.Diagnostics)
	}
	return res
}

func metric(res sdk.Response, id string) float64 {
	for _, m := range res.Metrics {
		if m.ID == id && m.Value != nil {
			return *m.Value
		}
	}
	return math.NaN()
}

func evidence(t *testing.T, res sdk.Response, id string) *table.Table {
	t.Helper()
	for _, d := range res.Tables {
		if d.ID == id {
			if err := d.Table.Check(); err != nil {
				t.Fatal(err)
			}
			return d.Table
		}
	}
	t.Fatalf("no table %s", id)
	return nil
}

// The planted factors are found, in order, and noise is worth nothing.
func TestMethod_FindsFactors(t *testing.T) {
	t.Parallel()
	res := fit(t, churn(5000, 1), nil)
	for _, s := range res.Segments {
		t.Log(s.Name.ZH, "|", s.Name.EN, "|", s.Description.EN)
	}
	imp := evidence(t, res, "importance")
	first, second := imp.Columns[0].Text(0), imp.Columns[0].Text(1)
	if first != "monetary" && first != "recency_days" || second != "monetary" && second != "recency_days" {
		t.Errorf("importance: %s, %s", first, second)
	}
	for i := range imp.Rows {
		if imp.Columns[0].Text(i) == "noise" && imp.Columns[1].Floats[i] > 0.01 {
			t.Errorf("noise has importance %g", imp.Columns[1].Floats[i])
		}
	}
	if a := metric(res, "auc"); a < 0.7 || a > 0.95 {
		t.Errorf("AUC %g", a)
	}
	value := evidence(t, res, "rules").Column("value").Floats
	for i := 1; i < len(value); i++ {
		if value[i] > value[i-1] {
			t.Error("segments are not ordered by probability")
		}
	}
}

// A segment's rule picks exactly its customers.
func TestMethod_RulesAgreeWithLabels(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		in := churn(3000, seed)
		res := fit(t, in, sdk.Params{"prune": sdk.TextValue("none"), "max_depth": sdk.Int(0)})
		for i := range in.Rows {
			for s := range res.Segments {
				if holds(in, res.Segments[s].Rule, i) != (int(res.Columns[0].Codes[i]) == s) {
					t.Fatalf("seed %d, row %d, segment %s: rule and label disagree: %+v", seed, i, res.Segments[s].Key, res.Segments[s].Rule)
				}
			}
		}
	}
}

// holds evaluates a rule; comparisons of missing values are false.
func holds(t *table.Table, r *sdk.Rule, i int) bool {
	switch r.Op {
	case sdk.OpAlways:
		return true
	case sdk.OpAnd, sdk.OpOr:
		for k := range r.Rules {
			if holds(t, &r.Rules[k], i) == (r.Op == sdk.OpOr) {
				return r.Op == sdk.OpOr
			}
		}
		return r.Op == sdk.OpAnd
	case sdk.OpNot:
		return !holds(t, &r.Rules[0], i)
	}
	c := t.Column(r.Column)
	if r.Op == sdk.OpMissing || c.Missing(i) {
		return r.Op == sdk.OpMissing && c.Missing(i)
	}
	switch r.Op {
	case sdk.OpLt:
		return c.Float(i) < *r.Number
	case sdk.OpGe:
		return c.Float(i) >= *r.Number
	}
	for _, s := range r.Set {
		if c.Text(i) == s {
			return true
		}
	}
	return false
}

func TestMethod_Invariances(t *testing.T) {
	t.Parallel()
	in := churn(2000, 3)
	want := fit(t, in, nil)
	one, err := dtree.New().Fit(t.Context(), sdk.Request{Table: in, Seed: 1, Threads: 1}, sdktest.Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, one); d != "" {
		t.Errorf("one thread: %s", d)
	}
	perm := rand.New(rand.NewPCG(9, 9)).Perm(in.Rows)
	rows := make([]int32, in.Rows)
	for to, from := range perm {
		rows[to] = int32(from)
	}
	got := fit(t, in.Pick(rows), nil)
	if d := cmp.Diff(want.Tables, got.Tables); d != "" {
		t.Errorf("shuffled: %s", d)
	}
	if d := cmp.Diff(want.Metrics, got.Metrics); d != "" {
		t.Errorf("shuffled: %s", d)
	}
	if string(want.Model.Data) != string(got.Model.Data) {
		t.Error("the model depends on the order of rows")
	}
}

// Many customers are not sorted first; the order of rows matters no more for that.
func TestMethod_ManyInAnotherOrder(t *testing.T) {
	t.Parallel()
	in := churn(70_000, 3)
	p := sdk.Params{"max_depth": sdk.Int(7), "min_leaf": sdk.Int(20), "folds": sdk.Int(3)}
	want := fit(t, in, p)
	rows := make([]int32, in.Rows)
	for to, from := range rand.New(rand.NewPCG(9, 9)).Perm(in.Rows) {
		rows[to] = int32(from)
	}
	got, err := dtree.New().Fit(t.Context(), sdk.Request{Table: in.Pick(rows), Params: p, Seed: 1, Threads: 1}, sdktest.Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want.Tables, got.Tables); d != "" {
		t.Errorf("shuffled: %s", d)
	}
	if d := cmp.Diff(want.Metrics, got.Metrics); d != "" {
		t.Errorf("shuffled: %s", d)
	}
	if string(want.Model.Data) != string(got.Model.Data) {
		t.Error("the model depends on the order of rows")
	}
}

func TestMethod_ApplyAgreesWithFit(t *testing.T) {
	t.Parallel()
	in := churn(2000, 3)
	for _, p := range []sdk.Params{nil, {"max_depth": sdk.Int(0), "min_leaf": sdk.Int(2), "prune": sdk.TextValue("none")}} {
		res := fit(t, in, p)
		a, _ := dtree.New().(sdk.Applier)
		got, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: in, Model: res.Model}, sdktest.Quiet{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(res.Columns, got.Columns); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(res.Segments, got.Segments); d != "" {
			t.Error(d)
		}
	}
}

// A numeric outcome is predicted as a number.
func TestMethod_Numbers(t *testing.T) {
	t.Parallel()
	in := churn(2000, 4)
	in.Columns[0].Role, in.Columns[2].Role = "features", "target"
	in.Columns[4].Floats = make([]float64, in.Rows)
	for i, x := range in.Columns[2].Floats {
		in.Columns[4].Floats[i] = math.Round(math.Log(x)*4) + float64(i%3)
	}
	res := fit(t, in, nil)
	if res.Columns[1].Name != "predicted" || metric(res, "rSquared") < 0.3 {
		t.Errorf("%s, variance explained %g", res.Columns[1].Name, metric(res, "rSquared"))
	}
}

func TestMethod_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	column := func(name, role string, v ...float64) table.Column {
		return table.Column{Name: name, Role: role, Kind: table.Float64, Floats: v}
	}
	many := table.Column{Name: "id", Role: "features", Kind: table.Category}
	ones := table.Column{Name: "y", Role: "target", Kind: table.Int64}
	for i := range 10_000 {
		many.Dict = append(many.Dict, "customer "+string(rune('a'+i%26))+string(rune('A'+i/26%26))+string(rune('0'+i/676)))
		many.Codes = append(many.Codes, uint32(i))
		ones.Ints = append(ones.Ints, int64(i%2))
	}
	copied := churn(1000, 1)
	copied.Columns[5].Ints = make([]int64, 1000)
	for i, c := range copied.Columns[0].Codes {
		copied.Columns[5].Ints[i] = int64(c)
	}
	nan := math.NaN()
	tests := map[string]struct {
		t    *table.Table
		p    sdk.Params
		want string
	}{
		"nobody":               {&table.Table{Columns: []table.Column{column("y", "target"), column("x", "features")}}, nil, "no_customers"},
		"one customer":         {&table.Table{Rows: 1, Columns: []table.Column{column("y", "target", 1), column("x", "features", 2)}}, nil, "one_class"},
		"one class":            {&table.Table{Rows: 3, Columns: []table.Column{column("y", "target", 1, 1, 1), column("x", "features", 1, 2, 3)}}, nil, "one_class"},
		"constant factor":      {&table.Table{Rows: 3, Columns: []table.Column{column("y", "target", 1, 0, 1), column("x", "features", 2, 2, 2)}}, nil, "no_split"},
		"no value anywhere":    {&table.Table{Rows: 3, Columns: []table.Column{column("y", "target", 1, 0, 1), column("x", "features", nan, nan, nan)}}, nil, "not_finite"},
		"outcome not a number": {&table.Table{Rows: 3, Columns: []table.Column{column("y", "target", 1, nan, 1), column("x", "features", 1, 2, 3)}}, nil, "target_range"},
		"huge outcome":         {&table.Table{Rows: 3, Columns: []table.Column{column("y", "target", 1, 1e300, 0.5), column("x", "features", 1, 2, 3)}}, nil, "target_range"},
		"like an identifier":   {&table.Table{Rows: 10_000, Columns: []table.Column{ones, many}}, nil, "id_like"},
		"outcome in disguise":  {copied, nil, "leakage"},
		"unknown value":        {churn(100, 1), sdk.Params{"positive": sdk.TextValue("gone")}, "positive_unknown"},
		"variance of category": {churn(100, 1), sdk.Params{"criterion": sdk.TextValue("variance")}, "variance_of_category"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, d := range run(t, tt.t, tt.p).Diagnostics {
				if d.Summary.ZH == "" || d.Summary.EN == "" {
					t.Errorf("half a sentence: %+v", d)
				}
				if d.Code == tt.want {
					return
				}
			}
			t.Errorf("%s is not said", tt.want)
		})
	}
}

func TestMethod_Hostile(t *testing.T) {
	t.Parallel()
	for _, v := range [][]float64{{1, 1e300, -1e300, math.Inf(1), 5e-324, 0, math.Copysign(0, -1), 3}, {1, 1, 1, 1, 1, 1, 1, 2}, {math.MaxFloat64, -math.MaxFloat64, 0, 1, 2, 3, 4, 5}} {
		for _, least := range []int64{1, 2, 100} {
			in := &table.Table{Rows: 8, Columns: []table.Column{
				{Name: "y", Role: "target", Kind: table.Bool, Ints: []int64{0, 1, 0, 1, 1, 0, 0, 1}},
				{Name: "x", Role: "features", Kind: table.Float64, Floats: v},
			}}
			res := fit(t, in, sdk.Params{"min_leaf": sdk.Int(least), "max_depth": sdk.Int(0), "prune": sdk.TextValue("none")})
			for _, x := range res.Columns[1].Floats {
				if !(x >= 0 && x <= 1) {
					t.Errorf("probability %g", x)
				}
			}
		}
	}
}

func TestMethod_Cancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := dtree.New().Fit(ctx, sdk.Request{Table: churn(2000, 1), Threads: 2}, sdktest.Quiet{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestMethod_ApplyRefusesForeignModels(t *testing.T) {
	t.Parallel()
	a, _ := dtree.New().(sdk.Applier)
	for _, data := range []string{``, `{}`, `{"nodes":[{"feature":0,"left":0,"right":0}],"segments":[{"key":"a"}],"features":[{"name":"x"}]}`} {
		if _, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: churn(10, 1), Model: sdk.Model{Format: "application/json", Version: 1, Data: []byte(data)}}, sdktest.Quiet{}); err == nil {
			t.Errorf("%s was accepted", data)
		}
	}
}

func BenchmarkFit100k(b *testing.B) {
	in := churn(100_000, 1)
	rnd := rand.New(rand.NewPCG(5, 5))
	for j := range 15 {
		c := table.Column{Name: string(rune('a' + j)), Role: "features", Kind: table.Float64, Floats: make([]float64, in.Rows)}
		for i := range c.Floats {
			c.Floats[i] = rnd.NormFloat64()
		}
		in.Columns = append(in.Columns, c)
	}
	for name, p := range map[string]sdk.Params{"cross-validated": {"max_depth": sdk.Int(6)}, "two folds": {"max_depth": sdk.Int(6), "folds": sdk.Int(2)}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				fit(b, in, p)
			}
		})
	}
}
