package gather

import "golang.org/x/sys/cpu"

// Usable reports whether this processor can do it.
func Usable() bool {
	x := &cpu.X86
	return x.HasAVX512F && x.HasAVX512BW && x.HasAVX512VL && x.HasAVX512VBMI && x.HasAVX2 && x.HasBMI1
}

//go:noescape
func scan(b *byte, at, last int, t *Tables, n int, first, second, third *uint32, varying *int64) (rows, next int)
