package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/store"
	"qunxiang/store/storetest"
)

// The simulator compares the working copy before and after every commit. bbolt
// writes data pages, syncs, writes a meta page, syncs; so a cut leaves
//
//   - before the first sync: any part of the new data sectors, the old meta pages;
//   - before the second: all data and a meta page torn at some byte.
//
// The first must be the state before, the second one of the two.

// session is the work directory of a project at one moment.
type session struct {
	name string // of the working copy's file
	file []byte
	note []byte
}

func look(t *testing.T, work string) (s session) {
	t.Helper()
	for _, e := range entries(t, work) {
		b, err := os.ReadFile(filepath.Join(work, e))
		must(t, err)
		switch filepath.Ext(e) {
		case ".work":
			s.name, s.file = e, b
		case ".json":
			s.note = b
		}
	}
	if s.file == nil || s.note == nil {
		t.Fatal("no working copy")
	}
	return s
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// after opens the session as it would be found after a cut that left file.
func (s session) after(t *testing.T, dir string, file []byte, states ...*storetest.Model) int {
	t.Helper()
	must(t, os.RemoveAll(dir))
	must(t, os.MkdirAll(dir, 0o700))
	must(t, os.WriteFile(filepath.Join(dir, s.name), file, 0o600))
	var note map[string]any
	must(t, json.Unmarshal(s.note, &note))
	note["base"] = map[string]any{"manifest": "another"} // so that it is never "nothing to recover"
	b, err := json.Marshal(note)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, strings.TrimSuffix(s.name, ".work")+".json"), b, 0o600))
	list, err := store.Recoverable(dir)
	must(t, err)
	if len(list) != 1 || list[0].Damaged {
		t.Fatalf("after a power cut: %+v", list)
	}
	f, err := store.Adopt(list[0], store.Options{})
	must(t, err)
	defer f.Close()
	which, err := oneOf(t.Context(), f, states...)
	if err != nil {
		t.Fatalf("after a power cut: %v", err)
	}
	return which
}

func TestPowerCuts(t *testing.T) {
	t.Parallel()
	states, visible := 0, 0
	for want, seed := rounds(150, 10_000), uint64(0); states < want; seed += 20 {
		// A new project every twenty commits: a large one would only be slower to compare.
		n, v := cutPower(t, seed)
		states += n
		visible += v
	}
	t.Logf("%d states, none a third one; the change was visible in %d", states, visible)
}

// cutPower makes twenty changes and cuts the power eight times in each.
func cutPower(t *testing.T, seed uint64) (states, visible int) {
	t.Helper()
	dir := t.TempDir()
	work, crash := filepath.Join(dir, "work"), filepath.Join(dir, "crash")
	f, err := store.Create(filepath.Join(dir, "p.qx"), core.Project{Name: "p"}, store.Options{WorkDir: work})
	must(t, err)
	defer f.Close()
	r := rand.New(rand.NewPCG(seed, 4))
	now := storetest.NewModel(f.Project())
	pre := look(t, work)
	for i := range uint64(20) {
		before := now.Clone()
		_, err := storetest.Change(t.Context(), seed+i, false, f, now)
		must(t, err)
		post := look(t, work)
		base := make([]byte, len(post.file)) // growing is synced before anything else
		copy(base, pre.file)
		data, meta := dirty(base, post.file)
		for range 5 {
			post.after(t, crash, unsynced(r, base, post.file, data), before)
			states++
		}
		for range 3 {
			visible += post.after(t, crash, torn(r, base, post.file, meta), before, now)
			states++
		}
		pre = post
	}
	return states, visible
}

const sector = 512

// dirty lists the sectors of data pages that a commit wrote, and its meta page.
func dirty(base, post []byte) (data []int, meta int) {
	meta = -1
	for at := 0; at+sector <= len(post); at += sector {
		if bytes.Equal(base[at:at+sector], post[at:at+sector]) {
			continue
		}
		if at < 2*4096 {
			meta = at / 4096
			continue
		}
		data = append(data, at)
	}
	return data, meta
}

// unsynced is the file when power fails before the first sync.
func unsynced(r *rand.Rand, base, post []byte, data []int) []byte {
	img := bytes.Clone(base)
	share := r.Float64()
	for _, at := range data {
		switch {
		case r.Float64() < share:
			copy(img[at:at+sector], post[at:at+sector])
		case r.IntN(10) == 0: // the sector that was being written
			for i := range sector {
				img[at+i] = byte(r.Uint32())
			}
		}
	}
	return img
}

// torn is the file when power fails while the meta page is written.
func torn(r *rand.Rand, base, post []byte, meta int) []byte {
	img := bytes.Clone(post)
	if meta >= 0 {
		cut := r.IntN(96)
		copy(img[meta*4096+cut:meta*4096+96], base[meta*4096+cut:meta*4096+96])
	}
	return img
}

// TestPowerCutOnAOneShotCommand: nothing of a one-shot command counts before Save;
// whatever is left of its working copy is thrown away.
func TestPowerCutOnAOneShotCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := store.Options{WorkDir: filepath.Join(dir, "work"), OneShot: true}
	f, err := store.Create(filepath.Join(dir, "p.qx"), core.Project{Name: "p"}, o)
	must(t, err)
	now := storetest.NewModel(f.Project())
	must(t, f.SetSetting("map", []byte("x")))
	for _, e := range entries(t, o.WorkDir) {
		if filepath.Ext(e) == ".json" {
			t.Fatal("a one-shot command left a note")
		}
	}
	left := filepath.Join(dir, "left")
	must(t, os.CopyFS(left, os.DirFS(o.WorkDir)))
	again, err := store.Open(f.Path(), store.Options{WorkDir: left, OneShot: true}) // the next command tidies up
	must(t, err)
	must(t, again.Close())
	if names := entries(t, left); len(names) != 0 {
		t.Fatalf("left %v", names)
	}
	must(t, os.RemoveAll(left))
	must(t, os.CopyFS(left, os.DirFS(o.WorkDir)))
	list, err := store.Recoverable(left)
	must(t, err)
	if names := entries(t, left); len(list) != 0 || len(names) != 0 {
		t.Fatalf("recoverable %v, left %v", list, names)
	}
	g, err := store.Open(f.Path(), store.Options{ReadOnly: true})
	must(t, err)
	if d, err := storetest.Diff(t.Context(), now, g); err != nil || d != "" {
		t.Fatal(fmt.Sprint(err, d))
	}
	must(t, g.Close())
	must(t, f.Close())
}
