package privacy

import (
	"math"
	"strconv"
	"strings"
)

// Number is a telephone number as the world writes it.
type Number struct {
	E164      string // "+8613812345678"
	Extension string // digits after it, "" for none
	Kind      Kind   // Phone, Landline or ForeignPhone
	// Rounded tells that a spreadsheet wrote the number as 1.38E+10: the digits behind are
	// lost, and E164 has noughts there.
	Rounded bool
}

// ParsePhone reads a telephone number as people write it in China: mobile and fixed-line
// numbers with or without +86, 0086 or 86, blanks, hyphens, brackets, full-width digits
// and an extension; numbers of other countries with + or 00 and their code, and the
// North American (503) 555-0100.
func ParsePhone(cell string) (Number, bool) {
	s := strings.ToLower(fold(cell))
	if s == "" || len(s) > 40 {
		return Number{}, false
	}
	if n, ok := rounded(s); ok {
		return n, true
	}
	s, ext := extension(strings.TrimPrefix(s, "tel:"))
	international := strings.HasPrefix(strings.TrimPrefix(s, "("), "+")
	s = strings.Replace(s, "+", "", 1)
	d := digits(whole(s))
	if len(d) < 5 {
		return Number{}, false
	}
	if !international && strings.HasPrefix(d, "00") {
		international, d = true, d[2:]
	}
	n, home := Number{Extension: ext}, d
	if international || len(d) > 11 {
		home = strings.TrimPrefix(d, "86")
	}
	if international && home == d { // a code that is not China's
		n.E164, n.Kind = "+"+d, ForeignPhone
		return n, len(d) >= 8 && len(d) <= 15 && countryCode(d)
	}
	return n, n.chinese(home, international) || !international && n.american(s, d)
}

// chinese fills in a number of China by its digits without the country's code.
func (n *Number) chinese(d string, international bool) bool {
	switch {
	case mobile(d):
		n.E164, n.Kind = "+86"+d, Phone
	case fixed(d, international):
		n.E164, n.Kind = "+86"+strings.TrimPrefix(d, "0"), Landline
	default:
		return false
	}
	return true
}

func (n *Number) american(s, d string) bool {
	if !american(s, d) {
		return false
	}
	n.E164, n.Kind = "+1"+d[len(d)-10:], ForeignPhone
	return true
}

// mobile reports a Chinese mobile number: eleven digits with an allotted beginning.
func mobile(d string) bool {
	if len(d) != 11 || d[0] != '1' {
		return false
	}
	switch d[1] {
	case '3', '5', '7', '8', '9':
		return d[:3] != "154" && d[:3] != "179" && d[:3] != "194"
	case '4':
		return d[2] >= '4'
	case '6':
		return strings.IndexByte("2567", d[2]) >= 0
	}
	return false
}

// fixed reports a Chinese number with its area code (010, 02x, or 03xx…09xx and seven or
// eight digits), or a service number: 400, 800, 95xxx.
func fixed(d string, international bool) bool {
	if service(d) {
		return true
	}
	if international && d[0] != '0' {
		d = "0" + d
	}
	switch {
	case len(d) < 10 || d[0] != '0':
		return false
	case d[1] == '1' || d[1] == '2':
		return (len(d) == 11 || len(d) == 10) && (d[1] == '2' || d[2] == '0') && d[3] > '1'
	}
	return d[1] >= '3' && (len(d) == 11 || len(d) == 12) && d[4] > '1'
}

// service reports 400, 800 and 95xxx.
func service(d string) bool {
	return len(d) == 10 && (d[:3] == "400" || d[:3] == "800") || len(d) == 5 && d[:2] == "95"
}

// american reports (503) 555-0100, 503-555-0100 and the like, where the area code stands
// alone; ten digits alone, or otherwise divided, are no phone number.
func american(s, d string) bool {
	if len(d) == 11 && d[0] == '1' {
		d = d[1:]
	}
	if len(d) != 10 || d[0] <= '1' || d[3] <= '1' || !strings.ContainsAny(s, "-(") {
		return false
	}
	parts := strings.FieldsFunc(whole(s), func(r rune) bool { return r < '0' || r > '9' })
	if parts[0] == "1" {
		parts = parts[1:]
	}
	return len(parts) == 2 && len(parts[0]) == 3 || len(parts) == 3 && len(parts[0]) == 3 && len(parts[1]) == 3
}

// countryCode reports whether digits begin with a code of ITU-T E.164: one digit for North
// America and Russia, the two-digit codes, else three digits of a zone in use.
func countryCode(d string) bool {
	const two = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "
	if d[0] == '1' || d[0] == '7' {
		return len(d) == 11
	}
	if strings.Contains(two, " "+d[:2]+" ") {
		return true
	}
	zone := d[:2]
	return strings.Contains(" 21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99 ", " "+zone+" ")
}

// extension splits an extension off: "010-12345678-802", "… ext 802", "转802", "#802".
func extension(s string) (number, ext string) {
	for _, mark := range [...]string{"extension", "ext.", "ext", "\u5206\u673a", "\u8f6c", "#", "x"} {
		if at := strings.LastIndex(s, mark); at > 5 {
			if e := digits(s[at+len(mark):]); e != "" && len(e) <= 6 {
				return strings.TrimRight(s[:at], " -,("), e
			}
		}
	}
	if at := strings.LastIndexByte(s, '-'); at >= 9 && strings.HasPrefix(s, "0") {
		if d := digits(s[:at]); len(d) >= 10 && len(d) <= 12 && fixed(d, false) && len(s)-at-1 <= 6 {
			return s[:at], digits(s[at+1:])
		}
	}
	return s, ""
}

// rounded reads what a spreadsheet made of a mobile number: 1.38E+10, 1.3812345678E10.
func rounded(s string) (Number, bool) {
	if !strings.Contains(s, "e+") && !strings.HasSuffix(s, "e10") {
		return Number{}, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != math.Trunc(v) || v < 1.3e10 || v >= 2e10 {
		return Number{}, false
	}
	d := strconv.FormatFloat(v, 'f', 0, 64)
	if !mobile(d) {
		return Number{}, false
	}
	lost := strings.HasSuffix(d, "0000")
	return Number{E164: "+86" + d, Kind: Phone, Rounded: lost}, true
}
