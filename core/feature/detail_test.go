package feature_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk/table"
)

func TestOrdersByHand(t *testing.T) {
	t.Parallel()
	tx := transactions(t, shop)
	asOf := core.YMD(2024, 3, 31)
	o := feature.Options{AsOf: asOf}
	got, err := feature.Orders(t.Context(), tx, o, []uint32{3, 0}) // dan, ann
	if err != nil {
		t.Fatal(err)
	}
	day := func(y, m, d int) int64 { return int64(core.YMD(y, m, d)) }
	want := &table.Table{Rows: 4, Columns: []table.Column{
		{Name: "customer", Kind: table.Int64, Ints: []int64{0, 1, 1, 1}},
		{Name: "day", Kind: table.Int64, Unit: "day", Ints: []int64{day(2023, 1, 1), day(2024, 1, 5), day(2024, 3, 1), day(2024, 3, 1)}},
		{Name: "amount", Kind: table.Float64, Unit: "money", Floats: []float64{7, 15, 3, 16}}, // the refund of 4 lowers the last
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	o.WindowMonths = 12
	if got, err = feature.Orders(t.Context(), tx, o, []uint32{3, 0}); err != nil || got.Rows != 3 || got.Columns[0].Ints[0] != 1 {
		t.Errorf("a window of twelve months: %+v, %v", got, err)
	}
}

func TestLinesByHand(t *testing.T) {
	t.Parallel()
	tx := transactions(t, shop)
	products, texts := &core.Dict{}, []string{"茶\u200b", "pen", "茶", "unused"}
	for _, s := range texts {
		products.AppendString(s)
	}
	tx.Labels = []core.Labels{{Role: "status", Dict: products, Codes: make([]uint32, 8)}, {Role: "product", Dict: products, Codes: []uint32{0, 1, 2, core.NoCode, 3, 0, 0, 0}}}
	tx.Quantity, tx.QuantityScale = []int64{10, 25, 10, 10, -10, 10, 10, 10}, 1
	got, err := feature.Lines(t.Context(), tx, feature.Options{AsOf: core.YMD(2024, 3, 31)}, []uint32{0})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i := range got.Columns {
		names = append(names, got.Columns[i].Name)
	}
	if diff := cmp.Diff([]string{"customer", "day", "amount", "order", "quantity", "product"}, names); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	// In an order by product: "pen" before "茶"; what only looks the same is the same.
	if diff := cmp.Diff([]int64{0, 0, 1, 2}, got.Column("order").Ints); diff != "" {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{5, 10, 3, 20}, got.Column("amount").Floats); diff != "" {
		t.Errorf("amounts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{2.5, 1, 1, 1}, got.Column("quantity").Floats); diff != "" {
		t.Errorf("quantities (-want +got):\n%s", diff)
	}
	p := got.Column("product")
	if diff := cmp.Diff([]string{"pen", "茶"}, p.Dict); diff != "" {
		t.Errorf("products (-want +got):\n%s", diff)
	}
	if p.Codes[0] != 0 || p.Codes[1] != 1 || !p.Missing(2) || p.Codes[3] != 1 {
		t.Errorf("products %v %v", p.Codes, p.Valid)
	}
}

// anyTransactions are a few customers' with everything that makes counting hard: orders
// that stand apart, are shared or have no number, refunds, days in no order.
func anyTransactions(t *rapid.T) *core.Transactions {
	rows := rapid.IntRange(1, 60).Draw(t, "rows")
	tx := &core.Transactions{Customers: &core.Dict{}, Scale: rapid.IntRange(0, 3).Draw(t, "scale")}
	for _, s := range []string{"a", "b", "c", "d", "e"} {
		tx.Customers.AppendString(s)
	}
	numbers, clock := rapid.Bool().Draw(t, "numbers"), rapid.Bool().Draw(t, "clock")
	big := rapid.SampledFrom([]int64{1, 1, 1, 1 << 55}).Draw(t, "big")
	products := &core.Dict{}
	products.AppendString("x")
	products.AppendString("y")
	tx.Labels = []core.Labels{{Role: "product", Dict: products}}
	for range rows {
		refund := rapid.IntRange(0, 5).Draw(t, "refund") == 0
		amount := rapid.Int64Range(1, 10_000).Draw(t, "amount") * big
		if refund {
			amount = -amount
		}
		tx.Customer = append(tx.Customer, rapid.Uint32Range(0, 4).Draw(t, "customer"))
		tx.Day = append(tx.Day, core.YMD(2024, 1, 1)+core.Date(rapid.IntRange(0, 300).Draw(t, "day")))
		tx.Amount, tx.Refund = append(tx.Amount, amount), append(tx.Refund, refund)
		if clock {
			tx.Clock = append(tx.Clock, rapid.Int32Range(0, 86399).Draw(t, "clock"))
		}
		if code := rapid.Uint32Range(0, 20).Draw(t, "order"); numbers && code == 20 {
			tx.Order = append(tx.Order, core.NoCode)
		} else if numbers {
			tx.Order = append(tx.Order, code)
		}
		tx.Labels[0].Codes = append(tx.Labels[0].Codes, rapid.SampledFrom([]uint32{0, 1, core.NoCode}).Draw(t, "product"))
	}
	return tx
}

// TestASummaryGivesTheSameFeatures, to the bit, whenever it is said to decide them.
func TestASummaryGivesTheSameFeatures(t *testing.T) {
	t.Parallel()
	covered := 0
	rapid.Check(t, func(t *rapid.T) {
		tx := anyTransactions(t)
		s, err := feature.Summarise(context.Background(), tx)
		if err != nil {
			t.Fatal(err)
		}
		o := feature.Options{AsOf: core.NoDate, WindowMonths: rapid.SampledFrom([]int{0, 0, 0, 3}).Draw(t, "window")}
		if rapid.Bool().Draw(t, "dated") {
			o.AsOf = core.YMD(2024, 1, 1) + core.Date(rapid.IntRange(250, 330).Draw(t, "as of"))
		}
		if !feature.Covers(s, o) {
			return
		}
		covered++
		want, err := feature.FromTransactions(context.Background(), tx, o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, feature.FromSummary(s, o)); diff != "" {
			t.Fatalf("(-rows +summary):\n%s", diff)
		}
		if got, want := feature.AsOfSummary(s), feature.AsOf(tx); got != want {
			t.Fatalf("as of %v, want %v", got, want)
		}
	})
	if covered == 0 {
		t.Error("no summary decided anything")
	}
}

// TestDetailsAgreeWithFeatures: orders are as many as the frequency, on as many days,
// the last as long ago, and their amounts add up to the money.
func TestDetailsAgreeWithFeatures(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tx := anyTransactions(t)
		o := feature.Options{AsOf: core.YMD(2024, 1, 1) + core.Date(rapid.IntRange(50, 310).Draw(t, "as of")), WindowMonths: rapid.IntRange(0, 6).Draw(t, "window")}
		s, err := feature.FromTransactions(context.Background(), tx, o)
		if err != nil {
			t.Fatal(err)
		}
		orders, err := feature.Orders(context.Background(), tx, o, s.Customers)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := feature.Lines(context.Background(), tx, o, s.Customers)
		if err != nil || orders.Check() != nil || lines.Check() != nil {
			t.Fatal(err, orders.Check(), lines.Check())
		}
		count, sum := make([]int64, len(s.Customers)), make([]float64, len(s.Customers))
		last, seen := make([]int64, len(s.Customers)), int64(-1)
		for i, c := range orders.Column("customer").Ints {
			day := orders.Column("day").Ints[i]
			if c < seen || c == seen && day < last[c] {
				t.Fatalf("row %d is out of order", i)
			}
			seen = c
			count[c]++
			sum[c] += orders.Column("amount").Floats[i]
			last[c] = day
		}
		numbers := make([]map[int64]bool, len(s.Customers))
		for i, c := range lines.Column("customer").Ints {
			if numbers[c] == nil {
				numbers[c] = map[int64]bool{}
			}
			numbers[c][lines.Column("order").Ints[i]] = true
		}
		for i := range s.Customers {
			money := s.Table.Column(feature.Monetary).Floats[i]
			if count[i] != s.Table.Column(feature.Frequency).Ints[i] || math.Abs(sum[i]-money) > 1e-9*(1+math.Abs(money))+1e-12*float64(1<<62) {
				t.Fatalf("customer %d: %d orders of %g, the features say %d of %g", i, count[i], sum[i], s.Table.Column(feature.Frequency).Ints[i], money)
			}
			if int64(len(numbers[i])) != count[i] {
				t.Fatalf("customer %d: the lines are of %d orders, not %d", i, len(numbers[i]), count[i])
			}
		}
	})
}

// TestOrdersDoNotDependOnTheOrderOfRows shuffles the file.
func TestOrdersDoNotDependOnTheOrderOfRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tx := anyTransactions(t)
		rows := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range tx.Rows() {
				if !yield(i) {
					return
				}
			}
		})).Draw(t, "order")
		other := *tx
		other.Customer, other.Day, other.Amount, other.Refund = pick(tx.Customer, rows), pick(tx.Day, rows), pick(tx.Amount, rows), pick(tx.Refund, rows)
		other.Order, other.Clock = pick(tx.Order, rows), pick(tx.Clock, rows)
		o := feature.Options{AsOf: core.YMD(2024, 12, 31)}
		all := []uint32{4, 2, 0, 1, 3}
		a, err := feature.Orders(context.Background(), tx, o, all)
		if err != nil {
			t.Fatal(err)
		}
		b, err := feature.Orders(context.Background(), &other, o, all)
		if err != nil || a.Rows != b.Rows {
			t.Fatal(err, a.Rows, b.Rows)
		}
		for i := range a.Columns {
			if !slices.Equal(a.Columns[i].Ints, b.Columns[i].Ints) {
				t.Fatalf("(-file +shuffled):\n%s", cmp.Diff(a, b))
			}
		}
		for i, v := range a.Columns[2].Floats {
			if w := b.Columns[2].Floats[i]; math.Abs(v-w) > 1e-12*math.Abs(v)+1 && tx.Amount[0] > 1<<50 || v != w && tx.Amount[0] <= 1<<50 && tx.Amount[0] >= -1<<50 {
				t.Fatalf("order %d is %g and %g", i, v, w)
			}
		}
	})
}

func pick[T any](v []T, rows []int) []T {
	if v == nil {
		return nil
	}
	out := make([]T, len(v))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}
