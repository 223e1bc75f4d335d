package ingest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// A stray quotation mark swallows no line: the row is read with the mark as a character,
// and the report names it.
func TestStrayQuotes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("order_no,customer,order_date,amount,note\n")
	for range 3 {
		b.WriteString("O1,C1,2024-01-02,5,\"a, b\"\nO2,C2,2024-01-03,6,plain\nO3,C3,2024-01-04,7,\"c, d\"\n")
	}
	for name, c := range map[string]struct {
		old, with string
		hint      bool
	}{
		"before a quoted cell": {"O2,C2,2024-01-03,6,plain\n", "O2,C2,2024-01-03,6,\"plain\n", true},
		"in the middle":        {"O2,C2,2024-01-03,6,plain\n", "O2,\"C2,2024-01-03,6,plain\n", true},
		"inside a cell":        {"O2,C2,2024-01-03,6,plain\n", "O2,C2,2024-01-03,6,pl\"ain\n", false},
		"a name in quotes":     {"plain", `"The ""Inn"" at 5"" road"`, false},
		"none":                 {"plain", "plain", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.csv")
			if err := os.WriteFile(path, []byte(strings.Replace(b.String(), c.old, c.with, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := ingest.Read(t.Context(), path, core.ImportOptions{}, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			if r.Report.Rows.In != 9 || r.Report.Rows.Used != 9 || r.Report.Amount != 54 {
				t.Errorf("%+v, %v", r.Report.Rows, r.Report.Amount)
			}
			hinted := false
			for _, h := range r.Report.Hints {
				hinted = hinted || h.Key == "preview.odd.quote_kept"
			}
			if hinted != c.hint {
				t.Errorf("hints %+v", r.Report.Hints)
			}
		})
	}
}

// Stray quotation marks anywhere in a file of many blocks: every row is there, and the
// report has their rows.
func TestStrayQuotesInLargeFile(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("order_no,customer,order_date,amount,note\n")
	const rows = 40_000
	for i := range rows {
		note := `"plain, quoted"`
		if i == 100 || i == 20_000 || i == rows-2 {
			note = `"stray`
		}
		fmt.Fprintf(&b, "%d,C%d,2024-01-%02d,5,%s\n", i, i%100, i%28+1, note)
	}
	r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(b.String())), core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if r.Report.Rows.In != rows || r.Report.Rows.Used != rows || r.Report.Amount != 5*rows {
		t.Errorf("%+v, %v", r.Report.Rows, r.Report.Amount)
	}
	for _, h := range r.Report.Hints {
		if h.Key == "preview.odd.quote_kept" && fmt.Sprint(h.Args["rows"]) == fmt.Sprint([]int{102, 20_002, rows}) {
			return
		}
	}
	t.Errorf("hints %+v", r.Report.Hints)
}
