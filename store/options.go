package store

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"qunxiang/core"
)

// Options say how a project is opened. The zero value is what a window wants.
type Options struct {
	// WorkDir holds working copies and locks; it is made with mode 0700. It should be
	// on a local disk, and on the projects' file system for the fastest save. "" is
	// "qunxiang/work" in the user's cache directory. Processes that share it see each
	// other's locks.
	WorkDir string
	// ReadOnly opens without lock and without working copy; changes are refused.
	ReadOnly bool
	// OneShot is for a command that opens, changes, saves and ends. A working copy is
	// made only at the first change, is synced once, by Save, and may itself become the
	// saved file; a crash before Save leaves the user's file as it was and keeps nothing
	// for recovery.
	OneShot bool
	// Replace lets Create and SaveAs take the place of an existing file, which is kept as .bak.
	Replace bool
	// MaxSize is the largest file that is opened or made, in bytes; 0 = 16 GiB.
	MaxSize int64
	// LockWait is how long to wait for another process to let go of the project;
	// 0 = not at all, 5 s with OneShot.
	LockWait time.Duration
	// Room is how much memory reading may take: what does not fit is refused before it is
	// read, with CodeNoMemory; nil = not checked.
	Room func() core.Room
}

// fill returns o with its defaults, the work directory made.
func (o Options) fill(op, path string) (Options, error) {
	if o.MaxSize <= 0 || o.MaxSize > maxFileSize {
		o.MaxSize = maxFileSize
	}
	if o.LockWait == 0 && o.OneShot {
		o.LockWait = 5 * time.Second
	}
	if o.WorkDir == "" {
		o.WorkDir = DefaultWorkDir()
	}
	if o.ReadOnly {
		return o, nil
	}
	return o, fail(op, path, makeWorkDir(o.WorkDir))
}

// DefaultWorkDir returns the work directory that an empty Options.WorkDir means.
func DefaultWorkDir() string {
	dir, err := os.UserCacheDir()
	if err != nil { // no home directory, as in some containers
		dir = filepath.Join(os.TempDir(), fmt.Sprintf("user-%d", os.Getuid()))
	}
	return filepath.Join(dir, "qunxiang", "work")
}

// makeWorkDir makes the work directory; the default one must be the user's own,
// since others could otherwise read working copies or put files in their place.
func makeWorkDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if dir != DefaultWorkDir() || runtime.GOOS == "windows" {
		return nil
	}
	return os.Chmod(dir, 0o700) // fails when it belongs to somebody else
}
