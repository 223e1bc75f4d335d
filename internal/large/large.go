package large

import "unsafe"

// Number is what arrays may hold: memory in large pages is not for pointers, which come
// and go with the collector, but for columns that are filled once.
type Number interface {
	~int32 | ~int64 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// page is the size of a large page; an array of less than half of one is left alone.
const page = 2 << 20

// Make returns n zeros.
func Make[T Number](n int) []T { return Room[T](n)[:n] }

// Room returns an empty slice with room for n values, most of which will be filled. It
// begins where a large page does: of the room made for that, what is not written is
// never taken from the system.
func Room[T Number](n int) []T {
	var t T
	size := int(unsafe.Sizeof(t))
	whole := pages(n*size) / size
	if whole*size < page {
		return make([]T, 0, n)
	}
	s := make([]T, whole+page/size)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(s)))%page) / size
	Hint(s[skip : skip+whole])
	return s[skip : skip : skip+n]
}

// pages is so many bytes, with the rest of the last page where half of it is used: to clear a
// large page costs as much as to come upon the small ones of a third of it.
func pages(bytes int) int {
	if rest := bytes % page; rest >= page/2 {
		return bytes - rest + page
	}
	return bytes
}

// Hint asks for large pages under a slice that was made and not yet written. T holds no
// pointers.
func Hint[T any](s []T) {
	var t T
	bytes := uintptr(len(s)) * unsafe.Sizeof(t)
	if bytes < page {
		return
	}
	at := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
	if from, to := (at+page-1)&^(page-1), (at+bytes)&^(page-1); to > from {
		advise(from, to-from)
	}
}
