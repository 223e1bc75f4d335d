package wire

import (
	"bytes"
	"slices"
	"testing"
)

// TestByteOrders holds the two ways of encoding to each other: machines of the other
// byte order are not here to try.
func TestByteOrders(t *testing.T) {
	t.Parallel()
	floats, codes := []float64{0, -1.5, 1e300}, []uint32{0, 1, 1 << 31}
	if littleEndian() && (!bytes.Equal(memory(floats), swapped(floats)) || !bytes.Equal(memory(codes), swapped(codes))) {
		t.Error("the encodings differ")
	}
	a, b := make([]float64, 3), make([]float64, 3)
	fill(a, swapped(floats))
	unswap(b, swapped(floats))
	if !slices.Equal(a, floats) || !slices.Equal(b, floats) {
		t.Errorf("got %v and %v", a, b)
	}
}
