package large

import "syscall"

// madvHugepage is MADV_HUGEPAGE of madvise(2).
const madvHugepage = 14

// advise asks for large pages. The memory is the collector's and does not move. An answer
// is not looked at: there is nothing to do about a no.
func advise(at, length uintptr) {
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, at, length, madvHugepage)
}
