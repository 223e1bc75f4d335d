package wire

import (
	"math"
	"runtime/debug"
	"testing"
)

// Asking for the room sets a limit that leaves what the program has, and half of the rest.
func TestRoomSetsASoftLimit(t *testing.T) { //nolint:paralleltest // the limit is the process's
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	debug.SetMemoryLimit(math.MaxInt64)
	r := room()
	got := debug.SetMemoryLimit(-1)
	if r.Own == 0 {
		if got != math.MaxInt64 {
			t.Errorf("an unknown room has made a limit of %d", got)
		}
		return
	}
	if m := mapped(); m <= 0 || got < r.Own/8 || got > r.Own/2+8*m {
		t.Errorf("of %d bytes with %d in use, the limit is %d", r.Own, m, got)
	}
}
