package cluster

import (
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
)

// medianSample is the number of rows of each group, more or less, that say where its
// median will be.
const medianSample = 2_000

// medianRoom is what groupMedians needs, kept from column to column.
type medianRoom struct {
	x            []float64
	group, below []int32
	within, some [][]float64 // by group
	under        []int       // by group
}

// newMedianRoom returns room for groups of the given sizes.
func newMedianRoom(shelf *large.Shelf, count []int) *medianRoom {
	const (
		more  = 8 // that vec.Ends asks for
		share = 8 // of the rows one is in the range, or a little more
	)
	k, n := len(count), BlockRows+more
	room := &medianRoom{
		x: large.Take[float64](shelf, n), group: large.Take[int32](shelf, n), below: large.Take[int32](shelf, n),
		within: make([][]float64, k), some: make([][]float64, k), under: make([]int, k),
	}
	for c, n := range count {
		room.within[c] = large.Take[float64](shelf, n/share)
		room.some[c] = large.Take[float64](shelf, min(n, medianSample))
	}
	return room
}

// groupMedians returns the median of each group's values, 0 for an empty one. Some rows
// of a group give a range that holds its median nearly always; one pass over all rows
// counts what lies below and picks what lies within. Where the range was wrong all values
// of the group are looked at, so the answer is exact and depends on no order.
func groupMedians(v []float64, label []int32, count []int, room *medianRoom) []float64 {
	ends := room.ranges(v, label)
	clear(room.under)
	for c := range room.within {
		room.within[c] = room.within[c][:0]
	}
	for from := 0; from < len(label); from += BlockRows {
		to := min(from+BlockRows, len(label))
		in, under := ends.Within(v[from:to], label[from:to], room.x, room.group, room.below)
		for _, c := range room.below[:under] {
			room.under[c]++
		}
		for i, c := range room.group[:in] {
			room.within[c] = append(room.within[c], room.x[i])
		}
	}
	out := make([]float64, len(count))
	for c, n := range count {
		if n == 0 {
			continue
		}
		k, part := (n-1)/2-room.under[c], room.within[c]
		if k < 0 || n/2-room.under[c] >= len(part) {
			k, part = (n-1)/2, valuesOf(v, label, int32(c), n)
		}
		out[c] = middleOf(part, k, n%2 == 0)
	}
	return out
}

// ranges returns for each group two of its values, which are far apart enough in a sample
// for the median to lie between them; all numbers where the sample is small.
func (room *medianRoom) ranges(v []float64, label []int32) vec.Ends {
	const fewest, sigmas = 100, 4
	k := len(room.some)
	for c := range room.some {
		room.some[c] = room.some[c][:0]
	}
	for i, step := 0, max(1, len(v)/(medianSample*k)); step > 1 && i < len(v); i += step {
		c := label[i]
		room.some[c] = append(room.some[c], v[i])
	}
	ends := vec.Ends{Low: make([]float64, k), High: make([]float64, k)}
	for c, part := range room.some {
		ends.Low[c], ends.High[c] = math.Inf(-1), math.Inf(1)
		if m := len(part); m >= fewest {
			off := int(sigmas / 2 * math.Sqrt(float64(m)))
			low, high := m/2-off, min(m-1, m/2+off)
			ends.Low[c] = pick(part, low)
			ends.High[c] = pick(part[low:], high-low)
		}
	}
	return ends
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
