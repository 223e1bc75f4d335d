package privacy

import (
	"strings"

	"qunxiang/core"
)

// loose are the kinds whose header is believed where the cells only have the length of
// their form: cards with a wrong check character, telephones without an area code, made
// up ones. What is called an identity card is hidden even if it is none.
var loose = [...]struct {
	kind           Kind
	least, longest int // digits and letters
}{{IDCard, 15, 18}, {BankCard, 12, 19}, {Phone, 7, 15}}

// byLength goes by the header and the length of the cells.
func byLength(h header, t *tally) (Finding, bool) {
	if h.long || h.says(other) {
		return Finding{}, false
	}
	for _, l := range loose {
		if !h.says(l.kind) || l.kind == BankCard && h.says(maybeName) { // a card of members is a code
			continue
		}
		if share := t.share(t.numbers[l.kind]); share >= 0.5 {
			return Finding{l.kind, core.ClassDirect, ByHeader, 0.6 * share, 0}, true
		}
	}
	return Finding{}, false
}

// lengths counts a cell of digits, with the signs that stand between them, for the kinds
// whose length it has.
func (t *tally) lengths(s string) {
	n := 0
	for i := range len(s) {
		switch {
		case digit(s[i]):
			n++
		case i == len(s)-1 && n >= 14 && s[i]|0x20 == 'x':
			n++
		case !strings.ContainsRune("+-() *", rune(s[i])):
			return
		}
	}
	for _, l := range loose {
		if n >= l.least && n <= l.longest {
			t.numbers[l.kind]++
		}
	}
}
