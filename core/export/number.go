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
	switch {
	case v < 10:
		return append(b, '0'+byte(v))
	case v < 100:
		return append(b, '0'+byte(v/10), '0'+byte(v%10))
	case v < 1000:
		return append(b, '0'+byte(v/100), '0'+byte(v/10%10), '0'+byte(v%10))
	case v < 10_000:
		return append(b, '0'+byte(v/1000), '0'+byte(v/100%10), '0'+byte(v/10%10), '0'+byte(v%10))
	}
	return strconv.AppendUint(b, v, 10)
}

// floatTexts remembers how floats are written that appendFloat takes long over: means and
// scores have few values, each of many customers.
type floatTexts [256]struct {
	bits uint64
	text [31]byte
	n    uint8
}

// append is appendFloat.
func (m *floatTexts) append(b []byte, v float64) []byte {
	bits := math.Float64bits(v)
	e := &m[bits*0x9E3779B97F4A7C15>>56]
	if e.n > 0 && e.bits == bits {
		return append(b, e.text[:e.n]...)
	}
	from := len(b)
	b = appendFloat(b, v)
	if text := b[from:]; len(text) > len("12345678.90") && len(text) <= len(e.text) { // no amount
		e.bits, e.n = bits, uint8(copy(e.text[:], text))
	}
	return b
}

func appendInt(b []byte, v int64) []byte {
	if v < 0 {
		return strconv.AppendInt(b, v, 10)
	}
	return appendUint(b, uint64(v))
}
