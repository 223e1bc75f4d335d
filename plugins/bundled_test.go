package plugins_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"qunxiang/core/host"
	"qunxiang/plugins"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/sdktest"
)

// TestMain lets the test binary stand for the application, which serves the bundled
// methods by starting itself.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "plugin" {
		plugins.Serve(os.Args[2])
	}
	os.Exit(m.Run())
}

// hosted is a method as the application uses it: every call in a fresh process.
type hosted struct {
	host *host.Host
	info sdk.Info
}

func (m hosted) Info() sdk.Info { return m.info }

func (m hosted) Validate(ctx context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return m.host.Validate(ctx, m.info.ID, r)
}

func (m hosted) Fit(ctx context.Context, r sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	stop, finish := rpc.Stopped(ctx, rep)
	defer finish()
	return m.host.Fit(ctx, m.info.ID, r, host.Control{Progress: rep.Progress, Stop: stop})
}

func (m hosted) Apply(ctx context.Context, r sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	return m.host.Apply(ctx, m.info.ID, r)
}

func (m hosted) ExportModel(ctx context.Context, model sdk.Model, format string) ([]byte, error) {
	return m.host.ExportModel(ctx, m.info.ID, model, format)
}

// conform runs the conformance suite on every method of a host's catalogue, and
// expects the bundled ones there.
func conform(t *testing.T, c host.Config) {
	t.Helper()
	h := host.New(c)
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	methods, err := h.Methods(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range methods {
		ids = append(ids, m.Info.ID)
	}
	if !slices.Equal(ids, plugins.IDs()) {
		t.Errorf("the catalogue has %v, bundled are %v", ids, plugins.IDs())
	}
	for _, m := range methods {
		t.Run(m.Info.ID, func(t *testing.T) { sdktest.Run(t, hosted{h, m.Info}, cases(m.Info)...) })
	}
}

// cases spare the methods that choose a number of segments themselves that choice,
// which takes them seconds; their own tests have it.
func cases(in sdk.Info) []sdktest.Case {
	if p, ok := in.Param("k"); !ok || !p.Auto {
		return nil
	}
	c := sdktest.Generated(in, 150, 1)
	c.Name, c.Params["k"] = "three", sdk.Int(3)
	return []sdktest.Case{c}
}

func TestReExecuted(t *testing.T) {
	t.Parallel()
	conform(t, host.Config{Bundled: plugins.IDs()})
}

// TestStandAlone builds every method's own program and runs the suite against it.
func TestStandAlone(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds a program for every method")
	}
	dir := t.TempDir()
	var list []host.Program
	for _, id := range plugins.IDs() {
		program := filepath.Join(dir, id)
		cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", program, "./"+id+"/cmd")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", id, err, out)
		}
		list = append(list, host.Program{ID: id, Argv: []string{program}, Origin: "developer", Trust: "unsigned"})
	}
	conform(t, host.Config{Plugins: list})
}

// TestNothingIsLostOnTheWay: a run in another process answers what a run here does.
func TestNothingIsLostOnTheWay(t *testing.T) {
	t.Parallel()
	h := host.New(host.Config{Bundled: plugins.IDs()})
	t.Cleanup(func() { _ = h.Close() })
	for id, make := range plugins.Bundled() {
		m := make()
		c := sdktest.Generated(m.Info(), 120, 3)
		if len(cases(m.Info())) > 0 {
			c = cases(m.Info())[0]
		}
		r := sdk.Request{Table: c.Table, Details: c.Details, AsOf: c.AsOf, Params: c.Params, Seed: c.Seed, Threads: 1}
		valid, err := m.Validate(t.Context(), r.Question())
		if err != nil {
			t.Fatal(err)
		}
		r.Params = valid.Params
		want, err := m.Fit(t.Context(), r, sdktest.Quiet{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.Fit(t.Context(), id, r, host.Control{})
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s: %v (-here +there):\n%s", id, err, diff)
		}
	}
}

func TestIDsAreThoseOfTheMethods(t *testing.T) {
	t.Parallel()
	for id, make := range plugins.Bundled() {
		if diff := cmp.Diff(id, make().Info().ID); diff != "" {
			t.Errorf("registered under another id (-registered +own):\n%s", diff)
		}
	}
}
