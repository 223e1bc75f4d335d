package core

import (
	"slices"
	"strings"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// CurrencySign returns the sign of an ISO 4217 currency, the code and a blank where there
// is none.
func CurrencySign(currency string) string {
	switch currency {
	case "":
		return ""
	case "CNY", "JPY":
		return "¥"
	case "EUR":
		return "€"
	case "USD":
		return "$"
	case "GBP":
		return "£"
	}
	return currency + " "
}

// InCurrency returns the result with the sign of a currency in the place of
// [sdk.MoneySign] in the sentences of its method, which knows amounts but not what they
// are counted in. The result itself is not changed; one without amounts is returned as it is.
func (s *Segmentation) InCurrency(currency string) *Segmentation {
	if s == nil {
		return nil
	}
	p := pricer{CurrencySign(currency)}
	out := *s
	out.Segments = slices.Clone(s.Segments)
	for i := range out.Segments {
		g := &out.Segments[i]
		g.Name, g.Description = p.text(g.Name), p.text(g.Description)
	}
	out.Diagnostics = slices.Clone(s.Diagnostics)
	for i := range out.Diagnostics {
		d := &out.Diagnostics[i]
		d.Summary, d.Detail = p.text(d.Summary), p.text(d.Detail)
	}
	out.Tables = slices.Clone(s.Tables)
	for i := range out.Tables {
		out.Tables[i].Table = p.table(out.Tables[i].Table)
	}
	return &out
}

// pricer puts the sign of a currency into texts.
type pricer struct{ sign string }

func (p pricer) text(t sdk.Text) sdk.Text { return sdk.Text{ZH: p.words(t.ZH), EN: p.words(t.EN)} }

// words replaces the sign before digits only, since it may stand in a name of the user's.
func (p pricer) words(s string) string {
	from := strings.Index(s, sdk.MoneySign)
	if from < 0 {
		return s
	}
	var b strings.Builder
	for from >= 0 {
		b.WriteString(s[:from])
		s = s[from+len(sdk.MoneySign):]
		if s != "" && s[0] >= '0' && s[0] <= '9' {
			b.WriteString(p.sign)
		} else {
			b.WriteString(sdk.MoneySign)
		}
		from = strings.Index(s, sdk.MoneySign)
	}
	b.WriteString(s)
	return b.String()
}

// table is t with the sign in the sentences of its text columns; t itself where there are none.
func (p pricer) table(t *table.Table) *table.Table {
	if t == nil {
		return nil
	}
	priced := func(s string) bool { return strings.Contains(s, sdk.MoneySign) }
	out := t
	for j := range t.Columns {
		c := &t.Columns[j]
		if c.Kind != table.String || !slices.ContainsFunc(c.Strings, priced) {
			continue
		}
		if out == t {
			out = &table.Table{Rows: t.Rows, Columns: slices.Clone(t.Columns)}
		}
		words := slices.Clone(c.Strings)
		for i, s := range words {
			words[i] = p.words(s)
		}
		out.Columns[j].Strings = words
	}
	return out
}
