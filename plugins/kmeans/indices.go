package kmeans

import "math"

// silhouettes returns every row's silhouette (Rousseeuw 1987) in each of several
// groupings of the same rows: (b−a)/max(a,b) with a the mean distance to its own group
// and b the smallest mean distance to another. A group of one has 0. It takes n²
// distances, whatever the number of groupings.
func silhouettes(w worker, p points, of []*grouping) ([][]float64, error) {
	out := make([][]float64, len(of))
	for g := range of {
		out[g] = make([]float64, p.n)
	}
	const part = 64
	err := w.each((p.n+part-1)/part, func(b int) {
		far := make([]float64, p.n)
		var sum []float64
		for i := b * part; i < min((b+1)*part, p.n); i++ {
			row := p.row(i)
			distances(far, row, p)
			for v, g := range of {
				sum = append(sum[:0], make([]float64, g.k)...)
				for j, c := range g.label {
					sum[c] += far[j]
				}
				out[v][i] = silhouetteOf(sum, g.count, int(g.label[i]))
			}
		}
	})
	return out, err
}

// distances fills out with the distances of a row to all rows.
func distances(out, row []float64, p points) {
	if p.d != 3 {
		for j := range out {
			out[j] = math.Sqrt(square(row, p.row(j)))
		}
		return
	}
	x, y, z := row[0], row[1], row[2]
	for j := range out {
		q := p.x[j*3 : j*3+3 : j*3+3]
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
	return contrast(a, b)
}

// contrast is (b−a)/max(a,b), 0 where there is nothing to compare.
func contrast(a, b float64) float64 {
	if m := max(a, b); m > 0 && !math.IsInf(b, 1) {
		return (b - a) / m
	}
	return 0
}

// centreSilhouette is the simplified silhouette: distances to centres stand for mean
// distances to groups. It returns every row's value and its distance to its own centre.
func centreSilhouette(w worker, p points, centres []float64, label []int32, count []int) (value, distance []float64, err error) {
	value, distance = make([]float64, p.n), make([]float64, p.n)
	err = w.eachBlock(p.n, func(_, from, to int) {
		for i := from; i < to; i++ {
			c := int(label[i])
			row, other := p.row(i), math.Inf(1)
			own := math.Sqrt(square(row, centres[c*p.d:(c+1)*p.d]))
			for o := range count {
				if o != c {
					other = min(other, square(row, centres[o*p.d:(o+1)*p.d]))
				}
			}
			distance[i] = own
			if count[c] > 1 {
				value[i] = contrast(own, math.Sqrt(other))
			}
		}
	})
	return value, distance, err
}

// calinskiHarabasz is the ratio of the mean squares between and within groups
// (Caliński and Harabasz 1974); NaN where it is undefined.
func calinskiHarabasz(p points, g *grouping) float64 {
	if g.k < 2 || g.k >= p.n {
		return math.NaN()
	}
	mean, between := columnMeans(p), 0.0
	for c, n := range g.count {
		between += float64(n) * square(g.centres[c*p.d:(c+1)*p.d], mean)
	}
	if g.inertia == 0 {
		return 1
	}
	return between / float64(g.k-1) / (g.inertia / float64(p.n-g.k))
}

// daviesBouldin is the mean over the groups of the worst (Sᵢ+Sⱼ)/Mᵢⱼ, S the mean
// distance to the centre and M the distance of centres (Davies and Bouldin 1979); NaN
// where it is undefined.
func daviesBouldin(p points, g *grouping, distance []float64) float64 {
	if g.k < 2 || g.k >= p.n {
		return math.NaN()
	}
	spread := make([]float64, g.k)
	for i, s := range distance {
		spread[g.label[i]] += s
	}
	for c, n := range g.count {
		spread[c] /= float64(max(1, n))
	}
	total := 0.0
	for c := range g.k {
		worst := 0.0
		for o := range g.k {
			if o == c {
				continue
			}
			apart := math.Sqrt(square(g.centres[c*p.d:(c+1)*p.d], g.centres[o*p.d:(o+1)*p.d]))
			if apart > 0 {
				worst = max(worst, (spread[c]+spread[o])/apart)
			}
		}
		total += worst
	}
	return total / float64(g.k)
}

func mean(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s / float64(len(v))
}

// standardError of the mean of a sample.
func standardError(v []float64) float64 {
	m, s := mean(v), 0.0
	for _, x := range v {
		s += float64((x - m) * (x - m))
	}
	return math.Sqrt(s / float64(max(1, len(v)-1)) / float64(len(v)))
}
