package store

import (
	"crypto/hmac"
	"encoding/json"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// A migration takes a working copy from one schema to the next inside one
// transaction: it is done or it is not. Steps must be idempotent all the same, since
// the user's file stays in the old schema until the next save.
//
// Rules: a schema number is never reused; the header and the place of the manifest
// never move, so that every version can recognise every other; each new version adds
// a frozen file of the one before to testdata, which must open for ever.
type migration func(tx *bolt.Tx, b *box) error

// migrations returns the steps by the schema that they start from.
func migrations() map[int]migration {
	return map[int]migration{
		// Schema 2 lists records in the manifest. A program of schema 1 would drop them with
		// its next change, so it must refuse the file; what it wrote needs no change.
		1: func(*bolt.Tx, *box) error { return nil },
	}
}

// migrate takes the file behind db from header h's schema to the wanted one.
func migrate(db *bolt.DB, b *box, h header, want int, steps map[int]migration) (header, error) {
	for h.Schema < want {
		step, ok := steps[h.Schema]
		if !ok {
			return h, fmt.Errorf("%w: no way from schema %d", errDamaged, h.Schema)
		}
		next := h
		next.Schema++
		var err error
		if next.MAC, err = next.mac(b); err != nil {
			return h, err
		}
		text, err := marshal(next)
		if err != nil {
			return h, err
		}
		err = db.Update(func(tx *bolt.Tx) error {
			if err := step(tx, b); err != nil {
				return err
			}
			return tx.Bucket([]byte(bucketHead)).Put([]byte(keyHeader), text)
		})
		if err != nil {
			return h, fmt.Errorf("migrate from schema %d: %w", h.Schema, err)
		}
		moved, err := schemaOf(db, b)
		if err != nil {
			return h, err
		}
		if moved != next.Schema {
			return h, fmt.Errorf("%w: migration from schema %d ended in %d", errDamaged, h.Schema, moved)
		}
		h = next
	}
	return h, nil
}

// schemaOf reads the schema that the file itself now names, under seal.
func schemaOf(db *bolt.DB, b *box) (int, error) {
	var h header
	err := db.View(func(tx *bolt.Tx) error {
		text, _, err := boltValues{tx}.get(bucketHead, []byte(keyHeader), nil)
		if err != nil {
			return err
		}
		return json.Unmarshal(text, &h)
	})
	if err != nil {
		return 0, err
	}
	want, err := h.mac(b)
	if err == nil && !hmac.Equal(want, h.MAC) {
		err = fmt.Errorf("%w: header seal", errDamaged)
	}
	return h.Schema, err
}

// upgrade opens an older project: on a working copy, even for reading only.
func (f *File) upgrade(h header) error {
	if err := f.materialise(); err != nil {
		return err
	}
	if _, err := migrate(f.db, f.box, h, schemaVersion, migrations()); err != nil {
		return err
	}
	return f.db.View(func(tx *bolt.Tx) (err error) {
		f.man, err = readManifest(f.box, boltValues{tx})
		return err
	})
}
