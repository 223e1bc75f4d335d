package host

import (
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The end of a process is waited for, also where it has ended before anybody waits.
func TestAwaitExit(t *testing.T) {
	t.Parallel()
	awaitExit(-1) // no handle: no waiting
	for script, before := range map[string]bool{"sleep 0.1; exit 7": false, "exit 7": true} {
		handle := -1
		cmd := exec.Command("/bin/sh", "-c", script)
		cmd.SysProcAttr = sysProcAttr()
		cmd.SysProcAttr.PidFD = &handle
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if before {
			if err := unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
				t.Fatal(err)
			}
		}
		awaitExit(handle)
		waiting := syscall.WNOHANG
		if handle < 0 { // an old kernel has no handles: who reaps the process waits
			waiting = 0
		}
		var how syscall.WaitStatus
		if pid, err := syscall.Wait4(cmd.Process.Pid, &how, waiting, nil); err != nil || pid != cmd.Process.Pid || how.ExitStatus() != 7 {
			t.Errorf("%s: process %d, %v, %v", script, pid, how, err)
		}
	}
}
