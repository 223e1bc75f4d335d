package column

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// The first byte of a chunk of floats: how its values are stored.
const (
	floatRaw   = 0 // eight bytes each
	floatWhole = 1 // whole numbers
	floatCents = 2 // whole numbers of 10^-2
	floatFine  = 3 // whole numbers of 10^-4
	floatShort = 4 // four bytes each: numbers of single precision
)

// powers are the divisors of the decimal forms, by form. An array in a function
// keeps them out of reach of change.
func power(form byte) float64 { return [...]float64{1, 1, 100, 10000}[form] }

// AppendFloats appends the chunk of v, at most [ChunkRows] values, to dst. Every
// value comes back with the same bits: NaN with its payload, and −0.
func AppendFloats(dst []byte, v []float64) []byte {
	if len(v) > ChunkRows {
		panic("column: chunk too long") // a programmer's mistake: callers cut columns
	}
	var buf [blockRows]int64
	for form := byte(floatWhole); form <= floatFine; form++ {
		p := power(form)
		out, ok := AppendBlocks(append(dst, form), len(v), buf[:], func(from int, block []int64) bool {
			return decimal(block, v[from:from+len(block)], p)
		})
		if ok {
			return out
		}
		dst = out[:len(dst)]
	}
	if out, ok := appendShort(append(dst, floatShort), v); ok {
		return out
	}
	return appendRaw(append(dst, floatRaw), v)
}

// appendShort appends v in single precision, unless that does not hold all of it to the bit.
func appendShort(dst []byte, v []float64) ([]byte, bool) {
	dst = slices.Grow(dst, 4*len(v))
	at := dst[len(dst) : len(dst)+4*len(v)]
	for i, x := range v {
		y := float32(x)
		if math.Float64bits(float64(y)) != math.Float64bits(x) {
			return nil, false
		}
		binary.LittleEndian.PutUint32(at[4*i:], math.Float32bits(y))
	}
	return dst[:len(dst)+4*len(v)], true
}

func readShort(dst []float64, b []byte) {
	for i := range dst {
		dst[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
		b = b[4:]
	}
}

// decimal sets ints to v in units of 1/p and reports whether dividing gives every
// value back to the bit.
func decimal(ints []int64, v []float64, p float64) bool {
	const exact = 1 << 53 // beyond this, neighbouring floats skip whole numbers
	for i, x := range v {
		r := math.RoundToEven(x * p)
		if !(math.Abs(r) < exact) { // also false for NaN
			return false
		}
		n := int64(r)
		if math.Float64bits(float64(n)/p) != math.Float64bits(x) {
			return false
		}
		ints[i] = n
	}
	return true
}

// DecodeFloats fills dst from a chunk that must hold exactly len(dst) values.
func DecodeFloats(dst []float64, b []byte) error {
	if len(b) == 0 || b[0] > floatShort {
		return fmt.Errorf("%w: kind of floats", ErrChunk)
	}
	form, b := b[0], b[1:]
	if form == floatRaw {
		if len(b) != 8*len(dst) {
			return fmt.Errorf("%w: %d bytes for %d floats", ErrChunk, len(b), len(dst))
		}
		readRaw(dst, b)
		return nil
	}
	if form == floatShort {
		if len(b) != 4*len(dst) {
			return fmt.Errorf("%w: %d bytes for %d short floats", ErrChunk, len(b), len(dst))
		}
		readShort(dst, b)
		return nil
	}
	var buf [blockRows]int64
	p := power(form)
	return DecodeBlocks(b, len(dst), buf[:], func(from int, block []int64) {
		out := dst[from : from+len(block)]
		if p == 1 {
			for i := range out {
				out[i] = float64(block[i])
			}
			return
		}
		for i := range out {
			out[i] = float64(block[i]) / p
		}
	})
}

// Packed reports whether a chunk of floats is packed already, so that compressing it
// gains next to nothing.
func Packed(chunk []byte) bool { return len(chunk) > 0 && chunk[0] != floatRaw }

// AppendBools appends v as bits, lowest first.
func AppendBools(dst []byte, v []bool) []byte {
	for i := 0; i < len(v); i += 8 {
		var x byte
		for j, b := range v[i:min(i+8, len(v))] {
			if b {
				x |= 1 << j
			}
		}
		dst = append(dst, x)
	}
	return dst
}

// DecodeBools fills dst from bits written by AppendBools.
func DecodeBools(dst []bool, b []byte) error {
	if len(b) != (len(dst)+7)/8 {
		return fmt.Errorf("%w: %d bytes for %d bits", ErrChunk, len(b), len(dst))
	}
	for i := range dst {
		dst[i] = b[i/8]&(1<<(i%8)) != 0
	}
	return nil
}
