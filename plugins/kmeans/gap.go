package kmeans

import (
	"math"
	"math/rand/v2"
)

const (
	gapRows    = 1000 // rows of the data and of every reference set, fewer with many features
	gapValues  = 20_000
	gapFewest  = 200
	references = 20 // reference sets without structure
	gapLeast   = 9  // k up to which data are compared, so that the verdict does not hang on the k chosen
	gapMost    = 12 // largest k
	gapSigmas  = 3  // how far the data must stand out from the references
)

// gapResult holds Gap(k) and its standard error for k = 1, 2, …
type gapResult struct {
	gap, se   []float64
	structure bool // the data gain more from groups than sets without any do
}

// gapStatistic compares how fast ln(inertia) falls in the data and in uniform sets over
// the box of the data's principal components (Tibshirani, Walther and Hastie 2001).
// Beside the usual curve it tests for any structure at all: the largest Gap(k) − Gap(1)
// must exceed what the reference sets themselves reach by three standard deviations.
func gapStatistic(w worker, p points, most int, seed uint64) (gapResult, error) {
	p = p.sample(max(gapFewest, min(gapRows, gapValues/p.d)))
	most = min(most, gapMost, p.distinct()-1)
	if most < 1 {
		return gapResult{}, nil
	}
	box := newBox(p)
	logs := make([][]float64, references+1) // the last one is the data
	s := search{restarts: 2, maxIterations: 100, tolerance: 1e-3, seed: seed, plain: true}
	errs := make([]error, len(logs))
	if err := w.each(len(logs), func(b int) {
		q := p
		if b < references {
			q = box.uniform(p.n, rand.New(rand.NewPCG(seed, stages-1-uint64(b))))
		}
		logs[b], errs[b] = s.logs(w.single(), q, most)
	}); err != nil {
		return gapResult{}, err
	}
	for _, err := range errs {
		if err != nil {
			return gapResult{}, err
		}
	}
	return gapOf(logs), nil
}

// logs returns ln(inertia) for k = 1…most.
func (s search) logs(w worker, p points, most int) ([]float64, error) {
	out := make([]float64, most)
	for k := 1; k <= most; k++ {
		g, err := s.compete(w, p, k)
		if err != nil {
			return nil, err
		}
		out[k-1] = math.Log(max(g.inertia, math.SmallestNonzeroFloat64))
	}
	return out, nil
}

func gapOf(logs [][]float64) gapResult {
	most := len(logs[references])
	r := gapResult{gap: make([]float64, most), se: make([]float64, most)}
	expect := make([]float64, most)
	for k := range most {
		v := make([]float64, references)
		for b := range references {
			v[b] = logs[b][k]
		}
		m, sd := meanSD(v)
		expect[k] = m
		r.gap[k], r.se[k] = m-logs[references][k], sd*math.Sqrt(1+1.0/references)
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
	m, sd := meanSD(null)
	r.structure = rise(logs[references]) > m+gapSigmas*sd
	return r
}

// choice returns the smallest k with Gap(k) ≥ Gap(k+1) − s(k+1), 0 if there is none.
func (r gapResult) choice() int {
	for k := 1; k < len(r.gap); k++ {
		if r.gap[k-1] >= r.gap[k]-r.se[k] {
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

func newBox(p points) *box {
	b := &box{mean: columnMeans(p), axes: principalAxes(p), lo: make([]float64, p.d), hi: make([]float64, p.d)}
	for a := range p.d {
		b.lo[a], b.hi[a] = math.Inf(1), math.Inf(-1)
		for i := range p.n {
			s := 0.0
			for j, x := range p.row(i) {
				s += float64((x - b.mean[j]) * b.axes[a][j])
			}
			b.lo[a], b.hi[a] = min(b.lo[a], s), max(b.hi[a], s)
		}
	}
	return b
}

func (b *box) uniform(n int, rnd *rand.Rand) points {
	d := len(b.mean)
	p := newPoints(n, d)
	for i := range n {
		row := p.row(i)
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
func principalAxes(p points) [][]float64 {
	d := p.d
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

func covariance(p points) [][]float64 {
	mean := columnMeans(p)
	m := make([][]float64, p.d)
	for a := range m {
		m[a] = make([]float64, p.d)
	}
	for i := range p.n {
		row := p.row(i)
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
