package num

import (
	"math"
	"math/bits"
	"strconv"
)

// Decimal is the number M × 10^-Scale. Scale is 0…MaxScale and M has at most
// MaxDigits digits unless the number was written as a longer integer.
type Decimal struct {
	M     int64
	Scale int
}

// MaxDigits is how many significant digits a fraction keeps: as many as a binary64
// spreadsheet cell holds, so that 8.289999999999999 reads as 8.29.
const MaxDigits = 15

// MaxScale is the largest number of decimal places.
const MaxScale = 15

// Style says how a column writes numbers.
type Style struct {
	Comma bool // the comma is the decimal sign: 1.234,56
}

// Float returns d as the nearest float64.
func (d Decimal) Float() float64 {
	if d.Scale == 0 {
		return float64(d.M)
	}
	if d.Scale <= 22 && d.M < 1<<53 && d.M > -1<<53 {
		return float64(d.M) / pow10f[d.Scale] // both exact, so correctly rounded
	}
	f, err := strconv.ParseFloat(strconv.FormatInt(d.M, 10)+"e-"+strconv.Itoa(d.Scale), 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

// Rescale returns d.M in units of 10^-scale; ok is false when it does not fit.
// Digits beyond scale are rounded half away from zero.
func (d Decimal) Rescale(scale int) (m int64, ok bool) { return Shift(d.M, scale-d.Scale) }

// Shift multiplies m by 10^by, rounding half away from zero for a negative by.
func Shift(m int64, by int) (int64, bool) {
	switch {
	case by == 0 || m == 0:
		return m, true
	case by > 18:
		return 0, false
	case by > 0:
		a := m
		if a < 0 {
			a = -a
		}
		hi, lo := bits.Mul64(uint64(a), uint64(pow10[by]))
		if a < 0 || hi != 0 || lo > math.MaxInt64 {
			return 0, false
		}
		if m < 0 {
			return -int64(lo), true
		}
		return int64(lo), true
	case by < -18:
		return 0, true
	}
	p := pow10[-by]
	q, r := m/p, m%p
	if r >= p-r && r > 0 {
		q++
	} else if -r >= p+r && r < 0 {
		q--
	}
	return q, true
}

// Parse reads a number. It returns false for anything that is not one, including
// an empty cell.
func Parse(b []byte, s Style) (Decimal, bool) {
	if d, ok := plain(b); ok {
		if !s.Comma || d.Scale == 0 || !dotThousands(b) {
			return d, true
		}
	}
	return loose(b, s)
}

// plain is the form nearly every cell has: sign, digits, a point, digits.
func plain(b []byte) (Decimal, bool) { //nolint:gocyclo // the path of nearly every cell, kept in one piece for speed
	i, neg := 0, false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		neg = b[0] == '-'
		i = 1
	}
	if len(b)-i > MaxDigits+1 || len(b) == i {
		return Decimal{}, false
	}
	var m int64
	point := -1
	for ; i < len(b); i++ {
		c := b[i] - '0'
		if c > 9 {
			if b[i] != '.' || point >= 0 {
				return Decimal{}, false
			}
			point = i
			continue
		}
		m = m*10 + int64(c)
	}
	d := Decimal{M: m}
	if neg {
		d.M = -m
	}
	if point >= 0 {
		d.Scale = len(b) - 1 - point
		if len(b) == 1 || len(b) == 2 && point == 1 && (b[0] == '-' || b[0] == '+') {
			return Decimal{}, false
		}
	}
	return d, true
}

// dotThousands reports whether b looks like 1.234 or 12.345.678, a whole number
// where the comma is the decimal sign.
func dotThousands(b []byte) bool {
	n := 0
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] == '.' {
			return n == 3
		}
		n++
	}
	return false
}

var pow10 = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

var pow10f = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}
