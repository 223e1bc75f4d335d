package cluster

import (
	"errors"
	"math"
	"math/rand/v2"

	"qunxiang/plugins/internal/vec"
)

const (
	gapRows       = 1000 // rows of the data and of every reference set, fewer with many features
	gapValues     = 20_000
	gapFewest     = 200
	references    = 20      // reference sets without structure
	fewReferences = 8       // the first of them, which do where they leave no doubt
	gapLeast      = 9       // k up to which data are compared, so that the verdict does not hang on the k chosen
	gapMost       = 12      // largest k
	gapSigmas     = 3       // how far the data must stand out from the references
	gapDoubt      = 1.5     // nearer to that there is doubt
	streams       = 1 << 32 // random streams from here down are the reference sets'
)

// Gap holds Gap(k) and its standard error for k = 1, 2, …
type Gap struct {
	Gap, SE   []float64
	structure bool // the data gain more from groups than sets without any do
	doubtful  bool // more reference sets might say otherwise
}

// GapStatistic compares how fast ln(inertia) falls in the data and in uniform sets over
// the box of the data's principal components (Tibshirani, Walther and Hastie 2001).
// Beside the usual curve it tests for any structure at all: the largest Gap(k) − Gap(1)
// must exceed what the reference sets themselves reach by three standard deviations. Where
// no k is to be chosen, few sets do if they leave no doubt; the standard errors are those
// of as many as there were.
//
// The rows must be in canonical order, which makes evenly spaced ones a fair sample.
// logs answers ln(inertia) for k = 1…most, found in the same way as the groups judged.
func GapStatistic(w Worker, c Columns, most int, choose bool, seed uint64, logsOf func(w Worker, c Columns, most int) ([]float64, error)) (Gap, error) {
	c = Gather(c, Evenly(c.N, max(gapFewest, min(gapRows, gapValues/c.D))))
	p := ToPoints(c)
	most = min(max(gapLeast, most), gapMost, p.Distinct()-1)
	if most < 1 {
		return Gap{}, nil
	}
	box := newBox(p)
	logs := make([][]float64, 1+references) // the first are those of the data
	find := func(from, to int) error {
		errs := make([]error, to)
		if err := w.Each(to-from, func(i int) {
			b, q := from+i, c
			if b > 0 {
				q = box.uniform(c.N, rand.New(rand.NewPCG(seed, streams-uint64(b))))
			}
			logs[b], errs[b] = logsOf(w.Single(), q, most)
		}); err != nil {
			return err
		}
		return errors.Join(errs...)
	}
	if err := find(0, 1+fewReferences); err != nil {
		return Gap{}, err
	}
	if few := gapOf(logs[0], logs[1:1+fewReferences]); !choose && !few.doubtful {
		return few, nil
	}
	if err := find(1+fewReferences, len(logs)); err != nil {
		return Gap{}, err
	}
	return gapOf(logs[0], logs[1:]), nil
}

// gapOf compares the data with reference sets.
func gapOf(data []float64, sets [][]float64) Gap {
	most, n := len(data), float64(len(sets))
	r := Gap{Gap: make([]float64, most), SE: make([]float64, most)}
	expect, v := make([]float64, most), make([]float64, len(sets))
	for k := range most {
		for b, log := range sets {
			v[b] = log[k]
		}
		m, sd := MeanSD(v)
		expect[k] = m
		r.Gap[k], r.SE[k] = m-data[k], sd*math.Sqrt(1+1/n)
	}
	rise := func(log []float64) float64 {
		best := math.Inf(-1)
		for k := 1; k < most; k++ {
			best = max(best, (expect[k]-log[k])-(expect[0]-log[0]))
		}
		return best
	}
	if most < 2 {
		return r
	}
	for b, log := range sets {
		v[b] = rise(log)
	}
	m, sd := MeanSD(v)
	over := rise(data) - (m + gapSigmas*sd)
	r.structure, r.doubtful = over > 0, math.Abs(over) < gapDoubt*sd
	return r
}

// choice returns the smallest k with Gap(k) ≥ Gap(k+1) − s(k+1), 0 if there is none. One
// group is not among them where the data stand out from the references as a whole: groups
// that lie like a grid gain little from a division in two, and the rule would end there.
func (r Gap) choice() int {
	from := 1
	if r.structure {
		from = 2
	}
	for k := from; k < len(r.Gap); k++ {
		if r.Gap[k-1] >= r.Gap[k]-r.SE[k] {
			return k
		}
	}
	return 0
}

// box is the box of the data along their principal components.
type box struct {
	mean   []float64
	axes   [][]float64 // unit vectors
	lo, hi []float64
}

func newBox(p Points) *box {
	b := &box{mean: ColumnMeans(p), axes: principalAxes(p), lo: make([]float64, p.D), hi: make([]float64, p.D)}
	for a := range p.D {
		b.lo[a], b.hi[a] = math.Inf(1), math.Inf(-1)
		for i := range p.N {
			s := 0.0
			for j, x := range p.Row(i) {
				s += float64((x - b.mean[j]) * b.axes[a][j])
			}
			b.lo[a], b.hi[a] = min(b.lo[a], s), max(b.hi[a], s)
		}
	}
	return b
}

// uniform draws rows of the box.
func (b *box) uniform(n int, rnd *rand.Rand) Columns {
	d := len(b.mean)
	c, s := vec.NewColumns(n, d), make([]float64, n)
	for j, m := range b.mean {
		to := c.Column(j)
		for i := range to {
			to[i] = m
		}
	}
	for a, axis := range b.axes {
		lo, wide := b.lo[a], b.hi[a]-b.lo[a]
		for i := range s {
			s[i] = lo + float64(rnd.Float64()*wide)
		}
		for j, x := range axis {
			to := c.Column(j)[:len(s)]
			for i, t := range s {
				to[i] += float64(t * x)
			}
		}
	}
	return c
}

// principalAxes returns the eigenvectors of the covariance matrix by cyclic Jacobi
// rotations; above 60 features the axes of the features themselves.
func principalAxes(p Points) [][]float64 {
	d := p.D
	axes := make([][]float64, d)
	for a := range axes {
		axes[a] = make([]float64, d)
		axes[a][a] = 1
	}
	const most, sweeps = 60, 30
	if d > most || d < 2 {
		return axes
	}
	m := covariance(p)
	for range sweeps {
		off, diagonal := 0.0, 0.0
		for a := range d {
			diagonal += math.Abs(m[a][a])
			for b := a + 1; b < d; b++ {
				off += math.Abs(m[a][b])
				rotate(m, axes, a, b)
			}
		}
		if off <= 1e-14*diagonal {
			break
		}
	}
	return axes
}

func covariance(p Points) [][]float64 {
	mean := ColumnMeans(p)
	m := make([][]float64, p.D)
	for a := range m {
		m[a] = make([]float64, p.D)
	}
	for i := range p.N {
		row := p.Row(i)
		for a := range m {
			x := row[a] - mean[a]
			for b := range m[a] {
				m[a][b] += float64(x * (row[b] - mean[b]))
			}
		}
	}
	return m
}

// rotate makes m[a][b] zero and turns the axes along (Golub and Van Loan, 8.5.2).
func rotate(m, axes [][]float64, a, b int) {
	if m[a][b] == 0 {
		return
	}
	theta := (m[b][b] - m[a][a]) / (2 * m[a][b])
	t := math.Copysign(1, theta) / (math.Abs(theta) + math.Sqrt(1+theta*theta))
	c := 1 / math.Sqrt(1+t*t)
	s := t * c
	for j := range m {
		x, y := m[a][j], m[b][j]
		m[a][j], m[b][j] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
	for j := range m {
		x, y := m[j][a], m[j][b]
		m[j][a], m[j][b] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
	for j := range m {
		x, y := axes[a][j], axes[b][j]
		axes[a][j], axes[b][j] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
}
