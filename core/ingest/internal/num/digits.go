package num

// Digits is the number of eight digits, each the value of one byte, the first in the
// lowest.
func Digits(w uint64) uint32 {
	w = w*10 + w>>8 // pairs of digits in the even bytes
	const pairs = 0x000000FF000000FF
	return uint32((w&pairs*(100+1000000<<32) + w>>16&pairs*(1+10000<<32)) >> 32)
}
