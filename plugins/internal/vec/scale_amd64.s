#include "textflag.h"

// func clampAVX2(v *float64, n int, low, high float64)
//
// n is a multiple of 8. Of equals, such as two zeros, the value stays.
TEXT ·clampAVX2(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSD low+16(FP), Y0
	VBROADCASTSD high+24(FP), Y1

clamp:
	VMOVUPD (SI), Y2
	VMOVUPD 32(SI), Y3
	VMAXPD Y2, Y0, Y2
	VMAXPD Y3, Y0, Y3
	VMINPD Y2, Y1, Y2
	VMINPD Y3, Y1, Y3
	VMOVUPD Y2, (SI)
	VMOVUPD Y3, 32(SI)
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  clamp
	VZEROUPPER
	RET

// func standardAVX2(v *float64, n int, centre, scale float64)
//
// n is a multiple of 8.
TEXT ·standardAVX2(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSD centre+16(FP), Y0
	VBROADCASTSD scale+24(FP), Y1

standard:
	VMOVUPD (SI), Y2
	VMOVUPD 32(SI), Y3
	VSUBPD Y0, Y2, Y2
	VSUBPD Y0, Y3, Y3
	VDIVPD Y1, Y2, Y2
	VDIVPD Y1, Y3, Y3
	VMOVUPD Y2, (SI)
	VMOVUPD Y3, 32(SI)
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  standard
	VZEROUPPER
	RET

// What remains of x, its coarse part h and its fine one, is added to Y2 and Y3.
#define PARTS(x, h)  \
	VADDPD Y0, x, h  \
	VSUBPD Y0, h, h  \
	VADDPD h, Y2, Y2 \
	VSUBPD h, x, x   \
	VADDPD Y1, x, x  \
	VSUBPD Y1, x, x  \
	VADDPD x, Y3, Y3

// func squareSumAVX2(v *float64, n int, mean, coarse, fine float64, sums *[8]float64)
//
// gridSumAVX2 of squares about the mean; n is a multiple of 8.
TEXT ·squareSumAVX2(SB), NOSPLIT, $0-48
	MOVQ v+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSD mean+16(FP), Y6
	VBROADCASTSD coarse+24(FP), Y0
	VBROADCASTSD fine+32(FP), Y1
	MOVQ sums+40(FP), DI
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3

square:
	VMOVUPD (SI), Y4
	VMOVUPD 32(SI), Y5
	VSUBPD Y6, Y4, Y4
	VSUBPD Y6, Y5, Y5
	VMULPD Y4, Y4, Y4
	VMULPD Y5, Y5, Y5
	PARTS(Y4, Y8)
	PARTS(Y5, Y9)
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  square

	VMOVUPD Y2, (DI)
	VMOVUPD Y3, 32(DI)
	VZEROUPPER
	RET

// func cubeSumAVX2(v *float64, n int, mean, sd, coarse, fine float64, sums *[8]float64)
//
// gridSumAVX2 of cubes of standardised values; n is a multiple of 8.
TEXT ·cubeSumAVX2(SB), NOSPLIT, $0-56
	MOVQ v+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSD mean+16(FP), Y6
	VBROADCASTSD sd+24(FP), Y7
	VBROADCASTSD coarse+32(FP), Y0
	VBROADCASTSD fine+40(FP), Y1
	MOVQ sums+48(FP), DI
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3

cube:
	VMOVUPD (SI), Y4
	VMOVUPD 32(SI), Y5
	VSUBPD Y6, Y4, Y4
	VSUBPD Y6, Y5, Y5
	VDIVPD Y7, Y4, Y4
	VDIVPD Y7, Y5, Y5
	VMULPD Y4, Y4, Y10
	VMULPD Y5, Y5, Y11
	VMULPD Y4, Y10, Y4
	VMULPD Y5, Y11, Y5
	PARTS(Y4, Y8)
	PARTS(Y5, Y9)
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  cube

	VMOVUPD Y2, (DI)
	VMOVUPD Y3, 32(DI)
	VZEROUPPER
	RET
