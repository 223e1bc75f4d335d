package ingest

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/num"
)

// The characters that stand for the yuan: the word in its two writings, and the piece.
const yuanSigns = "\u00A5\uFFE5\u5143\u5706\u5757"

// currencyName tells the currency of a code that a number may carry, see package num; "" for
// another word.
func currencyName(code string) string {
	switch code {
	case "CNY", "RMB":
		return "\u00A5"
	case "USD":
		return "$"
	case "EUR":
		return "€"
	case "GBP":
		return "£"
	case "HKD", "JPY", "TWD":
		return code
	}
	return ""
}

// dressed reports whether a number carries more than digits at its ends.
func dressed(b []byte) bool {
	return len(b) > 0 && (b[0] > '9' || b[0] == '$' || b[len(b)-1] > '9' || b[len(b)-1] == '$')
}

// currencyOf returns the currency that a number carries, "" for none. The sign of the yuan
// is that of the yen, too: both are the same here.
func currencyOf(b []byte) string {
	word := 0
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		i += n
		switch {
		case r < utf8.RuneSelf && unicode.IsLetter(r):
			if word++; word == 3 {
				if c := currencyName(strings.ToUpper(string(b[i-3 : i]))); c != "" {
					return c
				}
			}
			continue
		case strings.ContainsRune(yuanSigns, r):
			return "\u00A5"
		case r == 0xFF04:
			return "$"
		case unicode.Is(unicode.Sc, r):
			return string(r)
		}
		word = 0
	}
	return ""
}

// currency notes the currency of an amount.
func (p *part) currency(b []byte) {
	if c := currencyOf(b); c != "" {
		if p.signs == nil {
			p.signs = map[string]int{}
		}
		p.signs[c]++
	}
}

// currencies tells of amounts in several currencies: their signs are dropped.
func (b *txBuilder) currencies(l *layout) []core.Message {
	if len(b.signs) < 2 {
		return nil
	}
	names := slices.SortedFunc(maps.Keys(b.signs), func(x, y string) int {
		return cmp.Or(cmp.Compare(b.signs[y], b.signs[x]), strings.Compare(x, y))
	})
	for i, n := range names {
		names[i] = n + " (" + strconv.Itoa(b.signs[n]) + ")"
	}
	c, ok := l.roles[core.RoleAmount]
	if !ok {
		c = l.roles[core.RolePrice]
	}
	return []core.Message{{Key: "import.hint.currencies", Args: core.Args{"column": l.names[c], "signs": names}}}
}

// unitPowers are the units of money that a header may name, the longest word first.
var unitPowers = [...]int{8, 6, 4, 3, -2}

// unitOf returns the power of ten of the unit that a header, or a line above the table,
// names: 4 for ten thousands, −2 for hundredths.
func unitOf(header string) int {
	for _, p := range unitPowers {
		if isWord("unit"+strconv.Itoa(p), header) {
			return p
		}
	}
	return 0
}

// setUnits finds columns of money in another unit than the currency's own, and says so.
func (l *layout) setUnits(rows, body [][]string) {
	l.units = make([]int, len(l.names))
	above := 0
	for _, r := range rows[:max(0, l.header)] {
		for _, c := range r {
			if isWord("unitlead", c) && above == 0 {
				above = unitOf(c)
			}
		}
	}
	for _, r := range [...]core.Role{core.RoleAmount, core.RolePrice} {
		c, ok := l.roles[r]
		if !ok || l.header < 0 {
			continue
		}
		p := cmp.Or(unitOf(l.names[c]), above)
		if p == 0 || cellsNameUnit(body, c) {
			continue
		}
		l.units[c] = p
		factor := "0.01"
		if p > 0 {
			factor = strconv.FormatInt(pow10(p), 10)
		}
		l.hints = append(l.hints, core.Message{Key: "import.hint.amount_unit", Args: core.Args{"column": l.names[c], "factor": factor}})
	}
}

// cellsNameUnit reports whether the cells say their unit themselves.
func cellsNameUnit(body [][]string, c int) bool {
	return slices.ContainsFunc(body, func(r []string) bool { return c < len(r) && isWord("unitcell", r[c]) })
}

// inUnit multiplies a decimal by 10^power.
func inUnit(d num.Decimal, power int) num.Decimal {
	if power == 0 {
		return d
	}
	if d.Scale -= power; d.Scale >= 0 {
		if d.Scale > num.MaxScale {
			d.M, _ = num.Shift(d.M, num.MaxScale-d.Scale)
			d.Scale = num.MaxScale
		}
		return d
	}
	if m, ok := num.Shift(d.M, -d.Scale); ok {
		return num.Decimal{M: m}
	}
	top := int64(1<<63-1) / 4
	if d.M < 0 {
		top = -top
	}
	return num.Decimal{M: top}
}
