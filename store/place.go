package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"qunxiang/core"
)

// besideMark is in the name of the temporary file beside the user's file.
const besideMark = ".saving-"

// besideName returns a new hidden name in the directory of path.
func besideName(path string) string {
	var r [6]byte
	_, _ = rand.Read(r[:]) // never fails (crypto/rand); a clash is refused by O_EXCL
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+besideMark+hex.EncodeToString(r[:]))
}

// removeLeftovers deletes what saves of killed processes have left beside path. The
// caller holds the project's lock; the age spares a process with another work directory.
func removeLeftovers(path string) {
	old, err := filepath.Glob(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+besideMark+"*"))
	if err != nil { // a name with pattern characters: leave it
		return
	}
	for _, name := range old {
		if fi, err := os.Stat(name); err == nil && time.Since(fi.ModTime()) > time.Hour {
			_ = os.Remove(name) // only tidying
		}
	}
}

// put renames the synced file at from to path; with replace a file there goes.
// Between file systems it copies to a hidden name beside path first.
func put(from, path string, replace bool) error {
	if !replace {
		return putNew(from, path)
	}
	err := rename(from, path)
	if err == nil || !crossDevice(err) {
		return err
	}
	beside, err := copyBeside(from, path)
	if err != nil {
		return err
	}
	if err := rename(beside, path); err != nil {
		return errors.Join(err, removeIfThere(beside))
	}
	return os.Remove(from)
}

// putNew is put where no file may be at path. A hard link refuses an existing name
// in one step; where there are no hard links, a look and a rename must do.
func putNew(from, path string) error {
	exists := func() error {
		return problem(CodeExists, core.OriginUser, "save project", path, nil)
	}
	err := os.Link(from, path)
	if err == nil {
		return os.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		return exists()
	}
	if _, err := os.Lstat(path); err == nil {
		return exists()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return put(from, path, true)
}

// copyBeside copies from to a hidden, synced file beside path.
func copyBeside(from, path string) (string, error) {
	src, err := os.Open(from)
	if err != nil {
		return "", err
	}
	fi, err := src.Stat()
	if err != nil {
		return "", errors.Join(err, src.Close())
	}
	to := besideName(path)
	err = copyFile(to, src, fi.Size())
	if err = errors.Join(err, src.Close()); err == nil {
		err = errors.Join(os.Chmod(to, fi.Mode().Perm()), syncFile(to))
	}
	if err != nil {
		return "", errors.Join(err, removeIfThere(to))
	}
	return to, nil
}

func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// backup keeps the file at path as path.bak, at no moment without it: a second hard
// link, or a copy where there are no hard links, takes the place of the last one.
func backup(path string) error {
	tmp := besideName(path)
	if err := os.Link(path, tmp); err != nil {
		if tmp, err = copyBeside(path, path); err != nil {
			return err
		}
	}
	// A rename to another name of the same file does nothing (POSIX) and leaves both: so it
	// is where the last save failed after its backup.
	return errors.Join(rename(tmp, path+".bak"), removeIfThere(tmp))
}

// rename replaces to. On Windows a virus scanner or a sync client may hold the
// target for a moment: it tries for two seconds.
func rename(from, to string) error {
	err := os.Rename(from, to)
	for range 10 {
		if err == nil || runtime.GOOS != "windows" || crossDevice(err) || errors.Is(err, fs.ErrNotExist) {
			break
		}
		time.Sleep(200 * time.Millisecond)
		err = os.Rename(from, to)
	}
	return err
}
