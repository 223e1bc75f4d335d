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
		m := len(v) / 2
		pivot := middle(v[0], v[m], v[len(v)-1])
		if len(v) > 8*few {
			q := m / 2
			pivot = middle(middle(v[0], v[q/2], v[q]), middle(v[m-1], v[m], v[m+1]), middle(v[m+q/2], v[m+q], v[len(v)-1]))
		}
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

// middle returns the median of three.
func middle(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }
