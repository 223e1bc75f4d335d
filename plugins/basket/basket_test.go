package basket_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/internal/patience"
	"qunxiang/internal/reference"
	"qunxiang/plugins/basket"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

func TestContract(t *testing.T) {
	t.Parallel()
	sdktest.Run(t, basket.New())
}

// sale is one line: who, when, which order and what.
type sale struct {
	customer, day, order int
	product              string
}

// request makes a run of the sales.
func request(customers int, sales []sale, params sdk.Params) sdk.Request {
	n := len(sales)
	slices.SortStableFunc(sales, func(a, b sale) int { return 1000*(a.customer-b.customer) + a.day - b.day })
	lines := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "customer", Kind: table.Int64},
		{Name: "day", Kind: table.Int64},
		{Name: "amount", Kind: table.Float64},
		{Name: "order", Kind: table.Int64},
		{Name: "product", Kind: table.Category},
	}}
	c := lines.Columns
	for _, s := range sales {
		c[0].Ints, c[1].Ints, c[3].Ints = append(c[0].Ints, int64(s.customer)), append(c[1].Ints, int64(s.day)), append(c[3].Ints, int64(s.order))
		c[2].Floats = append(c[2].Floats, float64(len(s.product)))
		k := slices.Index(c[4].Dict, s.product)
		if k < 0 {
			k = len(c[4].Dict)
			c[4].Dict = append(c[4].Dict, s.product)
		}
		c[4].Codes = append(c[4].Codes, uint32(k))
	}
	return sdk.Request{
		Table: &table.Table{Rows: customers}, Params: params, Threads: 1,
		Details: []sdk.DetailTable{{ID: sdk.DetailLines, Table: lines}},
	}
}

func run(tb testing.TB, req sdk.Request) sdk.Response {
	tb.Helper()
	res, err := basket.New().Fit(tb.Context(), req, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

// measures is one row of the table of rules.
type measures struct {
	baskets                                                    int
	support, confidence, lift, low, leverage, conviction, p, q float64
}

// rules reads the table: "group: a + b → c".
func rules(tb testing.TB, res sdk.Response) map[string]measures {
	tb.Helper()
	out := map[string]measures{}
	for _, d := range res.Tables {
		if d.ID != "rules" {
			continue
		}
		if err := d.Table.Check(); err != nil {
			tb.Fatal(err)
		}
		real := func(name string, i int) float64 {
			c := d.Table.Column(name)
			if c.Missing(i) {
				return math.Inf(1)
			}
			return c.Float(i)
		}
		for i := range d.Table.Rows {
			name := d.Table.Column("if").Text(i) + " → " + d.Table.Column("then").Text(i)
			if g := d.Table.Column("group"); !g.Missing(i) {
				name = g.Text(i) + ": " + name
			}
			out[name] = measures{
				int(real("baskets", i)), real("support", i), real("confidence", i), real("lift", i), real("liftLow", i),
				real("leverage", i), real("conviction", i), real("p", i), real("q", i),
			}
		}
	}
	return out
}

// The worked example of docs/method/basket.md.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	var sales []sale
	for i := range 10 {
		what := map[bool]string{true: "tea cup", false: "tea"}[i < 4]
		if i >= 6 {
			what = map[bool]string{true: "cup", false: "jam"}[i == 6]
		}
		for p := range strings.FieldsSeq(what) {
			sales = append(sales, sale{i, 0, i, p})
		}
	}
	res := run(t, request(10, sales, sdk.Params{"min_support": sdk.Real(0.1), "min_lift": sdk.Real(0)}))
	got := rules(t, res)["tea → cup"]
	// 10 baskets, 6 with tea, 5 with a cup, 4 with both.
	want := measures{4, 0.4, 4.0 / 6, 4.0 / 3, 0, 0.1, 0.5 / (2.0 / 6), 0, 0}
	want.p = (5.0*15*4/4 + 0) / 252 // overwritten below by counting
	ways := func(x int) float64 { return choose(6, x) * choose(4, 5-x) }
	want.p = (ways(4) + ways(5)) / choose(10, 5)
	want.low = want.lift * math.Exp(-1.959963984540054*math.Sqrt(1.0/4-1.0/6-1.0/5+2*4.0/(6*5)-1.0/10))
	want.q = want.p
	if d := cmp.Diff(want, got, cmp.AllowUnexported(measures{}), near); d != "" {
		t.Error(d)
	}
}

func choose(n, k int) float64 {
	if k < 0 || k > n {
		return 0
	}
	out := 1.0
	for i := range k {
		out = out * float64(n-i) / float64(i+1)
	}
	return out
}

var near = cmp.Comparer(func(a, b float64) bool { return a == b || math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) })

// Every rule of two and three things is found, and nothing else, as plain counting says.
func TestAgainstCounting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		sets := make([]map[string]bool, rapid.IntRange(1, 60).Draw(rt, "baskets"))
		var sales []sale
		for i := range sets {
			sets[i] = map[string]bool{}
			for range 1 + rnd.IntN(5) {
				p := string(rune('a' + min(rnd.IntN(8), rnd.IntN(8))))
				sets[i][p] = true
				sales = append(sales, sale{i % 20, i / 20, i, p})
			}
		}
		least := rapid.Float64Range(0.02, 0.3).Draw(rt, "support")
		got := rules(t, run(t, request(20, sales, sdk.Params{
			"min_support": sdk.Real(least), "min_lift": sdk.Real(1.05), "basket": sdk.TextValue("order"), "max_items": sdk.Int(3),
		})))
		want := counted(sets, least, 1.05)
		for name, m := range want {
			g, ok := got[name]
			if !ok || g.baskets != m.baskets || math.Abs(g.confidence-m.confidence) > 1e-12 || math.Abs(g.lift-m.lift) > 1e-9 {
				rt.Fatalf("%s: got %+v, want %+v", name, g, m)
			}
		}
		if len(got) != len(want) {
			rt.Fatalf("%d rules, want %d", len(got), len(want))
		}
	})
}

// counted lists the rules by looking at every basket for every rule.
func counted(sets []map[string]bool, least, lift float64) map[string]measures {
	n := float64(len(sets))
	with := func(things ...string) (out float64) {
		for _, s := range sets {
			if !slices.ContainsFunc(things, func(p string) bool { return !s[p] }) {
				out++
			}
		}
		return out
	}
	out := map[string]measures{}
	try := func(then string, first ...string) {
		both := with(append(slices.Clone(first), then)...)
		m := measures{baskets: int(both), confidence: both / with(first...), lift: both * n / (with(first...) * with(then))} // one division: 21/20 is then 1.05, the least asked for
		if both < 1 || both/n < least-1e-9 || m.lift < lift {
			return
		}
		if len(first) == 2 {
			for _, p := range first {
				if m.confidence <= with(p, then)/with(p) {
					return
				}
			}
		}
		out[strings.Join(first, " + ")+" → "+then] = m
	}
	for a := 'a'; a < 'i'; a++ {
		for b := 'a'; b < 'i'; b++ {
			if a != b {
				try(string(b), string(a))
			}
			for c := 'a'; c < 'i'; c++ {
				if a < b && c != a && c != b {
					try(string(c), string(a), string(b))
				}
			}
		}
	}
	return out
}

// Offers: never what a customer owns already, the rule holds for what they own, and the
// group's own rules are heard first.
func TestOffers(t *testing.T) {
	t.Parallel()
	var sales []sale
	const n = 400
	group := table.Column{Name: "segment:x", Role: "by", Kind: table.Category, Dict: []string{"young", "old"}}
	for c := range n {
		old := c % 2
		group.Codes = append(group.Codes, uint32(old))
		second := []string{"game", "book"}[old]
		sales = append(sales, sale{c, 1, 2 * c, "lamp"})
		if c%5 > 0 { // most who bought a lamp came back for what their group likes
			sales = append(sales, sale{c, 1, 2 * c, second})
		}
	}
	for c := range 400 { // others, so that the lift can be above 1
		sales = append(sales, sale{n + c, 1, 2 * (n + c), "milk"})
		group.Codes = append(group.Codes, uint32(c%2))
	}
	req := request(2*n, sales, sdk.Params{"by": sdk.TextValue("segment:x")})
	req.Table.Columns = []table.Column{group}
	res := run(t, req)
	offer := res.Columns[0]
	for c := range 2 * n {
		want := ""
		if c < n && c%5 == 0 {
			want = []string{"game", "book"}[c%2]
		}
		got := ""
		if !offer.Missing(c) {
			got = offer.Text(c)
		}
		if got != want {
			t.Fatalf("customer %d is offered %q, want %q; %v", c, got, want, rules(t, res))
		}
	}
	if _, ok := rules(t, res)["old: lamp → book"]; !ok {
		t.Errorf("no rule of a group: %v", rules(t, res))
	}
}

// Independent purchases give rules by chance only, and nothing is offered on them more
// often than the bound allows.
func TestChanceIsCalledChance(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 6))
	var sales []sale
	for i := range 2000 {
		for p := range 12 {
			if rnd.IntN(4) == 0 {
				sales = append(sales, sale{i, 0, i, fmt.Sprint("p", p)})
			}
		}
	}
	res := run(t, request(2000, sales, sdk.Params{"min_lift": sdk.Real(0), "max_items": sdk.Int(2)}))
	sure, all := 0, 0
	for _, m := range rules(t, res) {
		all++
		if m.q < 0.05 {
			sure++
		}
	}
	if !slices.ContainsFunc(res.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == "only_chance" }) && sure == 0 {
		t.Error("chance is not called chance")
	}
	if all != 132 || sure > 4 {
		t.Errorf("%d of %d rules are beyond chance", sure, all)
	}
}

// Groceries: baskets are a member's day, as published counts take them (14,963 baskets
// of 38,765 lines; golden/dialect/import_facts.json has the lines).
func TestGroceries(t *testing.T) {
	t.Parallel()
	all := reference.Rows(t, "transactions/groceries_dataset.csv")
	members := map[string]int{}
	var sales []sale
	for i, r := range all[1:] {
		if _, ok := members[r[0]]; !ok {
			members[r[0]] = len(members)
		}
		day, err := time.Parse("02-01-2006", r[1])
		if err != nil {
			t.Fatal(err)
		}
		sales = append(sales, sale{members[r[0]], int(day.Unix()/86400) - 16000, i, r[2]})
	}
	slices.SortFunc(sales, func(a, b sale) int { return 10000*(a.customer-b.customer) + a.day - b.day })
	res := run(t, request(len(members), sales, sdk.Params{"min_support": sdk.Real(0.001), "min_lift": sdk.Real(0), "max_items": sdk.Int(2)}))
	value := map[string]float64{}
	for _, m := range res.Metrics {
		if m.Value != nil {
			value[m.ID] = *m.Value
		}
		if m.ID == "basket" && m.Word != "day" {
			t.Errorf("a basket is %q", m.Word)
		}
	}
	if value["baskets"] != 14963 || value["items"] != 167 {
		t.Errorf("%v", value)
	}
	// Counted with sets of (member, date) in another program.
	got := rules(t, res)["other vegetables → whole milk"]
	if got.baskets != 222 || math.Abs(got.confidence-0.12151067323481117) > 1e-9 {
		t.Errorf("%+v", got)
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	empty := request(3, nil, nil)
	empty.Details[0].Table.Columns[4].Dict = []string{""}
	none := request(3, nil, nil)
	none.Details = nil
	blank := request(2, []sale{{0, 0, 0, ""}, {1, 0, 1, ""}}, nil)
	var one []sale
	for i := range 40 {
		one = append(one, sale{i, 0, i, "only"})
	}
	single := request(40, one, nil)
	var many []sale
	for i := range 10_000 {
		many = append(many, sale{i % 100, i / 100, i / 3, fmt.Sprint("商 品", i)})
	}
	for name, c := range map[string]struct {
		req  sdk.Request
		code string
	}{
		"no lines": {empty, "no_items"}, "no transactions": {none, "no_items"}, "blank": {blank, "no_items"},
		"one thing": {single, "single_items"}, "ten thousand things": {request(100, many, nil), "no_rules"},
	} {
		res := run(t, c.req)
		if !slices.ContainsFunc(res.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == c.code }) {
			t.Errorf("%s: %+v", name, res.Diagnostics)
		}
	}
}

// A run ends soon after being told to.
func TestCancel(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	var sales []sale
	names := make([]string, 300)
	for i := range names {
		names[i] = fmt.Sprint("thing ", i)
	}
	for i := range 60_000 {
		for range 12 {
			sales = append(sales, sale{i, 0, i, names[rnd.IntN(300)]})
		}
	}
	req := request(60_000, sales, sdk.Params{"min_support": sdk.Real(0), "min_lift": sdk.Real(0)})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := basket.New().Fit(ctx, req, sdktest.Quiet{})
	took := time.Since(start) - 300*time.Millisecond
	t.Logf("ended %v after the end", took)
	if !errors.Is(err, context.DeadlineExceeded) || took > patience.For(500*time.Millisecond) {
		t.Errorf("%v after %v", err, took)
	}
}

// Names that no cell of a result could hold are cut and cleaned.
func TestLongNames(t *testing.T) {
	t.Parallel()
	var sales []sale
	for i := range 200 {
		sales = append(sales, sale{i, 0, i, strings.Repeat("茶", 500)}, sale{i, 0, i, "line\nbreak\u202e"})
		if i > 100 {
			sales = append(sales, sale{i, 1, 1000 + i, "milk"})
		}
	}
	for name := range rules(t, run(t, request(200, sales, nil))) {
		if strings.ContainsAny(name, "\n\u202e") || len([]rune(name)) > 256 {
			t.Errorf("%q", name)
		}
	}
}
