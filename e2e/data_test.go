package e2e_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// importAnswer is what the tests read of the answer of "import".
type importAnswer struct {
	Rows struct {
		In, Used int
		Excluded []struct {
			Reason string
			Count  int
		}
	}
	Detected struct {
		Encoding string
		Mapping  map[string]string
		Kind     string
	}
	Customers, Orders, Lines, DuplicatesSkipped int
	Amount                                      float64
	FirstDate, LastDate                         string
}

// reconciles checks that no row was lost.
func (a importAnswer) reconciles(t *testing.T, in int) {
	t.Helper()
	sum := a.Rows.Used
	for _, e := range a.Rows.Excluded {
		sum += e.Count
	}
	if a.Rows.In != in || sum != in {
		t.Errorf("%d rows in, used and excluded %d, want %d: %+v", a.Rows.In, sum, in, a.Rows)
	}
}

// showAnswer is what the tests read of the answer of "show".
type showAnswer struct {
	Customers int
	Segments  []struct {
		ID   int
		Key  string
		Name map[string]string
		Size int
	}
	Evidence map[string]any
	Params   map[string]any
}

func TestUCI_reconcilesAndAgreesWithTheReference(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("half a million rows")
	}
	b := newBench(t)
	file := b.shared("transactions/online_retail_uci.csv.zst")
	b.run("new", "p.qx", "--currency", "GBP")
	var a importAnswer
	b.json(&a, "import", "p.qx", file)
	a.reconciles(t, 541909)
	if diff := cmp.Diff(map[string]string{
		"customer": "CustomerID", "date": "InvoiceDate", "order": "InvoiceNo", "quantity": "Quantity", "price": "UnitPrice",
	}, pick(a.Detected.Mapping, "customer", "date", "order", "quantity", "price")); diff != "" {
		t.Errorf("mapping (-want +got):\n%s", diff)
	}

	// The reference drops invoices of number C…, which is the policy "drop".
	b.run("new", "drop.qx", "--currency", "GBP")
	b.json(&a, "import", "drop.qx", file, "--refunds", "drop")
	a.reconciles(t, 541909)
	if a.Customers != 4338 {
		t.Errorf("%d customers, want 4338", a.Customers)
	}
	// Recency there is floored from the time of day to 2011-12-11 00:00, which is
	// calendar days to 2011-12-10.
	b.run("features", "drop.qx", "--to", "features.csv", "--as-of", "2011-12-10")
	compare(t, b.table("features.csv").by(t, "customer"),
		readSheet(t, b.shared("golden/rfm/online_retail_rfm_expected_by_customer.csv")).by(t, "CustomerID"),
		map[string]string{"recency": "recency_days", "frequency": "frequency", "monetary": "monetary"})
}

func TestROrders_customCutsReproduceTheTable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := b.shared("transactions/rfm_data_orders.csv")
	b.run("new", "p.qx")
	var a importAnswer
	b.json(&a, "import", "p.qx", file)
	a.reconciles(t, 4906)
	var golden struct {
		Cuts map[string][]float64 `json:"cut_points"`
	}
	raw, err := os.ReadFile(b.shared("golden/rfm/rfm_orders_golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &golden); err != nil {
		t.Fatal(err)
	}
	b.run("run", "p.qx", "rfm", "--name", "v", "--as-of", "2006-12-31", "--set", "binning=custom", "--set", "map=scores",
		"--set", "cuts_r="+join(golden.Cuts["recency"]), "--set", "cuts_f="+join(golden.Cuts["frequency"]), "--set", "cuts_m="+join(golden.Cuts["monetary"]))
	b.run("export", "p.qx", "v", "--to", "v.csv")
	compare(t, b.table("v.csv").by(t, "customer"),
		readSheet(t, b.shared("golden/rfm/rfm_data_orders_expected_by_customer.csv")).by(t, "customer_id"),
		map[string]string{
			"recency_days": "recency_days", "transaction_count": "frequency", "amount": "monetary",
			"recency_score": "r", "frequency_score": "f", "monetary_score": "m", "rfm_score": "rfm_score",
		})
}

func TestWorkbooks_importWithoutAQuestion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run("new", "uk.qx")
	var a importAnswer
	b.json(&a, "import", "uk.qx", b.shared("transactions/online_retail_40k_sample.xlsx"))
	a.reconciles(t, 40000)
	want := map[string]string{"customer": "CustomerID", "date": "InvoiceDate", "order": "InvoiceNo", "quantity": "Quantity", "price": "UnitPrice"}
	if diff := cmp.Diff(want, pick(a.Detected.Mapping, "customer", "date", "order", "quantity", "price")); diff != "" {
		t.Errorf("40k: mapping (-want +got):\n%s", diff)
	}
	b.run("new", "cn.qx")
	a = importAnswer{}
	b.json(&a, "import", "cn.qx", b.shared("transactions/cn_taobao_rfm_orders.xlsx"))
	a.reconciles(t, 28833)
	want = map[string]string{"customer": "买家昵称", "date": "付款日期", "amount": "实付金额", "status": "订单状态"}
	if diff := cmp.Diff(want, pick(a.Detected.Mapping, "customer", "date", "amount", "status")); diff != "" {
		t.Errorf("taobao: mapping (-want +got):\n%s", diff)
	}
	for _, p := range []string{"uk.qx", "cn.qx"} {
		var s showAnswer
		b.json(&s, "run", p, "rfm", "--name", "v")
		total := 0
		for _, g := range s.Segments {
			total += g.Size
		}
		if total != s.Customers || total == 0 {
			t.Errorf("%s: segments hold %d of %d customers", p, total, s.Customers)
		}
	}
}

func TestChineseCSV_importWithoutAQuestion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run("new", "p.qx")
	var a importAnswer
	b.json(&a, "import", "p.qx", b.shared("import/cn_gbk/water_moment_gbk.csv"), "--as", "customers", "--dry-run")
	if a.Detected.Encoding != "gb18030" || a.Rows.In == 0 {
		t.Errorf("%+v", a)
	}
}

func TestClassics_fromAttributesToSegments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		run        []string
		sizes      []int // in any order; nil = only that it runs
		metric     string
		want       float64
	}{
		{
			"iris raw k=3", "classics/iris.csv",
			[]string{"kmeans", "--set", "k=3", "--set", "scale=none", "--set", "log=none", "--set", "cap=0"},
			[]int{62, 50, 38},
			"inertia", 78.851441,
		},
		{
			"ruspini k=4", "classics/ruspini.csv",
			[]string{"kmeans", "--set", "k=4", "--set", "scale=none", "--set", "log=none", "--set", "cap=0"},
			[]int{23, 20, 17, 15},
			"inertia", 12881.051236,
		},
		{
			"mall k=5", "customers/mall_customers.csv",
			[]string{"kmeans", "--set", "k=5", "--set", "scale=none", "--set", "log=none", "--set", "cap=0"},
			[]int{81, 39, 35, 23, 22},
			"inertia", 44448.455448,
		},
		{"kyphosis tree", "classics/kyphosis.csv", []string{"dtree", "--set", "target=Kyphosis"}, nil, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			file := b.shared(c.file)
			rows := readSheet(t, file)
			b.run("new", "p.qx")
			var a importAnswer
			b.json(&a, "import", "p.qx", file, "--as", "customers")
			a.reconciles(t, len(rows.rows))
			var s showAnswer
			args := append([]string{"run", "p.qx", c.run[0], "--name", "v", "--seed", "1"}, c.run[1:]...)
			if f := features(c.file); f != "" {
				args = append(args, "--features", f)
			}
			b.json(&s, args...)
			if s.Customers != len(rows.rows) {
				t.Errorf("%d customers in segments, want %d", s.Customers, len(rows.rows))
			}
			checkSizes(t, s, c.sizes)
			if got, ok := s.Evidence[c.metric].(float64); c.metric != "" && (!ok || math.Abs(got-c.want) > 1e-5*c.want) {
				t.Errorf("%s %v, want %v", c.metric, s.Evidence[c.metric], c.want)
			}
		})
	}
}

// features are the columns that the reference results use.
func features(file string) string {
	switch filepath.Base(file) {
	case "iris.csv":
		return "Sepal.Length,Sepal.Width,Petal.Length,Petal.Width"
	case "mall_customers.csv":
		return "Annual Income (k$),Spending Score (1-100)"
	}
	return ""
}

func checkSizes(t *testing.T, s showAnswer, want []int) {
	t.Helper()
	if want == nil {
		return
	}
	left := map[int]int{}
	for _, n := range want {
		left[n]++
	}
	for _, g := range s.Segments {
		left[g.Size]--
	}
	for n, d := range left {
		if d != 0 {
			t.Errorf("segments of size %d: %d too few; all segments %+v", n, d, s.Segments)
		}
	}
}

// compare checks columns of every customer of the reference, to a relative 1e-9.
func compare(t *testing.T, got, want map[string]map[string]string, columns map[string]string) {
	t.Helper()
	bad := 0
	for customer, w := range want {
		g, ok := got[customer]
		if !ok {
			t.Errorf("no customer %q", customer)
			bad++
			continue
		}
		for theirs, ours := range columns {
			x, err1 := strconv.ParseFloat(w[theirs], 64)
			y, err2 := strconv.ParseFloat(g[ours], 64)
			if err1 != nil || err2 != nil || math.Abs(x-y) > 1e-9*max(1, math.Abs(x)) {
				t.Errorf("customer %s: %s is %q, want %q", customer, ours, g[ours], w[theirs])
				bad++
			}
		}
		if bad > 10 {
			t.Fatal("and more")
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d customers, want %d", len(got), len(want))
	}
}

func pick(m map[string]string, keys ...string) map[string]string {
	out := map[string]string{}
	for _, k := range keys {
		out[k] = m[k]
	}
	return out
}

func join(v []float64) string {
	s := make([]string, len(v))
	for i, x := range v {
		s[i] = strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strings.Join(s, ",")
}
