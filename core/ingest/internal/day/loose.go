package day

import (
	"bytes"
	"unicode/utf8"

	"qunxiang/core"
)

// maxCell bounds the bytes of a cell that can be a date at all.
const maxCell = 48

// The runes that Chinese dates put behind their parts.
const (
	runeYear, runeMonth, runeDay, runeDay2 = 0x5E74, 0x6708, 0x65E5, 0x53F7
	runeHour, runeHour2, runeMinute        = 0x65F6, 0x70B9, 0x5206
	runeSecond, runeMorning, runeAfter     = 0x79D2, 0x4E0A, 0x4E0B
	runeNoon                               = 0x5348
	runeStar, runeTerm, runeWeek, runeRite = 0x661F, 0x671F, 0x5468, 0x793C // of words for a day of the week
	runeWorship                            = 0x62DC
	hangulYear, hangulMonth, hangulDay     = 0xB144, 0xC6D4, 0xC77C
)

// loose folds the cell to ASCII and reads the forms one after the other.
func loose(b []byte, s Style) (Stamp, bool) {
	b = bytes.TrimSpace(b)
	if len(b) < 4 || len(b) > maxCell {
		return Stamp{}, false
	}
	var buf [maxCell + 8]byte
	t, ok := fold(buf[:0], b)
	if !ok || len(t) < 4 {
		return Stamp{}, false
	}
	if allDigits(t) || bytes.IndexByte(t, '.') > 0 && allDigits(bytes.Replace(t, []byte{'.'}, nil, 1)) {
		if st, ok := bare(t, s); ok {
			return st, true
		}
	}
	d, rest, ok := numeric(t, s)
	if !ok {
		d, rest, ok = named(t)
	}
	if !ok {
		return Stamp{}, false
	}
	if len(rest) == 0 {
		return Stamp{d, NoClock}, true
	}
	c, ok := clock(rest)
	return Stamp{d, c}, ok
}

// fold writes the cell in ASCII: full-width digits, Chinese part names as
// separators, morning and afternoon as AM and PM at the end.
func fold(dst, b []byte) ([]byte, bool) { //nolint:gocyclo // one case for each kind of character; apart they would be harder to follow
	half, weekday := "", false
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		if weekday { // 2026-03-01 and its day of the week
			if r == runeTerm || r == runeWorship {
				continue
			}
			weekday = false
			if !dayOfWeek(r) {
				return nil, false
			}
			dst = append(dst, ' ')
			continue
		}
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		switch {
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case r == runeYear || r == runeMonth || r == hangulYear || r == hangulMonth:
			dst = append(dst, '-')
		case r == runeDay || r == runeDay2 || r == hangulDay:
			dst = append(dst, ' ')
		case r == runeHour || r == runeHour2 || r == runeMinute:
			dst = append(dst, ':')
		case r == runeSecond:
		case r == runeStar || r == runeWeek || r == runeRite:
			weekday = true
		case r == runeMorning:
			half = " AM"
		case r == runeAfter:
			half = " PM"
		case r == runeNoon:
		case r == 0x3000 || r == 0xA0:
			dst = append(dst, ' ')
		default:
			return nil, false
		}
		if len(dst) > maxCell {
			return nil, false
		}
	}
	dst = bytes.TrimRight(bytes.TrimSpace(dst), ":-")
	return append(dst, half...), true
}

// dayOfWeek reports the characters for the days from Monday to Sunday.
func dayOfWeek(r rune) bool {
	switch r {
	case 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, runeDay, 0x5929:
		return true
	}
	return false
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

func value(b []byte) int {
	v := 0
	for _, c := range b {
		v = v*10 + int(c-'0')
	}
	return v
}

// bare reads a cell of digits only: yyyymmdd, yyyymmddhhmm[ss], a spreadsheet
// serial, seconds or milliseconds since 1970.
func bare(t []byte, s Style) (Stamp, bool) {
	whole, frac, _ := bytes.Cut(t, []byte{'.'})
	if s.Serial != 0 {
		return serial(whole, frac, s.Serial)
	}
	if s.Unix && len(whole) >= 9 && len(whole) <= 13 {
		v := value(whole)
		if len(whole) > 11 {
			v /= 1000
		}
		return Stamp{core.Date(v / 86400), int32(v % 86400)}, true
	}
	if len(frac) != 0 && len(bytes.Trim(frac, "0")) != 0 {
		return Stamp{}, false
	}
	switch len(whole) {
	case 6, 8, 12, 14:
		d, ok := packed(whole, s.Order)
		if !ok || len(whole) <= 8 {
			return Stamp{d, NoClock}, ok
		}
		h, m, sec := value(whole[8:10]), value(whole[10:12]), 0
		if len(whole) == 14 {
			sec = value(whole[12:14])
		}
		c, ok := seconds(h, m, sec)
		return Stamp{d, c}, ok
	}
	return Stamp{}, false
}

// packed reads the date at the start of digits: yyyymmdd, or six or eight digits alone in
// the order of the column.
func packed(t []byte, order core.DateOrder) (core.Date, bool) {
	if len(t) >= 8 {
		if d, ok := date(value(t[:4]), value(t[4:6]), value(t[6:8])); ok || len(t) > 8 {
			return d, ok
		}
	}
	a, b, rest := value(t[:2]), value(t[2:4]), t[4:]
	switch order {
	case core.DateDMY:
		return date(year(value(rest), len(rest)), b, a)
	case core.DateMDY:
		return date(year(value(rest), len(rest)), a, b)
	}
	if len(t) != 6 {
		return 0, false
	}
	return date(year(a, 2), b, value(rest))
}

// serial reads days since the start of a spreadsheet calendar. The calendar of 1900
// believes in 1900-02-29, so its day 61 is 1900-03-01.
func serial(whole, frac []byte, system int) (Stamp, bool) {
	if len(whole) > 7 {
		return Stamp{}, false
	}
	return Serial(float64(value(whole))+fraction(frac), system)
}

// Serial returns the day and time of a spreadsheet's serial number, rounded to the
// second, in the calendar of 1900 or 1904.
func Serial(v float64, system int) (Stamp, bool) {
	if !(v >= 1 && v < 200000) {
		return Stamp{}, false
	}
	d := int(v)
	sec := int((v-float64(d))*86400 + 0.5)
	if sec >= 86400 {
		d, sec = d+1, sec-86400
	}
	base := core.YMD(1899, 12, 30)
	if system == 1904 {
		base = core.YMD(1904, 1, 1)
	} else if d < 60 {
		d++
	}
	st := Stamp{base + core.Date(d), NoClock}
	if v != float64(int(v)) {
		st.Clock = int32(sec)
	}
	return st, true
}

func fraction(b []byte) float64 {
	v, p := 0.0, 1.0
	for _, c := range b[:min(len(b), 15)] {
		v, p = v*10+float64(c-'0'), p*10
	}
	return v / p
}

// numeric reads three numbers with separators and returns what follows.
func numeric(t []byte, s Style) (core.Date, []byte, bool) {
	var v, width [3]int
	var mark byte
	for k := range 3 {
		if k > 0 {
			if len(t) == 0 || t[0] != '-' && t[0] != '/' && t[0] != '.' || k == 2 && t[0] != mark {
				return 0, nil, false
			}
			mark = t[0]
			t = bytes.TrimLeft(t[1:], " ")
		}
		n := leading(t)
		if n == 0 || n > 4 {
			return 0, nil, false
		}
		v[k], width[k] = value(t[:n]), n
		t = t[n:]
	}
	if len(t) > 0 && t[0] != ' ' && t[0] != 'T' && t[0] != 't' {
		return 0, nil, false
	}
	d, ok := ordered(v, width, s.Order)
	return d, t, ok
}

// leading counts the digits at the start of b.
func leading(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}

// ordered puts three numbers into year, month and day.
func ordered(v, width [3]int, order core.DateOrder) (core.Date, bool) {
	switch {
	case width[0] == 4 || order == core.DateYMD:
		if width[1] > 2 || width[2] > 2 || width[0] == 3 {
			return 0, false
		}
		return date(year(v[0], width[0]), v[1], v[2])
	case width[0] > 2 || width[1] > 2 || width[2] == 3:
		return 0, false
	case order == core.DateDMY:
		return date(year(v[2], width[2]), v[1], v[0])
	}
	return date(year(v[2], width[2]), v[0], v[1])
}

// year completes a year of two digits: 00–69 are 2000–2069, as POSIX strptime has it
// up to 68 and spreadsheets nearly so.
func year(y, width int) int {
	if width > 2 {
		return y
	}
	if y < 70 {
		return 2000 + y
	}
	return 1900 + y
}
