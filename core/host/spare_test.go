package host_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/host"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/table"
)

// asked and ran return the process that answered.
func asked(t *testing.T, h *host.Host, method string) string {
	t.Helper()
	v, err := h.Validate(t.Context(), method, sdk.ValidateRequest{
		Rows: 2, Params: sdk.Params{"do": sdk.TextValue("env")},
		Columns: []sdk.ColumnSchema{{Name: "x", Kind: table.Float64, Role: "features"}},
	})
	if err != nil || len(v.Diagnostics) != 1 {
		t.Fatalf("validate: %+v %v", v, err)
	}
	pid, _, _ := strings.Cut(v.Diagnostics[0].Summary.EN, " ")
	return pid
}

func ran(t *testing.T, h *host.Host, method string, threads int) string {
	t.Helper()
	r, err := h.Fit(t.Context(), method, sdk.Request{Table: numbers(-1, 2), Threads: threads, Params: sdk.Params{"do": sdk.TextValue("env")}}, host.Control{})
	if err != nil || len(r.Diagnostics) != 1 {
		t.Fatalf("run: %+v %v", r, err)
	}
	pid, _, _ := strings.Cut(r.Diagnostics[0].Summary.EN, " ")
	return pid
}

// The process that was asked about a run makes it, and one run only.
func TestARunHasTheProcessThatWasAsked(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Bundled: []string{"sign", "sign2"}, Threads: 2})
	first := asked(t, h, "sign")
	if again := asked(t, h, "sign"); again != first {
		t.Errorf("asked again: %s, want %s", again, first)
	}
	if other := ran(t, h, "sign2", 2); other == first {
		t.Error("another method ran in the process")
	}
	if other := ran(t, h, "sign", 1); other == first {
		t.Error("a run with other limits had the process")
	}
	if run := ran(t, h, "sign", 2); run != first {
		t.Errorf("the run had %s, want %s", run, first)
	}
	if second := ran(t, h, "sign", 2); second == first {
		t.Error("a second run had the process of the first")
	}
	if _, second := asked(t, h, "sign2"), asked(t, h, "sign"); second == first {
		t.Error("the process has outlived its run")
	}
}

// A program knows its own methods without starting itself, and in the same words.
func TestOwnMethodsAreDescribedInPlace(t *testing.T) {
	t.Parallel()
	ids := []string{"sign", "sign2"}
	own := func(ids []string) (rpc.Description, error) {
		p := rpc.Plugin{ID: "own", Version: "1.0.0"}
		for _, id := range ids {
			p.Methods = append(p.Methods, sign{id: id})
		}
		return p.Describe()
	}
	want, err := newHost(t, host.Config{Bundled: ids}).Methods(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, describe := range map[string]func([]string) (rpc.Description, error){
		"in place": own,
		"cannot":   func([]string) (rpc.Description, error) { return rpc.Description{}, errors.New("broken") },
		"other methods": func([]string) (rpc.Description, error) {
			return rpc.Plugin{ID: "own", Version: "1.0.0", Methods: []sdk.Method{sign{id: "x"}}}.Describe()
		},
	} {
		h := newHost(t, host.Config{Bundled: ids, Describe: describe})
		for range 2 { // before and after the others are known
			alone, ok := h.Bundled("sign2")
			if ok != (name == "in place") || ok && !cmp.Equal(want[1], alone) {
				t.Errorf("%s: alone: %+v, %v", name, alone, ok)
			}
			got, err := h.Methods(t.Context())
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-process +own):\n%s", name, err, diff)
			}
		}
		if _, ok := h.Bundled("nothing"); ok {
			t.Errorf("%s: there is no such method", name)
		}
	}
	if _, err := (rpc.Plugin{ID: "own", Version: "1.0.0", Methods: []sdk.Method{panics{}}}).Describe(); err == nil {
		t.Error("a panic in Info went unnoticed")
	}
}

// panics has an Info that does.
type panics struct{ sign }

func (panics) Info() sdk.Info { panic("no description") }

// A process that was started before it was wanted is the one that is asked and runs; what
// cannot be started is met by who asks, and nobody has to ask.
func TestAnExpectedProcessIsUsed(t *testing.T) {
	t.Parallel()
	h := newHost(t, host.Config{Bundled: []string{"sign", "sign2"}, Threads: 2})
	h.Expect(t.Context(), "sign", 2)
	first := asked(t, h, "sign")
	if run := ran(t, h, "sign", 2); run != first {
		t.Errorf("the run had %s, want %s", run, first)
	}
	h.Expect(t.Context(), "sign2", 2)
	h.Expect(t.Context(), "sign", 2) // one at a time
	h.Expect(t.Context(), "nothing", 2)
	if ran(t, h, "sign", 2) == ran(t, h, "sign2", 2) {
		t.Error("one process ran two methods")
	}
	h.Expect(t.Context(), "sign", 2)
	if err := h.Close(); err != nil { // which sees it off
		t.Error(err)
	}
}
