package privacy

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// EmailAddress reads an e-mail address: one @, a local part of the usual signs, a domain
// with a dot. The domain comes in small letters, the local part as it is.
func EmailAddress(cell string) (local, domain string, ok bool) {
	s := strings.TrimPrefix(fold(cell), "mailto:")
	local, domain, ok = strings.Cut(s, "@")
	if !ok || local == "" || len(s) > 254 || strings.ContainsAny(s, " ,;:<>()[]\"\t\r\n\\") || strings.Contains(domain, "@") {
		return "", "", false
	}
	dot := strings.LastIndexByte(domain, '.')
	if dot < 1 || len(domain)-dot < 3 || strings.Contains(domain, "..") {
		return "", "", false
	}
	for i := range len(domain) {
		if c := domain[i]; c < 0x80 && !letter(c) && !digit(c) && c != '.' && c != '-' {
			return "", "", false
		}
	}
	return local, strings.ToLower(domain), !allDigits(domain[dot+1:])
}

// plate reports a licence plate of the mainland: province, letter, five characters or six
// for electric cars.
func plate(s string) bool {
	const provinces = "\u4eac\u6d25\u6caa\u6e1d\u5180\u8c6b\u4e91\u8fbd\u9ed1\u6e58\u7696\u9c81\u65b0\u82cf\u6d59\u8d63\u9102\u6842\u7518\u664b\u8499\u9655\u5409\u95fd\u8d35\u7ca4\u9752\u85cf\u5ddd\u5b81\u743c"
	if len(s) > 40 {
		return false
	}
	s = strings.ToUpper(strings.NewReplacer(" ", "", "\u00b7", "", "-", "", ".", "").Replace(fold(s)))
	r, n := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune(provinces, r) || len(s)-n < 6 || len(s)-n > 7 || !letter(s[n]) {
		return false
	}
	for i := n; i < len(s); i++ {
		if !letter(s[i]) && !digit(s[i]) {
			r, w := utf8.DecodeRuneInString(s[i:]) // the last sign of trailers, police, Hong Kong …
			return i+w == len(s) && strings.ContainsRune("\u6302\u5b66\u8b66\u6e2f\u6fb3\u4f7f\u9886", r)
		}
	}
	return true
}

func address4or6(s string) bool {
	s = fold(s)
	if len(s) < 3 || !strings.ContainsAny(s, ".:") {
		return false
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

// hardware reports a MAC address or an IMEI.
func hardware(s string) bool {
	s = fold(s)
	if len(s) == 17 && strings.Count(s, string(s[2])) == 5 && (s[2] == ':' || s[2] == '-') {
		for i := range len(s) {
			if i%3 != 2 && !digit(s[i]) && (s[i]|0x20 < 'a' || s[i]|0x20 > 'f') {
				return false
			}
		}
		return true
	}
	return len(s) == 15 && allDigits(s) && luhn(s)
}

func link(s string) bool {
	s = strings.ToLower(fold(s))
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.")
}

// atHandle reports @somebody.
func atHandle(s string) bool {
	s = fold(s)
	return len(s) > 2 && s[0] == '@' && !strings.ContainsAny(s[1:], " @.,")
}

// handleLike reports what may be the name of an account: a short text that is more than a
// yes or a number of some digits.
func handleLike(s string) bool {
	s = fold(s)
	n := utf8.RuneCountInString(s)
	return n >= 2 && n <= 40 && !truth(s) && (!allDigits(s) || n >= 5)
}

// truth reports yes and no in the words of tables.
func truth(s string) bool {
	switch strings.ToLower(s) {
	case "yes", "no", "y", "n", "true", "false", "0", "1", "t", "f", "\u662f", "\u5426", "\u6709", "\u65e0", "\u6ca1\u6709", "none", "unknown", "\u672a\u77e5":
		return true
	}
	return false
}

// addressLike reports a postal address down to the street or house.
func addressLike(s string) bool {
	s = fold(s)
	n := utf8.RuneCountInString(s)
	if n < 6 || n > 120 {
		return false
	}
	place, house := chineseSigns(s)
	if place >= 2 && house >= 1 && n >= 8 || place >= 1 && house >= 2 {
		return true
	}
	return streetLike(s)
}

// chineseSigns counts the signs of regions (province, city, district, town, village) and
// of houses (road, street, number, building, room) that stand behind other characters.
func chineseSigns(s string) (place, house int) {
	const places = "\u7701\u5e02\u533a\u53bf\u9547\u4e61\u6751\u65d7\u5dde"
	const houses = "\u8def\u8857\u9053\u5df7\u5f04\u53f7\u680b\u5e62\u697c\u5ba4\u5ea7\u82d1\u56ed\u5355\u5c42"
	var seen uint64 // signs that were there before
	before := false
	for _, r := range s {
		if before && han(r) {
			if at := strings.IndexRune(places, r); at >= 0 && seen&(1<<(at/3)) == 0 {
				seen |= 1 << (at / 3)
				place++
			} else if at := strings.IndexRune(houses, r); at >= 0 && seen&(1<<(32+at/3)) == 0 {
				seen |= 1 << (32 + at/3)
				house++
			}
		}
		before = before || han(r)
	}
	return place, house
}

// streetLike reports "12 Oak Street, Portland" and the like.
func streetLike(s string) bool {
	const kinds = " street st road rd avenue ave lane ln drive dr boulevard blvd way court ct place pl terrace square sq highway hwy close crescent apt suite unit "
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	numbered, kind := false, false
	for i, w := range words {
		numbered = numbered || digit(w[0]) && len(w) <= 6
		kind = kind || i > 0 && strings.Contains(kinds, " "+w+" ")
	}
	return numbered && kind && len(words) >= 3
}
