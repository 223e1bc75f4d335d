package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/s2"
	bolt "go.etcd.io/bbolt"

	"qunxiang/core"
	"qunxiang/store/internal/column"
)

// writer collects one change: blobs to make, spans to drop, settings to set, and the
// edited manifest that makes it all visible.
type writer struct {
	f        *File
	man      *manifest
	jobs     []job
	next     uint64
	dropped  []span
	shares   []span            // blobs that the run at hand shares with the attributes
	settings map[string][]byte // opaque key → sealed value; nil = delete
	buffers  chan []byte       // of written blobs, to be used again
}

// codecFloats is no codec of a file: a chunk of floats is compressed unless it is packed.
const codecFloats = 255

// job makes the plain text of one blob: encode appends it. It may run on any goroutine.
type job struct {
	codec  byte
	encode func(dst []byte) []byte
}

// change runs fn on a copy of the manifest and commits what it collected. When
// anything fails, the project is as it was.
func (f *File) change(ctx context.Context, op string, fn func(*writer) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.usable(op); err != nil {
		return err
	}
	if f.opt.ReadOnly {
		return problem(CodeReadOnly, core.OriginApp, op, f.path, nil)
	}
	if err := f.materialise(); err != nil {
		return fail(op, f.path, err)
	}
	man, err := f.man.clone()
	if err != nil {
		return fail(op, f.path, err)
	}
	man.Edit++
	w := &writer{f: f, man: man, next: man.NextBlob, settings: map[string][]byte{}, buffers: make(chan []byte, 2*maxAhead)}
	if err := fn(w); err != nil {
		return fail(op, f.path, err)
	}
	if err := w.commit(ctx); err != nil {
		return fail(op, f.path, f.afterFailure(err))
	}
	f.man, f.dirty = man, true
	return nil
}

// add queues a blob and returns its id.
func (w *writer) add(codec byte, encode func(dst []byte) []byte) uint64 {
	w.jobs = append(w.jobs, job{codec, encode})
	w.next++
	return w.next - 1
}

// drop removes blobs that the new manifest no longer names.
func (w *writer) drop(s span) {
	if s.Count > 0 {
		w.dropped = append(w.dropped, s)
	}
}

// pair is a blob ready to be written.
type pair struct {
	key, value []byte
	err        error
}

// commit writes the blobs in transactions of at most txBytes and then, with the
// last of them, the manifest.
func (w *writer) commit(ctx context.Context) error {
	w.man.NextBlob = w.next
	first := w.next - uint64(len(w.jobs))
	var batch []pair
	size, flushed, most := 0, false, txBytes
	if w.f.opt.OneShot && len(w.jobs) > fewBlobs { // no sync to be saved by large transactions, so rather save memory
		most = txBytes / 4
	}
	err := w.sealAll(ctx, first, func(p pair) error {
		if size += len(p.value); size > most && len(batch) > 0 {
			if err := w.f.db.Update(func(tx *bolt.Tx) error { return putBlobs(tx, batch) }); err != nil {
				return fmt.Errorf("write blobs: %w", err)
			}
			w.recycle(batch)
			batch, size, flushed = batch[:0], len(p.value), true
		}
		batch = append(batch, p)
		return nil
	})
	if err == nil {
		err = w.finish(batch)
	}
	if err != nil && flushed {
		err = errors.Join(err, w.f.collect(first))
	}
	return err
}

// fewBlobs is how many blobs, which wait in memory until then, are written at once.
// Each transaction leaves behind a page of the one before, up to a megabyte.
const fewBlobs = 48

// finish is the transaction that makes the change.
func (w *writer) finish(batch []pair) error {
	man, err := w.f.sealManifest(w.man)
	if err != nil {
		return err
	}
	return w.f.db.Update(func(tx *bolt.Tx) error {
		if err := putBlobs(tx, batch); err != nil {
			return err
		}
		blobs := tx.Bucket([]byte(bucketBlobs))
		needed := w.man.needed()
		for _, s := range w.dropped {
			for i := range uint64(s.Count) {
				if needed(s.First + i) {
					continue
				}
				if err := blobs.Delete(blobKey(s.First + i)); err != nil {
					return err
				}
			}
		}
		settings := tx.Bucket([]byte(bucketSettings))
		for k, v := range w.settings {
			if v == nil {
				if err := settings.Delete([]byte(k)); err != nil {
					return err
				}
				continue
			}
			if err := settings.Put([]byte(k), v); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte(bucketDocs)).Put([]byte(keyManifest), man)
	})
}

func putBlobs(tx *bolt.Tx, batch []pair) error {
	b := tx.Bucket([]byte(bucketBlobs))
	b.FillPercent = 1 // keys only rise
	for _, p := range batch {
		if err := b.Put(p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}

// sealAll encodes, compresses and seals the queued blobs on all processors and
// hands them to take in order.
func (w *writer) sealAll(ctx context.Context, first uint64, take func(pair) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	ahead := make(chan struct{}, maxAhead)
	for _, ch := range w.sealers(ctx, &wg, first, ahead) {
		var p pair
		select {
		case p = <-ch:
			<-ahead
		case <-ctx.Done():
			return ctx.Err()
		}
		if p.err != nil {
			return p.err
		}
		if err := take(p); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// maxAhead is how many sealed blobs (of about 300 KB) may wait to be written, so that
// the processors work while the disk does.
const maxAhead = 32

// sealers starts a goroutine per processor that seals the queued blobs in turn. Each
// blob comes through a channel of its own; ahead holds a token for every blob that
// was begun and not yet taken.
func (w *writer) sealers(ctx context.Context, wg *sync.WaitGroup, first uint64, ahead chan struct{}) []chan pair {
	done := make([]chan pair, len(w.jobs))
	for i := range done {
		done[i] = make(chan pair, 1)
	}
	var turn atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(w.jobs)) {
		wg.Go(func() {
			for {
				select {
				case ahead <- struct{}{}:
				case <-ctx.Done():
					return
				}
				i := int(turn.Add(1)) - 1
				if i >= len(w.jobs) {
					return
				}
				done[i] <- w.seal(first+uint64(i), w.jobs[i])
			}
		})
	}
	return done
}

// blobRoom holds a whole chunk of four bytes a value with all that stands around it, so
// that its memory is not taken twice.
const blobRoom = 4*column.ChunkRows + 4<<10

func (w *writer) seal(id uint64, j job) pair {
	var buf []byte
	select {
	case buf = <-w.buffers:
	default:
		buf = make([]byte, 0, blobRoom)
	}
	key := blobKey(id)
	buf = j.encode(buf[:envelopeHead])
	if j.codec == codecFloats {
		if j.codec = codecS2; column.Packed(buf[envelopeHead:]) || !pays(buf[envelopeHead:]) {
			j.codec = codecRaw
		}
	}
	v, err := w.f.box.sealBuffer(bucketBlobs, key, buf, j.codec)
	if err == nil && v[1] != codecRaw { // compressed into memory of its own
		w.recycle([]pair{{value: buf}})
	}
	return pair{key, v, err}
}

// pays reports whether compressing a chunk of floats may gain anything: random numbers, as
// distances are, show in their first part that it does not.
func pays(chunk []byte) bool {
	const look = 64 << 10
	if len(chunk) <= 2*look {
		return true
	}
	n := s2.EstimateBlockSize(chunk[:look])
	return n >= 0 && n < look-look/16
}

// recycle keeps the memory of blobs that nobody needs any more, so that a large
// import lives on a few dozen buffers.
func (w *writer) recycle(batch []pair) {
	for _, p := range batch {
		if cap(p.value) < 64<<10 { // would only be outgrown
			continue
		}
		select {
		case w.buffers <- p.value:
		default:
			return
		}
	}
}

// collect deletes the blobs from id on: what a change that did not come to its end
// has left behind. It takes as many transactions as it needs.
func (f *File) collect(id uint64) error {
	return f.db.Update(func(tx *bolt.Tx) error {
		c := tx.Bucket([]byte(bucketBlobs)).Cursor()
		for k, _ := c.Seek(blobKey(id)); k != nil; k, _ = c.Seek(blobKey(id)) {
			if err := c.Delete(); err != nil {
				return err
			}
		}
		return nil
	})
}

// afterFailure puts the working copy right after a failed change and returns the
// error to report. Lack of room leaves bbolt in order. After anything else its
// handle may be dead, or the change may even be in: the copy is closed, checked,
// opened again and its manifest believed.
func (f *File) afterFailure(err error) error {
	if full(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if e, ok := errors.AsType[*core.Error](err); ok && e.Origin != core.OriginApp {
		return err
	}
	if again := f.reopen(); again != nil {
		f.broken = fail("write project", f.path, errors.Join(err, again))
		return f.broken
	}
	return err
}

func (f *File) reopen() error {
	if err := f.closeDB(); err != nil {
		return err
	}
	im, err := openImage(context.Background(), f.work.file, f.opt.MaxSize)
	if err != nil {
		return err
	}
	man, err := readManifest(f.box, im)
	used := im.used()
	if err := errors.Join(err, im.Close()); err != nil {
		return err
	}
	if f.db, err = openBolt(f.work.file, f.opt.OneShot, f.opt, used); err != nil {
		return err
	}
	f.dirty = f.dirty || man.Edit != f.man.Edit
	f.man = man
	return nil
}
