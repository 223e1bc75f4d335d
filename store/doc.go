// Package store keeps a project in one file, "name.qx", and never lets it be lost,
// half-written or silently changed.
//
//	user's file  ──Open──▶  private working copy  ──every change──▶  committed there
//	     ▲                                                                │
//	     └────────── Save: new file beside it, sync, check, .bak, rename ◀┘
//
// The user's file is a saved image: it is read with positioned reads and replaced
// as a whole, never written in place and never mapped into memory. bbolt only ever
// opens the private working copy, and only after package boltcheck has proved that
// the copy is safe to open. Every value is sealed (see docs/store.md), so a flipped
// bit is an error, not a wrong number.
//
// A change writes its large values first, in transactions of at most 16 MB, and
// becomes visible with one last small transaction that replaces the manifest, the
// only list of what the project holds. What the manifest does not name is garbage
// and is collected at the next save.
//
// All errors that leave the package are *core.Error with the codes of errors.go.
// The package imports core and the vocabulary of sdk, bbolt, compression and the
// standard library's cryptography; never a window, a plugin host or a command.
package store
