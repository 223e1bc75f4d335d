//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes an exclusive lock on f without waiting; it returns errHeld when
// another open file has it.
func tryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errHeld
	}
	return err
}

func removeLocked(f *os.File, name string) error {
	return errors.Join(removeIfThere(name), f.Close())
}

// syncDir makes renames in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // some network file systems cannot; the rename itself was done
	}
	return errors.Join(err, d.Close())
}

// crossDevice reports whether a rename failed because the two places lie on
// different file systems.
func crossDevice(err error) bool { return errors.Is(err, syscall.EXDEV) }

// noRoom are the errors of the system that mean a full disk, quota or size limit.
func noRoom() []error { return []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} }
