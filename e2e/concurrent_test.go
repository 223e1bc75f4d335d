package e2e_test

import (
	"bytes"
	"strconv"
	"sync"
	"testing"
	"time"
)

// patiently calls the program, and again when the others kept the project for longer than
// it waits: five seconds, in which a busy machine may not be done with one run.
func (b *bench) patiently(args ...string) {
	b.t.Helper()
	for begun := time.Now(); ; {
		c := b.command(args...)
		out, err := c.CombinedOutput()
		if err == nil {
			return
		}
		if !bytes.Contains(out, []byte(`"project_locked"`)) || time.Since(begun) > time.Minute {
			b.t.Errorf("%v: %v\n%s", args, err, out)
			return
		}
	}
}

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
		wg.Go(func() { b.patiently("run", "p.qx", "rfm", "--name", "v", "--set", "bins="+strconv.Itoa(3+i), "--json") })
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
