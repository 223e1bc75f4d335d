package kmeans

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func cloud(n, d int, seed uint64) points {
	rnd := rand.New(rand.NewPCG(seed, 1))
	p := newPoints(n, d)
	for i := range p.x {
		p.x[i] = rnd.NormFloat64() + float64(rnd.IntN(3))*4
	}
	return p
}

func calm(threads int) func(t *testing.T) worker {
	return func(t *testing.T) worker {
		t.Helper()
		return worker{ctx: t.Context(), stop: func() bool { return false }, threads: threads}
	}
}

// naive is Lloyd's iteration without bounds.
func naive(p points, centres []float64, iterations int) (label []int32, inertia float64) {
	k := len(centres) / p.d
	label = make([]int32, p.n)
	for range iterations {
		sum, count := make([]float64, len(centres)), make([]float64, k)
		for i := range p.n {
			label[i], _, _ = nearestTwo(p.row(i), centres)
			count[label[i]]++
			for j, x := range p.row(i) {
				sum[int(label[i])*p.d+j] += x
			}
		}
		for c := range k {
			for j := range p.d {
				if count[c] > 0 {
					centres[c*p.d+j] = sum[c*p.d+j] / count[c]
				}
			}
		}
	}
	for i := range p.n {
		best, first, _ := nearestTwo(p.row(i), centres)
		label[i] = best
		inertia += first
	}
	return label, inertia
}

// Bounds change nothing but the time: the same labels as Lloyd's plain iteration.
func TestLloyd_AgreesWithPlainIteration(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 2, 3, 5} {
		for seed := range uint64(5) {
			p := cloud(3000, d, seed)
			start := plusPlus(p, 7, rand.New(rand.NewPCG(seed, 2)))
			for _, iterations := range []int{1, 2, 5, 40} {
				g, err := runLloyd(calm(2)(t), p, slices.Clone(start), iterations, 0)
				if err != nil {
					t.Fatal(err)
				}
				label, inertia := naive(p, slices.Clone(start), iterations)
				if !slices.Equal(label, g.label) || math.Abs(inertia-g.inertia) > 1e-9*inertia {
					t.Fatalf("d %d, seed %d, %d iterations: inertia %g, plain %g", d, seed, iterations, g.inertia, inertia)
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
			if g.inertia > last*(1+1e-12) {
				t.Fatalf("seed %d, iteration %d: %g after %g", seed, iterations, g.inertia, last)
			}
			last = g.inertia
			if err := polish(w, p, g); err != nil || g.inertia > last*(1+1e-12) {
				t.Fatalf("polish: %g after %g, %v", g.inertia, last, err)
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
		g, err := s.compete(w, p, 9)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range g.label {
			n := float64(g.count[a])
			if n < 2 {
				continue
			}
			saved := square(p.row(i), g.centres[int(a)*2:int(a)*2+2]) * n / (n - 1)
			for c, m := range g.count {
				cost := square(p.row(i), g.centres[c*2:c*2+2]) * float64(m) / float64(m+1)
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
	p := points{n: 4, d: 2, x: []float64{0, 0, 0.5, 0, 0.5, 1, 1, 1}}
	g, err := runLloyd(calm(1)(t), p, []float64{0.5, 0.5, 3, 3}, 100, 0)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(g.inertia-0.25) > 1e-12 {
		t.Errorf("inertia %g, want 0.25", g.inertia)
	}
}

// ELKI and scikit-learn: a silhouette of singletons is 0.
func TestSilhouettes_HandCase(t *testing.T) {
	t.Parallel()
	p := points{n: 6, d: 1, x: []float64{0, 1, 1, 2, 3, 3}}
	g := &grouping{k: 3, label: []int32{0, 1, 1, 1, 2, 2}, count: []int{1, 3, 2}}
	got, err := silhouettes(calm(2)(t), p, []*grouping{g})
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
	var p points
	p.d = 2
	g := &grouping{k: 4, count: make([]int, 4), centres: make([]float64, 8)}
	for c, pair := range [][4]float64{{0, 0, 1, 1}, {3, 3, 4, 4}, {0, 4, 1, 3}, {3, 1, 4, 0}} {
		for range 5 {
			p.x = append(p.x, pair[:]...)
			p.n += 2
			g.label = append(g.label, int32(c), int32(c))
		}
		g.count[c] = 10
		g.centres[2*c], g.centres[2*c+1] = (pair[0]+pair[2])/2, (pair[1]+pair[3])/2
	}
	_, distance, err := centreSilhouette(calm(1)(t), p, g.centres, g.label, g.count)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.n {
		g.inertia += square(p.row(i), g.centres[2*g.label[i]:2*g.label[i]+2])
	}
	if got := calinskiHarabasz(p, g); math.Abs(got-108) > 1e-9 {
		t.Errorf("Calinski–Harabasz %g, want 108", got)
	}
	if got := daviesBouldin(p, g, distance); math.Abs(got-0.47140452079103173) > 1e-12 {
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
		if got := quantile(v, q); math.Abs(got-want) > 1e-12 {
			t.Fatalf("%v at %g: %g, want %g", v, q, got, want)
		}
	}
}
