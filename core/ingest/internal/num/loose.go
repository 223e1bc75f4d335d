package num

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxCell bounds the bytes of a cell that can be a number at all.
const maxCell = 64

// loose reads the rarer forms: it strips what surrounds the digits, then reads
// digits, separators and an exponent.
func loose(b []byte, s Style) (Decimal, bool) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || len(b) > maxCell || !hasDigit(b) {
		return Decimal{}, false
	}
	var buf [maxCell]byte
	t, ok := fold(buf[:0], b)
	if !ok {
		return Decimal{}, false
	}
	neg, t := sign(t)
	t, shift, ok := units(t)
	if !ok {
		return Decimal{}, false
	}
	if !neg {
		neg, t = sign(t)
	}
	t, exp, ok := exponent(t)
	if !ok {
		return Decimal{}, false
	}
	d, ok := digits(t, s, shift+exp)
	if neg {
		d.M = -d.M
	}
	return d, ok
}

func hasDigit(b []byte) bool {
	for i, c := range b {
		if c >= '0' && c <= '9' {
			return true
		}
		if c == 0xEF && i+2 < len(b) && b[i+1] == 0xBC && b[i+2] >= 0x90 && b[i+2] <= 0x99 {
			return true
		}
	}
	return false
}

// The signs that a number may carry. Runes only: names are in currencyWords.
const (
	yen, yuanWord, yuanOld, kuai = 0xA5, 0x5143, 0x5706, 0x5757
	wan, yi                      = 0x4E07, 0x4EBF
	minus, fullMinus             = 0x2212, 0xFF0D
)

// fold turns full-width forms into ASCII and drops blanks and currency signs. Units
// become 'w' and 'y'. It fails on any other letter.
func fold(dst, b []byte) ([]byte, bool) { //nolint:gocyclo // one case for each kind of character; apart they would be harder to follow
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		if r >= 0xFF01 && r <= 0xFF5E && r != fullMinus { // full-width ASCII
			r -= 0xFEE0
		}
		switch {
		case r >= '0' && r <= '9' || strings.ContainsRune(".,()%+'", r):
			dst = append(dst, byte(r))
		case r == '-' || r == minus || r == fullMinus || r == 0x2013:
			dst = append(dst, '-')
		case r == 0x2019:
			dst = append(dst, '\'')
		case unicode.IsSpace(r):
			dst = append(dst, ' ')
		case r == wan:
			dst = append(dst, 'w')
		case r == yi:
			dst = append(dst, 'y')
		case unicode.Is(unicode.Sc, r) || r == yen || r == yuanWord || r == yuanOld || r == kuai:
		case r < 0x80 && unicode.IsLetter(r):
			dst = append(dst, byte(unicode.ToUpper(r)))
		default:
			return nil, false
		}
		if len(dst) >= maxCell {
			return nil, false
		}
	}
	t := bytes.TrimSpace(dst)
	for _, word := range []string{"CNY", "RMB", "USD", "EUR", "GBP", "HKD", "JPY", "TWD"} {
		if rest, ok := bytes.CutPrefix(t, []byte(word)); ok {
			t = bytes.TrimSpace(rest)
		}
		if rest, ok := bytes.CutSuffix(t, []byte(word)); ok {
			t = bytes.TrimSpace(rest)
		}
	}
	return t, len(t) > 0
}

// sign takes a minus off either end, or accounting parentheses off both.
func sign(t []byte) (neg bool, rest []byte) {
	if len(t) > 2 && t[0] == '(' && t[len(t)-1] == ')' {
		return true, bytes.TrimSpace(t[1 : len(t)-1])
	}
	switch {
	case len(t) > 1 && t[0] == '-':
		return true, bytes.TrimSpace(t[1:])
	case len(t) > 1 && t[0] == '+':
		return false, bytes.TrimSpace(t[1:])
	case len(t) > 1 && t[len(t)-1] == '-':
		return true, bytes.TrimSpace(t[:len(t)-1])
	}
	return false, t
}

// units takes a percent sign or a Chinese unit off the end and returns the power of
// ten that it stands for.
func units(t []byte) (rest []byte, shift int, ok bool) {
	for len(t) > 0 {
		switch t[len(t)-1] {
		case '%':
			shift -= 2
		case 'w':
			shift += 4
		case 'y':
			shift += 8
		default:
			return bytes.TrimSpace(t), shift, shift >= -2 && shift <= 12
		}
		t = bytes.TrimSpace(t[:len(t)-1])
	}
	return nil, 0, false
}

// exponent takes E±n off the end.
func exponent(t []byte) (rest []byte, exp int, ok bool) {
	i := bytes.IndexByte(t, 'E')
	if i < 0 {
		return t, 0, true
	}
	e := t[i+1:]
	neg := false
	if len(e) > 0 && (e[0] == '-' || e[0] == '+') {
		neg = e[0] == '-'
		e = e[1:]
	}
	if i == 0 || len(e) == 0 || len(e) > 3 {
		return nil, 0, false
	}
	for _, c := range e {
		if c < '0' || c > '9' {
			return nil, 0, false
		}
		exp = exp*10 + int(c-'0')
	}
	if neg {
		exp = -exp
	}
	return t[:i], exp, true
}

// maxKept is how many digits a whole number keeps exactly.
const maxKept = 18

// digits reads digits with separators and multiplies them by 10^shift.
func digits(t []byte, s Style, shift int) (Decimal, bool) {
	whole, frac := t, []byte(nil)
	if p := pointAt(t, s); p >= 0 {
		whole, frac = t[:p], t[p+1:]
		if len(t) == 1 || t[p] == ',' && len(frac) == 0 {
			return Decimal{}, false
		}
	}
	var a accumulator
	if !grouped(whole, &a) {
		return Decimal{}, false
	}
	for _, c := range frac {
		if !a.add(c) {
			return Decimal{}, false
		}
	}
	if a.half {
		a.m++
	}
	return normal(a.m, shift-len(frac)+a.dropped)
}

// accumulator takes digits, up to maxKept significant ones.
type accumulator struct {
	m             int64
	kept, dropped int
	half          bool // the first dropped digit rounds up
}

func (a *accumulator) add(c byte) bool {
	if c < '0' || c > '9' {
		return false
	}
	if a.kept >= maxKept {
		a.half = a.half || a.dropped == 0 && c >= '5'
		a.dropped++
		return true
	}
	if a.m != 0 || c != '0' {
		a.kept++
	}
	a.m = a.m*10 + int64(c-'0')
	return true
}

// grouped takes the whole part: digits, with separators only before groups of three.
func grouped(b []byte, a *accumulator) bool {
	group := -1 // digits since the last separator; −1 = there was none
	for i, c := range b {
		if c == ',' || c == '.' || c == '\'' || c == ' ' {
			if i == 0 || group >= 0 && group != 3 || group < 0 && (i > 3 || b[0] == '0') {
				return false // a first group has one to three digits and no zero before them
			}
			group = 0
			continue
		}
		if !a.add(c) {
			return false
		}
		if group >= 0 {
			group++
		}
	}
	return group < 0 || group == 3
}

// pointAt returns where the decimal sign is, −1 for none.
func pointAt(t []byte, s Style) int {
	dot, comma := bytes.LastIndexByte(t, '.'), bytes.LastIndexByte(t, ',')
	dots, commas := bytes.Count(t, []byte{'.'}), bytes.Count(t, []byte{','})
	switch {
	case dots > 0 && commas > 0:
		return max(dot, comma)
	case dots == 1:
		if s.Comma && dotThousands(t) {
			return -1
		}
		return dot
	case commas == 1:
		if s.Comma || len(t)-comma-1 != 3 {
			return comma
		}
	}
	return -1
}

// normal makes the Decimal m × 10^exp, rounded to MaxDigits where it is a fraction.
func normal(m int64, exp int) (Decimal, bool) {
	if m == 0 {
		return Decimal{}, true
	}
	if exp >= 0 {
		v, ok := Shift(m, exp)
		return Decimal{M: v}, ok
	}
	for m >= pow10[MaxDigits] || -exp > MaxScale {
		if exp >= 0 {
			break
		}
		by := 1
		for by < -exp && m >= pow10[min(18, MaxDigits+by)] {
			by++
		}
		m, _ = Shift(m, -by) // one rounding, or half a unit would round twice
		exp += by
		if m == 0 {
			return Decimal{}, true
		}
	}
	for exp < 0 && m%10 == 0 {
		m /= 10
		exp++
	}
	return Decimal{M: m, Scale: -exp}, true
}
