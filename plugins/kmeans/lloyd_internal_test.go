package kmeans

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/vec"
)

func cloud(n, d int, seed uint64) *data {
	rnd := rand.New(rand.NewPCG(seed, 1))
	p := cluster.NewPoints(n, d)
	for i := range p.X {
		p.X[i] = rnd.NormFloat64() + float64(rnd.IntN(3))*4
	}
	out := newSample(nil, cluster.ToColumns(p), nil)
	return &out
}

func randomOf(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2)) }

func calm(threads int) func(t *testing.T) cluster.Worker {
	return func(t *testing.T) cluster.Worker {
		t.Helper()
		return cluster.Worker{Ctx: t.Context(), Stop: func() bool { return false }, Threads: threads}
	}
}

// naive is Lloyd's iteration without bounds.
func naive(d *data, centres []float64, iterations int) (label []int32, inertia float64) {
	p := cluster.ToPoints(d.Columns)
	k := len(centres) / p.D
	label = make([]int32, p.N)
	for range iterations {
		sum, count := make([]float64, len(centres)), make([]float64, k)
		for i := range p.N {
			label[i], _, _ = vec.Nearest(p.Row(i), centres)
			count[label[i]]++
			for j, x := range p.Row(i) {
				sum[int(label[i])*p.D+j] += x
			}
		}
		for c := range k {
			for j := range p.D {
				if count[c] > 0 {
					centres[c*p.D+j] = sum[c*p.D+j] / count[c]
				}
			}
		}
	}
	for i := range p.N {
		best, first, _ := vec.Nearest(p.Row(i), centres)
		label[i] = best
		inertia += first
	}
	return label, inertia
}

// Bounds change nothing but the time: the same labels as Lloyd's plain iteration.
func TestLloyd_AgreesWithPlainIteration(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 2, 3, 5, 20} {
		for seed := range uint64(5) {
			p, k := cloud(3000, d, seed), 7
			if d == 20 { // so much that bounds are used even with wide registers
				k = dense/d + 5
			}
			start := plusPlus(p, k, rand.New(rand.NewPCG(seed, 2)))
			for _, iterations := range []int{1, 2, 5, 40} {
				steps := runLloyd
				if seed%2 == 1 {
					steps = land // which takes other guesses, and must not be wrong either
				}
				g, err := steps(calm(2)(t), p, slices.Clone(start), iterations, 0)
				if err != nil {
					t.Fatal(err)
				}
				if _, _, err := finish(calm(2)(t), p, g); err != nil {
					t.Fatal(err)
				}
				label, inertia := naive(p, slices.Clone(start), iterations)
				if !slices.Equal(label, g.Label) || math.Abs(inertia-g.Inertia) > 1e-9*inertia {
					t.Fatalf("d %d, seed %d, %d iterations: inertia %g, plain %g", d, seed, iterations, g.Inertia, inertia)
				}
			}
		}
	}
}

// The inertia never rises from one iteration to the next, and polishing only lowers it.
func TestLloyd_InertiaNeverRises(t *testing.T) {
	t.Parallel()
	w := calm(1)(t)
	for seed := range uint64(10) {
		p := cloud(500, 3, seed)
		start := randomRows(p, 6, rand.New(rand.NewPCG(seed, 2)))
		last := math.Inf(1)
		for iterations := 1; iterations < 30; iterations++ {
			g, err := runLloyd(w, p, slices.Clone(start), iterations, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := finish(w, p, g); err != nil || g.Inertia > last*(1+1e-12) {
				t.Fatalf("seed %d, iteration %d: %g after %g", seed, iterations, g.Inertia, last)
			}
			last = g.Inertia
			if err := polish(w, p, g); err != nil || g.Inertia > last*(1+1e-12) {
				t.Fatalf("polish: %g after %g, %v", g.Inertia, last, err)
			}
		}
	}
}

// After polish no single move helps, checked without bounds.
func TestPolish_NoMoveHelps(t *testing.T) {
	t.Parallel()
	w := calm(1)(t)
	for seed := range uint64(10) {
		p := cloud(400, 2, seed)
		s := search{restarts: 1, maxIterations: 100, tolerance: 1e-4, seed: seed}
		found, err := s.candidates(w, p, 9, 1)
		if err != nil {
			t.Fatal(err)
		}
		g := found[0]
		for i, a := range g.Label {
			n := float64(g.Count[a])
			if n < 2 {
				continue
			}
			saved := p.Square(i, g.Centres[int(a)*2:int(a)*2+2]) * n / (n - 1)
			for c, m := range g.Count {
				cost := p.Square(i, g.Centres[c*2:c*2+2]) * float64(m) / float64(m+1)
				if c != int(a) && cost < saved*(1-1e-8) {
					t.Fatalf("seed %d: moving row %d from %d to %d helps", seed, i, a, c)
				}
			}
		}
	}
}

// A group that loses its last row gets the row farthest from its own centre
// (scikit-learn, test_kmeans_relocated_clusters).
func TestLloyd_EmptyGroup(t *testing.T) {
	t.Parallel()
	p := newSample(nil, cluster.ToColumns(cluster.Points{N: 4, D: 2, X: []float64{0, 0, 0.5, 0, 0.5, 1, 1, 1}}), nil)
	g, err := runLloyd(calm(1)(t), &p, []float64{0.5, 0.5, 3, 3}, 100, 0)
	if err == nil {
		_, _, err = finish(calm(1)(t), &p, g)
	}
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(g.Inertia-0.25) > 1e-12 {
		t.Errorf("inertia %g, want 0.25", g.Inertia)
	}
}

// ELKI and scikit-learn: a silhouette of singletons is 0.
func TestSilhouettes_HandCase(t *testing.T) {
	t.Parallel()
	p := cluster.Points{N: 6, D: 1, X: []float64{0, 1, 1, 2, 3, 3}}
	g := &cluster.Grouping{K: 3, Label: []int32{0, 1, 1, 1, 2, 2}, Count: []int{1, 3, 2}}
	got, err := cluster.Silhouettes(calm(2)(t), p, []*cluster.Grouping{g}, cluster.Distances)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{0, 0.5, 0.5, 0, 1, 1}; !slices.Equal(got[0], want) {
		t.Errorf("got %v, want %v", got[0], want)
	}
}

// scikit-learn, test_calinski_harabasz_score and test_davies_bouldin_score.
func TestIndices_HandCase(t *testing.T) {
	t.Parallel()
	var p cluster.Points
	p.D = 2
	g := &cluster.Grouping{K: 4, Count: make([]int, 4), Centres: make([]float64, 8)}
	for c, pair := range [][4]float64{{0, 0, 1, 1}, {3, 3, 4, 4}, {0, 4, 1, 3}, {3, 1, 4, 0}} {
		for range 5 {
			p.X = append(p.X, pair[:]...)
			p.N += 2
			g.Label = append(g.Label, int32(c), int32(c))
		}
		g.Count[c] = 10
		g.Centres[2*c], g.Centres[2*c+1] = (pair[0]+pair[2])/2, (pair[1]+pair[3])/2
	}
	_, distance, err := cluster.CentreSilhouette(calm(1)(t), p, g.Centres, g.Label, g.Count)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.N {
		g.Inertia += cluster.Square(p.Row(i), g.Centres[2*g.Label[i]:2*g.Label[i]+2])
	}
	if got := cluster.CalinskiHarabasz(p, g); math.Abs(got-108) > 1e-9 {
		t.Errorf("Calinski–Harabasz %g, want 108", got)
	}
	if got := cluster.DaviesBouldin(p, g, distance); math.Abs(got-0.47140452079103173) > 1e-12 {
		t.Errorf("Davies–Bouldin %g", got)
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		v := make([]float64, 1+rnd.IntN(300))
		for i := range v {
			v[i] = float64(rnd.IntN(50))
		}
		q := rnd.Float64()
		s := slices.Sorted(slices.Values(v))
		at := q * float64(len(v)-1)
		k := int(at)
		want := s[k]
		if k+1 < len(s) {
			want += (at - float64(k)) * (s[k+1] - s[k])
		}
		if got := cluster.Quantile(v, q); math.Abs(got-want) > 1e-12 {
			t.Fatalf("%v at %g: %g, want %g", v, q, got, want)
		}
	}
}

// Where Lloyd's iteration ends by its tolerance the centres are near the means of their
// groups, not on them: polish takes them there even when no row moves. (An external check
// with scikit-learn's indices on telco_churn's three numbers, k = 3, found the inertia and
// Calinski–Harabasz of centres that were not.)
func TestPolish_CentresAreMeans(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		p := cloud(3000, 2, seed)
		g, err := runLloyd(calm(1)(t), p, plusPlus(p, 4, randomOf(seed)), 300, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := polish(calm(1)(t), p, g); err != nil {
			t.Fatal(err)
		}
		want, best := slices.Clone(g.Centres), g.Inertia
		for i := range g.Centres {
			g.Centres[i] += 1e-9 // no row changes its group by this
		}
		if err := polish(calm(1)(t), p, g); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(g.Centres, want) || g.Inertia != best {
			t.Errorf("seed %d: centres %v of inertia %v, want %v of %v", seed, g.Centres, g.Inertia, want, best)
		}
	}
}
