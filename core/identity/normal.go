package identity

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"qunxiang/core/privacy"
)

// Evidence is a kind of fact that can be compared between two customers.
type Evidence string

// The kinds of evidence.
const (
	IDCard  Evidence = "id_card"
	Bank    Evidence = "bank_card"
	Phone   Evidence = "phone"
	Email   Evidence = "email"
	Handle  Evidence = "handle"
	Name    Evidence = "name"
	Birth   Evidence = "birth"
	Address Evidence = "address"
	Sex     Evidence = "sex"
	Key     Evidence = "key" // the customer's code
)

// EvidenceOf returns the evidence that a column of a kind gives, "" for none.
func EvidenceOf(k privacy.Kind) Evidence {
	switch k {
	case privacy.IDCard:
		return IDCard
	case privacy.BankCard, privacy.Account, privacy.Passport:
		return Bank
	case privacy.Phone, privacy.Landline, privacy.ForeignPhone:
		return Phone
	case privacy.Email:
		return Email
	case privacy.Handle:
		return Handle
	case privacy.Name:
		return Name
	case privacy.Birth:
		return Birth
	case privacy.Address:
		return Address
	case privacy.Sex:
		return Sex
	}
	return ""
}

// Normal brings a cell into the form in which equal things are equal. loose is a wider
// form for the first look, the same where there is none: an e-mail address without the
// dots and the tag that some providers pass over. Both are "" for what says nothing.
func Normal(e Evidence, cell string) (exact, loose string) {
	switch e {
	case IDCard:
		if s, ok := privacy.IDCardNumber(cell); ok {
			exact = privacy.Same15(s)
		}
	case Bank:
		exact = plainCode(cell)
	case Phone:
		exact = normalPhone(cell)
	case Email:
		return normalEmail(cell)
	case Handle:
		exact = strings.TrimPrefix(plain(cell), "@")
	case Name:
		exact = normalName(cell)
	case Birth:
		exact = normalDay(cell)
	case Address:
		exact = strings.Map(lettersAndDigits, plain(cell))
	case Sex:
		exact = normalSex(cell)
	case Key:
		exact = normalKey(cell)
	}
	return exact, exact
}

// plain is a cell in half-width small letters without blanks.
func plain(cell string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case unicode.IsSpace(r), r == 0x3000, r >= 0x200B && r <= 0x200F, r == 0xFEFF:
			return -1
		}
		return r
	}, cell))
}

func lettersAndDigits(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return r
	}
	return -1
}

func plainCode(cell string) string {
	s := strings.Map(lettersAndDigits, plain(cell))
	if len(s) < 6 || strings.Trim(s, s[:1]) == "" {
		return ""
	}
	return s
}

// normalPhone is the number, of several in a cell ("13812345678/010-65551234") the first;
// with the nought or the carrier's code that people dial before a mobile number taken off.
func normalPhone(cell string) string {
	if n, ok := privacy.ParsePhone(cell); ok {
		if n.Rounded {
			return ""
		}
		return n.E164 + n.Extension
	}
	parts := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("/,;|\u3001\uff0c\uff1b\uff0f\n", r) })
	for _, s := range parts {
		for _, dialled := range [...]string{"", "0", "17951", "12593", "17911"} {
			s, ok := strings.CutPrefix(plain(s), dialled)
			if n, good := privacy.ParsePhone(s); ok && good && !n.Rounded && (dialled == "" || n.Kind == privacy.Phone) {
				return n.E164 + n.Extension
			}
		}
	}
	return ""
}

func normalEmail(cell string) (exact, loose string) {
	local, domain, ok := privacy.EmailAddress(cell)
	if !ok {
		return "", ""
	}
	local = strings.ToLower(local)
	exact = local + "@" + domain
	base, _, _ := strings.Cut(local, "+")
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		base = strings.ReplaceAll(base, ".", "")
	}
	if base == "" {
		return exact, exact
	}
	return exact, base + "@" + domain
}

// normalName is a name without title, blanks and signs; the words of a Western name are
// sorted, so that "Smith, John" is "John Smith". Traditional characters become simplified
// ones where they are frequent in names.
func normalName(cell string) string {
	s := strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0x3000:
			return ' '
		case r == 0x3010 || r == 0x3014:
			return '('
		}
		return r
	}, cell))
	if at := strings.IndexAny(s, "([{<"); at > 0 {
		s = strings.TrimSpace(s[:at]) // (VIP), (company)
	}
	s = privacy.Untitled(strings.TrimRight(s, "0123456789.-_* "))
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return strings.Map(func(r rune) rune {
			if v, ok := variants()[r]; ok {
				return v
			}
			return lettersAndDigits(r)
		}, strings.ToLower(s))
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '\u2019' })
	slices.Sort(words)
	return strings.ReplaceAll(strings.Join(words, " "), "\u2019", "'")
}

// normalDay is a day as its digits, year first where that can be seen.
func normalDay(cell string) string {
	var parts []string
	for _, p := range strings.FieldsFunc(plain(strings.SplitN(cell, " ", 2)[0]), func(r rune) bool { return !unicode.IsDigit(r) }) {
		if len(p) == 1 {
			p = "0" + p
		}
		parts = append(parts, p)
	}
	if len(parts) >= 3 && len(parts[0]) == 2 && len(parts[2]) == 4 {
		parts[0], parts[2] = parts[2], parts[0] // which of the others is the day cannot be told
	}
	s := strings.Join(parts[:min(3, len(parts))], "")
	if len(s) != 8 {
		return ""
	}
	return s
}

func normalSex(cell string) string {
	switch plain(cell) {
	case "\u7537", "\u7537\u6027", "\u5148\u751f", "male", "m", "man":
		return "m"
	case "\u5973", "\u5973\u6027", "\u5973\u58eb", "female", "f", "woman":
		return "f"
	}
	return ""
}

// normalKey is a customer's code without case, signs, ".0" and the noughts before its
// digits.
func normalKey(cell string) string {
	s := plain(cell)
	if h, ok := strings.CutSuffix(s, ".0"); ok {
		s = h
	}
	s = strings.Map(lettersAndDigits, s)
	at := 0
	for at < len(s) && (s[at] < '0' || s[at] > '9') {
		at++
	}
	digits := s[at:]
	if digits != "" && strings.Trim(digits, "0123456789") == "" {
		trimmed := strings.TrimLeft(digits, "0")
		if trimmed == "" {
			trimmed = "0"
		}
		return s[:at] + trimmed
	}
	return s
}

//go:embed dummies.txt
var dummiesFile string

//go:embed variants.txt
var variantsFile string

// dummies are the values that people type when they have none, by evidence.
var dummies = sync.OnceValue(func() map[Evidence]map[string]bool {
	out := map[Evidence]map[string]bool{}
	for line := range strings.Lines(dummiesFile) {
		kind, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		set := map[string]bool{}
		for _, w := range strings.Fields(list) {
			set[w] = true
		}
		out[Evidence(kind)] = set
	}
	return out
})

// Dummy reports a normal form that stands for nothing: 13800138000, a telephone of one
// digit or of digits in a row, test@…, the name of nobody.
func Dummy(e Evidence, normal string) bool {
	list := dummies()[e]
	switch e {
	case Phone:
		d := strings.TrimPrefix(normal, "+86")
		return list[d] || monotonous(d)
	case Email:
		local, domain, _ := strings.Cut(normal, "@")
		return list[local] || list["@"+domain] || len(local) > 2 && strings.Trim(local, local[:1]) == ""
	case Name:
		return list[strings.ReplaceAll(normal, " ", "")] || utf8.RuneCountInString(normal) < 2
	case Birth:
		return list[normal]
	case Handle, Address:
		return list[normal] || utf8.RuneCountInString(normal) < 4
	case Key:
		return normal == ""
	}
	return false
}

// monotonous reports a telephone whose last eight digits are one digit, or follow each
// other.
func monotonous(d string) bool {
	if len(d) < 6 {
		return true
	}
	tail := d[max(0, len(d)-8):]
	return strings.Trim(tail, tail[:1]) == "" || strings.Contains("01234567890123456789", tail) || strings.Contains("98765432109876543210", tail)
}

// variants are traditional characters of names and their simplified forms.
var variants = sync.OnceValue(func() map[rune]rune {
	out := map[rune]rune{}
	for pair := range strings.FieldsSeq(variantsFile) {
		r := []rune(pair)
		if len(r) == 2 {
			out[r[0]] = r[1]
		}
	}
	return out
})
