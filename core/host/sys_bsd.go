//go:build unix && !linux

package host

import (
	"os/exec"
	"syscall"
)

// sysProcAttr: a group of its own. The lifeline ends the plugin with the host.
func sysProcAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// confine has nothing to add to the group.
func confine(*exec.Cmd) (release func()) { return func() {} }
