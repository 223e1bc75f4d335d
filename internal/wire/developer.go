package wire

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/host"
)

// DeveloperEnv names the environment variable with the plugins that an author works on:
// programs, or folders of programs, separated as in PATH. They are not signed and nothing
// vouches for them; who sets the variable starts them.
const DeveloperEnv = "QUNXIANG_PLUGIN_DIR"

// developed finds the programs of the paths, which may be programs or folders of programs,
// and of DeveloperEnv. It returns plugin_not_there, of origin user, for a path without one.
func developed(paths []string) ([]host.Program, error) {
	paths = append(slices.Clone(paths), filepath.SplitList(os.Getenv(DeveloperEnv))...)
	var out []host.Program
	for _, path := range paths {
		if path == "" {
			continue
		}
		found, err := programs(path)
		if err == nil && len(found) == 0 {
			err = fs.ErrNotExist
		}
		if err != nil {
			return nil, &core.Error{Code: "plugin_not_there", Origin: core.OriginUser, Op: "find plugins", Where: core.Where{File: path}, Err: err}
		}
		for _, file := range found {
			name := strings.TrimSuffix(filepath.Base(file), ".exe")
			out = append(out, host.Program{ID: name, Argv: []string{file}, Origin: "installed", Trust: "unsigned"})
		}
	}
	return out, nil
}

// programs are the path itself, or the programs right in it, sorted by name.
func programs(path string) ([]string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.IsDir():
		if !runs(path, info) {
			return nil, errors.New("not a program")
		}
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	var out []string
	for _, e := range entries {
		file := filepath.Join(path, e.Name())
		if info, err := os.Stat(file); err == nil && runs(file, info) {
			out = append(out, file)
		}
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out, err
}

// runs reports whether a file is a program.
func runs(path string, info fs.FileInfo) bool {
	if !info.Mode().IsRegular() {
		return false
	}
	if runtime.GOOS == "windows" {
		return strings.EqualFold(filepath.Ext(path), ".exe")
	}
	return info.Mode()&0o111 != 0
}
