package value

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/internal/reference"
	"qunxiang/sdk/table"
)

func dayOf(t *testing.T, s string) int {
	t.Helper()
	for _, layout := range []string{"20060102", "2006-01-02"} {
		if d, err := time.Parse(layout, s); err == nil {
			return int(d.Unix() / 86400)
		}
	}
	t.Fatalf("date %q", s)
	return 0
}

// cdnow reads a file of CDNOW as a long table of orders: id is the field of the
// customer; date, number of discs and dollars are the last three.
func cdnow(t *testing.T, name string, id int) (orders *table.Table, customers int) {
	t.Helper()
	f, err := os.Open(reference.File(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var who, day []int64
	var amount []float64
	at := map[string]int64{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		fields := strings.Fields(sc.Text())
		if len(fields) < 4 {
			continue
		}
		v, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err != nil {
			continue // the header
		}
		c, ok := at[fields[id]]
		if !ok {
			c = int64(len(at))
			at[fields[id]] = c
		}
		who, day, amount = append(who, c), append(day, int64(dayOf(t, fields[len(fields)-3]))), append(amount, v)
	}
	return ordersOf(who, day, amount), len(at)
}

func ordersOf(who, day []int64, amount []float64) *table.Table {
	return &table.Table{Rows: len(who), Columns: []table.Column{
		{Name: "customer", Kind: table.Int64, Ints: who},
		{Name: "day", Kind: table.Int64, Unit: "day", Ints: day},
		{Name: "amount", Kind: table.Float64, Unit: "money", Floats: amount},
	}}
}

func ledgerOf(t *testing.T, orders *table.Table, customers int) *ledger {
	t.Helper()
	l, err := newLedger(t.Context(), orders, customers)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func at(t *testing.T, l *ledger, end int, unit float64) *histories {
	t.Helper()
	h, err := l.at(t.Context(), end, unit)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func testWorker() worker {
	return worker{Ctx: context.Background(), Stop: func() bool { return false }, Threads: 2}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.10g, want %.10g ± %g", what, got, want, tolerance)
	}
}

const sampleFile, masterFile = "transactions/CDNOW_sample.txt", "transactions/CDNOW_master.txt"

func fitted1(t *testing.T, kind string, h *histories) (*fitted, *merged) {
	t.Helper()
	m, err := mergeHistories(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	f, err := fitModel(t.Context(), kind, m, testWorker())
	if err != nil {
		t.Fatal(err)
	}
	return f, m
}

// TestCDNOW holds the 1/10 sample of CDNOW to the published results: Fader, Hardie and
// Lee 2005, the walkthrough of R's BTYD 2.4.3, the tests of CLVTools; digits beyond from
// an independent computation with SciPy (golden/clv).
func TestCDNOW(t *testing.T) {
	t.Parallel()
	orders, n := cdnow(t, sampleFile, 1)
	l := ledgerOf(t, orders, n)
	h := at(t, l, dayOf(t, "1997-09-30"), 7)
	if all, repeat := h.count(); all != 2357 || repeat != 946 || len(l.day) != 6696 {
		t.Errorf("%d customers, %d with repeats, %d customer-days", all, repeat, len(l.day))
	}
	f, _ := fitted1(t, modelBGNBD, h)
	for i, want := range []float64{0.24259452, 4.41360173, 0.79292202, 2.42590693} {
		near(t, f.names()[i], math.Exp(f.theta[i]), want, 1e-6*want)
	}
	near(t, "LL", f.log, -9582.429207, 1e-6)
	for i, want := range []float64{0.013, 0.378, 0.186, 0.705} { // FHL 2005, table 2
		near(t, "standard error of "+f.names()[i], f.errors()[i], want, 6e-4)
	}
	near(t, "E[X(52)]", f.ahead(0)(0, 52), 1.444004, 1e-5)
	near(t, "P(alive) of 1516", f.alive(26, 30.85714, 31, nil), 0.9688523, 5e-6)
	near(t, "52 weeks of 1516", f.alive(26, 30.85714, 31, nil)*f.ahead(26)(31, 52), 25.75659, 1e-3)
	btyd := bgnbd{0.2425967, 4.413659, 0.7929869, 2.426164} // the parameters of the published figures
	near(t, "P(alive) of 1516", btyd.alive(26, 30.85714, 31, nil), 0.9688523, 1e-6)
	near(t, "52 weeks of 1516", btyd.alive(26, 30.85714, 31, nil)*btyd.ahead(26)(31, 52), 25.75659, 1e-4)
	near(t, "39 weeks of the first", f.alive(2, 30.43, 38.86, nil)*f.ahead(2)(38.86, 39), 1.226, 5e-4)

	g, err := fitSpending(t.Context(), purses(h), testWorker())
	if err != nil {
		t.Fatal(err)
	}
	near(t, "LL of spending", g.log, -4055.917695, 1e-5)
	near(t, "p", g.P, 6.24957, 1e-4)
	near(t, "q", g.Q, 3.74422, 1e-4)
	near(t, "gamma", g.Gamma, 15.44352, 1e-3)

	p, _ := fitted1(t, modelPareto, h)
	near(t, "LL of Pareto/NBD", p.log, -9594.976, 1e-3) // Fader and Hardie 2005, BTYD
	for i, want := range []float64{0.553, 10.578, 0.606, 11.669} {
		near(t, "Pareto/NBD "+p.names()[i], math.Exp(p.theta[i]), want, 5.1e-4)
	}
}

// golden is the part of golden/clv that the tests read.
type golden struct {
	BGNBD struct {
		Holdout struct {
			Bins     []float64 `json:"bins"`
			Actual   []float64 `json:"actual"`
			Computed []float64 `json:"computed"`
		} `json:"holdout_by_cal_freq"`
		Tracking struct {
			Actual   []float64 `json:"actual"`
			Expected []float64 `json:"expected_published"`
		} `json:"cum_tracking_w20_25"`
		Times struct {
			T        []float64 `json:"t"`
			Computed []float64 `json:"computed"`
		} `json:"expected_purchases_times"`
		Master struct {
			Params []float64 `json:"params"`
			LL     float64   `json:"LL"`
		} `json:"master_computed"`
	} `json:"bgnbd"`
	Spending struct {
		First10 []float64 `json:"computed"`
		Master  struct {
			Params []float64 `json:"params"`
			LL     float64   `json:"LL"`
			N      int       `json:"n"`
		} `json:"master_computed"`
	} `json:"gammagamma"`
	CLV struct {
		Total   float64   `json:"computed_total"`
		First10 []float64 `json:"computed_first10"`
	} `json:"clv_discounted"`
}

func readGolden(t *testing.T) golden {
	t.Helper()
	b, err := os.ReadFile(reference.File(t, "golden/clv/cdnow_clv_golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func allNear(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) || len(got) == 0 {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		near(t, what+" "+strconv.Itoa(i), got[i], want[i], tolerance*max(1, math.Abs(want[i])))
	}
}

// TestCDNOWForecasts: hold-out by calibration frequency and weekly tracking of R's BTYD
// walkthrough, conditional expected spend of Python's lifetimes, discounted value by
// lifetimes' rule (months of 4.345 weeks, 1 % a month).
func TestCDNOWForecasts(t *testing.T) {
	t.Parallel()
	want := readGolden(t)
	orders, n := cdnow(t, sampleFile, 1)
	l := ledgerOf(t, orders, n)
	calibration, end := dayOf(t, "1997-09-30"), dayOf(t, "1998-06-30")
	h := at(t, l, calibration, 7)
	f, m := fitted1(t, modelBGNBD, h)
	c, err := l.checkAfter(t.Context(), f, h, m, calibration, end, 7, testWorker())
	if err != nil {
		t.Fatal(err)
	}
	var bins, actual, expected []float64
	for _, row := range c.byFrequency {
		bins, actual, expected = append(bins, row.customers), append(actual, row.actual), append(expected, row.expected)
	}
	allNear(t, "customers by frequency", bins, want.BGNBD.Holdout.Bins, 0)
	allNear(t, "actual by frequency", actual, want.BGNBD.Holdout.Actual, 1e-6)
	allNear(t, "expected by frequency", expected, want.BGNBD.Holdout.Computed, 1e-6)
	near(t, "purchases in the hold-out", c.actual, 1882, 0)

	var cumulative [2][]float64
	sums := [2]float64{}
	for i, w := range c.tracking {
		sums[0] += w.actual
		sums[1] += w.expected
		if i >= 19 && i < 25 {
			cumulative[0], cumulative[1] = append(cumulative[0], sums[0]), append(cumulative[1], sums[1])
		}
	}
	allNear(t, "tracking, actual", cumulative[0], want.BGNBD.Tracking.Actual, 0)
	allNear(t, "tracking, expected", cumulative[1], want.BGNBD.Tracking.Expected, 1e-4)
	if last := c.tracking[len(c.tracking)-1]; len(c.tracking) != 78 || last.end != end || c.tracking[38].end != calibration {
		t.Errorf("%d weeks until %s", len(c.tracking), dateOf(last.end))
	}
	published := bgnbd{0.2425967, 4.413659, 0.7929869, 2.426164} // the walkthrough's parameters
	for i, at := range want.BGNBD.Times.T {
		near(t, "E[X(t)]", published.ahead(0)(0, at), want.BGNBD.Times.Computed[i], 5e-5)
	}
	for x, p := range map[float64]float64{10: 0.3474606, 15: 0.04283391, 20: 0.004158973, 25: 0.0003583685} {
		near(t, "paradox of frequency", published.alive(x, 20, 39, nil)*published.ahead(x)(39, 52), p, 1e-5*p)
	}

	g, err := fitSpending(t.Context(), purses(h), testWorker())
	if err != nil {
		t.Fatal(err)
	}
	v := newWorth(h, g)
	hz := horizon{Months: 12, Month: monthWeeks, Margin: 1, Discount: math.Pow(1.01, 12) - 1}
	out, err := f.forecast(h, m, hz, v, testWorker())
	if err != nil {
		t.Fatal(err)
	}
	allNear(t, "value of an order", out.value[:10], []float64{24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17}, 3e-4)
	allNear(t, "value", out.clv[:10], want.CLV.First10, 1e-5)
	near(t, "value of all", total(out.clv), want.CLV.Total, 0.2)
	rounded := worth{fit: &spendFit{spending: spending{6.25, 3.74, 15.44}}}
	for i, p := range want.Spending.First10 {
		got, _ := rounded.order(h.x[i], h.money[i])
		near(t, "value of an order, rounded parameters", got, p, 5e-3)
	}
	for i := range out.clv {
		if !(out.low[i] <= out.clv[i] && out.clv[i] <= out.high[i] && (out.high[i] < 2*out.clv[i] || out.alive[i] < 0.1) && out.risk[i] >= 0) {
			t.Fatalf("customer %d: %g %g %g, at risk %g", i, out.low[i], out.clv[i], out.high[i], out.risk[i])
		}
	}
}

// TestCDNOWMaster holds the 23,570 customers of the whole file to an independent
// computation with SciPy 1.10.1 (golden/clv).
func TestCDNOWMaster(t *testing.T) {
	t.Parallel()
	want := readGolden(t)
	orders, n := cdnow(t, masterFile, 0)
	l := ledgerOf(t, orders, n)
	h := at(t, l, dayOf(t, "1997-09-30"), 7)
	if n != 23570 || len(l.day) != 67591 {
		t.Errorf("%d customers, %d customer-days", n, len(l.day))
	}
	f, _ := fitted1(t, modelBGNBD, h)
	near(t, "LL", f.log, want.BGNBD.Master.LL, 1e-3)
	p, m := fitted1(t, modelPareto, h) // by way of a sample
	slope := make([]float64, 4)
	newParetoLikelihood(m, testWorker())(p.theta, slope)
	if m.rows() < sampleRows/20 || largest(slope, []bool{true, true, true, true}) > 1e-9 || !p.sound() {
		t.Errorf("Pareto/NBD of %d rows: slope %v, bounds %v, weak %v", m.rows(), slope, p.bound, p.weak)
	}
	for i, p := range want.BGNBD.Master.Params {
		near(t, f.names()[i], math.Exp(f.theta[i]), p, 1e-5*p)
	}
	g, err := fitSpending(t.Context(), purses(h), testWorker())
	if err != nil {
		t.Fatal(err)
	}
	near(t, "LL of spending", g.log, want.Spending.Master.LL, 1e-3)
	for i, p := range []float64{g.P, g.Q, g.Gamma} {
		near(t, "spending", p, want.Spending.Master.Params[i], 1e-4*p)
	}
	if g.customers != want.Spending.Master.N {
		t.Errorf("%d customers", g.customers)
	}
}

// TestApparel: apparelTrans of CLVTools (600 customers, 2005 to 2010), fitted with SciPy
// 1.10.1 to independent likelihoods with hypergeometric functions.
func TestApparel(t *testing.T) {
	t.Parallel()
	f, err := os.Open(reference.File(t, "transactions/clvtools_apparelTrans.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var who, day []int64
	var amount []float64
	for _, r := range records[1:] {
		id, _ := strconv.Atoi(r[0])
		v, _ := strconv.ParseFloat(r[2], 64)
		who, day, amount = append(who, int64(id-1)), append(day, int64(dayOf(t, r[1]))), append(amount, v)
	}
	h := at(t, ledgerOf(t, ordersOf(who, day, amount), 600), dayOf(t, "2006-12-31"), 7)
	for kind, want := range map[string][]float64{
		modelBGNBD:  {0.60731135, 20.95675522, 1.27556207, 8.86095428, -5857.019748908031},
		modelPareto: {1.4489393, 48.63488818, 0.56125104, 46.88210599, -5848.0978269022435},
	} {
		f, _ := fitted1(t, kind, h)
		near(t, kind+" LL", f.log, want[4], 1e-6)
		for i, v := range f.theta {
			relative(t, kind+" "+f.names()[i], math.Exp(v), want[i], 2e-6)
		}
		if !f.sound() {
			t.Errorf("%s: %v %v", kind, f.bound, f.weak)
		}
	}
	g, err := fitSpending(t.Context(), purses(h), testWorker())
	if err != nil {
		t.Fatal(err)
	}
	near(t, "spending LL", g.log, -1670.6630442968908, 1e-6)
	for i, want := range []float64{3.09903862, 5.65369293, 56.50418781} {
		relative(t, "spending", []float64{g.P, g.Q, g.Gamma}[i], want, 1e-5)
	}
}

// TestSummaries holds histories to the cases of the tests of Python's lifetimes
// (golden/clv): repeat days, time from first to last and from first to the end, in days;
// the mean value of repeat days. The weekly cases there count calendar weeks, which is
// another convention.
func TestSummaries(t *testing.T) {
	t.Parallel()
	type cases struct {
		Cases []struct {
			Name     string          `json:"name"`
			Tx       [][]any         `json:"tx"`
			End      string          `json:"end"`
			Expected json.RawMessage `json:"expected"`
		} `json:"cases"`
	}
	b, err := os.ReadFile(reference.File(t, "golden/clv/transaction_summary_cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all cases
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range all.Cases {
		if !strings.HasPrefix(c.Name, "summary_daily") && !strings.HasPrefix(c.Name, "summary_with_monetary") {
			continue
		}
		seen++
		var expected [][]float64
		if err := json.Unmarshal(c.Expected, &expected); err != nil {
			t.Fatal(err)
		}
		var who, day []int64
		var amount []float64
		for _, tx := range c.Tx {
			who, day = append(who, int64(tx[0].(float64))-1), append(day, int64(dayOf(t, tx[1].(string))))
			amount = append(amount, 0)
			if len(tx) > 2 {
				amount[len(amount)-1] = tx[2].(float64)
			}
		}
		h := at(t, ledgerOf(t, ordersOf(who, day, amount), len(expected)), dayOf(t, c.End), 1)
		for i, row := range expected {
			got := []float64{float64(i + 1), float64(h.x[i]), h.tx[i], h.T[i], h.money[i]}[:len(row)]
			if len(row) > 4 && h.x[i] == 0 {
				got[4] = 0 // unknown here
			}
			if diff := cmp.Diff(row, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.Name, diff)
			}
		}
	}
	if seen != 2 {
		t.Errorf("%d cases", seen)
	}
}
