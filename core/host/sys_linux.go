package host

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
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
		if err == nil {
			offer(cmd.Process.Pid)
		}
		started <- err
		if err == nil {
			exited <- cmd.Wait()
		}
	}()
	return exited, <-started
}

// offer makes the process the one that the system ends first when memory runs out,
// rather than the window with the work in it.
func offer(pid int) {
	_ = os.WriteFile("/proc/"+strconv.Itoa(pid)+"/oom_score_adj", []byte("500"), 0) // a wish, not a need
}

func executable() string { return "/proc/self/exe" }
