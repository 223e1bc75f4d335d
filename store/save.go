package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	bolt "go.etcd.io/bbolt"

	"qunxiang/core"
)

// A file is saved as it stands, copied or moved, when at most an eighth of it is free, or
// half where that is no more than spareRoom; else, and under smallFile always, it is compacted.
const (
	smallFile = 256 << 10
	tidyPart  = 8
	sparePart = 2
	spareRoom = 2 << 20
)

// Save replaces the user's file with what the project holds now. The file under the
// project's name is at every moment the old one or the new one, whole; the old one
// stays beside it as .bak. It returns CodeChangedOutside when somebody else has
// changed the file since it was opened or saved (SaveAs is the way out), CodeDiskFull
// or CodeNoAccess; the changes are then still there. Without changes it does nothing.
func (f *File) Save(ctx context.Context) error {
	const op = "save project"
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.usable(op); err != nil {
		return err
	}
	if f.opt.ReadOnly {
		return problem(CodeReadOnly, core.OriginApp, op, f.path, nil)
	}
	if !f.dirty {
		return nil
	}
	return fail(op, f.path, f.publish(ctx, f.path, true))
}

// SaveAs writes the project to another path and goes on there. It returns CodeExists
// when a file is there and Options.Replace is not set, CodeLocked when that file is
// open in another process.
func (f *File) SaveAs(ctx context.Context, path string) error {
	const op = "save project"
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.usable(op); err != nil {
		return err
	}
	if f.opt.ReadOnly {
		return problem(CodeReadOnly, core.OriginApp, op, f.path, nil)
	}
	path, err := resolve(path)
	if err != nil {
		return fail(op, path, err)
	}
	if path == f.path {
		return fail(op, path, f.publish(ctx, path, true))
	}
	lock, err := lockProject(ctx, f.opt.WorkDir, path, f.opt.LockWait)
	if err != nil {
		return err
	}
	was, saved := f.path, f.saved
	f.path, f.saved = path, stamp{}
	if err := f.publish(ctx, path, f.opt.Replace); err != nil {
		f.path, f.saved = was, saved
		return errors.Join(fail(op, path, err), lock.Close())
	}
	err = f.lock.Close()
	f.lock = lock
	return fail(op, path, errors.Join(err, f.renote()))
}

// Purge makes the next save rewrite the file from what is visible, so that nothing
// of deleted values is left in it. The .bak of the state before is the caller's to deal with.
func (f *File) Purge() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.purge, f.dirty = true, true
}

// publishNew puts a new project in its place and makes its working copy durable.
func (f *File) publishNew() error {
	if err := f.publish(context.Background(), f.path, f.opt.Replace); err != nil {
		return err
	}
	if f.opt.OneShot || f.db == nil {
		return nil
	}
	if err := f.db.Sync(); err != nil {
		return err
	}
	f.db.NoSync, f.db.NoGrowSync = false, false
	return syncDir(f.opt.WorkDir)
}

// publish writes a new image and puts it at path.
func (f *File) publish(ctx context.Context, path string, replace bool) error {
	removeLeftovers(path)
	img, err := f.newImageFile(ctx, path)
	if err != nil {
		return err
	}
	err = f.install(ctx, img, path, replace)
	if err == nil {
		f.dirty, f.purge = false, false
		return f.renote()
	}
	if img.moved && f.work != nil {
		// The working copy itself was to become the image: it is still there, closed.
		return errors.Join(err, f.reopen())
	}
	return errors.Join(err, removeIfThere(img.name))
}

// imageFile is an image that is about to become the user's file.
type imageFile struct {
	name  string
	moved bool // it is the working copy
}

// newImageFile writes what the project holds now into a file of its own, or makes
// the working copy itself ready where that is safe and saves the copying.
func (f *File) newImageFile(ctx context.Context, path string) (img imageFile, err error) {
	if f.db == nil {
		img.name = besideName(path)
		return img, copyFile(img.name, f.base.file, f.base.used())
	}
	used, tidy, err := f.inspect(ctx)
	if err != nil {
		return img, err
	}
	if !tidy {
		w, err := newWork(f.opt.WorkDir, path)
		if err != nil {
			return img, err
		}
		img.name = w.file + ".new"
		return img, errors.Join(f.compact(img.name))
	}
	if f.opt.OneShot && runtime.GOOS != "windows" {
		img = imageFile{name: f.work.file, moved: true}
		return img, errors.Join(f.closeDB(), os.Truncate(img.name, used))
	}
	img.name = besideName(path)
	src, err := os.Open(f.work.file)
	if err != nil {
		return img, err
	}
	// No commit can come in between: the caller holds the write lock.
	return img, errors.Join(copyFile(img.name, src, used), src.Close())
}

// inspect collects garbage blobs and tells how much of the working copy is used and
// whether it is tidy enough to be saved as it is.
func (f *File) inspect(ctx context.Context) (used int64, tidy bool, err error) {
	garbage := false
	im, err := openImage(ctx, f.work.file, f.opt.MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		// Somebody has cleaned the work directory under us. The open file is still
		// there for bbolt: compacting saves what is in it.
		return 0, false, makeWorkDir(f.opt.WorkDir)
	}
	if err != nil {
		return 0, false, err
	}
	for p := range im.index {
		if id, ok := idOf([]byte(p.key)); ok && p.bucket == bucketBlobs && id >= f.man.NextBlob {
			garbage = true
		}
	}
	if err := im.Close(); err != nil {
		return 0, false, err
	}
	if garbage {
		if err := f.collect(f.man.NextBlob); err != nil {
			return 0, false, err
		}
		return 0, false, nil // not tidy any more: there are free pages now
	}
	used = im.used()
	free, all := im.info.FreePages, im.info.Pages
	few := free*tidyPart <= all || free*sparePart <= all && free*im.info.PageSize <= spareRoom
	return used, few && used >= smallFile && !f.purge, nil
}

// compact copies what is reachable into a new file. It is made in the work
// directory, since bbolt maps it, and is not synced here.
func (f *File) compact(to string) error {
	dst, err := openBolt(to, true, f.opt, 0)
	if err != nil {
		return err
	}
	if err := bolt.Compact(dst, f.db, txBytes); err != nil {
		return errors.Join(fmt.Errorf("compact: %w", err), dst.Close())
	}
	if err := dst.Close(); err != nil {
		return err
	}
	fi, err := os.Stat(to)
	if err != nil {
		return err
	}
	return trim(to, fi.Size())
}

// trim cuts the unused tail that bbolt grows its files by.
func trim(name string, size int64) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	im, err := newImage(context.Background(), file, size)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Truncate(name, im.used())
}

// install syncs and checks the image and renames it over path.
func (f *File) install(ctx context.Context, img imageFile, path string, replace bool) error {
	im, err := f.prove(ctx, img.name)
	if err != nil {
		return err
	}
	keep := img.moved
	defer func() {
		if !keep {
			_ = im.Close() // read-only: nothing can be lost
		}
	}()
	if err := f.unchangedOutside(ctx, path); err != nil {
		keep = false
		return err
	}
	if old, err := os.Stat(path); err == nil && replace {
		if err := os.Chmod(img.name, old.Mode().Perm()); err != nil {
			keep = false
			return err
		}
		if err := backup(path); err != nil {
			keep = false
			return err
		}
	}
	if err := put(img.name, path, replace); err != nil {
		keep = false
		return err
	}
	if img.moved {
		f.work, f.base = nil, im
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return err
	}
	return f.restamp(im, path)
}

// prove syncs an image and checks that it can be opened and holds the project's
// present state. The result is open.
func (f *File) prove(ctx context.Context, name string) (*image, error) {
	file, err := os.OpenFile(name, os.O_RDWR, 0) // a sync needs a file open for writing on Windows
	if err != nil {
		return nil, err
	}
	if err := file.Sync(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	im, err := newImage(ctx, file, f.opt.MaxSize)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	m, err := readManifest(f.box, im)
	if err == nil && m.Edit != f.man.Edit {
		err = fmt.Errorf("%w: new file holds edit %d, not %d", errDamaged, m.Edit, f.man.Edit)
	}
	if err != nil {
		return nil, errors.Join(err, im.Close())
	}
	return im, nil
}

// restamp remembers the saved file, to notice when somebody else changes it.
func (f *File) restamp(im *image, path string) error {
	fi, err := os.Stat(path)
	if err != nil {
		return err
	}
	man, _, err := im.get(bucketDocs, []byte(keyManifest), nil)
	if err != nil {
		return err
	}
	f.saved = stamp{Size: fi.Size(), Modified: fi.ModTime(), Manifest: digest(man)}
	return nil
}

// unchangedOutside returns CodeChangedOutside unless path is as it was when the
// project was opened or saved, or is not there: then nothing can be overwritten.
func (f *File) unchangedOutside(ctx context.Context, path string) error {
	if f.saved.Manifest == "" { // a new project, or one that is saved under another name
		return nil
	}
	fi, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if fi.Size() == f.saved.Size && fi.ModTime().Equal(f.saved.Modified) {
		return nil
	}
	// Copying tools and sync clients touch files without changing them: look inside.
	if im, err := openImage(ctx, path, f.opt.MaxSize); err == nil {
		s, err := f.stampOf(im)
		if err := errors.Join(err, im.Close()); err == nil && s.Manifest == f.saved.Manifest {
			return nil
		}
	}
	return problem(CodeChangedOutside, core.OriginUser, "save project", path, nil)
}

// renote brings the note of a working copy up to date with the saved state.
func (f *File) renote() error {
	if f.work == nil || f.opt.OneShot {
		return nil
	}
	if err := removeIfThere(f.work.note); err != nil {
		return err
	}
	return f.work.writeNote(f.noteNow())
}
