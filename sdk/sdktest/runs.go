package sdktest

import (
	"context"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/check"
	"qunxiang/sdk/table"
)

// equal compares answers exactly, but for nil and empty.
func equal() cmp.Options { return cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateNaNs()} }

func (s *suite) testCase(t *testing.T, c Case) {
	t.Helper()
	p := s.complete(t, c)
	before, given := snapshot(c.Table), maps.Clone(p)
	want := s.answer(t, c, p)
	if !cmp.Equal(before, c.Table, equal()) || !cmp.Equal(given, p, equal()) {
		t.Error("the run changed its input")
	}
	s.testRules(t, c, want)
	t.Run("the same again", func(t *testing.T) { s.testAgain(t, c, p, want) })
	t.Run("rows in another order", func(t *testing.T) { s.testOrder(t, c, p, want) })
	t.Run("missing values", func(t *testing.T) {
		with := c
		with.Table = gappy(s.info, c.Table)
		s.tolerates(t, with, p)
	})
	if without := s.optional(c); len(without.Details) < len(c.Details) {
		t.Run("without long tables", func(t *testing.T) { s.tolerates(t, without, p) })
	}
	if s.info.Capabilities.StopEarly {
		t.Run("stopped early", func(t *testing.T) { s.testStop(t, c, p) })
	}
	if s.info.Capabilities.Apply {
		t.Run("apply", func(t *testing.T) { s.testApply(t, c, want) })
	}
	for _, format := range s.info.Capabilities.ExportFormats {
		t.Run("export "+format, func(t *testing.T) { s.testExport(t, want.Model, format) })
	}
}

// optional is the case without the long tables that the method can do without.
func (s *suite) optional(c Case) Case {
	c.Details = slices.DeleteFunc(slices.Clone(c.Details), func(d sdk.DetailTable) bool {
		return slices.ContainsFunc(s.info.Details, func(w sdk.Detail) bool { return w.ID == d.ID && !w.Required })
	})
	return c
}

// testAgain: the same request gives the same bytes, with more threads and beside
// another run too.
func (s *suite) testAgain(t *testing.T, c Case, p sdk.Params, want sdk.Response) {
	t.Helper()
	var wg sync.WaitGroup
	for _, threads := range []int{1, 4} {
		wg.Go(func() {
			got, err := s.fit(t.Context(), c, p, threads, Quiet{})
			if diff := cmp.Diff(want, got, equal()); err != nil || diff != "" {
				t.Errorf("%d threads: %v (-first +second):\n%s", threads, err, diff)
			}
		})
	}
	wg.Wait()
}

// testOrder: a permutation of the rows permutes the answer, nothing else. Sums depend
// on their order in the last digits, so numbers may differ by as much.
func (s *suite) testOrder(t *testing.T, c Case, p sdk.Params, want sdk.Response) {
	t.Helper()
	if slices.Contains(s.info.Tags, Sequence) {
		t.Skip("the order has a meaning")
	}
	rng := rand.New(rand.NewPCG(7, 7))
	order := make([]int32, c.Table.Rows)
	for i, r := range rng.Perm(len(order)) {
		order[i] = int32(r)
	}
	got, err := s.fit(t.Context(), c.pick(order), p, 1, Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	expected := (&table.Table{Rows: c.Table.Rows, Columns: want.Columns}).Pick(order)
	near := cmp.Options{equal(), cmpopts.EquateApprox(1e-9, 1e-9)}
	if diff := cmp.Diff(expected.Columns, got.Columns, near); diff != "" {
		t.Errorf("row outputs (-expected +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Segments, got.Segments, near); diff != "" {
		t.Errorf("segments (-expected +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Metrics, got.Metrics, near); diff != "" {
		t.Errorf("metrics (-expected +got):\n%s", diff)
	}
}

// testStop: told to stop before it began, a method still answers.
func (s *suite) testStop(t *testing.T, c Case, p sdk.Params) {
	t.Helper()
	got, err := s.fit(t.Context(), c, p, 1, Quiet{Stop: true})
	if err == nil {
		err = check.Response(s.info, c.Table, &got)
	}
	if err != nil {
		t.Error(err)
	}
}

// testApply: the rows that a model was made from come out as they went in, none give
// none, and a model that is none is refused.
func (s *suite) testApply(t *testing.T, c Case, want sdk.Response) {
	t.Helper()
	apply := func(tb Case, m sdk.Model) (sdk.ApplyResponse, error) {
		return tried(func() (sdk.ApplyResponse, error) {
			a, ok := s.method.(sdk.Applier)
			if !ok {
				return sdk.ApplyResponse{}, errors.New("no Apply method")
			}
			return a.Apply(t.Context(), sdk.ApplyRequest{Table: tb.Table, Details: tb.Details, AsOf: c.AsOf, Model: m}, Quiet{})
		})
	}
	got, err := apply(c, want.Model)
	if err == nil {
		err = check.Applied(s.info, c.Table, &got)
	}
	if err != nil {
		t.Fatal(err)
	}
	if a, b := s.labels(want.Columns), s.labels(got.Columns); !slices.Equal(a, b) {
		t.Error("Apply puts the rows of the run into other segments than the run did")
	}
	if learned := c.Table.ByRole(sdk.RoleTarget); len(learned) > 0 { // what is to be foretold is not known of new customers
		without := c
		without.Table = &table.Table{Rows: c.Table.Rows, Columns: slices.DeleteFunc(slices.Clone(c.Table.Columns), func(col table.Column) bool { return col.Role == sdk.RoleTarget })}
		if again, err := apply(without, want.Model); err != nil || !slices.Equal(s.labels(again.Columns), s.labels(got.Columns)) {
			t.Errorf("without the column of the outcome Apply gives another answer: %v", err)
		}
	}
	empty := first(c, 0)
	if got, err := apply(empty, want.Model); err != nil || check.Applied(s.info, empty.Table, &got) != nil {
		t.Errorf("no rows: %v %v", err, check.Applied(s.info, empty.Table, &got))
	}
	for _, m := range foreign(want.Model) {
		got, err := apply(c, m)
		if err == nil && failing(got.Diagnostics) == nil {
			t.Errorf("a model that is none of this version of the method is accepted: format %q, version %d, %.20q", m.Format, m.Version, m.Data)
		}
		if isPanic(err) {
			t.Errorf("a broken model: %v", err)
		}
	}
}

// foreign are models that a method must refuse: broken ones, and one of a later version.
func foreign(m sdk.Model) []sdk.Model {
	out := []sdk.Model{{Format: m.Format, Version: m.Version + 1, Data: m.Data}}
	for _, data := range [][]byte{nil, []byte("{}"), []byte("\x00garbage"), m.Data[:len(m.Data)/2]} {
		out = append(out, sdk.Model{Format: m.Format, Version: m.Version, Data: data})
	}
	return out
}

// labels returns the segment keys of the rows, nil for a method without segments.
func (s *suite) labels(columns []table.Column) []string {
	at := slices.IndexFunc(s.info.Outputs, func(o sdk.Output) bool { return o.Meaning == sdk.MeaningSegment })
	if at < 0 {
		return nil
	}
	for i := range columns {
		if c := &columns[i]; c.Name == s.info.Outputs[at].ID {
			out := make([]string, c.Len())
			for r := range out {
				out[r] = c.Text(r)
			}
			return out
		}
	}
	return nil
}

func (s *suite) testExport(t *testing.T, m sdk.Model, format string) {
	t.Helper()
	export := func(format string) ([]byte, error) {
		return tried(func() ([]byte, error) {
			e, ok := s.method.(sdk.Exporter)
			if !ok {
				return nil, errors.New("no ExportModel method")
			}
			return e.ExportModel(t.Context(), m, format)
		})
	}
	b, err := export(format)
	again, _ := export(format)
	if err != nil || len(b) == 0 || !slices.Equal(b, again) {
		t.Errorf("%d bytes, then %d: %v", len(b), len(again), err)
	}
	if _, err := export("no/such-format"); err == nil || isPanic(err) {
		t.Errorf("an unknown format: %v", err)
	}
}

// testHard: data that no method can do much with ends in an answer or a diagnostic.
func (s *suite) testHard(t *testing.T, c Case) {
	t.Helper()
	p := s.complete(t, c)
	cases := map[string]Case{
		"no rows": first(c, 0), "one row": first(c, 1), "two rows": first(c, 2), "five rows": first(c, 5),
		"constant": c.mapped(func(int, float64) float64 { return 3 }),
		"zero":     c.mapped(func(int, float64) float64 { return 0 }),
		"negative": c.mapped(func(_ int, v float64) float64 { return -v }),
		"huge":     c.mapped(func(_ int, v float64) float64 { return v * 1e300 }),
		"tiny":     c.mapped(func(_ int, v float64) float64 { return v * 1e-300 }),
		"one outlier": c.mapped(func(r int, v float64) float64 {
			if r == 0 {
				return 1e15
			}
			return v
		}),
		"one twin": repeated(first(c, 2), 60),
	}
	for name, hard := range cases {
		t.Run(name, func(t *testing.T) { s.tolerates(t, hard, p) })
	}
}

// tolerates runs a case that may end in a sound answer or in a diagnostic.
func (s *suite) tolerates(t *testing.T, c Case, p sdk.Params) {
	t.Helper()
	got, err := s.fit(t.Context(), c, p, 1, Quiet{})
	if err == nil {
		err = check.Response(s.info, c.Table, &got)
	}
	if err != nil {
		t.Errorf("neither an answer nor a diagnostic: %v", err)
		return
	}
	s.testRules(t, c, got)
}

// The sizes and times of the cancel test: a table that takes a while, a moment to get
// into the work, the half second of the contract, and what a busy machine gets before
// a method counts as hanging.
const (
	cancelRows     = 200_000
	cancelAfter    = 50 * time.Millisecond
	cancelLimit    = 500 * time.Millisecond
	cancelPatience = 30 * time.Second
)

// testCancel: a run ends soon after its context, with the context's error.
func (s *suite) testCancel(t *testing.T, c Case) {
	t.Helper()
	p := s.complete(t, c)
	// No two rows are alike, so that there is work to do.
	big := repeated(c, cancelRows).mapped(func(r int, v float64) float64 { return v + math.Sqrt(float64(r))/10 })
	for name, after := range map[string]time.Duration{"while it runs": cancelAfter, "soon": cancelAfter / 4, "later": 2 * cancelAfter, "late": 5 * cancelAfter, "before it begins": 0} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			late, err := lateness(after, cancel, func() error {
				_, err := s.fit(ctx, big, p, 1, Quiet{})
				return err
			})
			if late > cancelLimit {
				t.Errorf("returned %v after the cancel", late)
			}
			if err != nil && ctx.Err() != nil && !errors.Is(err, context.Canceled) && !cancelledElsewhere(err) {
				t.Errorf("got %v, want the context's error", err)
			}
		})
	}
}

// lateness runs f, cancels it after a while, and returns how long it went on. A machine
// that is busy with other things makes everything late, so what counts then, where the
// system tells it, is how long f computed: all its processor time but what it can have
// used before the cancel.
func lateness(after time.Duration, cancel func(), f func() error) (late time.Duration, err error) {
	runtime.LockOSThread() // whose time is counted
	defer runtime.UnlockOSThread()
	begin, known := threadTime()
	start := time.Now()
	if after == 0 {
		cancel()
	} else {
		defer time.AfterFunc(after, cancel).Stop()
	}
	err = f()
	late = time.Since(start) - after
	end, _ := threadTime()
	if known && late < cancelPatience {
		late = min(late, end-begin-after)
	}
	return late, err
}

// cancelledElsewhere reports an application's own error for the end of a context.
func cancelledElsewhere(err error) bool {
	var u interface{ Unwrap() error }
	return errors.As(err, &u) && errors.Is(u.Unwrap(), context.Canceled)
}

func isPanic(err error) bool {
	return err != nil && len(err.Error()) > 6 && err.Error()[:6] == "panic:"
}
