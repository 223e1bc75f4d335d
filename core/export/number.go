package export

import (
	"math"
	"strconv"
)

// appendFloat appends v as the shortest decimal that reads back as v, never in
// scientific notation; nothing for NaN and infinities. Amounts, which have at most
// two decimals, take a path without a search for digits.
func appendFloat(b []byte, v float64) []byte {
	const exact = 1 << 46 // v×100 and its rounding are exact below
	if c := math.Round(v * 100); math.Abs(c) < exact && c/100 == v {
		return appendHundredths(b, int64(c))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return b
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

func appendHundredths(b []byte, c int64) []byte {
	if c < 0 {
		b, c = append(b, '-'), -c
	}
	whole, rest := c/100, byte(c%100)
	b = appendUint(b, uint64(whole))
	if rest == 0 {
		return b
	}
	b = append(b, '.', '0'+rest/10)
	if rest%10 != 0 {
		b = append(b, '0'+rest%10)
	}
	return b
}

func appendUint(b []byte, v uint64) []byte {
	if v < 10 {
		return append(b, '0'+byte(v))
	}
	return strconv.AppendUint(b, v, 10)
}

func appendInt(b []byte, v int64) []byte {
	if v < 0 {
		return strconv.AppendInt(b, v, 10)
	}
	return appendUint(b, uint64(v))
}
