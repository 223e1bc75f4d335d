package table

import "math/bits"

// Bits is a bitmap: bit i of the map is bit i%64 of word i/64. In a validity
// bitmap a set bit means that the value is there.
type Bits []uint64

// NewBits returns a bitmap for n bits, all clear.
func NewBits(n int) Bits { return make(Bits, (n+63)/64) }

// Get reports whether bit i is set.
func (b Bits) Get(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

// Set sets bit i.
func (b Bits) Set(i int) { b[i>>6] |= 1 << (i & 63) }

// Clear clears bit i.
func (b Bits) Clear(i int) { b[i>>6] &^= 1 << (i & 63) }

// Fill sets the first n bits.
func (b Bits) Fill(n int) {
	for i := range n >> 6 {
		b[i] = ^uint64(0)
	}
	if r := n & 63; r != 0 {
		b[n>>6] |= 1<<r - 1
	}
}

// Count returns how many of the first n bits are set.
func (b Bits) Count(n int) int {
	c := 0
	for i := range n >> 6 {
		c += bits.OnesCount64(b[i])
	}
	if r := n & 63; r != 0 {
		c += bits.OnesCount64(b[n>>6] & (1<<r - 1))
	}
	return c
}
