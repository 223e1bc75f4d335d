package day

import "qunxiang/core"

// Style says how a column writes dates.
type Style struct {
	Order  core.DateOrder // of numeric dates that do not begin with a year of four digits
	Serial int            // 1900 or 1904: bare numbers are days of that spreadsheet calendar
	Unix   bool           // bare numbers are seconds (or milliseconds) since 1970
}

// NoClock is the seconds of a cell that has no time of day.
const NoClock = -1

// Stamp is a calendar day and the seconds since its midnight (NoClock for none).
type Stamp struct {
	Day   core.Date
	Clock int32
}

// Years outside this range are typing mistakes.
const (
	minYear = 1900
	maxYear = 2199
)

// Parse reads a date with or without a time. It returns false for anything else.
// Zones are ignored: the day is the one that is written.
func Parse(b []byte, s Style) (Stamp, bool) {
	if len(b) >= 10 && b[4] == '-' && b[7] == '-' {
		if d, ok := iso(b); ok {
			if len(b) == 10 {
				return Stamp{d, NoClock}, true
			}
			if c, ok := clock(b[10:]); ok {
				return Stamp{d, c}, true
			}
			return Stamp{}, false
		}
	}
	return loose(b, s)
}

// iso reads yyyy-mm-dd at the start of b.
func iso(b []byte) (core.Date, bool) {
	var v [8]int
	k := 0
	for i := range 10 {
		if i == 4 || i == 7 {
			continue
		}
		c := b[i] - '0'
		if c > 9 {
			return 0, false
		}
		v[k] = int(c)
		k++
	}
	return date(v[0]*1000+v[1]*100+v[2]*10+v[3], v[4]*10+v[5], v[6]*10+v[7])
}

// date checks the parts and returns the day.
func date(y, m, d int) (core.Date, bool) {
	if y < minYear || y > maxYear || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return core.YMD(y, m, d), true
}

func daysIn(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
