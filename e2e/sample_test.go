package e2e_test

import (
	"math"
	"path/filepath"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/core/sample"
	"qunxiang/sdk"
)

// What the generator planted is what an import finds, to the row, unasked, in both
// languages and both formats.
func TestTheSampleShopReconciles(t *testing.T) {
	t.Parallel()
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		b, err := sample.Generate(sample.Shop, sample.Options{Seed: 11, Lang: lang, Customers: 600})
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if _, err := b.Write(t.Context(), dir, lang, false); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{sample.OrdersFile, sample.WorkbookFile} {
			t.Run(string(lang)+" "+name, func(t *testing.T) {
				t.Parallel()
				got, err := ingest.Read(t.Context(), filepath.Join(dir, name), core.ImportOptions{}, core.NoProgress)
				if err != nil {
					t.Fatal(err)
				}
				reconcile(t, b.Facts, got.Report)
			})
		}
	}
}

func reconcile(t *testing.T, f sample.Facts, r core.ImportReport) {
	t.Helper()
	out := map[string]int{}
	sum := r.Rows.Used
	for _, e := range r.Rows.Excluded {
		out[e.Reason] = e.Count
		sum += e.Count
	}
	if r.Rows.In != f.Rows || sum != f.Rows {
		t.Errorf("rows in %d, used and excluded %d, in the file %d", r.Rows.In, sum, f.Rows)
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"rows without a customer", out["missing_customer"], f.NoCustomerRows},
		{"rows with an unreadable date", out["bad_date"] + out["missing_date"], f.BadDateRows},
		{"rows with an unreadable amount", out["bad_amount"] + out["missing_amount"], f.BadAmountRows},
		{"cancelled rows", out["cancelled"], f.CancelledRows},
		{"test rows", out["test_order"], f.TestRows},
		{"customers", r.Customers, f.Customers},
		{"valid orders", r.Orders, f.Orders - f.RefundedOrders},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	if want := float64(f.Net+f.DuplicateNet) / 100; math.Abs(r.Amount-want) > 0.005 {
		t.Errorf("amount %.2f, want %.2f", r.Amount, want)
	}
	if r.FirstDate < f.First || r.LastDate != f.Last { // the first order may be refunded
		t.Errorf("from %v to %v, want %v to %v", r.FirstDate, r.LastDate, f.First, f.Last)
	}
}
