// Package latergc spares a short process the collections of garbage that it would do
// while it starts: setting up what a program is linked of leaves a few megabytes, and Go
// collects from four on. Small commands and plugins live and end without one.
package latergc

import (
	"os"
	"runtime"
	"runtime/debug"
)

// least is the heap, in megabytes, below which nothing is collected.
const least = 64

// Set lets the first collection begin at a heap of 64 MB; after it all is as usual. It
// does nothing where GOGC is set.
func Set() {
	if os.Getenv("GOGC") != "" {
		return
	}
	const smallest = 4 // megabytes at which Go collects first at 100 percent
	usual := debug.SetGCPercent(100 * least / smallest)
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) { debug.SetGCPercent(usual) })
}
