package cluster

import (
	"math"
	"math/rand/v2"
)

const (
	gapRows    = 1000 // rows of the data and of every reference set, fewer with many features
	gapValues  = 20_000
	gapFewest  = 200
	references = 20      // reference sets without structure
	gapLeast   = 9       // k up to which data are compared, so that the verdict does not hang on the k chosen
	gapMost    = 12      // largest k
	gapSigmas  = 3       // how far the data must stand out from the references
	streams    = 1 << 32 // random streams from here down are the reference sets'
)

// Gap holds Gap(k) and its standard error for k = 1, 2, …
type Gap struct {
	Gap, SE   []float64
	structure bool // the data gain more from groups than sets without any do
}

// GapStatistic compares how fast ln(inertia) falls in the data and in uniform sets over
// the box of the data's principal components (Tibshirani, Walther and Hastie 2001).
// Beside the usual curve it tests for any structure at all: the largest Gap(k) − Gap(1)
// must exceed what the reference sets themselves reach by three standard deviations.
//
// The rows must be in canonical order, which makes evenly spaced ones a fair sample.
// logs answers ln(inertia) for k = 1…most, found in the same way as the groups judged.
func GapStatistic(w Worker, c Columns, most int, seed uint64, logsOf func(w Worker, c Columns, most int) ([]float64, error)) (Gap, error) {
	p := ToPoints(Gather(c, Evenly(c.N, max(gapFewest, min(gapRows, gapValues/c.D)))))
	most = min(max(gapLeast, most), gapMost, p.Distinct()-1)
	if most < 1 {
		return Gap{}, nil
	}
	box := newBox(p)
	logs := make([][]float64, references+1) // the last one is the data
	errs := make([]error, len(logs))
	if err := w.Each(len(logs), func(b int) {
		q := p
		if b < references {
			q = box.uniform(p.N, rand.New(rand.NewPCG(seed, streams-1-uint64(b))))
		}
		logs[b], errs[b] = logsOf(w.Single(), ToColumns(q), most)
	}); err != nil {
		return Gap{}, err
	}
	for _, err := range errs {
		if err != nil {
			return Gap{}, err
		}
	}
	return gapOf(logs), nil
}

func gapOf(logs [][]float64) Gap {
	most := len(logs[references])
	r := Gap{Gap: make([]float64, most), SE: make([]float64, most)}
	expect := make([]float64, most)
	for k := range most {
		v := make([]float64, references)
		for b := range references {
			v[b] = logs[b][k]
		}
		m, sd := MeanSD(v)
		expect[k] = m
		r.Gap[k], r.SE[k] = m-logs[references][k], sd*math.Sqrt(1+1.0/references)
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
	null := make([]float64, references)
	for b := range null {
		null[b] = rise(logs[b])
	}
	m, sd := MeanSD(null)
	r.structure = rise(logs[references]) > m+gapSigmas*sd
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

func (b *box) uniform(n int, rnd *rand.Rand) Points {
	d := len(b.mean)
	p := NewPoints(n, d)
	for i := range n {
		row := p.Row(i)
		copy(row, b.mean)
		for a := range d {
			s := b.lo[a] + rnd.Float64()*(b.hi[a]-b.lo[a])
			for j := range row {
				row[j] += float64(s * b.axes[a][j])
			}
		}
	}
	return p
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
