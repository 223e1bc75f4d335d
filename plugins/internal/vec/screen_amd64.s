#include "textflag.h"

DATA beyond<>+0(SB)/4, $0x7F800000
GLOBL beyond<>(SB), RODATA|NOPTR, $4

// func screenAVX512(x *float32, stride, n, d int, centres *float32, k int, label *int32, doubt *uint64, slope, base float32)
//
// 64 rows at a time. Z0…Z3 smallest, Z4…Z7 second smallest score, Z8…Z11 centre of the
// smallest, Z12…Z15 the score of the centre at hand.
TEXT ·screenAVX512(SB), NOSPLIT, $0-72
	MOVQ x+0(FP), SI
	MOVQ stride+8(FP), R10
	SHLQ $2, R10           // bytes from column to column
	MOVQ n+16(FP), CX
	MOVQ d+24(FP), DX
	MOVQ label+48(FP), DI
	MOVQ doubt+56(FP), R13
	VBROADCASTSS slope+64(FP), Z28
	VBROADCASTSS base+68(FP), Z29
	MOVL $1, AX
	VPBROADCASTD AX, Z31   // one

rows:
	VBROADCASTSS beyond<>(SB), Z0
	VMOVAPS Z0, Z1
	VMOVAPS Z0, Z2
	VMOVAPS Z0, Z3
	VMOVAPS Z0, Z4
	VMOVAPS Z0, Z5
	VMOVAPS Z0, Z6
	VMOVAPS Z0, Z7
	VPXORD Z8, Z8, Z8
	VPXORD Z9, Z9, Z9
	VPXORD Z10, Z10, Z10
	VPXORD Z11, Z11, Z11
	VPXORD Z30, Z30, Z30   // number of the centre
	MOVQ centres+32(FP), R9
	MOVQ k+40(FP), BX

centre:
	VBROADCASTSS (R9), Z12 // half the square of its length
	VMOVAPS Z12, Z13
	VMOVAPS Z12, Z14
	VMOVAPS Z12, Z15
	ADDQ $4, R9
	MOVQ SI, R8
	MOVQ DX, R11

feature:
	VBROADCASTSS (R9), Z16
	VFNMADD231PS (R8), Z16, Z12
	VFNMADD231PS 64(R8), Z16, Z13
	VFNMADD231PS 128(R8), Z16, Z14
	VFNMADD231PS 192(R8), Z16, Z15
	ADDQ R10, R8
	ADDQ $4, R9
	DECQ R11
	JNZ  feature

	VCMPPS $1, Z0, Z12, K1 // score < smallest
	VCMPPS $1, Z1, Z13, K2
	VCMPPS $1, Z2, Z14, K3
	VCMPPS $1, Z3, Z15, K4
	VMAXPS Z12, Z0, Z16
	VMAXPS Z13, Z1, Z17
	VMAXPS Z14, Z2, Z18
	VMAXPS Z15, Z3, Z19
	VMINPS Z16, Z4, Z4
	VMINPS Z17, Z5, Z5
	VMINPS Z18, Z6, Z6
	VMINPS Z19, Z7, Z7
	VMINPS Z12, Z0, Z0
	VMINPS Z13, Z1, Z1
	VMINPS Z14, Z2, Z2
	VMINPS Z15, Z3, Z3
	VMOVDQA32 Z30, K1, Z8
	VMOVDQA32 Z30, K2, Z9
	VMOVDQA32 Z30, K3, Z10
	VMOVDQA32 Z30, K4, Z11
	VPADDD Z31, Z30, Z30
	DECQ BX
	JNZ  centre

	VMOVDQU32 Z8, (DI)
	VMOVDQU32 Z9, 64(DI)
	VMOVDQU32 Z10, 128(DI)
	VMOVDQU32 Z11, 192(DI)
	ADDQ $256, DI

	VMOVUPS (R8), Z12      // lengths of the rows
	VMOVUPS 64(R8), Z13
	VMOVUPS 128(R8), Z14
	VMOVUPS 192(R8), Z15
	VFMADD213PS Z29, Z28, Z12
	VFMADD213PS Z29, Z28, Z13
	VFMADD213PS Z29, Z28, Z14
	VFMADD213PS Z29, Z28, Z15
	VSUBPS Z0, Z4, Z4
	VSUBPS Z1, Z5, Z5
	VSUBPS Z2, Z6, Z6
	VSUBPS Z3, Z7, Z7
	VCMPPS $0x0A, Z12, Z4, K1 // not larger, or no number
	VCMPPS $0x0A, Z13, Z5, K2
	VCMPPS $0x0A, Z14, Z6, K3
	VCMPPS $0x0A, Z15, Z7, K4
	KMOVW K1, AX
	KMOVW K2, R8
	SHLQ $16, R8
	ORQ  R8, AX
	KMOVW K3, R8
	SHLQ $32, R8
	ORQ  R8, AX
	KMOVW K4, R8
	SHLQ $48, R8
	ORQ  R8, AX
	MOVQ AX, (R13)
	ADDQ $8, R13

	ADDQ $256, SI
	SUBQ $64, CX
	JNZ  rows
	VZEROUPPER
	RET

// func changedAVX512(old, now *int32, n int, at *int32) int
//
// The places among n, a multiple of 16, where two lists differ; at has room for 16 more
// than there are.
TEXT ·changedAVX512(SB), NOSPLIT, $0-40
	MOVQ old+0(FP), SI
	MOVQ now+8(FP), DX
	MOVQ n+16(FP), CX
	MOVQ at+24(FP), DI
	MOVQ DI, R9
	VMOVDQU32 places<>(SB), Z1
	MOVL $16, AX
	VPBROADCASTD AX, Z2

compare:
	VMOVDQU32 (SI), Z0
	VPCMPD $4, (DX), Z0, K1
	KMOVW K1, AX
	TESTL AX, AX
	JZ   same
	VPCOMPRESSD Z1, K1, Z3
	VMOVDQU32 Z3, (DI)
	POPCNTL AX, AX
	LEAQ (DI)(AX*4), DI

same:
	VPADDD Z2, Z1, Z1
	ADDQ $64, SI
	ADDQ $64, DX
	SUBQ $16, CX
	JNZ  compare

	SUBQ R9, DI
	SHRQ $2, DI
	MOVQ DI, ret+32(FP)
	VZEROUPPER
	RET

DATA places<>+0(SB)/4, $0
DATA places<>+4(SB)/4, $1
DATA places<>+8(SB)/4, $2
DATA places<>+12(SB)/4, $3
DATA places<>+16(SB)/4, $4
DATA places<>+20(SB)/4, $5
DATA places<>+24(SB)/4, $6
DATA places<>+28(SB)/4, $7
DATA places<>+32(SB)/4, $8
DATA places<>+36(SB)/4, $9
DATA places<>+40(SB)/4, $10
DATA places<>+44(SB)/4, $11
DATA places<>+48(SB)/4, $12
DATA places<>+52(SB)/4, $13
DATA places<>+56(SB)/4, $14
DATA places<>+60(SB)/4, $15
GLOBL places<>(SB), RODATA|NOPTR, $64

// func groupSumsAVX512(v *float64, label *int32, n, first int, coarse, fine float64, sums *[2 * 8 * 8]float64)
//
// Eight groups from the first: Z16…Z23 their coarse, Z24…Z31 their fine sums, of every
// eighth value; n is a multiple of 16.
TEXT ·groupSumsAVX512(SB), NOSPLIT, $0-56
	MOVQ v+0(FP), SI
	MOVQ label+8(FP), DX
	MOVQ n+16(FP), CX
	MOVQ first+24(FP), AX
	VPBROADCASTD AX, Z15
	VBROADCASTSD coarse+32(FP), Z13
	VBROADCASTSD fine+40(FP), Z14
	MOVQ sums+48(FP), DI
	VPXORQ Z16, Z16, Z16
	VPXORQ Z17, Z17, Z17
	VPXORQ Z18, Z18, Z18
	VPXORQ Z19, Z19, Z19
	VPXORQ Z20, Z20, Z20
	VPXORQ Z21, Z21, Z21
	VPXORQ Z22, Z22, Z22
	VPXORQ Z23, Z23, Z23
	VPXORQ Z24, Z24, Z24
	VPXORQ Z25, Z25, Z25
	VPXORQ Z26, Z26, Z26
	VPXORQ Z27, Z27, Z27
	VPXORQ Z28, Z28, Z28
	VPXORQ Z29, Z29, Z29
	VPXORQ Z30, Z30, Z30
	VPXORQ Z31, Z31, Z31

#define GROUP(c, hi, lo) \
	VPCMPEQD.BCST places<>+c(SB), Z12, K1 \
	KSHIFTRW $8, K1, K2                   \
	VADDPD Z4, hi, K1, hi                 \
	VADDPD Z6, lo, K1, lo                 \
	VADDPD Z5, hi, K2, hi                 \
	VADDPD Z7, lo, K2, lo

values:
	VMOVUPD (SI), Z0
	VMOVUPD 64(SI), Z1
	VADDPD Z13, Z0, Z4
	VADDPD Z13, Z1, Z5
	VSUBPD Z13, Z4, Z4     // coarse part
	VSUBPD Z13, Z5, Z5
	VSUBPD Z4, Z0, Z6
	VSUBPD Z5, Z1, Z7
	VADDPD Z14, Z6, Z6
	VADDPD Z14, Z7, Z7
	VSUBPD Z14, Z6, Z6     // fine part
	VSUBPD Z14, Z7, Z7
	VMOVDQU32 (DX), Z12
	VPSUBD Z15, Z12, Z12   // group, counted from the first
	GROUP(0, Z16, Z24)
	GROUP(4, Z17, Z25)
	GROUP(8, Z18, Z26)
	GROUP(12, Z19, Z27)
	GROUP(16, Z20, Z28)
	GROUP(20, Z21, Z29)
	GROUP(24, Z22, Z30)
	GROUP(28, Z23, Z31)
	ADDQ $128, SI
	ADDQ $64, DX
	SUBQ $16, CX
	JNZ  values

	VMOVUPD Z16, (DI)
	VMOVUPD Z17, 64(DI)
	VMOVUPD Z18, 128(DI)
	VMOVUPD Z19, 192(DI)
	VMOVUPD Z20, 256(DI)
	VMOVUPD Z21, 320(DI)
	VMOVUPD Z22, 384(DI)
	VMOVUPD Z23, 448(DI)
	VMOVUPD Z24, 512(DI)
	VMOVUPD Z25, 576(DI)
	VMOVUPD Z26, 640(DI)
	VMOVUPD Z27, 704(DI)
	VMOVUPD Z28, 768(DI)
	VMOVUPD Z29, 832(DI)
	VMOVUPD Z30, 896(DI)
	VMOVUPD Z31, 960(DI)
	VZEROUPPER
	RET

// func withinAVX512(v *float64, label *int32, n int, low, high *[16]float64, x *float64, group, below *int32, found *[2]int)
//
// Eight values at a time, against the ends of their groups; n is a multiple of 8.
TEXT ·withinAVX512(SB), NOSPLIT, $0-72
	MOVQ v+0(FP), SI
	MOVQ label+8(FP), DX
	MOVQ n+16(FP), CX
	MOVQ low+24(FP), AX
	VMOVUPD (AX), Z20
	VMOVUPD 64(AX), Z21
	MOVQ high+32(FP), AX
	VMOVUPD (AX), Z22
	VMOVUPD 64(AX), Z23
	MOVQ x+40(FP), R8
	MOVQ group+48(FP), R9
	MOVQ below+56(FP), R10
	MOVQ R9, R11
	MOVQ R10, R12

ends:
	VPMOVZXDQ (DX), Z1
	VMOVUPD (SI), Z0
	VMOVDQA64 Z1, Z2
	VMOVDQA64 Z1, Z3
	VPERMI2PD Z21, Z20, Z2 // low end of the group of each
	VPERMI2PD Z23, Z22, Z3 // high end
	VCMPPD $1, Z2, Z0, K1  // value < low end
	VCMPPD $2, Z3, Z0, K2  // value ≤ high end
	KANDNW K2, K1, K2
	VCOMPRESSPD Z0, K2, Z4
	VPCOMPRESSQ Z1, K2, Z5
	VPCOMPRESSQ Z1, K1, Z6
	VMOVUPD Z4, (R8)
	VPMOVQD Z5, (R9)
	VPMOVQD Z6, (R10)
	KMOVW K2, AX
	KMOVW K1, BX
	POPCNTL AX, AX
	POPCNTL BX, BX
	LEAQ (R8)(AX*8), R8
	LEAQ (R9)(AX*4), R9
	LEAQ (R10)(BX*4), R10
	ADDQ $64, SI
	ADDQ $32, DX
	SUBQ $8, CX
	JNZ  ends

	MOVQ found+64(FP), DI
	SUBQ R11, R9
	SHRQ $2, R9
	MOVQ R9, (DI)
	SUBQ R12, R10
	SHRQ $2, R10
	MOVQ R10, 8(DI)
	VZEROUPPER
	RET

// func moveAVX512(x *float64, stride, d int, row, old, now *int32, n int, weight, grid, sums *float64, wide int)
//
// The sums of a group are wide coarse and wide fine ones, a multiple of 8; grid has as many
// of both. Eight features at a time.
TEXT ·moveAVX512(SB), NOSPLIT, $0-88
	MOVQ stride+8(FP), AX
	VPBROADCASTQ AX, Z10
	VPMOVZXDQ places<>(SB), Z11
	VPMULUDQ Z10, Z11, Z11  // 0, stride, 2·stride …
	SHLQ $6, AX
	MOVQ AX, R15           // bytes over eight columns
	MOVQ wide+80(FP), R14
	SHLQ $3, R14           // bytes of coarse sums

	MOVQ row+24(FP), R8
	MOVQ old+32(FP), R9
	MOVQ now+40(FP), R10
	MOVQ n+48(FP), R11

item:
	MOVLQSX (R8), AX
	MOVQ x+0(FP), SI
	LEAQ (SI)(AX*8), SI    // the row
	MOVQ weight+56(FP), BX
	TESTQ BX, BX
	JZ   even
	VBROADCASTSD (BX)(AX*8), Z12

even:
	MOVQ sums+72(FP), DI
	MOVLQSX (R9), AX
	IMULQ R14, AX
	LEAQ (DI)(AX*2), R12   // sums of the group it leaves
	MOVLQSX (R10), AX
	IMULQ R14, AX
	LEAQ (DI)(AX*2), R13   // sums of the group it joins
	MOVQ grid+64(FP), DI
	MOVQ d+16(FP), CX

eight:
	MOVL $0xFF, AX
	CMPQ CX, $8
	JGE  full
	MOVL $1, AX
	SHLL CX, AX
	DECL AX

full:
	KMOVW AX, K1
	VPXORQ Z0, Z0, Z0
	VGATHERQPD (SI)(Z11*8), K1, Z0
	TESTQ BX, BX
	JZ   once
	VMULPD Z12, Z0, Z0

once:
	VMOVUPD (DI), Z1
	VMOVUPD (DI)(R14*1), Z2
	VADDPD Z1, Z0, Z3
	VSUBPD Z1, Z3, Z3      // coarse part
	VSUBPD Z3, Z0, Z4
	VADDPD Z2, Z4, Z4
	VSUBPD Z2, Z4, Z4      // fine part
	VMOVUPD (R12), Z5
	VMOVUPD (R12)(R14*1), Z6
	VMOVUPD (R13), Z7
	VMOVUPD (R13)(R14*1), Z8
	VSUBPD Z3, Z5, Z5
	VSUBPD Z4, Z6, Z6
	VADDPD Z3, Z7, Z7
	VADDPD Z4, Z8, Z8
	VMOVUPD Z5, (R12)
	VMOVUPD Z6, (R12)(R14*1)
	VMOVUPD Z7, (R13)
	VMOVUPD Z8, (R13)(R14*1)
	ADDQ $64, R12
	ADDQ $64, R13
	ADDQ $64, DI
	ADDQ R15, SI
	SUBQ $8, CX
	JG   eight

	ADDQ $4, R8
	ADDQ $4, R9
	ADDQ $4, R10
	DECQ R11
	JNZ  item
	VZEROUPPER
	RET
