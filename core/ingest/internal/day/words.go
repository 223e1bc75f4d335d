package day

import (
	"bytes"

	"qunxiang/core"
)

const monthNames = "janfebmaraprmayjunjulaugsepoctnovdec"

// named reads dates with an English month: 09-Nov-13, 9 November 2013, Nov 9, 2013.
func named(t []byte) (core.Date, []byte, bool) {
	var d, y, m, width int
	for range 3 {
		t = bytes.TrimLeft(t, " -,/.")
		n := leading(t)
		switch {
		case n == 0:
			for n < len(t) && letter(t[n]) {
				n++
			}
			if m != 0 {
				return 0, nil, false
			}
			if m = month(t[:n]); m == 0 {
				return 0, nil, false
			}
		case d == 0 && n <= 2:
			d = value(t[:n])
		case n == 2 || n == 4:
			y, width = value(t[:n]), n
		default:
			return 0, nil, false
		}
		t = t[n:]
	}
	if m == 0 || width == 0 {
		return 0, nil, false
	}
	out, ok := date(year(y, width), m, d)
	return out, t, ok
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// month returns 1…12 for a month's name of three letters or more, 0 for others.
func month(b []byte) int {
	if len(b) < 3 || len(b) > 9 {
		return 0
	}
	i := bytes.Index([]byte(monthNames), bytes.ToLower(b[:3]))
	if i < 0 || i%3 != 0 {
		return 0
	}
	return i/3 + 1
}

// clock reads what follows a date: [T| ]h:mm[:ss[.fff]][ AM|PM][Z|±hh[:mm]].
func clock(t []byte) (int32, bool) { //nolint:gocyclo // one pass over h:m:s and what may follow
	t = bytes.TrimSpace(t)
	if len(t) > 0 && (t[0] == 'T' || t[0] == 't' || t[0] == ':') { // a colon: in logs of web servers
		t = t[1:]
	}
	if len(t) == 0 {
		return NoClock, true
	}
	var v [3]int
	n, i := 0, 0
	for n < 3 {
		from := i
		for i < len(t) && t[i] >= '0' && t[i] <= '9' {
			i++
		}
		if w := i - from; w == 0 || w > 2 {
			return 0, false
		}
		v[n] = value(t[from:i])
		n++
		if i >= len(t) || t[i] != ':' {
			break
		}
		i++
	}
	if n < 2 && i >= len(t) {
		return 0, false
	}
	if i < len(t) && (t[i] == '.' || t[i] == ',') {
		for i++; i < len(t) && t[i] >= '0' && t[i] <= '9'; i++ {
		}
	}
	h, ok := suffix(bytes.TrimSpace(t[i:]), v[0])
	if !ok {
		return 0, false
	}
	return seconds(h, v[1], v[2])
}

// suffix applies AM or PM to the hour and accepts a zone.
func suffix(t []byte, h int) (int, bool) {
	switch z := string(bytes.ToUpper(t)); z {
	case "", "Z", "UTC", "GMT":
		return h, true
	case "AM":
		return h % 12, h <= 12
	case "PM":
		if h > 12 {
			return h, h < 24
		}
		return h%12 + 12, true
	}
	if t[0] != '+' && t[0] != '-' || len(t) < 3 || len(t) > 6 {
		return 0, false
	}
	z := bytes.ReplaceAll(t[1:], []byte{':'}, nil)
	return h, allDigits(z) && (len(z) == 2 || len(z) == 4)
}

func seconds(h, m, s int) (int32, bool) {
	if h == 24 && m == 0 && s == 0 {
		return 86399, true // some tills write midnight of the same day so
	}
	if h > 23 || m > 59 || s > 60 {
		return 0, false
	}
	return int32(h*3600 + m*60 + min(s, 59)), true
}
