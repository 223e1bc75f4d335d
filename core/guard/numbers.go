package guard

import (
	"cmp"
	"math"
	"slices"
)

// meanVariance returns mean and population variance of the values that are there.
func meanVariance(v []float64) (mean, variance float64) {
	n := 0.0
	for _, x := range v {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			n++
			d := x - mean
			mean += d / n
			variance += float64(d * (x - mean))
		}
	}
	if n == 0 {
		return none(), 0
	}
	return mean, variance / n
}

// ranked replaces values by their ranks, equal ones by their mean rank; missing stay so.
func ranked(v []float64) []float64 {
	order := make([]int, 0, len(v))
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = none()
		if !math.IsNaN(x) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(v[a], v[b]) })
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && v[order[j]] == v[order[i]] {
			j++
		}
		for _, at := range order[i:j] {
			out[at] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}

func spearman(a, b []float64) float64 { return pearson(ranked(a), ranked(b)) }

// pearson is the correlation over the rows in which both are there; 0 where one does not
// vary.
func pearson(a, b []float64) float64 {
	n, ma, mb, aa, bb, ab := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
	for i, x := range a {
		y := b[i]
		if math.IsNaN(x) || math.IsNaN(y) {
			continue
		}
		n++
		dx, dy := x-ma, y-mb
		ma += dx / n
		mb += dy / n
		aa += float64(dx * (x - ma))
		bb += float64(dy * (y - mb))
		ab += float64(dx * (y - mb))
	}
	if aa <= 0 || bb <= 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// median sorts v and returns its middle.
func median(v []float64) float64 {
	if len(v) == 0 {
		return none()
	}
	at := len(v) / 2
	sortTo(v, at)
	if len(v)%2 == 1 {
		return v[at]
	}
	return (slices.Max(v[:at]) + v[at]) / 2
}

// sortTo brings to its place the value that stands at a position when v is sorted, and
// before it those that are not larger. There is no NaN among them.
//
// Source: C. A. R. Hoare, "Algorithm 65: FIND", CACM 4 (1961).
func sortTo(v []float64, at int) {
	for tries := 0; len(v) > 32; tries++ {
		if tries > 64 { // unlucky with every middle
			break
		}
		a, b, c := v[0], v[len(v)/2], v[len(v)-1]
		middle := max(min(a, b), min(max(a, b), c))
		i, j := 0, len(v)-1
		for i <= j {
			for v[i] < middle {
				i++
			}
			for v[j] > middle {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case at <= j:
			v = v[:j+1]
		case at >= i:
			v, at = v[i:], at-i
		default:
			return
		}
	}
	slices.Sort(v)
}
