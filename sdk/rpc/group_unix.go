//go:build unix

package rpc

import (
	"os"
	"syscall"
)

// killGroup ends this process and its children, when the application has made it the
// leader of a group of its own.
func killGroup() {
	if syscall.Getpgrp() == os.Getpid() {
		_ = syscall.Kill(-os.Getpid(), syscall.SIGKILL)
	}
}
