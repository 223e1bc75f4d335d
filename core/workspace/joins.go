package workspace

import (
	"context"
	"strconv"
	"strings"
	"unicode"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// keysOf returns the customers of what was read; nil where its rows are nobody's.
func keysOf(res *ingest.Result) *core.Dict {
	switch {
	case res.Transactions != nil:
		return res.Transactions.Customers
	case res.Attributes != nil && res.Report.Detected.Mapping[core.RoleCustomer] != "":
		return res.Attributes.Customers
	case res.Records != nil && !res.Anonymous:
		return res.Records.Customers
	}
	return nil
}

// join reports which customers of a file meet nothing in the project: purchases, or for
// a file of purchases what else is known of customers; and the other way round. It is
// called before the file is merged.
func (m *merging) join(ctx context.Context, res *ingest.Result) error {
	keys := keysOf(res)
	if keys.Len() == 0 {
		return nil
	}
	other := m.others(res.Transactions != nil)
	if len(other) == 0 {
		return nil
	}
	u := &core.Unmatched{ProjectOnly: len(other), Examples: []string{}}
	var only []string
	var b []byte
	for i := range keys.Len() {
		if i%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		b = keys.AppendTo(b[:0], i)
		if other[string(b)] {
			u.ProjectOnly--
			continue
		}
		only = append(only, string(b))
	}
	u.SourceOnly = len(only)
	for _, k := range only[:min(len(only), maxKeyExamples)] {
		u.Examples = append(u.Examples, m.shown(k))
	}
	m.report.Unmatched = u
	if len(only) == 0 {
		return nil
	}
	if u.SourceOnly == keys.Len() {
		m.hint("import.hint.no_key_matches", core.Args{"count": keys.Len(), "examples": u.Examples})
	} else {
		m.hint("import.hint.keys_unmatched", core.Args{"count": u.SourceOnly, "of": keys.Len(), "examples": u.Examples})
	}
	if !m.nearly(only, other) {
		m.elsewhere(only)
	}
	return ctx.Err()
}

const maxKeyExamples = 5

// shown is a customer's code of the file as the report shows it: masked where it is a
// direct identifier.
func (m *merging) shown(key string) string {
	if c := keyClass(m.report.Detected); c.class == core.ClassDirect {
		return c.shown(key)
	}
	return key
}

func (m *merging) hint(key string, a core.Args) {
	m.report.Hints = append(m.report.Hints[:len(m.report.Hints):len(m.report.Hints)], core.Message{Key: key, Args: a})
}

// others are the keys that a file's are held against: of customers with attributes and
// records for a file of purchases, otherwise of those with purchases.
func (m *merging) others(purchases bool) map[string]bool {
	out := map[string]bool{}
	add := func(d *core.Dict, rows []uint32) {
		seen := make([]bool, d.Len())
		for _, c := range rows {
			if !seen[c] {
				seen[c] = true
				out[d.At(int(c))] = true
			}
		}
	}
	if !purchases {
		add(m.tx.Customers, m.tx.Customer)
		return out
	}
	if m.attrs != nil {
		for i := range m.attrs.Customers.Len() {
			out[m.attrs.Customers.At(i)] = true
		}
	}
	for _, r := range m.records {
		add(r.Customers, r.Customer)
	}
	return out
}

// spelling is a way in which one key is written differently in two files.
type spelling struct {
	key  string // of its name
	fold func(string) string
}

func spellings() []spelling {
	return []spelling{
		{"import.spelling.case", strings.ToLower},
		{"import.spelling.blanks", tight},
		{"import.spelling.zeros", func(s string) string { return strings.TrimLeft(s, "0") }},
		{"import.spelling.point", func(s string) string { return strings.TrimSuffix(s, ".0") }},
		{"import.spelling.country", withoutCountry},
		{"import.spelling.all", func(s string) string {
			return strings.TrimLeft(withoutCountry(strings.TrimSuffix(strings.ToLower(tight(s)), ".0")), "0")
		}},
	}
}

// tight writes a key in narrow letters, without blanks, hyphens and signs that cannot be seen.
func tight(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), r == '\u00A0':
			return -1
		}
		if r == '-' || r == '_' {
			return -1
		}
		return r
	}, s)
}

// withoutCountry takes the code of the country off a mobile number of eleven digits.
func withoutCountry(s string) string {
	t := strings.TrimLeft(s, "+0")
	if rest, ok := strings.CutPrefix(t, "86"); ok && len(tight(rest)) == 11 {
		return strings.TrimLeft(rest, " -")
	}
	return s
}

// nearly tells of keys that would match if they were written alike.
func (m *merging) nearly(only []string, other map[string]bool) bool {
	var best struct {
		spelling
		n           int
		here, there string
	}
	for _, s := range spellings() {
		folded := make(map[string]string, len(other))
		for k := range other {
			if f := s.fold(k); f != "" {
				if was, ok := folded[f]; !ok || k < was {
					folded[f] = k
				}
			}
		}
		n, here, there := 0, "", ""
		for _, k := range only {
			if o, ok := folded[s.fold(k)]; ok {
				if n++; n == 1 {
					here, there = k, o
				}
			}
		}
		if n > best.n {
			best.spelling, best.n, best.here, best.there = s, n, here, there
		}
	}
	if best.n == 0 {
		return false
	}
	m.hint("import.hint.keys_would_match", core.Args{"count": best.n, "how": core.Message{Key: best.key}, "here": m.shown(best.here), "there": m.shown(best.there)})
	return true
}

// elsewhere tells where the keys of the file are values of an attribute: a file that
// names customers by their phone.
func (m *merging) elsewhere(only []string) {
	if m.attrs == nil {
		return
	}
	keys := make(map[string]bool, len(only))
	for _, k := range only {
		keys[tight(withoutCountry(strings.ToLower(k)))] = true
	}
	most, column := 0, ""
	for i := range m.attrs.Columns {
		if n := found(&m.attrs.Columns[i], keys); n > most {
			most, column = n, m.attrs.Columns[i].Name
		}
	}
	if most > 0 && most*10 >= len(only) {
		m.hint("import.hint.keys_are_attribute", core.Args{"count": most, "of": len(only), "column": column})
	}
}

// found counts the distinct values of an attribute that are among the keys.
func found(c *core.AttributeColumn, keys map[string]bool) int {
	seen := map[string]bool{}
	look := func(s string) {
		if s = tight(withoutCountry(strings.ToLower(s))); keys[s] {
			seen[s] = true
		}
	}
	for _, s := range c.Dict {
		look(s)
	}
	for i, v := range c.Floats {
		if (c.Valid == nil || c.Valid[i]) && v >= 1e5 && v < 1<<53 && v == float64(int64(v)) {
			look(strconv.FormatInt(int64(v), 10))
		}
	}
	return len(seen)
}
