//go:build !amd64

package ahead

import "unsafe"

// fetch does nothing.
func fetch(_ unsafe.Pointer, _ uintptr, _ *uint32, _ int) {}
