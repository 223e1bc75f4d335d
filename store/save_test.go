package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"qunxiang/core"
	"qunxiang/store"
	"qunxiang/store/internal/boltcheck"
	"qunxiang/store/storetest"
)

// TestLargeProjects takes the ways of saving that small files never go: moving the
// working copy into place, copying it as it is, and both across file systems.
func TestLargeProjects(t *testing.T) {
	t.Parallel()
	memory, err := os.MkdirTemp("/dev/shm", "qx-save-") //nolint:usetesting // another file system than that of t.TempDir
	if err != nil {
		memory = t.TempDir() // the same file system: the test is then only a second run
	}
	t.Cleanup(func() { os.RemoveAll(memory) })
	tx := orders(800_000)
	for name, o := range map[string]store.Options{
		"one shot":                        {OneShot: true, WorkDir: t.TempDir()},
		"session":                         {WorkDir: t.TempDir()},
		"one shot on another file system": {OneShot: true, WorkDir: filepath.Join(memory, "a")},
		"session on another file system":  {WorkDir: filepath.Join(memory, "b")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "big.qx")
			f, err := store.Create(path, core.Project{Name: "p"}, o)
			must(t, err)
			m := storetest.NewModel(f.Project())
			must(t, f.AddSource(core.Source{Name: "a"}, tx, 0, nil))
			must(t, m.AddSource(core.Source{Name: "a"}, tx, 0, nil))
			must(t, f.Save(t.Context()))
			verify(t, f, m)
			for _, v := range []string{"1", "2"} { // the session goes on after a save
				must(t, f.SetSetting("view", []byte(v)))
				must(t, m.SetSetting("view", []byte(v)))
				must(t, f.Save(t.Context()))
				verify(t, f, m)
			}
			must(t, f.SetSetting("view", []byte("lost")))
			must(t, f.Close())
			for _, left := range []string{o.WorkDir, filepath.Dir(path)} {
				if n := len(entries(t, left)); left == o.WorkDir && n > 0 || n > 2 { // big.qx and its .bak
					t.Fatalf("left: %v", entries(t, left))
				}
			}
			if fi, err := os.Stat(path); err != nil || fi.Size() < 4<<20 {
				t.Fatalf("the project is too small for what is tested: %v", err)
			}
		})
	}
}

// verify compares the open project and its file with the model.
func verify(t *testing.T, f *store.File, m *storetest.Model) {
	t.Helper()
	g, err := store.Open(f.Path(), store.Options{ReadOnly: true})
	must(t, err)
	for _, p := range []*store.File{f, g} {
		if d, err := storetest.Diff(t.Context(), m, p); err != nil || d != "" {
			t.Fatalf("%v\n%s", err, d)
		}
	}
	must(t, g.Close())
	if r, err := store.Check(t.Context(), f.Path()); err != nil || !r.OK || r.Garbage > 0 {
		t.Fatalf("check: %v %+v", err, r)
	}
}

func TestPurgeLeavesNoFreePages(t *testing.T) {
	t.Parallel()
	for _, oneShot := range []bool{true, false} {
		f := create(t, store.Options{OneShot: oneShot})
		must(t, f.AddSource(core.Source{}, orders(800_000), 0, nil))
		must(t, f.PutSegmentation(run("rfm")))
		must(t, f.Save(t.Context()))
		must(t, f.DeleteSegmentation("rfm"))
		f.Purge()
		must(t, f.Save(t.Context()))
		file, err := os.Open(f.Path())
		must(t, err)
		fi, err := file.Stat()
		must(t, err)
		in, err := boltcheck.Walk(file, fi.Size(), boltcheck.Limits{MaxFile: 1 << 30, MaxDepth: 9, MaxKeys: 1e6, MaxBuckets: 9}, nil)
		must(t, err)
		must(t, file.Close())
		// A compaction itself frees the few pages of the tree that its transactions replace.
		if in.FreePages > 200 {
			t.Errorf("%d of %d pages are free after a purge", in.FreePages, in.Pages)
		}
	}
}

func TestStoringPartsOfARunFails(t *testing.T) {
	t.Parallel()
	f := create(t, store.Options{})
	must(t, f.PutSegmentation(run("rfm")))
	if err := f.UpdateSegments("rfm", 1, nil); core.CodeOf(err) != core.CodeInternal {
		t.Fatalf("fewer segments than labels: %v", err)
	}
	tx := orders(10)
	tx.Day = tx.Day[:9]
	if err := f.AddSource(core.Source{}, tx, 0, nil); core.CodeOf(err) != core.CodeInternal {
		t.Fatalf("columns of unequal length: %v", err)
	}
	if err := f.SetSetting("k", make([]byte, 5<<20)); core.CodeOf(err) != store.CodeTooMuch {
		t.Fatalf("a huge setting: %v", err)
	}
}

// TestAFailedMoveKeepsTheChanges: with a large project the working copy itself is to
// become the file; when that is refused at the last moment, the session goes on.
func TestAFailedMoveKeepsTheChanges(t *testing.T) {
	t.Parallel()
	f := create(t, store.Options{OneShot: true})
	m := storetest.NewModel(f.Project())
	tx := orders(800_000)
	for _, p := range []storetest.Project{f, m} {
		must(t, p.AddSource(core.Source{Name: "a"}, tx, 0, nil))
	}
	must(t, os.WriteFile(f.Path(), []byte("theirs"), 0o600))
	wantCode(t, f.Save(t.Context()), store.CodeChangedOutside, core.OriginUser)
	for _, p := range []storetest.Project{f, m} {
		must(t, p.SetSetting("view", []byte("after")))
	}
	wantCode(t, f.Save(t.Context()), store.CodeChangedOutside, core.OriginUser)
	must(t, f.SaveAs(t.Context(), f.Path()+"-mine.qx"))
	verify(t, f, m)
}

// TestACleanedWorkDirectoryLosesNothing: cleaning programs delete caches, also of
// programs that run.
func TestACleanedWorkDirectoryLosesNothing(t *testing.T) {
	t.Parallel()
	for _, oneShot := range []bool{true, false} {
		dir := t.TempDir()
		o := store.Options{WorkDir: filepath.Join(dir, "work"), OneShot: oneShot}
		f, err := store.Create(filepath.Join(dir, "p.qx"), core.Project{Name: "p"}, o)
		must(t, err)
		m := storetest.NewModel(f.Project())
		for seed := range uint64(6) {
			_, err := storetest.Change(t.Context(), seed, false, f, m)
			must(t, err)
			if seed == 3 {
				must(t, os.RemoveAll(o.WorkDir))
			}
		}
		must(t, f.Save(t.Context()))
		verify(t, f, m)
		must(t, f.Close())
	}
}
