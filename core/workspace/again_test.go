package workspace_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

const again = `customer_id,order_date,amount,order_no,product,status
ann,2024-01-05,150.00,1,tea,paid
ann,2024-01-05,50.00,1,cup,paid
bob,2024-02-01,20.50,2,tea,paid
ann,2024-03-01,10.00,3,cup,paid
eve,2024-03-02,500.00,4,pot,paid
`

// money is what the project's orders come to, with their number.
func money(t *testing.T, p *workspace.Project) (amount float64, orders int) {
	t.Helper()
	in, err := p.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	set, err := p.Features(t.Context(), core.NoDate, 0)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, v := range set.Table.Column("monetary").Floats {
		sum += v
	}
	if sum != in.Amount {
		t.Errorf("features come to %v, the project to %v", sum, in.Amount)
	}
	return in.Amount, in.Orders
}

func hints(r core.ImportReport) string {
	var out []string
	for _, h := range r.Hints {
		out = append(out, strings.TrimPrefix(h.Key, "import.hint."))
	}
	return strings.Join(out, " ")
}

// TestAFileThatTellsOfOrdersAgain: what each later file makes of the orders above, that
// it is told, and that importing both files again changes nothing.
func TestAFileThatTellsOfOrdersAgain(t *testing.T) {
	t.Parallel()
	head, _, _ := strings.Cut(again, "\n")
	for name, c := range map[string]struct {
		file                   string // below the header
		amount                 float64
		orders                 int
		fresh, changed, vanish int
		hint                   string
	}{
		"the same":                {again[len(head)+1:], 730.5, 4, 0, 0, 0, ""},
		"new orders only":         {"zoe,2024-04-01,9.50,5,tea,paid\n", 740, 5, 1, 0, 0, ""},
		"an amount was corrected": {"ann,2024-01-05,140.00,1,tea,paid\nann,2024-01-05,50.00,1,cup,paid\nbob,2024-02-01,20.50,2,tea,paid\n", 720.5, 4, 0, 1, 0, "orders_changed"},
		"a line more":             {"ann,2024-01-05,150.00,1,tea,paid\nann,2024-01-05,50.00,1,cup,paid\nann,2024-01-05,7.00,1,pot,paid\nbob,2024-02-01,20.50,2,tea,paid\n", 737.5, 4, 0, 1, 0, "orders_changed"},
		"an order is missing":     {"ann,2024-01-05,150.00,1,tea,paid\nann,2024-01-05,50.00,1,cup,paid\nann,2024-03-01,10.00,3,cup,paid\n", 730.5, 4, 0, 0, 1, "orders_vanished"},
		"an order was cancelled":  {"bob,2024-02-01,20.50,2,tea,cancelled\nann,2024-03-01,10.00,3,cup,paid\n", 710, 3, 0, 1, 0, "orders_changed"},
		"an order was refunded":   {"eve,2024-03-02,500.00,4,pot,refunded\nann,2024-03-01,10.00,3,cup,paid\n", 230.5, 3, 0, 1, 0, "orders_changed"},
		"a refund of a part":      {"eve,2024-03-09,-100.00,4,pot,paid\nzoe,2024-03-10,1.00,9,tea,paid\n", 631.5, 5, 1, 1, 0, "refunds_linked"},
		"a refund of all":         {"eve,2024-03-09,-500.00,4,pot,paid\nzoe,2024-03-10,1.00,9,tea,paid\n", 231.5, 4, 1, 1, 0, "refunds_linked"},
		"a refund of more":        {"ann,2024-03-09,-250.00,1,tea,paid\nzoe,2024-03-10,1.00,9,tea,paid\n", 481.5, 4, 1, 1, 0, "unlinked_refunds refunds_linked"},
		"numbers begin again":     {"bob,2024-04-01,30.00,1,tea,paid\nzoe,2024-04-01,30.00,2,tea,paid\n", 790.5, 6, 2, 0, 0, ""},
		"other customers":         {"zoe,2024-01-05,-150.00,1,tea,paid\nzoe,2024-03-10,1.00,9,tea,paid\n", 581.5, 5, 1, 0, 0, "unlinked_refunds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := project(t)
			importText(t, p, "one.csv", again)
			before, _ := money(t, p)
			r := importText(t, p, "two.csv", head+"\n"+c.file)
			if r.Diff == nil {
				t.Fatal("no diff")
			}
			if d := cmp.Diff([3]int{c.fresh, c.changed, c.vanish}, [3]int{r.Diff.New, r.Diff.Changed, r.Diff.Vanished}); d != "" {
				t.Errorf("new, changed, vanished (-want +got)\n%s", d)
			}
			for _, h := range strings.Fields(c.hint) {
				if !strings.Contains(hints(r), h) {
					t.Errorf("hints %s, want %s", hints(r), h)
				}
			}
			amount, orders := money(t, p)
			if amount != c.amount {
				t.Errorf("%v, want %v", amount, c.amount)
			}
			if got := before + r.Amount; got != amount {
				t.Errorf("the report says %v more, the project has %v more", r.Amount, amount-before)
			}
			if name != "numbers begin again" && orders != c.orders { // two orders of one number are one
				t.Errorf("%d orders, want %d", orders, c.orders)
			}
			for _, text := range []string{again, head + "\n" + c.file, again} {
				if r := importText(t, p, "again.csv", text); r.Rows.Used != 0 || r.Amount != 0 || r.Lines != 0 {
					t.Errorf("imported again: %+v", r)
				}
			}
			if got, _ := money(t, p); got != amount {
				t.Errorf("%v after importing again, %v before", got, amount)
			}
		})
	}
}
