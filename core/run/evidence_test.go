package run_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/run"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// cutter is a clustering for tests: it cuts at the mean, into k = 2 or 1.
type cutter struct {
	fits, brief atomic.Int64
	broken      bool
}

func (c *cutter) info() sdk.Info {
	return sdk.Info{
		ID: "cutter", Version: "1.0.0", Name: sdk.Text{ZH: "切", EN: "Cutter"}, Tags: []string{run.Clustering}, Capabilities: sdk.Capabilities{Apply: true},
		Roles: []sdk.Role{{ID: "features", Title: sdk.Text{ZH: "特征", EN: "Features"}, Min: 1, Kinds: []table.Kind{table.Float64, table.Int64}, Hints: []string{feature.Monetary}}},
		Params: []sdk.Param{
			{ID: "k", Kind: sdk.ParamInt, Auto: true, Default: sdk.Auto()},
			{ID: "log", Kind: sdk.ParamText, Default: sdk.TextValue("auto")},
		},
		Outputs: []sdk.Output{{ID: "segment", Kind: table.Category, Meaning: sdk.MeaningSegment}},
	}
}

func (c *cutter) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return sdk.ValidateResponse{Params: c.info().Complete(r).Params}, nil
}

var errBroken = errors.New("broken")

func (c *cutter) Fit(_ context.Context, r sdk.Request, _ func(float64, sdk.Text)) (sdk.Response, error) {
	c.fits.Add(1)
	if r.Brief {
		c.brief.Add(1)
		if c.broken {
			return sdk.Response{}, errBroken
		}
		if r.Params.IsAuto("k") || r.Params.Int("k") != 2 {
			return sdk.Response{}, fmt.Errorf("k is %v in a draw", r.Params["k"])
		}
		if log := r.Params.Text("log"); log != "monetary" { // as the run's recipe says
			return sdk.Response{}, fmt.Errorf("log is %s in a draw", log)
		}
	}
	mean, col := 0.0, r.Table.Columns[0]
	for i := range r.Table.Rows {
		mean += col.Float(i) / float64(r.Table.Rows)
	}
	seg := table.Column{Name: "segment", Kind: table.Category, Dict: []string{"low", "high"}}
	for i := range r.Table.Rows {
		code := uint32(0)
		if col.Float(i) > mean {
			code = 1
		}
		seg.Codes = append(seg.Codes, code)
	}
	recipe := sdk.DataTable{ID: "recipe", Table: &table.Table{Rows: 2, Columns: []table.Column{
		{Name: "feature", Kind: table.String, Strings: []string{"frequency", "monetary"}},
		{Name: "log", Kind: table.Bool, Ints: []int64{0, 1}},
	}}}
	return sdk.Response{Columns: []table.Column{seg}, Segments: []sdk.Segment{{Key: "low"}, {Key: "high"}}, Tables: []sdk.DataTable{recipe}}, nil
}

// apart are n customers in two groups far apart, shuffled by the seed.
func apart(n int, seed uint64) (*feature.Set, *core.Dict) {
	set, keys := &feature.Set{AsOf: core.YMD(2024, 5, 1), Table: &table.Table{Rows: n}}, &core.Dict{}
	c := table.Column{Name: feature.Monetary, Kind: table.Float64, Unit: "money"}
	for to, i := range rand.New(rand.NewPCG(seed, 0)).Perm(n) {
		set.Customers = append(set.Customers, uint32(to))
		keys.AppendString(fmt.Sprint("K", i))
		c.Floats = append(c.Floats, float64(i%2*100+i%7))
	}
	set.Table.Columns = []table.Column{c}
	return set, keys
}

func evidenceOf(t *testing.T, c *cutter, e run.Evidence, seed uint64) *core.Segmentation {
	t.Helper()
	set, keys := apart(200, seed)
	e.Keys = keys
	p, err := run.Prepare(t.Context(), run.Request{
		Method: core.Method{Info: c.info(), Plugin: "bundled"}, Fitter: c, Name: "n", Features: set, Seed: 9, Threads: 2, Evidence: e,
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Run(t.Context(), func(float64, sdk.Text) {})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = p.Complete(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if s, err = p.Stability(t.Context(), s, func(float64, sdk.Text) {}); err != nil {
		t.Fatal(err)
	}
	if s, err = p.Card(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

func tableOf(t *testing.T, s *core.Segmentation, id string) *table.Table {
	t.Helper()
	for _, d := range s.Tables {
		if d.ID == id {
			return d.Table
		}
	}
	t.Fatalf("no table %q", id)
	return nil
}

func TestClusteringsAreRunAgain(t *testing.T) {
	t.Parallel()
	c := &cutter{}
	s := evidenceOf(t, c, run.Evidence{}, 1)
	if c.brief.Load() != 50 || c.fits.Load() != 51 {
		t.Errorf("%d of %d fits were brief, want 50 of 51", c.brief.Load(), c.fits.Load())
	}
	for _, g := range s.Segments {
		if g.Stability == nil || *g.Stability != 1 {
			t.Errorf("segment %s: %v", g.Key, g.Stability)
		}
	}
	st := tableOf(t, s, "stability")
	if diff := cmp.Diff([]string{"very_stable", "very_stable"}, st.Column("verdict").Strings); diff != "" {
		t.Error(diff)
	}
	if rows := tableOf(t, s, "card").Rows; rows != 10 {
		t.Errorf("%d rows in the card", rows)
	}
}

func TestOwedEvidenceIsCompleted(t *testing.T) {
	t.Parallel()
	s := evidenceOf(t, &cutter{}, run.Evidence{Replicates: run.NoStability}, 1)
	have := map[string]bool{}
	for _, m := range s.Metrics {
		have[m.ID] = m.Value != nil || m.Word != ""
	}
	for _, id := range []string{"inertia", "silhouette", "silhouetteKind", "calinskiHarabasz", "daviesBouldin", "structure"} {
		if !have[id] {
			t.Errorf("no %s", id)
		}
	}
	if k := tableOf(t, s, "sweep").Column("k").Ints[0]; k != 2 {
		t.Errorf("a sweep of %d groups", k)
	}
	for _, g := range s.Segments {
		if g.Stability != nil {
			t.Error("a stability that nobody asked for")
		}
	}
}

func TestIndicesDoNotHangOnTheOrderOfCustomers(t *testing.T) {
	t.Parallel()
	of := func(seed uint64) map[string]float64 {
		out := map[string]float64{}
		for _, m := range evidenceOf(t, &cutter{}, run.Evidence{Replicates: run.NoStability}, seed).Metrics {
			if m.Value != nil {
				out[m.ID] = *m.Value
			}
		}
		return out
	}
	want := of(1)
	for seed := range uint64(10) {
		if diff := cmp.Diff(want, of(seed+2)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestDrawsDoNotHangOnTheOrderOfCustomers(t *testing.T) {
	t.Parallel()
	of := func(seed uint64) *table.Table {
		c := &cutter{}
		return tableOf(t, evidenceOf(t, c, run.Evidence{Replicates: 20}, seed), "stability")
	}
	if diff := cmp.Diff(of(1), of(2)); diff != "" {
		t.Error(diff)
	}
}

func TestAMethodThatFailsOnDrawsCostsTheStabilityAlone(t *testing.T) {
	t.Parallel()
	s := evidenceOf(t, &cutter{broken: true}, run.Evidence{}, 1)
	if len(s.Diagnostics) != 1 || s.Diagnostics[0].Code != run.StabilityFailed || s.Segments[0].Stability != nil {
		t.Errorf("%+v", s.Diagnostics)
	}
}
