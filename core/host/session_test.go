package host_test

import (
	"strings"
	"sync"
	"testing"

	"qunxiang/core"
	"qunxiang/core/host"
	"qunxiang/sdk"
)

// ranIn returns the process that made a run of a session.
func ranIn(t *testing.T, s *host.Session) string {
	t.Helper()
	r, err := s.Fit(t.Context(), sdk.Request{Table: numbers(-1, 2), Params: sdk.Params{"do": sdk.TextValue("env")}})
	if err != nil || len(r.Diagnostics) != 1 {
		t.Errorf("run: %+v %v", r, err)
		return ""
	}
	pid, _, _ := strings.Cut(r.Diagnostics[0].Summary.EN, " ")
	return pid
}

func TestTheRunsOfASessionShareAProcess(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Bundled: []string{"sign"}, Threads: 2})
	s, err := h.Session(t.Context(), "sign")
	if err != nil {
		t.Fatal(err)
	}
	first := ranIn(t, s)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if pid := ranIn(t, s); pid != first {
				t.Errorf("process %s, want %s", pid, first)
			}
		})
	}
	wg.Wait()
	s.Close()
	if pid := ran(t, h, "sign", 2); pid == first {
		t.Error("the process has outlived its session")
	}
}

func TestAFailureInASessionNamesThePlugin(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Bundled: []string{"sign"}})
	s, err := h.Session(t.Context(), "sign")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 2 {
		_, err := s.Fit(t.Context(), sdk.Request{Table: numbers(-1, 2), Params: sdk.Params{"do": sdk.TextValue("panic")}})
		if e := core.AsError(err); e == nil || e.Origin != core.OriginPlugin {
			t.Fatalf("%v", err)
		}
	}
	if _, err := h.Session(t.Context(), "none"); err == nil {
		t.Error("a session of a method that is not there")
	}
}
