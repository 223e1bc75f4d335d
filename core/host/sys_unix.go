//go:build unix

package host

import (
	"os"
	"os/exec"
	"syscall"
)

// tcpSockets: plugins answer at a socket of the file system.
const tcpSockets = false

// runPlaces are the places for sockets, best first. The last is short everywhere.
func runPlaces() []string {
	var out []string
	if d := os.Getenv("XDG_RUNTIME_DIR"); d != "" {
		out = append(out, d)
	}
	return append(out, os.TempDir(), "/tmp")
}

// takeLock locks the file for as long as it is open, without waiting.
func takeLock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// killGroup kills the process and those it started. A group outlives its leader, so
// this is also right after the process has ended; its number is not used again while
// the group has members, and when it has none nothing is hit in this moment.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
