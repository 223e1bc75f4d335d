package cluster

import (
	"math"
)

// Sizes for the silhouette: exact up to exactRows, above that from a stratified sample.
const (
	ExactRows      = 10_000
	SilhouetteRows = 5_000
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
// first and the last, both axes scaled to 0…1 (the knee of Satopää et al. 2011); 0 with
// fewer than three k.
func elbow(all []*Judged) int {
	if len(all) < 3 {
		return 0
	}
	first, last := all[0], all[len(all)-1]
	fall := first.Inertia - last.Inertia
	if !(fall > 0) {
		return 0
	}
	k, deepest := 0, 0.0
	for _, j := range all {
		x := float64(j.G.K-first.G.K) / float64(last.G.K-first.G.K)
		y := (j.Inertia - last.Inertia) / fall
		if depth := 1 - x - y; depth > deepest {
			k, deepest = j.G.K, depth
		}
	}
	return k
}

// Elect returns the k with the most votes among those swept; the silhouette decides a
// draw.
func Elect(v []Vote, all []*Judged) int {
	count := map[int]int{}
	for _, x := range v {
		count[x.k]++
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
	rows := make([][]int32, g.K)
	for i, c := range g.Label {
		rows[c] = append(rows[c], int32(i))
	}
	q := Points{D: p.D}
	sub := &Grouping{K: g.K, Count: make([]int, g.K)}
	for c, all := range rows {
		m := min(len(all), max(fewestInGroup, SilhouetteRows*len(all)/p.N))
		sub.Count[c] = m
		for i := range m {
			q.X = append(q.X, p.Row(int(all[SampleRow(i, len(all), m)]))...)
			sub.Label = append(sub.Label, int32(c))
		}
		q.N += m
	}
	values, err := Silhouettes(w, q, []*Grouping{sub}, far)
	if err != nil {
		return 0, 0, err
	}
	variance, at := 0.0, 0
	for c, m := range sub.Count {
		if m == 0 {
			continue
		}
		part := values[0][at : at+m]
		at += m
		share := float64(len(rows[c])) / float64(p.N)
		estimate += share * Mean(part)
		if m < len(rows[c]) {
			e := share * standardError(part)
			variance += e * e
		}
	}
	return estimate, math.Sqrt(variance), nil
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
