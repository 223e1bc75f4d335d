package host

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
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
		handle := -1
		cmd.SysProcAttr.PidFD = &handle
		err := cmd.Start()
		if err == nil {
			offer(cmd.Process.Pid)
		}
		started <- err
		if err == nil {
			awaitExit(handle)
			exited <- cmd.Wait()
		}
	}()
	return exited, <-started
}

// awaitExit waits for the end of the process with the handle, and closes it, in the runtime's
// poller. Waiting in the system instead keeps the processor's place in the scheduler until
// that notices, which takes it up to ten milliseconds: with one processor the connection to
// the process would not be made so long. Without a handle (-1) it returns at once.
func awaitExit(handle int) {
	if handle < 0 || unix.SetNonblock(handle, true) != nil {
		return
	}
	f := os.NewFile(uintptr(handle), "process")
	defer func() { _ = f.Close() }()
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Read(func(fd uintptr) bool { // an error leaves the waiting to who reaps the process
		p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(p, 0)
		return n > 0 || err != nil && err != unix.EINTR
	})
}

// offer makes the process the one that the system ends first when memory runs out,
// rather than the window with the work in it.
func offer(pid int) {
	_ = os.WriteFile("/proc/"+strconv.Itoa(pid)+"/oom_score_adj", []byte("500"), 0) // a wish, not a need
}

func executable() string { return "/proc/self/exe" }
