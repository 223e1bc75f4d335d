package workspace_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// retold tells order 1 with another amount of one line, order 2 with a line more, lacks order 3,
// and has a new order; order 4 is as it was.
const retold = `customer_id,order_date,amount,order_no,product,status
ann,2024-01-05,150.00,1,tea,paid
ann,2024-01-05,55.00,1,cup,paid
bob,2024-02-01,20.50,2,tea,paid
bob,2024-02-01,9.50,2,cup,paid
eve,2024-03-02,500.00,4,pot,paid
ann,2024-03-09,7.00,5,cup,paid
`

func orderLine(product string, amount float64, same bool) workspace.OrderLine {
	return workspace.OrderLine{Product: product, Amount: amount, Same: same}
}

// TestWhatAFileChangesIsToldBeforeItIsStored: the counts, the orders with their lines on both
// sides, and what each policy makes of them.
func TestWhatAFileChangesIsToldBeforeItIsStored(t *testing.T) {
	t.Parallel()
	for policy, want := range map[core.OrderPolicy]float64{
		core.OrdersReplace: 150 + 55 + 20.5 + 9.5 + 10 + 500 + 7,
		core.OrdersAdd:     150 + 50 + 55 + 20.5 + 9.5 + 10 + 500 + 7,
		core.OrdersKeep:    150 + 50 + 20.5 + 10 + 500 + 7,
	} {
		t.Run(string(policy), func(t *testing.T) {
			t.Parallel()
			p := project(t)
			importText(t, p, "one.csv", again)
			file := write(t, "again.csv", retold)
			n, err := p.Prepare(t.Context(), file, core.ImportOptions{}, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			d := n.Report.Diff
			if got := [4]int{d.New, d.Unchanged, d.Changed, d.Vanished}; got != [4]int{1, 1, 2, 1} || !n.Asks() {
				t.Fatalf("new, unchanged, changed, vanished: %v, asks %v", got, n.Asks())
			}
			day := func(s string) core.Date {
				d, err := core.ParseDate(s)
				if err != nil {
					t.Fatal(err)
				}
				return d
			}
			list := []workspace.OrderChange{
				{
					Kind: "changed", Order: "1", Customer: "ann", Day: day("2024-01-05"),
					Was: []workspace.OrderLine{orderLine("tea", 150, true), orderLine("cup", 50, false)}, Is: []workspace.OrderLine{orderLine("tea", 150, true), orderLine("cup", 55, false)},
				},
				{
					Kind: "changed", Order: "2", Customer: "bob", Day: day("2024-02-01"),
					Was: []workspace.OrderLine{orderLine("tea", 20.5, true)}, Is: []workspace.OrderLine{orderLine("tea", 20.5, true), orderLine("cup", 9.5, false)},
				},
				{Kind: "vanished", Order: "3", Customer: "ann", Day: day("2024-03-01"), Was: []workspace.OrderLine{orderLine("cup", 10, false)}},
				{Kind: "new", Order: "5", Customer: "ann", Day: day("2024-03-09"), Is: []workspace.OrderLine{orderLine("cup", 7, false)}},
			}
			if d := cmp.Diff(list, n.Orders); d != "" {
				t.Errorf("orders (-want +got):\n%s", d)
			}
			if src, err := p.Sources(t.Context()); err != nil || len(src) != 1 {
				t.Fatalf("stored before it was decided: %d sources, %v", len(src), err)
			}
			if n, err = p.Compare(t.Context(), n, policy, core.NoProgress); err != nil {
				t.Fatal(err)
			}
			r, err := p.Take(t.Context(), n, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			left := 0
			for _, x := range r.Rows.Excluded {
				left += x.Count
			}
			if r.Rows.In != r.Rows.Used+left {
				t.Errorf("rows: %d in, %d used, %d left out", r.Rows.In, r.Rows.Used, left)
			}
			if got, _ := money(t, p); got != want {
				t.Errorf("the project comes to %v, want %v", got, want)
			}
		})
	}
}

// TestAPendingFileMeetsAChangedProject: what was imported in between is not imported twice.
func TestAPendingFileMeetsAChangedProject(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "one.csv", again)
	file := write(t, "again.csv", retold)
	n, err := p.Prepare(t.Context(), file, core.ImportOptions{Orders: core.OrdersReplace}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Import(t.Context(), file, core.ImportOptions{Orders: core.OrdersReplace}, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	before, _ := money(t, p)
	r, err := p.Take(t.Context(), n, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if after, _ := money(t, p); after != before || r.Rows.Used != 0 {
		t.Errorf("money %v, before %v; %d rows used", after, before, r.Rows.Used)
	}
}
