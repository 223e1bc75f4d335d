package cluster

import (
	"math"
)

// Silhouettes returns every row's silhouette (Rousseeuw 1987) in each of several
// groupings of the same rows: (b−a)/max(a,b) with a the mean distance to its own group
// and b the smallest mean distance to another. A group of one has 0. It takes n²
// distances, whatever the number of groupings.
func Silhouettes(w Worker, p Points, of []*Grouping, measure Measure) ([][]float64, error) {
	out := make([][]float64, len(of))
	for g := range of {
		out[g] = make([]float64, p.N)
	}
	const part = 64
	err := w.Each((p.N+part-1)/part, func(b int) {
		far := make([]float64, p.N)
		var sum []float64
		for i := b * part; i < min((b+1)*part, p.N); i++ {
			row := p.Row(i)
			measure(far, row, p)
			for v, g := range of {
				sum = append(sum[:0], make([]float64, g.K)...)
				for j, c := range g.Label {
					sum[c] += far[j]
				}
				out[v][i] = silhouetteOf(sum, g.Count, int(g.Label[i]))
			}
		}
	})
	return out, err
}

// Measure fills out with the distances of a row to all rows.
type Measure func(out, row []float64, p Points)

// Distances is the Euclidean Measure.
func Distances(out, row []float64, p Points) {
	if p.D != 3 {
		for j := range out {
			out[j] = math.Sqrt(Square(row, p.Row(j)))
		}
		return
	}
	x, y, z := row[0], row[1], row[2]
	for j := range out {
		q := p.X[j*3 : j*3+3 : j*3+3]
		a, b, c := x-q[0], y-q[1], z-q[2]
		out[j] = math.Sqrt(float64(a*a) + float64(b*b) + float64(c*c))
	}
}

func silhouetteOf(sum []float64, count []int, own int) float64 {
	if count[own] < 2 {
		return 0
	}
	a, b := sum[own]/float64(count[own]-1), math.Inf(1)
	for c, n := range count {
		if c != own && n > 0 {
			b = min(b, sum[c]/float64(n))
		}
	}
	return Contrast(a, b)
}

// Contrast is (b−a)/max(a,b), 0 where there is nothing to compare.
func Contrast(a, b float64) float64 {
	if m := max(a, b); m > 0 && !math.IsInf(b, 1) {
		return (b - a) / m
	}
	return 0
}

// CentreSilhouette is the simplified silhouette: distances to centres stand for mean
// distances to groups. It returns every row's value and its distance to its own centre.
func CentreSilhouette(w Worker, p Points, centres []float64, label []int32, count []int) (value, distance []float64, err error) {
	value, distance = make([]float64, p.N), make([]float64, p.N)
	err = w.EachBlock(p.N, func(_, from, to int) {
		for i := from; i < to; i++ {
			c := int(label[i])
			row, other := p.Row(i), math.Inf(1)
			own := math.Sqrt(Square(row, centres[c*p.D:(c+1)*p.D]))
			for o := range count {
				if o != c {
					other = min(other, Square(row, centres[o*p.D:(o+1)*p.D]))
				}
			}
			distance[i] = own
			if count[c] > 1 {
				value[i] = Contrast(own, math.Sqrt(other))
			}
		}
	})
	return value, distance, err
}

// CalinskiHarabasz is the ratio of the mean squares between and within groups
// (Caliński and Harabasz 1974); NaN where it is undefined.
func CalinskiHarabasz(p Points, g *Grouping) float64 {
	weight := make([]float64, g.K)
	for c, n := range g.Count {
		weight[c] = float64(n)
	}
	return Calinski(g, ColumnMeans(p), weight, float64(p.N))
}

// Calinski is CalinskiHarabasz of groups of the given weights, which add up to total,
// about the given mean of all.
func Calinski(g *Grouping, mean, weight []float64, total float64) float64 {
	if g.K < 2 || float64(g.K) >= total {
		return math.NaN()
	}
	between, d := 0.0, len(mean)
	for c, n := range weight {
		between += n * Square(g.Centres[c*d:(c+1)*d], mean)
	}
	if g.Inertia == 0 {
		return 1
	}
	return between / float64(g.K-1) / (g.Inertia / (total - float64(g.K)))
}

// DaviesBouldin is the mean over the groups of the worst (Sᵢ+Sⱼ)/Mᵢⱼ, S the mean
// distance to the centre and M the distance of centres (Davies and Bouldin 1979); NaN
// where it is undefined.
func DaviesBouldin(p Points, g *Grouping, distance []float64) float64 {
	if g.K < 2 || g.K >= p.N {
		return math.NaN()
	}
	spread := make([]float64, g.K)
	for i, s := range distance {
		spread[g.Label[i]] += s
	}
	for c, n := range g.Count {
		spread[c] /= float64(max(1, n))
	}
	return Davies(g, spread)
}

// Davies is DaviesBouldin of groups whose mean distances to the centre are given; there
// must be at least two.
func Davies(g *Grouping, spread []float64) float64 {
	d, total := len(g.Centres)/g.K, 0.0
	for c := range g.K {
		worst := 0.0
		for o := range g.K {
			if o == c {
				continue
			}
			apart := math.Sqrt(Square(g.Centres[c*d:(c+1)*d], g.Centres[o*d:(o+1)*d]))
			if apart > 0 {
				worst = max(worst, (spread[c]+spread[o])/apart)
			}
		}
		total += worst
	}
	return total / float64(g.K)
}

// Mean of the values; NaN where there are none.
func Mean(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s / float64(len(v))
}

// standardError of the mean of a sample.
func standardError(v []float64) float64 {
	m, s := Mean(v), 0.0
	for _, x := range v {
		s += float64((x - m) * (x - m))
	}
	return math.Sqrt(s / float64(max(1, len(v)-1)) / float64(len(v)))
}
