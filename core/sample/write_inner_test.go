package sample

import (
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"qunxiang/core"
)

func TestWriteError(t *testing.T) {
	t.Parallel()
	for code, err := range map[string]error{
		CodeDiskFull: &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC},
		CodeWrite:    fs.ErrPermission,
	} {
		if got := core.CodeOf(writeError("orders.csv", fmt.Errorf("write: %w", err))); got != code {
			t.Errorf("%v: %s, want %s", err, got, code)
		}
	}
}
