package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qunxiang/core"
	"qunxiang/store"
	"qunxiang/store/storetest"
)

// A child works on a project by a script of seeds, says on standard output what it
// is about to do and what is done, and is killed at a random moment. What it said
// to be done must be there; the one thing under way may be.

// child is the process to be killed: QX_STORE_CHILD=dir, QX_STORE_SEED=n.
func child(dir string) int {
	if os.Getenv("QX_STORE_FULL") != "" {
		if err := fillDisk(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	var seed uint64
	var oneShot bool
	if _, err := fmt.Sscan(os.Getenv("QX_STORE_SEED"), &seed, &oneShot); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if err := work(dir, seed, oneShot, func(s string) { fmt.Println(s) }); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// work opens or makes the project and changes and saves it for ever.
func work(dir string, seed uint64, oneShot bool, say func(string)) error {
	path, o := filepath.Join(dir, "p.qx"), store.Options{WorkDir: filepath.Join(dir, "work"), OneShot: oneShot}
	f, err := store.Open(path, o)
	if core.CodeOf(err) == store.CodeNotFound {
		f, err = store.Create(path, core.Project{ID: "x", Name: "p", Created: time.Unix(1, 0)}, o)
	}
	if err != nil {
		return err
	}
	say("open")
	for i := uint64(0); ; i++ {
		if i%3 == 2 {
			say("saving")
			if err := f.Save(context.Background()); err != nil {
				return err
			}
			say("saved")
		}
		say(fmt.Sprint("changing ", seed+i))
		if _, err := storetest.Change(context.Background(), seed+i, false, f, shadow{f}); err != nil {
			return err
		}
		say("changed")
		if oneShot && i%6 == 5 {
			if err := f.Close(); err != nil {
				return err
			}
			say("closed")
			if f, err = store.Open(path, o); err != nil {
				return err
			}
			say("open")
		}
	}
}

// shadow stands in for the model in a child: it answers from the project and
// changes nothing.
type shadow struct{ *store.File }

func (shadow) SetProject(core.Project) error { return nil }
func (shadow) AddSource(core.Source, *core.Transactions, int, *core.Attributes, ...*core.Records) error {
	return nil
}
func (shadow) PutSegmentation(*core.Segmentation) error         { return nil }
func (shadow) DeleteSegmentation(string) error                  { return nil }
func (shadow) UpdateSegments(string, int, []core.Segment) error { return nil }
func (shadow) SetSetting(string, []byte) error                  { return nil }

// history is what the parent knows of a killed child.
type history struct {
	saved, now *storetest.Model // states that the file and the session were in
	saving     bool
	changing   bool
	next       uint64 // seed under way
	opened     bool
}

func (h *history) take(ctx context.Context, line string) error {
	word, arg, _ := strings.Cut(line, " ")
	switch word {
	case "open":
		h.opened = true
		h.now = h.saved.Clone()
	case "saving":
		h.saving = true
	case "saved":
		h.saving, h.saved = false, h.now.Clone()
	case "changing":
		h.changing = true
		if _, err := fmt.Sscan(arg, &h.next); err != nil {
			return err
		}
	case "changed":
		h.changing = false
		_, err := storetest.Change(ctx, h.next, false, h.now, h.now.Clone())
		return err
	}
	return nil
}

// oneOf reports whether f is in one of the states.
func oneOf(ctx context.Context, f *store.File, states ...*storetest.Model) (int, error) {
	var last string
	for i, m := range states {
		d, err := storetest.Diff(ctx, m, f)
		if err != nil {
			return 0, err
		}
		if d == "" {
			return i, nil
		}
		last = d
	}
	return 0, fmt.Errorf("neither state before nor state after: %s", last)
}

func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	n := rounds(200, 1000)
	for i := range uint64(4) { // mostly waiting, so more at a time than processors
		oneShot := i%2 == 1
		t.Run(fmt.Sprintf("one shot %v, %d", oneShot, i/2), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			h := &history{saved: storetest.NewModel(core.Project{ID: "x", Name: "p", Created: time.Unix(1, 0)})}
			recovered := 0
			for round := range n / 4 {
				if round%25 == 24 { // begin afresh, to meet the moment of creation again
					dir = t.TempDir()
					h = &history{saved: storetest.NewModel(core.Project{ID: "x", Name: "p", Created: time.Unix(1, 0)})}
				}
				killOne(t, dir, (i<<32)+uint64(round)*1000, oneShot, h)
				recovered += examine(t, dir, oneShot, h)
			}
			t.Logf("%d kills, %d sessions recovered", n/4, recovered)
		})
	}
}

// killOne lets a child work for a random time and kills it.
func killOne(t *testing.T, dir string, seed uint64, oneShot bool, h *history) {
	t.Helper()
	h.saving, h.changing, h.opened = false, false, false
	h.now = h.saved.Clone()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "QX_STORE_CHILD="+dir, fmt.Sprintf("QX_STORE_SEED=%d %v", seed, oneShot))
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	r := rand.New(rand.NewPCG(seed, 7))
	timer := time.AfterFunc(time.Duration(10+r.IntN(60))*time.Millisecond, func() { _ = cmd.Process.Kill() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		must(t, h.take(t.Context(), lines.Text()))
	}
	timer.Stop()
	err = cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() >= 0 {
		t.Fatalf("child ended by itself: %v %s", err, errs.String())
	}
}

// examine checks what a killed child has left and brings h up to date with it.
func examine(t *testing.T, dir string, oneShot bool, h *history) (recovered int) {
	t.Helper()
	list, err := store.Recoverable(filepath.Join(dir, "work"))
	must(t, err)
	after := h.now.Clone()
	if h.changing {
		_, err := storetest.Change(t.Context(), h.next, false, after, after.Clone())
		must(t, err)
	}
	for _, r := range list {
		if oneShot || r.Damaged {
			t.Fatalf("unexpected recovery: %+v", r)
		}
		f, err := store.Adopt(r, store.Options{})
		must(t, err)
		if _, err := oneOf(t.Context(), f, h.now, after); err != nil {
			t.Fatalf("recovered session: %v", err)
		}
		recovered++
		must(t, f.Close())
	}
	path := filepath.Join(dir, "p.qx")
	f, err := store.Open(path, store.Options{ReadOnly: true})
	if core.CodeOf(err) == store.CodeNotFound && !h.opened {
		return recovered // killed before the file was there
	}
	must(t, err)
	which, err := oneOf(t.Context(), f, h.saved, h.now)
	if err != nil {
		t.Fatalf("file: %v", err)
	}
	if which == 1 && !h.saving {
		t.Fatal("the file holds changes that were not saved")
	}
	if which == 1 {
		h.saved = h.now
	}
	must(t, f.Close())
	if c, err := store.Check(t.Context(), path); err != nil || !c.OK {
		t.Fatalf("check: %v %+v", err, c)
	}
	return recovered
}
