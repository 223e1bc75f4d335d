package lifecycle_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"qunxiang/plugins/lifecycle"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// request is a run of customers with the given purchase days; each pays 10 a day
// unless paid says otherwise.
func request(asOf int, days [][]int, paid ...[]float64) sdk.Request {
	orders := &table.Table{Columns: []table.Column{{Name: "customer", Kind: table.Int64}, {Name: "day", Kind: table.Int64}, {Name: "amount", Kind: table.Float64}}}
	n := len(days)
	recency, count, tenure := make([]int64, n), make([]int64, n), make([]int64, n)
	for c, list := range days {
		for i, d := range list {
			orders.Rows++
			orders.Columns[0].Ints = append(orders.Columns[0].Ints, int64(c))
			orders.Columns[1].Ints = append(orders.Columns[1].Ints, int64(d))
			p := 10.0
			if len(paid) > c && len(paid[c]) > i {
				p = paid[c][i]
			}
			orders.Columns[2].Floats = append(orders.Columns[2].Floats, p)
		}
		recency[c], count[c], tenure[c] = int64(asOf-list[len(list)-1]), int64(len(slices.Compact(slices.Clone(list)))), int64(asOf-list[0])
	}
	return sdk.Request{
		Table: columns(recency, count, tenure), AsOf: asOf, Threads: 1,
		Details: []sdk.DetailTable{{ID: sdk.DetailOrders, Table: orders}},
	}
}

func columns(recency, count, tenure []int64) *table.Table {
	return &table.Table{Rows: len(recency), Columns: []table.Column{
		{Name: "recency_days", Kind: table.Int64, Unit: "day", Role: "recency", Ints: recency},
		{Name: "frequency_days", Kind: table.Int64, Unit: "day", Role: "purchase_days", Ints: count},
		{Name: "tenure_days", Kind: table.Int64, Unit: "day", Role: "tenure", Ints: tenure},
	}}
}

func fit(tb testing.TB, req sdk.Request, p sdk.Params) sdk.Response {
	tb.Helper()
	req.Params = p
	res, err := lifecycle.New().Fit(tb.Context(), req, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

func labels(res sdk.Response) string {
	var out []string
	for i := range res.Columns[0].Codes {
		out = append(out, res.Columns[0].Text(i))
	}
	return strings.Join(out, " ")
}

func metric(res sdk.Response, id string) float64 {
	for _, m := range res.Metrics {
		if m.ID == id && m.Value != nil {
			return *m.Value
		}
	}
	return math.NaN()
}

// example is the eight customers of docs/method/lifecycle.md, as of day 20000.
func example() sdk.Request {
	every := func(first, last, step int) (out []int) {
		for d := first; d <= last; d += step {
			out = append(out, d)
		}
		return out
	}
	return request(20000, [][]int{
		every(19901, 19999, 7),
		every(19821, 19891, 7),
		every(19640, 19940, 60),
		{19990},
		{19500},
		{19960, 19985},
		{19700, 19950, 19985, 19995},
		every(19911, 19995, 12),
	}, nil, nil, nil, nil, nil, nil, nil, []float64{90, 90, 90, 90, 20, 20, 20, 20})
}

// The worked example of docs/method/lifecycle.md.
func TestFit_WorkedExample(t *testing.T) {
	t.Parallel()
	days := func(rhythm string) sdk.Params {
		return sdk.Params{"rhythm": sdk.TextValue(rhythm), "dormant_days": sdk.Int(45), "lost_days": sdk.Int(90)}
	}
	personal := fit(t, example(), days("personal"))
	if got := labels(personal); got != "mature lost mature new lost growing growing declining" {
		t.Error(got)
	}
	fixed := fit(t, example(), days("fixed"))
	if got := labels(fixed); got != "mature lost dormant new lost growing growing declining" {
		t.Error(got)
	}
	if got := metric(personal, "typicalGapDays"); math.Abs(got-18.0996) > 1e-4 {
		t.Errorf("typical gap %v", got)
	}
	for i, want := range []float64{7.1404, 7.1957, 56.0777, 18.0996, 18.0996, 23.7419} {
		if got := personal.Columns[2].Floats[i]; math.Abs(got-want) > 1e-4 {
			t.Errorf("customer %d: expected gap %v, want %v", i+1, got, want)
		}
	}
	if got := personal.Columns[1].Floats[2]; math.Abs(got-60/56.0777) > 1e-5 {
		t.Errorf("overdue ratio %v", got)
	}
	next := slices.IndexFunc(personal.Columns, func(c table.Column) bool { return c.Name == "next_expected" })
	if got := personal.Columns[next].Ints[2] / 86400e6; got != 19940+56 {
		t.Errorf("next purchase on day %d", got)
	}
}

// The fixed rhythm is the rule of N days, exactly.
func TestFit_FixedIsNDays(t *testing.T) {
	t.Parallel()
	var lists [][]int
	for d := range 200 {
		lists = append(lists, []int{19000, 19400, 20000 - d})
	}
	res := fit(t, request(20000, lists), sdk.Params{"rhythm": sdk.TextValue("fixed"), "dormant_days": sdk.Int(60), "lost_days": sdk.Int(120)})
	for d := range lists {
		got := res.Columns[0].Text(d)
		if (got == "lost") != (d >= 120) || (got == "dormant") != (d >= 60 && d < 120) {
			t.Errorf("%d days: %s", d, got)
		}
	}
}

// regulars is n customers with rhythms of their own; one in four has stopped.
func regulars(n int) sdk.Request {
	rng := rand.New(rand.NewPCG(5, 5))
	lists := make([][]int, n)
	for c := range lists {
		gap, day, end := 4+rng.IntN(60), 19000+rng.IntN(300), 20000
		if c%4 == 0 {
			end = 19300 + rng.IntN(600)
		}
		for ok := true; ok; ok = day < end {
			lists[c] = append(lists[c], day)
			day += max(1, int(float64(gap)*(0.6+0.8*rng.Float64())))
		}
	}
	return request(20000, lists)
}

// Where customers do have rhythms of their own, the back-test finds it, and says so.
func TestFit_FindsRhythms(t *testing.T) {
	t.Parallel()
	res := fit(t, regulars(2000), nil)
	if i := slices.IndexFunc(res.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == "rhythm_personal" }); i < 0 {
		t.Errorf("%+v", res.Diagnostics)
	}
	if a, b := metric(res, "aucPersonal"), metric(res, "aucFixed"); !(a > b) {
		t.Errorf("%v, %v", a, b)
	}
	active := 0
	for i, code := range res.Columns[0].Codes {
		if (i%4 == 0) && code < 4 {
			active++
		}
	}
	if active > 200 {
		t.Errorf("%d of 500 who have stopped are called active", active)
	}
}

// Customers with few purchases are drawn to their group.
func TestFit_Groups(t *testing.T) {
	t.Parallel()
	var lists [][]int
	group := table.Column{Name: "segment:RFM", Kind: table.Category, Role: "group", Dict: []string{"weekly", "yearly"}}
	for c := range 40 {
		step := []int{7, 180}[c%2]
		list := []int{}
		for d := 18000 + c; d < 20000; d += step + c%3 {
			list = append(list, d)
		}
		lists = append(lists, list)
		group.Codes = append(group.Codes, uint32(c%2))
	}
	lists, group.Codes = append(lists, []int{19960}, []int{19960}), append(group.Codes, 0, 1)
	req := request(20000, lists)
	req.Table.Columns = append(req.Table.Columns, group)
	res := fit(t, req, sdk.Params{"group": sdk.TextValue(group.Name)})
	a, b := res.Columns[2].Floats[40], res.Columns[2].Floats[41]
	if a > 30 || b < 90 {
		t.Errorf("expected gaps of one-time buyers: %v and %v", a, b)
	}
	if got := res.Columns[0].Text(41); got != "new" {
		t.Error(got)
	}
}

func TestFit_Honest(t *testing.T) {
	t.Parallel()
	once := make([][]int, 50)
	for i := range once {
		once[i] = []int{19000 + 20*i}
	}
	res := fit(t, request(20000, once), nil)
	if res.Diagnostics[0].Code != "few_gaps" || metric(res, "dormantDays") != 90 {
		t.Errorf("%+v", res.Diagnostics)
	}
	req := regulars(60)
	req.Details = nil
	res = fit(t, req, nil)
	if i := slices.IndexFunc(res.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == "no_orders" }); i < 0 {
		t.Errorf("%+v", res.Diagnostics)
	}
	req = example()
	req.Params = sdk.Params{"dormant_days": sdk.Int(90), "lost_days": sdk.Int(90)}
	bad, err := lifecycle.New().Fit(t.Context(), req, sdktest.Quiet{})
	if err != nil || len(bad.Columns) > 0 || bad.Diagnostics[0].Code != "lost_before_dormant" {
		t.Errorf("%v %+v", err, bad.Diagnostics)
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	req := regulars(200)
	sdktest.Run(t, lifecycle.New(),
		sdktest.Case{Name: "orders", Table: req.Table, Details: req.Details, AsOf: req.AsOf},
		sdktest.Case{Name: "columns only", Table: req.Table, AsOf: req.AsOf},
	)
}

// Long lists are sorted in pieces.
func TestFit_ManyOrders(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long")
	}
	res := fit(t, regulars(12_000), nil) // over 2¹⁸ gaps
	if got := metric(res, "aucPersonal"); got < 0.95 {
		t.Error(got)
	}
}

func TestFit_Hostile(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]*table.Table{
		"nobody": columns(nil, nil, nil), "one": columns([]int64{3}, []int64{1}, []int64{3}),
		"contradictions": columns([]int64{10, -5, math.MaxInt64}, []int64{0, 5, math.MaxInt64}, []int64{3, 3, math.MinInt64}),
	} {
		res := fit(t, sdk.Request{Table: in, AsOf: 20000}, nil)
		if len(res.Columns) == 0 || len(res.Columns[0].Codes) != in.Rows {
			t.Errorf("%s: %+v", name, res.Diagnostics)
		}
		for _, c := range res.Columns {
			for _, v := range c.Floats {
				if v-v != 0 {
					t.Errorf("%s: %s has %v", name, c.Name, v)
				}
			}
		}
	}
	broken := example() // rows that are not in the promised order count as none
	broken.Details[0].Table.Columns[0].Ints[0] = 7
	if res := fit(t, broken, nil); len(res.Columns) == 0 {
		t.Error(res.Diagnostics)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lifecycle.New().Fit(ctx, example(), sdktest.Quiet{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func BenchmarkFit(b *testing.B) {
	req := regulars(20_000)
	b.ReportMetric(float64(req.Details[0].Table.Rows), "orders")
	for b.Loop() {
		if _, err := lifecycle.New().Fit(b.Context(), req, sdktest.Quiet{}); err != nil {
			b.Fatal(err)
		}
	}
}
