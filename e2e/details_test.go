package e2e_test

import (
	"encoding/json"
	"math"
	"os/exec"
	"strconv"
	"testing"
)

// TestUCI_ordersAgreeWithFeatures sends half a million real lines, unlinked refunds
// among them, to a method: as many orders and as much money as the features say.
func TestUCI_ordersAgreeWithFeatures(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("half a million rows")
	}
	b := newBench(t)
	file := b.shared("transactions/online_retail_uci.csv.zst")
	b.run("new", "p.qx", "--currency", "GBP")
	var a importAnswer
	b.json(&a, "import", "p.qx", file)
	b.run("features", "p.qx", "--to", "f.csv")
	f := b.table("f.csv")
	orders, money := 0.0, 0.0
	for _, r := range f.rows {
		for j, name := range f.head {
			v, err := strconv.ParseFloat(r[j], 64)
			switch {
			case name == "frequency" && err == nil:
				orders += v
			case name == "monetary" && err == nil:
				money += v
			}
		}
	}
	program, err := exec.LookPath("probes")
	if err != nil {
		t.Fatal(err)
	}
	c := b.command("run", "p.qx", "tally", "--name", "t", "--json")
	c.Path, c.Args[0] = program, program
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Customers int
		Evidence  struct{ Orders, Amount, Lines, LineColumns float64 }
	}
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatal(err)
	}
	if s.Customers != len(f.rows) || s.Evidence.Orders != orders || math.Abs(s.Evidence.Amount-money) > 1e-6*money {
		t.Errorf("%d customers with %g orders of %g; the features say %d, %g and %g", s.Customers, s.Evidence.Orders, s.Evidence.Amount, len(f.rows), orders, money)
	}
	if s.Evidence.Lines < s.Evidence.Orders || s.Evidence.Lines > float64(a.Lines) || s.Evidence.LineColumns != 6 {
		t.Errorf("%g lines of %d, %g columns", s.Evidence.Lines, a.Lines, s.Evidence.LineColumns)
	}
}
