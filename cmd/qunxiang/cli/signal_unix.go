//go:build unix

package cli

import (
	"os/signal"
	"syscall"
)

// writePastLimit makes a write beyond the shell's file size limit an error like that
// of a full disk, instead of a signal that would end the process in the middle.
func writePastLimit() { signal.Ignore(syscall.SIGXFSZ) }
