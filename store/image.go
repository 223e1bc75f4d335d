package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"

	"qunxiang/store/internal/boltcheck"
)

// values hands out sealed values, in the caller's room where it has any and a copy is
// made. owned tells that the caller may change the bytes; otherwise they are valid only
// during the call that handed out the values.
type values interface {
	get(bucket string, key, room []byte) (b []byte, owned bool, err error)
}

// extent is where a value lies in a file.
type extent struct{ at, size int64 }

// image reads a project file in place, with positioned reads only: no map that a
// truncation by somebody else could turn into a crash, no copy, no lock. An image
// has passed the static check; what it returns is sealed and therefore proved later.
type image struct {
	file  *os.File
	size  int64
	info  boltcheck.Info
	index map[place]extent
}

// limits are the bounds for the static check of a file of this package.
func limits(maxSize int64) boltcheck.Limits {
	return boltcheck.Limits{MaxFile: maxSize, MaxDepth: maxDepth, MaxKeys: maxKeys, MaxBuckets: maxBuckets}
}

// newImage checks file and takes it over; on an error the caller still owns it.
func newImage(ctx context.Context, file *os.File, maxSize int64) (*image, error) {
	fi, err := file.Stat()
	if err != nil {
		return nil, err
	}
	im := &image{file: file, size: fi.Size(), index: make(map[place]extent)}
	im.info, err = boltcheck.Walk(file, im.size, limits(maxSize), func(it boltcheck.Item) error {
		if it.Depth > 0 {
			return fmt.Errorf("%w: nested bucket", errDamaged)
		}
		im.index[place{string(it.Bucket), string(it.Key)}] = extent{it.Offset, it.Size}
		if len(im.index)%1024 == 0 {
			return ctx.Err()
		}
		return nil
	})
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: shorter than it says", errDamaged)
	}
	if err != nil {
		return nil, err
	}
	return im, nil
}

// get implements values. The bytes are the caller's.
func (im *image) get(bucket string, key, room []byte) ([]byte, bool, error) {
	e, ok := im.index[place{bucket, string(key)}]
	if !ok {
		return nil, false, errNoValue
	}
	if e.size > maxBlob {
		return nil, false, fmt.Errorf("%w: value of %d bytes", errDamaged, e.size)
	}
	b := roomFor(room, int(e.size))
	if _, err := im.file.ReadAt(b, e.at); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, false, fmt.Errorf("%w: shorter than it was", errDamaged)
		}
		return nil, false, err
	}
	return b, true, nil
}

// has reports whether there is a value at the place.
func (im *image) has(bucket string, key []byte) bool {
	_, ok := im.index[place{bucket, string(key)}]
	return ok
}

// used is the length of the file that matters.
func (im *image) used() int64 { return im.info.Pages * im.info.PageSize }

// Close closes the file.
func (im *image) Close() error {
	if im == nil || im.file == nil {
		return nil
	}
	return im.file.Close()
}

// errNoValue is returned by values.get when nothing lies at the place. It wraps
// errDamaged since callers ask for what a manifest promises; those who do not, test for it.
var errNoValue = fmt.Errorf("%w: value is missing", errDamaged)

// boltValues reads from a transaction of the working copy.
type boltValues struct{ tx *bolt.Tx }

func (v boltValues) get(bucket string, key, _ []byte) ([]byte, bool, error) {
	b := v.tx.Bucket([]byte(bucket))
	if b == nil {
		return nil, false, errNoValue
	}
	val := b.Get(key)
	if val == nil {
		return nil, false, errNoValue
	}
	return val, false, nil
}

// idOf returns the blob id of a key.
func idOf(key []byte) (uint64, bool) {
	if len(key) != 8 {
		return 0, false
	}
	return binary.BigEndian.Uint64(key), true
}
