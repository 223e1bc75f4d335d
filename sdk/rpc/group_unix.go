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

// lifeline is the standard input, read without holding a thread.
func lifeline() *os.File { return waitable(os.Stdin.Fd(), os.Stdin.Name()) }

// waitable is a file that goroutines wait for in the runtime's poller, where it is one that
// can be waited for. A read that sits in the system instead keeps the processor's place in
// the scheduler until that notices, which takes it up to ten milliseconds in a process that
// has nothing else to do yet: with one processor nobody serves so long.
func waitable(fd uintptr, name string) *os.File {
	_ = syscall.SetNonblock(int(fd), true) // where that fails it is read as it is
	return os.NewFile(fd, name)
}
