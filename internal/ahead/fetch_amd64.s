#include "textflag.h"

// func fetch(base unsafe.Pointer, size uintptr, index *uint32, n int)
TEXT ·fetch(SB), NOSPLIT, $0-32
	MOVQ base+0(FP), DI
	MOVQ size+8(FP), R8
	MOVQ index+16(FP), SI
	MOVQ n+24(FP), CX
	CMPQ R8, $8
	JLE  small
	LEAQ -1(DI)(R8*1), R9 // the last byte may be in the next line of the cache

large:
	MOVL       (SI), AX
	IMULQ      R8, AX
	PREFETCHT0 (DI)(AX*1)
	PREFETCHT0 (R9)(AX*1)
	ADDQ       $4, SI
	DECQ       CX
	JNZ        large
	RET

small:
	MOVL       (SI), AX
	IMULQ      R8, AX
	PREFETCHT0 (DI)(AX*1)
	ADDQ       $4, SI
	DECQ       CX
	JNZ        small
	RET
