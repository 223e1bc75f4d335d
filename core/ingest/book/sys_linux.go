package book

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// confineSelf limits this process for good. Data are what a process has written to or
// may; address space would count what Go only reserves.
func confineSelf() {
	setLimit(syscall.RLIMIT_DATA, memoryLimit+memoryLimit/4) // behind our own watch, which has words
	setLimit(syscall.RLIMIT_CPU, cpuLimit)
	setLimit(syscall.RLIMIT_NOFILE, fileLimit)
	setLimit(syscall.RLIMIT_CORE, 0)
	setLimit(syscall.RLIMIT_FSIZE, 0)
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("900"), 0) // when memory runs out, this one first
}

// widen gives the pipe room for several frames.
func widen(w *os.File) {
	c, err := w.SyscallConn()
	if err == nil {
		_ = c.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, 1<<20) }) // a wish
	}
}
