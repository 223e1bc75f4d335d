package ingest_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
	"qunxiang/internal/reference"
)

// bill is a line of a file of purchases with what the tests split by.
type bill struct{ order, customer, time, text string }

// shop makes lines of a shop: orders of several products, among them the same twice,
// refunds by number, by product and cancellations numbered C…, with times.
func shop(rng *rand.Rand, orders int) (head string, out []bill) {
	type bought struct {
		order, customer, product string
		at, quantity, price      int
	}
	var past []bought
	add := func(number string, b bought, quantity int) {
		time := fmt.Sprintf("2024-%02d-%02d %02d:%02d", 1+b.at/40320%12, 1+b.at/1440%28, b.at/60%24, b.at%60)
		out = append(out, bill{number, b.customer, time, fmt.Sprintf("%s,%s,%s,%s,%d,%d.50\n", number, b.customer, time, b.product, quantity, b.price)})
	}
	at := 0
	for i := range orders {
		at += 1 + rng.IntN(600)
		if len(past) > 0 && rng.IntN(6) == 0 { // money back
			b := past[rng.IntN(len(past))]
			b.at = at
			number := fmt.Sprintf("C9%05d", i)
			if rng.IntN(2) == 0 {
				number = b.order
			} else if rng.IntN(2) == 0 {
				number = "C" + b.order
			}
			add(number, b, -1-rng.IntN(b.quantity))
			continue
		}
		customer := fmt.Sprintf("k%d", rng.IntN(1+orders/6))
		for range 1 + rng.IntN(5) {
			b := bought{fmt.Sprintf("R%05d", i), customer, fmt.Sprintf("p%d", rng.IntN(9)), at, 1 + rng.IntN(3), 0}
			b.price = 3 + int(b.product[1]-'0') + rng.IntN(2)
			add(b.order, b, b.quantity)
			past = append(past, b)
		}
	}
	return "order_id,customer_id,order_date,product,quantity,price\n", out
}

// retail is the real file of online purchases, its rows in the order of time, with the
// columns that an import reads: lines are equal where their texts are.
func retail(t *testing.T) (head string, out []bill) {
	t.Helper()
	packed, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	all, err := packed.DecodeAll(reference.Read(t, "transactions/online_retail_uci.csv.zst"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(all), "\n")
	for text := range strings.Lines(rest) {
		// InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
		cells := strings.Split(strings.TrimRight(text, "\r\n"), ",")
		if n := len(cells); n >= 8 && cells[n-2] != "" {
			kept := []string{cells[0], cells[1], cells[n-5], cells[n-4], cells[n-3], cells[n-2]}
			out = append(out, bill{cells[0], cells[n-2], cells[n-4], strings.Join(kept, ",") + "\n"})
		}
	}
	return "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n", out
}

// imported joins files one after another, as a project does.
func imported(t *testing.T, head string, o ingest.JoinOptions, parts ...[]bill) *core.Transactions {
	t.Helper()
	var all *core.Transactions
	var sizes []int
	for _, p := range parts {
		add := toldBy(t, head, p)
		before := all.Rows()
		j, err := ingest.Join(t.Context(), all, add, nil, sizes, o)
		if err != nil {
			t.Fatal(err)
		}
		all = j.Transactions
		sizes = append(sizes, all.Rows()-before)
	}
	return all
}

func toldBy(t *testing.T, head string, lines []bill) *core.Transactions {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(head)
	for _, l := range lines {
		b.WriteString(l.text)
	}
	path := filepath.Join(t.TempDir(), "part.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := ingest.Read(t.Context(), path, core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if r.Told != nil {
		return r.Told
	}
	return r.Transactions
}

// featuresOf are the features by customer as of one day, as text.
func featuresOf(t *testing.T, told *core.Transactions) map[string]string {
	t.Helper()
	live := ingest.Live(told)
	s, err := feature.FromTransactions(t.Context(), live, feature.Options{AsOf: core.Date(25000)})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for i, c := range s.Customers {
		var b strings.Builder
		for _, col := range s.Table.Columns {
			if col.Floats != nil {
				fmt.Fprintf(&b, "%s=%.6f ", col.Name, col.Floats[i])
			} else if col.Ints != nil {
				fmt.Fprintf(&b, "%s=%d ", col.Name, col.Ints[i])
			}
		}
		out[live.Customers.At(int(c))] = b.String()
	}
	return out
}

// by makes overlapping parts in which every value of key is whole in at least one.
func by(rng *rand.Rand, lines []bill, parts int, key func(bill) string) [][]bill {
	home := map[string]int{}
	out := make([][]bill, parts)
	for _, l := range lines {
		k := key(l)
		if _, ok := home[k]; !ok {
			home[k] = rng.IntN(1 << parts) // a set of parts
		}
		set := max(1, home[k])
		for p := range parts {
			if set>>p&1 == 1 {
				out[p] = append(out[p], l)
			}
		}
	}
	return slices.DeleteFunc(out, func(p []bill) bool { return len(p) < 2 })
}

// byTime makes overlapping stretches of time.
func byTime(rng *rand.Rand, lines []bill, parts int) [][]bill {
	var out [][]bill
	from := 0
	for p := range parts {
		to := len(lines)
		if p < parts-1 {
			to = from + (len(lines)-from)/(parts-p) + 1
		}
		for to < len(lines) && lines[to].order == lines[to-1].order {
			to++
		}
		start := max(0, from-rng.IntN(1+len(lines)/4))
		out = append(out, lines[start:to]) // it may begin within an order, which the part before has
		from = to
	}
	return out
}

// TestPartsAreTheWhole: importing overlapping parts of a file, split by time, by orders or
// by customers, in any order, gives the features of the whole file, refunds included, and
// any part again changes nothing.
func TestPartsAreTheWhole(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 3))
		head, lines := shop(rng, 60+rng.IntN(200))
		checkParts(t, rng, fmt.Sprintf("shop %d", seed), head, lines)
	}
}

// TestPartsOfARealFileAreTheWhole is the same with the purchases of a real shop.
func TestPartsOfARealFileAreTheWhole(t *testing.T) {
	t.Parallel()
	if os.Getenv("QUNXIANG_SLOW") == "" {
		t.Skip("QUNXIANG_SLOW is not set: reads half a million rows several times")
	}
	head, lines := retail(t)
	checkParts(t, rand.New(rand.NewPCG(1, 2)), "retail", head, lines)
}

func checkParts(t *testing.T, rng *rand.Rand, name, head string, lines []bill) {
	t.Helper()
	want := featuresOf(t, imported(t, head, ingest.JoinOptions{}, lines))
	n := 2 + rng.IntN(2)
	for _, split := range []struct {
		how   string
		parts [][]bill
	}{
		{"time", byTime(rng, lines, n)},
		{"orders", by(rng, lines, n, func(b bill) string { return b.order })},
		{"customers", by(rng, lines, n, func(b bill) string { return b.customer })},
	} {
		how, parts := split.how, split.parts
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		if d := gocmp.Diff(want, featuresOf(t, imported(t, head, ingest.JoinOptions{}, parts...))); d != "" {
			t.Errorf("%s by %s in %d parts (-whole +parts):\n%.600s", name, how, len(parts), d)
			continue
		}
		twice := append(slices.Clone(parts), parts[rng.IntN(len(parts))])
		if d := gocmp.Diff(want, featuresOf(t, imported(t, head, ingest.JoinOptions{}, twice...))); d != "" {
			t.Errorf("%s by %s, one part twice (-whole +parts):\n%.600s", name, how, d)
		}
	}
}

// TestPartsByRowsAreTheUnion: parts that tear orders apart come to the larger multiset of
// their lines: the same money and rows as a file of that.
func TestPartsByRowsAreTheUnion(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 4))
		head, lines := shop(rng, 60+rng.IntN(200))
		checkRows(t, rng, fmt.Sprintf("shop %d", seed), head, lines, ingest.JoinOptions{})
		checkRows(t, rng, fmt.Sprintf("shop %d, add", seed), head, lines, ingest.JoinOptions{Orders: core.OrdersAdd})
	}
}

// TestPartsByRowsOfARealFile is the same with the purchases of a real shop.
func TestPartsByRowsOfARealFile(t *testing.T) {
	t.Parallel()
	if os.Getenv("QUNXIANG_SLOW") == "" {
		t.Skip("QUNXIANG_SLOW is not set: reads half a million rows several times")
	}
	head, lines := retail(t)
	checkRows(t, rand.New(rand.NewPCG(5, 6)), "retail", head, lines, ingest.JoinOptions{})
}

func checkRows(t *testing.T, rng *rand.Rand, name, head string, lines []bill, o ingest.JoinOptions) {
	t.Helper()
	share := 0.3 + 0.6*rng.Float64()
	parts := make([][]bill, 2)
	most := map[bill]int{}
	for p := range parts {
		count := map[bill]int{}
		for _, l := range lines {
			if rng.Float64() < share {
				parts[p] = append(parts[p], l)
				count[l]++
				most[l] = max(most[l], count[l])
			}
		}
	}
	var union []bill
	for _, l := range slices.SortedFunc(maps.Keys(most), func(a, b bill) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.text, b.text)) }) {
		union = append(union, slices.Repeat([]bill{l}, most[l])...)
	}
	want, got := imported(t, head, o, union), imported(t, head, o, parts...)
	if slices.Contains(got.Void, true) {
		t.Errorf("%s, %.2f of the rows each: lines gave way", name, share)
	}
	if d := gocmp.Diff(featuresOf(t, want), featuresOf(t, got)); d != "" || ingest.Live(want).Rows() != ingest.Live(got).Rows() {
		t.Errorf("%s, %.2f of the rows each (-union +parts):\n%.600s", name, share, d)
	}
}
