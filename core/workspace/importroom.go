package workspace

import (
	"os"
	"path/filepath"
	"strings"

	"qunxiang/core"
)

// What reading a file takes of memory, as a multiple of its size, and besides. Text of many
// short cells becomes columns of as many bytes and dictionaries; packed files are several
// times as large inside.
const (
	readPlain  = 2
	readPacked = 8
	readLeast  = 48 << 20
	small      = 4 << 20 // files that are not worth asking for
)

// packed reports whether the name is that of a file that is packed.
func packed(file string) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".gz", ".zst", ".bz2", ".zip", ".parquet":
		return true
	}
	return false
}

// fits refuses a file for whose rows there is no memory, before it is read. What cannot be
// looked at is for whoever reads it to tell.
func (w *Workspace) fits(file string) error {
	info, err := os.Stat(file)
	if err != nil || w.cfg.Room == nil || !info.Mode().IsRegular() {
		return nil //nolint:nilerr // see above
	}
	times := int64(readPlain)
	if packed(file) {
		times = readPacked
	}
	need, free := times*info.Size()+readLeast, w.cfg.Room().Own
	if free <= 0 || need <= free || info.Size() < small {
		return nil
	}
	megabytes := func(n int64) int { return int((n + 1<<20 - 1) >> 20) }
	return &core.Error{
		Code: "import_no_memory", Origin: core.OriginApp, Op: "import", Where: core.Where{File: filepath.Base(file)},
		Args: core.Args{"size": megabytes(info.Size()), "need": megabytes(need), "free": megabytes(free)},
	}
}
