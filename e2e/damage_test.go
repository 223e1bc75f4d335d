package e2e_test

import (
	"bytes"
	"errors"
	"os/exec"
	"testing"
)

// A flipped byte anywhere in a project file is found, or is in room that nothing uses:
// then every answer is what it was.
func TestDamage_isFoundOrWithoutEffect(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.manyOrders("orders.csv", 2000)
	b.run("new", "p.qx")
	b.run("import", "p.qx", "orders.csv")
	b.run("run", "p.qx", "rfm", "--name", "v")
	want := b.run("show", "p.qx", "v", "--json")
	sound := b.bytes("p.qx")
	step := len(sound) / 60
	if testing.Short() {
		step = len(sound) / 12
	}
	found := 0
	for at := 0; at < len(sound); at += step {
		raw := bytes.Clone(sound)
		raw[at] ^= 0x40
		b.write("d.qx", raw)
		out, err := b.command("show", "d.qx", "v", "--json").Output()
		if code(err) == 0 && !bytes.Equal(out, want) {
			t.Errorf("byte %d flipped: another answer, and no complaint", at)
		}
		if c := code(err); c != 0 && c != 1 && c != 3 {
			t.Errorf("byte %d flipped: exit code %d\n%s", at, c, out)
		}
		if code(err) != 0 {
			found++
		}
		if c := code(b.command("check", "d.qx").Run()); c != 0 && c != 1 && c != 3 {
			t.Errorf("byte %d flipped: check ends with %d", at, c)
		}
		if !bytes.Equal(b.bytes("d.qx"), raw) {
			t.Errorf("byte %d flipped: reading changed the file", at)
		}
	}
	if found == 0 {
		t.Error("no damage was found at all")
	}
}

// code is the exit code behind an error of exec, -1 for a process that a signal ended.
func code(err error) int {
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return e.ExitCode()
	}
	if err != nil {
		return -2
	}
	return 0
}
