#include "textflag.h"

DATA endless<>+0(SB)/8, $0x7FF0000000000000
GLOBL endless<>(SB), RODATA|NOPTR, $8

// func nearestAVX512(x *float64, stride, n, d int, centres *float64, k int, label *int32, first, second *float64)
//
// Sixteen rows at a time, otherwise as nearestAVX2.
TEXT ·nearestAVX512(SB), NOSPLIT, $0-72
	MOVQ x+0(FP), SI
	MOVQ stride+8(FP), R10
	SHLQ $3, R10           // bytes from column to column
	MOVQ n+16(FP), CX
	MOVQ d+24(FP), DX
	MOVQ label+48(FP), DI
	MOVQ first+56(FP), R12
	MOVQ second+64(FP), R13
	MOVL $1, AX
	VPBROADCASTQ AX, Z15   // one

rows:
	VBROADCASTSD endless<>(SB), Z0
	VMOVAPD Z0, Z1
	VMOVAPD Z0, Z2
	VMOVAPD Z0, Z3
	VPXORQ Z4, Z4, Z4
	VPXORQ Z5, Z5, Z5
	VPXORQ Z11, Z11, Z11   // number of the centre
	MOVQ centres+32(FP), R9
	MOVQ k+40(FP), BX

centre:
	VPXORQ Z6, Z6, Z6
	VPXORQ Z7, Z7, Z7
	MOVQ SI, R8
	MOVQ DX, R11

feature:
	VBROADCASTSD (R9), Z10
	VMOVUPD (R8), Z8
	VMOVUPD 64(R8), Z9
	VSUBPD Z10, Z8, Z8
	VSUBPD Z10, Z9, Z9
	VMULPD Z8, Z8, Z8
	VMULPD Z9, Z9, Z9
	VADDPD Z8, Z6, Z6
	VADDPD Z9, Z7, Z7
	ADDQ R10, R8
	ADDQ $8, R9
	DECQ R11
	JNZ  feature

	VCMPPD $1, Z0, Z6, K1  // distance < smallest
	VCMPPD $1, Z1, Z7, K2
	TESTQ R13, R13
	JZ   unasked
	VMAXPD Z6, Z0, Z8
	VMAXPD Z7, Z1, Z9
	VMINPD Z8, Z2, Z2
	VMINPD Z9, Z3, Z3

unasked:
	VMINPD Z6, Z0, Z0
	VMINPD Z7, Z1, Z1
	VMOVDQA64 Z11, K1, Z4
	VMOVDQA64 Z11, K2, Z5
	VPADDQ Z15, Z11, Z11
	DECQ BX
	JNZ  centre

	VPMOVQD Z4, (DI)
	VPMOVQD Z5, 32(DI)
	ADDQ $64, DI
	TESTQ R12, R12
	JZ   nofirst
	VMOVUPD Z0, (R12)
	VMOVUPD Z1, 64(R12)
	ADDQ $128, R12

nofirst:
	TESTQ R13, R13
	JZ   nosecond
	VMOVUPD Z2, (R13)
	VMOVUPD Z3, 64(R13)
	ADDQ $128, R13

nosecond:
	ADDQ $128, SI
	SUBQ $16, CX
	JNZ  rows
	VZEROUPPER
	RET
