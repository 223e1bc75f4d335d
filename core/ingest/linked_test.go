package ingest_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// told draws rows as files tell them: purchases, refunds with and without an order of the
// customer, and rows that gave way.
func told(rt *rapid.T) *core.Transactions {
	t := &core.Transactions{Customers: &core.Dict{}, Orders: &core.Dict{}, Scale: 2}
	product := core.Labels{Role: "product", Dict: &core.Dict{}}
	for i := range 5 {
		t.Customers.AppendString(fmt.Sprintf("c%d", i))
		t.Orders.AppendString(fmt.Sprintf("o%d", i))
		product.Dict.AppendString(fmt.Sprintf("p%d", i))
	}
	small := rapid.IntRange(0, 4)
	for range rapid.IntRange(1, 40).Draw(rt, "rows") {
		quantity := int64(rapid.IntRange(1, 3).Draw(rt, "quantity"))
		refund := rapid.IntRange(0, 3).Draw(rt, "refund") == 0
		if refund {
			quantity = -quantity
		}
		order := uint32(small.Draw(rt, "order"))
		if rapid.IntRange(0, 4).Draw(rt, "numbered") == 0 {
			order = core.NoCode
		}
		t.Customer, t.Day = append(t.Customer, uint32(small.Draw(rt, "customer"))), append(t.Day, core.Date(20000+small.Draw(rt, "day")))
		t.Amount, t.Quantity = append(t.Amount, quantity*int64(100*rapid.IntRange(1, 3).Draw(rt, "price"))), append(t.Quantity, quantity)
		t.Order, t.Refund = append(t.Order, order), append(t.Refund, refund)
		t.Void = append(t.Void, rapid.IntRange(0, 9).Draw(rt, "void") == 0)
		product.Codes = append(product.Codes, uint32(small.Draw(rt, "product")))
	}
	t.Labels = []core.Labels{product}
	return t
}

// What is stored of linked refunds leaves the rows that linking leaves, in place as well as
// on a copy.
func TestLinkedRefundsAreThoseOfLinking(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rows := told(rt)
		want, kept := ingest.LiveRows(rows)
		linked := ingest.WithLinked(rows)
		got, keptToo := ingest.LiveRows(linked)
		if d := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Linked" }, cmp.Ignore())); d != "" {
			rt.Fatalf("from what is stored (-linking +stored):\n%s", d)
		}
		if !slices.Equal(kept, keptToo) {
			rt.Fatalf("rows %v, from what is stored %v", kept, keptToo)
		}
		own := *linked
		own.Customer, own.Day, own.Amount, own.Order = slices.Clone(own.Customer), slices.Clone(own.Day), slices.Clone(own.Amount), slices.Clone(own.Order)
		own.Quantity, own.Refund = slices.Clone(own.Quantity), slices.Clone(own.Refund)
		own.Labels = []core.Labels{{Role: "product", Dict: rows.Labels[0].Dict, Codes: slices.Clone(rows.Labels[0].Codes)}}
		live := ingest.OwnLive(&own)
		for what, d := range map[string]string{
			"customer": cmp.Diff(want.Customer, live.Customer), "amount": cmp.Diff(want.Amount, live.Amount), "quantity": cmp.Diff(want.Quantity, live.Quantity),
			"order": cmp.Diff(want.Order, live.Order), "product": cmp.Diff(want.Labels[0].Codes, live.Labels[0].Codes), "day": cmp.Diff(want.Day, live.Day),
		} {
			if d != "" {
				rt.Fatalf("in place, %s (-copy +in place):\n%s", what, d)
			}
		}
		if slices.Contains(want.Refund, true) && !slices.Equal(want.Refund, live.Refund) {
			rt.Fatalf("in place: refunds %v, want %v", live.Refund, want.Refund)
		}
	})
}
