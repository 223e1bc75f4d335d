package host

import (
	"os/exec"
	"runtime"
	"syscall"
)

// sysProcAttr: a group of its own, and death with the host, however the host dies.
func sysProcAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// launch starts the command; its end comes on the channel. The signal of Pdeathsig is
// sent when the thread ends that started the process, not the program (golang/go#27505),
// so that thread is kept until the process has gone.
func launch(cmd *exec.Cmd) (<-chan error, error) {
	started, exited := make(chan error), make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			exited <- cmd.Wait()
		}
	}()
	return exited, <-started
}

func executable() string { return "/proc/self/exe" }
