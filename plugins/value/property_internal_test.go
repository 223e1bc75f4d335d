package value

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// customers makes histories of a BG/NBD process, with times in whole days counted in
// weeks.
func customers(n int, r, alpha, a, b float64, seed uint64) *histories {
	rng := rand.New(rand.NewPCG(seed, 11))
	h := newHistories(n)
	for i := range n {
		T := float64(180+rng.IntN(200)) / 7
		rate := gammaDraw(rng, r) / alpha
		g1, g2 := gammaDraw(rng, a), gammaDraw(rng, b)
		leave := g1 / (g1 + g2)
		h.x[i], h.T[i] = 0, T
		for at := rng.ExpFloat64() / rate; at < T; at += rng.ExpFloat64() / rate {
			h.x[i], h.tx[i] = h.x[i]+1, math.Ceil(7*at)/7
			if rng.Float64() < leave {
				break
			}
		}
		h.tx[i] = min(h.tx[i], T)
		if h.x[i] > 0 {
			h.money[i], h.worth = 20+80*rng.Float64(), true
		}
	}
	return h
}

// gammaDraw is the method of Marsaglia and Tsang (2000).
func gammaDraw(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gammaDraw(rng, shape+1) * math.Pow(rng.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	for {
		z := rng.NormFloat64()
		v := math.Pow(1+z/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(rng.Float64()) < z*z/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// TestGradients: the analytic gradients are those of the likelihoods.
func TestGradients(t *testing.T) {
	t.Parallel()
	h := customers(300, 0.5, 6, 0.9, 3, 1)
	m, err := mergeHistories(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	list := purses(h)
	spend := &spendLikelihood{list: list, total: float64(len(list)), w: testWorker(), part: make([]sum4, 1)}
	rng := rand.New(rand.NewPCG(5, 5))
	for name, c := range map[string]struct {
		f objective
		n int
	}{
		"BG/NBD": {newBGNBDLikelihood(m, testWorker()).eval, 4}, "Pareto/NBD": {newParetoLikelihood(m, testWorker()), 4}, "spending": {spend.eval, 3},
	} {
		for range 20 {
			theta, g, none := make([]float64, c.n), make([]float64, c.n), make([]float64, c.n)
			for i := range theta {
				theta[i] = 2 * rng.NormFloat64()
			}
			c.f(theta, g)
			for i := range theta {
				const step = 1e-5
				at := slices.Clone(theta)
				at[i] += step
				up := c.f(at, none)
				at[i] -= 2 * step
				near(t, fmt.Sprintf("%s %d", name, i), g[i], (up-c.f(at, none))/(2*step), 1e-6*(1+math.Abs(g[i])))
			}
		}
	}
}

// TestCurvature: the analytic second derivatives of BG/NBD are those of its gradient, with
// powers from tables, with an exponential for every row, and out of the range of numbers.
func TestCurvature(t *testing.T) {
	t.Parallel()
	for _, n := range []int{300, 6000} {
		m, err := mergeHistories(t.Context(), customers(n, 0.5, 6, 0.9, 3, 1))
		if err != nil {
			t.Fatal(err)
		}
		l := newBGNBDLikelihood(m, testWorker())
		if tables := slices.ContainsFunc(l.levels, func(v level) bool { return v.spots != nil }); tables != (n > 1000) {
			t.Fatalf("%d customers: tables %v", n, tables)
		}
		rng := rand.New(rand.NewPCG(7, 7))
		differences := &problem{f: l.eval}
		for i := range 20 {
			theta := make([]float64, 4)
			for j := range theta {
				theta[j] = 2 * rng.NormFloat64()
			}
			if i == 0 {
				theta = []float64{7, -6, 1, 1} // steep
			}
			got, want := l.hessian(theta), differences.hessian(theta)
			for a := range got {
				for b := range got[a] {
					near(t, fmt.Sprintf("%d %v %d %d", n, theta, a, b), got[a][b], want[a][b], 1e-6*(1+math.Abs(want[a][b])))
				}
			}
		}
	}
}

// TestQuintileCuts: they are those of all values in order.
func TestQuintileCuts(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 8))
	for try := range 200 {
		n := 1 + rng.IntN(400)
		v, weight, of := make([]float64, n), make([]float64, n), map[float64]float64{}
		spread := []float64{0.001, 1, 30}[try%3]
		for i := range v {
			v[i], weight[i] = math.Exp(spread*rng.NormFloat64()), float64(1+rng.IntN(3))
			if rng.IntN(4) == 0 {
				v[i] = v[rng.IntN(i+1)]
			}
			if rng.IntN(9) == 0 {
				v[i] = 0
			}
			of[v[i]] += weight[i]
		}
		total, below, want := 0.0, 0.0, []float64{math.MaxFloat64, math.MaxFloat64, math.MaxFloat64, math.MaxFloat64}
		for _, w := range weight {
			total += w
		}
		for _, x := range slices.Sorted(maps.Keys(of)) {
			score := 1 + int(5*(below+of[x]/2)/total)
			below += of[x]
			for c := range want {
				if score >= 5-c {
					want[c] = min(want[c], x)
				}
			}
		}
		if got := quintileCuts(v, weight); !slices.Equal(got, want) {
			t.Fatalf("%d: got %v, want %v", try, got, want)
		}
	}
}

// TestAliveGradients: so are those of ln P(alive) and of the value of an order.
func TestAliveGradients(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(6, 6))
	for _, kind := range []string{modelBGNBD, modelPareto} {
		for range 50 {
			theta := []float64{rng.NormFloat64(), 2 + rng.NormFloat64(), rng.NormFloat64(), 1 + rng.NormFloat64()}
			x, T := float64(rng.IntN(6)), 10+50*rng.Float64()
			tx := T * rng.Float64()
			if x == 0 {
				tx = 0
			}
			g := make([]float64, 4)
			rebuild(kind, theta).alive(x, tx, T, g)
			for i := range theta {
				at := slices.Clone(theta)
				at[i] += 1e-5
				up := math.Log(rebuild(kind, at).alive(x, tx, T, nil))
				at[i] -= 2e-5
				near(t, kind, g[i], (up-math.Log(rebuild(kind, at).alive(x, tx, T, nil)))/2e-5, 1e-6*(1+math.Abs(g[i])))
			}
		}
	}
}

// TestIntervalGradients: the spread of a forecast in each parameter is that of forecasts
// with the parameter moved.
func TestIntervalGradients(t *testing.T) {
	t.Parallel()
	h := customers(200, 0.5, 6, 0.9, 3, 9)
	m, err := mergeHistories(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	hz := horizon{Months: 12, Month: monthWeeks, Margin: 1, Discount: 0.1}
	theta := []float64{-0.5, 1.8, -0.3, 1.1}
	for _, kind := range []string{modelBGNBD, modelPareto} {
		outlooks := func(theta []float64, moves int) []outlook {
			f := &fitted{kind: kind, forecaster: rebuild(kind, theta), solution: solution{theta: theta}}
			if moves >= 0 {
				f.covariance = identity(4)
				for j := range 4 {
					f.covariance[j][j] = 0
				}
				f.covariance[moves][moves] = 1
			}
			out, err := f.outlooks(m, hz, true, testWorker())
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		for j := range theta {
			up, down := slices.Clone(theta), slices.Clone(theta)
			up[j] += 1e-4
			down[j] -= 1e-4
			a, b := outlooks(up, -1), outlooks(down, -1)
			for i, o := range outlooks(theta, j) {
				g := math.Abs(math.Log(a[i].discounted)-math.Log(b[i].discounted)) / 2e-4
				near(t, kind, math.Sqrt(o.variance), g, 0.02*g+2e-3)
			}
		}
	}
}

// TestNothingBeatsTheOptimum: no random point near or far has a higher likelihood.
func TestNothingBeatsTheOptimum(t *testing.T) {
	t.Parallel()
	h := customers(250, 0.4, 5, 0.8, 2.5, 2)
	m, err := mergeHistories(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for kind, f := range map[string]objective{modelBGNBD: newBGNBDLikelihood(m, testWorker()).eval, modelPareto: newParetoLikelihood(m, testWorker())} {
		best, err := fitModel(t.Context(), kind, m, testWorker())
		if err != nil {
			t.Fatal(err)
		}
		g := make([]float64, 4)
		for i := range 1000 {
			spread := []float64{0.01, 0.3, 3}[i%3]
			theta := slices.Clone(best.theta)
			for j := range theta {
				theta[j] += spread * rng.NormFloat64()
			}
			if v := f(theta, g); v < best.value-1e-13 {
				t.Fatalf("%s: %v is %g better than the optimum %v", kind, theta, best.value-v, best.theta)
			}
		}
		f(best.theta, g)
		if largest(g, []bool{true, true, true, true}) > 1e-9 {
			t.Errorf("%s: gradient %v at the optimum", kind, g)
		}
	}
}

// TestTrueParametersAreFound: within three standard errors of those that made the data.
func TestTrueParametersAreFound(t *testing.T) {
	t.Parallel()
	truth := []float64{0.5, 5, 0.9, 2.5}
	f, _ := fitted1(t, modelBGNBD, customers(20_000, truth[0], truth[1], truth[2], truth[3], 3))
	for i, se := range f.errors() {
		near(t, f.names()[i], math.Exp(f.theta[i]), truth[i], 3.5*se)
	}
	if !f.sound() {
		t.Errorf("bounds %v, weak %v", f.bound, f.weak)
	}
}

// TestBordersAreReported: data without some difference among customers have their maximum
// at infinity or zero, and the answer says so instead of giving an accident.
func TestBordersAreReported(t *testing.T) {
	t.Parallel()
	alike := newHistories(200) // one rhythm, nobody leaves
	for i := range alike.x {
		alike.x[i], alike.tx[i], alike.T[i] = 10, 20, 20.5
	}
	stayers := customers(500, 1.5, 10, 1e-9, 1, 4) // nobody leaves
	leavers := customers(2000, 1, 3, 3e4, 1e5, 5)  // all leave alike: 23 %
	once := newHistories(300)                      // one repeat purchase each
	for i := range once.x {
		once.x[i], once.tx[i], once.T[i] = 1, float64(1+i%5), 30
	}
	for name, h := range map[string]*histories{"alike": alike, "stayers": stayers, "leavers": leavers, "once": once} {
		for _, kind := range []string{modelBGNBD, modelPareto} {
			f, m := fitted1(t, kind, h)
			if f.sound() && (name != "leavers" || kind != modelPareto) {
				t.Errorf("%s, %s: taken as well determined: %v ± %v", name, kind, f.theta, f.covariance)
			}
			out, err := f.forecast(h, m, horizon{Months: 12, Month: monthWeeks, Margin: 1}, nil, testWorker())
			if err != nil {
				t.Fatal(err)
			}
			for i := range out.alive {
				if !(out.alive[i] >= 0 && out.alive[i] <= 1 && out.orders[i] >= 0 && out.orders[i] < 1e4) {
					t.Fatalf("%s, %s: P(alive) %g, orders %g", name, kind, out.alive[i], out.orders[i])
				}
			}
		}
	}
	f, m := fitted1(t, modelBGNBD, stayers)
	if f.bound[2] != -1 || !math.IsNaN(f.errors()[2]) {
		t.Errorf("nobody leaves, but a is %g ± %g", math.Exp(f.theta[2]), f.errors()[2])
	}
	out, err := f.forecast(stayers, m, horizon{Months: 12, Month: monthWeeks, Margin: 1}, nil, testWorker())
	if err != nil {
		t.Fatal(err)
	}
	if low := slices.Min(out.alive); low < 0.97 {
		t.Errorf("nobody leaves, but one has P(alive) %g", low)
	}
}

// TestForecastsAreInOrder: more time ahead is more purchases, a longer silence a smaller
// chance, and nothing is negative.
func TestForecastsAreInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		theta := rapid.SliceOfN(rapid.Float64Range(-5, 6), 4, 4).Draw(t, "theta")
		kind := rapid.SampledFrom([]string{modelBGNBD, modelPareto}).Draw(t, "kind")
		x := float64(rapid.IntRange(0, 60).Draw(t, "x"))
		T := rapid.Float64Range(0, 300).Draw(t, "T")
		tx := 0.0
		if x > 0 {
			tx = T * rapid.Float64Range(0, 1).Draw(t, "share")
		}
		f := rebuild(kind, theta)
		p, later := f.alive(x, tx, T, nil), f.alive(x, tx, T+1, nil)
		if !(p >= 0 && p <= 1 && later <= p+1e-12) {
			t.Fatalf("P(alive) %g, a unit later %g", p, later)
		}
		ahead := f.ahead(x)
		before := 0.0
		for _, at := range []float64{1, 4, 13, 52, 104} {
			now := ahead(T, at)
			if !(now >= before*(1-1e-12)) || math.IsInf(now, 0) {
				t.Fatalf("E(%g) = %g after %g", at, now, before)
			}
			before = now
		}
		if most := (math.Exp(theta[0]) + x) / (math.Exp(theta[1]) + T) * 104; before > most*(1+1e-9) {
			t.Fatalf("%g purchases, more than %g of one who never leaves", before, most)
		}
	})
}

// TestMergeKeepsCustomers: merged rows are the customers, whatever their order.
func TestMergeKeepsCustomers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 600).Draw(t, "n")
		unit := rapid.SampledFrom([]float64{1, 7, 3.3}).Draw(t, "unit")
		h := newHistories(n)
		for i := range n {
			if h.x[i] = int32(rapid.IntRange(-1, 3).Draw(t, "x")); h.x[i] >= 0 {
				h.T[i] = float64(rapid.IntRange(0, 9).Draw(t, "T")) / unit
			}
			if h.x[i] > 0 {
				h.tx[i] = h.T[i]
			}
		}
		m, err := mergeHistories(context.Background(), h)
		if err != nil {
			t.Fatal(err)
		}
		weight := make([]float64, m.rows())
		for i, row := range m.of {
			if (row < 0) != (h.x[i] < 0) {
				t.Fatalf("customer %d: row %d, x %d", i, row, h.x[i])
			}
			if row >= 0 {
				weight[row]++
				if m.x[row] != h.x[i] || m.times[m.tx[row]] != h.tx[i] || m.times[m.T[row]] != h.T[i] {
					t.Fatalf("customer %d became another", i)
				}
			}
		}
		if !slices.Equal(weight, m.weight) {
			t.Fatal("weights")
		}
	})
}

// TestRanks: the largest first, equal ones share the best.
func TestRanks(t *testing.T) {
	t.Parallel()
	got := ranks([]float64{3, 0, math.NaN(), 7, 3, 0})
	if want := []int64{2, 4, 0, 1, 2, 4}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestCancelled: a search ends with its context.
func TestCancelled(t *testing.T) {
	t.Parallel()
	h := customers(30_000, 0.4, 5, 0.8, 2.5, 8)
	for i := range h.T {
		h.T[i] += float64(i) / 1e6 // no two alike
	}
	m, err := mergeHistories(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{modelBGNBD, modelPareto} {
		ctx, cancel := context.WithCancel(t.Context())
		w := testWorker()
		w.Ctx = ctx
		stop := time.AfterFunc(5*time.Millisecond, cancel)
		_, err := fitModel(ctx, kind, m, w)
		stop.Stop()
		cancel()
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
