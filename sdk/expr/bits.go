package expr

import (
	"math"

	"qunxiang/sdk/table"
)

// rangeBits sets the bits of the values between lo and hi; from and to say whether
// the ends belong. NaN is in no range. The inner loop compiles without branches.
func rangeBits(out table.Bits, v []float64, lo, hi float64, from, to bool) {
	if !from {
		lo = math.Nextafter(lo, math.Inf(1))
	}
	if !to {
		hi = math.Nextafter(hi, math.Inf(-1))
	}
	for w := range out {
		var word uint64
		block := v[w*64 : min(w*64+64, len(v))]
		for i, x := range block {
			var a, b uint64
			if x >= lo {
				a = 1
			}
			if x <= hi {
				b = 1
			}
			word |= a & b << (i & 63)
		}
		out[w] |= word
	}
}

// intBits is rangeBits for whole numbers.
func intBits(out table.Bits, v []int64, lo, hi float64, from, to bool) {
	first, last, ok := intRange(lo, hi, from, to)
	if !ok {
		return
	}
	for w := range out {
		var word uint64
		block := v[w*64 : min(w*64+64, len(v))]
		for i, x := range block {
			var a, b uint64
			if x >= first {
				a = 1
			}
			if x <= last {
				b = 1
			}
			word |= a & b << (i & 63)
		}
		out[w] |= word
	}
}

// intRange returns the whole numbers in a range, and whether there is any.
func intRange(lo, hi float64, from, to bool) (first, last int64, ok bool) {
	const edge = 1 << 63
	first, last = math.MinInt64, math.MaxInt64
	if lo >= edge || hi < -edge {
		return 0, 0, false
	}
	if lo >= -edge {
		c := math.Ceil(lo)
		if c >= edge {
			return 0, 0, false
		}
		first = int64(c)
		if !from && c == lo {
			if first == math.MaxInt64 {
				return 0, 0, false
			}
			first++
		}
	}
	if hi < edge {
		f := math.Floor(hi)
		last = int64(f)
		if !to && f == hi {
			if last == math.MinInt64 {
				return 0, 0, false
			}
			last--
		}
	}
	return first, last, first <= last
}
