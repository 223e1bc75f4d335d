package value

import (
	"bufio"
	"context"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"qunxiang/sdk/table"
)

// shared finds a file of reference data beside the project.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		p := filepath.Join(dir, "shared", "data", name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
		if dir == filepath.Dir(dir) {
			t.Skipf("reference data %s are not beside the project", name)
		}
	}
}

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
	f, err := os.Open(shared(t, name))
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
	l := newLedger(orders, n)
	h := l.at(dayOf(t, "1997-09-30"), 7)
	if all, repeat := h.count(); all != 2357 || repeat != 946 || len(l.day) != 6696 {
		t.Errorf("%d customers, %d with repeats, %d customer-days", all, repeat, len(l.day))
	}
	f, _ := fitted1(t, modelBGNBD, h)
	for i, want := range []float64{0.24259452, 4.41360173, 0.79292202, 2.42590693} {
		near(t, f.names()[i], math.Exp(f.theta[i]), want, 1e-6*want)
	}
	near(t, "LL", f.log, -9582.429207, 1e-6)
	t.Log(f.errors())
	near(t, "E[X(52)]", f.ahead(0)(0, 52), 1.444004, 1e-5)
	near(t, "P(alive) of 1516", f.alive(26, 30.85714, 31, nil), 0.9688523, 5e-6)
	near(t, "52 weeks of 1516", f.alive(26, 30.85714, 31, nil)*f.ahead(26)(31, 52), 25.75659, 1e-3)
	btyd := bgnbd{0.2425967, 4.413659, 0.7929869, 2.426164} // the parameters of the published figures
	near(t, "P(alive) of 1516", btyd.alive(26, 30.85714, 31, nil), 0.9688523, 1e-6)
	near(t, "52 weeks of 1516", btyd.alive(26, 30.85714, 31, nil)*btyd.ahead(26)(31, 52), 25.75659, 1e-4)
	near(t, "39 weeks of the first", f.alive(2, 30.43, 38.86, nil)*f.ahead(2)(38.86, 39), 1.226, 5e-4)

	g, err := fitSpending(t.Context(), h, testWorker())
	if err != nil {
		t.Fatal(err)
	}
	near(t, "LL of spending", g.log, -4055.917695, 1e-5)
	near(t, "p", g.P, 6.24957, 1e-4)
	near(t, "q", g.Q, 3.74422, 1e-4)
	near(t, "gamma", g.Gamma, 15.44352, 1e-3)

	p, _ := fitted1(t, modelPareto, h)
	t.Log(p.theta, p.log, math.Exp(p.theta[0]), math.Exp(p.theta[1]), math.Exp(p.theta[2]), math.Exp(p.theta[3]), p.errors())
	near(t, "LL of Pareto/NBD", p.log, -9594.976, 1e-2)
}
