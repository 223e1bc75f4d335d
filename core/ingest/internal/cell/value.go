package cell

import (
	"math"
	"strconv"

	"qunxiang/core/ingest/internal/day"
)

// AppendNumber writes a number: rounded to the 15 digits that a spreadsheet shows,
// without an exponent. ok is false for what is no number.
func AppendNumber(b []byte, v float64) (out []byte, ok bool) {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return b, false
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		return strconv.AppendInt(b, int64(v), 10), true
	}
	round, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		return b, false
	}
	return strconv.AppendFloat(b, round, 'f', -1, 64), true
}

// AppendDate writes a serial number of the calendar of 1900 or 1904 as yyyy-mm-dd, with
// the time, to the second, where there is one. ok is false for what is no day.
func AppendDate(b []byte, v float64, kind Kind, system int) (out []byte, ok bool) {
	if kind == Time && v >= 0 && v < 1 {
		return appendClock(b, min(86399, int32(v*86400+0.5))), true
	}
	st, ok := day.Serial(v, system)
	if !ok {
		return b, false
	}
	b = st.Day.Time().AppendFormat(b, "2006-01-02")
	if st.Clock > 0 {
		b = appendClock(append(b, ' '), st.Clock)
	}
	return b, true
}

// Append writes a number as its format shows it.
func Append(b []byte, v float64, kind Kind, system int) (out []byte, ok bool) {
	if kind != Plain {
		if out, ok := AppendDate(b, v, kind, system); ok {
			return out, true
		}
	}
	return AppendNumber(b, v)
}

func appendClock(b []byte, sec int32) []byte {
	h, m, s := sec/3600, sec/60%60, sec%60
	return append(b, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10), ':', byte('0'+s/10), byte('0'+s%10))
}
