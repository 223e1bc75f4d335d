// Package reference finds the reference data of the tests: real files and the results
// that others published or computed for them. They lie in ../shared/data beside the
// project and are not part of it; a test that needs them is skipped where they are not.
package reference

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
)

// File returns the path of a file, named from ../shared/data on with slashes.
func File(tb testing.TB, name string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		p := filepath.Join(dir, "..", "shared", "data", filepath.FromSlash(name))
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	tb.Skipf("the reference data %s are not there: they belong in ../shared/data beside the project", name)
	return ""
}

// Read returns what a file holds.
func Read(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(File(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// Rows returns the records of a CSV file, the header among them; they may differ in length.
func Rows(tb testing.TB, name string) [][]string {
	tb.Helper()
	f, err := os.Open(File(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}
