package sdktest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// TestMethodOfTheManual: the method of docs/plugins.md, in a module of its own, compiles,
// keeps the contract and is served by its program.
func TestMethodOfTheManual(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds a module")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile(filepath.Join(root, "docs", "plugins.md"))
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(manual, -1)
	if len(code) < 3 {
		t.Fatalf("the manual has %d pieces of Go; wanted are a method, its test and its program", len(code))
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	dir, program := t.TempDir(), filepath.Join(t.TempDir(), "program.exe")
	write(t, dir, map[string]string{
		"go.mod":          "module example.org/halves\n\ngo 1.26.0\n\nrequire qunxiang v0.0.0\n\nreplace qunxiang => " + root + "\n",
		"go.sum":          string(sums),
		"halves.go":       string(code[0][1]),
		"halves_test.go":  testHead + string(code[1][1]),
		"program_test.go": testHead + `func TestProgram(t *testing.T) { sdktest.RunProgram(t, nil, ` + strconv.Quote(program) + `); _ = halves.New() }`,
		"cmd/main.go":     string(code[2][1]),
	})
	for _, args := range [][]string{{"build", "-trimpath", "-buildvcs=false", "-o", program, "./cmd"}, {"test", "-trimpath", "-buildvcs=false", "."}} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
}

const testHead = `package halves_test

import (
	"testing"

	"example.org/halves"
	"qunxiang/sdk/sdktest"
)

`

// write makes files with their folders.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
