package ahead

import "unsafe"

// Rows is how many elements are worth fetching at once: few enough that the first ones are
// still in the first cache when the last are used.
const Rows = 64

// Fetch asks for the elements of a slice at the places of index. Places beyond its end
// are allowed.
func Fetch[T any](of []T, index []uint32) {
	var t T
	if len(of) > 0 && len(index) > 0 {
		fetch(unsafe.Pointer(unsafe.SliceData(of)), unsafe.Sizeof(t), unsafe.SliceData(index), len(index))
	}
}
