package ingest

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
)

// unzip extracts an archive of the shared data into a temporary folder.
func unzip(tb testing.TB, name string) string {
	tb.Helper()
	z, err := zip.OpenReader(data(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	dir := tb.TempDir()
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			tb.Fatal(err)
		}
		write(tb, filepath.Join(dir, filepath.Base(f.Name)), b)
	}
	return dir
}

func write(tb testing.TB, path string, b []byte) string {
	tb.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// rendered writes purchases as lines of text, for comparison; cents rounds the money.
func rendered(tx *core.Transactions, cents bool) []string {
	out := make([]string, tx.Rows())
	for i := range out {
		amount := fmt.Sprint(core.Money(tx.Amount[i], tx.Scale))
		if cents {
			amount = fmt.Sprintf("%.2f", core.Money(tx.Amount[i], tx.Scale))
		}
		s := tx.Customers.At(int(tx.Customer[i])) + " " + tx.Day[i].String() + " " + amount
		if tx.Orders != nil {
			s += " " + tx.Orders.At(int(tx.Order[i]))
		}
		if tx.Quantity != nil {
			s += fmt.Sprint(" ×", core.Money(tx.Quantity[i], tx.QuantityScale))
		}
		out[i] = s
	}
	return out
}

// Every way of writing the same 400 rows reads as the same rows.
func TestReadMessy(t *testing.T) {
	t.Parallel()
	dir := unzip(t, "import/derived_messy.zip")
	opt := core.ImportOptions{Refunds: core.RefundKeep}
	truth := mustRead(t, filepath.Join(dir, "_truth.csv"), opt)
	if truth.Report.Rows.In != 400 || truth.Report.Rows.Used != 400 {
		t.Fatalf("truth: %+v", truth.Report.Rows)
	}
	for name, c := range map[string]struct {
		cents bool
		rows  int // 400 where 0
		skip  string
	}{
		"utf16le_bom.csv": {}, "utf16be_bom_tab.csv": {}, "utf8_bom_crlf.csv": {}, "cp1252.csv": {}, "eu_decimal_comma_semicolon.csv": {},
		"us_currency_parentheses_percent.csv": {cents: true}, "cn_gb18030.csv": {cents: true}, "date_us_mdy.csv": {}, "date_two_digit_year.csv": {},
		"date_excel_serial.csv": {}, "date_compact.csv": {}, "date_unix_epoch.csv": {}, "preamble_and_totals.csv": {}, "two_header_rows.csv": {},
		"duplicate_and_empty_headers.csv": {}, "backslash_escape.csv": {}, "single_quotes.csv": {}, "caret.csv": {}, "mixed_line_ends.csv": {},
		"no_final_newline.csv": {}, "ctrl_z_end.csv": {}, "formula_injection.csv": {}, "not_really.xlsx": {}, "merged_title_total_formula.xlsx": {},
		"multi_space_fixed.txt": {skip: "three products have two blanks inside; TestReadFixedWidth"}, "leading_zero_ids.csv": {skip: "other customers"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.skip != "" {
				t.Skip(c.skip)
			}
			r, err := Read(t.Context(), filepath.Join(dir, name), opt, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			checkSums(t, r)
			if r.Transactions == nil {
				t.Fatalf("read as %s: %+v", r.Report.Detected.Kind, r.Report.Detected)
			}
			want, got := rendered(truth.Transactions, c.cents), rendered(r.Transactions, c.cents)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("rows of %s differ (-want +got):\n%.2000s\nexcluded %+v, mapping %v", name, diff, r.Report.Rows.Excluded, r.Report.Detected.Mapping)
			}
		})
	}
}

// Columns padded with blanks are found; the three rows with two blanks inside a cell
// are left out with their reason.
func TestReadFixedWidth(t *testing.T) {
	t.Parallel()
	r := mustRead(t, filepath.Join(unzip(t, "import/derived_messy.zip"), "multi_space_fixed.txt"), core.ImportOptions{Refunds: core.RefundKeep})
	if r.Report.Rows.Used != 397 || r.Report.Rows.Excluded[0].Reason != "too_many_cells" || r.Report.Detected.Delimiter != wideBlanks {
		t.Errorf("%+v, delimiter %q", r.Report.Rows, r.Report.Detected.Delimiter)
	}
}
