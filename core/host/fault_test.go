//go:build linux

package host_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"qunxiang/core"
	"qunxiang/core/host"
	"qunxiang/i18n"
	"qunxiang/internal/patience"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

// evilHost is a host with one bad plugin, and little patience where it is needed.
func evilHost(t *testing.T, mode string) *host.Host {
	t.Helper()
	c := host.Config{
		Bundled: []string{}, Plugins: []host.Program{{ID: "evil", Argv: []string{"/proc/self/exe", "evil", mode}}},
		Grace: 50 * time.Millisecond, // none of them leaves politely
	}
	switch wanted[mode] { // the others have all the time of a slow machine
	case host.CodeNoHandshake:
		c.Start = 300 * time.Millisecond
	case host.CodeMemory:
		c.Most = 200 << 20
	case host.CodeSilent:
		c.Silence = time.Second
	}
	return newHost(t, c)
}

// wanted is the code that each kind of misbehaviour ends with; "" = the run succeeds.
var wanted = map[string]string{
	"crash at start": host.CodeStart, "end at start": host.CodeStart, "hang at start": host.CodeNoHandshake, "stop at start": host.CodeNoHandshake,
	"garbage handshake": host.CodeNoHandshake, "endless line": host.CodeNoHandshake, "old protocol": host.CodeIncompatible, "net/rpc": host.CodeNoHandshake,
	"somebody's address": host.CodeNoHandshake, "somebody's socket": host.CodeNoHandshake, "dead socket": host.CodeCrashed,

	"listens only": host.CodeNoHandshake, "not grpc": host.CodeCrashed,
	"good": "", "noise before": "", "stdout flood": "", "stderr flood": "",
	"crash": host.CodeCrashed, "exit": host.CodeCrashed, "killed": host.CodeCrashed, "crash after": host.CodeCrashed, "crash midway": host.CodeCrashed,
	"leak": host.CodeMemory, "hang": host.CodeSilent, "stop": host.CodeSilent,
	"no result": rpc.CodeResult, "no rows": rpc.CodeResult, "rows first": rpc.CodeMessage, "twice": rpc.CodeResult,
	"row less": rpc.CodeRows, "no rows at all": rpc.CodeRows, "row more": rpc.CodeRows, "rows twice": rpc.CodeRows, "rows forged": rpc.CodeRows,
	"fewer sent": rpc.CodeRows, "many announced": rpc.CodeRows,
	"label": rpc.CodeLabel, "big label": rpc.CodeLabel, "missing label": rpc.CodeResult,
	"nan": rpc.CodeNotFinite, "infinite": rpc.CodeNotFinite, "negative": rpc.CodeResult, "nan metric": rpc.CodeNumber,
	"repeated key": rpc.CodeRepeated, "forged key": rpc.CodeResult, "no segments": rpc.CodeResult, "unknown column": rpc.CodeResult,
	"bidi name": rpc.CodeText, "control name": rpc.CodeText, "long name": rpc.CodeText, "one language": rpc.CodeText,
	"bad rule": rpc.CodeResult, "wrong model": rpc.CodeResult,
	"not utf-8": rpc.CodeMessage, "not a message": rpc.CodeMessage, "huge message": rpc.CodeTooLarge,
	"endless model": rpc.CodeTooLarge, "endless rows": rpc.CodeRows, "progress flood": rpc.CodeTooLarge, "silent flood": rpc.CodeTooLarge,
}

// TestFaults runs every bad plugin in a process of its own. None may cost more than
// its run: a clear error that names it, soon; no memory; no process, goroutine or
// file left.
func TestFaults(t *testing.T) {
	before := runtime.NumGoroutine()
	resetPeak(t)
	t.Run("modes", func(t *testing.T) {
		for mode, code := range wanted {
			t.Run(mode, func(t *testing.T) {
				t.Parallel()
				checkFault(t, mode, code)
			})
		}
	})
	if mb := peak(t); mb > 700 && !raced {
		t.Errorf("the host's memory rose to %d MB", mb)
	} else {
		t.Logf("peak memory %d MB", mb)
	}
	for deadline := time.Now().Add(patience.For(2 * time.Second)); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if runtime.NumGoroutine() <= before {
			return
		}
	}
	var b bytes.Buffer
	buf := make([]byte, 1<<20)
	b.Write(buf[:runtime.Stack(buf, true)])
	t.Errorf("goroutines: %d, then %d\n%s", before, runtime.NumGoroutine(), b.String())
}

func checkFault(t *testing.T, mode, code string) {
	t.Helper()
	h := evilHost(t, mode)
	from := time.Now()
	out, err := h.Fit(t.Context(), "sign", sdk.Request{Table: numbers(-1, 2, 3)}, host.Control{Progress: func(f float64, _ sdk.Text) {
		if f > 1 {
			t.Errorf("progress %g", f)
		}
	}})
	if took := time.Since(from); took > patience.For(15*time.Second) {
		t.Errorf("took %v", took)
	}
	if code == "" {
		if err != nil || len(out.Segments) != 2 {
			t.Errorf("got %+v, %v", out, err)
		}
		return
	}
	e := core.AsError(err)
	if e == nil || e.Code != code || e.Origin != core.OriginPlugin || e.Where.Plugin != "evil" {
		t.Fatalf("got %v, want %s", err, code)
	}
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		message, hint := i18n.Locale{Lang: lang}.Error(err)
		if !strings.Contains(message, "evil") || strings.ContainsAny(message, "{}") || hint == "" {
			t.Errorf("the message is %q, the hint %q", message, hint)
		}
	}
	message, _ := i18n.Locale{Lang: sdk.EN}.Error(err)
	t.Log(message)
}

// TestEveryModeIsTried keeps the two tables together.
func TestEveryModeIsTried(t *testing.T) {
	t.Parallel()
	var have []string
	for mode := range starts {
		have = append(have, mode)
	}
	for mode := range fits {
		have = append(have, mode)
	}
	elsewhere := []string{"ignores cancel", "answers after cancel", "with a child"}
	for _, mode := range have {
		if slices.Contains(elsewhere, mode) {
			continue
		}
		if _, ok := wanted[mode]; !ok {
			t.Errorf("%q is not tried", mode)
		}
	}
	for mode := range wanted {
		if !slices.Contains(have, mode) {
			t.Errorf("%q does not exist", mode)
		}
	}
}

// resetPeak and peak measure this process's largest memory, where Linux tells.
func resetPeak(t *testing.T) {
	t.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Logf("no memory is measured here: %v", err)
	}
}

func peak(t *testing.T) (mb int) {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			_, _ = fmt.Sscan(rest, &mb)
		}
	}
	return mb >> 10
}
