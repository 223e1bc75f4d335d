package host

import (
	"os"
	"os/exec"
	"syscall"

	"qunxiang/internal/job"
)

// tcpSockets: plugins answer at a port of this machine.
const tcpSockets = true

// runPlaces are the places for a plugin's files.
func runPlaces() []string { return []string{os.TempDir()} }

// takeLock has nothing to do: an open file cannot be deleted here.
func takeLock(*os.File) error { return nil }

func sysProcAttr() *syscall.SysProcAttr { return job.Attributes() }

// confine puts the process into a job that ends with the host and takes along what the
// process starts.
func confine(cmd *exec.Cmd) (release func()) { return job.Confine(cmd, 0) }

// killGroup kills the process; its children go with the job.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// watchGroup has nothing to add to the job.
func watchGroup(int) (release func()) { return func() {} }
