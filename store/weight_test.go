package store_test

import (
	"testing"

	"qunxiang/core"
	"qunxiang/store"
)

// What does not fit is refused before it is read, in megabytes, and read where it fits.
func TestWhatDoesNotFitIsNotRead(t *testing.T) {
	t.Parallel()
	free := int64(0) // cannot be told
	f := create(t, store.Options{Room: func() core.Room { return core.Room{All: free, Own: free, Next: free} }})
	must(t, f.AddSource(core.Source{Name: "a"}, nil, 0, described(1, 100_000)))
	if _, err := f.Attributes(t.Context()); err != nil {
		t.Fatalf("an unknown room: %v", err)
	}
	// Two columns of 8 bytes and keys of 4 and some characters, three times, and what is besides.
	least := int64(100_000)*(8+8+4)*3 + 24<<20
	for _, c := range []struct {
		free int64
		ok   bool
	}{{1, false}, {least - 1<<20, false}, {2 * least, true}} {
		free = c.free
		a, err := f.Attributes(t.Context())
		switch e := core.AsError(err); {
		case c.ok && (err != nil || a.Customers.Len() != 100_000):
			t.Errorf("%d bytes are free: %v", c.free, err)
		case !c.ok && (core.CodeOf(err) != store.CodeNoMemory || e.Origin != core.OriginApp || e.Where.File == ""):
			t.Errorf("%d bytes are free: %v", c.free, err)
		case !c.ok && (int64(e.Args["need"].(int)) < least>>20 || int64(e.Args["need"].(int)) > 2*least>>20 || e.Args["free"].(int) > int(c.free>>20)+1):
			t.Errorf("%d bytes are free: told %v", c.free, e.Args)
		}
	}
}

// A project whose working copy finds no addresses is as it was, for as long as there are none.
func TestNoAddressesForAWorkingCopy(t *testing.T) {
	t.Parallel()
	made := create(t, store.Options{})
	must(t, made.AddSource(core.Source{Name: "a"}, nil, 0, described(1, 1000)))
	must(t, made.Save(t.Context()))
	path := made.Path()
	must(t, made.Close())
	room := core.Room{All: 8 << 30, Own: 2 << 20, Next: 2 << 20}
	f, err := store.Open(path, store.Options{WorkDir: t.TempDir(), OneShot: true, Room: func() core.Room { return room }})
	must(t, err)
	defer func() { must(t, f.Close()) }()
	for range 2 {
		f.Ready()
		if err := f.SetSetting("k", []byte("v")); core.CodeOf(err) != store.CodeNoMemory {
			t.Fatalf("no addresses: %v", err)
		}
		if a, err := f.Attributes(t.Context()); err != nil || a.Customers.Len() != 1000 {
			t.Fatalf("read without a working copy: %v", err)
		}
	}
	room.Own = 128 << 20
	must(t, f.SetSetting("k", []byte("v")))
	must(t, f.Save(t.Context()))
	if b, err := f.Setting("k"); err != nil || string(b) != "v" {
		t.Errorf("%q, %v", b, err)
	}
}
