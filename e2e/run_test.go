package e2e_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// bench is one test's folder with the program to call in it.
type bench struct {
	t   *testing.T
	dir string
	env []string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	return &bench{t: t, dir: dir, env: append(os.Environ(), "HOME="+dir, "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"), "LANG=en_US.UTF-8", "LC_ALL=")}
}

// command is the program with these arguments. The test binary is it: see TestMain.
func (b *bench) command(args ...string) *exec.Cmd {
	b.t.Helper()
	path, err := exec.LookPath("qunxiang") // testscript.Main put it there
	if err != nil {
		b.t.Fatal(err)
	}
	c := exec.CommandContext(b.t.Context(), path, args...)
	c.Dir, c.Env = b.dir, b.env
	return c
}

// run calls the program, which must succeed, and returns its standard output.
func (b *bench) run(args ...string) []byte {
	b.t.Helper()
	c := b.command(args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		b.t.Fatalf("qunxiang %s: %v\n%s%s", strings.Join(args, " "), err, out.Bytes(), errs.Bytes())
	}
	return out.Bytes()
}

// json calls the program with --json and reads its answer into v.
func (b *bench) json(v any, args ...string) {
	b.t.Helper()
	out := b.run(append(args, "--json")...)
	if err := json.Unmarshal(out, v); err != nil {
		b.t.Fatalf("qunxiang %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// path is a file in the bench's folder.
func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// table reads a CSV that was written into the folder: header and rows.
func (b *bench) table(name string) *sheet {
	b.t.Helper()
	return readSheet(b.t, b.path(name))
}

// sheet is a CSV in memory, its rows by the value of a key column.
type sheet struct {
	head []string
	rows [][]string
}

func readSheet(t *testing.T, path string) *sheet {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return &sheet{head: rows[0], rows: rows[1:]}
}

// by returns the rows as maps from column to cell, by the value of a key column.
func (s *sheet) by(t *testing.T, key string) map[string]map[string]string {
	t.Helper()
	at := slices.Index(s.head, key)
	if at < 0 {
		t.Fatalf("no column %q in %q", key, s.head)
	}
	out := make(map[string]map[string]string, len(s.rows))
	for _, r := range s.rows {
		m := make(map[string]string, len(r))
		for i, cell := range r {
			m[s.head[i]] = cell
		}
		out[r[at]] = m
	}
	return out
}

// shared returns the path of a file of the shared data; without it the test is
// skipped. A compressed file is unpacked into the bench's folder.
func (b *bench) shared(name string) string {
	b.t.Helper()
	data, err := sharedData()
	if err != nil {
		b.t.Skip("needs ../shared/data beside the project: " + err.Error())
	}
	path := filepath.Join(data, filepath.FromSlash(name))
	plain, packed := strings.CutSuffix(filepath.Base(name), ".zst")
	if !packed {
		return path
	}
	f, err := os.Open(path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		b.t.Fatal(err)
	}
	defer z.Close()
	out, err := os.Create(b.path(plain))
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := z.WriteTo(out); err != nil {
		b.t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.path(plain)
}
