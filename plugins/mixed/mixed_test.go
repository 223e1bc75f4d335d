package mixed_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/internal/patience"
	"qunxiang/plugins/mixed"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

func TestContract(t *testing.T) {
	t.Parallel()
	in := sdktest.Table(mixed.New().Info(), 150, 1)
	sdktest.Run(t, mixed.New(),
		sdktest.Case{Name: "prototypes", Table: in, Params: sdk.Params{"k": sdk.Int(3)}, Seed: 1},
		sdktest.Case{Name: "medoids", Table: in, Params: sdk.Params{"k": sdk.Int(3), "algorithm": sdk.TextValue("pam")}, Seed: 1})
}

func run(tb testing.TB, in *table.Table, params sdk.Params) sdk.Response {
	tb.Helper()
	res, err := mixed.New().Fit(tb.Context(), sdk.Request{Table: in, Params: params, Seed: 7, Threads: 2}, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

func word(res sdk.Response, id string) string {
	for _, m := range res.Metrics {
		if m.ID == id {
			return m.Word
		}
	}
	return ""
}

// people makes customers of so many kinds, who differ in spending, age, city and sex;
// with no kinds nothing knows of anything.
func people(n, kinds int, seed uint64) (*table.Table, []int) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	in := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "spend", Kind: table.Float64, Role: "features", Unit: "money"},
		{Name: "age", Kind: table.Int64, Role: "features"},
		{Name: "city", Kind: table.Category, Role: "features", Dict: []string{"上海", "北京", "广州", "成都", "西安"}},
		{Name: "sex", Kind: table.Category, Role: "features", Dict: []string{"f", "m"}},
	}}
	c := in.Columns
	truth := make([]int, n)
	for i := range n {
		k := 0
		if kinds > 0 {
			k = i % kinds
		}
		truth[i] = k
		c[0].Floats = append(c[0].Floats, 100*float64(k+1)+10*rnd.NormFloat64())
		c[1].Ints = append(c[1].Ints, int64(20+10*((k*3)%5)+rnd.IntN(5)))
		city, sex := k, k%2
		if kinds == 0 || rnd.IntN(10) == 0 {
			city, sex = rnd.IntN(5), rnd.IntN(2)
		}
		c[2].Codes, c[3].Codes = append(c[2].Codes, uint32(city)), append(c[3].Codes, uint32(sex))
	}
	return in, truth
}

// Planted kinds come back, by both algorithms, ordered by money, whatever the order of
// customers and the number of cores.
func TestFindsKinds(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"kprototypes", "pam"} {
		in, truth := people(300, 4, 1)
		params := sdk.Params{"algorithm": sdk.TextValue(algorithm)}
		if algorithm == "pam" {
			params["k"] = sdk.Int(4) // Gower lets every strayed city count as much as spending
		}
		res := run(t, in, params)
		if len(res.Segments) != 4 || word(res, "structure") == "none" {
			t.Fatalf("%s: %d groups, %s; %+v", algorithm, len(res.Segments), word(res, "structure"), res.Diagnostics)
		}
		right := 0
		for i, k := range truth {
			if res.Columns[0].Text(i) == fmt.Sprint("c", 4-k) {
				right++
			}
		}
		if right < 280 { // every tenth customer has a city and a sex of another kind
			t.Fatalf("%s: %d of 300 are right", algorithm, right)
		}
		order := make([]int32, in.Rows)
		for i, j := range rand.New(rand.NewPCG(2, 2)).Perm(in.Rows) {
			order[i] = int32(j)
		}
		other := run(t, in.Pick(order), params)
		for i, j := range order {
			if res.Columns[1].Floats[j] != other.Columns[1].Floats[i] || res.Columns[0].Codes[j] != other.Columns[0].Codes[i] {
				t.Fatalf("%s: customer %d depends on the order", algorithm, j)
			}
		}
		alone, err := mixed.New().Fit(t.Context(), sdk.Request{Table: in, Params: params, Seed: 7, Threads: 1}, sdktest.Quiet{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(res, alone); d != "" {
			t.Error(d)
		}
	}
}

// Data in which columns know nothing of each other have no groups.
func TestNoStructure(t *testing.T) {
	t.Parallel()
	wrong := 0
	for seed := range uint64(10) {
		in, _ := people(250, 0, seed)
		if res := run(t, in, sdk.Params{"restarts": sdk.Int(3)}); word(res, "structure") != "none" {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d of 10 times groups were seen in nothing", wrong)
	}
}

// The worked example of docs/method/mixed.md.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	in := &table.Table{Rows: 4, Columns: []table.Column{
		{Name: "spend", Kind: table.Float64, Role: "features", Floats: []float64{1, 2, 9, 10}},
		{Name: "city", Kind: table.Category, Role: "features", Codes: []uint32{0, 0, 1, 0}, Dict: []string{"A", "B"}},
	}}
	p := sdk.Params{"k": sdk.Int(2), "gamma": sdk.Real(0.5), "cap": sdk.Real(0), "log": sdk.TextValue("none"), "scale": sdk.TextValue("none")}
	value := func(res sdk.Response, id string) float64 {
		for _, m := range res.Metrics {
			if m.ID == id {
				return *m.Value
			}
		}
		return math.NaN()
	}
	if got := value(run(t, in, p), "cost"); math.Abs(got-1.5) > 1e-12 {
		t.Errorf("cost %g", got)
	}
	p["algorithm"] = sdk.TextValue("pam")
	// Differences in spending are parts of the range 9 and count half: (1/9)/2 + (8/9)/2.
	if got := value(run(t, in, p), "cost"); math.Abs(got-0.5) > 1e-12 {
		t.Errorf("cost of medoids %g", got)
	}
}

// Later customers fall where the nearest centre is, unknown categories included.
func TestApply(t *testing.T) {
	t.Parallel()
	in, _ := people(200, 3, 3)
	res := run(t, in, sdk.Params{"k": sdk.Int(3)})
	m, ok := mixed.New().(sdk.Applier)
	if !ok {
		t.Fatal("cannot apply")
	}
	again, err := m.Apply(t.Context(), sdk.ApplyRequest{Table: in, Model: res.Model}, sdktest.Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(res.Columns[0].Codes, again.Columns[0].Codes); d != "" {
		t.Error(d)
	}
	in.Columns[2].Dict = []string{"x", "y", "z", "u", "v"}
	if again, err = m.Apply(t.Context(), sdk.ApplyRequest{Table: in, Model: res.Model}, sdktest.Quiet{}); err != nil || len(again.Columns) == 0 {
		t.Errorf("unknown categories: %v, %+v", err, again.Diagnostics)
	}
	for _, broken := range []string{`{}`, `{"features":[{"name":"a"}],"centres":[[1]],"segments":[{}]}`, `[`} {
		if _, err := m.Apply(t.Context(), sdk.ApplyRequest{Table: in, Model: sdk.Model{Format: "application/json", Version: 1, Data: []byte(broken)}}, sdktest.Quiet{}); err == nil {
			t.Errorf("model %s is taken", broken)
		}
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	column := func(v ...float64) *table.Table {
		in := &table.Table{Rows: len(v), Columns: []table.Column{
			{Name: "消费 金额", Kind: table.Float64, Role: "features", Floats: v},
			{Name: "城 市", Kind: table.Category, Role: "features", Codes: make([]uint32, len(v)), Dict: []string{"a"}},
		}}
		return in
	}
	many := column(make([]float64, 3000)...)
	many.Columns[1].Dict = nil
	for i := range 3000 {
		many.Columns[0].Floats[i] = float64(i % 7)
		many.Columns[1].Codes[i] = uint32(i)
		many.Columns[1].Dict = append(many.Columns[1].Dict, fmt.Sprint("n", i))
	}
	for name, c := range map[string]struct {
		in     *table.Table
		params sdk.Params
		code   string
	}{
		"one customer":     {column(1), nil, "nothing_varies"},
		"all alike":        {column(1, 1, 1), nil, "nothing_varies"},
		"too many groups":  {column(1, 2, 1, 2), sdk.Params{"k": sdk.Int(3)}, "k_too_large"},
		"not finite":       {column(1, math.NaN(), 2), nil, "not_finite"},
		"names":            {many, nil, "names"},
		"unknown presence": {column(1, 2, 3), sdk.Params{"asymmetric": sdk.TextValue("nothing"), "algorithm": sdk.TextValue("pam")}, "unknown_column"},
		"huge":             {column(1e300, -1e300, 1e300, 0, 5, -1e300), nil, ""},
		"huge as it is":    {column(1e300, -1e300, 1e300, 0, 5, -1e300), sdk.Params{"scale": sdk.TextValue("none"), "cap": sdk.Real(0), "log": sdk.TextValue("none")}, "out_of_range"},
		"range overflows":  {column(1.7e308, -1.7e308, 0, 5, 1), sdk.Params{"algorithm": sdk.TextValue("pam")}, "out_of_range"},
	} {
		res := run(t, c.in, c.params)
		if c.code == "" && len(res.Segments) == 0 {
			t.Errorf("%s: %+v", name, res.Diagnostics)
		}
		if c.code != "" && !slices.ContainsFunc(res.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == c.code }) {
			t.Errorf("%s: %+v", name, res.Diagnostics)
		}
	}
}

// Where as many medoids as different rows leave no cost, rounding is no gain: the search
// ends, in the shuffled sets too, which have more different rows than the data.
func TestMedoidsOfFewRows(t *testing.T) {
	t.Parallel()
	in := &table.Table{Rows: 200, Columns: []table.Column{
		{Name: "a", Kind: table.Float64, Role: "features"},
		{Name: "b", Kind: table.Float64, Role: "features"},
		{Name: "c", Kind: table.Category, Role: "features", Dict: []string{"x", "y"}},
	}}
	for i := range in.Rows {
		in.Columns[0].Floats = append(in.Columns[0].Floats, float64(5+i%2))
		in.Columns[1].Floats = append(in.Columns[1].Floats, float64(7+i%2))
		in.Columns[2].Codes = append(in.Columns[2].Codes, uint32(i%2))
	}
	for _, algorithm := range []string{"pam", "kprototypes"} {
		if res := run(t, in, sdk.Params{"algorithm": sdk.TextValue(algorithm)}); len(res.Segments) != 2 || word(res, "structure") != "clear" {
			t.Errorf("%s: %d groups, %s", algorithm, len(res.Segments), word(res, "structure"))
		}
	}
}

// A run ends soon after being told to.
func TestCancel(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"kprototypes", "pam"} {
		in, _ := people(200_000, 5, 4)
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
		start := time.Now()
		_, err := mixed.New().Fit(ctx, sdk.Request{Table: in, Params: sdk.Params{"algorithm": sdk.TextValue(algorithm)}, Threads: 1}, sdktest.Quiet{})
		took := time.Since(start) - 150*time.Millisecond
		cancel()
		t.Logf("%s ended %v after the end", algorithm, took)
		if !errors.Is(err, context.DeadlineExceeded) || took > patience.For(500*time.Millisecond) {
			t.Errorf("%s: %v after %v", algorithm, err, took)
		}
	}
}

// Above the size of a sample the number of groups is chosen on one, and the groups are
// those of all customers.
func TestManyCustomers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes a few seconds")
	}
	in, truth := people(60_000, 3, 9)
	res := run(t, in, sdk.Params{"restarts": sdk.Int(3)})
	if len(res.Segments) != 3 || len(res.Columns[0].Codes) != len(truth) {
		t.Fatalf("%d groups of %d customers", len(res.Segments), len(res.Columns[0].Codes))
	}
	right := 0
	for i, k := range truth {
		if res.Columns[0].Text(i) == fmt.Sprint("c", 3-k) {
			right++
		}
	}
	if right < len(truth)*95/100 {
		t.Errorf("%d of %d are right", right, len(truth))
	}
}
