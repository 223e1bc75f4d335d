package cell

import "strings"

// Kind says whether a style shows numbers as dates.
type Kind uint8

// The kinds of formats.
const (
	Plain Kind = iota
	Date
	Time // hours and minutes only
)

// Builtin tells the dates among the formats that have no code (ISO/IEC 29500-1,
// 18.8.30; 27–36 and 50–58 are dates in Chinese, Japanese and Korean).
func Builtin(id int) Kind {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id >= 57 && id <= 58:
		return Date
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id >= 55 && id <= 56:
		return Time
	}
	return Plain
}

// KindOf reads a format code: letters of dates outside quotation marks, escapes
// and brackets, the last of which hold colours and conditions.
func KindOf(code string) Kind {
	code, _, _ = strings.Cut(strings.ToLower(code), ";")
	if strings.Contains(code, "general") {
		return Plain
	}
	clock := false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			n := strings.IndexByte(code[i+1:], '"')
			if n < 0 {
				return Plain
			}
			i += n + 1
		case '\\', '_', '*':
			i++
		case '[':
			n := strings.IndexByte(code[i:], ']')
			if n < 0 {
				return Plain
			}
			if inner := code[i+1 : i+n]; strings.Trim(inner, "hms") == "" {
				clock = true
			}
			i += n
		case 'y', 'd':
			return Date
		case 'h', 's':
			clock = true
		case 'm':
			if !clock && !strings.ContainsAny(code, "hs") {
				return Date
			}
		}
	}
	if clock {
		return Time
	}
	return Plain
}
