//go:build linux

package host_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"qunxiang/core"
	"qunxiang/core/host"
	"qunxiang/internal/patience"
	"qunxiang/sdk"
)

// doing are the parameters that make the method "sign" misbehave.
func doing(what string) sdk.Params { return sdk.Params{"do": sdk.TextValue(what)} }

func TestPanicOfAMethod(t *testing.T) {
	t.Parallel()
	_, err := newHost(t, host.Config{}).Fit(t.Context(), "sign", sdk.Request{Table: numbers(1), Params: doing("panic")}, host.Control{})
	e := core.AsError(err)
	if e == nil || e.Code != host.CodePanicked || e.Where.Plugin != "sign" || !strings.Contains(e.Args["detail"].(string), "the method is wrong") {
		t.Errorf("got %v", err)
	}
}

func TestValidateHasADeadline(t *testing.T) {
	t.Parallel()
	_, err := newHost(t, host.Config{Call: time.Second}).Validate(t.Context(), "sign", sdk.ValidateRequest{Params: doing("hang")})
	if core.CodeOf(err) != host.CodeSilent {
		t.Errorf("got %v", err)
	}
}

func TestEncryptedConnection(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Encrypt: true})
	if _, err := h.Fit(t.Context(), "sign", sdk.Request{Table: numbers(1)}, host.Control{}); err != nil {
		t.Error(err)
	}
}

func TestUnknownMethod(t *testing.T) {
	t.Parallel()
	_, err := newHost(t, host.Config{}).Validate(t.Context(), "nothing", sdk.ValidateRequest{})
	if e := core.AsError(err); e == nil || e.Code != host.CodeUnknownMethod || e.Origin != core.OriginUser {
		t.Errorf("got %v", err)
	}
}

func TestMissingProgram(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Plugins: []host.Program{{ID: "gone", Argv: []string{"/nowhere/plugin"}}}})
	if _, err := h.Methods(t.Context()); core.CodeOf(err) != host.CodeStart {
		t.Errorf("got %v", err)
	}
}

func TestBrokenPluginDoesNotHideTheOthers(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Bundled: []string{"sign", "sign2"}, Plugins: []host.Program{
		{ID: "evil", Argv: []string{"/proc/self/exe", "evil", "crash at start"}},
		{ID: "thief", Argv: []string{"/proc/self/exe", "evil", "good"}}, // serves "sign", which is reserved
	}})
	methods, err := h.Methods(t.Context())
	if len(methods) != 2 || err == nil || !strings.Contains(err.Error(), host.CodeTaken) {
		t.Fatalf("got %v, %v", methods, err)
	}
	if _, err := h.Fit(t.Context(), "sign2", sdk.Request{Table: numbers(1)}, host.Control{}); err != nil {
		t.Error(err)
	}
}

func TestStopEarly(t *testing.T) {
	t.Parallel()
	h, stop := newHost(t, host.Config{}), make(chan struct{})
	var once sync.Once
	out, err := h.Fit(t.Context(), "sign", sdk.Request{Table: numbers(1), Params: doing("until stop")}, host.Control{
		Stop: stop, Progress: func(f float64, stage sdk.Text) {
			if f == 0.5 && stage.EN == "Half" {
				once.Do(func() { close(stop) })
			}
		},
	})
	if err != nil || len(out.Segments) != 2 {
		t.Errorf("got %+v, %v", out, err)
	}
}

// TestCancel: within half a second, whether the method listens or not, and whatever
// it says afterwards.
func TestCancel(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"ignores cancel", "answers after cancel", "hang", "stop"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			h := evilHost(t, mode)
			ctx, cancel := context.WithCancel(t.Context())
			if _, err := h.Methods(ctx); err != nil {
				t.Fatal(err)
			}
			var at time.Time
			time.AfterFunc(300*time.Millisecond, func() { at = time.Now(); cancel() })
			_, err := h.Fit(ctx, "sign", sdk.Request{Table: numbers(1, 2, 3)}, host.Control{})
			if e := core.AsError(err); e == nil || e.Origin != core.OriginCancelled || !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			if late := time.Since(at); late > patience.For(500*time.Millisecond) {
				t.Errorf("returned %v after the cancel", late)
			}
			if err := h.Close(); err != nil || time.Since(at) > patience.For(2500*time.Millisecond) {
				t.Errorf("the process went %v after the cancel (%v)", time.Since(at), err)
			}
		})
	}
}

func TestCancelOfAPoliteMethod(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := newHost(t, host.Config{}).Fit(ctx, "sign", sdk.Request{Table: numbers(1), Params: doing("wait")}, host.Control{})
	if core.CodeOf(err) != core.CodeCancelled {
		t.Errorf("got %v", err)
	}
}

// TestLongRunLives: silence of the method is not silence of the plugin, which says
// every two seconds that it lives; the rest is for a busy machine.
func TestLongRunLives(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Silence: longRun - 2*time.Second})
	_, err := h.Fit(t.Context(), "sign", sdk.Request{Table: numbers(1), Params: doing("long")}, host.Control{})
	if err != nil {
		t.Error(err)
	}
}

func TestManyRunsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{})
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			out, err := h.Fit(t.Context(), "sign", sdk.Request{Table: numbers(-1, float64(i)+1)}, host.Control{})
			if err != nil || out.Columns[1].Floats[1] != float64(i)+1 {
				t.Errorf("run %d: %v", i, err)
			}
		})
	}
	wg.Wait()
}

func TestEnvironmentIsShort(t *testing.T) {
	t.Setenv("QX_SECRET", "token")
	out, err := newHost(t, host.Config{Memory: 1 << 30}).Fit(t.Context(), "sign", sdk.Request{Table: numbers(1), Params: doing("env"), Threads: 1}, host.Control{})
	if err != nil || len(out.Diagnostics) != 1 {
		t.Fatal(out, err)
	}
	env := out.Diagnostics[0].Summary.EN
	if strings.Contains(env, "QX_SECRET") || !strings.Contains(env, "GOMAXPROCS=1") || !strings.Contains(env, "GOMEMLIMIT=1073741824") || !strings.Contains(env, "columns=x") {
		t.Errorf("the plugin sees %s", env)
	}
}

func TestReplacedProgram(t *testing.T) {
	t.Parallel()
	if os.Getenv("QUNXIANG_BUILD") != "" {
		t.Skip("run inside a plugin")
	}
	cmd := exec.Command("/proc/self/exe", "plugin", "sign")
	cmd.Env = append(os.Environ(), "QUNXIANG_PLUGIN=method", "QUNXIANG_BUILD=another")
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 3 || !strings.Contains(string(out), "replaced") {
		t.Errorf("got %v %s", err, out)
	}
}

func TestRunDirectory(t *testing.T) {
	t.Parallel()
	t.Run("a path too long for a socket is refused", func(t *testing.T) {
		t.Parallel()
		long := filepath.Join(t.TempDir(), strings.Repeat("群", 30))
		if err := os.Mkdir(long, 0o700); err != nil {
			t.Fatal(err)
		}
		h := host.New(host.Config{Bundled: []string{"sign"}, RunDir: long})
		if _, err := h.Methods(t.Context()); core.CodeOf(err) != host.CodeRunDir {
			t.Errorf("got %v", err)
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("what a crashed host left is swept", func(t *testing.T) {
		t.Parallel()
		base := shortDir(t)
		stale := filepath.Join(base, "qunxiang-run-1")
		if err := os.MkdirAll(filepath.Join(stale, "plugin-dir1"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(stale, "lock"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		long := time.Now().Add(-time.Hour)
		if err := os.Chtimes(filepath.Join(stale, "lock"), long, long); err != nil {
			t.Fatal(err)
		}
		fresh := filepath.Join(base, "qunxiang-run-2") // of a host that is about to take its lock
		if err := os.MkdirAll(fresh, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(fresh, "lock"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		live := newHost(t, host.Config{RunDir: base})
		for range 2 { // the second host must leave the first one's directory alone
			h := newHost(t, host.Config{RunDir: base})
			if _, err := h.Methods(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := live.Fit(t.Context(), "sign", sdk.Request{Table: numbers(1)}, host.Control{}); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(stale); !os.IsNotExist(err) {
			t.Errorf("still there: %v", err)
		}
		if _, err := os.Stat(fresh); err != nil {
			t.Errorf("the directory of a host that starts was swept: %v", err)
		}
		if err := os.RemoveAll(fresh); err != nil {
			t.Fatal(err)
		}
	})
}

// runAsHost is an application that runs a method which never ends, until somebody
// kills it.
func runAsHost(mode string) {
	h := host.New(host.Config{Plugins: []host.Program{{ID: "evil", Argv: []string{"/proc/self/exe", "evil", mode}}}})
	_, err := h.Fit(context.Background(), "sign", sdk.Request{Table: numbers(1, 2, 3)}, host.Control{Progress: func(_ float64, stage sdk.Text) {
		_, _ = os.Stdout.WriteString(stage.EN + "\n") // the numbers of the processes
	}})
	_, _ = os.Stdout.WriteString(err.Error() + "\n")
	os.Exit(1)
}

// TestKilledHostLeavesNoOrphan: neither the plugin nor what it started.
func TestKilledHostLeavesNoOrphan(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("/proc/self/exe", "host", "with a child")
	cmd.Env = append(os.Environ(), "TMPDIR="+shortDirLeft(t))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 256)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	pids := strings.Fields(string(line[:n]))
	if len(pids) != 2 {
		t.Fatalf("the plugin says %q", line[:n])
	}
	gone(t, pids, "the host")
}

// gone waits for processes that were told to end: whoever kills one does not wait for it.
func gone(t *testing.T, pids []string, than string) {
	t.Helper()
	deadline := time.Now().Add(patience.For(2 * time.Second))
	for _, s := range pids {
		pid, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		for alive(pid) {
			if time.Now().After(deadline) {
				t.Errorf("process %d outlives %s", pid, than)
				_ = syscall.Kill(pid, syscall.SIGKILL)
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// TestGrandchildrenGoWithTheRun: what a plugin started ends with it.
func TestGrandchildrenGoWithTheRun(t *testing.T) {
	t.Parallel()
	h := evilHost(t, "with a child")
	var pids []string
	ctx, cancel := context.WithCancel(t.Context())
	_, err := h.Fit(ctx, "sign", sdk.Request{Table: numbers(1, 2, 3)}, host.Control{Progress: func(_ float64, stage sdk.Text) {
		pids = strings.Fields(stage.EN)
		cancel()
	}})
	if core.CodeOf(err) != core.CodeCancelled {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if len(pids) == 0 {
		t.Fatal("the plugin said nothing")
	}
	gone(t, pids, "the run")
}

// alive reports whether a process runs; one that waits to be collected does not.
func alive(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}

// shortDirLeft is a short directory that may keep what a killed host leaves.
func shortDirLeft(t *testing.T) string {
	t.Helper()
	d, err := os.MkdirTemp("", "qxt") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(d) })
	return d
}

// misbehave is this binary as a bad plugin or as a host that gets killed.
func misbehave(verb, mode string) {
	if verb == "host" {
		runAsHost(mode)
	}
	evil(mode)
}
