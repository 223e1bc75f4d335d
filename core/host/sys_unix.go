//go:build unix

package host

import (
	"os"
	"os/exec"
	"strconv"
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

// watchGroup sees to it that a group of processes ends with the host, however the host
// ends: a shell waits at a pipe that only the host holds open. Released, it leaves
// without harm. The group's leader has its own ways to notice; this is for processes
// that a foreign plugin starts, which have none.
func watchGroup(pgid int) (release func()) {
	cmd := exec.Command("/bin/sh", "-c", "read line || kill -s KILL -- -"+strconv.Itoa(pgid))
	cmd.Env, cmd.SysProcAttr = []string{}, &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return func() {} // a second net, not worth a run
	}
	return func() {
		_, _ = in.Write([]byte("\n"))
		_ = in.Close()
		_ = cmd.Wait()
	}
}
