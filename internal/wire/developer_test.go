package wire

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/table"
)

// serveEverybody is the argument under which the test binary is a plugin.
const serveEverybody = "serve-everybody"

// TestMain lets the test binary stand for a plugin that somebody works on.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == serveEverybody {
		rpc.Serve(rpc.Plugin{ID: "everybody", Version: "0.1.0", Methods: []sdk.Method{everybody{}}})
	}
	os.Exit(m.Run())
}

// everybody puts all customers into one segment.
type everybody struct{}

func (everybody) Info() sdk.Info {
	text := sdk.Text{ZH: "所有人", EN: "Everybody"}
	return sdk.Info{
		ID: "everybody", Version: "0.1.0", Name: text, Summary: text, Question: text, Help: text,
		Roles:   []sdk.Role{{ID: "value", Title: text, Help: text, Min: 1, Max: 1, Kinds: []table.Kind{table.Float64}}},
		Outputs: []sdk.Output{{ID: "segment", Title: text, Kind: table.Category, Meaning: sdk.MeaningSegment}},
	}
}

func (m everybody) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return m.Info().Complete(r), nil
}

func (everybody) Fit(_ context.Context, r sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
	return sdk.Response{
		Columns:  []table.Column{{Name: "segment", Kind: table.Category, Dict: []string{"all"}, Codes: make([]uint32, r.Table.Rows)}},
		Segments: []sdk.Segment{{Key: "all", Name: sdk.Text{ZH: "所有人", EN: "Everybody"}}},
	}, nil
}

// A plugin in the making is found by its program and in its folder; what is none, and one
// that does not speak, are told.
func TestWorkspace_Plugins(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the plugin of this test is a shell script")
	}
	dir := t.TempDir()
	program, self := filepath.Join(dir, "mine"), os.Args[0]
	write := func(path, text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	self, err := filepath.Abs(self)
	if err != nil {
		t.Fatal(err)
	}
	write(program, "#!/bin/sh\nexec '"+self+"' "+serveEverybody+"\n", 0o755)
	write(filepath.Join(dir, "readme.txt"), "no program", 0o644)
	for _, path := range []string{program, dir} {
		w, done := Workspace(Config{Plugins: []string{path}})
		m, err := w.Method(t.Context(), "everybody")
		if err != nil || m.Plugin != "mine" || m.Origin != "installed" || m.Trust != "unsigned" {
			t.Errorf("%s: %+v, %v", path, m, err)
		}
		if err := done(); err != nil {
			t.Error(err)
		}
	}
	silent := filepath.Join(t.TempDir(), "silent")
	write(silent, "#!/bin/sh\necho I am no plugin\n", 0o755)
	for path, want := range map[string]string{
		filepath.Join(dir, "readme.txt"): "plugin_not_there", filepath.Join(dir, "nobody"): "plugin_not_there", t.TempDir(): "plugin_not_there", silent: "plugin_start",
	} {
		w, done := Workspace(Config{Plugins: []string{path}})
		_, err := w.Methods(t.Context())
		if e, ok := errors.AsType[*core.Error](err); !ok || e.Code != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
		if err := done(); err != nil {
			t.Error(err)
		}
	}
}
