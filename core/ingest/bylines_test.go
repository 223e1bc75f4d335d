package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// Tables that lie in places, stand in boxes or are logs import as others do: the same
// rows as the same table in commas.
func TestLinesImport(t *testing.T) {
	t.Parallel()
	const commas = "order_id,customer,day,amount,note\n1001,Li Wei,2024-03-01,25.50,paid by card\n1002,Ann,2024-03-02,130.00,\n1003,Li Wei,2024-03-05,9.90,late\n"
	want := read(t, commas)
	for name, text := range map[string]string{
		"places": "order_id  customer  day         amount  note\n1001      Li Wei    2024-03-01   25.50  paid by card\n1002      Ann       2024-03-02  130.00\n1003      Li Wei    2024-03-05    9.90  late\n",
		"psql": " order_id | customer |    day     | amount |     note     \n----------+----------+------------+--------+--------------\n     1001 | Li Wei   | 2024-03-01 |  25.50 | paid by card\n" +
			"     1002 | Ann      | 2024-03-02 | 130.00 | \n     1003 | Li Wei   | 2024-03-05 |   9.90 | late\n(3 rows)\n\n",
		"rules": "ORDER_ID CUSTOMER DAY        AMOUNT NOTE\n-------- -------- ---------- ------ ------------\n    1001 Li Wei   2024-03-01  25.50 paid by card\n" +
			"    1002 Ann      2024-03-02 130.00\n    1003 Li Wei   2024-03-05   9.90 late\n\n3 rows selected.\n",
		"markdown": "# Orders\n\n| order_id | customer | day | amount | note |\n|---|---|---|---:|---|\n| 1001 | Li Wei | 2024-03-01 | 25.50 | paid by card |\n| 1002 | Ann | 2024-03-02 | 130.00 | |\n| 1003 | Li Wei | 2024-03-05 | 9.90 | late |\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := read(t, text)
			r := got.Report.Rows
			left := 0
			for _, e := range r.Excluded {
				left += e.Count
				if e.Reason != "blank_row" && e.Reason != "note_row" {
					t.Errorf("%+v", e)
				}
			}
			if r.Used != 3 || r.In != r.Used+left {
				t.Errorf("%+v", r)
			}
			if got, want := fmt.Sprint(got.Transactions.Amount), fmt.Sprint(want.Transactions.Amount); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func read(tb testing.TB, text string) *ingest.Result {
	tb.Helper()
	r, err := ingest.Read(tb.Context(), saved(tb, "a.txt", []byte(text)), core.ImportOptions{}, core.NoProgress)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// A web server's log is a table of events: who asked for what, and when.
func TestWebLogImport(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, "10.0.0.%d - - [%02d/Oct/2024:13:55:36 +0800] \"GET /page%d HTTP/1.1\" 200 %d \"-\" \"Mozilla/5.0 (X11)\"\n", i%7, 1+i%28, i%5, i)
	}
	r := read(t, b.String())
	m := r.Report.Detected.Mapping
	if r.Report.Detected.Kind != core.SourceEvents || m[core.RoleCustomer] != "host" || m[core.RoleEvent] != "request" || m[core.RoleDate] != "time" {
		t.Fatalf("%+v", r.Report.Detected)
	}
	if r.Report.Rows.Used != 50 || len(r.Report.Rows.Excluded) != 0 {
		t.Errorf("%+v", r.Report.Rows)
	}
	p, err := ingest.OpenPlain(t.Context(), saved(t, "access.log", []byte(b.String())), core.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if diff := cmp.Diff([]string{"host", "ident", "user", "time", "request", "status", "bytes", "referer", "user_agent"}, p.Header); diff != "" {
		t.Error(diff)
	}
}
