package ingest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// sale is a row as a person reads it.
type sale struct {
	who, order, product string
	day                 core.Date
	cents               int64
}

// dataset builds transactions with dictionaries in order of first appearance.
func dataset(rows []sale, scale int) *core.Transactions {
	tx := &core.Transactions{
		Customers: &core.Dict{}, Orders: &core.Dict{}, Scale: scale,
		Labels: []core.Labels{{Role: "product", Dict: &core.Dict{}}},
	}
	code := func(d *core.Dict, s string) uint32 {
		for i := range d.Len() {
			if d.At(i) == s {
				return uint32(i)
			}
		}
		d.AppendString(s)
		return uint32(d.Len() - 1)
	}
	l := &tx.Labels[0]
	for _, r := range rows {
		tx.Customer, tx.Order = append(tx.Customer, code(tx.Customers, r.who)), append(tx.Order, code(tx.Orders, r.order))
		l.Codes = append(l.Codes, code(l.Dict, r.product))
		tx.Day = append(tx.Day, r.day)
		a := r.cents
		for range scale - 2 {
			a *= 10
		}
		tx.Amount = append(tx.Amount, a)
	}
	return tx
}

// counted reads transactions back as a multiset.
func counted(tx *core.Transactions) map[string]int {
	out := map[string]int{}
	for i := range tx.Rows() {
		out[fmt.Sprint(tx.Customers.At(int(tx.Customer[i])), tx.Orders.At(int(tx.Order[i])),
			tx.Labels[0].Dict.At(int(tx.Labels[0].Codes[i])), tx.Day[i], core.Money(tx.Amount[i], tx.Scale))]++
	}
	return out
}

func TestMergeIsTheLargerMultiset(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) sale {
			return sale{
				rapid.SampledFrom([]string{"a", "b", "客"}).Draw(t, "who"), rapid.SampledFrom([]string{"1", "2"}).Draw(t, "order"),
				rapid.SampledFrom([]string{"x", "y"}).Draw(t, "product"), core.Date(rapid.IntRange(0, 1).Draw(t, "day")), rapid.Int64Range(-1, 1).Draw(t, "cents"),
			}
		}), 0, 30)
		old, add := dataset(gen.Draw(t, "old"), 2), dataset(gen.Draw(t, "add"), rapid.IntRange(2, 5).Draw(t, "scale"))
		merged, added, dup, err := ingest.Merge(t.Context(), old, add)
		if err != nil {
			t.Fatal(err)
		}
		want := counted(old)
		for k, n := range counted(add) {
			want[k] = max(want[k], n)
		}
		if diff := cmp.Diff(want, counted(merged)); diff != "" {
			t.Fatalf("rows (-want +got):\n%s", diff)
		}
		if added+dup != add.Rows() || merged.Rows() != old.Rows()+added {
			t.Fatalf("%d added and %d duplicates of %d rows", added, dup, add.Rows())
		}
		for i := range old.Customers.Len() {
			if merged.Customers.At(i) != old.Customers.At(i) {
				t.Fatalf("customer %d changed its code", i)
			}
		}
		if _, again, _, _ := ingest.Merge(t.Context(), merged, add); again != 0 {
			t.Fatalf("merging again added %d rows", again)
		}
	})
}

func TestMergeNumberedOrders(t *testing.T) {
	t.Parallel()
	make := func(numbers ...uint32) *core.Transactions {
		tx := &core.Transactions{Customers: &core.Dict{Prefix: "C", Numbers: []uint32{7}}, Orders: &core.Dict{Prefix: "INV", Width: 4, Numbers: numbers}}
		for i := range numbers {
			tx.Customer, tx.Day, tx.Amount, tx.Order = append(tx.Customer, 0), append(tx.Day, 1), append(tx.Amount, 5), append(tx.Order, uint32(i))
		}
		return tx
	}
	merged, added, dup, err := ingest.Merge(t.Context(), make(1, 2, 3), make(3, 4))
	if err != nil || added != 1 || dup != 1 || merged.Orders.Len() != 4 || merged.Orders.At(3) != "INV0004" || merged.Order[3] != 3 {
		t.Errorf("%d added, %d duplicates, orders %v, codes %v", added, dup, merged.Orders, merged.Order)
	}
}

func TestMergeAttributes(t *testing.T) {
	t.Parallel()
	keys := func(k ...string) *core.Dict {
		d := &core.Dict{}
		for _, s := range k {
			d.AppendString(s)
		}
		return d
	}
	old := &core.Attributes{Customers: keys("a", "b"), Columns: []core.AttributeColumn{
		{Name: "age", Floats: []float64{30, 40}}, {Name: "city", Codes: []uint32{0, 1}, Dict: []string{"X", "Y"}},
	}}
	add := &core.Attributes{Customers: keys("c", "b"), Columns: []core.AttributeColumn{
		{Name: "age", Floats: []float64{50, 0}, Valid: []bool{true, false}}, {Name: "city", Codes: []uint32{0, 0}, Dict: []string{"Z"}}, {Name: "vip", Floats: []float64{1, 2}},
	}}
	want := &core.Attributes{Customers: keys("a", "b", "c"), Columns: []core.AttributeColumn{
		{Name: "age", Floats: []float64{30, 40, 50}},
		{Name: "city", Codes: []uint32{0, 2, 2}, Dict: []string{"X", "Y", "Z"}},
		{Name: "vip", Floats: []float64{0, 2, 1}, Valid: []bool{false, true, true}},
	}}
	if diff := cmp.Diff(want, ingest.MergeAttributes(old, add)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}
