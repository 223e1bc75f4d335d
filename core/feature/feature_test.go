package feature_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/feature"
)

// line is a row of a small hand-made file.
type line struct {
	who    string
	day    string
	cents  int64
	order  string
	refund bool
}

func transactions(t *testing.T, lines []line) *core.Transactions {
	t.Helper()
	tx := &core.Transactions{Customers: &core.Dict{}, Orders: &core.Dict{}, Scale: 2}
	code := func(d *core.Dict, known map[string]uint32, s string) uint32 {
		if c, ok := known[s]; ok {
			return c
		}
		d.AppendString(s)
		known[s] = uint32(d.Len() - 1)
		return known[s]
	}
	who, orders := map[string]uint32{}, map[string]uint32{}
	for _, l := range lines {
		d, err := core.ParseDate(l.day)
		if err != nil {
			t.Fatal(err)
		}
		tx.Customer = append(tx.Customer, code(tx.Customers, who, l.who))
		tx.Order = append(tx.Order, code(tx.Orders, orders, l.order))
		tx.Day, tx.Amount, tx.Refund = append(tx.Day, d), append(tx.Amount, l.cents), append(tx.Refund, l.refund)
	}
	return tx
}

var shop = []line{
	{"ann", "2024-01-05", 1000, "o1", false},
	{"ann", "2024-01-05", 500, "o1", false}, // same order
	{"ann", "2024-03-01", 2000, "o2", false},
	{"ann", "2024-03-01", 300, "o3", false},  // same day, another order
	{"ann", "2024-03-20", -400, "r1", true},  // refund: money only
	{"bob", "2024-02-10", 9999, "o4", false}, // one-time buyer
	{"cat", "2024-02-11", -100, "r2", true},  // nothing but a refund
	{"dan", "2023-01-01", 700, "o5", false},  // before a 12-month window
}

func TestFromTransactions(t *testing.T) {
	t.Parallel()
	asOf, _ := core.ParseDate("2024-03-31")
	s, err := feature.FromTransactions(t.Context(), transactions(t, shop), feature.Options{AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]float64{ // ann, bob, dan; counted by hand
		feature.Recency:       {30, 50, 455},
		feature.Frequency:     {3, 1, 1},
		feature.Monetary:      {34, 99.99, 7},
		feature.FrequencyDays: {2, 1, 1},
		feature.MonetaryMean:  {34.0 / 3, 99.99, 7},
		feature.Tenure:        {86, 50, 455},
	}
	if diff := cmp.Diff(want, values(s)); diff != "" {
		t.Errorf("features (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]core.Excluded{{Reason: feature.ReasonNoOrders, Count: 1, Customers: []uint32{2}}}, s.Excluded); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
}

func values(s *feature.Set) map[string][]float64 {
	out := map[string][]float64{}
	for i := range s.Table.Columns {
		c := &s.Table.Columns[i]
		for r := range s.Table.Rows {
			out[c.Name] = append(out[c.Name], c.Float(r))
		}
	}
	return out
}

func TestWindowAndAsOf(t *testing.T) {
	t.Parallel()
	tx := transactions(t, shop)
	if got, want := feature.AsOf(tx).String(), "2024-03-21"; got != want {
		t.Errorf("default as-of date %s, want the last day and one, %s", got, want)
	}
	s, err := feature.FromTransactions(t.Context(), tx, feature.Options{AsOf: core.NoDate, WindowMonths: 12})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(s.Customers); got != 2 {
		t.Errorf("%d customers in the window, want ann and bob", got)
	}
	if len(s.Excluded) != 2 || s.Excluded[1].Reason != feature.ReasonWindow {
		t.Errorf("excluded %+v, want dan outside the window", s.Excluded)
	}
	dan := s.Excluded[1].Customers
	joined := feature.Join(s, &core.Attributes{Columns: []core.AttributeColumn{{Name: "age", Floats: []float64{40}}}}, dan)
	if got := joined.NoOrders(dan[0]); len(joined.Excluded) != 1 || got != feature.ReasonWindow {
		t.Errorf("dan, of whom the age is known, has no orders because: %s; %+v", got, joined.Excluded)
	}
	early, _ := core.ParseDate("2024-02-10")
	s, err = feature.FromTransactions(t.Context(), tx, feature.Options{AsOf: early})
	if err != nil {
		t.Fatal(err)
	}
	if got := values(s)[feature.Recency]; !cmp.Equal(got, []float64{36, 0, 405}) {
		t.Errorf("recency as of 2024-02-10: %v; an order on the day gives 0, later ones are left out", got)
	}
}

// A window that begins in a shorter month begins on its last day.
func TestWindowOfShortMonths(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		order, asOf       string
		months, customers int
	}{
		{"2024-02-29", "2024-03-31", 1, 1},
		{"2024-02-28", "2024-03-31", 1, 0},
		{"2023-09-30", "2023-12-31", 3, 1},
		{"2023-09-29", "2023-12-31", 3, 0},
		{"2023-02-28", "2024-02-29", 12, 1},
		{"2023-03-15", "2024-03-15", 12, 1},
		{"2023-03-14", "2024-03-15", 12, 0},
	} {
		asOf, _ := core.ParseDate(tt.asOf)
		tx := transactions(t, []line{{"ann", tt.order, 100, "o1", false}})
		s, err := feature.FromTransactions(t.Context(), tx, feature.Options{AsOf: asOf, WindowMonths: tt.months})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.Customers); got != tt.customers {
			t.Errorf("an order of %s, %d months before %s: %d customers, want %d", tt.order, tt.months, tt.asOf, got, tt.customers)
		}
	}
}

// The order of rows must not matter: a shuffled file takes the sorting path.
func TestRowOrderIsIrrelevant(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	var lines []line
	for i := range 500 {
		d := core.YMD(2024, 1, 1) + core.Date(r.IntN(300))
		lines = append(lines, line{string(rune('a' + r.IntN(20))), d.String(), int64(r.IntN(9000)), string(rune('A' + i%150)), r.IntN(9) == 0})
	}
	byKey := func(ls []line) map[string][]float64 {
		tx := transactions(t, ls)
		s, err := feature.FromTransactions(t.Context(), tx, feature.Options{AsOf: core.YMD(2025, 1, 1)})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string][]float64{}
		for i, c := range s.Customers {
			for j := range s.Table.Columns {
				k := tx.Customers.At(int(c))
				out[k] = append(out[k], s.Table.Columns[j].Float(i))
			}
		}
		return out
	}
	want := byKey(lines)
	for range 5 {
		r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if diff := cmp.Diff(want, byKey(lines)); diff != "" {
			t.Fatalf("shuffled rows change the features (-want +got):\n%s", diff)
		}
	}
}

// A file with a row per order takes the short path; splitting each order into two
// lines takes the long one and must give the same.
func TestOrdersAndLinesAgree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	var orders, lines []line
	for i := range 400 {
		l := line{fmt.Sprint("c", r.IntN(30)), (core.YMD(2024, 1, 1) + core.Date(r.IntN(90))).String(), 2 * int64(r.IntN(500)), fmt.Sprint(i), false}
		half := l
		half.cents = l.cents / 2
		orders, lines = append(orders, l), append(lines, half, half)
	}
	var got [2]map[string][]float64
	for i, ls := range [][]line{orders, lines} {
		s, err := feature.FromTransactions(t.Context(), transactions(t, ls), feature.Options{AsOf: core.YMD(2024, 6, 1)})
		if err != nil {
			t.Fatal(err)
		}
		got[i] = values(s)
	}
	if diff := cmp.Diff(got[0], got[1]); diff != "" {
		t.Errorf("lines differ from orders (-orders +lines):\n%s", diff)
	}
}

// Sums that leave an int64 are still exact.
func TestHugeMoney(t *testing.T) {
	t.Parallel()
	tx := transactions(t, []line{{"a", "2024-01-01", 9e18, "1", false}, {"a", "2024-01-02", 9e18, "2", false}})
	s, err := feature.FromTransactions(t.Context(), tx, feature.Options{AsOf: core.NoDate})
	if err != nil {
		t.Fatal(err)
	}
	if got := values(s)[feature.Monetary][0]; got != 18e16 {
		t.Errorf("sum %g, want 1.8e17", got)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := feature.FromTransactions(ctx, transactions(t, shop), feature.Options{AsOf: core.NoDate}); err == nil {
		t.Error("a cancelled call returned a result")
	}
}

// Values of attributes are fit to stand in names of segments; those that look alike are one.
func TestJoin_ShowsAttributesAsTheyAreSeen(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", 300)
	a := &core.Attributes{Columns: []core.AttributeColumn{{
		Name: "city", Codes: []uint32{0, 1, 2, core.NoCode, 3, 4, 4}, Dict: []string{"York", "Yo\u200erk", "\u200b", long, long + "!"},
	}}}
	c := feature.Join(nil, a, []uint32{0, 1, 2, 3, 4, 5, 6}).Table.Column("city")
	cut := strings.Repeat("长", 199) + "…"
	var got []string
	for i := range c.Len() {
		if got = append(got, ""); !c.Missing(i) {
			got[i] = c.Text(i)
		}
	}
	if diff := cmp.Diff([]string{"York", "York", "", "", cut, cut, cut}, got); diff != "" || len(c.Dict) != 2 {
		t.Errorf("%q (-want +got):\n%s", c.Dict, diff)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	s, err := feature.FromTransactions(t.Context(), transactions(t, shop), feature.Options{AsOf: core.YMD(2024, 3, 31)})
	if err != nil {
		t.Fatal(err)
	}
	a := &core.Attributes{Columns: []core.AttributeColumn{
		{Name: "age", Floats: []float64{30, 40, 0}, Valid: []bool{true, true, false}},
		{Name: "frequency", Codes: []uint32{0, core.NoCode, 1}, Dict: []string{"weekly", "rarely"}},
	}}
	j := feature.Join(s, a, []uint32{2, 0, 9}) // cat (no order), ann, a customer who never bought
	if diff := cmp.Diff([]uint32{0, 1, 2, 3, 9}, j.Customers); diff != "" {
		t.Fatalf("customers (-want +got):\n%s", diff)
	}
	age, rec, freq := j.Table.Column("age"), j.Table.Column(feature.Recency), j.Table.Column("frequency (attribute)")
	if age.Floats[0] != 40 || !age.Missing(1) || age.Floats[2] != 30 || !age.Missing(4) {
		t.Errorf("ages %v valid %b", age.Floats, age.Valid)
	}
	if rec.Missing(0) || !rec.Missing(2) || !rec.Missing(4) {
		t.Errorf("recency of customers without orders is not missing")
	}
	if !freq.Missing(0) || freq.Text(2) != "weekly" || freq.Text(4) != "rarely" {
		t.Errorf("categories %v", freq.Codes)
	}
	if len(j.Excluded) != 0 {
		t.Errorf("cat has attributes and is still excluded: %+v", j.Excluded)
	}
	if err := j.Table.Check(); err != nil {
		t.Error(err)
	}
}
