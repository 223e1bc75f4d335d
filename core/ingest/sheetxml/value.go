package sheetxml

import (
	"strconv"
	"strings"
	"time"

	"qunxiang/core/ingest/internal/cell"
)

// number writes the value of a cell as a plain decimal.
func number(v string) (string, bool) {
	v = strings.TrimSpace(v)
	f, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return "", false
	}
	if len(v) <= 19 && strings.Trim(v, "0123456789") == "" {
		return v, true // digits as they stand: also identifiers longer than binary64 holds
	}
	out, ok := cell.AppendNumber(nil, f)
	return string(out), ok
}

// isoDate writes 2024-05-01T12:30:00.000 as 2024-05-01 12:30:00, and midnight as the day
// alone.
func isoDate(v string) string {
	v = strings.TrimSpace(v)
	date, clock, ok := strings.Cut(v, "T")
	if !ok {
		return v
	}
	clock = strings.TrimSuffix(clock, "Z")
	whole, frac, _ := strings.Cut(clock, ".")
	if strings.Trim(frac, "0123456789") != "" { // a zone
		return date + " " + clock
	}
	if frac != "" && frac[0] >= '5' {
		if up, ok := nextSecond(date, whole); ok {
			return up
		}
	}
	if strings.Trim(whole, "0:") == "" {
		return date
	}
	return date + " " + whole
}

// duration writes PT08H30M00S as 08:30:00; what is longer than a day as it is shown.
func duration(v, shown string) string {
	rest, ok := strings.CutPrefix(v, "PT")
	if !ok {
		return shown
	}
	var part [3]int
	for i, unit := range "HMS" {
		n, after, ok := strings.Cut(rest, string(unit))
		if !ok {
			continue
		}
		f, err := strconv.ParseFloat(strings.Replace(n, ",", ".", 1), 64)
		if err != nil || f < 0 || f > 1e6 {
			return shown
		}
		part[i], rest = int(f+0.5), after
	}
	if part[0] > 23 || part[1] > 59 || part[2] > 59 {
		return shown
	}
	two := func(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return two(part[0]) + ":" + two(part[1]) + ":" + two(part[2])
}

// isError reports the words that spreadsheets show for an error.
func isError(s string) bool {
	switch s {
	case "#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!":
		return true
	}
	return false
}

// nextSecond rounds a time with half a second or more up.
func nextSecond(date, clock string) (string, bool) {
	t, err := time.Parse("2006-01-02 15:04:05", date+" "+clock)
	if err != nil {
		return "", false
	}
	t = t.Add(time.Second)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format("2006-01-02"), true
	}
	return t.Format("2006-01-02 15:04:05"), true
}
