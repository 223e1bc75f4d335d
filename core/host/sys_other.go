//go:build !linux

package host

import (
	"os"
	"os/exec"
)

// launch starts the command; its end comes on the channel.
func launch(cmd *exec.Cmd) (<-chan error, error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	exited := make(chan error, 1)
	release := confine(cmd)
	go func() {
		exited <- cmd.Wait()
		release()
	}()
	return exited, nil
}

// executable is the path of the running program, or what it was called by.
func executable() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}
