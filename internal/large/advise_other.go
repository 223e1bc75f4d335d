//go:build !linux

package large

// advise does nothing: other systems choose the size of pages themselves.
func advise(_, _ uintptr) {}
