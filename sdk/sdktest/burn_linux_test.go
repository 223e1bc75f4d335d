package sdktest_test

import (
	"syscall"
	"time"
)

// burn computes for so much processor time.
func burn(d time.Duration) {
	used := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			panic(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	for end := used() + int64(d); used() < end; {
		continue
	}
}
