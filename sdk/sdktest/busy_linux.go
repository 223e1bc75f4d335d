package sdktest

import (
	"syscall"
	"time"
)

// ofThread is RUSAGE_THREAD of getrusage(2): what the calling thread has used.
const ofThread = 1

// threadTime returns the processor time that the calling thread has used.
func threadTime() (used time.Duration, known bool) {
	var u syscall.Rusage
	if syscall.Getrusage(ofThread, &u) != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
