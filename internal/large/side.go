package large

import "unsafe"

// objects is what the runtime starts arrays of more than smallObject bytes on a multiple of.
const (
	objects     = 8 << 10
	smallObject = 32 << 10
)

// Side returns d arrays of n zeros. Unless they are small they lie side by side in one piece
// of memory, as [Whole] finds out, which is in large pages where it fills one.
func Side[T Number](d, n int) [][]T {
	out, step, size := make([][]T, d), apart[T](n), int(unsafe.Sizeof(*new(T)))
	if step*size <= smallObject {
		for i := range out {
			out[i] = Make[T](n)
		}
		return out
	}
	all := Make[T](d * step)
	for i := range out {
		out[i] = all[i*step:][:n:step]
	}
	return out
}

// Whole returns the memory of arrays that lie in it as [Side] makes them, with zeros between
// one and the next, and how many values one begins after the one before it; nil where they
// do not, and where that is not sure.
func Whole[T Number](arrays [][]T) (all []T, step int) {
	if len(arrays) == 0 || len(arrays[0]) == 0 {
		return nil, 0
	}
	n, size, first := len(arrays[0]), unsafe.Sizeof(arrays[0][0]), unsafe.SliceData(arrays[0])
	step = apart[T](n)
	if uintptr(step)*size <= smallObject {
		return nil, 0
	}
	for i, a := range arrays {
		if len(a) != n || cap(a) < step {
			return nil, 0
		}
		at := uintptr(unsafe.Pointer(unsafe.SliceData(a)))
		// Each reaches as far as the next one begins. Were that another object of the runtime,
		// it would begin on such a multiple.
		if at != uintptr(unsafe.Pointer(first))+uintptr(i*step)*size || i > 0 && at%objects == 0 {
			return nil, 0
		}
		for _, x := range a[n:step] {
			if x != 0 {
				return nil, 0
			}
		}
	}
	return unsafe.Slice(first, len(arrays)*step), step
}

// apart is the distance of arrays of n values: an odd number of cache lines, so that few
// of them begin on the same multiple of a page, which caches like as little as Whole does.
func apart[T Number](n int) int {
	each := line / int(unsafe.Sizeof(*new(T)))
	return ((n+each-1)/each | 1) * each
}
