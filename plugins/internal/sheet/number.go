package sheet

import (
	"math"
	"strconv"
)

// Number writes a number for a sentence, with four digits; large ones are whole.
func Number(x float64) string {
	if a := math.Abs(x); a >= 1000 && a < 1e15 {
		return strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}
