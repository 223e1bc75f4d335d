package store

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"qunxiang/core"
	"qunxiang/internal/large"
	"qunxiang/store/internal/column"
)

// marshal writes a small document of ours, one without floats that JSON cannot hold.
func marshal(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("marshal: %w", err)
	}
	return b, nil
}

// addInts queues the chunks of v.
func addInts[T column.Int](w *writer, v []T) part {
	return addChunks(w, v, codecRaw, column.AppendInts[T])
}

// addFloats queues the chunks of v.
func addFloats(w *writer, v []float64) part {
	return addChunks(w, v, codecFloats, column.AppendFloats)
}

// addBools queues the chunks of v.
func addBools(w *writer, v []bool) part {
	return addChunks(w, v, codecS2, column.AppendBools)
}

func addChunks[T any](w *writer, v []T, codec byte, encode func(dst []byte, v []T) []byte) part {
	p := part{Rows: len(v), Blobs: span{First: w.next}}
	for i := 0; i < len(v); i += column.ChunkRows {
		chunk := v[i:min(i+column.ChunkRows, len(v))]
		w.add(codec, func(dst []byte) []byte { return encode(dst, chunk) })
		p.Blobs.Count++
	}
	return p
}

// addHeap queues characters.
func addHeap(w *writer, heap []byte) heapPart {
	h := heapPart{Bytes: len(heap), Blobs: span{First: w.next}}
	for i := 0; i < len(heap); i += heapChunk {
		chunk := heap[i:min(i+heapChunk, len(heap))]
		w.add(codecZstd, func(dst []byte) []byte { return append(dst, chunk...) })
		h.Blobs.Count++
	}
	return h
}

// addDict queues the entries of d from position from on. old is where the earlier
// ones are; it is nil when all are to be written.
func addDict(w *writer, old *dictRef, d *core.Dict) *dictRef {
	if d == nil {
		return nil
	}
	if d.Numbers != nil {
		ref := &dictRef{Numbers: true, Prefix: []byte(d.Prefix), Width: d.Width}
		if old != nil {
			*ref = *old
		}
		if ref.Len < d.Len() || old == nil {
			ref.Parts = append(ref.Parts[:len(ref.Parts):len(ref.Parts)], addInts(w, d.Numbers[ref.Len:]))
		}
		ref.Len = d.Len()
		return ref
	}
	ref := &dictRef{}
	if old != nil {
		*ref = *old
	}
	if from := ref.Len; from < d.Len() || old == nil {
		start := uint32(0)
		if from > 0 {
			start = d.Ends[from-1]
		}
		ref.Parts = append(ref.Parts[:len(ref.Parts):len(ref.Parts)], addLengths(w, d.Ends[from:], start))
		ref.Heap = append(ref.Heap[:len(ref.Heap):len(ref.Heap)], addHeap(w, d.Heap[start:]))
	}
	ref.Len = d.Len()
	return ref
}

// addLengths queues the lengths of entries that end at ends and begin at start.
func addLengths(w *writer, ends []uint32, start uint32) part {
	p := part{Rows: len(ends), Blobs: span{First: w.next}}
	for i := 0; i < len(ends); i += column.ChunkRows {
		chunk, before := ends[i:min(i+column.ChunkRows, len(ends))], start
		start = chunk[len(chunk)-1]
		w.add(codecRaw, func(dst []byte) []byte {
			lengths := make([]uint32, len(chunk))
			for j, e := range chunk {
				lengths[j] = e - before
				before = e
			}
			return column.AppendInts(dst, lengths)
		})
		p.Blobs.Count++
	}
	return p
}

// continues reports whether d's first entries are those behind ref, as the growth of
// a dictionary leaves them, so that only the rest need be written.
func (ref *dictRef) continues(d *core.Dict) bool {
	if ref == nil || d == nil || d.Len() < ref.Len || ref.Numbers != (d.Numbers != nil) {
		return false
	}
	if ref.Numbers {
		return string(ref.Prefix) == d.Prefix && ref.Width == d.Width
	}
	size := 0
	for _, h := range ref.Heap {
		size += h.Bytes
	}
	return ref.Len == 0 && size == 0 || ref.Len > 0 && int(d.Ends[ref.Len-1]) == size
}

// loader collects reads of blobs and runs them on all processors.
type loader struct {
	box  *box
	src  values
	jobs []func(*room) error

	shelf  *large.Shelf // where columns stand; nil = where make puts them
	shares *shares      // where columns of attributes are remembered; nil = nowhere

	fits func(bytes int64) error // refuses what there is no memory for; nil = nothing
}

// makeRoom puts columns and dictionaries that are loaded together on one shelf.
func (l *loader) makeRoom(columns []columnRef, dicts ...*dictRef) error {
	var sizes []int
	for i := range columns {
		c := &columns[i]
		dicts = append(dicts, c.Dict)
		if c.Kind == kindStrings || c.Kind == colRefund || c.Kind == colVoid {
			continue
		}
		if err := c.check(); err != nil {
			return err
		}
		sizes = append(sizes, c.width()*c.Rows)
	}
	for _, d := range dicts {
		if d != nil && d.Len > 0 && d.Len <= maxRows {
			sizes = append(sizes, 4*d.Len)
		}
	}
	l.shelf = large.NewShelf(sizes)
	return nil
}

// width is how many bytes a value of the column takes in memory.
func (c *columnRef) width() int {
	switch c.Kind {
	case kindCategory, kindCodes, kindInts, colCustomer, colOrder, colLabel, colDay, colClock:
		return 4
	}
	return 8
}

// loader reads from src for the operation op, where there is memory for it.
func (f *File) loader(op string, src values) *loader {
	return &loader{box: f.box, src: src, fits: func(bytes int64) error { return f.fits(op, bytes) }}
}

// room refuses to go on where there is no memory for so many bytes.
func (l *loader) room(bytes int64) error {
	if l.fits == nil {
		return nil
	}
	return l.fits(bytes)
}

// room is the memory in which one processor reads one blob after the other: a fresh
// page for each would cost more than what is done with it.
type room struct{ sealed, plain []byte }

// roomBytes is as much as a chunk of a column takes, sealed or not, smallRoom what is not
// worth keeping for more.
const (
	roomBytes = chunkLimit + envelopeHead + tagSize
	smallRoom = 32 << 10
)

// roomFor returns b with room for so many bytes, where it is to grow that of any chunk, not
// cleared.
func roomFor(b []byte, size int) []byte {
	if size <= cap(b) {
		return b[:size]
	}
	if size > smallRoom {
		return make([]byte, max(size, roomBytes))[:size]
	}
	return make([]byte, size)
}

// blob returns the plain text of a blob that was sealed with the codec or raw. It stands
// in r, until the next one does. That integers are never compressed bounds the rows that
// a small hostile file can claim.
func (l *loader) blob(id uint64, limit int, codec byte, r *room) ([]byte, error) {
	key := blobKey(id)
	b, owned, err := l.src.get(bucketBlobs, key, r.sealed)
	if err != nil {
		return nil, fmt.Errorf("blob %d: %w", id, err)
	}
	if len(b) < 2 || b[1] != codecRaw && b[1] != codec {
		return nil, fmt.Errorf("%w: blob %d has the wrong codec", errDamaged, id)
	}
	if owned {
		r.sealed = b
	}
	plain, err := l.box.open(bucketBlobs, key, b, limit, owned, r.plain)
	if err != nil {
		return nil, fmt.Errorf("blob %d: %w", id, err)
	}
	if b[1] != codecRaw {
		r.plain = plain
	}
	return plain, nil
}

// run does the queued jobs and returns the first error.
func (l *loader) run(ctx context.Context) error {
	jobs := l.jobs
	l.jobs = nil
	if len(jobs) <= 2 {
		r := l.box.room()
		defer l.box.rooms.Put(r)
		for _, j := range jobs {
			if err := j(r); err != nil {
				return err
			}
		}
		return ctx.Err()
	}
	var turn atomic.Int64
	var once sync.Once
	var first error
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		wg.Go(func() {
			r := l.box.room()
			defer l.box.rooms.Put(r)
			for i := int(turn.Add(1)) - 1; i < len(jobs); i = int(turn.Add(1)) - 1 {
				err := ctx.Err()
				if err == nil {
					err = jobs[i](r)
				}
				if err != nil {
					once.Do(func() { first = err })
					turn.Store(int64(len(jobs)))
					return
				}
			}
		})
	}
	wg.Wait()
	return first
}

// chunkLimit is the plain size of the largest chunk: 64 bits a value and the heads
// of its blocks.
const chunkLimit = 9*column.ChunkRows + 4096

// loadChunks queues the reads of parts into dst, which must be as long as they are.
func loadChunks[T any](l *loader, parts []part, dst []T, codec byte, decode func([]T, []byte) error) error {
	if rowsOf(parts) != len(dst) {
		return fmt.Errorf("%w: %d values for %d rows", errDamaged, rowsOf(parts), len(dst))
	}
	for _, p := range parts {
		if p.Rows < 0 || p.Blobs.Count != (p.Rows+column.ChunkRows-1)/column.ChunkRows {
			return fmt.Errorf("%w: %d chunks for %d rows", errDamaged, p.Blobs.Count, p.Rows)
		}
		rows := dst[:p.Rows]
		dst = dst[p.Rows:]
		for i := range p.Blobs.Count {
			chunk := rows[i*column.ChunkRows : min((i+1)*column.ChunkRows, len(rows))]
			id := p.Blobs.First + uint64(i)
			l.jobs = append(l.jobs, func(r *room) error {
				b, err := l.blob(id, chunkLimit, codec, r)
				if err != nil {
					return err
				}
				if err := decode(chunk, b); err != nil {
					return fmt.Errorf("%w: blob %d: %w", errDamaged, id, err)
				}
				return nil
			})
		}
	}
	return nil
}

func loadFloats(l *loader, parts []part, dst []float64) error {
	return loadChunks(l, parts, dst, codecS2, column.DecodeFloats)
}

func loadBools(l *loader, parts []part, dst []bool) error {
	return loadChunks(l, parts, dst, codecS2, column.DecodeBools)
}

func loadInts[T column.Int](l *loader, parts []part, dst []T) error {
	return loadChunks(l, parts, dst, codecRaw, column.DecodeInts[T])
}

// loadCodes is loadInts for codes below limit; NoCode is allowed with empty.
func loadCodes(l *loader, parts []part, dst []uint32, limit int, empty bool) error {
	return loadChunks(l, parts, dst, codecRaw, func(c []uint32, b []byte) error {
		if err := column.DecodeInts(c, b); err != nil {
			return err
		}
		for _, x := range c {
			if uint64(x) >= uint64(limit) && (!empty || x != core.NoCode) {
				return fmt.Errorf("%w: code %d of %d", column.ErrChunk, x, limit)
			}
		}
		return nil
	})
}

// loadDict queues the reads of a dictionary. The second result ends the work once
// the loader has run.
func loadDict(l *loader, ref *dictRef) (*core.Dict, func() error, error) {
	if ref == nil {
		return nil, func() error { return nil }, nil
	}
	if ref.Len < 0 || ref.Len > maxRows || ref.Width < 0 || ref.Width > 64 {
		return nil, nil, fmt.Errorf("%w: dictionary", errDamaged)
	}
	d := &core.Dict{}
	if ref.Numbers {
		d.Prefix, d.Width, d.Numbers = string(ref.Prefix), ref.Width, large.Take[uint32](l.shelf, ref.Len)
		return d, func() error { return nil }, loadInts(l, ref.Parts, d.Numbers)
	}
	size := 0
	for _, h := range ref.Heap {
		if h.Bytes < 0 || size+h.Bytes > 1<<32-1 || h.Blobs.Count != (h.Bytes+heapChunk-1)/heapChunk {
			return nil, nil, fmt.Errorf("%w: characters of a dictionary", errDamaged)
		}
		size += h.Bytes
	}
	d.Heap, d.Ends = make([]byte, size), large.Take[uint32](l.shelf, ref.Len)
	if err := loadInts(l, ref.Parts, d.Ends); err != nil {
		return nil, nil, err
	}
	l.loadHeap(ref.Heap, d.Heap)
	return d, func() error { return sumEnds(d.Ends, size) }, nil
}

func (l *loader) loadHeap(parts []heapPart, dst []byte) {
	for _, h := range parts {
		chars := dst[:h.Bytes]
		dst = dst[h.Bytes:]
		for i := range h.Blobs.Count {
			chunk := chars[i*heapChunk : min((i+1)*heapChunk, len(chars))]
			id := h.Blobs.First + uint64(i)
			l.jobs = append(l.jobs, func(r *room) error {
				b, err := l.blob(id, heapChunk, codecZstd, r)
				if err != nil {
					return err
				}
				if len(b) != len(chunk) {
					return fmt.Errorf("%w: blob %d has %d characters, not %d", errDamaged, id, len(b), len(chunk))
				}
				copy(chunk, b)
				return nil
			})
		}
	}
}

// sumEnds turns lengths into ends and checks that they add up to size.
func sumEnds(v []uint32, size int) error {
	end := uint64(0)
	for i, n := range v {
		if end += uint64(n); end > uint64(size) {
			break
		}
		v[i] = uint32(end)
	}
	if end != uint64(size) {
		return fmt.Errorf("%w: lengths in a dictionary do not add up", errDamaged)
	}
	return nil
}
