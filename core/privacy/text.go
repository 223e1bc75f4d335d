package privacy

import (
	"regexp"
	"strings"
	"sync"
)

// patterns are what MaskText looks for, in this order.
type pattern struct {
	kind Kind
	re   *regexp.Regexp
}

// The form is asked again of everything that a pattern finds, so that a pattern may be
// wide.
var patterns = sync.OnceValue(func() []pattern {
	return []pattern{
		{Email, regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+`)},
		{URL, regexp.MustCompile(`(?i)https?://[^\s\x{3000}-\x{303F}\x{FF00}-\x{FFEF}]+`)},
		{IDCard, regexp.MustCompile(`[0-9]{17}[0-9Xx]|[0-9]{15}`)},
		{BankCard, regexp.MustCompile(`[0-9](?:[ \-]?[0-9]){13,18}`)},
		{CompanyCode, regexp.MustCompile(`[0-9A-HJ-NPQRTUWXY]{18}`)},
		{Phone, regexp.MustCompile(`(?:\(?\+|00)?(?:86)?\)?[ \-]?1[3-9][0-9](?:[ \-]?[0-9]){8}`)},
		{ForeignPhone, regexp.MustCompile(`\+[0-9]{1,3}(?:[ \-.()]{0,2}[0-9]){6,13}|\(?[2-9][0-9]{2}\)?[ \-][2-9][0-9]{2}-[0-9]{4}`)},
		{Landline, regexp.MustCompile(`\(?0[1-9][0-9]{1,2}\)?[ \-]?[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?:-[0-9]{1,5})?|400[ \-]?[0-9]{3}[ \-]?[0-9]{4}`)},
		{Plate, regexp.MustCompile(`\p{Han}[A-Z][ \x{B7}]?[A-Z0-9]{5,6}`)},
		{IP, regexp.MustCompile(`[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}`)},
		{Handle, regexp.MustCompile(`(?i)((?:\x{5FAE}\x{4FE1}|weixin|wechat|wx|vx|qq|\x{5A01}\x{4FE1}|\x{6276}\x{6263})\x{53F7}?\s*[::]?\s*)([A-Za-z0-9_\-]{5,20})`)},
	}
})

// MaskText hides what is recognised by its form within a text: e-mail addresses, links,
// telephone numbers, identity and bank cards, company codes, licence plates, IP addresses
// and accounts behind the word for them. Names of people have no form and stay. Full-width
// characters come out half-width where something was hidden.
func MaskText(s string) string {
	plain := fold(s)
	if !strings.ContainsAny(plain, "0123456789@:") {
		return s
	}
	out := plain
	for _, p := range patterns() {
		out = replace(out, p)
	}
	if out == plain {
		return s
	}
	return out
}

func replace(s string, p pattern) string {
	var b strings.Builder
	from := 0
	for _, m := range p.re.FindAllStringSubmatchIndex(s, -1) {
		at, end := m[0], m[1]
		if within(s, at, end, p.kind) {
			continue
		}
		found := s[at:end]
		hidden := found
		switch p.kind {
		case Handle:
			word := s[m[2]:m[3]]
			hidden = word + maskTail(s[m[4]:m[5]])
		default:
			if genuine(p.kind, found) {
				hidden = Mask(p.kind, strings.Trim(found, " "))
			}
		}
		b.WriteString(s[from:at])
		b.WriteString(hidden)
		from = end
	}
	return b.String() + s[from:]
}

// within reports a find in the middle of something longer: digits before or behind a
// number, letters around a code.
func within(s string, at, end int, k Kind) bool {
	near := func(c byte) bool { return digit(c) || c == '*' }
	if k == Handle || k == URL || k == Email {
		return end < len(s) && s[end] == '*'
	}
	if k == CompanyCode || k == Plate {
		near = func(c byte) bool { return digit(c) || letter(c) || c == '*' }
	}
	before := at > 0 && near(s[at-1])
	if k == Plate {
		before = false // a Chinese character begins it
	}
	return before || end < len(s) && near(s[end])
}

// genuine asks the form again.
func genuine(k Kind, s string) bool {
	switch k {
	case IDCard:
		_, ok := IDCardNumber(s)
		return ok
	case BankCard:
		_, ok := BankCardNumber(s)
		return ok
	case CompanyCode:
		_, ok := CompanyNumber(s)
		return ok
	case Phone, ForeignPhone, Landline:
		_, ok := ParsePhone(strings.TrimSpace(s))
		return ok
	case Email:
		_, _, ok := EmailAddress(s)
		return ok
	case Plate:
		return plate(s)
	case IP:
		return address4or6(s)
	}
	return true
}
