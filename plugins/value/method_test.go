package value_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/value"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

func TestMethod_Conforms(t *testing.T) {
	t.Parallel()
	m := value.New()
	cases := []sdktest.Case{sdktest.Generated(m.Info(), 240, 1)}
	for _, p := range []sdk.Params{
		{"model": sdk.TextValue("bgnbd")},
		{"model": sdk.TextValue("paretonbd"), "unit": sdk.TextValue("day")},
		{"model": sdk.TextValue("simple"), "segments": sdk.TextValue("alive_value")},
	} {
		c := sdktest.Generated(m.Info(), 240, 2)
		c.Name, c.Params = p["model"].Text, p
		cases = append(cases, c)
	}
	sdktest.Run(t, m, cases...)
}

// order is one order of a customer, who is counted from 0.
type order struct {
	customer int
	day      int64
	amount   float64
}

func request(customers int, asOf int64, p sdk.Params, orders ...order) sdk.Request {
	tb := &table.Table{Rows: len(orders), Columns: []table.Column{
		{Name: "customer", Kind: table.Int64}, {Name: "day", Kind: table.Int64, Unit: "day"}, {Name: "amount", Kind: table.Float64, Unit: "money"},
	}}
	for _, o := range orders {
		c := tb.Columns
		c[0].Ints, c[1].Ints, c[2].Floats = append(c[0].Ints, int64(o.customer)), append(c[1].Ints, o.day), append(c[2].Floats, o.amount)
	}
	return sdk.Request{
		Table: &table.Table{Rows: customers}, Details: []sdk.DetailTable{{ID: sdk.DetailOrders, Table: tb}},
		AsOf: int(asOf), Params: p, Threads: 2,
	}
}

func columns(names []string, v ...[]float64) *table.Table {
	t := &table.Table{Rows: len(v[0])}
	for i, role := range []string{"frequency", "t_x", "age", "monetary"}[:len(v)] {
		t.Columns = append(t.Columns, table.Column{Name: names[i], Role: role, Kind: table.Float64, Floats: v[i]})
	}
	return t
}

func run(t *testing.T, r sdk.Request) sdk.Response {
	t.Helper()
	res, err := value.New().Fit(t.Context(), r, sdktest.Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func fit(t *testing.T, r sdk.Request) sdk.Response {
	t.Helper()
	res := run(t, r)
	if len(res.Columns) == 0 {
		t.Fatalf("no result: %+v", res.Diagnostics)
	}
	return res
}

func column(t *testing.T, res sdk.Response, name string) *table.Column {
	t.Helper()
	c := (&table.Table{Columns: res.Columns}).Column(name)
	if c == nil {
		t.Fatalf("no column %s", name)
	}
	return c
}

func word(res sdk.Response, id string) string {
	for _, m := range res.Metrics {
		if m.ID == id {
			return m.Word
		}
	}
	return ""
}

func codes(res sdk.Response) []string {
	var out []string
	for _, d := range res.Diagnostics {
		out = append(out, d.Code)
	}
	return out
}

// shop makes orders of customers who buy at a pace of their own and leave some day.
func shop(n int, days int64, seed uint64) []order {
	rng := rand.New(rand.NewPCG(seed, 3))
	var out []order
	for i := range n {
		at, pace := rng.Float64()*float64(days)*0.7, 15*math.Exp(1.5*rng.NormFloat64())
		for at < float64(days) {
			out = append(out, order{i, 19_000 + int64(at), math.Round(1000*math.Exp(rng.NormFloat64()/2)) / 10})
			if at += 1 + pace*rng.ExpFloat64(); rng.IntN(7) == 0 {
				break
			}
		}
	}
	return out
}

// TestOrdersOfADayAreOnePurchase, in whatever order they come.
func TestOrdersOfADayAreOnePurchase(t *testing.T) {
	t.Parallel()
	res := fit(t, request(1, 130, nil, order{0, 110, 3}, order{0, 100, 5}, order{0, 110, 4}, order{0, 100, 6}))
	if x, m := column(t, res, "x").Ints[0], column(t, res, "m_x").Floats[0]; x != 1 || m != 7 {
		t.Errorf("x %d, mean %g", x, m)
	}
	if tx, age := column(t, res, "t_x").Floats[0], column(t, res, "T").Floats[0]; tx != 10.0/7 || age != 30.0/7 {
		t.Errorf("t_x %g, T %g", tx, age)
	}
}

// TestEndOfData: the automatic as-of date, a day after the last order, ends the data with
// that order; a later one is taken as it is.
func TestEndOfData(t *testing.T) {
	t.Parallel()
	for asOf, want := range map[int64]string{101: "1970-04-11", 100: "1970-04-11", 120: "1970-05-01"} {
		res := fit(t, request(1, asOf, nil, order{0, 90, 1}, order{0, 100, 1}))
		if got := word(res, "observedUntil"); got != want {
			t.Errorf("as of %d: %s, want %s", asOf, got, want)
		}
	}
}

func TestCalibration(t *testing.T) {
	t.Parallel()
	orders := shop(600, 500, 1)
	end := int64(19_500)
	for _, o := range orders {
		end = min(end, max(o.day, 19_499))
	}
	automatic := fit(t, request(600, end, nil, orders...))
	given := fit(t, request(600, end, sdk.Params{"calibration_end": sdk.TextValue("2022-11-30"), "model": sdk.TextValue("bgnbd")}, orders...))
	for name, res := range map[string]sdk.Response{"automatic": automatic, "given": given} {
		h := tableOf(t, res, "holdout")
		if got := h.Column("chosen").Strings[0]; got != name {
			t.Errorf("%s: chosen %s", name, got)
		}
		if b := h.Column("bias").Floats[0]; math.Abs(b) > 0.5 {
			t.Errorf("%s: bias %g", name, b)
		}
		weeks := tableOf(t, res, "tracking")
		if n := weeks.Rows; n != 71 || weeks.Column("holdout").Ints[0] != 0 || weeks.Column("holdout").Ints[n-1] != 1 {
			t.Errorf("%s: %d weeks", name, n)
		}
	}
	if word(given, "observedUntil") != "2022-11-30" || !slices.Contains(codes(given), "unrated") {
		t.Errorf("%v, up to %s", codes(given), word(given, "observedUntil"))
	}
	// who had not bought by then has no forecast
	p, x := column(t, given, "p_alive"), column(t, given, "x")
	last := given.Segments[len(given.Segments)-1]
	for i := range 600 {
		if p.Missing(i) != x.Missing(i) || p.Missing(i) != (column(t, given, "segment").Text(i) == "unrated") {
			t.Fatalf("customer %d", i)
		}
	}
	if last.Key != "unrated" {
		t.Errorf("last segment %s", last.Key)
	}
	for v, code := range map[string]string{"2022-13-01": "calibration_date", "2030-01-01": "calibration_range", "1999-01-01": "calibration_range"} {
		if got := codes(run(t, request(600, end, sdk.Params{"calibration_end": sdk.TextValue(v)}, orders...))); !slices.Contains(got, code) {
			t.Errorf("%s: %v", v, got)
		}
	}
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

// TestColumns: histories from columns and from the orders that they came from are the
// same, and so is everything that follows.
func TestColumns(t *testing.T) {
	t.Parallel()
	orders := shop(400, 400, 2)
	p := sdk.Params{"model": sdk.TextValue("bgnbd"), "unit": sdk.TextValue("day")}
	want := fit(t, request(400, 19_400, p, orders...))
	x := make([]float64, 400)
	for i, v := range column(t, want, "x").Ints {
		x[i] = float64(v)
	}
	m := column(t, want, "m_x")
	tb := columns([]string{"复购 次数", "recency", "T", "均价"}, x, column(t, want, "t_x").Floats, column(t, want, "T").Floats, m.Floats)
	tb.Columns[3].Valid = m.Valid
	got := fit(t, sdk.Request{Table: tb, Params: p, Threads: 1})
	for _, id := range []string{"segment", "p_alive", "expected_orders", "clv", "clv_low", "clv_high", "expected_value", "money_at_risk", "risk_rank"} {
		if diff := cmp.Diff(column(t, want, id), column(t, got, id)); diff != "" {
			t.Errorf("%s (-orders +columns):\n%s", id, diff)
		}
	}
	if diff := cmp.Diff(tableOf(t, want, "params"), tableOf(t, got, "params")); diff != "" {
		t.Errorf("parameters: %s", diff)
	}
	if word(got, "source") != "columns" || word(want, "source") != "orders" {
		t.Error("source")
	}
}

// TestBadColumns: what cannot be a history is refused with its row.
func TestBadColumns(t *testing.T) {
	t.Parallel()
	good := [][]float64{{0, 2, 1}, {0, 5, 3}, {9, 9, 9}, {0, 10, 10}}
	for name, c := range map[string]struct {
		column, row int
		v           float64
		code        string
	}{
		"recency above T":            {1, 1, 10, "history_value"},
		"recency without a repeat":   {1, 0, 1, "history_value"},
		"half a purchase":            {0, 2, 1.5, "history_value"},
		"negative":                   {0, 2, -1, "history_value"},
		"no number":                  {2, 2, math.NaN(), "history_value"},
		"infinite":                   {2, 2, math.Inf(1), "history_value"},
		"more than can be":           {0, 2, 1e300, "history_value"},
		"repeats without a value":    {3, 2, 0, "money_value"},
		"repeats of a negative mean": {3, 2, -4, "money_value"},
	} {
		v := [][]float64{slices.Clone(good[0]), slices.Clone(good[1]), slices.Clone(good[2]), slices.Clone(good[3])}
		v[c.column][c.row] = c.v
		res := run(t, sdk.Request{Table: columns([]string{"f", "r", "T", "m"}, v...), Threads: 1})
		if len(res.Diagnostics) != 1 || res.Diagnostics[0].Code != c.code || len(res.Columns) > 0 {
			t.Errorf("%s: %v", name, codes(res))
			continue
		}
		if s := res.Diagnostics[0].Summary; !strings.Contains(s.EN, "Customer "+strconv.Itoa(c.row+1)) || !strings.Contains(s.ZH, strconv.Itoa(c.row+1)) {
			t.Errorf("%s: %s", name, s.EN)
		}
	}
}

// TestThinData: little or uniform data end in an honest answer.
func TestThinData(t *testing.T) {
	t.Parallel()
	var once, alike []order
	for i := range 40 {
		once = append(once, order{i, int64(19_000 + i), 10})
		for d := range int64(5) {
			alike = append(alike, order{i, 19_000 + 30*d, 10})
		}
	}
	for name, c := range map[string]struct {
		n      int
		model  string
		orders []order
		code   string // of a diagnostic; the model used, where there is an answer
		used   string
	}{
		"nobody came back":            {40, "auto", once, "simple_model", "simple"},
		"nobody came back, BG/NBD":    {40, "bgnbd", once, "no_repeats", ""},
		"all alike":                   {40, "auto", alike, "model_chosen", "simple"},
		"all alike, BG/NBD":           {40, "bgnbd", alike, "boundary", "bgnbd"},
		"all alike, Pareto/NBD":       {40, "paretonbd", alike, "boundary", "paretonbd"},
		"five customers":              {5, "auto", shop(5, 300, 3), "model_chosen", "simple"},
		"five customers, BG/NBD":      {5, "bgnbd", shop(5, 300, 3), "few_repeats", "bgnbd"},
		"nobody at all":               {3, "auto", nil, "no_history", ""},
		"all first bought today":      {3, "auto", []order{{0, 19_400, 1}, {1, 19_400, 1}, {2, 19_400, 1}}, "no_time", ""},
		"no amounts":                  {40, "simple", []order{{0, 19_100, 0}, {0, 19_200, 0}, {1, 19_100, -5}}, "no_money", "simple"},
		"amounts beyond all measure":  {40, "simple", []order{{0, 19_100, 1e300}, {0, 19_200, 1e300}, {1, 19_100, 3}}, "money_left_out", "simple"},
		"every second without orders": {800, "auto", shop(400, 500, 4), "unrated", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := run(t, request(c.n, 19_400, sdk.Params{"model": sdk.TextValue(c.model)}, c.orders...))
			if !slices.Contains(codes(res), c.code) {
				t.Errorf("%v, want %s", codes(res), c.code)
			}
			if c.used != "" && word(res, "model") != c.used {
				t.Errorf("model %q, want %s: %v", word(res, "model"), c.used, codes(res))
			}
			for _, out := range res.Columns {
				for i, v := range out.Floats {
					if v-v != 0 {
						t.Fatalf("%s of customer %d is %g", out.Name, i, v)
					}
				}
			}
		})
	}
}

// TestThreadsAndOrderOfCustomers: neither changes a bit of what is learnt, nor anybody's
// forecast.
func TestThreadsAndOrderOfCustomers(t *testing.T) {
	t.Parallel()
	orders := shop(3000, 500, 5)
	r := request(3000, 19_500, nil, orders...)
	want := fit(t, r)
	r.Threads = 1
	if diff := cmp.Diff(want, fit(t, r)); diff != "" {
		t.Errorf("one thread:\n%s", diff)
	}
	to := rand.New(rand.NewPCG(1, 1)).Perm(3000)
	moved := slices.Clone(orders)
	for i := range moved {
		moved[i].customer = to[moved[i].customer]
	}
	slices.SortStableFunc(moved, func(a, b order) int { return a.customer - b.customer })
	got := fit(t, request(3000, 19_500, nil, moved...))
	if diff := cmp.Diff(tableOf(t, want, "params"), tableOf(t, got, "params")); diff != "" {
		t.Errorf("parameters:\n%s", diff)
	}
	a, b := column(t, want, "clv"), column(t, got, "clv")
	for i := range 3000 {
		if a.Floats[i] != b.Floats[to[i]] {
			t.Fatalf("customer %d: %g and %g", i, a.Floats[i], b.Floats[to[i]])
		}
	}
}

// TestAliveValue: the four cells follow from the chance and the value if staying.
func TestAliveValue(t *testing.T) {
	t.Parallel()
	res := fit(t, request(500, 19_500, sdk.Params{"segments": sdk.TextValue("alive_value"), "model": sdk.TextValue("paretonbd")}, shop(500, 500, 6)...))
	var keys []string
	for _, s := range res.Segments {
		keys = append(keys, s.Key)
	}
	if diff := cmp.Diff([]string{"alive_high", "risk_high", "alive_low", "risk_low"}, keys); diff != "" {
		t.Error(diff)
	}
	p, clv, risk, rank := column(t, res, "p_alive"), column(t, res, "clv"), column(t, res, "money_at_risk"), column(t, res, "risk_rank")
	high := 0
	best := 0
	for i := range 500 {
		key := column(t, res, "segment").Text(i)
		if (p.Floats[i] >= 0.5) != strings.HasPrefix(key, "alive") {
			t.Fatalf("customer %d: %s with %g", i, key, p.Floats[i])
		}
		if strings.HasSuffix(key, "high") {
			high++
		}
		stay := clv.Floats[i] / p.Floats[i]
		if math.Abs(stay-clv.Floats[i]-risk.Floats[i]) > 1e-6*stay {
			t.Fatalf("customer %d: %g at risk of %g", i, risk.Floats[i], stay)
		}
		if risk.Floats[i] > risk.Floats[best] {
			best = i
		}
	}
	if high < 200 || high > 250 || rank.Ints[best] != 1 {
		t.Errorf("%d of high value; the largest risk has rank %d", high, rank.Ints[best])
	}
}

// TestQuintiles: by the midrank percentile.
func TestQuintiles(t *testing.T) {
	t.Parallel()
	res := fit(t, request(500, 19_500, nil, shop(500, 500, 7)...))
	clv := column(t, res, "clv").Floats
	for i, v := range clv {
		below, equal := 0.0, 0.0
		for _, o := range clv {
			switch {
			case o < v:
				below++
			case o == v:
				equal++
			}
		}
		score := min(5, 1+int(5*(below+equal/2)/500))
		if got := column(t, res, "segment").Text(i); got != "v"+strconv.Itoa(score) {
			t.Fatalf("customer %d: %s, want %d", i, got, score)
		}
	}
}

// TestMoneyScales: everything about money is in proportion to it.
func TestMoneyScales(t *testing.T) {
	t.Parallel()
	orders := shop(400, 500, 8)
	want := column(t, fit(t, request(400, 19_500, sdk.Params{"model": sdk.TextValue("bgnbd")}, orders...)), "clv").Floats
	for i := range orders {
		orders[i].amount *= 1024
	}
	got := column(t, fit(t, request(400, 19_500, sdk.Params{"model": sdk.TextValue("bgnbd"), "margin": sdk.Real(0.5)}, orders...)), "clv").Floats
	for i := range want {
		if math.Abs(got[i]-512*want[i]) > 1e-9*got[i] {
			t.Fatalf("customer %d: %g, want %g", i, got[i], 512*want[i])
		}
	}
}

// TestUnits: days instead of weeks are another unit of the same model.
func TestUnits(t *testing.T) {
	t.Parallel()
	orders := shop(400, 500, 9)
	var params [2]*table.Table
	var clv [2][]float64
	for i, unit := range []string{"week", "day"} {
		res := fit(t, request(400, 19_500, sdk.Params{"model": sdk.TextValue("paretonbd"), "unit": sdk.TextValue(unit)}, orders...))
		params[i], clv[i] = tableOf(t, res, "params"), column(t, res, "clv").Floats
	}
	for name, factor := range map[string]float64{"r": 1, "alpha": 7, "s": 1, "beta": 7, "p": 1, "gamma": 1} {
		week, day := params[0].Column(name).Floats[0], params[1].Column(name).Floats[0]
		if math.Abs(day/week-factor) > 1e-5*factor {
			t.Errorf("%s: %g in weeks, %g in days", name, week, day)
		}
	}
	for i := range clv[0] {
		if math.Abs(clv[0][i]-clv[1][i]) > 1e-5*clv[0][i] {
			t.Fatalf("customer %d is worth %g and %g", i, clv[0][i], clv[1][i])
		}
	}
}

// TestWorkedExample is that of docs/method/value.md.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	tb := columns([]string{"f", "r", "T"}, []float64{1, 0}, []float64{4, 0}, []float64{10, 20})
	res := fit(t, sdk.Request{Table: tb, Params: sdk.Params{"model": sdk.TextValue("simple")}, Threads: 1})
	for i, want := range [][2]float64{{0.64, 52.14 / 15}, {0.5, 52.14 / 40}} {
		p, n := column(t, res, "p_alive").Floats[i], column(t, res, "expected_orders").Floats[i]
		if math.Abs(p-want[0]) > 1e-12 || math.Abs(n-want[1]) > 1e-12 {
			t.Errorf("customer %d: %g, %g", i, p, n)
		}
	}
	if rate := tableOf(t, res, "params").Column("rate").Floats[0]; math.Abs(rate-1.0/20) > 1e-15 {
		t.Errorf("rate %g", rate)
	}
}
