package privacy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// looked is how many cells of a column are looked at.
const looked = 500

// tally counts what the cells of a column look like. A cell may look like several things.
type tally struct {
	n        int
	kinds    map[Kind]int
	numbers  map[Kind]int // cells that have at least the length of a kind
	rounded  int          // phones that a spreadsheet rounded
	common   int          // Chinese names with a frequent family name
	two      int          // Western names of two words and more
	single   int          // one digit
	truths   int          // yes and no
	male     int
	female   int
	prefixes map[string]int // of mobile numbers: their first three digits
	series   []string       // what is digits only, to see whether the numbers run
	distinct map[string]bool
}

func count(cells []string) *tally {
	t := &tally{kinds: map[Kind]int{}, numbers: map[Kind]int{}, prefixes: map[string]int{}, distinct: map[string]bool{}}
	step := max(1, (len(cells)+looked-1)/looked)
	for i := 0; i < len(cells); i += step {
		if s := fold(cells[i]); s != "" && utf8.ValidString(s) {
			t.add(s)
		}
	}
	return t
}

func (t *tally) share(n int) float64 {
	if t.n == 0 {
		return 0
	}
	return float64(n) / float64(t.n)
}

func (t *tally) of(k Kind) float64 { return t.share(t.kinds[k]) }

func (t *tally) add(s string) {
	t.n++
	t.distinct[s] = true
	if truth(s) {
		t.truths++
	}
	t.sexes(s)
	at, hans, ciphers := strings.IndexByte(s, '@') >= 0, strings.ContainsFunc(s, han), 0
	for i := range len(s) {
		if digit(s[i]) {
			ciphers++
		}
	}
	if len(s) == 1 && ciphers == 1 {
		t.single++
	}
	switch {
	case at:
		if _, _, ok := EmailAddress(s); ok || isMaskedEmail(s) {
			t.kinds[Email]++
		}
		if atHandle(s) {
			t.kinds[Handle]++
		}
	case hans:
		t.chinese(s, ciphers)
	case ciphers >= 5:
		t.long(s)
		t.lengths(s)
	}
	if !hans && !at {
		t.latin(s, ciphers)
	}
}

func (t *tally) chinese(s string, ciphers int) {
	if ok, common := chineseName(s); ok {
		t.kinds[Name]++
		if common {
			t.common++
		}
	}
	if addressLike(s) {
		t.kinds[Address]++
	}
	if plate(s) {
		t.kinds[Plate]++
	}
	if ciphers < 5 {
		return
	}
	if n, ok := ParsePhone(s); ok { // with an extension in words
		t.kinds[n.Kind]++
	}
}

// long looks at cells with many digits.
func (t *tally) long(s string) {
	if n, ok := ParsePhone(s); ok {
		t.kinds[n.Kind]++
		if n.Kind == Phone {
			t.prefixes[n.E164[3:6]]++
		}
		if n.Rounded {
			t.rounded++
		}
	} else if maskedPhone(s) {
		t.kinds[Phone]++
		t.prefixes[s[:3]]++
	}
	if _, ok := IDCardNumber(s); ok || maskedCard(s) {
		t.kinds[IDCard]++
	} else if _, ok := BankCardNumber(s); ok {
		t.kinds[BankCard]++
	}
	if _, ok := CompanyNumber(s); ok {
		t.kinds[CompanyCode]++
	}
	if passportNumber(s) {
		t.kinds[Passport]++
	}
	if hardware(s) {
		t.kinds[Device]++
	}
	if d := digits(whole(s)); d != "" && len(d) <= 19 {
		t.series = append(t.series, d)
	}
}

func (t *tally) latin(s string, ciphers int) {
	if address4or6(s) {
		t.kinds[IP]++
	}
	if ciphers > 0 && streetLike(s) {
		t.kinds[Address]++
	}
	if link(s) {
		t.kinds[URL]++
	}
	if ok, words := westernName(s); ok && ciphers == 0 && !truth(s) {
		t.kinds[maybeName]++
		if words >= 2 {
			t.two++
		}
	}
	if ciphers > 0 && strings.IndexByte(s, ':') == 2 && hardware(s) {
		t.kinds[Device]++
	}
}

// sexes counts the words for men and women.
func (t *tally) sexes(s string) {
	switch strings.ToLower(s) {
	case "\u7537", "\u7537\u6027", "male", "m", "man", "\u5148\u751f":
		t.male++
	case "\u5973", "\u5973\u6027", "female", "f", "woman", "\u5973\u58eb":
		t.female++
	}
}

// running reports numbers that follow each other closely, as order numbers do: seen in
// their order, half of the steps are small beside what chance would make of so few.
func (t *tally) running() bool {
	s := slices.Clone(t.series)
	if len(s) < 4 {
		return false
	}
	slices.SortFunc(s, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	s = slices.Compact(s)
	small := 0
	for i := 1; i < len(s); i++ {
		if len(s[i]) == len(s[i-1]) && len(s[i]) > 5 && s[i][:len(s[i])-4] == s[i-1][:len(s[i])-4] {
			small++
		}
	}
	return len(s) >= 4 && 2*small >= len(s)-1
}

// varied reports mobile numbers that begin as those of different people do: no beginning
// of three digits has more than two thirds of them.
func (t *tally) varied() bool {
	most, all := 0, 0
	for _, n := range t.prefixes {
		most, all = max(most, n), all+n
	}
	return all < 4 || 3*most <= 2*all
}
