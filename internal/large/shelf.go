package large

import (
	"cmp"
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
	room int        // words that are taken first; 0 = those of shelfRoom
}

// NewShelf returns a shelf for arrays of so many bytes each, which live as long as each other:
// nil where those that need one are too few for a large page.
func NewShelf(bytes []int) *Shelf {
	all := 0
	for _, n := range bytes {
		if n < page {
			all += lines(n)
		}
	}
	if all < page/2 {
		return nil
	}
	return &Shelf{room: max(all, page) / 8}
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
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(s.take(lines(size)/8)))), n)[:n:n]
}

// lines is so many bytes, rounded up to what arrays begin on.
func lines(bytes int) int { return (bytes + line - 1) / line * line }

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
		s.rest = Make[uint64](max(words, cmp.Or(s.room, shelfRoom/8)))
		s.room = 0
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
