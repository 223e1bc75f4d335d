//go:build unix

package export_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/export"
)

// A name that the system cannot take is not blamed on the disk.
func TestWriteFile_NameTooLong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	err := export.WriteFile(filepath.Join(dir, strings.Repeat("n", 300)), false, func(io.Writer) error { return nil })
	if got := core.CodeOf(err); got != export.CodeOutputName {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}
