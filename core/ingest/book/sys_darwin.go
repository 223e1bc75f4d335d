package book

import (
	"os"
	"syscall"
)

// confineSelf limits this process for good; memory is watched.
func confineSelf() {
	setLimit(syscall.RLIMIT_CPU, cpuLimit)
	setLimit(syscall.RLIMIT_NOFILE, fileLimit)
	setLimit(syscall.RLIMIT_CORE, 0)
	setLimit(syscall.RLIMIT_FSIZE, 0)
}

func widen(*os.File) {}
