package ahead

import "unsafe"

// fetch asks for the first and the last byte of n elements of so many bytes.
//
//go:noescape
func fetch(base unsafe.Pointer, size uintptr, index *uint32, n int)
