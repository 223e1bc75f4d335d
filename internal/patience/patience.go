// Package patience says how long a test waits. A test fails at what is wrong, not at a
// machine that is busy with other things: what would never come is waited for for a
// minute, and what is merely late is not a failure. The promises themselves are checked
// by `make fuzz`, on a machine that does nothing else.
package patience

import (
	"os"
	"time"
)

// Exact reports whether the promises themselves are to be kept: QUNXIANG_LONG is set.
func Exact() bool { return os.Getenv("QUNXIANG_LONG") != "" }

// For returns the longest time that something may take which the product promises
// within the given one: that itself when the promises are checked, else a minute.
func For(promise time.Duration) time.Duration {
	if Exact() {
		return promise
	}
	return max(promise, time.Minute)
}
