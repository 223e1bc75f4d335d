//go:build windows

package store

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock takes an exclusive lock on f without waiting; it returns errHeld when
// another open file has it. The locked range lies far behind the content, so that
// others can read who holds it.
func tryLock(f *os.File) error {
	ol := &windows.Overlapped{Offset: 1 << 30}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, ol)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errHeld
	}
	return err
}

// removeLocked leaves the file there: Windows does not remove an open file, and
// removing it after closing could remove the lock of the next holder.
func removeLocked(f *os.File, _ string) error { return f.Close() }

// syncDir does nothing: Windows has no such call, NTFS journals renames.
func syncDir(string) error { return nil }

// crossDevice reports whether a rename failed because the two places lie on
// different volumes.
func crossDevice(err error) bool { return errors.Is(err, windows.ERROR_NOT_SAME_DEVICE) }

// noRoom are the errors of the system that mean a full disk or quota.
func noRoom() []error {
	return []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED}
}
