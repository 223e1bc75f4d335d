package large

import (
	"slices"
	"sync"
	"unsafe"
)

// Shelf makes arrays that are too small for a large page of their own out of a few large
// pages: a short run touches memory for the first time some ten times instead of some
// thousand. What is made stays in memory as long as anything that was made beside it. A nil
// shelf makes arrays as Make does. It is safe for concurrent use.
type Shelf struct {
	lock sync.Mutex
	rest []uint64
	back [][]uint64 // what was given back
}

const (
	shelfRoom  = 2 * page // bytes that are taken at a time, and touched bit by bit
	shelfLeast = 2 << 10  // bytes below which the runtime's own lists are as good
	line       = 64       // bytes that arrays begin on a multiple of
)

// Take returns n zeros from the shelf; they have no room for more.
func Take[T Number](s *Shelf, n int) []T {
	var t T
	size := n * int(unsafe.Sizeof(t))
	switch {
	case size >= page:
		return Make[T](n)
	case s == nil || size < shelfLeast:
		return make([]T, n)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(s.take((size+line-1)/line*line/8)))), n)[:n:n]
}

// take returns so many words.
func (s *Shelf) take(words int) []uint64 {
	s.lock.Lock()
	defer s.lock.Unlock()
	for i, part := range s.back {
		if words <= len(part) {
			if s.back[i] = part[words:]; words == len(part) {
				s.back = slices.Delete(s.back, i, i+1)
			}
			clear(part[:words])
			return part[:words:words]
		}
	}
	if words > len(s.rest) {
		s.rest = Make[uint64](shelfRoom / 8)
	}
	out := s.rest[:words:words]
	s.rest = s.rest[words:]
	return out
}

// GiveBack lets others take the memory of arrays from [Take] of this shelf, of which nobody
// will use any part again. Memory that was touched before costs much less than new memory.
func GiveBack[T Number](s *Shelf, arrays ...[]T) {
	if s == nil {
		return
	}
	var t T
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, a := range arrays {
		a = a[:cap(a)]
		if size := len(a) * int(unsafe.Sizeof(t)); size >= shelfLeast && size < page {
			s.back = append(s.back, unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(a))), (size+line-1)/line*line/8))
		}
	}
}
