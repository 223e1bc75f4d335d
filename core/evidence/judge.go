package evidence

import (
	"context"
	"math"

	"qunxiang/internal/large"
)

// The kinds of silhouette.
const (
	Exact    = "exact"    // all distances between all customers
	Sampled  = "sampled"  // exact within a stratified sample, with an interval
	Centroid = "centroid" // distances to the centres of the segments
)

const (
	exactRows     = 10_000 // customers up to which the silhouette is exact
	sampleRows    = 5_000  // customers of the sample above that
	sampleFewest  = 30     // customers of each segment in the sample, where it has as many
	structureGood = 0.5    // Kaufman and Rousseeuw 1990, table 4: above it a reasonable structure
	structureWeak = 0.25   // and below this none
)

// Indices judge one grouping of points. They are NaN where they are undefined: with one
// group, and where every point is a group of its own.
type Indices struct {
	Inertia          float64 // sum of squared distances to the own centre
	Silhouette       float64 // mean over the customers, of the kind below
	SilhouetteSE     float64 // standard error of a sampled silhouette, otherwise 0
	SilhouetteKind   string
	Centroid         float64 // the centroid version, for all customers
	CalinskiHarabasz float64
	DaviesBouldin    float64
	Rows             []float64 // each customer's silhouette: exact, or the centroid version
}

// Structure is the word for what a silhouette says: "none", "weak" or "clear".
func Structure(silhouette float64) string {
	switch {
	case math.IsNaN(silhouette) || silhouette < structureWeak:
		return "none"
	case silhouette < structureGood:
		return "weak"
	}
	return "clear"
}

// groups is the number of groups with points.
func (g *grouping) groups() (k int) {
	for _, n := range g.count {
		if n > 0 {
			k++
		}
	}
	return k
}

// Judge computes the indices of labels below k. It takes n² distances up to 10,000
// points, and those of a sample above.
func Judge(ctx context.Context, p Points, label []int32, k, threads int) (Indices, error) {
	g, err := newGrouping(ctx, p, label, k)
	if err != nil {
		return Indices{}, err
	}
	out, err := g.judgeCentres(ctx)
	if err != nil || math.IsNaN(out.Centroid) {
		return out, err
	}
	if p.N > exactRows {
		out.SilhouetteKind = Sampled
		out.Silhouette, out.SilhouetteSE, err = g.sampledSilhouette(ctx, threads)
		return out, err
	}
	if out.Rows, err = g.silhouettes(ctx, threads); err != nil {
		return out, err
	}
	out.Silhouette, _ = meanError(out.Rows)
	return out, nil
}

// JudgeCentres is [Judge] without distances between points: its silhouette is the centroid
// version.
func JudgeCentres(ctx context.Context, p Points, label []int32, k int) (Indices, error) {
	g, err := newGrouping(ctx, p, label, k)
	if err != nil {
		return Indices{}, err
	}
	out, err := g.judgeCentres(ctx)
	out.Silhouette, out.SilhouetteKind = out.Centroid, Centroid
	return out, err
}

func (g *grouping) judgeCentres(ctx context.Context) (Indices, error) {
	nan := math.NaN()
	out := Indices{Silhouette: nan, Centroid: nan, CalinskiHarabasz: nan, DaviesBouldin: nan, SilhouetteKind: Exact, Rows: large.Make[float64](g.p.N)}
	spread, err := g.distances(ctx, &out)
	if n := g.groups(); n < 2 || n >= g.p.N || err != nil {
		return out, err
	}
	out.CalinskiHarabasz, out.DaviesBouldin = g.calinskiHarabasz(out.Inertia), g.daviesBouldin(spread)
	out.Centroid, _ = meanError(out.Rows)
	return out, nil
}

// distances fills in the inertia and each row's centroid silhouette, and returns the mean
// distance to the own centre of each group.
func (g *grouping) distances(ctx context.Context, out *Indices) ([]float64, error) {
	spread := make([]float64, len(g.count))
	err := g.p.each(ctx, func(i int, row []float64, codes []int32) {
		c, other := g.label[i], math.Inf(1)
		own := g.square(row, codes, int(c))
		for o, n := range g.count {
			if o != int(c) && n > 0 {
				other = min(other, g.square(row, codes, o))
			}
		}
		out.Inertia += own
		spread[c] += math.Sqrt(own) / float64(g.count[c])
		if g.count[c] > 1 {
			out.Rows[i] = contrast(math.Sqrt(own), math.Sqrt(other))
		}
	})
	return spread, err
}

// calinskiHarabasz is the ratio of the mean squares between and within the groups
// (Caliński and Harabasz 1974); 1 where nothing varies within.
func (g *grouping) calinskiHarabasz(within float64) float64 {
	mean, between, k := make([]float64, g.width), 0.0, g.groups()
	for c, n := range g.count {
		for j, x := range g.at(c) {
			mean[j] += float64(x*float64(n)) / float64(g.p.N)
		}
	}
	for c, n := range g.count {
		between += float64(n) * square(g.at(c), mean)
	}
	if within == 0 {
		return 1
	}
	return between / float64(k-1) / (within / float64(g.p.N-k))
}

// daviesBouldin is the mean over the groups of the worst (Sᵢ+Sⱼ)/Mᵢⱼ, with S the mean
// distance to the centre and M the distance of the centres: Davies and Bouldin 1979 with
// q = 1 and p = 2, as in scikit-learn. (ELKI takes q = 2 and gets other numbers.)
func (g *grouping) daviesBouldin(spread []float64) float64 {
	total := 0.0
	for c, n := range g.count {
		worst := 0.0
		for o, m := range g.count {
			if apart := math.Sqrt(square(g.at(c), g.at(o))); o != c && n > 0 && m > 0 && apart > 0 {
				worst = max(worst, (spread[c]+spread[o])/apart)
			}
		}
		total += worst
	}
	return total / float64(g.groups())
}

// silhouettes returns (b−a)/max(a,b) of every row, a the mean distance to its own group
// and b the smallest mean distance to another (Rousseeuw 1987). A group of one has 0.
func (g *grouping) silhouettes(ctx context.Context, threads int) ([]float64, error) {
	out, p := large.Make[float64](g.p.N), g.p.held()
	const part = 64
	err := parallel(ctx, threads, (p.n+part-1)/part, func(ctx context.Context, b int) error {
		sum := make([]float64, len(g.count))
		for i := b * part; i < min((b+1)*part, p.n) && ctx.Err() == nil; i++ {
			clear(sum)
			for j, c := range g.label {
				sum[c] += math.Sqrt(p.square(i, j))
			}
			out[i] = g.silhouette(sum, int(g.label[i]))
		}
		return nil
	})
	return out, err
}

func (g *grouping) silhouette(sum []float64, own int) float64 {
	if g.count[own] < 2 {
		return 0
	}
	other := math.Inf(1)
	for c, n := range g.count {
		if c != own && n > 0 {
			other = min(other, sum[c]/float64(n))
		}
	}
	return contrast(sum[own]/float64(g.count[own]-1), other)
}

// contrast is (b−a)/max(a,b), 0 where there is nothing to compare.
func contrast(a, b float64) float64 {
	if m := max(a, b); m > 0 && !math.IsInf(b, 1) {
		return (b - a) / m
	}
	return 0
}

// sampledSilhouette is the exact silhouette within a sample that takes from every group in
// proportion to its size, weighted by the groups' true shares, with its standard error.
func (g *grouping) sampledSilhouette(ctx context.Context, threads int) (estimate, se float64, err error) {
	rows := make([][]int32, len(g.count))
	for i, c := range g.label {
		rows[c] = append(rows[c], int32(i))
	}
	var taken, label []int32
	for c, all := range rows {
		m := min(len(all), max(sampleFewest, sampleRows*len(all)/g.p.N))
		for i := range m {
			taken = append(taken, all[(2*i+1)*len(all)/(2*m)])
			label = append(label, int32(c))
		}
	}
	sub, err := newGrouping(ctx, g.p.pick(taken), label, len(g.count))
	if err != nil {
		return 0, 0, err
	}
	values, err := sub.silhouettes(ctx, threads)
	if err != nil {
		return 0, 0, err
	}
	variance, at := 0.0, 0
	for c, m := range sub.count {
		if m == 0 {
			continue
		}
		mean, e := meanError(values[at : at+m])
		at += m
		share := float64(len(rows[c])) / float64(g.p.N)
		estimate += float64(share * mean)
		if m < len(rows[c]) {
			variance += float64(share * e * share * e)
		}
	}
	return estimate, math.Sqrt(variance), nil
}

// square returns the squared distance of two rows. The conversion keeps the compiler from
// fusing multiplication and addition, which would differ between machines.
func square(a, b []float64) float64 {
	s := 0.0
	for j, x := range a {
		t := x - b[j]
		s += float64(t * t)
	}
	return s
}
