package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

func rejectedOf(t *testing.T, path string, o core.ImportOptions) (*ingest.Rejection, []ingest.Rejected) {
	t.Helper()
	r, err := ingest.FindRejected(t.Context(), path, o, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	var rows []ingest.Rejected
	err = r.Each(t.Context(), 0, nil, func(x ingest.Rejected) error { rows = append(rows, x); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return r, rows
}

// Every row that the report counts as left out is handed over, with its cells as they
// stand, whatever the file is: titles above, quoted line breaks, blank lines, a policy
// that leaves rows out only when all are read.
func TestFindRejected_handsOverEveryRow(t *testing.T) {
	t.Parallel()
	const text = "Report of June,,,\n" +
		"order_id,date,customer,amount\n" +
		"1,2024-01-01,\"ann\nlee\",10\n" +
		"2,2024-02-30, bea ,\"1,5x\"\n" +
		"\n" +
		"3,2024-01-03,,7\n" +
		"4,2024-01-04,cat,8,surplus\n" +
		"5,2024-01-05,dan,30\n" +
		"5,2024-01-06,dan,-10\n" +
		"6,2024-01-06,eve,abc\n" +
		"Total,,,45\n"
	want := []ingest.Rejected{
		{Row: 5, Reason: "bad_date", Cells: []string{"2", "2024-02-30", " bea ", "1,5x"}},
		{Row: 6, Reason: "blank_row", Cells: []string{""}},
		{Row: 7, Reason: "missing_customer", Cells: []string{"3", "2024-01-03", "", "7"}},
		{Row: 8, Reason: "too_many_cells", Cells: []string{"4", "2024-01-04", "cat", "8", "surplus"}},
		{Row: 10, Reason: "refund_linked", Cells: []string{"5", "2024-01-06", "dan", "-10"}},
		{Row: 11, Reason: "bad_amount", Cells: []string{"6", "2024-01-06", "eve", "abc"}},
		{Row: 12, Reason: "total_row", Cells: []string{"Total", "", "", "45"}},
	}
	dir := t.TempDir()
	for name, write := range map[string]func(path string){
		"orders.csv":    func(path string) { writeBytes(t, path, []byte(text)) },
		"orders.csv.gz": func(path string) { writeBytes(t, path, squeezed(t, text)) },
	} {
		path := filepath.Join(dir, name)
		write(path)
		r, got := rejectedOf(t, path, core.ImportOptions{})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if r.Count() != r.Result.Report.Rows.In-r.Result.Report.Rows.Used {
			t.Errorf("%s: %d rows, the report leaves out %d", name, r.Count(), r.Result.Report.Rows.In-r.Result.Report.Rows.Used)
		}
	}
}

func writeBytes(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func squeezed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFindRejected_boundsWhatIsShown(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("customer,date,amount\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "c%d,2024-01-01,%d\n", i, i+1)
		fmt.Fprintf(&b, ",2024-01-01,%d\n", i+1)
	}
	path := filepath.Join(t.TempDir(), "many.csv")
	writeBytes(t, path, []byte(b.String()))
	r, all := rejectedOf(t, path, core.ImportOptions{})
	if len(all) != 5000 || all[4999].Row != 10001 || all[4999].Cells[2] != "5000" {
		t.Fatalf("%d rows, the last %v", len(all), all[len(all)-1])
	}
	n := 0
	if err := r.Each(t.Context(), 7, []string{"missing_customer"}, func(ingest.Rejected) error { n++; return nil }); err != nil || n != 7 {
		t.Errorf("%d rows, %v; want 7", n, err)
	}
	n = 0
	if err := r.Each(t.Context(), 0, []string{"bad_date"}, func(ingest.Rejected) error { n++; return nil }); err != nil || n != 0 {
		t.Errorf("%d rows, %v; want none", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Each(ctx, 0, nil, func(ingest.Rejected) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// What is written can be imported as it is: the columns that say why are not read, and
// each row is left out for the same reason.
func TestRejectedWriter_isReadWithoutItsOwnColumns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{
			"purchases", "customer;date;amount\nann;2024-01-01;1\n;2024-01-02;2\nbea;2024-13-01;3\ncat;2024-01-03;0\ndan;2024-01-01;5;6\n",
			"\uFEFFcustomer;date;amount;qunxiang_reason;qunxiang_row\r\n;2024-01-02;2;missing_customer;3\r\nbea;2024-13-01;3;bad_date;4\r\n" +
				"cat;2024-01-03;0;zero_amount;5\r\ndan;2024-01-01;5;too_many_cells;6;6\r\n",
		},
		{
			"customers", "customer,age,city\nann,30,Rome\nbea,31,Bari\n,32,Oslo\nann,33,Turin\n",
			"\uFEFFcustomer,age,city,qunxiang_reason,qunxiang_row\r\n,32,Oslo,missing_customer,4\r\nann,33,Turin,duplicate_customer,5\r\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.csv")
			writeBytes(t, path, []byte(c.text))
			o := core.ImportOptions{}
			if c.name == "customers" {
				o.Kind = core.SourceCustomers
			}
			r, err := ingest.FindRejected(t.Context(), path, o, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			w, err := ingest.NewRejectedWriter(&b, r, func(s string) string { return s })
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Each(t.Context(), 0, ingest.Correctable(), w.Write); err != nil {
				t.Fatal(err)
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			again := filepath.Join(t.TempDir(), "r.csv")
			fixed := strings.NewReplacer("\r\n,32", "\r\ndora,32", "\r\n;2024-01-02", "\r\nzoe;2024-01-02").Replace(b.String())
			writeBytes(t, again, []byte(fixed))
			res, err := ingest.Read(t.Context(), again, r.CorrectedOptions(), core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			if !res.Corrected || res.Gone != nil {
				t.Error("the file is not known as one of corrected rows")
			}
			if res.Attributes != nil {
				for _, col := range res.Attributes.Columns {
					if strings.HasPrefix(col.Name, "qunxiang") {
						t.Errorf("column %s was read", col.Name)
					}
				}
			}
			if res.Report.Rows.In != w.N {
				t.Errorf("%d rows in, %d written", res.Report.Rows.In, w.N)
			}
		})
	}
}

// A line of an order that was left out joins the order and takes no other line's place.
func TestComplete_keepsTheLinesThatAreThere(t *testing.T) {
	t.Parallel()
	read := func(text string) *core.Transactions {
		path := filepath.Join(t.TempDir(), "a.csv")
		writeBytes(t, path, []byte(text))
		r, err := ingest.Read(t.Context(), path, core.ImportOptions{}, core.NoProgress)
		if err != nil {
			t.Fatal(err)
		}
		return r.Transactions
	}
	const head = "order_id,date,customer,amount\n"
	old := read(head + "1,2024-01-01,ann,10\n2,2024-01-02,bea,20\n")
	add := read(head + "1,2024-01-01,ann,12\n3,2024-01-02,bea,5\n2,2024-01-02,bea,20\n")
	j, err := ingest.Join(t.Context(), old, add, nil, nil, ingest.JoinOptions{Parts: true})
	if err != nil {
		t.Fatal(err)
	}
	if tx := j.Transactions; tx.Rows() != 4 || tx.Void != nil {
		t.Errorf("%d rows, void %v; want 4 and none", tx.Rows(), tx.Void)
	}
	got := [5]int{j.Added, j.Duplicates, j.Diff.New, j.Diff.Changed, j.Diff.Vanished}
	if want := [5]int{2, 1, 1, 1, 0}; got != want {
		t.Errorf("added, duplicates, new, changed, vanished = %v, want %v", got, want)
	}
	plain, err := ingest.Join(t.Context(), old, add, nil, nil, ingest.JoinOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if plain.Transactions.Void == nil {
		t.Error("the same rows as an ordinary file change nothing: this test shows nothing")
	}
}
