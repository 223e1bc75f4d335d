package host

import (
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// tcpSockets: plugins answer at a port of this machine.
const tcpSockets = true

// runPlaces are the places for a plugin's files.
func runPlaces() []string { return []string{os.TempDir()} }

// takeLock has nothing to do: an open file cannot be deleted here.
func takeLock(*os.File) error { return nil }

// sysProcAttr: no console window, and Ctrl-C in ours does not reach the plugin.
func sysProcAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_NO_WINDOW}
}

// confine puts the process into a job that ends with the last handle to it, so with
// the host however it ends, and takes along what the process starts.
func confine(cmd *exec.Cmd) (release func()) {
	none := func() {}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return none
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err == nil {
		var process windows.Handle
		process, err = windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(cmd.Process.Pid))
		if err == nil {
			err = windows.AssignProcessToJobObject(job, process)
			_ = windows.CloseHandle(process)
		}
	}
	if err != nil {
		_ = windows.CloseHandle(job)
		return none
	}
	return func() { _ = windows.CloseHandle(job) }
}

// killGroup kills the process; its children go with the job.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// watchGroup has nothing to add to the job.
func watchGroup(int) (release func()) { return func() {} }
