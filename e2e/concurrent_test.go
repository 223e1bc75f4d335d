package e2e_test

import (
	"strconv"
	"sync"
	"testing"
)

// Commands on one project take turns: every run is there in the end, and whoever only
// reads is never kept waiting or shown something half-done.
func TestManyAtOnce_takeTurns(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.manyOrders("orders.csv", 3000)
	b.run("new", "p.qx")
	b.run("import", "p.qx", "orders.csv")
	b.run("run", "p.qx", "rfm", "--name", "v")
	want := string(b.run("show", "p.qx", "v", "--run", "1", "--json"))
	const writers, readers = 4, 4
	var wg sync.WaitGroup
	for i := range writers {
		c := b.command("run", "p.qx", "rfm", "--name", "v", "--set", "bins="+strconv.Itoa(3+i))
		wg.Go(func() {
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v: %v\n%s", c.Args[1:], err, out)
			}
		})
	}
	for range readers {
		c := b.command("show", "p.qx", "v", "--run", "1", "--json")
		wg.Go(func() {
			if out, err := c.Output(); err != nil || string(out) != want {
				t.Errorf("%v: %v\n%s", c.Args[1:], err, out)
			}
		})
	}
	wg.Wait()
	var info struct{ Runs []struct{ Run int } }
	b.json(&info, "info", "p.qx")
	if len(info.Runs) != 1+writers {
		t.Errorf("%d runs, want %d", len(info.Runs), 1+writers)
	}
}
