package i18n

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"qunxiang/core"
	"qunxiang/sdk"
)

// Value formats any argument of a message.
func (l Locale) Value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return l.Int(v)
	case int64:
		return l.Int(int(v))
	case float64:
		return l.Number(v, -1)
	case core.Date:
		return l.Date(v)
	case sdk.Text:
		return v.In(l.Lang)
	case core.Message:
		return l.Message(v)
	case []string:
		return strings.Join(v, l.T("list.comma"))
	case []sdk.Text:
		words := make([]string, len(v))
		for i, t := range v {
			words[i] = t.In(l.Lang)
		}
		return strings.Join(words, l.T("list.comma"))
	case error:
		return v.Error()
	}
	return fmt.Sprint(v)
}

// Int writes a count with thousands separators.
func (l Locale) Int(n int) string { return group(strconv.Itoa(n)) }

// none stands where there is no number to write.
const none = "–"

// Number writes v with the given number of decimals and thousands separators;
// decimals −1 keeps up to four significant decimals and no trailing zeros, and a
// positive number too small for that is below the smallest, not 0.
func (l Locale) Number(v float64, decimals int) string {
	if !finite(v) {
		return none
	}
	if decimals >= 0 {
		return group(strconv.FormatFloat(v, 'f', decimals, 64))
	}
	d := 4
	if v > 0 && v < 5e-5 {
		return "<0.0001"
	}
	if a := math.Abs(v); a >= 1 {
		d = max(0, 3-int(math.Log10(a)))
	}
	s := strconv.FormatFloat(v, 'f', d, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return group(s)
}

// Percent writes a share 0…1 as a percentage with one decimal.
func (l Locale) Percent(share float64) string {
	if !finite(share) {
		return none
	}
	return group(strconv.FormatFloat(share*100, 'f', 1, 64)) + "%"
}

// step is a unit of Compact: values from at on are written in units of scale.
type step struct {
	at, scale float64
	unit      string
}

// steps returns the units of the language, the largest first. Each begins half a
// unit of the next smaller one early, where that one would round up to it.
func (l Locale) steps() []step {
	if l.Lang == sdk.ZH {
		return []step{
			{1e12 - 0.5e8, 1e12, " " + l.T("unit.trillion")},
			{1e8 - 0.5e4, 1e8, " " + l.T("unit.hundredMillion")},
			{1e4 - 0.5, 1e4, " " + l.T("unit.tenThousand")},
		}
	}
	return []step{{1e9 - 0.5e6, 1e9, " B"}, {1e6 - 0.5e3, 1e6, " M"}, {1e4 - 0.5, 1e3, " K"}}
}

// Compact writes v as people say it: 1.2 万, 3.4 亿 in Chinese, 12 K, 3.4 M in English.
func (l Locale) Compact(v float64) string {
	if !finite(v) {
		return none
	}
	for _, s := range l.steps() {
		if a := math.Abs(v); a >= s.at {
			d := 1
			if a/s.scale >= 100 {
				d = 0
			}
			return group(strings.TrimSuffix(strconv.FormatFloat(v/s.scale, 'f', d, 64), ".0")) + s.unit
		}
	}
	if math.Abs(v) >= 100 || v == math.Trunc(v) {
		return group(strconv.FormatFloat(v, 'f', 0, 64))
	}
	return l.Number(v, 2)
}

// Money writes an amount with the currency's sign, in full.
func (l Locale) Money(v float64, currency string) string {
	d := 2
	if math.Abs(v) >= 1e4 {
		d = 0
	}
	return money(l.Number(v, d), currency)
}

// CompactMoney writes an amount with the currency's sign as people say it.
func (l Locale) CompactMoney(v float64, currency string) string {
	return money(l.Compact(v), currency)
}

// money puts the currency's sign between minus and number.
func money(number, currency string) string {
	if number == none {
		return none
	}
	if rest, negative := strings.CutPrefix(number, "-"); negative {
		return "-" + Symbol(currency) + rest
	}
	return Symbol(currency) + number
}

// Symbol returns the sign of an ISO 4217 currency, the code and a blank where there is none.
func Symbol(currency string) string { return core.CurrencySign(currency) }

// Date writes a day as 2024-12-31, which both languages read without doubt.
func (l Locale) Date(d core.Date) string { return d.String() }

// Time writes a moment in local time, to the minute.
func (l Locale) Time(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// group puts commas between thousands, and takes the minus from a number that was
// rounded to nothing.
func group(s string) string {
	head, tail := s, ""
	if i := strings.IndexByte(s, '.'); i >= 0 {
		head, tail = s[:i], s[i:]
	}
	start := 0
	if strings.HasPrefix(head, "-") && !strings.ContainsAny(s, "123456789") {
		head = head[1:]
	}
	if strings.HasPrefix(head, "-") {
		start = 1
	}
	for i := len(head) - 3; i > start; i -= 3 {
		head = head[:i] + "," + head[i:]
	}
	return head + tail
}
