package export_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

func TestWriteFile(t *testing.T) {
	t.Parallel()
	good := func(w io.Writer) error {
		_, err := io.WriteString(w, "new")
		return err
	}
	full := func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return fmt.Errorf("write: %w", syscall.ENOSPC)
	}
	own := func(io.Writer) error { return &core.Error{Code: "chart_size"} }
	tests := map[string]struct {
		path  string // below the folder
		there string // content before; "" = no file
		force bool
		write func(io.Writer) error
		code  string
		want  string // content after
	}{
		"new file":                      {"a.csv", "", false, good, "", "new"},
		"existing file stays":           {"a.csv", "old", false, good, export.CodeOutputExists, "old"},
		"existing file, force":          {"a.csv", "old", true, good, "", "new"},
		"disk full leaves nothing":      {"a.csv", "", false, full, export.CodeDiskFull, ""},
		"disk full leaves the old file": {"a.csv", "old", true, full, export.CodeDiskFull, "old"},
		"error of the content":          {"a.csv", "", false, own, "chart_size", ""},
		"no such folder":                {"no/a.csv", "", false, good, export.CodeOutputFolder, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, filepath.FromSlash(tt.path))
			if tt.there != "" {
				if err := os.WriteFile(path, []byte(tt.there), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			err := export.WriteFile(path, tt.force, tt.write)
			if core.CodeOf(err) != tt.code {
				t.Errorf("error %v, want code %q", err, tt.code)
			}
			if msg, _ := (i18n.Locale{Lang: sdk.ZH}).Error(err); err != nil && tt.code != "chart_size" && msg == "" {
				t.Errorf("no sentence for %v", err)
			}
			got, err := os.ReadFile(path)
			if string(got) != tt.want || tt.want == "" && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the file holds %q (%v), want %q", got, err, tt.want)
			}
			files, err := os.ReadDir(dir)
			if err != nil || len(files) > 1 || len(files) == 1 && tt.want == "" {
				t.Errorf("left behind: %v %v", files, err)
			}
		})
	}
}

func TestWriteFileOverAFolder(t *testing.T) {
	t.Parallel()
	if err := export.WriteFile(t.TempDir(), true, func(io.Writer) error { return nil }); core.CodeOf(err) != export.CodeOutputExists {
		t.Errorf("a folder is replaced: %v", err)
	}
}

func TestSameFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	for _, path := range []string{a, b} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		other string
		want  bool
	}{
		{a, true},
		{dir + "/./a.csv", true},
		{b, false},
		{filepath.Join(dir, "none.csv"), false},
	} {
		if got := export.SameFile(a, c.other); got != c.want || got != export.SameFile(c.other, a) {
			t.Errorf("%s: %v", c.other, got)
		}
	}
	if none := filepath.Join(dir, "none.csv"); export.SameFile(none, none) {
		t.Error("a file that is not there")
	}
}
