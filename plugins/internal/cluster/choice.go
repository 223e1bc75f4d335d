package cluster

import (
	"math"

	"qunxiang/internal/large"
)

// Sizes for the silhouette: exact up to exactRows, above that from a stratified sample.
const (
	ExactRows      = 10_000
	SilhouetteRows = 4_000
	fewestInGroup  = 30 // rows of each group in a stratified sample, where it has as many
)

// Judged is one k of the sweep. Numbers are NaN where they are undefined.
type Judged struct {
	G                            *Grouping // on the sweep's rows
	Rows                         []float64 // silhouette of each of these rows; nil if sampled
	Silhouette, Calinski, Davies float64
	Inertia, Gap, GapSE          float64
}

// Vote is the k that one index prefers; 0 means that it prefers none.
type Vote struct {
	index string
	k     int
}

// Votes asks the indices: the largest silhouette and Calinski–Harabasz, the smallest
// Davies–Bouldin, the gap rule, and the elbow of the inertia.
func Votes(all []*Judged, gap Gap) []Vote {
	best := func(value func(*Judged) float64) int {
		k, top := 0, math.Inf(-1)
		for _, j := range all {
			if v := value(j); v > top {
				k, top = j.G.K, v
			}
		}
		return k
	}
	return []Vote{
		{"silhouette", best(func(j *Judged) float64 { return j.Silhouette })},
		{"calinskiHarabasz", best(func(j *Judged) float64 { return j.Calinski })},
		{"daviesBouldin", best(func(j *Judged) float64 { return -j.Davies })},
		{"gap", gap.choice()},
		{"elbow", elbow(all)},
	}
}

// elbow returns the k whose inertia lies farthest below the straight line between the
// first and the last, both axes scaled to 0…1 (the knee of Satopää et al. 2011). It is 0,
// no elbow, with fewer than three k, and where the curve bends no more than that of
// data without groups: there the inertia falls as a power of k, evenly on logarithmic
// axes, so an elbow must be steep before and flat after.
func elbow(all []*Judged) int {
	if len(all) < 3 {
		return 0
	}
	first, last := all[0], all[len(all)-1]
	fall := first.Inertia - last.Inertia
	if !(fall > 0) {
		return 0
	}
	var knee *Judged
	deepest := 0.0
	for _, j := range all {
		x := float64(j.G.K-first.G.K) / float64(last.G.K-first.G.K)
		y := (j.Inertia - last.Inertia) / fall
		if depth := 1 - x - y; depth > deepest {
			knee, deepest = j, depth
		}
	}
	if knee == nil || !sharp(first, knee, last) {
		return 0
	}
	return knee.G.K
}

// sharp reports whether the inertia falls much faster per ln k before the knee than
// after it.
func sharp(first, knee, last *Judged) bool {
	const sharpness = 1.5
	if knee.Inertia == 0 {
		return true
	}
	slope := func(a, b *Judged) float64 {
		return math.Log(a.Inertia/max(b.Inertia, math.SmallestNonzeroFloat64)) / math.Log(float64(b.G.K)/float64(a.G.K))
	}
	return slope(first, knee) > sharpness*slope(knee, last)
}

// deciding reports whether an index has a say in the number of groups. Davies–Bouldin and
// the elbow are shown and do not count: both see the coarsest division, as the silhouette
// does, so that counting them would count one opinion three times (docs/method/kmeans.md
// has the figures).
func deciding(index string) bool {
	return index == "silhouette" || index == "calinskiHarabasz" || index == "gap"
}

// Elect returns the k that most of the deciding indices prefer among those swept; the
// silhouette decides a draw.
func Elect(v []Vote, all []*Judged) int {
	count := map[int]int{}
	for _, x := range v {
		if deciding(x.index) {
			count[x.k]++
		}
	}
	best, most, top := all[0].G.K, -1, math.Inf(-1)
	for _, j := range all {
		n, s := count[j.G.K], j.Silhouette
		if math.IsNaN(s) {
			s = math.Inf(-1)
		}
		if n > most || n == most && s > top {
			best, most, top = j.G.K, n, s
		}
	}
	return best
}

// Stratified measures the silhouette on evenly spaced rows of every group, in
// proportion to its size, and returns the estimate with its standard error.
func Stratified(w Worker, p Points, g *Grouping, far Measure) (estimate, se float64, err error) {
	s := newStrata(w.Shelf, g.Label, g.Count)
	q := Points{N: len(s.rows), D: p.D}
	for _, i := range s.rows {
		q.X = append(q.X, p.Row(int(i))...)
	}
	values, err := Silhouettes(w, q, []*Grouping{s.g}, far)
	if err != nil {
		return 0, 0, err
	}
	estimate, se = s.estimate(values[0], g.Count)
	return estimate, se, nil
}

// strata are evenly spaced rows of each group, group after group.
type strata struct {
	rows []int32
	g    *Grouping // of these rows
}

func newStrata(shelf *large.Shelf, label []int32, count []int) strata {
	rows := make([][]int32, len(count))
	for c, n := range count {
		rows[c] = large.Take[int32](shelf, n)[:0]
	}
	for i, c := range label {
		rows[c] = append(rows[c], int32(i))
	}
	s := strata{g: &Grouping{K: len(count), Count: make([]int, len(count))}}
	for c, all := range rows {
		m := min(len(all), max(fewestInGroup, SilhouetteRows*len(all)/len(label)))
		s.g.Count[c] = m
		for i := range m {
			s.rows = append(s.rows, all[SampleRow(i, len(all), m)])
			s.g.Label = append(s.g.Label, int32(c))
		}
	}
	return s
}

// estimate is the mean over all rows, of which each group has so many.
func (s strata) estimate(values []float64, all []int) (estimate, se float64) {
	total, variance, at := 0, 0.0, 0
	for c, m := range s.g.Count {
		if m > 0 { // a group so small that the sample has none of it is left out
			total += all[c]
		}
	}
	for c, m := range s.g.Count {
		if m == 0 {
			continue
		}
		part := values[at : at+m]
		at += m
		share := float64(all[c]) / float64(total)
		estimate += share * Mean(part)
		if m < all[c] {
			e := share * standardError(part)
			variance += e * e
		}
	}
	return estimate, math.Sqrt(variance)
}

// structure words.
const (
	structureNone  = "none"
	structureWeak  = "weak"
	structureClear = "clear"

	silhouetteGood = 0.5 // Kaufman and Rousseeuw 1990: above 0.5 reasonable, below 0.25 none
	silhouetteWeak = 0.25
)

// verdict says whether there are groups at all.
func verdict(silhouette float64, gap Gap) string {
	switch {
	case math.IsNaN(silhouette) || silhouette < silhouetteWeak || len(gap.Gap) > 1 && !gap.structure:
		return structureNone
	case silhouette < silhouetteGood:
		return structureWeak
	}
	return structureClear
}
