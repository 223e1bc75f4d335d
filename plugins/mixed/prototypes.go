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
// alternates between the nearest prototype and its means and modes until nothing moves.
// The first start is that of dense rows, which also wins a draw. Starts compete on a
// sample of large data.
func (m *measure) prototypes(w cluster.Worker, p cluster.Points, k, restarts int, seed uint64) (*groups, error) {
	small := p.Sample(cluster.SampleRows)
	tries := make([]*groups, restarts)
	errs := make([]error, restarts)
	if err := w.Each(restarts, func(s int) {
		tries[s] = &groups{k: k, centres: m.dense(small, k)}
		if s > 0 {
			tries[s].centres = m.start(small, k, rand.New(rand.NewPCG(seed, uint64(k)<<32|uint64(s))))
		}
		errs[s] = m.settle(w.Single(), small, tries[s])
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
	if small.N < p.N {
		if err := m.settle(w, p, best); err != nil {
			return nil, err
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

// settle moves prototypes until no label changes.
func (m *measure) settle(w cluster.Worker, p cluster.Points, g *groups) error {
	g.label = slices.Repeat([]int32{-1}, p.N)
	for range mostSteps {
		moved, err := m.assign(w, p, g)
		if err != nil {
			return err
		}
		if !moved {
			return nil
		}
		m.renew(p, g)
	}
	_, err := m.assign(w, p, g)
	return err
}

// assign gives every row its nearest prototype, the first of equally near ones.
func (m *measure) assign(w cluster.Worker, p cluster.Points, g *groups) (moved bool, err error) {
	blocks := (p.N + cluster.BlockRows - 1) / cluster.BlockRows
	cost, changed := make([]float64, blocks), make([]bool, blocks)
	err = w.EachBlock(p.N, func(block, from, to int) {
		for i := from; i < to; i++ {
			best, at := math.Inf(1), int32(0)
			for c := range g.k {
				if d := m.square(p.Row(i), g.centres.Row(c)); d < best {
					best, at = d, int32(c)
				}
			}
			changed[block] = changed[block] || g.label[i] != at
			g.label[i] = at
			cost[block] += best
		}
	})
	g.cost, g.count = 0, make([]int, g.k)
	for b := range cost {
		g.cost += cost[b]
		moved = moved || changed[b]
	}
	for _, c := range g.label {
		g.count[max(c, 0)]++
	}
	return moved, err
}

// renew makes every prototype the means and modes of its rows; of equally frequent
// codes the lowest. A prototype without rows takes the row farthest from its own.
func (m *measure) renew(p cluster.Points, g *groups) {
	for j, kind := range m.kind {
		if kind == isNumber {
			m.means(p, g, j)
		} else {
			m.modes(p, g, j)
		}
	}
	for c, n := range g.count {
		if n > 0 {
			continue
		}
		far, at := -1.0, 0
		for i, l := range g.label {
			if d := m.square(p.Row(i), g.centres.Row(int(l))); d > far && g.count[l] > 1 {
				far, at = d, i
			}
		}
		copy(g.centres.Row(c), p.Row(at))
		g.count[g.label[at]]--
		g.label[at], g.count[c] = int32(c), 1
	}
}

func (m *measure) means(p cluster.Points, g *groups, j int) {
	sums := make([]float64, g.k)
	part := make([]float64, g.k)
	for from := 0; from < p.N; from += cluster.BlockRows {
		clear(part)
		for i := from; i < min(from+cluster.BlockRows, p.N); i++ {
			part[g.label[i]] += p.X[i*p.D+j]
		}
		for c, x := range part {
			sums[c] += x
		}
	}
	for c, n := range g.count {
		if n > 0 {
			g.centres.X[c*p.D+j] = sums[c] / float64(n)
		}
	}
}

func (m *measure) modes(p cluster.Points, g *groups, j int) {
	levels := 0
	for i := range p.N {
		levels = max(levels, int(p.X[i*p.D+j])+1)
	}
	seen := make([]int, g.k*levels)
	for i, c := range g.label {
		seen[int(c)*levels+int(p.X[i*p.D+j])]++
	}
	for c, n := range g.count {
		if n == 0 {
			continue
		}
		top := 0
		for l, n := range seen[c*levels : (c+1)*levels] {
			if n > seen[c*levels+top] {
				top = l
			}
		}
		g.centres.X[c*p.D+j] = float64(top)
	}
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
