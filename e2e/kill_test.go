//go:build linux

package e2e_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"qunxiang/internal/patience"
)

// ended is how a call ended that was disturbed at some moment.
type ended struct {
	code     int // -1: killed
	children []int
	errs     string
}

// disturb starts the program and sends it a signal after a while.
func (b *bench) disturb(after time.Duration, sig os.Signal, args ...string) ended {
	b.t.Helper()
	c := b.command(args...)
	var errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		b.t.Fatal(err)
	}
	time.Sleep(after) // the moment is what is tested
	e := ended{children: childrenOf(c.Process.Pid)}
	if err := c.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		b.t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		x, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			b.t.Fatal(err)
		}
		e.code = x.ExitCode()
	}
	e.errs = errs.String()
	return e
}

// childrenOf returns the children of every thread of a process.
func childrenOf(pid int) []int {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return nil
	}
	var out []int
	for _, name := range threads {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has ended
		}
		for word := range strings.FieldsSeq(string(raw)) {
			if n, err := strconv.Atoi(word); err == nil {
				out = append(out, n)
			}
		}
	}
	return out
}

// gone waits until the processes have ended.
func gone(t *testing.T, pids []int) {
	t.Helper()
	for deadline := time.Now().Add(patience.For(2 * time.Second)); ; time.Sleep(20 * time.Millisecond) {
		alive := 0
		for _, pid := range pids {
			if err := syscall.Kill(pid, 0); err == nil && !zombie(pid) {
				alive++
			}
		}
		if alive == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %v still run", alive, pids)
		}
	}
}

func zombie(pid int) bool {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || bytes.Contains(raw, []byte(") Z "))
}

// manyOrders writes a CSV that takes a moment to import; a longer one begins with the
// rows of a shorter one.
func (b *bench) manyOrders(name string, rows int) {
	b.t.Helper()
	var w bytes.Buffer
	w.WriteString("order_id,date,customer,amount\n")
	day := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		fmt.Fprintf(&w, "%d,%s,c%05d,%d.%02d\n", i, day.AddDate(0, 0, i/300).Format(time.DateOnly), i*7919%40009, 1+i*31%500, i%100)
	}
	if err := os.WriteFile(b.path(name), w.Bytes(), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) bytes(name string) []byte {
	b.t.Helper()
	raw, err := os.ReadFile(b.path(name))
	if err != nil {
		b.t.Fatal(err)
	}
	return raw
}

func (b *bench) write(name string, raw []byte) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), raw, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// prepared is a project with orders, and the calls that are disturbed.
func prepared(t *testing.T) (b *bench, before []byte, calls [][]string) {
	t.Helper()
	b = newBench(t)
	b.manyOrders("a.csv", 60_000)
	b.manyOrders("b.csv", 200_000)
	b.run("new", "p.qx")
	b.run("import", "p.qx", "a.csv")
	return b, b.bytes("p.qx"), [][]string{{"import", "p.qx", "b.csv"}, {"run", "p.qx", "rfm", "--name", "v"}}
}

func TestInterrupt_cancelsCleanly(t *testing.T) {
	t.Parallel()
	b, before, calls := prepared(t)
	cancelled := 0
	for range 5 { // once is enough where the machine does little else
		for _, args := range calls {
			cancelled += b.interruptedLater(before, args)
		}
		if cancelled > 0 {
			return
		}
	}
	t.Error("nothing was cancelled: the work is too short for the test")
}

// interruptedLater interrupts a call later and later, until it has done its work by
// then: the moments between its first and its last depend on the machine. It returns how
// often the call was cancelled.
func (b *bench) interruptedLater(before []byte, args []string) (cancelled int) {
	b.t.Helper()
	for after, done := 25*time.Millisecond, false; !done && after < time.Minute; after = after * 7 / 5 {
		b.write("p.qx", before)
		e := b.disturb(after, os.Interrupt, args...)
		gone(b.t, e.children)
		switch e.code {
		case 0:
			done = true
		case 5:
			cancelled++
			if !bytes.Equal(b.bytes("p.qx"), before) {
				b.t.Errorf("%v cancelled after %v: the project has changed", args, after)
			}
			if !strings.Contains(e.errs, "Cancelled") {
				b.t.Errorf("%v cancelled after %v: %q", args, after, e.errs)
			}
		case -1: // before the program could listen
		default:
			b.t.Errorf("%v after %v: exit code %d, %s", args, after, e.code, e.errs)
		}
		b.run("check", "p.qx")
	}
	return cancelled
}

func TestKill_leavesAWholeProjectAndNoOrphan(t *testing.T) {
	t.Parallel()
	b, before, calls := prepared(t)
	killed := 0
	for _, args := range calls {
		for _, ms := range []int{10, 30, 50, 70, 90, 120, 160, 200} {
			b.write("p.qx", before)
			e := b.disturb(time.Duration(ms)*time.Millisecond, os.Kill, args...)
			gone(t, e.children)
			if e.code == -1 {
				killed++
			}
			b.run("check", "p.qx")
			var info struct {
				Lines int
				Runs  []struct{ Name string }
			}
			b.json(&info, "info", "p.qx")
			if info.Lines != 60_000 && info.Lines != 200_000 {
				t.Errorf("%v killed after %d ms: %d lines", args, ms, info.Lines)
			}
			if e.code == 0 && args[0] == "run" && len(info.Runs) != 1 {
				t.Errorf("%v: done, but the run is not there", args)
			}
		}
	}
	if killed == 0 {
		t.Error("nothing was killed in its work: the work is too short for the test")
	}
	left, err := filepath.Glob(b.path("*.tmp*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A plugin that is killed in its work costs the run and nothing else.
func TestPluginKilled_isToldAndLeavesTheProject(t *testing.T) {
	t.Parallel()
	b, before, _ := prepared(t)
	for range 20 {
		c := b.command("run", "p.qx", "kmeans", "--name", "v", "--features", "recency_days,frequency,monetary", "--json")
		var out bytes.Buffer
		c.Stdout = &out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		hit, err := killPlugin(c.Process.Pid, "kmeans", ended)
		if !hit || code(err) == 0 { // it was too fast for us, or died while only its stability was measured
			before = b.bytes("p.qx")
			continue
		}
		if code(err) != 4 || !bytes.Contains(out.Bytes(), []byte(`"origin": "plugin"`)) || !bytes.Contains(out.Bytes(), []byte("kmeans")) {
			t.Fatalf("exit code %d\n%s", code(err), out.Bytes())
		}
		if !bytes.Equal(b.bytes("p.qx"), before) {
			t.Fatal("the project has changed")
		}
		b.run("run", "p.qx", "rfm", "--name", "v")
		return
	}
	t.Error("the plugin was always done before it could be killed: the work is too short for the test")
}

// killPlugin kills the plugin that a process starts, in its work, and returns how the
// process ended; hit is false when that was first.
func killPlugin(pid int, method string, ended <-chan error) (hit bool, err error) {
	for {
		select {
		case err := <-ended:
			return hit, err
		case <-time.After(time.Millisecond):
		}
		if hit {
			continue
		}
		for _, pid := range pluginsOf(pid, method) {
			time.Sleep(60 * time.Millisecond) // past the handshake, into the work
			hit = syscall.Kill(pid, syscall.SIGKILL) == nil
		}
	}
}

// pluginsOf are the children of a process that serve the method.
func pluginsOf(pid int, method string) []int {
	var out []int
	for _, child := range childrenOf(pid) {
		cmd, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
		if err == nil && bytes.HasSuffix(bytes.TrimRight(cmd, "\x00"), []byte("plugin\x00"+method)) {
			out = append(out, child)
		}
	}
	return out
}
