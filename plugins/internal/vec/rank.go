package vec

import (
	"math"
	"slices"
)

// Split puts the values below the pivot into less and those above it into more, and returns
// how many they are. Each has room for all values; less may be v.
func Split(v []float64, pivot float64, less, more []float64) (under, over int) {
	done := 0
	if n := len(v) &^ 7; n > 0 && wide() {
		_, _ = less[n-1], more[n-1]
		var found [2]int
		splitFast(v[:n], pivot, less, more, &found)
		under, over, done = found[0], found[1], n
	}
	for _, x := range v[done:] { // without branches, which nobody could foresee
		below, above := 0, 0
		if x < pivot {
			below = 1
		}
		if x > pivot {
			above = 1
		}
		less[under], more[over] = x, x
		under += below
		over += above
	}
	return under, over
}

// Pick returns the k-th smallest of values that are no NaN, counted from 0, and the one that
// follows it, +Inf where there is none. It destroys v, and room, which is as long.
func Pick(v []float64, k int, room []float64) (value, next float64) {
	const few = 24
	next = math.Inf(1)
	for len(v) > few {
		pivot := pivotOf(v, k)
		under, over := Split(v, pivot, v, room)
		most := len(v) - over // values up to the pivot
		switch {
		case k < under:
			v, next = v[:under], pivot
		case k+1 < most:
			return pivot + 0, pivot + 0
		case k < most:
			if over > 0 {
				next = slices.Min(room[:over])
			}
			return pivot + 0, next + 0
		default:
			v, room = room[:over], v
			k -= most
		}
	}
	for at := 1; at < len(v); at++ {
		x, to := v[at], at
		for ; to > 0 && v[to-1] > x; to-- {
			v[to] = v[to-1]
		}
		v[to] = x
	}
	if k+1 < len(v) {
		next = v[k+1]
	}
	return v[k] + 0, next + 0 // never −0, which is no other number
}

// pivotOf returns one of the values that is likely to leave few of them on the side of the
// k-th smallest.
func pivotOf(v []float64, k int) float64 {
	const (
		many  = 2000
		drawn = 64
	)
	n := len(v)
	if n <= many {
		m := n / 2
		return middle(v[0], v[m], v[n-1])
	}
	var some [drawn]float64
	for i := range some {
		some[i] = v[(2*i+1)*n/(2*drawn)]
	}
	slices.Sort(some[:])
	// About two standard deviations beyond where the k-th is among those drawn, towards the
	// larger part.
	share := float64(k) / float64(n)
	off := 1 + 2*math.Sqrt(drawn*share*(1-share))
	if share >= 0.5 {
		off = -off
	}
	return some[min(max(int(share*drawn+off), 0), drawn-1)]
}

// middle returns the median of three.
func middle(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }
