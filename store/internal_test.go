package store

// Internal, because it makes files that the package itself would never write: other
// schemas, other key slots, sealed values with hostile content.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"qunxiang/core"
)

func newProject(tb testing.TB) (path string, f *File) {
	tb.Helper()
	dir := tb.TempDir()
	path = filepath.Join(dir, "p.qx")
	f, err := Create(path, core.Project{Name: "p"}, Options{WorkDir: filepath.Join(dir, "work")})
	if err != nil {
		tb.Fatal(err)
	}
	d := &core.Dict{}
	d.AppendString("a")
	d.AppendString("bc")
	tx := &core.Transactions{
		Customers: d, Customer: []uint32{0, 1, 1}, Day: []core.Date{1, 2, 3}, Amount: []int64{5, 6, 7},
		Labels: []core.Labels{{Role: "product", Dict: d, Codes: []uint32{core.NoCode, 0, 1}}},
	}
	a := &core.Attributes{Customers: d, Columns: []core.AttributeColumn{{Name: "x", Floats: []float64{1, 2}, Valid: []bool{true, false}}}}
	s := &core.Segmentation{
		Name: "s", Segments: []core.Segment{{ID: 1}}, Customers: []uint32{0, 1}, Label: []int32{0, 0},
		Excluded: []core.Excluded{{Reason: "r", Customers: []uint32{1}}},
	}
	s.Model.Data = []byte("model")
	rec := &core.Records{
		Kind: core.SourceComments, Customers: d, Customer: []uint32{0, 1, 0}, Day: []core.Date{1, core.NoDate, 3},
		Columns: []core.AttributeColumn{{Name: core.ColumnText, Codes: []uint32{0, 0, core.NoCode}, Dict: []string{"fine"}}},
	}
	err = errors.Join(f.AddSource(core.Source{Name: "f"}, tx, 0, a, rec), f.PutSegmentation(s), f.SetSetting("k", []byte("v")), f.Save(tb.Context()))
	if err != nil {
		tb.Fatal(err)
	}
	return path, f
}

// rewrite changes a project file through bbolt, past all guards.
func rewrite(tb testing.TB, path string, change func(tx *bolt.Tx) error) {
	tb.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		tb.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		tb.Fatal(err)
	}
}

func putHeader(b *box, h header) func(tx *bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		var err error
		if h.MAC, err = h.mac(b); err != nil {
			return err
		}
		text, err := marshal(h)
		if err != nil {
			return err
		}
		return tx.Bucket([]byte(bucketHead)).Put([]byte(keyHeader), text)
	}
}

func headOf(tb testing.TB, path string) header {
	tb.Helper()
	im, err := openImage(tb.Context(), path, maxFileSize)
	if err != nil {
		tb.Fatal(err)
	}
	defer im.Close()
	h, _, err := readHeader(path, im)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

func TestNewerAndLockedProjectsAreRefusedUntouched(t *testing.T) {
	t.Parallel()
	for code, change := range map[string]func(h *header){
		CodeNewer:      func(h *header) { h.Schema = schemaVersion + 1 },
		CodePassphrase: func(h *header) { h.Slots = []slot{{Kind: "argon2id", Key: []byte("wrapped")}} },
		CodeDamaged:    func(h *header) { h.ID[0] ^= 1 },
	} {
		path, f := newProject(t)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		h := headOf(t, path)
		change(&h)
		rewrite(t, path, putHeader(f.box, h))
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{}, {OneShot: true}, {ReadOnly: true}} {
			o.WorkDir = filepath.Join(filepath.Dir(path), "work")
			if _, err := Open(path, o); core.CodeOf(err) != code {
				t.Fatalf("%v, want %s", err, code)
			}
			if left, err := os.ReadDir(o.WorkDir); err != nil || len(left) > 0 {
				t.Fatalf("left in the work directory: %v %v", left, err)
			}
		}
		if r, err := Check(t.Context(), path); code != CodeDamaged && core.CodeOf(err) != code || r.OK {
			t.Fatalf("check: %v", err)
		}
		after, err := os.ReadFile(path)
		if err != nil || string(before) != string(after) {
			t.Fatalf("%s: the file was changed", code)
		}
	}
}

func TestMigrationsRunInOrderAndMustMove(t *testing.T) {
	t.Parallel()
	_, f := newProject(t)
	defer f.Close()
	h := header{Magic: magicWord, Schema: 1, ID: f.box.project, Slots: []slot{{Kind: slotClear, Key: f.box.key}}}
	var done []int
	step := func(n int) migration {
		return func(*bolt.Tx, *box) error {
			done = append(done, n)
			return nil
		}
	}
	steps := map[int]migration{1: step(1), 2: step(2), 3: func(*bolt.Tx, *box) error { return errors.New("stuck") }}
	got, err := migrate(f.db, f.box, h, 3, steps)
	if err != nil || got.Schema != 3 || !slices.Equal(done, []int{1, 2}) {
		t.Fatalf("%v: schema %d after steps %v", err, got.Schema, done)
	}
	if n, err := schemaOf(f.db, f.box); err != nil || n != 3 {
		t.Fatalf("the file says schema %d: %v", n, err)
	}
	if _, err := migrate(f.db, f.box, got, 4, steps); err == nil {
		t.Fatal("a failed step went through")
	}
	if n, err := schemaOf(f.db, f.box); err != nil || n != 3 {
		t.Fatalf("a failed step left schema %d: %v", n, err)
	}
	if _, err := migrate(f.db, f.box, got, 5, map[int]migration{}); !errors.Is(err, errDamaged) {
		t.Fatalf("a missing step: %v", err)
	}
}

// TestRepair damages the last commit of a project that was not compacted and takes
// it back; damage that this does not mend is left alone.
func TestRepair(t *testing.T) {
	t.Parallel()
	path, f := newProject(t)
	if err := f.SetSetting("late", []byte("x")); err != nil {
		t.Fatal(err)
	}
	// As after a save that moved or copied the working copy: both meta pages are real.
	if err := errors.Join(f.db.Sync(), copyOver(f.work.file, path), f.Close()); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Repair(t.Context(), path); err != nil || r.Changed {
		t.Fatalf("a sound file: %v %+v", err, r)
	}
	im, err := openImage(t.Context(), path, maxFileSize)
	if err != nil {
		t.Fatal(err)
	}
	late := im.index[place{bucketSettings, string(f.box.settingKey("late"))}]
	old := im.index[place{bucketBlobs, string(blobKey(1))}]
	im.Close()
	for name, c := range map[string]struct {
		at   int64
		mend bool
	}{"a value of the last commit": {late.at + 5, true}, "an old value": {old.at + 20, false}} {
		bad := slices.Clone(sound)
		bad[c.at] ^= 0x40
		file := filepath.Join(t.TempDir(), "bad.qx")
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := Check(t.Context(), file)
		if err != nil || report.OK || report.CanUndo != c.mend || len(report.Problems) == 0 {
			t.Fatalf("%s: %v %+v", name, err, report)
		}
		r, err := Repair(t.Context(), file)
		if !c.mend {
			after, _ := os.ReadFile(file)
			if core.CodeOf(err) != CodeDamaged || string(after) != string(bad) {
				t.Fatalf("%s: %v, changed %v", name, err, string(after) != string(bad))
			}
			continue
		}
		if err != nil || !r.Changed {
			t.Fatalf("%s: %v %+v", name, err, r)
		}
		if kept, err := os.ReadFile(r.Kept); err != nil || string(kept) != string(bad) {
			t.Fatalf("%s: the damaged file was not kept: %v", name, err)
		}
		if after, err := Check(t.Context(), file); err != nil || !after.OK || after.Runs != 1 || after.Settings != 1 {
			t.Fatalf("%s: after repair: %v %+v", name, err, after)
		}
	}
}

func copyOver(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

func TestValuesAreBoundToTheirPlace(t *testing.T) {
	t.Parallel()
	_, b, err := newHeader()
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := newHeader()
	if err != nil {
		t.Fatal(err)
	}
	for codec := range byte(3) {
		plain := []byte(fmt.Sprintf("%020000d", 7))
		e, err := b.seal(bucketBlobs, blobKey(1), plain, codec)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := b.open(bucketBlobs, blobKey(1), e, 20_000, false, nil); err != nil || string(got) != string(plain) {
			t.Fatalf("codec %d: %v", codec, err)
		}
		relabelled := slices.Clone(e)
		relabelled[1] = (codec + 1) % 3
		for name, err := range map[string]error{
			"another key":     second(b.open(bucketBlobs, blobKey(2), e, 20_000, false, nil)),
			"another bucket":  second(b.open(bucketDocs, blobKey(1), e, 20_000, false, nil)),
			"another project": second(other.open(bucketBlobs, blobKey(1), e, 20_000, false, nil)),
			"another codec":   second(b.open(bucketBlobs, blobKey(1), relabelled, 20_000, false, nil)),
			"too long":        second(b.open(bucketBlobs, blobKey(1), e, 19_999, false, nil)),
			"cut off":         second(b.open(bucketBlobs, blobKey(1), e[:len(e)-1], 20_000, false, nil)),
			"nothing":         second(b.open(bucketBlobs, blobKey(1), nil, 20_000, false, nil)),
		} {
			if !errors.Is(err, errDamaged) {
				t.Errorf("codec %d: %s: %v", codec, name, err)
			}
		}
	}
}

func second(_ []byte, err error) error { return err }

// TestADeadHandleIsReplaced: after a failure that is not lack of room bbolt's handle
// may be of no use; the working copy is opened again and nothing is lost.
func TestADeadHandleIsReplaced(t *testing.T) {
	t.Parallel()
	path, f := newProject(t)
	defer f.Close()
	if err := errors.Join(f.SetSetting("before", []byte("1")), f.db.Close()); err != nil {
		t.Fatal(err)
	}
	if err := f.SetSetting("during", []byte("2")); core.CodeOf(err) != CodeWriteFailed {
		t.Fatalf("a change through a dead handle: %v", err)
	}
	if err := errors.Join(f.SetSetting("after", []byte("3")), f.Save(t.Context())); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"before": "1", "during": "", "after": "3"} {
		if v, err := f.Setting(key); err != nil || string(v) != want {
			t.Errorf("setting %s is %q: %v", key, v, err)
		}
	}
	if r, err := Check(t.Context(), path); err != nil || !r.OK {
		t.Fatalf("%v %+v", err, r)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Runs(); err == nil {
		t.Fatal("a closed project answers")
	}
	if err := errors.Join(f.Close(), f.Keep()); err != nil {
		t.Fatalf("closing twice: %v", err)
	}
}
