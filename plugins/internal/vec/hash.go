package vec

import (
	"math"
	"math/bits"
)

// Mix adds a value to a row's hash. 0 and −0 are the same value.
func Mix(h uint64, x float64) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2⁶⁴ divided by the golden ratio
	b := math.Float64bits(x + 0)
	hi, lo := bits.Mul64(h^b^odd, odd)
	h = (hi ^ lo) + odd
	h ^= h >> 29
	return h * 0xbf58476d1ce4e5b9 // multiplier of SplitMix64
}

// MixAll adds each value to the hash of its row.
func MixAll(hash []uint64, v []float64) {
	done := 0
	if n := len(v) &^ 7; n > 0 && wide() {
		_ = hash[n-1]
		mixFast(hash, v[:n])
		done = n
	}
	hash = hash[:len(v)]
	for i := done; i < len(v); i++ {
		hash[i] = Mix(hash[i], v[i])
	}
}

// Dot returns the sum of the products of two columns: of every sixteenth pair apart, these
// together.
func Dot(a, b []float64) float64 {
	var sums [16]float64
	n := 0
	if Fast() && len(a) >= len(sums) {
		n = len(a) &^ (len(sums) - 1)
		_ = b[n-1]
		dotFast(a[:n], b, &sums)
	}
	dot(a[n:], b[n:], &sums)
	for half := len(sums) / 2; half > 0; half /= 2 {
		for l := range half {
			sums[l] += sums[l+half]
		}
	}
	return sums[0]
}

func dot(a, b []float64, sums *[16]float64) {
	for i, x := range a {
		sums[i%len(sums)] += float64(x * b[i])
	}
}
