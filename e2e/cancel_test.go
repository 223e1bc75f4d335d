//go:build linux

package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qunxiang/internal/patience"
	"qunxiang/plugins"
)

// cancelWithin is the promise: a run ends so soon after Ctrl-C.
const cancelWithin = 500 * time.Millisecond

// longRuns are arguments with which each bundled method has something to do; a method
// that is not here is run as it is.
func longRuns() map[string][]string {
	return map[string][]string{
		"dtree":  {"--set", "target=grade"},
		"risk":   {"--set", "target=grade", "--set", "positive=g1"},
		"rules":  {"--set", "rule=high: monetary > 500 and frequency > 2", "--set", "rule=other"},
		"tiers":  {"--set", "by=monetary", "--set", "ladder=bronze:0,silver:500,gold:2000"},
		"kmeans": {"--set", "restarts=50", "--set", "k=auto"},
		"mixed":  {"--features", "age,income,grade,city"},
		"stats":  {"--set", "by=grade"},
	}
}

// business writes order lines with products, and attributes of the customers.
func (b *bench) business(lines int) {
	b.t.Helper()
	customers := lines / 5
	var w, a bytes.Buffer
	w.WriteString("order_id,date,customer,amount,product,category\n")
	day := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range lines {
		fmt.Fprintf(&w, "%d,%s,c%06d,%d.%02d,p%02d,k%d\n", i/2, day.AddDate(0, 0, i*600/lines).Format(time.DateOnly),
			i/2*7919%customers, 1+i*31%500, i%100, i*13%60, i*13%6)
	}
	a.WriteString("customer,age,income,grade,city\n")
	for i := range customers {
		fmt.Fprintf(&a, "c%06d,%d,%d,g%d,t%d\n", i, 18+i*37%60, 1000+i*7919%50000, (i*37%60+i%7)/25, i*11%40)
	}
	b.write("orders.csv", w.Bytes())
	b.write("people.csv", a.Bytes())
}

// TestInterrupt_everyMethod presses Ctrl-C at several moments of a run of every method:
// it ends at once with code 5, its plugin is gone, and the project is as it was.
// QUNXIANG_LONG=1 takes ten times the data.
func TestInterrupt_everyMethod(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every method several times")
	}
	lines, moments := 150_000, []time.Duration{60 * time.Millisecond, 250 * time.Millisecond, 700 * time.Millisecond}
	if patience.Exact() {
		lines, moments = 10*lines, append(moments, 1500*time.Millisecond, 3*time.Second, 5*time.Second)
	}
	b := newBench(t)
	b.business(lines)
	b.run("new", "p.qx")
	b.run("import", "p.qx", "orders.csv")
	b.run("import", "p.qx", "people.csv", "--as", "customers")
	before := b.bytes("p.qx")
	for _, id := range plugins.IDs() {
		t.Run(id, func(t *testing.T) {
			for _, after := range moments {
				b.interrupted(t, after, append([]string{"run", "p.qx", id, "--name", "x"}, longRuns()[id]...))
				if !bytes.Equal(before, b.bytes("p.qx")) { // it was done before
					b.write("p.qx", before)
				}
			}
		})
	}
}

// interrupted checks one call; one that takes too long may try again, because the
// machine may have been busy. The half second itself is checked with QUNXIANG_LONG=1.
func (b *bench) interrupted(t *testing.T, after time.Duration, args []string) {
	t.Helper()
	var late time.Duration
	for range 3 {
		begin := time.Now()
		e := b.disturb(after, os.Interrupt, args...)
		late = time.Since(begin) - after
		gone(t, e.children)
		switch {
		case e.code == 0 || e.code == -1: // done before; on a busy machine, before it could listen
			return
		case e.code != 5:
			t.Fatalf("%s after %v: code %d: %s", strings.Join(args, " "), after, e.code, e.errs)
		case late <= patience.For(cancelWithin):
			return
		}
	}
	t.Errorf("%s: ended %v after the interrupt that came after %v", strings.Join(args, " "), late, after)
}

// TestInterrupt_sample presses Ctrl-C while a large shop is made up and while its files
// are written: it ends at once, and no file is half there.
func TestInterrupt_sample(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a large shop several times")
	}
	b := newBench(t)
	for _, after := range []time.Duration{100 * time.Millisecond, 400 * time.Millisecond, 1200 * time.Millisecond, 2500 * time.Millisecond} {
		b.interrupted(t, after, []string{"sample", "shop", "--out", "shop", "--customers", "60000", "--force"})
		left, err := filepath.Glob(filepath.Join(b.dir, "shop", ".*"))
		if err != nil || len(left) > 0 {
			t.Errorf("after %v: left %q, error %v", after, left, err)
		}
	}
}
