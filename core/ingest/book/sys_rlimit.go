//go:build linux || darwin

package book

import "syscall"

// setLimit lowers a limit of this process for good; one that is lower already stays.
func setLimit(what int, most uint64) {
	var l syscall.Rlimit
	if syscall.Getrlimit(what, &l) == nil && l.Cur > most {
		l.Cur, l.Max = most, min(l.Max, most)
		_ = syscall.Setrlimit(what, &l) // a second net
	}
}
