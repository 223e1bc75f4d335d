package privacy

import "strings"

// IDCardNumber reads a Chinese resident identity card: 18 characters of GB 11643-1999
// (region, birth date, serial number, check character by ISO 7064 MOD 11-2), or the 15
// digits of before 1999, which have no check. The answer has a capital X.
func IDCardNumber(cell string) (string, bool) {
	s := strings.ToUpper(fold(cell))
	s = strings.TrimPrefix(strings.Trim(s, "'"), "'")
	s = strings.ReplaceAll(s, " ", "")
	switch {
	case len(s) == 18 && allDigits(s[:17]) && region(s) && calendar(s[6:10], s[10:12], s[12:14]) && s[17] == idCheck(s):
		return s, true
	case len(s) == 15 && allDigits(s) && region(s) && calendar("19"+s[6:8], s[8:10], s[10:12]):
		return s, true
	}
	return "", false
}

// Same15 returns the 18-character form of an old card of 15 digits.
func Same15(card string) string {
	if len(card) != 15 {
		return card
	}
	s := card[:6] + "19" + card[6:]
	return s + string(idCheck(s+"0"))
}

// idCheck is the check character of the first 17 digits: weights 2^(17−i) mod 11.
func idCheck(s string) byte {
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(s[i]-'0')
	}
	return "10X98765432"[sum%11]
}

// region reports whether a number begins with a province of GB/T 2260, or with one of the
// codes for residents from Hong Kong, Macao and Taiwan.
func region(s string) bool {
	const known = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 "
	return strings.Contains(known, " "+s[:2]+" ")
}

// calendar reports whether the digits are a day on which somebody alive may be born.
func calendar(year, month, day string) bool {
	y, m, d := number(year), number(month), number(day)
	if y < 1880 || y > 2099 || m < 1 || m > 12 || d < 1 {
		return false
	}
	last := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && y%4 == 0 && (y%100 != 0 || y%400 == 0) {
		last = 29
	}
	return d <= last
}

func number(s string) int {
	n := 0
	for i := range len(s) {
		n = 10*n + int(s[i]-'0')
	}
	return n
}

// BankCardNumber reads the number of a payment card: an issuer's prefix with the length
// that it has, and Luhn's check (ISO/IEC 7812-1).
func BankCardNumber(cell string) (string, bool) {
	s := fold(cell)
	for i := range len(s) {
		if !digit(s[i]) && s[i] != ' ' && s[i] != '-' {
			return "", false
		}
	}
	d := digits(s)
	return d, issued(d) && luhn(d)
}

// issued reports whether the prefix is a card network's, and the length one of its own.
func issued(d string) bool {
	if len(d) < 14 || len(d) > 19 {
		return false
	}
	for _, n := range [...]struct{ low, high, digits, shortest, longest int }{
		{62, 62, 2, 16, 19}, {81, 81, 2, 16, 19}, // UnionPay
		{40, 49, 2, 16, 16}, {40, 49, 2, 19, 19}, // Visa
		{51, 55, 2, 16, 16}, {2221, 2720, 4, 16, 16}, // Mastercard
		{34, 34, 2, 15, 15}, {37, 37, 2, 15, 15}, // American Express
		{35, 35, 2, 16, 16},                                           // JCB
		{30, 30, 2, 14, 14}, {36, 36, 2, 14, 14}, {38, 38, 2, 14, 14}, // Diners Club
		{6011, 6011, 4, 16, 16}, {65, 65, 2, 16, 16}, // Discover
		{60, 60, 2, 16, 19}, {68, 69, 2, 16, 19}, {90, 90, 2, 16, 19}, {94, 95, 2, 16, 19}, // older debit cards of Chinese banks
	} {
		if p := number(d[:n.digits]); p >= n.low && p <= n.high && len(d) >= n.shortest && len(d) <= n.longest {
			return true
		}
	}
	return false
}

// luhn checks a number with its last digit.
func luhn(d string) bool {
	sum := 0
	for i := range len(d) {
		v := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return d != "" && sum%10 == 0
}

// CompanyNumber reads a unified social credit code: 18 characters of GB 32100-2015 with
// their check modulo 31.
func CompanyNumber(cell string) (string, bool) {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	s := strings.ToUpper(fold(cell))
	if len(s) != 18 || !allDigits(s[2:8]) || !strings.Contains("159AY", s[:1]) {
		return "", false
	}
	sum, w := 0, 1
	for i := range 17 {
		v := strings.IndexByte(alphabet, s[i])
		if v < 0 {
			return "", false
		}
		sum += v * w
		w = w * 3 % 31
	}
	return s, s[17] == alphabet[(31-sum%31)%31]
}

// passportNumber reads the forms of travel documents: one or two letters and seven or
// eight digits.
func passportNumber(s string) bool {
	s = strings.ToUpper(fold(s))
	n := 0
	for n < len(s) && letter(s[n]) {
		n++
	}
	return n >= 1 && n <= 2 && (len(s)-n == 7 || len(s)-n == 8 || len(s) == 9) && allDigits(s[n:])
}
