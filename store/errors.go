package store

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"

	berrors "go.etcd.io/bbolt/errors"

	"qunxiang/core"
	"qunxiang/store/internal/boltcheck"
)

// The codes of this package's errors; texts are "error.<code>" and "hint.<code>".
const (
	CodeNotAProject    = "not_a_project"           // the file is something else
	CodeEmptyFile      = "project_empty_file"      // 0 bytes
	CodeDamaged        = "project_damaged"         // truncated, flipped, crafted
	CodeNewer          = "project_newer"           // written by a newer program
	CodeTooLarge       = "project_too_large"       // over Options.MaxSize
	CodeNotFound       = "project_not_found"       //
	CodeNoFolder       = "project_no_folder"       // Create in a folder that is not there
	CodeExists         = "project_exists"          // Create or SaveAs over a file
	CodeChangedOutside = "project_changed_outside" // the user's file is not the one that was opened
	CodeLocked         = "project_locked"          // open in another process
	CodePassphrase     = "project_passphrase"      // no slot opens without a passphrase
	CodeReadOnly       = "project_read_only"       // a change to a project opened for reading
	CodeNoAccess       = "project_no_access"       // the system refuses to read or write
	CodeDiskFull       = "disk_full"               //
	CodeWriteFailed    = "project_write_failed"    // any other failure of the disk
	CodeNoSuchRun      = "no_such_run"             // no segmentation of that name or run
	CodeTooMuch        = "project_too_much"        // more rows or bytes than the format holds
	CodeNoMemory       = "project_no_memory"       // reading would take more than Options.Room
)

// errDamaged is wrapped by everything that is wrong with the content of a file.
var errDamaged = errors.New("content does not verify")

// fail makes a *core.Error of err for the project at path. An error that already is
// one, and a cancellation, pass through.
func fail(op, path string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*core.Error](err); ok {
		return err
	}
	if e := core.AsError(err); e.Origin == core.OriginCancelled {
		return e
	}
	code, origin := classify(err)
	return &core.Error{
		Code: code, Origin: origin, Op: op, Err: err,
		Where: core.Where{File: filepath.Base(path)}, Args: core.Args{"detail": err.Error()},
	}
}

func classify(err error) (string, core.Origin) {
	switch {
	case errors.Is(err, boltcheck.ErrNotBolt):
		return CodeNotAProject, core.OriginData
	case errors.Is(err, errDamaged), errors.Is(err, boltcheck.ErrDamaged):
		return CodeDamaged, core.OriginData
	case full(err):
		return CodeDiskFull, core.OriginApp
	case errors.Is(err, fs.ErrNotExist):
		return CodeNotFound, core.OriginUser
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return CodeNoAccess, core.OriginApp
	}
	return CodeWriteFailed, core.OriginApp
}

// full reports whether err means that there is no room: the change was refused, the
// file is as it was.
func full(err error) bool {
	if err == nil {
		return false
	}
	for _, e := range noRoom() {
		// bbolt hands on a failure to lengthen its file as a text only.
		if errors.Is(err, e) || strings.HasSuffix(err.Error(), e.Error()) {
			return true
		}
	}
	return errors.Is(err, berrors.ErrMaxSizeReached)
}

// problem makes a *core.Error of this package.
func problem(code string, origin core.Origin, op, path string, args core.Args) error {
	return &core.Error{Code: code, Origin: origin, Op: op, Where: core.Where{File: filepath.Base(path)}, Args: args}
}
