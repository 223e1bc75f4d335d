package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	bolt "go.etcd.io/bbolt"
)

// workCopy is the pair of files of a working copy: the bbolt file, and a note that
// leads from it back to the user's file after a crash.
type workCopy struct {
	file string // <path id>-<random>.work
	note string // <path id>-<random>.json; written only for sessions that can be recovered
}

// workNote is the content of a note.
type workNote struct {
	Path   string    `json:"path"`
	Opened time.Time `json:"opened"`
	Base   stamp     `json:"base"` // of the user's file when the copy was made
}

// stamp tells one state of a file from another.
type stamp struct {
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	Manifest string    `json:"manifest"` // SHA-256 of the sealed manifest, new with every change; "" = no file
}

// pathID names the files that belong to a project path in the work directory.
func pathID(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:10])
}

func newWork(dir, path string) (*workCopy, error) {
	var r [6]byte
	if _, err := rand.Read(r[:]); err != nil {
		return nil, fmt.Errorf("random name: %w", err)
	}
	stem := filepath.Join(dir, pathID(path)+"-"+hex.EncodeToString(r[:]))
	return &workCopy{file: stem + ".work", note: stem + ".json"}, nil
}

// remove deletes the working copy; a missing file is fine.
func (w *workCopy) remove() error {
	if w == nil {
		return nil
	}
	return errors.Join(removeIfThere(w.file), removeIfThere(w.note))
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// sweep removes what dead one-shot commands have left of the project at path. The
// caller holds the project's lock, so nobody is using it; copies with a note may
// hold unsaved changes and are left to [Recoverable].
func sweep(dir, path string) {
	old, err := filepath.Glob(filepath.Join(dir, pathID(path)+"-*.work*"))
	if err != nil { // a directory with pattern characters
		return
	}
	for _, name := range old {
		stem, _ := workStem(filepath.Base(name))
		if _, err := os.Stat(filepath.Join(dir, stem+".json")); errors.Is(err, os.ErrNotExist) {
			_ = os.Remove(name) // only tidying
		}
	}
}

// writeNote makes the working copy findable after a crash.
func (w *workCopy) writeNote(n workNote) error {
	b, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("work note: %w", err)
	}
	f, err := os.OpenFile(w.note, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// noteNow is the note for the present state of the user's file.
func (f *File) noteNow() workNote {
	return workNote{Path: f.path, Opened: time.Now().UTC(), Base: f.saved}
}

// Ready makes, for one command that will change the project in a moment, the working copy
// that it will need. What goes wrong is met again by the change.
func (f *File) Ready() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.opt.OneShot && !f.opt.ReadOnly && f.usable("make ready") == nil {
		_ = f.materialise()
	}
}

// materialise makes the private working copy of the user's file and opens it. It
// does nothing when there is one. The caller holds the write lock (or is alone).
func (f *File) materialise() error {
	if f.db != nil {
		return nil
	}
	if err := makeWorkDir(f.opt.WorkDir); err != nil {
		return err
	}
	w, err := newWork(f.opt.WorkDir, f.path)
	if err != nil {
		return err
	}
	f.work = w
	if err := f.copyBase(w.file); err != nil {
		return errors.Join(err, f.dropWork())
	}
	// A map that cannot grow later takes the program with it: too few addresses are told now.
	size, free := f.opt.mapRoom(f.base.used())
	if err = f.fitsIn("make working copy", size, free); err == nil {
		f.db, err = openBolt(w.file, f.opt.OneShot, f.opt, f.base.used())
	}
	if err != nil {
		return errors.Join(err, f.dropWork())
	}
	if !f.opt.OneShot {
		if err := w.writeNote(f.noteNow()); err != nil {
			return errors.Join(err, f.dropWork())
		}
	}
	err = f.base.Close() // not before: without a working copy it is what is read
	f.base = nil
	if err != nil || f.opt.OneShot {
		return err
	}
	return syncDir(f.opt.WorkDir)
}

func (f *File) dropWork() error {
	err := errors.Join(f.closeDB(), f.work.remove())
	f.work = nil
	return err
}

// copyBase copies the user's file and checks the copy: the original could have changed
// under the copying.
func (f *File) copyBase(to string) error {
	if err := copyFile(to, f.base.file, f.base.used()); err != nil {
		return err
	}
	c, err := os.Open(to)
	if err != nil {
		return err
	}
	im, err := newImage(context.Background(), c, f.opt.MaxSize)
	if err != nil {
		return errors.Join(err, c.Close())
	}
	s, err := f.stampOf(im)
	if err == nil && s.Manifest != f.saved.Manifest {
		err = fmt.Errorf("%w: changed while it was copied", errDamaged)
	}
	return errors.Join(err, im.Close())
}

// copyFile makes a new private file of the first n bytes of src. On Linux the
// kernel copies, or shares the blocks where the file system can.
func copyFile(to string, src *os.File, n int64) error {
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return errors.Join(err, dst.Close())
	}
	_, err = io.CopyN(dst, src, n)
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: shorter than it was", errDamaged)
	}
	return errors.Join(err, dst.Close())
}

// mapUsual is the room that the map of a working copy begins with, and mapLeast that which
// it has for what will be stored where addresses are few.
const (
	mapUsual = 256 << 20
	mapLeast = 64 << 20
)

// mapRoom is how many addresses the map of a file of so many bytes begins with, and how
// many there are; 0, where there is no limit to them, or one that is far away.
func (o Options) mapRoom(used int64) (size, free int64) {
	if o.Room == nil {
		return mapUsual, 0
	}
	r := o.Room()
	if r.Own >= r.All || r.Own > 4*mapUsual {
		return mapUsual, 0
	}
	size = mapLeast
	for size < used+mapLeast { // bbolt doubles maps
		size *= 2
	}
	return size, r.Own
}

// openBolt opens a checked working copy of so many bytes, or makes a new one. Without sync a commit
// reaches the kernel (so that a killed process loses nothing) but not the disk; the
// file must be synced as a whole before it becomes anybody's truth.
func openBolt(name string, noSync bool, opt Options, used int64) (*bolt.DB, error) {
	o := &bolt.Options{
		Timeout: time.Second, FreelistType: bolt.FreelistMapType, NoStatistics: true,
		NoSync: noSync, NoGrowSync: noSync,
	}
	if opt.MaxSize < maxFileSize {
		o.MaxSize = int(opt.MaxSize)
	}
	if runtime.GOOS != "windows" { // there the file is as long as its map
		// Address space only. A map that need not grow spares copying what a transaction holds.
		size, _ := opt.mapRoom(used)
		o.InitialMmapSize = int(size)
	}
	db, err := bolt.Open(name, 0o600, o)
	if err != nil {
		return nil, fmt.Errorf("open working copy: %w", err)
	}
	db.AllocSize = 1 << 20 // the file grows in steps of this; bbolt's 16 MB is a lot for a small project
	return db, nil
}

// stampOf describes the file behind im.
func (f *File) stampOf(im *image) (stamp, error) {
	fi, err := im.file.Stat()
	if err != nil {
		return stamp{}, err
	}
	man, _, err := im.get(bucketDocs, []byte(keyManifest), nil)
	if err != nil {
		return stamp{}, err
	}
	return stamp{Size: fi.Size(), Modified: fi.ModTime(), Manifest: digest(man)}, nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
