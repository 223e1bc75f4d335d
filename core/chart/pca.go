package chart

import (
	"math"
	"slices"
)

// plane is the plane of the two directions in which the customers differ most.
type plane struct {
	names []string     // features, those that vary
	axes  [2][]float64 // unit vectors over the features
	share [2]float64   // of all variance, 0…1
	x, y  []float64    // every customer's place on the two axes
}

// mostAxes is the number of features that a plane is found from.
const mostAxes = 40

// planeOf is a principal component analysis of the standardised columns (Pearson
// 1901; Jolliffe 2002, ch. 2): the eigenvectors of their correlation matrix. A column
// that is skewed to the right (moment skewness above 1) is taken as sign(v)·ln(1+|v|)
// as the clusterings do; a missing value counts as the mean. Constant columns are
// left out; nil where fewer than two are left. An axis points to where its heaviest
// feature grows, so that equal data give equal pictures.
func planeOf(names []string, columns [][]float64) *plane {
	p := &plane{}
	var z [][]float64
	for i, c := range columns {
		if len(z) < mostAxes && standardise(c) {
			p.names, z = append(p.names, names[i]), append(z, c)
		}
	}
	if len(z) < 2 {
		return nil
	}
	values, vectors := eigen(correlations(z))
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] > values[b]:
			return -1
		case values[a] < values[b]:
			return 1
		}
		return 0
	})
	total := 0.0
	for _, v := range values {
		total += max(0, v)
	}
	for a := range p.axes {
		p.axes[a] = upwards(vectors[order[a]])
		p.share[a] = max(0, values[order[a]]) / total
	}
	p.x, p.y = project(z, p.axes[0]), project(z, p.axes[1])
	return p
}

// standardise makes mean 0 and variance 1 of a column in place, NaN becoming 0; false
// for a column that does not vary.
func standardise(v []float64) bool {
	present := make([]float64, 0, len(v))
	for _, x := range v {
		if !math.IsNaN(x) {
			present = append(present, x)
		}
	}
	if len(present) < 2 {
		return false
	}
	f := func(x float64) float64 { return x }
	if skewness(present) > 1 {
		f = func(x float64) float64 { return math.Copysign(math.Log1p(math.Abs(x)), x) }
	}
	mean, m2 := 0.0, 0.0
	for i, x := range present {
		d := f(x) - mean
		mean += d / float64(i+1)
		m2 += d * (f(x) - mean)
	}
	sd := math.Sqrt(m2 / float64(len(present)))
	if !(sd > 1e-12*math.Abs(mean)) || math.IsInf(sd, 0) {
		return false
	}
	for i, x := range v {
		if math.IsNaN(x) {
			v[i] = 0
		} else {
			v[i] = (f(x) - mean) / sd
		}
	}
	return true
}

// correlations of standardised columns.
func correlations(z [][]float64) [][]float64 {
	d := len(z)
	m := make([][]float64, d)
	for a := range m {
		m[a] = make([]float64, d)
		for b := range a + 1 {
			s := 0.0
			for i, x := range z[a] {
				s += x * z[b][i]
			}
			m[a][b] = s / float64(len(z[a]))
			m[b][a] = m[a][b]
		}
	}
	return m
}

// eigen returns the eigenvalues and eigenvectors of a symmetric matrix, which it
// overwrites, by cyclic Jacobi rotations (Golub and Van Loan, 4th ed., 8.5).
func eigen(m [][]float64) (values []float64, vectors [][]float64) {
	d := len(m)
	vectors = make([][]float64, d)
	for i := range vectors {
		vectors[i] = make([]float64, d)
		vectors[i][i] = 1
	}
	const sweeps = 50
	for range sweeps {
		off := 0.0
		for a := range d {
			for b := a + 1; b < d; b++ {
				off += math.Abs(m[a][b])
				turn(m, vectors, a, b)
			}
		}
		if off < 1e-13*float64(d) {
			break
		}
	}
	for i := range d {
		values = append(values, m[i][i])
	}
	return values, vectors
}

// turn makes m[a][b] zero. Vectors are rows.
func turn(m, vectors [][]float64, a, b int) {
	if m[a][b] == 0 {
		return
	}
	theta := (m[b][b] - m[a][a]) / (2 * m[a][b])
	t := math.Copysign(1, theta) / (math.Abs(theta) + math.Sqrt(1+theta*theta))
	c := 1 / math.Sqrt(1+t*t)
	s := t * c
	for j := range m {
		x, y := m[j][a], m[j][b]
		m[j][a], m[j][b] = c*x-s*y, s*x+c*y
	}
	for j := range m {
		x, y := m[a][j], m[b][j]
		m[a][j], m[b][j] = c*x-s*y, s*x+c*y
		x, y = vectors[a][j], vectors[b][j]
		vectors[a][j], vectors[b][j] = c*x-s*y, s*x+c*y
	}
}

// upwards turns a vector so that its largest part is positive; the first of equal ones
// decides, rounding apart.
func upwards(v []float64) []float64 {
	best := 0
	for i, x := range v {
		if math.Abs(x) > math.Abs(v[best])+1e-9 {
			best = i
		}
	}
	if v[best] < 0 {
		for i := range v {
			v[i] = -v[i]
		}
	}
	return v
}

func project(z [][]float64, axis []float64) []float64 {
	out := make([]float64, len(z[0]))
	for a, c := range z {
		for i, x := range c {
			out[i] += axis[a] * x
		}
	}
	return out
}

// hull returns the convex hull of points, counter-clockwise (Andrew's monotone chain,
// 1979).
func hull(pts [][2]float64) [][2]float64 {
	pts = slices.Clone(pts)
	slices.SortFunc(pts, func(a, b [2]float64) int { return slices.Compare(a[:], b[:]) })
	pts = slices.Compact(pts)
	if len(pts) < 3 {
		return pts
	}
	half := func(pts [][2]float64) [][2]float64 {
		var h [][2]float64
		for _, q := range pts {
			for len(h) > 1 && cross2(h[len(h)-2], h[len(h)-1], q) <= 0 {
				h = h[:len(h)-1]
			}
			h = append(h, q)
		}
		return h[:len(h)-1]
	}
	lower := half(pts)
	slices.Reverse(pts)
	return append(lower, half(pts)...)
}

// cross2 is positive where o → a → b turns left.
func cross2(o, a, b [2]float64) float64 {
	return (a[0]-o[0])*(b[1]-o[1]) - (a[1]-o[1])*(b[0]-o[0])
}
