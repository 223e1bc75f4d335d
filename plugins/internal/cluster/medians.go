package cluster

import (
	"math"
	"slices"
)

// medianSample is the number of rows of each group, more or less, that say where its
// median will be.
const medianSample = 2_000

// groupMedians returns the median of each group's values, 0 for an empty one. Some rows
// of a group give a range that holds its median nearly always; one pass over all rows
// counts what lies below and picks what lies within. Where the range was wrong all values
// of the group are looked at, so the answer is exact and depends on no order.
func groupMedians(v []float64, label []int32, count []int) []float64 {
	low, high := medianRanges(v, label, len(count))
	type span struct {
		low, high float64
		below     int
	}
	spans, within := make([]span, len(count)), make([][]float64, len(count))
	for c := range spans {
		spans[c].low, spans[c].high = low[c], high[c]
	}
	type value struct {
		x float64
		c int32
	}
	part := make([]value, BlockRows)
	for from := 0; from < len(label); from += BlockRows {
		n := 0
		values := v[from:min(from+BlockRows, len(label))]
		for i, c := range label[from : from+len(values)] { // without branches, which nobody could foresee
			x, s := values[i], &spans[c]
			less, in := 0, 0
			if x < s.low {
				less = 1
			}
			if x <= s.high {
				in = 1
			}
			s.below += less
			part[n&(BlockRows-1)] = value{x, c}
			n += in - less
		}
		for _, p := range part[:n] {
			within[p.c] = append(within[p.c], p.x)
		}
	}
	out := make([]float64, len(count))
	for c, n := range count {
		if n == 0 {
			continue
		}
		k, part := (n-1)/2-spans[c].below, within[c]
		if k < 0 || n/2-spans[c].below >= len(part) {
			k, part = (n-1)/2, valuesOf(v, label, int32(c), n)
		}
		out[c] = middleOf(part, k, n%2 == 0)
	}
	return out
}

// medianRanges returns for each group two of its values, which are far apart enough in a
// sample for the median to lie between them; all numbers where the sample is small.
func medianRanges(v []float64, label []int32, k int) (low, high []float64) {
	const fewest, sigmas = 100, 4
	low, high = make([]float64, k), make([]float64, k)
	some := make([][]float64, k)
	for i, step := 0, max(1, len(v)/(medianSample*k)); step > 1 && i < len(v); i += step {
		c := label[i]
		some[c] = append(some[c], v[i])
	}
	for c, part := range some {
		low[c], high[c] = math.Inf(-1), math.Inf(1)
		if m := len(part); m >= fewest {
			slices.Sort(part)
			off := int(sigmas / 2 * math.Sqrt(float64(m)))
			low[c], high[c] = part[m/2-off], part[min(m-1, m/2+off)]
		}
	}
	return low, high
}

// valuesOf returns the values of a group of n rows.
func valuesOf(v []float64, label []int32, group int32, n int) []float64 {
	out := make([]float64, 0, n)
	for i, c := range label {
		if c == group {
			out = append(out, v[i])
		}
	}
	return out
}

// middleOf returns the k-th smallest value, or the mean of it and the next one. It
// rearranges v.
func middleOf(v []float64, k int, even bool) float64 {
	low := pick(v, k)
	if !even {
		return low
	}
	high := slices.Min(v[k+1:])
	return low + (high-low)/2
}
