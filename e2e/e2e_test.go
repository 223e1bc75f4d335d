package e2e_test

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"qunxiang/cmd/qunxiang/cli"
	"qunxiang/internal/wire"
	"qunxiang/plugins"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in the scripts")

func TestMain(m *testing.M) {
	wire.ServeReader()
	if len(os.Args) > 2 && os.Args[1] == "plugin" {
		serveProbes(os.Args[2])
		first, _, _ := strings.Cut(os.Args[2], ",")
		if plugins.Bundled()[first] != nil {
			plugins.Serve(os.Args[2])
		}
	}
	testscript.Main(m, map[string]func(){
		"qunxiang":   func() { os.Exit(cli.Main(plugins.IDs(), plugins.Describe, "0.0.0-test")) },
		"probes":     probeMain,
		"identities": identities,
		"segments":   segmentsAgree,
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"json":     jsonAt,
			"keys":     jsonKeys,
			"encode":   encode,
			"lines":    lines,
			"shuffle":  shuffle,
			"cut":      cut,
			"workbook": workbook,
			"column":   column,
			"same":     same,
			"only":     only,
			"scale":    scale,
			"flip":     flip,
			"sheet":    sheetCSV,
			"sqlite":   sqlite,
		},
	})
}

// setup gives every script its own place for working copies and sockets.
func setup(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, ".home")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	env.Setenv("HOME", home)
	env.Setenv("XDG_CACHE_HOME", home)
	env.Setenv("LANG", "en_US.UTF-8")
	if data, err := sharedData(); err == nil {
		env.Setenv("DATA", data)
	}
	return nil
}

// sharedData finds the folder of real data beside the project; its absence is no
// failure: the tests that need it are skipped.
func sharedData() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		data := filepath.Join(dir, "..", "shared", "data")
		if _, err := os.Stat(filepath.Join(data, "MANIFEST.csv")); err == nil {
			return filepath.Clean(data), nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no shared data beside the project")
		}
		dir = up
	}
}

// exits runs a command and checks its exit code: exits CODE PROGRAM ARG…
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		e, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = e.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
