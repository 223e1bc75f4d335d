package column

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// ChunkRows is the largest number of values in a chunk: at the usual 8 to 24 bits
// a value this gives chunks of 128 to 384 KB, and never more than about 1 MB.
const ChunkRows = 1 << 17

// ErrChunk is returned when bytes are no chunk of the expected kind and length.
var ErrChunk = errors.New("malformed column chunk")

// Int is the set of integer types that a chunk can hold. All are handled as 64 bits
// with wrap-around, so that the full range of each survives.
type Int interface {
	~int32 | ~uint32 | ~int64 | ~uint64
}

// BlockRows is how many values are packed together.
const BlockRows = blockRows

const (
	blockRows = 256
	// slack is the zero padding after the last block that lets a reader load eight
	// bytes at any value's position.
	slack = 8
	// wide: values of more bits than this do not fit an eight-byte load at any bit
	// offset and are stored in 64 bits.
	wide = 56
	// flagSteps marks a block of steps; the low seven bits of its first byte are the width.
	flagSteps = 0x80
)

// AppendInts appends the chunk of v, at most [ChunkRows] values, to dst.
func AppendInts[T Int](dst []byte, v []T) []byte {
	if len(v) > ChunkRows {
		panic("column: chunk too long") // a programmer's mistake: callers cut columns
	}
	for i := 0; i < len(v); i += blockRows {
		dst = appendBlock(dst, v[i:min(i+blockRows, len(v))])
	}
	return append(dst, make([]byte, slack)...)
}

// AppendBlocks is AppendInts for n values that fill gives a block at a time: those from
// the given position on, into the part of buf that they take. buf has BlockRows values.
// It ends, with false, where fill does.
func AppendBlocks(dst []byte, n int, buf []int64, fill func(from int, block []int64) bool) ([]byte, bool) {
	if n > ChunkRows {
		panic("column: chunk too long") // a programmer's mistake: callers cut columns
	}
	for i := 0; i < n; i += blockRows {
		block := buf[:min(blockRows, n-i)]
		if !fill(i, block) {
			return dst, false
		}
		dst = appendBlock(dst, block)
	}
	return append(dst, make([]byte, slack)...), true
}

// DecodeBlocks is DecodeInts that gives n values a block at a time, by way of buf.
func DecodeBlocks(b []byte, n int, buf []int64, take func(from int, block []int64)) error {
	for i := 0; i < n; i += blockRows {
		block := buf[:min(blockRows, n-i)]
		rest, err := decodeBlock(block, b)
		if err != nil {
			return err
		}
		take(i, block)
		b = rest
	}
	if len(b) != slack {
		return fmt.Errorf("%w: %d bytes after the last block", ErrChunk, len(b))
	}
	return nil
}

func appendBlock[T Int](dst []byte, v []T) []byte {
	first := int64(v[0])
	lo, hi := first, first
	for _, x := range v[1:] {
		lo, hi = min(lo, int64(x)), max(hi, int64(x))
	}
	w := width(uint64(hi) - uint64(lo))
	// All steps are no narrower than the first few, which are mostly too wide already.
	ws, loStep := stepWidth(v[:min(len(v), 16)])
	if ws < w {
		ws, loStep = stepWidth(v)
	}
	if ws < w {
		dst = append(dst, flagSteps|byte(ws))
		dst = binary.AppendVarint(dst, first)
		dst = binary.AppendVarint(dst, loStep)
		return packSteps(dst, v, loStep, ws)
	}
	dst = append(dst, byte(w))
	dst = binary.AppendVarint(dst, lo)
	return pack(dst, v, uint64(lo), w)
}

// stepWidth is the width of the steps between neighbours over the least of them.
func stepWidth[T Int](v []T) (w uint, least int64) {
	if len(v) < 2 {
		return 0, 0
	}
	prev := int64(v[1])
	least = prev - int64(v[0])
	most := least
	for _, x := range v[2:] {
		step := int64(x) - prev
		prev = int64(x)
		least, most = min(least, step), max(most, step)
	}
	return width(uint64(most) - uint64(least)), least
}

func width(spread uint64) uint {
	w := uint(bits.Len64(spread))
	if w > wide {
		return 64
	}
	return w
}

// pack appends the low w bits of every v-base, first value in the lowest bits.
func pack[T Int](dst []byte, v []T, base uint64, w uint) []byte {
	if w == 0 {
		return dst
	}
	var acc uint64
	var fill uint
	for _, x := range v {
		d := uint64(x) - base
		acc |= d << fill
		fill += w
		if fill >= 64 {
			dst = binary.LittleEndian.AppendUint64(dst, acc)
			fill -= 64
			acc = d >> (w - fill) // w-fill bits of d went out; a shift by 64 gives 0
		}
	}
	return appendRest(dst, acc, fill)
}

// packSteps is pack for the steps between neighbours, without the first value.
func packSteps[T Int](dst []byte, v []T, base int64, w uint) []byte {
	if w == 0 {
		return dst
	}
	var acc uint64
	var fill uint
	prev := uint64(int64(v[0])) + uint64(base)
	for _, x := range v[1:] {
		d := uint64(int64(x)) - prev
		prev = uint64(int64(x)) + uint64(base)
		acc |= d << fill
		fill += w
		if fill >= 64 {
			dst = binary.LittleEndian.AppendUint64(dst, acc)
			fill -= 64
			acc = d >> (w - fill)
		}
	}
	return appendRest(dst, acc, fill)
}

func appendRest(dst []byte, acc uint64, fill uint) []byte {
	for ; fill > 0; fill -= min(8, fill) {
		dst = append(dst, byte(acc))
		acc >>= 8
	}
	return dst
}

// DecodeInts fills dst from a chunk that must hold exactly len(dst) values.
func DecodeInts[T Int](dst []T, b []byte) error {
	for i := 0; i < len(dst); i += blockRows {
		rest, err := decodeBlock(dst[i:min(i+blockRows, len(dst))], b)
		if err != nil {
			return err
		}
		b = rest
	}
	if len(b) != slack {
		return fmt.Errorf("%w: %d bytes after the last block", ErrChunk, len(b))
	}
	return nil
}

func decodeBlock[T Int](dst []T, b []byte) ([]byte, error) {
	if len(b) < 2+slack {
		return nil, fmt.Errorf("%w: block cut off", ErrChunk)
	}
	head, b := b[0], b[1:]
	w, steps := uint(head&^flagSteps), head&flagSteps != 0
	if w > wide && w != 64 {
		return nil, fmt.Errorf("%w: width %d", ErrChunk, w)
	}
	base, n := binary.Varint(b)
	if n <= 0 {
		return nil, fmt.Errorf("%w: base", ErrChunk)
	}
	b = b[n:]
	first, count := base, len(dst)
	if steps {
		if base, n = binary.Varint(b); n <= 0 {
			return nil, fmt.Errorf("%w: step", ErrChunk)
		}
		b = b[n:]
		count--
	}
	size := (count*int(w) + 7) / 8
	if len(b) < size+slack {
		return nil, fmt.Errorf("%w: block of %d bytes, %d left", ErrChunk, size, len(b))
	}
	if steps {
		unpackSteps(dst, b[:size+slack], first, uint64(base), w)
	} else {
		unpack(dst, b[:size+slack], uint64(base), w)
	}
	return b[size:], nil
}

func unpack[T Int](dst []T, b []byte, base uint64, w uint) {
	if w == 0 {
		for i := range dst {
			dst[i] = T(base)
		}
		return
	}
	mask := ^uint64(0) >> (64 - w)
	at := uint(0)
	for i := range dst {
		x := binary.LittleEndian.Uint64(b[at>>3:]) >> (at & 7)
		dst[i] = T(base + x&mask)
		at += w
	}
}

func unpackSteps[T Int](dst []T, b []byte, first int64, base uint64, w uint) {
	acc := uint64(first)
	dst[0] = T(acc)
	mask := ^uint64(0)
	if w < 64 {
		mask = 1<<w - 1
	}
	at := uint(0)
	for i := range dst[1:] {
		x := binary.LittleEndian.Uint64(b[at>>3:]) >> (at & 7)
		acc += base + x&mask
		dst[i+1] = T(acc)
		at += w
	}
}
