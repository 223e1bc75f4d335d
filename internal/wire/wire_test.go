package wire

import (
	"path/filepath"
	"testing"

	"qunxiang/core"
	"qunxiang/store"
)

// What a session has done and not saved is there when the project is opened again;
// a single command sees the file as it was saved.
func TestOpenGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "shop.qx")
	o := store.Options{WorkDir: filepath.Join(dir, "work")}
	f, err := store.Create(path, core.Project{ID: "p", Name: "shop"}, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := f.SetSetting("as_of", []byte("2024-05-01")); err != nil {
		t.Fatal(err)
	}
	if err := f.Keep(); err != nil { // what a crash leaves
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		o    store.Options
		want string
	}{
		{"a command", store.Options{WorkDir: o.WorkDir, OneShot: true}, ""},
		{"a session", o, "2024-05-01"},
	} {
		got, err := files{c.o}.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := got.Setting("as_of")
		if err != nil || string(b) != c.want || got.Dirty() != (c.want != "") {
			t.Errorf("%s reads %q (dirty %v, %v), want %q", c.name, b, got.Dirty(), err, c.want)
		}
		if err := got.Close(); err != nil {
			t.Error(err)
		}
	}
}
