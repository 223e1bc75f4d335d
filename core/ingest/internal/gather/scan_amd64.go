package gather

import "golang.org/x/sys/cpu"

var usable = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX2 && cpu.X86.HasBMI1

//go:noescape
func scan(b *byte, at, last int, t *Tables, n int, first, second, third *uint32, varying *int64) (rows, next int)
