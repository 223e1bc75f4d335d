package mixed

import (
	"math"
	"math/rand/v2"
	"slices"

	"qunxiang/plugins/internal/cluster"
)

// groups are a division of places: centre c is row c of centres, its numbers means and
// its codes the most frequent ones (prototypes), or a customer (medoids).
type groups struct {
	k       int
	centres cluster.Points
	label   []int32
	count   []int
	cost    float64 // sum over all of square (prototypes) or of the dissimilarity (medoids)
}

const mostSteps = 100

// prototypes searches for k groups of p: the best of so many starts, each of which
// alternates between the nearest prototype and its means and modes until nothing moves,
// improved by swaps. The first start is that of dense rows, which also wins a draw. Starts
// compete on a sample of large data.
func (m *measure) prototypes(w cluster.Worker, p cluster.Points, k, restarts int, seed uint64) (*groups, error) {
	small := p.Sample(cluster.SampleRows)
	best, err := m.starts(w, small, k, restarts, seed)
	if err != nil {
		return nil, err
	}
	best, err = m.swaps(w, small, best, rand.New(rand.NewPCG(seed, uint64(k)<<32|math.MaxUint32)))
	if err == nil && small.N < p.N {
		err = m.settle(w, p, best)
	}
	return best, err
}

// starts returns the best of so many starts.
func (m *measure) starts(w cluster.Worker, p cluster.Points, k, restarts int, seed uint64) (*groups, error) {
	tries := make([]*groups, restarts)
	errs := make([]error, restarts)
	if err := w.Each(restarts, func(s int) {
		tries[s] = &groups{k: k, centres: m.dense(p, k)}
		if s > 0 {
			tries[s].centres = m.start(p, k, rand.New(rand.NewPCG(seed, uint64(k)<<32|uint64(s))))
		}
		errs[s] = m.settle(w.Single(), p, tries[s])
	}); err != nil {
		return nil, err
	}
	best := tries[0]
	for s, g := range tries {
		if errs[s] != nil {
			return nil, errs[s]
		}
		if g.cost < best.cost {
			best = g
		}
	}
	return best, nil
}

const (
	mostSwaps = 100
	swapRows  = 200_000 // rows that are looked at in search of better prototypes
)

// swaps tries to put a prototype elsewhere, on a row drawn by its square from its own, and
// keeps what makes the groups closer: starts alone stop at local optima (Fränti 2018, for
// k-means).
func (m *measure) swaps(w cluster.Worker, p cluster.Points, best *groups, rnd *rand.Rand) (*groups, error) {
	far := make([]float64, p.N)
	for range min(mostSwaps, swapRows/p.N) {
		if best.k < 2 || best.cost <= 0 {
			break
		}
		total := 0.0
		for i := range far {
			total += m.square(p.Row(i), best.centres.Row(int(best.label[i])))
			far[i] = total
		}
		at, _ := slices.BinarySearch(far, rnd.Float64()*total)
		g := &groups{k: best.k, centres: cluster.NewPoints(best.k, p.D)}
		copy(g.centres.X, best.centres.X)
		copy(g.centres.Row(rnd.IntN(best.k)), p.Row(min(at, p.N-1)))
		if err := m.settle(w, p, g); err != nil {
			return nil, err
		}
		if g.cost < best.cost*(1-1e-12) {
			best = g
		}
	}
	return best, nil
}

// dense picks k rows that are typical and far apart (Cao, Liang and Bai 2009, Expert
// Systems with Applications 36, 10223): the row whose categories are the most frequent
// on average, then each time the one whose square from the picked ones, times that
// density, is largest.
func (m *measure) dense(p cluster.Points, k int) cluster.Points {
	density := make([]float64, p.N)
	for j, kind := range m.kind {
		count := map[float64]float64{}
		for i := 0; i < p.N && kind != isNumber; i++ {
			count[p.X[i*p.D+j]]++
		}
		for i := range density {
			density[i] += count[p.X[i*p.D+j]]
		}
	}
	at := 0
	for i, x := range density {
		if density[i] = max(x, 1); density[i] > density[at] {
			at = i
		}
	}
	out, far := cluster.NewPoints(k, p.D), slices.Repeat([]float64{math.Inf(1)}, p.N)
	for c := range k {
		copy(out.Row(c), p.Row(at))
		next := 0
		for i := range far {
			far[i] = min(far[i], m.square(p.Row(i), p.Row(at)))
			if far[i]*density[i] > far[next]*density[next] {
				next = i
			}
		}
		at = next
	}
	return out
}

// start picks k rows that are far apart: each with a chance in proportion to its square
// from the nearest picked one (Arthur and Vassilvitskii 2007).
func (m *measure) start(p cluster.Points, k int, rnd *rand.Rand) cluster.Points {
	out := cluster.NewPoints(k, p.D)
	far := make([]float64, p.N)
	for i := range far {
		far[i] = math.Inf(1)
	}
	at := rnd.IntN(p.N)
	for c := range k {
		copy(out.Row(c), p.Row(at))
		total := 0.0
		for i := range far {
			far[i] = min(far[i], m.square(p.Row(i), p.Row(at)))
			total += far[i]
		}
		x := rnd.Float64() * total
		for i, f := range far {
			if x -= f; x < 0 && f > 0 {
				at = i
				break
			}
		}
	}
	return out
}

// gammaFor is the weight of categories at which a category varies as much as a number:
// the mean variance of the prepared numbers over the mean of 1 − Σp² of the categories
// (Szepannek 2018, R Journal 10, 200). 1 where one of the two is absent.
func gammaFor(d *data) float64 {
	numbers, categories, variance, mix := 0.0, 0.0, 0.0, 0.0
	column := make([]float64, d.p.N)
	for j := range d.features {
		for i := range column {
			column[i] = d.p.X[i*d.p.D+j]
		}
		if !d.features[j].category() {
			_, sd := cluster.MeanSD(column)
			numbers, variance = numbers+1, variance+sd*sd
			continue
		}
		count := make([]float64, len(d.features[j].Levels))
		for _, x := range column {
			count[int(x)]++
		}
		gini := 1.0
		for _, n := range count {
			gini -= n / float64(d.p.N) * (n / float64(d.p.N))
		}
		categories, mix = categories+1, mix+gini
	}
	if numbers == 0 || categories == 0 || mix <= 0 || variance <= 0 {
		return 1
	}
	return variance / numbers / (mix / categories)
}
