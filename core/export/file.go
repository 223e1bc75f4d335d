package export

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"qunxiang/core"
)

// Codes of the errors of WriteFile.
const (
	CodeOutputExists = "output_exists"   // there is a file already; origin user
	CodeOutputFolder = "output_folder"   // the folder is not there; origin user
	CodeOutputDenied = "output_denied"   // no right to write; origin user
	CodeOutputName   = "output_name"     // the name is longer than the system takes; origin user
	CodeDiskFull     = "disk_full"       // origin app
	CodeOutputFailed = "output_failed"   // any other trouble of the disk; origin app
	CodeTooManyRows  = "too_many_rows"   // a worksheet cannot hold them; origin user
	CodeNoColumn     = "unknown_column"  // origin user
	CodeNothing      = "nothing_to_list" // a result that says nothing about each customer; origin user
	CodeNoSecret     = "no_secret"       // a pseudonym was asked for without a key; origin app
)

// WriteFile makes the file path of what write writes: whole or not at all. The
// bytes go to a temporary file in the same folder, are flushed to the disk, and
// take the name in one step. An existing file is replaced only with force. A
// core.Error of write is passed on; troubles of the disk get one of the codes above.
func WriteFile(path string, force bool, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && (!force || info.IsDir()) {
		return fileError(CodeOutputExists, core.OriginUser, path, fs.ErrExist)
	}
	tmp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".tmp")
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return classify(path, err)
	}
	defer func() {
		if err != nil {
			_ = f.Close() // the first error is the one that counts
			_ = os.Remove(tmp)
		}
	}()
	if err := write(f); err != nil {
		return classify(path, err)
	}
	if err := f.Sync(); err != nil {
		return classify(path, err)
	}
	if err := f.Close(); err != nil {
		return classify(path, err)
	}
	return place(tmp, path, force)
}

// SameFile reports that two paths lead to one file, so that writing to one would replace
// the other. A path to nothing is no file's.
func SameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// place gives the finished temporary file its name.
func place(tmp, path string, force bool) error {
	if !force {
		// A hard link fails where the name exists, so two writers cannot both win.
		err := os.Link(tmp, path)
		if errors.Is(err, fs.ErrExist) {
			return fileError(CodeOutputExists, core.OriginUser, path, err)
		}
		if err == nil {
			_ = os.Remove(tmp)
			syncFolder(path)
			return nil
		}
	}
	if err := os.Rename(tmp, path); err != nil {
		return classify(path, err)
	}
	syncFolder(path)
	return nil
}

// syncFolder makes the new name last through a power cut, where the system can.
func syncFolder(path string) {
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync() // not every file system has it
		_ = d.Close()
	}
}

func classify(path string, err error) error {
	if e, ok := errors.AsType[*core.Error](err); ok {
		return e
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fileError(CodeDiskFull, core.OriginApp, path, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fileError(CodeOutputDenied, core.OriginUser, path, err)
	case errors.Is(err, syscall.ENAMETOOLONG):
		return fileError(CodeOutputName, core.OriginUser, path, err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fileError(CodeOutputFolder, core.OriginUser, path, err)
	case core.CodeOf(err) == core.CodeCancelled:
		return core.AsError(err)
	}
	return fileError(CodeOutputFailed, core.OriginApp, path, err)
}

func fileError(code string, origin core.Origin, path string, err error) error {
	folder := filepath.Dir(path)
	if folder == "." { // says nothing to whoever reads it
		if whole, err := filepath.Abs(folder); err == nil {
			folder = whole
		}
	}
	return &core.Error{
		Code: code, Origin: origin, Op: "write file", Where: core.Where{File: filepath.Base(path)},
		Args: core.Args{"folder": folder}, Err: err,
	}
}
