package evidence_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"qunxiang/core/evidence"
)

// nearest is a method for tests: the nearest of given centres.
func nearest(x []float64, centres ...float64) evidence.Refit {
	return func(_ context.Context, _ int, rows []int32) ([]int32, error) {
		out := make([]int32, len(rows))
		for i, r := range rows {
			for c := range centres {
				if math.Abs(x[r]-centres[c]) < math.Abs(x[r]-centres[out[i]]) {
					out[i] = int32(c)
				}
			}
		}
		return out, nil
	}
}

func TestTheSameGroupsComeBackWhole(t *testing.T) {
	t.Parallel()
	var x []float64
	var label []int32
	for i := range 60 {
		x, label = append(x, float64(i%3*10)), append(label, int32(i%3))
	}
	got, err := evidence.Resample(t.Context(), label, 3, evidence.Draws{Seed: 1, Threads: 2}, nearest(x, 20, 0, 10))
	if err != nil {
		t.Fatal(err)
	}
	for s, g := range got {
		if g.Mean != 1 || g.Low != 1 || g.High != 1 || g.Verdict != evidence.VerdictVeryStable || g.Replicates != 50 {
			t.Errorf("segment %d: %+v", s, g)
		}
	}
}

// Counted by hand: segments of 20, 20 and 20 customers; the method leaves the first alone
// and throws the others together. In any draw the Jaccard of the first is 1, those of the
// others are their shares of the two: together 1.
func TestMergedGroupsShareTheirJaccard(t *testing.T) {
	t.Parallel()
	var x []float64
	var label []int32
	for i := range 60 {
		x, label = append(x, float64(i%3*10)), append(label, int32(i%3))
	}
	got, err := evidence.Resample(t.Context(), label, 3, evidence.Draws{Seed: 3}, nearest(x, 0, 15))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "first", got[0].Mean, 1, 0)
	near(t, "others together", got[1].Mean+got[2].Mean, 1, 1e-12)
	near(t, "each about half", got[1].Mean, 0.5, 0.1)
	if got[1].Verdict != evidence.VerdictUnstable || got[1].Low >= got[1].Mean || got[1].High <= got[1].Mean {
		t.Errorf("second: %+v", got[1])
	}
}

func TestDrawsHangOnTheSeedAndOnNothingElse(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	n := 30_000
	key, x, label := make([]uint64, n), make([]float64, n), make([]int32, n)
	for i := range x {
		key[i], x[i] = rnd.Uint64(), rnd.NormFloat64()
		if x[i] > 0.1 {
			label[i] = 1
		}
	}
	run := func(seed uint64, threads int, order []int) []evidence.Stability {
		k, v, l := make([]uint64, n), make([]float64, n), make([]int32, n)
		for to, from := range order {
			k[to], v[to], l[to] = key[from], x[from], label[from]
		}
		out, err := evidence.Resample(t.Context(), l, 2, evidence.Draws{Seed: seed, Threads: threads, Order: func(i int) uint64 { return k[i] }}, nearest(v, -1, 1))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	straight := rnd.Perm(n)
	slices.Sort(straight)
	base := run(5, 1, straight)
	for name, other := range map[string][]evidence.Stability{"threads": run(5, 3, straight), "rows shuffled": run(5, 2, rnd.Perm(n))} {
		if !slices.Equal(base, other) {
			t.Errorf("%s: %+v and %+v", name, base, other)
		}
	}
	if slices.Equal(base, run(6, 2, straight)) {
		t.Error("another seed, the same draws")
	}
}

func TestAFewCustomersAmongManyAreNotJudged(t *testing.T) {
	t.Parallel()
	label := make([]int32, 40_000)
	label[0], label[1] = 1, 1
	got, err := evidence.Resample(t.Context(), label, 2, evidence.Draws{}, func(_ context.Context, _ int, rows []int32) ([]int32, error) {
		return make([]int32, len(rows)), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got[1].Verdict != evidence.VerdictUnmeasured || !math.IsNaN(got[1].Mean) || got[0].Verdict != evidence.VerdictVeryStable {
		t.Errorf("%+v", got)
	}
}

func TestResampleEndsWithTheMethodAndTheContext(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	_, err := evidence.Resample(t.Context(), make([]int32, 100), 1, evidence.Draws{Threads: 2}, func(context.Context, int, []int32) ([]int32, error) { return nil, broken })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = evidence.Resample(ctx, make([]int32, 100), 1, evidence.Draws{}, func(context.Context, int, []int32) ([]int32, error) {
		cancel()
		return make([]int32, 64), nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// The thresholds of Hennig 2007, as the documentation of fpc::clusterboot words them.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for mean, want := range map[float64]evidence.Verdict{
		0: "unstable", 0.5999: "unstable", 0.6: "doubtful", 0.7499: "doubtful", 0.75: "stable", 0.85: "stable", 0.8501: "very_stable", 1: "very_stable",
	} {
		if got := evidence.VerdictOf(mean); got != want {
			t.Errorf("%v: %q, want %q", mean, got, want)
		}
	}
}
