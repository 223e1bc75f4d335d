package kmeans

import (
	"math/rand/v2"
	"slices"
	"testing"

	"qunxiang/plugins/internal/cluster"
)

// Steps ahead end where the plain iteration ends or lower, in fewer steps, with labels that
// are those of the nearest centres; threads change nothing.
func TestLand_StepsAhead(t *testing.T) {
	t.Parallel()
	plain, ahead := 0, 0
	for seed := range uint64(8) {
		n, dim, k := 20_000, 2+int(seed%2), 4+int(seed%5)
		rnd := rand.New(rand.NewPCG(seed, 9))
		p := cluster.NewPoints(n, dim) // without groups the iteration creeps
		for i := range p.X {
			p.X[i] = rnd.NormFloat64()
		}
		sample := newSample(nil, cluster.ToColumns(p), nil)
		d := &sample
		rough, err := runLloyd(calm(1)(t), d, plusPlus(d, k, rnd), 100, 1e-3)
		if err != nil {
			t.Fatal(err)
		}
		start := rough.Centres
		solve := func(threads int, mixed, bounds bool) *lloyd {
			l := newLloyd(calm(threads)(t), d, slices.Clone(start), nil)
			if bounds {
				l.bound()
			}
			l.landing = true
			if mixed {
				l.mix = newMixer(start, d.D)
			}
			if err := l.run(300, 1e-6*d.variance, nil); err != nil {
				t.Fatal(err)
			}
			if err := relabel(l.w, d, l.g); err != nil {
				t.Fatal(err)
			}
			return l
		}
		slow, fast, again := solve(1, false, false), solve(1, true, false), solve(2, true, false)
		plain, ahead = plain+slow.g.Iterations, ahead+fast.g.Iterations
		if !slices.Equal(fast.g.Centres, again.g.Centres) || !slices.Equal(fast.g.Label, again.g.Label) {
			t.Errorf("seed %d: two threads give another answer", seed)
		}
		if fast.g.Inertia > slow.g.Inertia*1.02 { // another way may end in another valley
			t.Errorf("seed %d: inertia %g after %d steps, plain %g after %d", seed, fast.g.Inertia, fast.g.Iterations, slow.g.Inertia, slow.g.Iterations)
		}
		if with := solve(1, true, true); !slices.Equal(fast.g.Centres, with.g.Centres) || !slices.Equal(fast.g.Label, with.g.Label) {
			t.Errorf("seed %d: bounds give another answer", seed)
		}
		label, _ := naive(d, slices.Clone(fast.g.Centres), 0)
		if !slices.Equal(label, fast.g.Label) {
			t.Errorf("seed %d: labels are not those of the nearest centres", seed)
		}
		centres := slices.Clone(fast.g.Centres)
		_, before := naive(d, centres, 0)
		if _, after := naive(d, centres, 1); after < before*(1-1e-5) {
			t.Errorf("seed %d: one step more lowers the inertia from %g to %g", seed, before, after)
		}
	}
	if ahead >= plain {
		t.Errorf("%d steps ahead, %d plain ones", ahead, plain)
	}
	t.Logf("%d steps, plain %d", ahead, plain)
}

func TestSolve(t *testing.T) {
	t.Parallel()
	got := solve([][]float64{{4, 2, 10}, {2, 3, 9}}) // 4x+2y = 10, 2x+3y = 9
	if len(got) != 2 || got[0] != 1.5 || got[1] != 2 {
		t.Errorf("%v, want 1.5 and 2", got)
	}
	if got := solve([][]float64{{0, 0, 1}, {0, 0, 1}}); got != nil {
		t.Errorf("no answer: %v", got)
	}
}
