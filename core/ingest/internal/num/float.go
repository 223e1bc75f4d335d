package num

import (
	"bytes"
	"strconv"
)

// exactDigits is how many bytes a number may have for its Decimal to become the nearest
// float64 without loss: fewer than 16 digits, and the power of ten is exact, too.
const exactDigits = 15

// Float reads a number as the nearest float64. Beside the forms of [Parse] it takes
// plain numbers of any size and precision, as other programs write them
// ("8.354988781294496e-10"). It is false for what is no finite number.
func Float(b []byte, s Style) (float64, bool) {
	d, ok := Parse(b, s)
	if ok && len(b) <= exactDigits && !bytes.ContainsAny(b, "eE") {
		return d.Float(), true
	}
	if !s.Comma && plainFloat(b) {
		if f, err := strconv.ParseFloat(string(b), 64); err == nil {
			return f, true
		}
	}
	if !ok {
		return 0, false
	}
	return d.Float(), true
}

// plainFloat reports whether b is digits with at most one point and an exponent: the
// forms of strconv.ParseFloat that a person would call a number.
func plainFloat(b []byte) bool {
	i := 0
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		i++
	}
	n := run(b[i:])
	i += n
	if i < len(b) && b[i] == '.' {
		more := run(b[i+1:])
		i += 1 + more
		n += more
	}
	if n == 0 || len(b) > maxCell {
		return false
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '-' || b[i] == '+') {
			i++
		}
		n = run(b[i:])
		i += n
	}
	return n > 0 && i == len(b)
}

// run counts the digits at the start of b.
func run(b []byte) (n int) {
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}
