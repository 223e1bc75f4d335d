package risk_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/risk"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// leavers makes customers whose true probability of leaving is known: log odds
// −1.5 + 1.2·(recency−200)/100 + 1 for one channel.
func leavers(n int, seed uint64) (*table.Table, []float64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	t := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "left", Kind: table.Bool, Role: "target", Ints: make([]int64, n)},
		{Name: "recency_days", Kind: table.Int64, Role: "features", Ints: make([]int64, n), Valid: table.NewBits(n)},
		{Name: "channel", Kind: table.Category, Role: "features", Codes: make([]uint32, n), Dict: []string{"web", "shop", "app"}},
		{Name: "noise", Kind: table.Float64, Role: "features", Floats: make([]float64, n)},
		{Name: "amount", Kind: table.Float64, Role: "amount", Floats: make([]float64, n)},
	}}
	truth := make([]float64, n)
	c := t.Columns
	for i := range n {
		c[1].Ints[i] = int64(rnd.IntN(400))
		c[2].Codes[i] = uint32(rnd.IntN(3))
		c[3].Floats[i] = rnd.NormFloat64()
		c[4].Floats[i] = math.Round(100 * math.Exp(rnd.NormFloat64()))
		x := -1.5 + 1.2*float64(c[1].Ints[i]-200)/100
		if c[2].Codes[i] == 2 {
			x++
		}
		truth[i] = 1 / (1 + math.Exp(-x))
		if rnd.Float64() < truth[i] {
			c[0].Ints[i] = 1
		}
		if rnd.IntN(10) > 0 {
			c[1].Valid.Set(i)
		}
	}
	return t, truth
}

func run(tb testing.TB, t *table.Table, p sdk.Params) sdk.Response {
	tb.Helper()
	res, err := risk.New().Fit(tb.Context(), sdk.Request{Table: t, Params: p, Seed: 1, Threads: 2}, sdktest.Quiet{})
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

func column(t *testing.T, res sdk.Response, id string) *table.Column {
	t.Helper()
	for i := range res.Columns {
		if res.Columns[i].Name == id {
			return &res.Columns[i]
		}
	}
	t.Fatalf("no column %s", id)
	return nil
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

func TestConformance(t *testing.T) {
	t.Parallel()
	m := risk.New()
	in, _ := leavers(240, 3)
	p := sdk.Params{"trees": sdk.Int(10)}
	bare := &table.Table{Rows: in.Rows, Columns: in.Columns[:4]} // nothing to lose
	sdktest.Run(t, m, sdktest.Case{Name: "no amount", Table: bare, Params: p, Seed: 1}, sdktest.Case{Name: "leavers", Table: in, Params: p, Seed: 1},
		sdktest.Case{Name: "one tree", Table: in, Params: sdk.Params{"model": sdk.TextValue("tree"), "calibration": sdk.TextValue("isotonic")}, Seed: 1})
}

// Probabilities are near the true ones, on customers that were learnt from and on new
// ones, and the evidence says how good they are.
func TestProbabilitiesAreRight(t *testing.T) {
	t.Parallel()
	in, truth := leavers(6000, 1)
	in.Columns[1].Valid = nil // nobody can know what is hidden
	res := fit(t, in, nil)
	p := column(t, res, "probability").Floats
	off := 0.0
	for i := range p {
		off += math.Abs(p[i]-truth[i]) / float64(len(p))
	}
	if off > 0.06 {
		t.Errorf("off the true probability by %.3f on average", off)
	}
	if s := metric(res, "calibrationSlope"); s < 0.9 || s > 1.1 {
		t.Errorf("calibration slope %.3f", s)
	}
	best := 0.0 // no model beats knowing the truth
	for i, q := range truth {
		best += float64((q-float64(in.Columns[0].Ints[i]))*(q-float64(in.Columns[0].Ints[i]))) / float64(len(truth))
	}
	if b := metric(res, "brier"); b < best || b > best+0.012 || b > metric(res, "brierBase") {
		t.Errorf("Brier score %.4f; knowing the truth gives %.4f, the base rate %.4f", b, best, metric(res, "brierBase"))
	}
	fresh, again := leavers(4000, 2)
	fresh.Columns[1].Valid = nil
	a, _ := risk.New().(sdk.Applier)
	got, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: fresh, Model: res.Model}, sdktest.Quiet{})
	if err != nil || len(got.Columns) == 0 {
		t.Fatal(err, got.Diagnostics)
	}
	off = 0
	for i, q := range got.Columns[1].Floats {
		off += math.Abs(q-again[i]) / float64(len(again))
	}
	if off > 0.075 {
		t.Errorf("new customers: off by %.3f on average", off)
	}
}

func TestBandsAndLosses(t *testing.T) {
	t.Parallel()
	in, _ := leavers(1500, 4)
	res := fit(t, in, sdk.Params{"bands": sdk.Numbers(0.2, 0.5), "trees": sdk.Int(20)})
	p, loss, label := column(t, res, "probability").Floats, column(t, res, "expected_loss").Floats, column(t, res, "segment")
	sum := 0.0
	for i := range p {
		want := "low"
		if p[i] >= 0.5 {
			want = "high"
		} else if p[i] >= 0.2 {
			want = "medium"
		}
		if label.Text(i) != want {
			t.Fatalf("probability %g is called %s", p[i], label.Text(i))
		}
		if loss[i] != p[i]*in.Columns[4].Floats[i] {
			t.Fatalf("expected loss %g", loss[i])
		}
		sum += loss[i]
	}
	if got := metric(res, "expectedLoss"); math.Abs(got-sum) > 1e-6*sum {
		t.Errorf("expected loss %g, want %g", got, sum)
	}
	bands := evidence(t, res, "bands")
	for b, seen := range bands.Column("observed").Floats { // nobody's own outcome flatters the own probability
		if said := bands.Column("meanProbability").Floats[b]; math.Abs(said-seen) > 0.06 {
			t.Errorf("band %d: %.3f said, %.3f seen", b, said, seen)
		}
	}
	n := int64(0)
	for _, k := range evidence(t, res, "bands").Column("n").Ints {
		n += k
	}
	if n != 1500 {
		t.Errorf("the bands have %d customers", n)
	}
	if top := evidence(t, res, "importance").Columns[0].Text(0); top != "recency_days" {
		t.Errorf("most important: %s", top)
	}
}

// The worked example of docs/method/risk.md: at a base rate of 30 % low ends at 3/17 and
// high begins at 6/13.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	in, _ := leavers(500, 6)
	for i := range in.Columns[0].Ints {
		in.Columns[0].Ints[i] = 0
		if i%10 < 3 {
			in.Columns[0].Ints[i] = 1
		}
	}
	from := evidence(t, fit(t, in, sdk.Params{"trees": sdk.Int(10)}), "bands").Column("from").Floats
	if math.Abs(from[0]-6.0/13) > 1e-12 || math.Abs(from[1]-3.0/17) > 1e-12 {
		t.Errorf("bands from %v", from)
	}
}

func TestInvariances(t *testing.T) {
	t.Parallel()
	in, _ := leavers(800, 5)
	p := sdk.Params{"trees": sdk.Int(12)}
	want := fit(t, in, p)
	one, err := risk.New().Fit(t.Context(), sdk.Request{Table: in, Params: p, Seed: 1, Threads: 1}, sdktest.Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, one); d != "" {
		t.Errorf("one thread: %s", d)
	}
	rows := make([]int32, in.Rows)
	for to, from := range rand.New(rand.NewPCG(9, 9)).Perm(in.Rows) {
		rows[to] = int32(from)
	}
	got := fit(t, in.Pick(rows), p)
	if d := cmp.Diff(want.Metrics, got.Metrics); d != "" {
		t.Errorf("shuffled: %s", d)
	}
	if string(want.Model.Data) != string(got.Model.Data) {
		t.Error("the model depends on the order of rows")
	}
	a, _ := risk.New().(sdk.Applier)
	same, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: in, Model: want.Model}, sdktest.Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want.Columns, same.Columns); d != "" {
		t.Errorf("applied: %s", d)
	}
}

func TestSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	vast, _ := leavers(200, 1)
	for i := range vast.Rows {
		vast.Columns[4].Floats[i] = 1e307
	}
	small, _ := leavers(20, 1)
	number, _ := leavers(200, 1)
	number.Columns[0] = table.Column{Name: "left", Kind: table.Float64, Role: "target", Floats: number.Columns[3].Floats}
	random, _ := leavers(400, 1)
	random.Columns = append(random.Columns[:1:1], random.Columns[3])
	copied, _ := leavers(400, 1)
	copied.Columns = append(copied.Columns, table.Column{Name: "cancel date", Role: "features", Kind: table.Int64, Ints: copied.Columns[1].Ints, Valid: copied.Columns[1].Valid})
	for name, tt := range map[string]struct {
		t    *table.Table
		p    sdk.Params
		want string
	}{
		"twenty customers":    {small, nil, "too_few"},
		"sums too large":      {vast, nil, "amount_too_large"},
		"a number":            {number, nil, "not_yes_no"},
		"nothing to see":      {random, sdk.Params{"model": sdk.TextValue("forest")}, "no_better"},
		"known only later":    {copied, nil, "leakage_name"},
		"a value there isn't": {copied, sdk.Params{"positive": sdk.TextValue("gone")}, "positive_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, d := range run(t, tt.t, tt.p).Diagnostics {
				if d.Code == tt.want {
					return
				}
			}
			t.Errorf("%s is not said", tt.want)
		})
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, _ := leavers(2000, 1)
	if _, err := risk.New().Fit(ctx, sdk.Request{Table: in, Threads: 2}, sdktest.Quiet{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
