package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"qunxiang/core"
)

// File is an open project. It is safe for concurrent use; changes wait for each
// other and for reads. Values that it returns are the caller's.
type File struct {
	mu   sync.RWMutex
	path string // absolute, symbolic links resolved
	opt  Options
	box  *box
	man  *manifest

	base  *image    // the user's file as opened or saved; nil for a new or recovered project
	db    *bolt.DB  // the working copy; nil until a change needs it
	work  *workCopy // where db lies
	lock  *fileLock
	saved stamp // the user's file as opened or saved

	shares shares // columns that were read
	dirty  bool
	purge  bool // the next save leaves nothing of what was deleted
	broken error
	closed bool
}

// Create makes a new, empty project at path and leaves it open. Project.ID and
// Created are filled in when they are zero. It returns CodeExists when the file is
// there already, unless o.Replace, and CodeNoFolder when its folder is not.
func Create(path string, p core.Project, o Options) (*File, error) {
	const op = "new project"
	o.ReadOnly = false
	path, err := resolve(path)
	if err != nil {
		return nil, fail(op, path, err)
	}
	if o, err = o.fill(op, path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
		return nil, problem(CodeNoFolder, core.OriginUser, op, path, core.Args{"folder": filepath.Dir(path)})
	}
	if _, err := os.Lstat(path); err == nil && !o.Replace {
		return nil, problem(CodeExists, core.OriginUser, op, path, nil)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fail(op, path, err)
	}
	if err := complete(&p); err != nil {
		return nil, fail(op, path, err)
	}
	lock, err := lockProject(context.Background(), o.WorkDir, path, o.LockWait)
	if err != nil {
		return nil, err
	}
	sweep(o.WorkDir, path)
	f := &File{path: path, opt: o, lock: lock, man: &manifest{Edit: 1, NextBlob: 1, NextSource: 1, Project: p}}
	if err := f.build(); err != nil {
		return nil, errors.Join(fail(op, path, err), f.discard())
	}
	return f, nil
}

// complete fills in what the caller left out.
func complete(p *core.Project) error {
	if p.ID == "" {
		id := make([]byte, 16)
		if _, err := rand.Read(id); err != nil {
			return fmt.Errorf("random id: %w", err)
		}
		p.ID = hex.EncodeToString(id)
	}
	if p.Created.IsZero() {
		p.Created = time.Now().UTC().Truncate(time.Second)
	}
	return nil
}

// build writes the first image of a new project in a private place and publishes it.
func (f *File) build() error {
	h, bx, err := newHeader()
	if err != nil {
		return err
	}
	f.box = bx
	if f.work, err = newWork(f.opt.WorkDir, f.path); err != nil {
		return err
	}
	// Nothing is synced before publish: until then the file is nobody's truth, and a
	// power cut during bbolt's first write would leave it unreadable anyhow.
	if f.db, err = openBolt(f.work.file, true, f.opt, 0); err != nil {
		return err
	}
	head, err := marshal(h)
	if err != nil {
		return err
	}
	man, err := f.sealManifest(f.man)
	if err != nil {
		return err
	}
	err = f.db.Update(func(tx *bolt.Tx) error {
		for _, name := range buckets() {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		if err := tx.Bucket([]byte(bucketHead)).Put([]byte(keyHeader), head); err != nil {
			return err
		}
		return tx.Bucket([]byte(bucketDocs)).Put([]byte(keyManifest), man)
	})
	if err != nil {
		return fmt.Errorf("write new project: %w", err)
	}
	return f.publishNew()
}

// Open opens the project at path. It returns CodeNotFound, CodeEmptyFile,
// CodeNotAProject, CodeDamaged, CodeNewer, CodeTooLarge, CodePassphrase, CodeLocked
// or CodeNoAccess; the file is never changed by opening it.
func Open(path string, o Options) (*File, error) {
	return OpenContext(context.Background(), path, o)
}

// OpenContext is Open with a context that ends waiting and checking.
func OpenContext(ctx context.Context, path string, o Options) (*File, error) {
	const op = "open project"
	path, err := resolve(path)
	if err != nil {
		return nil, fail(op, path, err)
	}
	if o, err = o.fill(op, path); err != nil {
		return nil, err
	}
	f := &File{path: path, opt: o}
	if err := f.open(ctx); err != nil {
		return nil, errors.Join(fail(op, path, err), f.discard())
	}
	return f, nil
}

func (f *File) open(ctx context.Context) (err error) {
	// Refuse what is no project before making locks for it.
	if f.base, err = openImage(ctx, f.path, f.opt.MaxSize); err != nil {
		return err
	}
	if !f.opt.ReadOnly {
		if f.lock, err = lockProject(ctx, f.opt.WorkDir, f.path, f.opt.LockWait); err != nil {
			return err
		}
		sweep(f.opt.WorkDir, f.path)
		// Another process may have saved while this one waited for the lock.
		if now, err := os.Stat(f.path); err != nil || !f.sameAsBase(now) {
			if err := f.base.Close(); err != nil {
				return err
			}
			if f.base, err = openImage(ctx, f.path, f.opt.MaxSize); err != nil {
				return err
			}
		}
	}
	h, bx, err := readHeader(f.path, f.base)
	if err != nil {
		return err
	}
	f.box = bx
	if f.saved, err = f.stampOf(f.base); err != nil {
		return err
	}
	if h.Schema < schemaVersion {
		return f.upgrade(h)
	}
	if f.man, err = readManifest(bx, f.base); err != nil {
		return err
	}
	if _, err = f.man.verify(f.base, stop); err != nil || f.opt.ReadOnly || f.opt.OneShot {
		return err
	}
	return f.materialise()
}

// stop makes manifest.verify end at the first complaint.
func stop(err error) error { return err }

func (f *File) sameAsBase(fi os.FileInfo) bool {
	was, err := f.base.file.Stat()
	return err == nil && os.SameFile(was, fi) && was.Size() == fi.Size() && was.ModTime().Equal(fi.ModTime())
}

// openImage opens and checks the user's file.
func openImage(ctx context.Context, path string, maxSize int64) (*image, error) {
	const op = "open project"
	if fi, err := os.Stat(path); err == nil && !fi.Mode().IsRegular() { // opening a pipe would wait for ever
		return nil, problem(CodeNotAProject, core.OriginData, op, path, nil)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	fi, err := file.Stat()
	switch {
	case err != nil:
	case !fi.Mode().IsRegular():
		err = problem(CodeNotAProject, core.OriginData, op, path, nil)
	case fi.Size() == 0:
		err = problem(CodeEmptyFile, core.OriginData, op, path, nil)
	case fi.Size() > maxSize:
		err = problem(CodeTooLarge, core.OriginData, op, path, core.Args{"size": fi.Size() >> 20, "limit": maxSize >> 20})
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	im, err := newImage(ctx, file, maxSize)
	if err != nil {
		return nil, errors.Join(fail(op, path, err), file.Close())
	}
	return im, nil
}

// readHead reads and verifies header and manifest of a file of the current schema.
func readHead(path string, src values) (*box, *manifest, error) {
	_, bx, err := readHeader(path, src)
	if err != nil {
		return nil, nil, err
	}
	m, err := readManifest(bx, src)
	return bx, m, err
}

func readHeader(path string, src values) (header, *box, error) {
	const op = "open project"
	b, _, err := src.get(bucketHead, []byte(keyHeader), nil)
	if errors.Is(err, errNoValue) { // a sound bbolt file of another program
		return header{}, nil, problem(CodeNotAProject, core.OriginData, op, path, nil)
	}
	if err != nil {
		return header{}, nil, err
	}
	if len(b) > maxHeader {
		return header{}, nil, fmt.Errorf("%w: header of %d bytes", errDamaged, len(b))
	}
	return parseHeader(op, path, b)
}

func readManifest(bx *box, src values) (*manifest, error) {
	b, owned, err := src.get(bucketDocs, []byte(keyManifest), nil)
	if err != nil {
		return nil, err
	}
	plain, err := bx.open(bucketDocs, []byte(keyManifest), b, maxManifest, owned, nil)
	if err != nil {
		return nil, err
	}
	return parseManifest(plain)
}

func (f *File) sealManifest(m *manifest) ([]byte, error) {
	b, err := marshal(m)
	if err != nil {
		return nil, err
	}
	return f.box.seal(bucketDocs, []byte(keyManifest), b, codecS2)
}

// resolve makes path absolute and follows symbolic links, so that a save replaces
// the file and not the link.
func resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path, err
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real, nil
	}
	// The file is not there (yet): resolve its directory.
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		return filepath.Join(dir, filepath.Base(abs)), nil
	}
	return abs, nil
}

// Path returns the path of the user's file, absolute and with links resolved.
func (f *File) Path() string {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.path
}

// Dirty reports whether there are changes that Save has not written.
func (f *File) Dirty() bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.dirty
}

// Close ends the session. Changes that were not saved are gone, with their working
// copy: who wants them calls Save first, or Keep. (A process that dies leaves them
// for [Recoverable], except with Options.OneShot.)
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	return fail("close project", f.path, f.discard())
}

// Keep ends the session like Close but leaves a working copy with unsaved changes
// in place, where [Recoverable] finds it.
func (f *File) Keep() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	if f.dirty && !f.opt.OneShot {
		if err := f.closeDB(); err != nil {
			return fail("close project", f.path, err)
		}
		f.work = nil
	}
	return fail("close project", f.path, f.discard())
}

// discard frees everything that the session holds.
func (f *File) discard() error {
	f.closed = true
	err := errors.Join(f.closeDB(), f.work.remove(), f.base.Close(), f.lock.Close())
	f.work, f.base, f.lock = nil, nil, nil
	return err
}

func (f *File) closeDB() error {
	if f.db == nil {
		return nil
	}
	err := f.db.Close()
	f.db = nil
	return err
}

// usable returns the reason why the file cannot be used any more, if there is one.
func (f *File) usable(op string) error {
	if f.closed {
		return fail(op, f.path, os.ErrClosed)
	}
	return f.broken
}

// read calls fn with the current values. The caller holds the lock.
func (f *File) read(fn func(values) error) error {
	if f.db != nil {
		return f.db.View(func(tx *bolt.Tx) error { return fn(boltValues{tx}) })
	}
	return fn(f.base)
}
