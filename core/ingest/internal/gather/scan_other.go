//go:build !amd64

package gather

// Usable reports whether this processor can do it.
func Usable() bool { return false }

func scan(_ *byte, at, _ int, _ *Tables, _ int, _, _, _ *uint32, _ *int64) (rows, next int) {
	return 0, at
}
