package ingest

import (
	"encoding/hex"
	"hash"

	"github.com/minio/highwayhash"
)

// fingerprintName stands before the digits of a fingerprint and says how to check it.
const fingerprintName = "highwayhash256:"

// newFingerprint makes the hash of a file's bytes. It tells files apart and goes into the
// identity of runs; it does not prove where a file came from, so that a key that
// everybody knows is enough (ADR 12).
func newFingerprint() hash.Hash {
	var key [highwayhash.Size]byte
	copy(key[:], "qunxiang: the bytes of a source")
	h, err := highwayhash.New(key[:])
	if err != nil { // only of a key of another length
		panic(err)
	}
	return h
}

// fingerprintText writes a fingerprint.
func fingerprintText(h hash.Hash) string { return fingerprintName + hex.EncodeToString(h.Sum(nil)) }
