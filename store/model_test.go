package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/store"
	"qunxiang/store/storetest"
)

// machine drives a project file and a model side by side.
type machine struct {
	dir    string
	n      int // for fresh names
	opt    store.Options
	f      *store.File
	now    *storetest.Model
	saved  *storetest.Model
	unsure bool // whether now differs from saved
}

func newMachine(t *rapid.T, opt store.Options) *machine {
	dir, err := os.MkdirTemp("", "qx-model-")
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{dir: dir, opt: opt}
	m.opt.WorkDir = filepath.Join(dir, "work")
	if m.f, err = store.Create(filepath.Join(dir, "p.qx"), core.Project{Name: "p"}, m.opt); err != nil {
		t.Fatal(err)
	}
	m.now = storetest.NewModel(m.f.Project())
	m.saved = m.now.Clone()
	return m
}

func (m *machine) compare(t *rapid.T, what string, want *storetest.Model, got *store.File) {
	if d, err := storetest.Diff(context.Background(), want, got); err != nil || d != "" {
		t.Fatalf("%s: %v\n%s", what, err, d)
	}
}

func (m *machine) change(t *rapid.T) {
	what, err := storetest.Change(context.Background(), rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 9).Draw(t, "big") == 0, m.f, m.now)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	t.Log(what)
	m.unsure = true
	if !m.f.Dirty() {
		t.Fatalf("%s does not show as unsaved", what)
	}
}

func (m *machine) save(t *rapid.T) {
	if err := m.f.Save(context.Background()); err != nil {
		t.Fatal(err)
	}
	m.saved, m.unsure = m.now.Clone(), false
	r, err := store.Check(context.Background(), m.f.Path())
	if err != nil || !r.OK || r.Garbage != 0 {
		t.Fatalf("check after save: %v %+v", err, r)
	}
}

func (m *machine) saveAs(t *rapid.T) {
	m.n++
	if err := m.f.SaveAs(context.Background(), filepath.Join(m.dir, fmt.Sprintf("q%d.qx", m.n))); err != nil {
		t.Fatal(err)
	}
	m.saved, m.unsure = m.now.Clone(), false
}

// reopen forgets what was not saved.
func (m *machine) reopen(t *rapid.T) {
	path := m.f.Path()
	if err := m.f.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	if m.f, err = store.Open(path, m.opt); err != nil {
		t.Fatal(err)
	}
	m.now, m.unsure = m.saved.Clone(), false
}

// outside compares what others see: the file on disk is the saved state.
func (m *machine) outside(t *rapid.T) {
	g, err := store.Open(m.f.Path(), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	m.compare(t, "file on disk", m.saved, g)
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
}

// crash copies the work directory as a killed process would leave it, and recovers
// the session from the copy.
func (m *machine) crash(t *rapid.T) {
	m.n++
	dir := filepath.Join(m.dir, fmt.Sprintf("crash%d", m.n))
	if err := os.CopyFS(dir, os.DirFS(m.opt.WorkDir)); err != nil {
		t.Fatal(err)
	}
	list, err := store.Recoverable(dir)
	if err != nil {
		t.Fatal(err)
	}
	if m.opt.OneShot || !m.f.Dirty() {
		if len(list) != 0 {
			t.Fatalf("nothing to recover, but there is %+v", list)
		}
		return
	}
	if len(list) != 1 || list[0].Path != m.f.Path() || list[0].Damaged {
		t.Fatalf("recoverable: %+v", list)
	}
	g, err := store.Adopt(list[0], store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m.compare(t, "recovered session", m.now, g)
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRandomSessionsAgainstAModel(t *testing.T) {
	t.Parallel()
	for _, oneShot := range []bool{false, true} {
		t.Run(fmt.Sprintf("one shot %v", oneShot), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				m := newMachine(rt, store.Options{OneShot: oneShot})
				defer os.RemoveAll(m.dir)
				rt.Repeat(map[string]func(*rapid.T){
					"change":  m.change,
					"change2": m.change,
					"change3": m.change,
					"save":    m.save,
					"saveAs":  m.saveAs,
					"reopen":  m.reopen,
					"outside": m.outside,
					"crash":   m.crash,
					"":        func(t *rapid.T) { m.compare(t, "project", m.now, m.f) },
				})
				if err := m.f.Close(); err != nil {
					rt.Fatal(err)
				}
				if left, err := os.ReadDir(m.opt.WorkDir); err != nil || len(left) > 0 {
					rt.Fatalf("left in the work directory: %v %v", left, err)
				}
			})
		})
	}
}

func TestAFailedChangeLeavesNothing(t *testing.T) {
	t.Parallel()
	f := create(t, store.Options{})
	m := storetest.NewModel(f.Project())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Transactions(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	bad := run("rfm")
	bad.Columns[0].Valid = nil
	bad.Columns[0].Kind = 99
	if err := f.PutSegmentation(bad); err == nil {
		t.Fatal("a column of an unknown kind was stored")
	}
	if err := f.UpdateSegments("none", 0, nil); core.CodeOf(err) != store.CodeNoSuchRun {
		t.Fatalf("unknown run: %v", err)
	}
	if d, err := storetest.Diff(t.Context(), m, f); err != nil || d != "" {
		t.Fatalf("%v\n%s", err, d)
	}
}
