//go:build !linux

package sdktest_test

import "time"

// burn is busy for a while.
func burn(d time.Duration) { time.Sleep(d) }
