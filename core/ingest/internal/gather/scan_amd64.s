#include "textflag.h"

// The weights of the digits of pairs, of pairs in fours, of fours in eights.
DATA tens<>+0(SB)/4, $0x010A010A
GLOBL tens<>(SB), RODATA|NOPTR, $4
DATA hundreds<>+0(SB)/4, $0x00010064
GLOBL hundreds<>(SB), RODATA|NOPTR, $4
DATA thousands<>+0(SB)/4, $0x00012710
GLOBL thousands<>(SB), RODATA|NOPTR, $4
DATA nibbles<>+0(SB)/4, $0x0F0F0F0F
GLOBL nibbles<>(SB), RODATA|NOPTR, $4
DATA newlines<>+0(SB)/4, $0x0A0A0A0A
GLOBL newlines<>(SB), RODATA|NOPTR, $4

// The places of the fields of Tables, and of a table.
#define BASE 2048
#define MOST 2056
#define LOW  64
#define SPAN 128
#define USED 192

// func scan(b *byte, at, last int, t *Tables, n int, first, second, third *uint32, varying *int64) (rows, next int)
TEXT ·scan(SB), NOSPLIT, $0-88
	MOVQ b+0(FP), SI
	MOVQ at+8(FP), BX
	MOVQ last+16(FP), DX
	MOVQ t+24(FP), DI
	MOVQ n+32(FP), CX
	MOVQ first+40(FP), R8
	MOVQ second+48(FP), R9
	MOVQ third+56(FP), R10
	MOVQ varying+64(FP), R11
	XORQ R12, R12
	VPBROADCASTD tens<>(SB), Y10
	VPBROADCASTD hundreds<>(SB), Y11
	VPBROADCASTD thousands<>(SB), Y12
	VPBROADCASTD nibbles<>(SB), Y13
	VPBROADCASTD newlines<>(SB), Z14

row:
	CMPQ R12, CX
	JGE  done
	CMPQ BX, DX
	JGT  done

	// The end of the row tells how many digits the varying number has.
	VMOVDQU64 (SI)(BX*1), Z0
	VPCMPEQB  Z14, Z0, K3
	KMOVQ     K3, AX
	TZCNTQ    AX, AX
	INCQ      AX
	MOVQ      AX, R13
	SUBQ      BASE(DI), AX
	DECQ      AX
	CMPQ      AX, MOST(DI)
	JCC       done
	SHLQ      $8, AX
	ADDQ      DI, AX

	// Every byte to its place, and whether it is one that may stand there.
	KMOVQ     USED(AX), K1
	VMOVDQU64 (AX), Z1
	VPERMB.Z  Z0, Z1, K1, Z2
	VPSUBB    LOW(AX), Z2, Z3
	VPCMPUB   $6, SPAN(AX), Z3, K2
	KORTESTQ  K2, K2
	JNE       done

	// Digits to numbers.
	VPAND        Y13, Y2, Y2
	VPMADDUBSW   Y10, Y2, Y2
	VPMADDWD     Y11, Y2, Y2
	VPACKUSDW    Y2, Y2, Y2
	VPMADDWD     Y12, Y2, Y2
	VEXTRACTI128 $1, Y2, X3
	VMOVQ        X2, AX
	VMOVQ        X3, R15
	MOVL         AX, (R8)(R12*4)
	SHRQ         $32, AX
	MOVL         AX, (R9)(R12*4)
	MOVL         R15, (R10)(R12*4) // after the second number, in whose place it may be
	SHRQ         $32, R15
	MOVQ         R15, (R11)(R12*8)
	ADDQ         R13, BX
	INCQ         R12
	JMP          row

done:
	VZEROUPPER
	MOVQ R12, rows+72(FP)
	MOVQ BX, next+80(FP)
	RET
