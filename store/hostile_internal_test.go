package store

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"qunxiang/core"
)

// useAll opens a project in every way and reads all that it holds. It returns the
// errors; what it must not do is panic, hang or take all memory.
func useAll(tb testing.TB, path string) error {
	tb.Helper()
	var errs []error
	for _, ro := range []bool{true, false} {
		f, err := Open(path, Options{ReadOnly: ro, WorkDir: filepath.Join(filepath.Dir(path), "work")})
		if err != nil {
			errs = append(errs, err)
			continue
		}
		_, err1 := f.Transactions(tb.Context())
		_, err2 := f.Attributes(tb.Context())
		_, err3 := f.Sources()
		_, err5 := f.Records(tb.Context())
		heads, err4 := f.Runs()
		errs = append(errs, err1, err2, err3, err4, err5)
		for _, h := range heads {
			_, err := f.Segmentation(h.Name, h.Run)
			errs = append(errs, err)
		}
		if !ro {
			errs = append(errs, f.AddSource(core.Source{}, &core.Transactions{Customers: &core.Dict{}}, 0, nil), f.SetSetting("a", []byte("b")))
		}
		errs = append(errs, f.Close())
	}
	if _, err := Check(tb.Context(), path); err != nil {
		errs = append(errs, err)
	}
	for _, err := range errs {
		if core.CodeOf(err) == core.CodeInternal || core.CodeOf(err) == CodeWriteFailed {
			tb.Fatalf("unclear error: %v", err)
		}
	}
	return errors.Join(errs...)
}

// TestHostileManifests seals manifests that lie, as the author of a hostile project
// can: without a passphrase the key is in the file.
func TestHostileManifests(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string]func(m map[string]any){
		"negative rows":  func(m map[string]any) { at(m, "data")["rows"] = -1 },
		"a billion rows": func(m map[string]any) { at(m, "data")["rows"] = 1 << 40 },
		"no columns":     func(m map[string]any) { at(m, "data")["columns"] = nil },
		"strange scale":  func(m map[string]any) { at(m, "data")["scale"] = 400 },
		"a blob used twice": func(m map[string]any) {
			at(m, "attributes")["blobs"] = at(m, "attributes")["doc"]
		},
		"a missing blob":       func(m map[string]any) { at(m, "attributes")["doc"] = map[string]any{"first": 77, "count": 1} },
		"a span without end":   func(m map[string]any) { at(m, "attributes")["doc"] = map[string]any{"first": 1, "count": 1 << 40} },
		"a negative span":      func(m map[string]any) { at(m, "attributes")["doc"] = map[string]any{"first": 1, "count": -5} },
		"a missing setting":    func(m map[string]any) { m["settings"] = []any{"AAAAAAAAAAAAAAAAAAAAAA=="} },
		"records without rows": func(m map[string]any) { at(first(m, "records"), "doc")["first"] = 1 },
		"records of nowhere":   func(m map[string]any) { first(m, "records")["doc"] = map[string]any{"first": 77, "count": 1} },
		"records twice":        func(m map[string]any) { m["records"] = []any{first(m, "records"), first(m, "records")} },
		"no manifest at all":   func(m map[string]any) { clear(m) },
		"a document elsewhere": func(m map[string]any) {
			at(m, "attributes")["doc"] = map[string]any{"first": 1, "count": 1}
		},
		"a dictionary without end": func(m map[string]any) {
			cols, _ := at(m, "data")["columns"].([]any)
			c, _ := cols[0].(map[string]any)
			at(c, "dict")["len"] = 1 << 40
		},
		"codes beyond the dictionary": func(m map[string]any) {
			cols, _ := at(m, "data")["columns"].([]any)
			c, _ := cols[0].(map[string]any)
			at(c, "dict")["len"] = 1
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, f := newProject(t)
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			var m map[string]any
			text, err := marshal(f.man)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &m); err != nil {
				t.Fatal(err)
			}
			lie(m)
			if text, err = marshal(m); err != nil {
				t.Fatal(err)
			}
			rewrite(t, path, func(tx *bolt.Tx) error { return putManifest(tx, f.box, text) })
			err = useAll(t, path)
			if name != "no manifest at all" && err == nil {
				t.Fatal("the lie was believed")
			}
		})
	}
}

func at(m map[string]any, key string) map[string]any {
	v, _ := m[key].(map[string]any)
	return v
}

func first(m map[string]any, key string) map[string]any {
	list, _ := m[key].([]any)
	v, _ := list[0].(map[string]any)
	return v
}

func putManifest(tx *bolt.Tx, b *box, text []byte) error {
	sealed, err := b.seal(bucketDocs, []byte(keyManifest), text, codecS2)
	if err != nil {
		return err
	}
	return tx.Bucket([]byte(bucketDocs)).Put([]byte(keyManifest), sealed)
}

// FuzzSealedValues seals any bytes as any value of a project and uses it.
func FuzzSealedValues(f *testing.F) {
	path, p := newProject(f)
	if err := p.Close(); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	text, err := marshal(p.man)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint64(0), text)
	for _, key := range slices.Sorted(maps.Keys(map[uint64]bool{1: true, 2: true, 5: true, 9: true})) {
		f.Add(key, []byte(`{"body":{"columns":[{"kind":"floats","rows":9}]}}`))
		f.Add(key, []byte{0x83, 0, 0, 1, 2, 3})
	}
	f.Fuzz(func(t *testing.T, id uint64, plain []byte) {
		path := filepath.Join(t.TempDir(), "f.qx")
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
		rewrite(t, path, func(tx *bolt.Tx) error {
			if id == 0 {
				return putManifest(tx, p.box, plain)
			}
			key := blobKey(1 + (id-1)%16)
			sealed, err := p.box.seal(bucketBlobs, key, plain, byte(id%3))
			if err != nil {
				return err
			}
			return tx.Bucket([]byte(bucketBlobs)).Put(key, sealed)
		})
		_ = useAll(t, path) // errors are fine
	})
}
