package tiers_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/tiers"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

func day(tb testing.TB, s string) int {
	tb.Helper()
	d, err := time.Parse("2006-01-02", s)
	if err != nil {
		tb.Fatal(err)
	}
	return int(d.Unix() / 86400)
}

type order struct {
	who    int64
	day    string
	amount float64
}

// example is the five customers of docs/method/tiers.md.
func example(tb testing.TB, asOf string) sdk.Request {
	tb.Helper()
	list := []order{
		{0, "2023-01-10", 2500},
		{1, "2023-01-10", 1500},
		{1, "2023-06-01", 1200},
		{2, "2023-06-01", 1200},
		{3, "2024-02-01", 2000},
	}
	t := &table.Table{Rows: len(list), Columns: []table.Column{{Name: "customer", Kind: table.Int64}, {Name: "day", Kind: table.Int64}, {Name: "amount", Kind: table.Float64}}}
	money := make([]float64, 5)
	for _, o := range list {
		t.Columns[0].Ints = append(t.Columns[0].Ints, o.who)
		t.Columns[1].Ints = append(t.Columns[1].Ints, int64(day(tb, o.day)))
		t.Columns[2].Floats = append(t.Columns[2].Floats, o.amount)
		money[o.who] += o.amount
	}
	return sdk.Request{
		Table: values("monetary", money...), AsOf: day(tb, asOf), Threads: 1,
		Details: []sdk.DetailTable{{ID: sdk.DetailOrders, Table: t}},
	}
}

func values(name string, v ...float64) *table.Table {
	return &table.Table{Rows: len(v), Columns: []table.Column{{Name: name, Kind: table.Float64, Role: "value", Floats: v}}}
}

func fit(tb testing.TB, req sdk.Request, p sdk.Params) sdk.Response {
	tb.Helper()
	req.Params = p
	res, err := tiers.New().Fit(tb.Context(), req, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

func told(res sdk.Response) []string {
	var out []string
	for i := range res.Columns[0].Codes {
		s := fmt.Sprintf("%s %g %s", res.Columns[0].Text(i), res.Columns[1].Floats[i], res.Columns[3].Text(i))
		if !res.Columns[4].Missing(i) {
			s += fmt.Sprint(" ", res.Columns[4].Ints[i])
		}
		out = append(out, s)
	}
	return out
}

func protection(grace int64, keep float64, months int64) sdk.Params {
	return sdk.Params{
		"ladder": sdk.TextValue("普通|Regular:0，VIP：2千"), "grace_days": sdk.Int(grace), "keep_ratio": sdk.Real(keep), "window_months": sdk.Int(months),
	}
}

// The worked example of docs/method/tiers.md.
func TestFit_WorkedExample(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		asOf string
		p    sdk.Params
		want []string
	}{
		{"2024-02-09", protection(30, 0.5, 12), []string{"VIP 0 grace 1", "VIP 1200 keep", "普通 1200 none", "VIP 2000 none", "普通 0 none"}},
		{"2024-02-10", protection(30, 0.5, 12), []string{"普通 0 none", "VIP 1200 keep", "普通 1200 none", "VIP 2000 none", "普通 0 none"}},
		{"2024-02-09", protection(0, 1, 12), []string{"普通 0 none", "普通 1200 none", "普通 1200 none", "VIP 2000 none", "普通 0 none"}},
		{"2024-02-09", protection(0, 1, 0), []string{"VIP 2500 none", "VIP 2700 none", "普通 1200 none", "VIP 2000 none", "普通 0 none"}},
		{"2024-02-09", protection(30, 0.5, 0), []string{"VIP 2500 none", "VIP 2700 none", "普通 1200 none", "VIP 2000 none", "普通 0 none"}},
	} {
		res := fit(t, example(t, tt.asOf), tt.p)
		if d := cmp.Diff(tt.want, told(res)); d != "" {
			t.Errorf("%s %v: %s %v", tt.asOf, tt.p, d, res.Diagnostics)
		}
	}
	res := fit(t, example(t, "2024-02-09"), protection(30, 0.5, 12))
	ladder := res.Tables[0].Table
	for column, want := range map[string][]int64{"customers": {3, 2}, "byKeep": {1, 0}, "byGrace": {1, 0}} {
		if d := cmp.Diff(want, ladder.Column(column).Ints); d != "" {
			t.Errorf("%s: %s", column, d)
		}
	}
	sim := res.Tables[1].Table
	at := slices.Index(sim.Column("from").Floats, 2000)
	if at < 0 || sim.Column("customers").Ints[at] != 1 {
		t.Errorf("simulator: %v %v", sim.Column("from").Floats, sim.Column("customers").Ints)
	}
	until := res.Columns[5]
	for i, want := range map[int]string{0: "2024-02-09", 1: "2024-07-01", 3: "2025-03-03"} {
		if got := time.UnixMicro(until.Ints[i]).UTC().Format("2006-01-02"); got != want || until.Missing(i) {
			t.Errorf("customer %d keeps the tier until %s, want %s", i+1, got, want)
		}
	}
	if got := res.Columns[2].Floats[2]; got != 800 {
		t.Errorf("short of VIP: %v, want 800", got)
	}
	if !res.Columns[2].Missing(0) {
		t.Error("the highest tier has a next one")
	}
}

// Without a ladder it follows from the ranks, and the thresholds are said.
func TestFit_AutomaticLadder(t *testing.T) {
	t.Parallel()
	v := make([]float64, 100)
	for i := range v {
		v[i] = float64(i*37%100)*10 + 5 // 5, 15 … 995 in some order
	}
	res := fit(t, sdk.Request{Table: values("monetary", v...)}, nil)
	// The 20th and 5th largest are 805 and 955; in two digits 800 and 950.
	if got := res.Tables[0].Table.Column("from").Floats; !slices.Equal(got, []float64{950, 800, 0}) {
		t.Error(got)
	}
	if got := res.Tables[0].Table.Column("customers").Ints; !slices.Equal(got, []int64{5, 15, 80}) {
		t.Error(got)
	}
	if d := res.Diagnostics[0]; d.Code != "ladder_auto" || !strings.Contains(d.Summary.ZH, "VIP ≥ 800") {
		t.Error(d)
	}
	res = fit(t, sdk.Request{Table: values("monetary", 7, 7, 7)}, nil)
	if len(res.Segments) != 1 || res.Diagnostics[0].Severity != sdk.SeverityWarning {
		t.Errorf("%+v", res.Segments)
	}
}

func TestFit_Ladders(t *testing.T) {
	t.Parallel()
	in := sdk.Request{Table: values("balance", 100, 60_000, 700_000, 6_000_000, -5)}
	for ladder, want := range map[string]string{
		"bank":                          "mass preferred wealth private mass",
		"A:0,B:6万":                      "A B B B A",
		"高:60000":                       "no_tier 高 高 高 no_tier",
		"B:700k, A:0":                   "A A B B A",
		"A:0,B:1亿,":                     "A A A A A",
		"A|甲:-10；B|乙:0,C: ¥700000":      "B B C C A",
		"":                              "!param",
		"A":                             "!ladder",
		"A:x":                           "!ladder",
		"A:1,B:1":                       "!ladder",
		"A:1,A:2":                       "!ladder",
		"A:1e999":                       "!ladder",
		"A\x02:1":                       "!ladder",
		",":                             "!ladder",
		strings.Repeat("长", 200) + ":1": "!ladder",
	} {
		if ladder == "" {
			continue // the default
		}
		res := fit(t, in, sdk.Params{"by": sdk.TextValue("balance"), "ladder": sdk.TextValue(ladder)})
		got := ""
		if len(res.Columns) == 0 {
			got = "!" + res.Diagnostics[0].Code
		} else {
			var list []string
			for i := range res.Columns[0].Codes {
				list = append(list, res.Columns[0].Text(i))
			}
			got = strings.Join(list, " ")
		}
		if got != want {
			t.Errorf("%.30q: got %q, want %q: %+v", ladder, got, want, res.Diagnostics)
		}
	}
}

func TestValidate_History(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		by     string
		p      sdk.Params
		orders bool
		want   string
	}{
		"nothing asked":        {"balance", nil, false, ""},
		"window of a balance":  {"balance", sdk.Params{"window_months": sdk.Int(12)}, true, "window_without_orders"},
		"window of money":      {"monetary", sdk.Params{"window_months": sdk.Int(12)}, true, ""},
		"window, no orders":    {"monetary", sdk.Params{"window_months": sdk.Int(12)}, false, "window_without_orders"},
		"grace of a balance":   {"balance", sdk.Params{"grace_days": sdk.Int(30)}, true, "no_history"},
		"grace, all history":   {"monetary", sdk.Params{"keep_ratio": sdk.Real(0.8)}, true, "window_all_history"},
		"grace in a window":    {"frequency", sdk.Params{"keep_ratio": sdk.Real(0.8), "window_months": sdk.Int(6)}, true, ""},
		"a ladder of nonsense": {"monetary", sdk.Params{"ladder": sdk.TextValue("x")}, true, "ladder"},
	} {
		req := sdk.ValidateRequest{Params: tt.p, Columns: []sdk.ColumnSchema{{Name: tt.by, Kind: table.Float64, Role: "value"}}}
		if tt.orders {
			req.Details = []sdk.DetailSchema{{ID: sdk.DetailOrders}}
		}
		res, err := tiers.New().Validate(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(res.Diagnostics) > 0 {
			got = res.Diagnostics[0].Code
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	sdktest.Run(t, tiers.New())
}

func TestFit_Hostile(t *testing.T) {
	t.Parallel()
	for name, v := range map[string][]float64{
		"nobody": {}, "one": {5}, "huge": {1e308, 1e308, -1e308, 1}, "tiny": {5e-324, 0}, "nan": {math.NaN(), 1}, "inf": {math.Inf(1), 1}, "negative": {-1, -2, -3},
	} {
		res := fit(t, sdk.Request{Table: values("monetary", v...)}, nil)
		if len(res.Columns) == 0 && res.Diagnostics[0].Code != "value_not_finite" {
			t.Errorf("%s: %+v", name, res.Diagnostics)
		}
		for _, tab := range res.Tables {
			for _, c := range tab.Table.Columns {
				for _, x := range c.Floats {
					if x-x != 0 {
						t.Errorf("%s: %s has %v", name, c.Name, x)
					}
				}
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tiers.New().Fit(ctx, sdk.Request{Table: values("monetary", 1, 2)}, sdktest.Quiet{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func BenchmarkFit1M(b *testing.B) {
	const customers, each = 200_000, 5
	t := &table.Table{Rows: customers * each, Columns: []table.Column{{Name: "customer", Kind: table.Int64}, {Name: "day", Kind: table.Int64}, {Name: "amount", Kind: table.Float64}}}
	for i := range t.Rows {
		t.Columns[0].Ints = append(t.Columns[0].Ints, int64(i/each))
		t.Columns[1].Ints = append(t.Columns[1].Ints, int64(19000+i%each*150+i/each%90))
		t.Columns[2].Floats = append(t.Columns[2].Floats, float64(i*7919%1000))
	}
	req := sdk.Request{
		Table: values("monetary", make([]float64, customers)...), AsOf: 19900, Threads: 1, Details: []sdk.DetailTable{{ID: sdk.DetailOrders, Table: t}},
		Params: sdk.Params{"window_months": sdk.Int(12), "grace_days": sdk.Int(90), "keep_ratio": sdk.Real(0.8)},
	}
	for b.Loop() {
		if _, err := tiers.New().Fit(b.Context(), req, sdktest.Quiet{}); err != nil {
			b.Fatal(err)
		}
	}
}
