package ingest_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// Rows to be kept are the file's own, whether lines are passed over (no quotation mark), or
// read as records; of many a thousand of each reason are there.
func TestLeft_keepsRowsOfEveryReason(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ end, quote string }{"lines": {"\n", ""}, "windows": {"\r\n", ""}, "quoted": {"\n", "\""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			want := map[int]ingest.Rejected{}
			count := map[string]int{}
			text.WriteString("order_id,date,customer,amount" + c.end)
			for row := 2; row < 40_000; row++ {
				cells := []string{fmt.Sprint(row), "2024-03-05", fmt.Sprintf("c%d", row%977), "12.50"}
				reason := ""
				switch {
				case row%3 == 0:
					cells[1], reason = "2024-02-31", "bad_date"
				case row > 30_000 && row%20 == 1:
					cells[3], reason = "twelve", "bad_amount"
				case row == 39_998:
					cells[2], reason = "", "missing_customer"
				}
				if reason != "" {
					want[row] = ingest.Rejected{Row: row, Reason: reason, Cells: cells}
					count[reason]++
				}
				fmt.Fprintf(&text, "%s,%s,%s%s%s,%s%s", cells[0], cells[1], c.quote, cells[2], c.quote, cells[3], c.end)
			}
			path := filepath.Join(t.TempDir(), "orders.csv")
			writeBytes(t, path, []byte(text.String()))
			res, err := ingest.Read(t.Context(), path, core.ImportOptions{}, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			left, err := res.Left(t.Context(), path, core.ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			last := 0
			for _, r := range left.Rows {
				if d := cmp.Diff(want[r.Row], r); d != "" || r.Row <= last {
					t.Fatalf("behind row %d (-want +got):\n%s", last, d)
				}
				last = r.Row
				got[r.Reason]++
			}
			if left.Complete || len(left.Rows) > 10_000 || got["bad_date"] < 1000 || got["bad_amount"] != count["bad_amount"] || got["missing_customer"] != 1 {
				t.Errorf("complete %v, %d rows: %v of %v", left.Complete, len(left.Rows), got, count)
			}
		})
	}
}
