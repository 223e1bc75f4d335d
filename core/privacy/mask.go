package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"qunxiang/core"
)

// Stars stands for what is hidden altogether.
const Stars = "***"

const stars = Stars

// Mask hides a cell of a kind so that its owner knows it again and nobody else learns it:
// 138****5678, a***@x.com, 110***********1234, ****6789, a family name, a city. A kind
// without a rule keeps nothing, None is returned as it is. Masking twice is masking once.
func Mask(k Kind, cell string) string {
	s := fold(cell)
	if s == "" || k == None {
		return cell
	}
	if f := masker(k); f != nil {
		return f(s)
	}
	if k.Class() == core.ClassDirect || k.Class() == core.ClassSensitive {
		return stars
	}
	if k == Note {
		return MaskText(cell)
	}
	return cell
}

// MaskAs hides a cell of a column of a class, whatever it holds: direct identifiers by
// their kind, or but for the first character where that is not known; sensitive cells
// altogether; others as they are.
func MaskAs(c core.FieldClass, k Kind, cell string) string {
	switch {
	case c == core.ClassDirect && k.Class() == core.ClassDirect:
		return Mask(k, cell)
	case c == core.ClassDirect:
		return maskTail(fold(cell))
	case c == core.ClassSensitive && fold(cell) != "":
		return stars
	}
	return cell
}

// Example is a cell of a column as an example of what it holds: as [MaskAs] shows it; of
// a column that need not be hidden what has a form within the cell is masked, and a text
// that names somebody, or says where somebody lives, is not shown at all.
func Example(c core.FieldClass, k Kind, cell string) string {
	if Hidden(c) {
		return MaskAs(c, k, cell)
	}
	if c == core.ClassKey {
		return cell
	}
	if s := fold(cell); addressLike(s) || names(s) {
		return stars
	}
	return MaskText(cell)
}

// names reports a text in which words announce a name.
func names(s string) bool {
	lower := " " + strings.ToLower(s) + " "
	for _, w := range announcing() {
		if at := strings.Index(lower, w); at >= 0 && len(strings.TrimSpace(lower)) > len(strings.TrimSpace(w)) {
			return true
		}
	}
	return false
}

// masker is the rule of a kind, nil where it has none.
func masker(k Kind) func(string) string {
	switch k {
	case Phone, Landline, ForeignPhone:
		return maskPhone
	case Email:
		return maskEmail
	case IDCard:
		return maskCard
	case BankCard, Account, CompanyCode, Device:
		return maskEnd
	case Name:
		return maskName
	case Address:
		return maskAddress
	case Plate:
		return maskPlate
	case IP:
		return maskIP
	case Passport, Handle:
		return maskTail
	case URL:
		return maskLink
	}
	return nil
}

// maskTail keeps the first character.
func maskTail(s string) string {
	if s == "" {
		return s
	}
	r, w := utf8.DecodeRuneInString(s)
	if r == '*' || r == utf8.RuneError {
		return stars
	}
	return s[:w] + stars
}

// maskEnd keeps the last four characters of a long number.
func maskEnd(s string) string {
	b := strings.Map(func(r rune) rune {
		if r < 0x80 && (digit(byte(r)) || letter(byte(r))) || r == '*' {
			return r
		}
		return -1
	}, s)
	if len(b) == 8 && strings.HasPrefix(b, "****") && !strings.Contains(b[4:], "*") {
		return b
	}
	if len(b) < 10 || strings.Contains(b[len(b)-4:], "*") {
		return "****"
	}
	return "****" + b[len(b)-4:]
}

// maskPhone keeps the first three digits of a mobile number and the last four; the area or
// country code of others and the last two.
func maskPhone(s string) string {
	if maskedPhone(s) || maskedLine(s) {
		return s
	}
	n, ok := ParsePhone(s)
	switch {
	case !ok:
		return stars
	case n.Rounded:
		return n.E164[3:6] + "****" + stars
	case n.Kind == Phone:
		return n.E164[3:6] + "****" + n.E164[10:]
	case n.Kind == Landline:
		area := 2
		if d := n.E164[3:]; d[0] > '2' {
			area = 3
		}
		return "0" + n.E164[3:3+area] + "-****" + n.E164[len(n.E164)-2:]
	}
	return n.E164[:3] + "****" + n.E164[len(n.E164)-2:]
}

// maskedPhone reports 138****5678.
func maskedPhone(s string) bool {
	return len(s) == 11 && allDigits(s[:3]) && s[3:7] == "****" && (allDigits(s[7:]) || s[7:] == stars+"*") ||
		len(s) == 10 && allDigits(s[:3]) && s[3:] == "*******"
}

// maskedLine reports 010-****12, 0755-****12 and +44****12.
func maskedLine(s string) bool {
	head, tail, ok := strings.Cut(s, "****")
	if !ok || len(tail) != 2 || !allDigits(tail) {
		return false
	}
	if h, ok := strings.CutPrefix(head, "+"); ok {
		return len(h) == 2 && allDigits(h)
	}
	h, ok := strings.CutSuffix(head, "-")
	return ok && len(h) >= 3 && len(h) <= 4 && allDigits(h)
}

// maskEmail keeps the first character and the domain.
func maskEmail(s string) string {
	if isMaskedEmail(s) {
		return s
	}
	local, domain, ok := EmailAddress(s)
	if !ok {
		return stars
	}
	return maskTail(local) + "@" + domain
}

// isMaskedEmail reports a***@x.com.
func isMaskedEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if _, _, plain := EmailAddress("a@" + domain); !ok || !plain || domain != strings.ToLower(domain) {
		return false
	}
	return local == stars || maskTail(local) == local
}

// maskCard keeps the first three characters of an identity card and the last four, so that
// neither the district nor the birth date is seen.
func maskCard(s string) string {
	if maskedCard(s) {
		return s
	}
	s = strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	if len(s) != 18 && len(s) != 15 || !allDigits(s[:len(s)-1]) || !letter(s[len(s)-1]) && !digit(s[len(s)-1]) {
		return stars
	}
	return s[:3] + strings.Repeat("*", len(s)-7) + s[len(s)-4:]
}

func maskedCard(s string) bool {
	return (len(s) == 18 || len(s) == 15) && allDigits(s[:3]) && s[3:len(s)-4] == strings.Repeat("*", len(s)-7) && !strings.Contains(s[len(s)-4:], "*")
}

// maskName keeps the family name of a Chinese name, the initials of others.
func maskName(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if strings.ContainsFunc(s, han) {
		if family := Surname(s); len(family) > 3 {
			return family + "*"
		}
		r, w := utf8.DecodeRuneInString(s)
		if h, ok := strings.CutSuffix(s, "*"); ok && (len(h) == w || chinese().double[h]) {
			return s
		}
		if !han(r) {
			return stars
		}
		return s[:w] + "*"
	}
	var out []string
	known := false
	for w := range strings.FieldsSeq(s) {
		r, n := utf8.DecodeRuneInString(w)
		if !unicode.IsLetter(r) {
			out = append(out, "*")
			continue
		}
		out, known = append(out, w[:n]+"*"), true
	}
	if !known {
		return stars
	}
	return strings.Join(out, " ")
}

// maskAddress keeps a Chinese address down to the city, and what follows the second last
// comma of another where that has no number but a postal code of its own.
func maskAddress(s string) string {
	if !strings.ContainsFunc(s, han) {
		return stars
	}
	for _, sign := range [...]string{"\u5e02", "\u5dde", "\u76df", "\u5730\u533a", "\u7701"} {
		at := strings.Index(s, sign)
		if head := s[:max(at, 0)] + sign; at > 0 && utf8.RuneCountInString(head) <= 12 && !strings.ContainsFunc(head, unicode.IsDigit) && allHan(head) {
			return head + stars
		}
	}
	return stars
}

func allHan(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !han(r) })
}

// maskPlate keeps the place and the last two characters.
func maskPlate(s string) string {
	if head, tail, ok := strings.Cut(s, stars); ok && len(head) == 4 && len(tail) == 2 && letter(head[3]) && !strings.Contains(tail, "*") {
		return s
	}
	s = strings.ToUpper(strings.NewReplacer(" ", "", "\u00b7", "", "-", "").Replace(s))
	if !plate(s) || !digit(s[len(s)-1]) && !letter(s[len(s)-1]) {
		return stars
	}
	return s[:4] + stars + s[len(s)-2:]
}

// maskIP keeps the first half of an IPv4 address, nothing of another.
func maskIP(s string) string {
	parts := strings.Split(s, ".")
	if len(parts) != 4 || !allDigits(parts[0]) || !allDigits(parts[1]) || len(parts[0]) > 3 || len(parts[1]) > 3 {
		return stars
	}
	return parts[0] + "." + parts[1] + ".*.*"
}

// maskLink keeps the host.
func maskLink(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || len(scheme) > 5 {
		return stars
	}
	host, _, _ := strings.Cut(rest, "/")
	if _, at, ok := strings.Cut(host, "@"); ok {
		host = at
	}
	host, _, _ = strings.Cut(host, "?")
	return scheme + "://" + host + "/" + stars
}
