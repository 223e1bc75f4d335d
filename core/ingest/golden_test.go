package ingest

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"qunxiang/core"
)

// data returns a file of the shared test data, or skips the test.
func data(tb testing.TB, name string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for range 6 {
		p := filepath.Join(dir, "..", "shared", "data", filepath.FromSlash(name))
		if _, err := os.Stat(p); err == nil {
			return p
		}
		dir = filepath.Dir(dir)
	}
	tb.Skipf("%s is not there: the shared test data are needed (../shared/data)", name)
	return ""
}

var uciOnce = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "ingest") })

// uci decompresses the UCI file once for all tests.
func uci(tb testing.TB) string {
	tb.Helper()
	src := data(tb, "transactions/online_retail_uci.csv.zst")
	dir, err := uciOnce()
	if err != nil {
		tb.Fatal(err)
	}
	dst := filepath.Join(dir, "online_retail_uci.csv")
	uciLock.Lock()
	defer uciLock.Unlock()
	if _, err := os.Stat(dst); err == nil {
		return dst
	}
	f, err := os.Open(src)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	out, err := os.Create(dst)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.Copy(out, z); err != nil {
		tb.Fatal(err)
	}
	if err := out.Close(); err != nil {
		tb.Fatal(err)
	}
	return dst
}

var uciLock sync.Mutex

func TestMain(m *testing.M) {
	if slices.Equal(os.Args[1:], []string{"read", "-"}) { // started by a test as the reading process
		os.Exit(ServeReader())
	}
	code := m.Run()
	if dir, err := uciOnce(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

func mustRead(tb testing.TB, path string, o core.ImportOptions) *Result {
	tb.Helper()
	r, err := Read(tb.Context(), path, o, core.NoProgress)
	if err != nil {
		tb.Fatal(err)
	}
	checkSums(tb, r)
	return r
}

// checkSums holds every result to the reconciliation and to equal lengths.
func checkSums(tb testing.TB, r *Result) {
	tb.Helper()
	n := r.Report.Rows.Used
	for _, e := range r.Report.Rows.Excluded {
		n += e.Count
	}
	if n != r.Report.Rows.In {
		tb.Errorf("rows in %d, used and excluded %d", r.Report.Rows.In, n)
	}
	if tx := r.Transactions; tx != nil {
		if tx.Rows() != r.Report.Rows.Used || len(tx.Day) != tx.Rows() || len(tx.Amount) != tx.Rows() ||
			tx.Orders != nil && len(tx.Order) != tx.Rows() || tx.Clock != nil && len(tx.Clock) != tx.Rows() ||
			tx.Refund != nil && len(tx.Refund) != tx.Rows() || tx.Quantity != nil && len(tx.Quantity) != tx.Rows() {
			tb.Errorf("columns differ in length from the %d rows used", r.Report.Rows.Used)
		}
	}
	if a := r.Attributes; a != nil && a.Customers.Len() != r.Report.Rows.Used {
		tb.Errorf("%d customers from %d rows", a.Customers.Len(), r.Report.Rows.Used)
	}
}

// The per-customer recency, frequency and monetary of the UCI file equal the reference
// for all 4,338 customers. Source: golden/rfm/online_retail_rfm10_golden.json.
func TestReadUCIReference(t *testing.T) {
	path := uci(t)
	r := mustRead(t, path, core.ImportOptions{Refunds: core.RefundDrop})
	if r.Report.Rows.In != 541909 {
		t.Errorf("rows in: %d, want 541909", r.Report.Rows.In)
	}
	tx := r.Transactions
	sum, _, _ := exactSum(tx.Amount)
	if got := core.Money(sum, tx.Scale); got != 8911407.904 {
		t.Errorf("amount %v, want 8911407.904", got)
	}
	asOf := core.YMD(2011, 12, 10)
	type rfm struct {
		last   core.Date
		orders map[uint32]bool
		amount int64
	}
	got := make([]rfm, tx.Customers.Len())
	for i, c := range tx.Customer {
		g := &got[c]
		if g.orders == nil {
			g.orders = map[uint32]bool{}
			g.last = tx.Day[i]
		}
		g.last = max(g.last, tx.Day[i])
		g.orders[tx.Order[i]] = true
		g.amount += tx.Amount[i]
	}
	f, err := os.Open(data(t, "golden/rfm/online_retail_rfm_expected_by_customer.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	byKey := map[string]rfm{}
	for i, g := range got {
		byKey[tx.Customers.At(i)] = g
	}
	if len(want)-1 != 4338 || len(byKey) != 4338 {
		t.Errorf("%d customers, reference %d, want 4338", len(byKey), len(want)-1)
	}
	for _, w := range want[1:] {
		g := byKey[w[0]]
		m, err := strconv.ParseFloat(w[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		if strconv.Itoa(int(asOf-g.last)) != w[1] || strconv.Itoa(len(g.orders)) != w[2] || math.Abs(core.Money(g.amount, tx.Scale)-m) > 0.005 {
			t.Errorf("customer %s: %d %d %v, want %v", w[0], asOf-g.last, len(g.orders), core.Money(g.amount, tx.Scale), w[1:4])
		}
	}
}

// Under the default policy linked refunds leave the money of the file as it is.
func TestReadUCINet(t *testing.T) {
	r := mustRead(t, uci(t), core.ImportOptions{})
	keep := mustRead(t, uci(t), core.ImportOptions{Refunds: core.RefundKeep})
	if r.Report.Amount != keep.Report.Amount {
		t.Errorf("netting changed the money: %v, all rows with a customer have %v", r.Report.Amount, keep.Report.Amount)
	}
	if r.Report.Customers > 4372 || r.Report.Customers < 4339 {
		t.Errorf("%d customers", r.Report.Customers)
	}
	if k := r.Transactions.Customers.At(0); k != "17850" {
		t.Errorf("first customer %q, want 17850 (written 17850.0)", k)
	}
	d := r.Report.Detected
	want := map[core.Role]string{core.RoleCustomer: "CustomerID", core.RoleDate: "InvoiceDate", core.RoleOrder: "InvoiceNo", core.RoleQuantity: "Quantity", core.RolePrice: "UnitPrice", core.RoleProduct: "StockCode"}
	for role, col := range want {
		if d.Mapping[role] != col {
			t.Errorf("%s is %q, want %q", role, d.Mapping[role], col)
		}
	}
	if d.Grain != core.GrainLine || r.Report.LastDate != core.YMD(2011, 12, 9) || r.Report.FirstDate != core.YMD(2010, 12, 1) {
		t.Errorf("grain %s, %s … %s", d.Grain, r.Report.FirstDate, r.Report.LastDate)
	}
}

// facts are the expectations of golden/dialect/import_facts.json.
type facts struct {
	Tables []struct {
		File        string             `json:"file"`
		Rows        int                `json:"rows"`
		Nulls       map[string]int     `json:"nulls"`
		NumericSums map[string]float64 `json:"numeric_sums"`
		Distinct    map[string]int     `json:"distinct"`
	} `json:"tables"`
}

// Row counts, sums and missing values of all plain tables are those of pandas.
func TestReadFacts(t *testing.T) {
	b, err := os.ReadFile(data(t, "golden/dialect/import_facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f facts
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	for _, tab := range f.Tables {
		ext := filepath.Ext(tab.File)
		if ext != ".csv" && ext != ".txt" && ext != ".xlsx" || strings.Contains(tab.File, "!") || strings.HasPrefix(tab.File, "text/") {
			continue
		}
		t.Run(tab.File, func(t *testing.T) {
			t.Parallel()
			r := mustRead(t, data(t, tab.File), core.ImportOptions{Refunds: core.RefundKeep})
			if r.Report.Rows.In != tab.Rows {
				t.Errorf("%d rows, want %d", r.Report.Rows.In, tab.Rows)
			}
			if r.Attributes == nil {
				return
			}
			for _, c := range r.Attributes.Columns {
				if want, ok := tab.NumericSums[c.Name]; ok {
					sum := 0.0
					for _, v := range c.Floats {
						sum += v
					}
					if math.Abs(sum-want) > 1e-9*math.Abs(want)+1e-6 {
						t.Errorf("sum of %s is %v, want %v", c.Name, sum, want)
					}
				}
				missing := 0
				for _, v := range c.Valid {
					if !v {
						missing++
					}
				}
				for _, v := range c.Codes {
					if v == core.NoCode {
						missing++
					}
				}
				if want := tab.Nulls[c.Name]; missing != want && c.Name != "TotalCharges" && c.Name != "#VALUE!" {
					t.Errorf("%s: %d missing, want %d", c.Name, missing, want)
				}
				if want := tab.Distinct[c.Name]; want > 0 && c.Codes != nil && len(c.Dict) != want {
					t.Errorf("%s: %d distinct, want %d", c.Name, len(c.Dict), want)
				}
			}
		})
	}
}

// perCustomer sums up a result by customer key: last day and number of orders that are
// no refund, and money.
func perCustomer(tx *core.Transactions) map[string][3]int64 {
	out, orders := map[string][3]int64{}, map[[2]uint32]bool{}
	for i, c := range tx.Customer {
		k := tx.Customers.At(int(c))
		v, seen := out[k]
		if !seen {
			v[0] = -1 << 40
		}
		v[2] += tx.Amount[i]
		if tx.Refund == nil || !tx.Refund[i] {
			v[0] = max(v[0], int64(tx.Day[i]))
			if o := [2]uint32{c, tx.Order[i]}; !orders[o] {
				orders[o] = true
				v[1]++
			}
		}
		out[k] = v
	}
	return out
}

// The order of the rows changes nothing, also not which refund is linked to what.
func TestReadShuffled(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(uci(t))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(b), "\n")
	head, body := lines[0], lines[1:len(lines)-1]
	rng := rand.New(rand.NewPCG(11, 12))
	rng.Shuffle(len(body), func(i, j int) { body[i], body[j] = body[j], body[i] })
	shuffled := write(t, filepath.Join(t.TempDir(), "shuffled.csv"), []byte(head+strings.Join(body, "")))
	want, got := mustRead(t, uci(t), core.ImportOptions{}), mustRead(t, shuffled, core.ImportOptions{})
	if want.Transactions.Scale != got.Transactions.Scale || want.Report.Rows.Used != got.Report.Rows.Used {
		t.Errorf("%d rows used, shuffled %d", want.Report.Rows.Used, got.Report.Rows.Used)
	}
	w, g := perCustomer(want.Transactions), perCustomer(got.Transactions)
	n := 0
	for k, v := range w {
		if g[k] != v {
			if n++; n < 5 {
				t.Errorf("customer %s: %v, shuffled %v", k, v, g[k])
			}
		}
	}
	if n > 0 || len(w) != len(g) {
		t.Errorf("%d of %d customers differ, %d when shuffled", n, len(w), len(g))
	}
}

// Two exports that overlap make what one export of both makes.
func TestMergeOverlap(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(uci(t))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(b), "\n")
	dir := t.TempDir()
	part := func(name string, from, to int) string {
		return write(t, filepath.Join(dir, name), []byte(lines[0]+strings.Join(lines[from:to], "")))
	}
	o := core.ImportOptions{Refunds: core.RefundDrop}
	whole := mustRead(t, uci(t), o)
	first, second := mustRead(t, part("1.csv", 1, 300_000), o), mustRead(t, part("2.csv", 200_000, len(lines)), o)
	merged, added, dup, _ := Merge(t.Context(), first.Transactions, second.Transactions)
	if added+dup != second.Report.Lines || dup == 0 || merged.Rows() != whole.Transactions.Rows() || merged.Orders.Len() != whole.Report.Orders {
		t.Errorf("%d rows (%d added, %d duplicates), %d orders; the whole has %d and %d", merged.Rows(), added, dup, merged.Orders.Len(), whole.Transactions.Rows(), whole.Report.Orders)
	}
	if diff := cmp.Diff(perCustomer(whole.Transactions), perCustomer(merged)); diff != "" {
		t.Errorf("customers (-want +got):\n%.1000s", diff)
	}
}
