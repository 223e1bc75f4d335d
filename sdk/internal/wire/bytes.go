package wire

import (
	"encoding/binary"
	"unsafe"
)

// littleEndian reports whether numbers lie in memory in the byte order of the wire.
func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }

// fixed are the element types of the buffers.
type fixed interface {
	~float64 | ~int64 | ~uint64 | ~uint32
}

// bytesOf returns the values as they go over the wire. Where the machine agrees the
// result is v's own memory, not a copy: v must not change until it has been sent.
func bytesOf[T fixed](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	if littleEndian() {
		return memory(v)
	}
	return swapped(v)
}

// memory returns the bytes that v lies in.
func memory[T fixed](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(v[0])))
}

// swapped encodes v on machines of the other byte order.
func swapped[T fixed](v []T) []byte {
	b, err := binary.Append(nil, binary.LittleEndian, v)
	if err != nil {
		panic(err) // fixed-size elements cannot fail
	}
	return b
}

// fill reads len(dst) values from b, which has exactly their bytes.
func fill[T fixed](dst []T, b []byte) {
	if len(dst) == 0 {
		return
	}
	if littleEndian() {
		copy(memory(dst), b)
		return
	}
	unswap(dst, b)
}

// unswap is fill on machines of the other byte order.
func unswap[T fixed](dst []T, b []byte) {
	if _, err := binary.Decode(b, binary.LittleEndian, dst); err != nil {
		panic(err) // the caller has compared the lengths
	}
}
