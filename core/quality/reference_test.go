package quality_test

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/ingest"
	"qunxiang/core/quality"
	"qunxiang/core/sample"
	"qunxiang/internal/reference"
	"qunxiang/sdk"
)

// judged reads a file as an import does and judges it.
func judged(t *testing.T, path string, o core.ImportOptions) *quality.Card {
	t.Helper()
	r, err := ingest.Read(t.Context(), path, o, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	s := core.Source{ID: 1, Name: filepath.Base(path), Kind: r.Report.Detected.Kind, Report: r.Report, Imported: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	d := clean.Data{Transactions: r.Transactions, Attributes: r.Attributes, Files: clean.FilesOf([]core.Source{s}, r.Transactions.Rows())}
	return look(t, quality.Input{Data: d, Sources: []core.Source{s}, AsOf: core.NoDate, Today: core.NoDate})
}

// Files that many have worked with and nobody has found fault with: nothing but low issues
// that are true of them.
func TestNoFalseAlarms(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"transactions/CDNOW_master.txt":          {"zero_amounts"}, // 80 free CDs
		"transactions/clvtools_apparelTrans.csv": {"zero_amounts"},
		"customers/mall_customers.csv":           {},
		"customers/wholesale_customers.csv":      {"no_key"},
		"customers/insurance_medical_cost.csv":   {"no_key"},
		"customers/coil2000_ticdata2000.txt":     {"no_key"},
		"customers/telco_churn.csv":              {"missing"}, // 11 blanks in TotalCharges
		"classics/iris.csv":                      {"no_key"},
		"classics/ruspini.csv":                   {},
		"classics/xclara.csv":                    {},
		"classics/usarrests.csv":                 {},
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			c := judged(t, reference.File(t, name), core.ImportOptions{})
			got := []string{}
			for _, i := range c.Issues {
				if !slices.Contains(got, i.Code) {
					got = append(got, i.Code)
				}
				if i.Severity != quality.Low {
					t.Errorf("%s is %s", i.ID, i.Severity)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if c.Score < 99.5 || !c.Reconciliation.Holds() {
				t.Errorf("score %v, %+v", c.Score, c.Reconciliation)
			}
		})
	}
}

// What is known of the UCI data (D. Chen, S. L. Sain, K. Guo, 2012; counts of the reference
// data's README): a quarter of the rows has no customer, some rows are repeated, the shop was closed over Christmas.
func TestOnlineRetail(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("half a million rows")
	}
	f, err := os.Open(reference.File(t, "transactions/online_retail_uci.csv.zst"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	c := judged(t, written(t, "uci.csv", z), core.ImportOptions{})
	for id, n := range map[string]int{"rows_without_customer": 135_080, "gaps": 7} {
		if i, ok := c.Issue(id); !ok || i.Count != n {
			t.Errorf("%s: %v %d, want %d", id, ok, i.Count, n)
		}
	}
	i, _ := c.Issue("gaps")
	if i.Args["from"] != core.YMD(2010, 12, 24) || i.Args["to"] != core.YMD(2011, 1, 2) {
		t.Errorf("closed %v to %v", i.Args["from"], i.Args["to"])
	}
	if _, ok := c.Issue("equal_rows"); !ok {
		t.Errorf("no repeated rows: %v", ids(c))
	}
	for _, i := range c.Issues {
		if i.Code == "mixed_units" || i.Code == "amount_jump" || i.Code == "collecting_account" || i.Code == "spellings" {
			t.Errorf("a false alarm: %s", i.ID)
		}
	}
}

// The bank marketing data say so themselves: pdays is 999 for who was not contacted before, and "unknown"
// is a missing value (S. Moro, P. Cortez, P. Rita, 2014, bank-additional-names.txt).
func TestBankMarketing(t *testing.T) {
	t.Parallel()
	z, err := zip.OpenReader(reference.File(t, "customers/bank_marketing_additional_uci.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "additional-full.csv") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		c := judged(t, written(t, "bank.csv", r), core.ImportOptions{Kind: core.SourceCustomers})
		want := map[string]int{ // counted with the shell from the file
			"sentinels:pdays": 39_673, "words_for_missing:default": 8_597, "words_for_missing:education": 1_731, "words_for_missing:housing": 990,
			"words_for_missing:loan": 990, "words_for_missing:job": 330, "words_for_missing:marital": 80,
		}
		got := map[string]int{}
		for _, i := range c.Issues {
			if i.Code == "sentinels" || i.Code == "words_for_missing" {
				got[i.ID] = i.Count
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		return
	}
	t.Fatal("the archive has no bank-additional-full.csv")
}

// The flaws of a generated shop are found, as many as were put in.
func TestSample(t *testing.T) {
	t.Parallel()
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		b, err := sample.Generate(sample.Shop, sample.Options{Customers: 3000, Seed: 4, Lang: lang})
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if _, err := b.Write(t.Context(), dir, lang, false); err != nil {
			t.Fatal(err)
		}
		c := judged(t, filepath.Join(dir, "orders.csv"), core.ImportOptions{})
		got := map[string]int{}
		for _, i := range c.Issues {
			got[i.Code] = i.Count
		}
		// Refunds may have been taken off one of two copies, so that they are equal no more.
		if all := got["doubled_orders"] + got["equal_rows"] + got["changed_orders"]; all > b.Facts.DuplicateRows || 5*all < 4*b.Facts.DuplicateRows || got["doubled_orders"] == 0 {
			t.Errorf("%d and %d copies of lines, %d were put in", got["doubled_orders"], got["equal_rows"], b.Facts.DuplicateRows)
		}
		want := map[string]int{"rows_without_customer": b.Facts.NoCustomerRows, "unreadable_dates": b.Facts.BadDateRows, "test_orders": b.Facts.TestRows, "amounts": b.Facts.BadAmountRows}
		got["amounts"] = got["unreadable_amounts"] + got["rows_without_amount"]
		for _, code := range []string{"doubled_orders", "equal_rows", "changed_orders", "unreadable_amounts", "rows_without_amount"} {
			delete(got, code)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func written(t *testing.T, name string, r io.Reader) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	w, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// BenchmarkLook judges a million rows.
func BenchmarkLook(b *testing.B) {
	s := newShop(1)
	many := *s
	many.rows = nil
	for n := 0; len(many.rows) < 1_000_000; n++ {
		for _, r := range s.rows {
			r.order += "-" + string(rune('a'+n%26)) + string(rune('a'+n/26%26)) + string(rune('a'+n/676))
			r.amount += int64(n)
			many.rows = append(many.rows, r)
		}
	}
	in := many.input()
	for b.Loop() {
		if _, err := quality.Look(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}
