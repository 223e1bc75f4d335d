package column

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// littleEndian reports whether floats lie in memory as they do in a chunk.
func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }

// memory returns the bytes that v, which is not empty, lies in.
func memory(v []float64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 8*len(v))
}

// appendRaw appends v, eight bytes each.
func appendRaw(dst []byte, v []float64) []byte {
	if len(v) > 0 && littleEndian() {
		return append(dst, memory(v)...)
	}
	for _, x := range v {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(x))
	}
	return dst
}

// readRaw fills dst from b, which has exactly its bytes.
func readRaw(dst []float64, b []byte) {
	if len(dst) > 0 && littleEndian() {
		copy(memory(dst), b)
		return
	}
	for i := range dst {
		dst[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
}
