#include "textflag.h"

// What Mix multiplies by.
DATA golden<>+0(SB)/8, $0x9e3779b97f4a7c15
GLOBL golden<>(SB), RODATA|NOPTR, $8

DATA splitMix<>+0(SB)/8, $0xbf58476d1ce4e5b9
GLOBL splitMix<>(SB), RODATA|NOPTR, $8

// func mixAVX512(hash *uint64, v *float64, n int)
//
// Eight rows at a time; n is a multiple of 8. The product of 128 bits is made of four of 64.
TEXT ·mixAVX512(SB), NOSPLIT, $0-24
	MOVQ hash+0(FP), DI
	MOVQ v+8(FP), SI
	MOVQ n+16(FP), CX
	VPBROADCASTQ golden<>(SB), Z15
	VPSRLQ $32, Z15, Z14   // its upper half
	VPBROADCASTQ splitMix<>(SB), Z13
	VPXORQ Z12, Z12, Z12
	VPTERNLOGD $0xFF, Z11, Z11, Z11
	VPSRLQ $32, Z11, Z11   // lower halves
	MOVL $0x5555, AX
	KMOVW AX, K1

mix:
	VADDPD (SI), Z12, Z0   // −0 becomes 0
	VPXORQ Z15, Z0, Z0
	VPXORQ (DI), Z0, Z0
	VPSRLQ $32, Z0, Z1
	VPMULUDQ Z15, Z0, Z2   // low × low
	VPMULUDQ Z14, Z0, Z3   // low × high
	VPMULUDQ Z15, Z1, Z4   // high × low
	VPMULUDQ Z14, Z1, Z5   // high × high
	VPSRLQ $32, Z2, Z6
	VPADDQ Z4, Z6, Z6
	VPANDQ Z11, Z6, Z7
	VPADDQ Z3, Z7, Z7
	VPSRLQ $32, Z6, Z6
	VPADDQ Z6, Z5, Z5
	VPSRLQ $32, Z7, Z8
	VPADDQ Z8, Z5, Z5      // upper half of the product
	VPSLLQ $32, Z7, Z7
	VMOVDQA32 Z2, K1, Z7   // lower half
	VPXORQ Z7, Z5, Z5
	VPADDQ Z15, Z5, Z5
	VPSRLQ $29, Z5, Z6
	VPXORQ Z6, Z5, Z5
	VPMULLQ Z13, Z5, Z5
	VMOVDQU64 Z5, (DI)
	ADDQ $64, SI
	ADDQ $64, DI
	SUBQ $8, CX
	JNZ  mix
	VZEROUPPER
	RET

// func splitAVX512(v *float64, n int, pivot float64, less, more *float64, found *[2]int)
//
// Eight values at a time; n is a multiple of 8.
TEXT ·splitAVX512(SB), NOSPLIT, $0-48
	MOVQ v+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSD pivot+16(FP), Z1
	MOVQ less+24(FP), R8
	MOVQ more+32(FP), R9
	MOVQ R8, R10
	MOVQ R9, R11

split:
	VMOVUPD (SI), Z0
	VCMPPD $1, Z1, Z0, K1  // value < pivot
	VCMPPD $1, Z0, Z1, K2  // pivot < value
	VCOMPRESSPD Z0, K1, Z2
	VCOMPRESSPD Z0, K2, Z3
	KMOVW K1, AX
	KMOVW K2, BX
	VMOVUPD Z2, (R8)
	VMOVUPD Z3, (R9)
	POPCNTL AX, AX
	POPCNTL BX, BX
	LEAQ (R8)(AX*8), R8
	LEAQ (R9)(BX*8), R9
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  split

	MOVQ found+40(FP), DI
	SUBQ R10, R8
	SHRQ $3, R8
	MOVQ R8, (DI)
	SUBQ R11, R9
	SHRQ $3, R9
	MOVQ R9, 8(DI)
	VZEROUPPER
	RET

// func dotAVX2(a, b *float64, n int, sums *[16]float64)
//
// Sixteen values at a time, each added to a sum of its own; n is a multiple of 16.
TEXT ·dotAVX2(SB), NOSPLIT, $0-32
	MOVQ a+0(FP), SI
	MOVQ b+8(FP), DX
	MOVQ n+16(FP), CX
	MOVQ sums+24(FP), DI
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3

dot:
	VMOVUPD (SI), Y4
	VMOVUPD 32(SI), Y5
	VMOVUPD 64(SI), Y6
	VMOVUPD 96(SI), Y7
	VMULPD (DX), Y4, Y4
	VMULPD 32(DX), Y5, Y5
	VMULPD 64(DX), Y6, Y6
	VMULPD 96(DX), Y7, Y7
	VADDPD Y4, Y0, Y0
	VADDPD Y5, Y1, Y1
	VADDPD Y6, Y2, Y2
	VADDPD Y7, Y3, Y3
	ADDQ $128, SI
	ADDQ $128, DX
	SUBQ $16, CX
	JNZ  dot

	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VMOVUPD Y2, 64(DI)
	VMOVUPD Y3, 96(DI)
	VZEROUPPER
	RET

// func narrowSumsAVX512(x *float32, stride, d, at, from, to int, out *[NarrowLanes]float64)
//
// narrowSumsAVX2 of sixteen rows.
TEXT ·narrowSumsAVX512(SB), NOSPLIT, $0-56
	MOVQ x+0(FP), SI
	MOVQ stride+8(FP), R10
	SHLQ $2, R10
	MOVQ d+16(FP), DX
	MOVQ at+24(FP), AX
	LEAQ (SI)(AX*4), R12   // the sixteen rows
	MOVQ from+32(FP), AX
	LEAQ (SI)(AX*4), R13   // the row at hand
	MOVQ to+40(FP), CX
	SUBQ AX, CX
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	CMPQ DX, $3
	JEQ  three

#define FEATURE(at, t, sum) \
	VSUBPS.BCST at(R9), Z8, t \
	VMULPS t, t, t            \
	VADDPS t, sum, sum

#define FIRST(at, sum) \
	VSUBPS.BCST at(R9), Z8, sum \
	VMULPS sum, sum, sum

#define TOTAL(s, low, t) \
	VSQRTPS s, s             \
	VEXTRACTF64X4 $1, s, t   \
	VCVTPS2PD low, Z8        \
	VCVTPS2PD t, Z9          \
	VADDPD Z8, Z0, Z0        \
	VADDPD Z9, Z1, Z1

	SUBQ $4, CX
	JLT  few

fours:                    // rows at a time
	MOVQ R12, R8
	MOVQ R13, R9
	VMOVUPS (R8), Z8
	FIRST(0, Z4)
	FIRST(4, Z5)
	FIRST(8, Z6)
	FIRST(12, Z7)
	MOVQ DX, R11
	DECQ R11
	JZ   onlyfour

fourfeature:
	ADDQ R10, R8
	ADDQ R10, R9
	VMOVUPS (R8), Z8
	FEATURE(0, Z10, Z4)
	FEATURE(4, Z11, Z5)
	FEATURE(8, Z12, Z6)
	FEATURE(12, Z13, Z7)
	DECQ R11
	JNZ  fourfeature

onlyfour:
	TOTAL(Z4, Y4, Y10)
	TOTAL(Z5, Y5, Y11)
	TOTAL(Z6, Y6, Y12)
	TOTAL(Z7, Y7, Y13)
	ADDQ $16, R13
	SUBQ $4, CX
	JGE  fours

few:
	ADDQ $4, CX
	JZ   done

ones:
	MOVQ R12, R8
	MOVQ R13, R9
	VMOVUPS (R8), Z8
	FIRST(0, Z4)
	MOVQ DX, R11
	DECQ R11
	JZ   onlyone

onefeature:
	ADDQ R10, R8
	ADDQ R10, R9
	VMOVUPS (R8), Z8
	FEATURE(0, Z10, Z4)
	DECQ R11
	JNZ  onefeature

onlyone:
	TOTAL(Z4, Y4, Y10)
	ADDQ $4, R13
	DECQ CX
	JNZ  ones
	JMP  done

three:
	VMOVUPS (R12), Z2      // three features stay in registers
	VMOVUPS (R12)(R10*1), Z3
	VMOVUPS (R12)(R10*2), Z4
	LEAQ (R13)(R10*1), R8
	LEAQ (R8)(R10*1), R9

threes:
	VSUBPS.BCST (R13), Z2, Z5
	VSUBPS.BCST (R8), Z3, Z6
	VSUBPS.BCST (R9), Z4, Z7
	VMULPS Z5, Z5, Z5
	VMULPS Z6, Z6, Z6
	VMULPS Z7, Z7, Z7
	VADDPS Z6, Z5, Z5
	VADDPS Z7, Z5, Z5
	TOTAL(Z5, Y5, Y6)
	ADDQ $4, R13
	ADDQ $4, R8
	ADDQ $4, R9
	DECQ CX
	JNZ  threes

done:
	MOVQ out+48(FP), DI
	VMOVUPD Z0, (DI)
	VMOVUPD Z1, 64(DI)
	VZEROUPPER
	RET
