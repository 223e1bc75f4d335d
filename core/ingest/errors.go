package ingest

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"qunxiang/core"
)

const op = "import"

// dataError is a fault of the file.
func dataError(code string, w core.Where) *core.Error { return dataErrorArgs(code, w, nil) }

func dataErrorArgs(code string, w core.Where, a core.Args) *core.Error {
	return &core.Error{Code: code, Origin: core.OriginData, Op: op, Where: w, Args: a}
}

// userError is a choice that cannot be met.
func userError(code, param string, a core.Args) *core.Error {
	return &core.Error{Code: code, Origin: core.OriginUser, Op: op, Where: core.Where{Param: param}, Args: a}
}

// atFile adds the file's name to an error, and makes one of a failed system call.
func atFile(path string, err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*core.Error](err)
	if !ok {
		e = fileError(err)
	}
	if e.Where.File == "" {
		e.Where.File = filepath.Base(path)
	}
	return e
}

func fileError(err error) *core.Error {
	e := &core.Error{Code: "file_unreadable", Origin: core.OriginApp, Op: op, Err: err}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return core.AsError(err)
	case errors.Is(err, fs.ErrNotExist):
		e.Code, e.Origin = "file_missing", core.OriginUser
	case errors.Is(err, fs.ErrPermission):
		e.Code = "file_forbidden"
	}
	return e
}
