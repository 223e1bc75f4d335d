package cluster

import (
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
)

// medianSample is the number of rows of each group, more or less, that say where its
// median will be.
const medianSample = 1_000

// medianRoom is what groupMedians needs, kept from column to column.
type medianRoom struct {
	label        []int32
	count        []int
	step         int     // every so many rows say where the medians will be
	slot         []int32 // where the value of each of these rows goes
	starts       []int   // where those of each group begin, and the last end
	x            []float64
	group, below []int32
	within       [][]float64 // by group
	under        []int       // by group
	shelf        *large.Shelf
	all, again   []float64 // of the rows in slot
	rest         []float64 // as long as any of the others, or longer
}

// newMedianRoom returns room for groups of the given sizes.
func newMedianRoom(shelf *large.Shelf, label []int32, count []int) *medianRoom {
	const (
		more  = 8 // that vec.Ends asks for
		share = 4 // of the rows one is in the range, mostly of less
	)
	k, n := len(count), BlockRows+more
	room := &medianRoom{
		shelf: shelf, label: label, count: count, starts: make([]int, k+1),
		step: max(1, len(label)/(medianSample*k)),
		x:    large.Take[float64](shelf, n), group: large.Take[int32](shelf, n), below: large.Take[int32](shelf, n),
		within: make([][]float64, k), under: make([]int, k),
	}
	for c, n := range count {
		if room.step > 1 {
			n /= share
		}
		room.within[c] = large.Take[float64](shelf, n)[:0]
	}
	room.choose()
	return room
}

// choose sets which rows say where the medians will be: none where that would be all.
func (room *medianRoom) choose() {
	if room.step == 1 {
		return
	}
	for i := 0; i < len(room.label); i += room.step {
		room.starts[room.label[i]+1]++
	}
	for c := range room.count {
		room.starts[c+1] += room.starts[c]
	}
	next := slices.Clone(room.starts)
	room.slot = make([]int32, 0, next[len(room.count)])
	for i := 0; i < len(room.label); i += room.step {
		c := room.label[i]
		room.slot = append(room.slot, int32(next[c]))
		next[c]++
	}
	n := len(room.slot)
	room.all, room.again, room.rest = large.Take[float64](room.shelf, n), large.Take[float64](room.shelf, n), large.Take[float64](room.shelf, n)
}

// medians returns the median of each group's values, 0 for an empty one. Some rows
// of a group give a range that holds its median nearly always; one pass over all rows
// counts what lies below and picks what lies within. Where the range was wrong all values
// of the group are looked at, so the answer is exact and depends on no order. The rows that
// the pass has reached are passed on while they are at hand.
func (room *medianRoom) medians(v []float64, also func(from, to int)) []float64 {
	ends := room.ranges(v)
	clear(room.under)
	for c := range room.within {
		room.within[c] = room.within[c][:0]
	}
	for from := 0; from < len(room.label); from += BlockRows {
		to := min(from+BlockRows, len(room.label))
		also(from, to)
		in, under := ends.Within(v[from:to], room.label[from:to], room.x, room.group, room.below)
		for _, c := range room.below[:under] {
			room.under[c]++
		}
		for i, c := range room.group[:in] {
			room.within[c] = append(room.within[c], room.x[i])
		}
	}
	out := make([]float64, len(room.count))
	for c, n := range room.count {
		if n == 0 {
			continue
		}
		k, part := (n-1)/2-room.under[c], room.within[c]
		if k < 0 || n/2-room.under[c] >= len(part) {
			k, part = (n-1)/2, valuesOf(v, room.label, int32(c), n)
		}
		out[c] = room.middleOf(part, k, n%2 == 0)
	}
	return out
}

// ranges returns for each group two of its values, which are far apart enough in a sample
// for the median to lie between them; all numbers where the sample is small.
func (room *medianRoom) ranges(v []float64) vec.Ends {
	const fewest, sigmas = 100, 4
	k := len(room.count)
	ends := vec.Ends{Low: make([]float64, k), High: make([]float64, k)}
	all, again := room.all, room.again
	for i, to := range room.slot {
		all[to] = v[i*room.step]
	}
	copy(again, all)
	for c := range k {
		from, to := room.starts[c], room.starts[c+1]
		ends.Low[c], ends.High[c] = math.Inf(-1), math.Inf(1)
		if m := to - from; m >= fewest {
			off := int(sigmas / 2 * math.Sqrt(float64(m)))
			ends.Low[c], _ = vec.Pick(all[from:to], m/2-off, room.rest[:m])
			ends.High[c], _ = vec.Pick(again[from:to], min(m-1, m/2+off), room.rest[:m])
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
// destroys v.
func (room *medianRoom) middleOf(v []float64, k int, even bool) float64 {
	if len(v) > len(room.rest) {
		large.GiveBack(room.shelf, room.rest)
		room.rest = large.Take[float64](room.shelf, len(v))
	}
	low, high := vec.Pick(v, k, room.rest[:len(v)])
	if !even {
		return low
	}
	return low + (high-low)/2
}
