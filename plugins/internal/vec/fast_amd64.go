package vec

import "sync"

// Fast reports whether this processor runs the assembly.
func Fast() bool { return fast() }

var fast = sync.OnceValue(func() bool { return hasAVX2() })

// wide reports whether it runs the assembly for AVX-512, too.
var wide = sync.OnceValue(func() bool { return hasAVX2() && hasAVX512() })

// hasAVX2 asks the processor, and whether the system keeps its wide registers.
func hasAVX2() bool

func hasAVX512() bool

//go:noescape
func nearestAVX2(x *float64, stride, n, d int, centres *float64, k int, label *int32, first, second *float64)

//go:noescape
func nearestAVX512(x *float64, stride, n, d int, centres *float64, k int, label *int32, first, second *float64)

//go:noescape
func coverAVX2(x *float64, stride, n, d int, point, near, out *float64, sum *[4]float64)

//go:noescape
func distanceSumsAVX2(x *float64, stride, d, at, from, to int, out *[Lanes]float64)

//go:noescape
func extentAVX2(v *float64, n int, ends *[8]float64)

//go:noescape
func gridSumAVX2(v *float64, n int, coarse, fine float64, sums *[8]float64)

//go:noescape
func narrowSumsAVX2(x *float32, stride, d, at, from, to int, out *[Lanes]float64)

//go:noescape
func screenAVX512(x *float32, stride, n, d int, centres *float32, k int, label *int32, doubt *uint64, slope, base float32)

//go:noescape
func changedAVX512(old, now *int32, n int, at *int32) int

//go:noescape
func groupSumsAVX512(v *float64, label *int32, n, first int, coarse, fine float64, sums *[2 * 8 * 8]float64)

//go:noescape
func nearnessAVX2(first, second *float64, n int)

func nearnessFast(first, second []float64) { nearnessAVX2(&first[0], &second[0], len(first)) }

//go:noescape
func moveAVX512(x *float64, stride, d int, row, old, now *int32, n int, weight, grid, sums *float64, wide int)

func moveFast(m *Moves, row, old, now []int32, sums []float64) {
	var weight *float64
	if m.weight != nil {
		weight = &m.weight[0]
	}
	moveAVX512(&m.c.X[0], m.c.Stride, m.c.D, &row[0], &old[0], &now[0], len(row), weight, &m.grid[0], &sums[0], m.wide)
}

//go:noescape
func withinAVX512(v *float64, label *int32, n int, low, high *[16]float64, x *float64, group, below *int32, found *[2]int)

func withinFast(v []float64, label []int32, low, high *[16]float64, x []float64, group, below []int32, found *[2]int) {
	withinAVX512(&v[0], &label[0], len(v), low, high, &x[0], &group[0], &below[0], found)
}

//go:noescape
func mixAVX512(hash *uint64, v *float64, n int)

func mixFast(hash []uint64, v []float64) { mixAVX512(&hash[0], &v[0], len(v)) }

//go:noescape
func splitAVX512(v *float64, n int, pivot float64, less, more *float64, found *[2]int)

func splitFast(v []float64, pivot float64, less, more []float64, found *[2]int) {
	splitAVX512(&v[0], len(v), pivot, &less[0], &more[0], found)
}

//go:noescape
func dotAVX2(a, b *float64, n int, sums *[16]float64)

func dotFast(a, b []float64, sums *[16]float64) { dotAVX2(&a[0], &b[0], len(a), sums) }

//go:noescape
func narrowSumsAVX512(x *float32, stride, d, at, from, to int, out *[NarrowLanes]float64)

//go:noescape
func clampAVX2(v *float64, n int, low, high float64)

func clampFast(v []float64, low, high float64) { clampAVX2(&v[0], len(v), low, high) }

//go:noescape
func standardAVX2(v *float64, n int, centre, scale float64)

func standardFast(v []float64, centre, scale float64) { standardAVX2(&v[0], len(v), centre, scale) }

//go:noescape
func squareSumAVX2(v *float64, n int, mean, coarse, fine float64, sums *[8]float64)

func squareSumFast(v []float64, mean, coarse, fine float64, sums *[8]float64) {
	squareSumAVX2(&v[0], len(v), mean, coarse, fine, sums)
}

//go:noescape
func cubeSumAVX2(v *float64, n int, mean, sd, coarse, fine float64, sums *[8]float64)

func cubeSumFast(v []float64, mean, sd, coarse, fine float64, sums *[8]float64) {
	cubeSumAVX2(&v[0], len(v), mean, sd, coarse, fine, sums)
}

func narrowSumsFast(x *float32, stride, d, at, from, to int, out *[NarrowLanes]float64) {
	if wide() {
		narrowSumsAVX512(x, stride, d, at, from, to, out)
		return
	}
	narrowSumsAVX2(x, stride, d, at, from, to, (*[Lanes]float64)(out[:Lanes]))
	narrowSumsAVX2(x, stride, d, at+Lanes, from, to, (*[Lanes]float64)(out[Lanes:]))
}

func screenFast(x []float32, stride, n, d int, centres []float32, label []int32, doubt []uint64, slope, base float32) {
	_, _, _ = x[d*stride+n-1], label[n-1], doubt[n/screenRows-1]
	screenAVX512(&x[0], stride, n, d, &centres[0], len(centres)/(d+1), &label[0], &doubt[0], slope, base)
}

func changedFast(old, now, at []int32) int { return changedAVX512(&old[0], &now[0], len(old), &at[0]) }

func groupSumsFast(v []float64, label []int32, first int, coarse, fine float64, sums *[2 * 8 * 8]float64) {
	groupSumsAVX512(&v[0], &label[0], len(v), first, coarse, fine, sums)
}

func extentFast(v []float64, ends *[8]float64) { extentAVX2(&v[0], len(v), ends) }

func gridSumFast(v []float64, coarse, fine float64, sums *[8]float64) {
	gridSumAVX2(&v[0], len(v), coarse, fine, sums)
}

func nearestTwoFast(column []float64, stride, n, d int, centres []float64, label []int32, first, second []float64) {
	x := &column[0]
	var f, s *float64
	if first != nil {
		_ = first[n-1]
		f = &first[0]
	}
	if second != nil {
		_ = second[n-1]
		s = &second[0]
	}
	k, l := len(centres)/d, &label[0]
	if n16 := n &^ 15; wide() && n16 > 0 {
		nearestAVX512(x, stride, n16, d, &centres[0], k, l, f, s)
		if n16 == n {
			return
		}
		x, n, l = &column[n16], n-n16, &label[n16]
		if f != nil {
			f = &first[n16]
		}
		if s != nil {
			s = &second[n16]
		}
	}
	nearestAVX2(x, stride, n, d, &centres[0], k, l, f, s)
}

func coverFast(c Columns, point, near, out []float64, sum *[4]float64) {
	_, _, _ = near[c.Stride-1], out[c.Stride-1], point[c.D-1]
	coverAVX2(&c.X[0], c.Stride, c.Stride, c.D, &point[0], &near[0], &out[0], sum)
}

func distanceSumsFast(x *float64, stride, d, at, from, to int, out *[Lanes]float64) {
	distanceSumsAVX2(x, stride, d, at, from, to, out)
}
