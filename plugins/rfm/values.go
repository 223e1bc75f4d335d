package rfm

import (
	"math"
	"math/bits"
	"slices"
	"strconv"

	"qunxiang/internal/large"
)

// values is one measure of all customers as keys that sort like the values. Keys of
// whole numbers are exact. Keys of other numbers keep 40 bits of the fraction, so that
// amounts that differ only by the noise of floating-point sums (one part in 10¹²) are
// the same value whatever the unit of money.
type values struct {
	keys  []uint64
	whole bool
}

// noise is the number of low bits of a float64 that keys of fractions drop.
const noise = 12

// unreached is the key of a cut point that no value reaches.
const unreached = math.MaxUint64

// wholeValues takes whole numbers as they are.
func wholeValues(raw []int64) values {
	v := values{keys: large.Make[uint64](len(raw)), whole: true}
	for i, x := range raw {
		v.keys[i] = uint64(x) ^ 1<<63
	}
	return v
}

// newValues takes finite numbers.
func newValues(raw []float64) values {
	v := values{keys: large.Make[uint64](len(raw)), whole: isWhole(raw)}
	if v.whole {
		for i, x := range raw {
			v.keys[i] = wholeKey(x)
		}
		return v
	}
	for i, x := range raw {
		v.keys[i] = fractionKey(x)
	}
	return v
}

func isWhole(raw []float64) bool {
	const exact = 1 << 52
	for _, x := range raw {
		if x != math.Trunc(x) || x > exact || x < -exact {
			return false
		}
	}
	return true
}

// wholeKey is exact for whole numbers up to 2⁵³; far beyond, infinities included, it
// stays on its side of them.
func wholeKey(x float64) uint64 {
	const far = 1 << 62
	return uint64(int64(min(max(x, -far), far))) ^ 1<<63
}

func fractionKey(x float64) uint64 {
	if x == 0 { // −0 is 0
		x = 0
	}
	b := math.Float64bits(x)
	b ^= uint64(int64(b)>>63) | 1<<63
	return (b + 1<<(noise-1)) >> noise
}

// border returns the smallest key of the values that belong above a cut point at c:
// those at c or more, or those over c when above is set.
func (v *values) border(c float64, above bool) uint64 {
	switch {
	case math.IsInf(c, 1):
		return unreached
	case v.whole && above:
		return wholeKey(math.Floor(c) + 1)
	case v.whole:
		return wholeKey(math.Ceil(c))
	case above:
		return fractionKey(c) + 1
	}
	return fractionKey(c)
}

// number returns the value behind a key: of a fraction, the shortest decimal number
// that has the key, so that a cut point reads 255.8 rather than 255.79999999999998.
func (v *values) number(key uint64) float64 {
	if v.whole {
		return float64(int64(key ^ 1<<63))
	}
	x := fractionOf(key)
	for digits := 1; digits < 17; digits++ {
		y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64)
		if err == nil && fractionKey(y) == key {
			return y
		}
	}
	return x
}

// fractionOf returns a number whose fractionKey is key.
func fractionOf(key uint64) float64 {
	b := key << noise
	if b>>63 == 1 {
		b ^= 1 << 63
	} else {
		b = ^b
	}
	return min(max(math.Float64frombits(b), -math.MaxFloat64), math.MaxFloat64)
}

// subset returns the values of some rows.
func (v *values) subset(rows []int32) values {
	s := values{keys: make([]uint64, len(rows)), whole: v.whole}
	for i, r := range rows {
		s.keys[i] = v.keys[r]
	}
	return s
}

// median returns the middle value, or the mean of the two middle ones.
func (v *values) median() float64 {
	h := newHistogram(v.keys)
	n := len(v.keys)
	a, b := v.number(h.kth((n-1)/2)), v.number(h.kth(n/2))
	if a == b {
		return a
	}
	return a + (b-a)/2
}

// mean returns the mean. The sum is exact, so the order of rows cannot change it.
func (v *values) mean() float64 {
	raw := make([]float64, len(v.keys))
	for i, k := range v.keys {
		raw[i] = v.rough(k)
	}
	return exactSum(raw) / float64(len(raw))
}

// rough is number without the search for the shortest decimal.
func (v *values) rough(key uint64) float64 {
	if v.whole {
		return float64(int64(key ^ 1<<63))
	}
	return fractionOf(key)
}

// commonest returns the most frequent value and how many customers have it.
func (v *values) commonest() (value float64, count int) {
	h := newHistogram(v.keys)
	best := uint64(0)
	for j, c := range h.count {
		if int(c) <= count {
			continue
		}
		if h.shift == 0 {
			best, count = h.min+uint64(j), int(c)
			continue
		}
		s := h.sorted(j)
		for i := 0; i < len(s); {
			end := i + 1
			for end < len(s) && s[end] == s[i] {
				end++
			}
			if end-i > count {
				best, count = s[i], end-i
			}
			i = end
		}
	}
	return v.number(best), count
}

// histogram counts keys in at most 2¹⁶ equal ranges between the smallest and the
// largest key. Order statistics then need the keys of a few ranges only: O(N) instead
// of a sort.
type histogram struct {
	keys  []uint64
	min   uint64
	shift int
	count []int32
	memo  map[int][]uint64
}

func newHistogram(keys []uint64) *histogram {
	h := &histogram{keys: keys, memo: map[int][]uint64{}}
	if len(keys) == 0 {
		return h
	}
	lo, hi := keys[0], keys[0]
	for _, k := range keys {
		lo, hi = min(lo, k), max(hi, k)
	}
	h.min, h.shift = lo, max(0, bits.Len64(hi-lo)-16)
	h.count = make([]int32, (hi-lo)>>h.shift+1)
	for _, k := range keys {
		h.count[(k-lo)>>h.shift]++
	}
	return h
}

// sorted returns the sorted keys of range j.
func (h *histogram) sorted(j int) []uint64 {
	if s, ok := h.memo[j]; ok {
		return s
	}
	s := make([]uint64, 0, h.count[j])
	if h.shift == 0 { // a range of one key
		for range h.count[j] {
			s = append(s, h.min+uint64(j))
		}
	} else {
		for _, k := range h.keys {
			if int((k-h.min)>>h.shift) == j {
				s = append(s, k)
			}
		}
		slices.Sort(s)
	}
	h.memo[j] = s
	return s
}

// kth returns the key at the 0-based position k of the sorted keys.
func (h *histogram) kth(k int) uint64 {
	below := 0
	for j, c := range h.count {
		if below+int(c) > k {
			return h.sorted(j)[k-below]
		}
		below += int(c)
	}
	return unreached
}

// cuts returns the n−1 cut points of the midrank scores: cut j (from 1) is the
// smallest key with n·(2b+c) ≥ 2jN, where b keys are below it and c equal to it; with
// strict set, > instead of ≥. Where no key qualifies the cut is unreached.
func (h *histogram) cuts(n int, strict bool) []uint64 {
	out := make([]uint64, n-1)
	for i := range out {
		out[i] = unreached
	}
	total, below, j := len(h.keys), 0, 1
	for at, c := range h.count {
		// Every key here has 2b+c ≤ 2·(below+count): skip ranges that cannot qualify.
		if c == 0 || n*(below+int(c)) < j*total {
			below += int(c)
			continue
		}
		s := h.sorted(at)
		for i := 0; i < len(s) && j < n; {
			same := 1
			for i+same < len(s) && s[i+same] == s[i] {
				same++
			}
			rank := n * (2*(below+i) + same)
			for ; j < n && (rank > 2*j*total || rank == 2*j*total && !strict); j++ {
				out[j-1] = s[i]
			}
			i += same
		}
		if j == n {
			break
		}
		below += int(c)
	}
	return out
}

// exactSum adds in 128-bit fixed point scaled to the largest value: correct to one
// part in 2⁵² of it, and independent of the order.
func exactSum(v []float64) float64 {
	largest := 0.0
	for _, x := range v {
		largest = max(largest, math.Abs(x))
	}
	if largest == 0 || math.IsInf(largest, 0) {
		return 0
	}
	a := newAccumulator(largest)
	for _, x := range v {
		a.add(x)
	}
	return a.value()
}

// accumulator is a 128-bit fixed-point sum.
type accumulator struct {
	hi, lo uint64
	scale  float64 // a power of two
}

// newAccumulator returns a sum of numbers of at most the given magnitude. The scale
// leaves two bits free and never overflows, however small the numbers are.
func newAccumulator(largest float64) accumulator {
	_, exp := math.Frexp(largest)
	return accumulator{scale: math.Ldexp(1, min(61-exp, 1000))}
}

func (a *accumulator) add(x float64) {
	q := int64(x * a.scale)
	var carry uint64
	a.lo, carry = bits.Add64(a.lo, uint64(q), 0)
	a.hi, _ = bits.Add64(a.hi, uint64(q>>63), carry)
}

// merge adds a sum of the same scale.
func (a *accumulator) merge(b accumulator) {
	var carry uint64
	a.lo, carry = bits.Add64(a.lo, b.lo, 0)
	a.hi, _ = bits.Add64(a.hi, b.hi, carry)
	a.scale = b.scale
}

func (a *accumulator) value() float64 {
	hi, lo, sign := a.hi, a.lo, 1.0
	if hi>>63 == 1 {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
		sign = -1
	}
	return sign * (float64(hi)*(1<<64) + float64(lo)) / a.scale
}
