#include "textflag.h"

DATA infinity<>+0(SB)/8, $0x7FF0000000000000
GLOBL infinity<>(SB), RODATA|NOPTR, $8

// func hasAVX512() bool
//
// It is asked after hasAVX2.
TEXT ·hasAVX512(SB), NOSPLIT, $0-1
	MOVB $0, ret+0(FP)
	XORL CX, CX
	XGETBV
	ANDL $0xE6, AX         // the system saves the widest registers and the masks
	CMPL AX, $0xE6
	JNE  narrow
	MOVL $7, AX
	XORL CX, CX
	CPUID
	ANDL $0x30000, BX      // AVX512F and AVX512DQ
	CMPL BX, $0x30000
	JNE  narrow
	MOVB $1, ret+0(FP)

narrow:
	RET

// func hasAVX2() bool
TEXT ·hasAVX2(SB), NOSPLIT, $0-1
	MOVB $0, ret+0(FP)
	XORL AX, AX
	CPUID
	CMPL AX, $7
	JLT  no
	MOVL $1, AX
	XORL CX, CX
	CPUID
	MOVL CX, R8
	ANDL $0x18000000, R8 // OSXSAVE and AVX
	CMPL R8, $0x18000000
	JNE  no
	XORL CX, CX
	XGETBV
	ANDL $6, AX          // the system saves XMM and YMM
	CMPL AX, $6
	JNE  no
	MOVL $7, AX
	XORL CX, CX
	CPUID
	ANDL $0x20, BX       // AVX2
	JZ   no
	MOVB $1, ret+0(FP)

no:
	RET

// func nearestAVX2(x *float64, stride, n, d int, centres *float64, k int, label *int32, first, second *float64)
//
// Eight rows at a time. Y0 Y1 smallest, Y2 Y3 second smallest squared distance, Y4 Y5
// centre of the smallest, Y6 Y7 the distance to the centre at hand.
TEXT ·nearestAVX2(SB), NOSPLIT, $0-72
	MOVQ x+0(FP), SI
	MOVQ stride+8(FP), R10
	SHLQ $3, R10           // bytes from column to column
	MOVQ n+16(FP), CX
	MOVQ d+24(FP), DX
	MOVQ label+48(FP), DI
	MOVQ first+56(FP), R12
	MOVQ second+64(FP), R13
	MOVL $1, AX
	MOVQ AX, X15
	VPBROADCASTQ X15, Y15  // one

rows:
	VBROADCASTSD infinity<>(SB), Y0
	VMOVAPD Y0, Y1
	VMOVAPD Y0, Y2
	VMOVAPD Y0, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y11, Y11, Y11    // number of the centre
	MOVQ centres+32(FP), R9
	MOVQ k+40(FP), BX

centre:
	VXORPD Y6, Y6, Y6
	VXORPD Y7, Y7, Y7
	MOVQ SI, R8
	MOVQ DX, R11

feature:
	VBROADCASTSD (R9), Y10
	VMOVUPD (R8), Y8
	VMOVUPD 32(R8), Y9
	VSUBPD Y10, Y8, Y8
	VSUBPD Y10, Y9, Y9
	VMULPD Y8, Y8, Y8
	VMULPD Y9, Y9, Y9
	VADDPD Y8, Y6, Y6
	VADDPD Y9, Y7, Y7
	ADDQ R10, R8
	ADDQ $8, R9
	DECQ R11
	JNZ  feature

	VCMPPD $1, Y0, Y6, Y12 // distance < smallest
	VCMPPD $1, Y1, Y7, Y13
	TESTQ R13, R13
	JZ   unasked
	VMAXPD Y6, Y0, Y8
	VMAXPD Y7, Y1, Y9
	VMINPD Y8, Y2, Y2
	VMINPD Y9, Y3, Y3

unasked:
	VMINPD Y6, Y0, Y0
	VMINPD Y7, Y1, Y1
	VBLENDVPD Y12, Y11, Y4, Y4
	VBLENDVPD Y13, Y11, Y5, Y5
	VPADDQ Y15, Y11, Y11
	DECQ BX
	JNZ  centre

	VEXTRACTF128 $1, Y4, X6
	VSHUFPS $0x88, X6, X4, X4
	VMOVUPS X4, (DI)
	VEXTRACTF128 $1, Y5, X7
	VSHUFPS $0x88, X7, X5, X5
	VMOVUPS X5, 16(DI)
	ADDQ $32, DI
	TESTQ R12, R12
	JZ   nofirst
	VMOVUPD Y0, (R12)
	VMOVUPD Y1, 32(R12)
	ADDQ $64, R12

nofirst:
	TESTQ R13, R13
	JZ   nosecond
	VMOVUPD Y2, (R13)
	VMOVUPD Y3, 32(R13)
	ADDQ $64, R13

nosecond:
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  rows
	VZEROUPPER
	RET

// func coverAVX2(x *float64, stride, n, d int, point, near, out *float64, sum *[4]float64)
TEXT ·coverAVX2(SB), NOSPLIT, $0-64
	MOVQ x+0(FP), SI
	MOVQ stride+8(FP), R10
	SHLQ $3, R10
	MOVQ n+16(FP), CX
	MOVQ d+24(FP), DX
	MOVQ point+32(FP), R12
	MOVQ near+40(FP), AX
	MOVQ out+48(FP), DI
	VXORPD Y0, Y0, Y0      // sums of every fourth row

coverrows:
	VXORPD Y6, Y6, Y6
	VXORPD Y7, Y7, Y7
	MOVQ SI, R8
	MOVQ R12, R9
	MOVQ DX, R11

coverfeature:
	VBROADCASTSD (R9), Y10
	VMOVUPD (R8), Y8
	VMOVUPD 32(R8), Y9
	VSUBPD Y10, Y8, Y8
	VSUBPD Y10, Y9, Y9
	VMULPD Y8, Y8, Y8
	VMULPD Y9, Y9, Y9
	VADDPD Y8, Y6, Y6
	VADDPD Y9, Y7, Y7
	ADDQ R10, R8
	ADDQ $8, R9
	DECQ R11
	JNZ  coverfeature

	VMINPD (AX), Y6, Y6
	VMINPD 32(AX), Y7, Y7
	VMOVUPD Y6, (DI)
	VMOVUPD Y7, 32(DI)
	VADDPD Y6, Y0, Y0
	VADDPD Y7, Y0, Y0
	ADDQ $64, AX
	ADDQ $64, DI
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  coverrows

	MOVQ sum+56(FP), DI
	VMOVUPD Y0, (DI)
	VZEROUPPER
	RET

// func distanceSumsAVX2(x *float64, stride, d, at, from, to int, out *[8]float64)
//
// Eight rows from at against one row of from…to−1 after the other.
TEXT ·distanceSumsAVX2(SB), NOSPLIT, $0-56
	MOVQ x+0(FP), SI
	MOVQ stride+8(FP), R10
	SHLQ $3, R10
	MOVQ d+16(FP), DX
	MOVQ at+24(FP), AX
	LEAQ (SI)(AX*8), R12   // the eight rows
	MOVQ from+32(FP), AX
	LEAQ (SI)(AX*8), R13   // the row at hand
	MOVQ to+40(FP), CX
	SUBQ AX, CX
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	CMPQ DX, $3
	JEQ  three

others:
	VXORPD Y6, Y6, Y6
	VXORPD Y7, Y7, Y7
	MOVQ R12, R8
	MOVQ R13, R9
	MOVQ DX, R11

otherfeature:
	VBROADCASTSD (R9), Y10
	VMOVUPD (R8), Y8
	VMOVUPD 32(R8), Y9
	VSUBPD Y10, Y8, Y8
	VSUBPD Y10, Y9, Y9
	VMULPD Y8, Y8, Y8
	VMULPD Y9, Y9, Y9
	VADDPD Y8, Y6, Y6
	VADDPD Y9, Y7, Y7
	ADDQ R10, R8
	ADDQ R10, R9
	DECQ R11
	JNZ  otherfeature
	VSQRTPD Y6, Y6
	VSQRTPD Y7, Y7
	VADDPD Y6, Y0, Y0
	VADDPD Y7, Y1, Y1
	ADDQ $8, R13
	DECQ CX
	JNZ  others
	JMP  done

three:
	VMOVUPD (R12), Y2      // three features stay in registers
	VMOVUPD 32(R12), Y3
	ADDQ R10, R12
	VMOVUPD (R12), Y4
	VMOVUPD 32(R12), Y5
	ADDQ R10, R12
	VMOVUPD (R12), Y6
	VMOVUPD 32(R12), Y7
	LEAQ (R13)(R10*1), R8
	LEAQ (R8)(R10*1), R9

threes:
	VBROADCASTSD (R13), Y8
	VSUBPD Y8, Y2, Y9
	VSUBPD Y8, Y3, Y10
	VMULPD Y9, Y9, Y9
	VMULPD Y10, Y10, Y10
	VBROADCASTSD (R8), Y8
	VSUBPD Y8, Y4, Y11
	VSUBPD Y8, Y5, Y12
	VMULPD Y11, Y11, Y11
	VMULPD Y12, Y12, Y12
	VADDPD Y11, Y9, Y9
	VADDPD Y12, Y10, Y10
	VBROADCASTSD (R9), Y8
	VSUBPD Y8, Y6, Y11
	VSUBPD Y8, Y7, Y12
	VMULPD Y11, Y11, Y11
	VMULPD Y12, Y12, Y12
	VADDPD Y11, Y9, Y9
	VADDPD Y12, Y10, Y10
	VSQRTPD Y9, Y9
	VSQRTPD Y10, Y10
	VADDPD Y9, Y0, Y0
	VADDPD Y10, Y1, Y1
	ADDQ $8, R13
	ADDQ $8, R8
	ADDQ $8, R9
	DECQ CX
	JNZ  threes

done:
	MOVQ out+48(FP), DI
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VZEROUPPER
	RET

// func extentAVX2(v *float64, n int, ends *[8]float64)
//
// ends are four smallest and four largest of every fourth value; n is a multiple of 8.
TEXT ·extentAVX2(SB), NOSPLIT, $0-24
	MOVQ v+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ ends+16(FP), DI
	VMOVUPD (SI), Y0
	VMOVAPD Y0, Y1
	VMOVAPD Y0, Y2
	VMOVAPD Y0, Y3

extent:
	VMOVUPD (SI), Y4
	VMOVUPD 32(SI), Y5
	VMINPD Y4, Y0, Y0
	VMAXPD Y4, Y1, Y1
	VMINPD Y5, Y2, Y2
	VMAXPD Y5, Y3, Y3
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  extent

	VMINPD Y2, Y0, Y0
	VMAXPD Y3, Y1, Y1
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VZEROUPPER
	RET

// func gridSumAVX2(v *float64, n int, coarse, fine float64, sums *[8]float64)
//
// sums are four coarse and four fine sums of every fourth value; n is a multiple of 8.
TEXT ·gridSumAVX2(SB), NOSPLIT, $0-40
	MOVQ v+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ sums+32(FP), DI
	VBROADCASTSD coarse+16(FP), Y0
	VBROADCASTSD fine+24(FP), Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	VXORPD Y4, Y4, Y4
	VXORPD Y5, Y5, Y5

grid:
	VMOVUPD (SI), Y6
	VMOVUPD 32(SI), Y7
	VADDPD Y0, Y6, Y8
	VADDPD Y0, Y7, Y9
	VSUBPD Y0, Y8, Y8      // coarse part
	VSUBPD Y0, Y9, Y9
	VADDPD Y8, Y2, Y2
	VADDPD Y9, Y3, Y3
	VSUBPD Y8, Y6, Y6
	VSUBPD Y9, Y7, Y7
	VADDPD Y1, Y6, Y6
	VADDPD Y1, Y7, Y7
	VSUBPD Y1, Y6, Y6      // fine part
	VSUBPD Y1, Y7, Y7
	VADDPD Y6, Y4, Y4
	VADDPD Y7, Y5, Y5
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  grid

	VADDPD Y3, Y2, Y2
	VADDPD Y5, Y4, Y4
	VMOVUPD Y2, (DI)
	VMOVUPD Y4, 32(DI)
	VZEROUPPER
	RET

// func narrowSumsAVX2(x *float32, stride, d, at, from, to int, out *[8]float64)
//
// distanceSumsAVX2 of narrow numbers; the sums are of wide ones.
TEXT ·narrowSumsAVX2(SB), NOSPLIT, $0-56
	MOVQ x+0(FP), SI
	MOVQ stride+8(FP), R10
	SHLQ $2, R10
	MOVQ d+16(FP), DX
	MOVQ at+24(FP), AX
	LEAQ (SI)(AX*4), R12   // the eight rows
	MOVQ from+32(FP), AX
	LEAQ (SI)(AX*4), R13   // the row at hand
	MOVQ to+40(FP), CX
	SUBQ AX, CX
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	CMPQ DX, $3
	JEQ  three

others:
	VXORPS Y6, Y6, Y6
	MOVQ R12, R8
	MOVQ R13, R9
	MOVQ DX, R11

otherfeature:
	VBROADCASTSS (R9), Y10
	VSUBPS (R8), Y10, Y8
	VMULPS Y8, Y8, Y8
	VADDPS Y8, Y6, Y6
	ADDQ R10, R8
	ADDQ R10, R9
	DECQ R11
	JNZ  otherfeature
	VSQRTPS Y6, Y6
	VEXTRACTF128 $1, Y6, X7
	VCVTPS2PD X6, Y8
	VCVTPS2PD X7, Y9
	VADDPD Y8, Y0, Y0
	VADDPD Y9, Y1, Y1
	ADDQ $4, R13
	DECQ CX
	JNZ  others
	JMP  done

three:
	VMOVUPS (R12), Y2      // three features stay in registers
	VMOVUPS (R12)(R10*1), Y3
	VMOVUPS (R12)(R10*2), Y4
	LEAQ (R13)(R10*1), R8
	LEAQ (R8)(R10*1), R9

threes:
	VBROADCASTSS (R13), Y5
	VBROADCASTSS (R8), Y6
	VBROADCASTSS (R9), Y7
	VSUBPS Y2, Y5, Y5
	VSUBPS Y3, Y6, Y6
	VSUBPS Y4, Y7, Y7
	VMULPS Y5, Y5, Y5
	VMULPS Y6, Y6, Y6
	VMULPS Y7, Y7, Y7
	VADDPS Y6, Y5, Y5
	VADDPS Y7, Y5, Y5
	VSQRTPS Y5, Y5
	VEXTRACTF128 $1, Y5, X6
	VCVTPS2PD X5, Y8
	VCVTPS2PD X6, Y9
	VADDPD Y8, Y0, Y0
	VADDPD Y9, Y1, Y1
	ADDQ $4, R13
	ADDQ $4, R8
	ADDQ $4, R9
	DECQ CX
	JNZ  threes

done:
	MOVQ out+48(FP), DI
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VZEROUPPER
	RET

// func nearnessAVX2(first, second *float64, n int)
//
// Four rows at a time; n is a multiple of 4. Y15 is zero.
TEXT ·nearnessAVX2(SB), NOSPLIT, $0-24
	MOVQ first+0(FP), SI
	MOVQ second+8(FP), DI
	MOVQ n+16(FP), CX
	VXORPD Y15, Y15, Y15
	VBROADCASTSD infinity<>(SB), Y14

near:
	VSQRTPD (SI), Y0       // own
	VSQRTPD (DI), Y1       // other
	VMAXPD Y0, Y1, Y2
	VSUBPD Y0, Y1, Y3
	VDIVPD Y2, Y3, Y3
	VCMPPD $4, Y14, Y1, Y4 // other ≠ ∞
	VCMPPD $4, Y15, Y2, Y5 // larger ≠ 0
	VANDPD Y4, Y5, Y5
	VANDPD Y5, Y3, Y3

	VCVTPD2PSY Y0, X6
	VCVTPD2PSY Y3, X7
	VCVTPS2PD X6, Y6
	VCVTPS2PD X7, Y7
	VSUBPD Y6, Y6, Y8
	VSUBPD Y7, Y7, Y9
	VCMPPD $0, Y15, Y8, Y8 // finite
	VCMPPD $0, Y15, Y9, Y9
	VCMPPD $4, Y15, Y6, Y10 // not 0
	VCMPPD $4, Y15, Y7, Y11
	VANDPD Y8, Y10, Y8
	VANDPD Y9, Y11, Y9
	VBLENDVPD Y8, Y6, Y0, Y0
	VBLENDVPD Y9, Y7, Y3, Y3
	VMOVUPD Y0, (SI)
	VMOVUPD Y3, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	SUBQ $4, CX
	JNZ  near
	VZEROUPPER
	RET
