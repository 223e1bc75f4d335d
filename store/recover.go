package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"qunxiang/core"
)

// Recovered is a working copy with changes that no save has written: a process died,
// or ended with [File.Keep].
type Recovered struct {
	Path    string       // the user's file that the changes belong to
	Project core.Project // zero when the working copy is damaged
	Opened  time.Time    // when the session began or last saved
	Changed time.Time    // the last change
	Damaged bool         // does not verify; all that can be done is to discard it

	work workCopy
}

// Recoverable lists the working copies in workDir ("" = the default) that hold
// unsaved changes of sessions that are over, the newest first. What holds nothing
// worth keeping is removed on the way.
func Recoverable(workDir string) ([]Recovered, error) {
	const op = "look for unsaved work"
	if workDir == "" {
		workDir = DefaultWorkDir()
	}
	entries, err := os.ReadDir(workDir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fail(op, workDir, err)
	}
	var out []Recovered
	for _, e := range entries {
		stem, ok := workStem(e.Name())
		if !ok {
			continue
		}
		r, found, err := inspectWork(workDir, stem)
		if err != nil {
			return nil, fail(op, workDir, err)
		}
		if found {
			out = append(out, r)
		}
	}
	for i := len(out) - 1; i > 0; i-- { // few: insertion into order, newest first
		for j := i; j < len(out) && out[j].Changed.After(out[j-1].Changed); j++ {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out, nil
}

// workStem returns the common name of a working copy's files.
func workStem(name string) (string, bool) {
	for _, ext := range []string{".work", ".work.new"} {
		if stem, ok := strings.CutSuffix(name, ext); ok && strings.Contains(stem, "-") {
			return stem, true
		}
	}
	return "", false
}

// inspectWork looks at one working copy while nobody can use it.
func inspectWork(dir, stem string) (r Recovered, found bool, err error) {
	id, _, _ := strings.Cut(stem, "-")
	lock, err := lockFile(filepath.Join(dir, id+".lock"))
	if errors.Is(err, errHeld) {
		return r, false, nil
	}
	if err != nil {
		return r, false, err
	}
	defer func() { err = errors.Join(err, (&fileLock{lock}).Close()) }()
	w := workCopy{file: filepath.Join(dir, stem+".work"), note: filepath.Join(dir, stem+".json")}
	if err := removeIfThere(w.file + ".new"); err != nil { // of a compaction
		return r, false, err
	}
	note, err := readNote(w.note)
	if err != nil { // of a one-shot command, or not yet used: nothing acknowledged is in it
		return r, false, w.remove()
	}
	fi, err := os.Stat(w.file)
	if errors.Is(err, os.ErrNotExist) {
		return r, false, w.remove()
	}
	if err != nil {
		return r, false, err
	}
	r = Recovered{Path: note.Path, Opened: note.Opened, Changed: fi.ModTime(), work: w}
	p, unsaved, err := unsavedIn(w, note)
	r.Project, r.Damaged = p, err != nil
	if err == nil && !unsaved {
		return r, false, w.remove()
	}
	return r, true, nil
}

func readNote(name string) (n workNote, err error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return n, err
	}
	if err := json.Unmarshal(b, &n); err != nil || n.Path == "" {
		return n, fmt.Errorf("%w: note", errDamaged)
	}
	return n, nil
}

// unsavedIn reads a working copy and reports whether it differs from what was saved.
func unsavedIn(w workCopy, note workNote) (core.Project, bool, error) {
	im, err := openImage(context.Background(), w.file, maxFileSize)
	if err != nil {
		return core.Project{}, false, err
	}
	defer func() { _ = im.Close() }() // read-only: nothing can be lost
	_, m, err := readHead(w.file, im)
	if err != nil {
		return core.Project{}, false, err
	}
	raw, _, err := im.get(bucketDocs, []byte(keyManifest), nil)
	if err != nil {
		return core.Project{}, false, err
	}
	return m.Project, digest(raw) != note.Base.Manifest, nil
}

// Adopt opens a recovered working copy as the session that it was: Dirty, and to be
// saved to its path, where CodeChangedOutside still guards a file that has changed
// meanwhile. o.WorkDir and o.OneShot do not matter.
func Adopt(r Recovered, o Options) (*File, error) {
	const op = "recover project"
	o.WorkDir, o.OneShot, o.ReadOnly = filepath.Dir(r.work.file), false, false
	o, err := o.fill(op, r.Path)
	if err != nil {
		return nil, err
	}
	note, err := readNote(r.work.note)
	if err != nil {
		return nil, fail(op, r.Path, err)
	}
	lock, err := lockProject(context.Background(), o.WorkDir, r.Path, o.LockWait)
	if err != nil {
		return nil, err
	}
	f := &File{path: r.Path, opt: o, lock: lock, saved: note.Base, dirty: true}
	if err := f.adopt(r.work); err != nil {
		return nil, errors.Join(fail(op, r.Path, err), f.discard())
	}
	return f, nil
}

func (f *File) adopt(w workCopy) error {
	im, err := openImage(context.Background(), w.file, f.opt.MaxSize)
	if err != nil {
		return err
	}
	f.box, f.man, err = readHead(w.file, im)
	if err == nil {
		_, err = f.man.verify(im, stop)
	}
	used := im.used()
	if err := errors.Join(err, im.Close()); err != nil {
		return err
	}
	if f.db, err = openBolt(w.file, false, f.opt, used); err != nil {
		return err
	}
	f.work = &w
	return nil
}

// Discard deletes a recovered working copy.
func Discard(r Recovered) error {
	const op = "discard unsaved work"
	lock, err := lockProject(context.Background(), filepath.Dir(r.work.file), r.Path, 0)
	if err != nil {
		return err
	}
	return fail(op, r.Path, errors.Join(r.work.remove(), lock.Close()))
}
