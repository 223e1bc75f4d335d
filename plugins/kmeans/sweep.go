package kmeans

import (
	"math"

	"qunxiang/sdk"
)

// Sizes for the silhouette: exact up to exactRows, above that from a stratified sample.
const (
	exactRows      = 10_000
	silhouetteRows = 5_000
	fewestInGroup  = 30 // rows of each group in a stratified sample, where it has as many
)

// judged is one k of the sweep. Numbers are NaN where they are undefined.
type judged struct {
	g                            *grouping // on the sweep's rows
	rows                         []float64 // silhouette of each of these rows; nil if sampled
	silhouette, calinski, davies float64
	inertia, gap, gapSE          float64
}

// sweep finds groups for several k and judges them. Above sampleRows it works on a
// sample; whole is then the number of all rows, to which the inertia is scaled.
func (s search) sweep(w worker, p points, ks []int, rep sdk.Reporter) ([]*judged, error) {
	q := p.sample(sampleRows)
	var out []*judged
	for i, k := range ks {
		if i > 0 && w.stop() {
			break
		}
		rep.Progress(0.1+0.5*float64(i)/float64(len(ks)), stageSweep(k))
		if q.n < p.n && q.distinct() < k {
			q = p
		}
		g, err := s.compete(w, q, k)
		if err != nil {
			return nil, err
		}
		j := &judged{g: g, inertia: g.inertia * float64(p.n) / float64(q.n), gap: math.NaN(), gapSE: math.NaN()}
		_, distance, err := centreSilhouette(w, q, g.centres, g.label, g.count)
		if err != nil {
			return nil, err
		}
		j.calinski, j.davies = calinskiHarabasz(q, g), daviesBouldin(q, g, distance)
		out = append(out, j)
	}
	return out, s.sweepSilhouettes(w, q, out)
}

// sweepSilhouettes measures all k on the same rows.
func (s search) sweepSilhouettes(w worker, q points, all []*judged) error {
	r := q
	of := make([]*grouping, len(all))
	for i, j := range all {
		of[i] = j.g
	}
	if q.n > exactRows {
		r = q.sample(silhouetteRows)
		for i, j := range all {
			c := &grouping{k: j.g.k, centres: j.g.centres, label: make([]int32, r.n), count: make([]int, j.g.k)}
			if err := finish(w, r, c); err != nil {
				return err
			}
			of[i] = c
		}
	}
	values, err := silhouettes(w, r, of)
	if err != nil {
		return err
	}
	for i, j := range all {
		j.silhouette = math.NaN()
		if j.g.k > 1 && j.g.k < q.n {
			j.silhouette = mean(values[i])
		}
		if r.n == q.n {
			j.rows = values[i]
		}
	}
	return nil
}

// vote is the k that one index prefers; 0 means that it prefers none.
type vote struct {
	index string
	k     int
}

// votes asks the indices: the largest silhouette and Calinski–Harabasz, the smallest
// Davies–Bouldin, the gap rule, and the elbow of the inertia.
func votes(all []*judged, gap gapResult) []vote {
	best := func(value func(*judged) float64) int {
		k, top := 0, math.Inf(-1)
		for _, j := range all {
			if v := value(j); v > top {
				k, top = j.g.k, v
			}
		}
		return k
	}
	return []vote{
		{"silhouette", best(func(j *judged) float64 { return j.silhouette })},
		{"calinskiHarabasz", best(func(j *judged) float64 { return j.calinski })},
		{"daviesBouldin", best(func(j *judged) float64 { return -j.davies })},
		{"gap", gap.choice()},
		{"elbow", elbow(all)},
	}
}

// elbow returns the k whose inertia lies farthest below the straight line between the
// first and the last, both axes scaled to 0…1 (the knee of Satopää et al. 2011); 0 with
// fewer than three k.
func elbow(all []*judged) int {
	if len(all) < 3 {
		return 0
	}
	first, last := all[0], all[len(all)-1]
	fall := first.inertia - last.inertia
	if !(fall > 0) {
		return 0
	}
	k, deepest := 0, 0.0
	for _, j := range all {
		x := float64(j.g.k-first.g.k) / float64(last.g.k-first.g.k)
		y := (j.inertia - last.inertia) / fall
		if depth := 1 - x - y; depth > deepest {
			k, deepest = j.g.k, depth
		}
	}
	return k
}

// elect returns the k with the most votes among those swept; the silhouette decides a
// draw.
func elect(v []vote, all []*judged) int {
	count := map[int]int{}
	for _, x := range v {
		count[x.k]++
	}
	best, most, top := all[0].g.k, -1, math.Inf(-1)
	for _, j := range all {
		n, s := count[j.g.k], j.silhouette
		if math.IsNaN(s) {
			s = math.Inf(-1)
		}
		if n > most || n == most && s > top {
			best, most, top = j.g.k, n, s
		}
	}
	return best
}

// stratified measures the silhouette on evenly spaced rows of every group, in
// proportion to its size, and returns the estimate with its standard error.
func stratified(w worker, p points, g *grouping) (estimate, se float64, err error) {
	rows := make([][]int32, g.k)
	for i, c := range g.label {
		rows[c] = append(rows[c], int32(i))
	}
	q := points{d: p.d}
	sub := &grouping{k: g.k, count: make([]int, g.k)}
	for c, all := range rows {
		m := min(len(all), max(fewestInGroup, silhouetteRows*len(all)/p.n))
		sub.count[c] = m
		for i := range m {
			q.x = append(q.x, p.row(int(all[sampleRow(i, len(all), m)]))...)
			sub.label = append(sub.label, int32(c))
		}
		q.n += m
	}
	values, err := silhouettes(w, q, []*grouping{sub})
	if err != nil {
		return 0, 0, err
	}
	variance, at := 0.0, 0
	for c, m := range sub.count {
		if m == 0 {
			continue
		}
		part := values[0][at : at+m]
		at += m
		share := float64(len(rows[c])) / float64(p.n)
		estimate += share * mean(part)
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
func verdict(silhouette float64, gap gapResult) string {
	switch {
	case math.IsNaN(silhouette) || silhouette < silhouetteWeak || len(gap.gap) > 1 && !gap.structure:
		return structureNone
	case silhouette < silhouetteGood:
		return structureWeak
	}
	return structureClear
}
