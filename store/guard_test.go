package store_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"qunxiang/core"
	"qunxiang/store"
	"qunxiang/store/storetest"
)

// sample makes a saved project with a little of everything and returns its path,
// its work directory and what is in it.
func sample(t *testing.T) (path, work string, m *storetest.Model) {
	t.Helper()
	dir := t.TempDir()
	path, work = filepath.Join(dir, "p.qx"), filepath.Join(dir, "work")
	f, err := store.Create(path, core.Project{Name: "p"}, store.Options{WorkDir: work})
	must(t, err)
	m = storetest.NewModel(f.Project())
	for seed := range uint64(12) {
		_, err := storetest.Change(t.Context(), seed, false, f, m)
		must(t, err)
	}
	must(t, f.Save(t.Context()))
	must(t, f.Close())
	return path, work, m
}

// wantCode fails unless err has the code and belongs to the origin.
func wantCode(t *testing.T, err error, code string, origin core.Origin) {
	t.Helper()
	e := core.AsError(err)
	if e == nil || e.Code != code || e.Origin != origin {
		t.Fatalf("error %v, want %s of %s", err, code, origin)
	}
	if e.Where.File == "" || strings.ContainsRune(e.Where.File, filepath.Separator) {
		t.Fatalf("error names the file %q", e.Where.File)
	}
}

func TestWhatIsNoProjectIsRefused(t *testing.T) {
	t.Parallel()
	sound, work, _ := sample(t)
	good, err := os.ReadFile(sound)
	must(t, err)
	for name, c := range map[string]struct {
		content []byte
		code    string
	}{
		"0 bytes":                      {[]byte{}, store.CodeEmptyFile},
		"a PDF":                        {[]byte("%PDF-1.7\n" + strings.Repeat("x", 20000)), store.CodeNotAProject},
		"a short text":                 {[]byte("customer,amount\n"), store.CodeNotAProject},
		"zeros":                        {make([]byte, 1<<16), store.CodeNotAProject},
		"half a project":               {good[:len(good)/2], store.CodeDamaged},
		"a first page":                 {good[:4096], store.CodeDamaged},
		"a first fragment":             {good[:100], store.CodeDamaged},
		"another program's bbolt file": {foreign(t), store.CodeNotAProject},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x.qx")
			must(t, os.WriteFile(path, c.content, 0o644))
			for _, o := range []store.Options{{}, {OneShot: true}, {ReadOnly: true}} {
				o.WorkDir = work
				_, err := store.Open(path, o)
				wantCode(t, err, c.code, core.OriginData)
			}
			r, err := store.Check(t.Context(), path)
			if c.code != store.CodeDamaged {
				wantCode(t, err, c.code, core.OriginData)
			} else if err != nil || r.OK || len(r.Problems) == 0 {
				t.Fatalf("check: %v %+v", err, r)
			}
			after, err := os.ReadFile(path)
			must(t, err)
			if !bytes.Equal(after, c.content) {
				t.Fatal("the file was changed")
			}
			if left := entries(t, filepath.Dir(path)); len(left) != 1 {
				t.Fatalf("left beside the file: %v", left)
			}
		})
	}
	_, err = store.Open(filepath.Join(t.TempDir(), "none.qx"), store.Options{WorkDir: work})
	wantCode(t, err, store.CodeNotFound, core.OriginUser)
	_, err = store.Open(t.TempDir(), store.Options{WorkDir: work})
	wantCode(t, err, store.CodeNotAProject, core.OriginData)
	_, err = store.Open(sound, store.Options{WorkDir: work, MaxSize: 1000})
	wantCode(t, err, store.CodeTooLarge, core.OriginData)
	_, err = store.Create(filepath.Join(t.TempDir(), "none", "new.qx"), core.Project{}, store.Options{WorkDir: work})
	wantCode(t, err, store.CodeNoFolder, core.OriginUser)
	_, err = store.Create(sound, core.Project{}, store.Options{WorkDir: work})
	wantCode(t, err, store.CodeExists, core.OriginUser)
}

func foreign(t *testing.T) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "f.db")
	db, err := bolt.Open(name, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket([]byte("cache"))
		return errors.Join(err, b.Put([]byte("k"), []byte("v")))
	}))
	must(t, db.Close())
	b, err := os.ReadFile(name)
	must(t, err)
	return b
}

// TestDamageIsNeverSilent flips bits all over a project: it must be refused, or
// report damage when read, or be exactly what it was.
func TestDamageIsNeverSilent(t *testing.T) {
	t.Parallel()
	path, work, m := sample(t)
	good, err := os.ReadFile(path)
	must(t, err)
	r := rand.New(rand.NewPCG(8, 9))
	refused, told, harmless := 0, 0, 0
	bad := filepath.Join(t.TempDir(), "bad.qx")
	for i := range rounds(300, 20_000) {
		b := bytes.Clone(good)
		for range 1 + r.IntN(3) {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		must(t, os.WriteFile(bad, b, 0o600))
		f, err := store.Open(bad, store.Options{ReadOnly: i%2 == 0, WorkDir: work, OneShot: i%4 == 1})
		if err != nil {
			refused++
			// The header's own words can be hit before its seal can be checked.
			known := []string{store.CodeDamaged, store.CodeNotAProject, store.CodeNewer, store.CodePassphrase}
			if !slices.Contains(known, core.CodeOf(err)) {
				t.Fatalf("flip %d: %v", i, err)
			}
			continue
		}
		d, err := storetest.Diff(t.Context(), m, f)
		switch {
		case err != nil:
			told++
			if core.CodeOf(err) != store.CodeDamaged {
				t.Fatalf("flip %d: %v", i, err)
			}
		case d != "":
			t.Fatalf("flip %d changed data in silence: %s", i, d)
		default:
			harmless++
		}
		must(t, f.Close())
	}
	t.Logf("%d refused, %d told when read, %d in unused bytes", refused, told, harmless)
	if refused == 0 || told == 0 {
		t.Fatal("the test does not reach what it is about")
	}
}

func TestAFileChangedByOthersIsNeverOverwritten(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, path string){
		"replaced by a rename": func(t *testing.T, path string) {
			t.Helper()
			other, _, _ := sample(t)
			must(t, os.Rename(other, path))
		},
		"written over": func(t *testing.T, path string) {
			t.Helper()
			must(t, os.WriteFile(path, []byte("theirs"), 0o600))
		},
		"truncated to nothing": func(t *testing.T, path string) {
			t.Helper()
			must(t, os.Truncate(path, 0))
		},
		"saved by a process with another work directory": func(t *testing.T, path string) {
			t.Helper()
			f, err := store.Open(path, store.Options{WorkDir: t.TempDir(), OneShot: true})
			must(t, err)
			must(t, f.SetSetting("map", []byte("theirs")))
			must(t, f.Save(t.Context()))
			must(t, f.Close())
		},
	} {
		for _, oneShot := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				path, work, m := sample(t)
				f, err := store.Open(path, store.Options{WorkDir: work, OneShot: oneShot})
				must(t, err)
				must(t, f.SetSetting("view", []byte("mine")))
				must(t, m.SetSetting("view", []byte("mine")))
				change(t, path)
				theirs, err := os.ReadFile(path)
				must(t, err)
				wantCode(t, f.Save(t.Context()), store.CodeChangedOutside, core.OriginUser)
				now, err := os.ReadFile(path)
				must(t, err)
				if !bytes.Equal(now, theirs) {
					t.Fatal("their file was overwritten")
				}
				must(t, f.SaveAs(t.Context(), path+"-mine.qx"))
				if d, err := storetest.Diff(t.Context(), m, f); err != nil || d != "" {
					t.Fatalf("%v %s", err, d)
				}
				must(t, f.Close())
			})
		}
	}
}

func TestATouchOrADeletionIsNoChange(t *testing.T) {
	t.Parallel()
	path, work, _ := sample(t)
	f, err := store.Open(path, store.Options{WorkDir: work})
	must(t, err)
	must(t, f.SetSetting("view", []byte("1")))
	must(t, os.Chtimes(path, time.Now(), time.Now().Add(time.Hour)))
	must(t, f.Save(t.Context()))
	must(t, f.SetSetting("view", []byte("2")))
	must(t, os.Remove(path))
	must(t, f.Save(t.Context()))
	must(t, f.Close())
	if r, err := store.Check(t.Context(), path); err != nil || !r.OK || r.Backup != "ok" {
		t.Fatalf("%v %+v", err, r)
	}
}

func TestTheLastSaveIsKeptAsBackup(t *testing.T) {
	t.Parallel()
	path, work, m := sample(t)
	must(t, os.Chmod(path, 0o640))
	f, err := store.Open(path, store.Options{WorkDir: work})
	must(t, err)
	must(t, f.SetSetting("view", []byte("new")))
	must(t, f.Save(t.Context()))
	must(t, f.Close())
	g, err := store.Open(path+".bak", store.Options{ReadOnly: true})
	must(t, err)
	if d, err := storetest.Diff(t.Context(), m, g); err != nil || d != "" {
		t.Fatalf("%v %s", err, d)
	}
	must(t, g.Close())
	if fi, err := os.Stat(path); err != nil || fi.Mode().Perm() != 0o640 {
		t.Fatalf("permissions were not kept: %v %v", fi.Mode(), err)
	}
}

// A save that fails after its backup leaves the backup a second name of the project.
func TestABackupThatIsTheProjectItself(t *testing.T) {
	t.Parallel()
	path, work, _ := sample(t)
	must(t, os.Remove(path+".bak"))
	if err := os.Link(path, path+".bak"); err != nil {
		t.Skipf("no hard links here: %v", err)
	}
	f, err := store.Open(path, store.Options{WorkDir: work})
	must(t, err)
	must(t, f.SetSetting("view", []byte("new")))
	must(t, f.Save(t.Context()))
	must(t, f.Close())
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	must(t, err)
	if len(left) > 0 {
		t.Fatalf("left beside the project: %q", left)
	}
}

func TestOneProcessAtATime(t *testing.T) {
	t.Parallel()
	path, work, _ := sample(t)
	f, err := store.Open(path, store.Options{WorkDir: work})
	must(t, err)
	link := filepath.Join(t.TempDir(), "link.qx")
	must(t, os.Symlink(path, link))
	for _, name := range []string{path, link} {
		_, err := store.Open(name, store.Options{WorkDir: work})
		wantCode(t, err, store.CodeLocked, core.OriginUser)
		g, err := store.Open(name, store.Options{WorkDir: work, ReadOnly: true})
		must(t, err)
		wantCode(t, g.SetSetting("x", []byte("y")), store.CodeReadOnly, core.OriginApp)
		must(t, g.Close())
	}
	done := make(chan error)
	go func() { // waits its turn
		g, err := store.Open(path, store.Options{WorkDir: work, OneShot: true, LockWait: time.Minute})
		if err == nil {
			err = errors.Join(g.SetSetting("x", []byte("y")), g.Save(t.Context()), g.Close())
		}
		done <- err
	}()
	must(t, f.SetSetting("z", []byte("1")))
	must(t, f.Save(t.Context()))
	must(t, f.Close())
	must(t, <-done)
	g, err := store.Open(link, store.Options{WorkDir: work})
	must(t, err)
	for _, key := range []string{"x", "z"} {
		if v, err := g.Setting(key); err != nil || v == nil {
			t.Fatalf("%s is lost: %v", key, err)
		}
	}
	must(t, g.Close())
}

func TestUnsavedWorkIsOfferedAndCanBeDiscarded(t *testing.T) {
	t.Parallel()
	path, work, m := sample(t)
	f, err := store.Open(path, store.Options{WorkDir: work})
	must(t, err)
	must(t, f.SetSetting("view", []byte("unsaved")))
	must(t, m.SetSetting("view", []byte("unsaved")))
	if list, err := store.Recoverable(work); err != nil || len(list) != 0 {
		t.Fatalf("an open session is offered: %v %v", list, err)
	}
	must(t, f.Keep())
	list, err := store.Recoverable(work)
	must(t, err)
	if len(list) != 1 || list[0].Project.Name != m.Project().Name || list[0].Path != path {
		t.Fatalf("recoverable: %+v", list)
	}
	g, err := store.Adopt(list[0], store.Options{})
	must(t, err)
	if d, err := storetest.Diff(t.Context(), m, g); err != nil || d != "" || !g.Dirty() {
		t.Fatalf("%v %s", err, d)
	}
	must(t, g.Save(t.Context()))
	must(t, g.SetSetting("view", []byte("again")))
	must(t, g.Keep())
	if list, err = store.Recoverable(work); err != nil || len(list) != 1 {
		t.Fatalf("recoverable: %+v %v", list, err)
	}
	must(t, store.Discard(list[0]))
	if left := entries(t, work); len(left) != 0 {
		t.Fatalf("left: %v", left)
	}
	h, err := store.Open(path, store.Options{ReadOnly: true})
	must(t, err)
	if d, err := storetest.Diff(t.Context(), m, h); err != nil || d != "" {
		t.Fatalf("%v %s", err, d)
	}
	must(t, h.Close())
}
