package store

import "encoding/binary"

// This file lists every bucket and key of a project file. Names are single bytes
// that say nothing: values are sealed, but bbolt shows names and keys to anyone.
// A number that was ever used is never given another meaning.

// schemaVersion is the version that this program writes. A change of layout adds a
// migration (migrate.go) and a frozen fixture of the version before.
const schemaVersion = 2

// Buckets, all since schema 1. There are no nested buckets.
const (
	bucketHead     = "\x01" // the header, the one value that is not sealed
	bucketDocs     = "\x02" // the manifest
	bucketBlobs    = "\x03" // column chunks, documents of runs: 8-byte big-endian id → sealed
	bucketSettings = "\x04" // 16 bytes of HMAC(data key, name) → sealed small document
)

// Keys, all since schema 1.
const (
	keyHeader   = "\x01" // in bucketHead: JSON, see header.go
	keyManifest = "\x01" // in bucketDocs: JSON, see manifest.go
)

// buckets returns all buckets of the current schema.
func buckets() []string {
	return []string{bucketHead, bucketDocs, bucketBlobs, bucketSettings}
}

// place is where a value lies: its bucket and key.
type place struct{ bucket, key string }

// blobKey is the key of a blob: big-endian, so that keys sort as ids do.
func blobKey(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }

// Limits on what a file may ask for. They bound the damage of a hostile file and
// lie far above what the application makes of the largest supported import.
const (
	maxFileSize  = 16 << 30
	maxKeys      = 1 << 21
	maxDepth     = 32
	maxBuckets   = 16
	maxRows      = 1 << 27 // of a table
	maxLabels    = 16      // text columns of the transactions
	maxBlob      = 80 << 20
	maxHeader    = 64 << 10
	maxManifest  = 64 << 20
	maxSetting   = 8 << 20
	maxSettings  = 10_000
	txBytes      = 16 << 20  // largest write transaction
	heapChunk    = 512 << 10 // characters of a dictionary per blob
	settingKeyed = 16        // bytes of a setting's key
)
