package quality

import (
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/clean"
)

// cause is what the reason of an exclusion says about the quality of a file. Rows that no
// data were in and such as the rules of the shop take out (cancelled orders, linked refunds)
// say nothing about it.
type cause struct {
	code      string
	dimension Dimension
	weight    float64
}

func causes() map[string]cause {
	return map[string]cause{
		"missing_customer":   {"rows_without_customer", Completeness, 1},
		"missing_date":       {"rows_without_date", Completeness, 1},
		"missing_amount":     {"rows_without_amount", Completeness, 1},
		"missing_text":       {"rows_without_text", Completeness, 1},
		"missing_event":      {"rows_without_event", Completeness, 1},
		"bad_date":           {"unreadable_dates", Validity, 1},
		"bad_amount":         {"unreadable_amounts", Validity, 1},
		"too_many_cells":     {"broken_rows", Validity, 1},
		"zero_amount":        {"zero_amounts", Validity, 0.2},
		"test_order":         {"test_orders", Validity, 0.2},
		"duplicate_customer": {"customers_twice", Uniqueness, 1},
	}
}

// imports tells what the files' imports had to leave out, and what they remarked.
func (l *look) imports() {
	for _, s := range l.Sources {
		for _, e := range s.Report.Rows.Excluded {
			c, ok := causes()[e.Reason]
			if !ok || e.Count == 0 {
				continue
			}
			i := Issue{
				Code: c.code, Dimension: c.dimension, Unit: Rows, File: s.Name, Count: e.Count, Share: share(e.Count, s.Report.Rows.In),
				Severity: Low, Args: core.Args{"file": s.Name, "rows": e.Examples},
			}
			for _, r := range e.Examples {
				i.Examples = append(i.Examples, clean.Example{Day: core.NoDate, File: s.Name, Row: r})
			}
			switch {
			case c.weight < 1: // left out as they should be
			case i.Share >= 0.05:
				i.Severity = High
			case i.Share >= 0.001:
				i.Severity = Medium
			}
			l.add(c.weight, i)
		}
		l.hints(s)
		l.ambiguousDates(s)
	}
}

// hints turns the remarks of an import on its cells into issues.
func (l *look) hints(s core.Source) {
	for _, h := range s.Report.Hints {
		n := whole(h.Args["count"])
		column, _ := h.Args["column"].(string)
		i := Issue{Dimension: Validity, Unit: Cells, File: s.Name, Column: column, Severity: Medium, Count: n, Args: core.Args{"file": s.Name}}
		w := 1.0
		switch h.Key {
		case "import.hint.not_numbers":
			i.Code, i.Share, w = "not_numbers", share(n, s.Report.Rows.In), 1/float64(max(1, len(s.Report.Detected.Columns)))
		case "import.hint.error_cells":
			i.Code, i.Share = "error_cells", share(n, s.Report.Rows.In*max(1, len(s.Report.Detected.Columns)))
		case "import.hint.rounded_phones":
			i.Code, i.Severity, i.Share = "clipped_numbers", High, 1
			w = 0.3
			if i.Count == 0 {
				i.Count, i.Unit = 1, Columns
			}
		case "import.hint.invalid_text":
			i.Code, i.Unit, i.Count, i.Share, w = "invalid_text", Files, 1, 1, 0.1
		case "import.hint.partial_refunds":
			i.Code, i.Dimension, i.Unit, i.Share, w, i.Severity = "partial_refunds", Consistency, Orders, share(n, max(1, s.Report.Orders)), 0.2, Low
		case "import.hint.no_amount":
			i.Code, i.Dimension, i.Unit, i.Count, i.Share, w = "no_amount", Completeness, Files, 1, 1, 0.3
		case "import.hint.currencies", "import.hint.currency_column":
			w = i.severalCurrencies(h, s.Report.Rows.Used)
		case "import.hint.row_as_customer":
			i.Code, i.Dimension, i.Unit, i.Count, i.Share, i.Severity, w = "no_key", Uniqueness, Files, 1, 1, Low, 0
		default:
			continue
		}
		l.add(w, i)
	}
}

// severalCurrencies makes the issue of a file whose amounts are in several currencies, by
// their signs or by a column that names them, and returns its weight.
func (i *Issue) severalCurrencies(h core.Message, rows int) (weight float64) {
	i.Code, i.Dimension, i.Severity, i.Unit, i.Count, i.Share = "file_currencies", Consistency, High, Files, 1, 1
	words, _ := h.Args["signs"].([]string) // "¥ (120)": the commonest first
	if others := 0; len(words) > 1 {
		for _, w := range words[1:] {
			if at := strings.LastIndexByte(w, '('); at > 0 {
				n, err := strconv.Atoi(strings.TrimSuffix(w[at+1:], ")"))
				if err == nil {
					others += n
				}
			}
		}
		if others > 0 {
			i.Unit, i.Count, i.Share = Rows, others, share(others, rows)
		}
	} else {
		words, _ = h.Args["values"].([]string)
	}
	i.Args["words"] = words
	return 0.5
}

// whole reads a count that may have been through JSON.
func whole(x any) int {
	switch v := x.(type) {
	case int:
		return v
	case float64:
		return int(v)
	}
	return 0
}

// sureOrder is the confidence from which the order of day and month is not in doubt.
const sureOrder = 0.7

// ambiguousDates tells of a file whose dates read both ways.
func (l *look) ambiguousDates(s core.Source) {
	conf, ok := s.Report.Detected.Confidence["dateOrder"]
	if s.Kind != core.SourceTransactions || !ok || conf >= sureOrder {
		return
	}
	column := s.Report.Detected.Mapping[core.RoleDate]
	l.add(0.3, Issue{
		Code: "ambiguous_dates", Dimension: Consistency, Severity: Medium, Unit: Files, Count: 1, Share: 1, File: s.Name, Column: column,
		Args: core.Args{"file": s.Name, "order": string(s.Report.Detected.DateOrder)},
	})
}

// matches tells of keys that one table has and another lacks.
func (l *look) matches() {
	a := l.Data.Attributes
	if a == nil || l.tx.Rows() == 0 {
		return
	}
	buyers := map[string]bool{} // with purchases and no attributes in the end
	seen := make([]bool, l.tx.Customers.Len())
	for _, c := range l.tx.Customer {
		seen[c] = true
	}
	var b []byte
	for i, is := range seen {
		if is {
			b = l.tx.Customers.AppendTo(b[:0], i)
			buyers[string(b)] = true
		}
	}
	all, silent := len(buyers), 0
	for i := range a.Customers.Len() {
		b = a.Customers.AppendTo(b[:0], i)
		if buyers[string(b)] {
			delete(buyers, string(b))
		} else {
			silent++
		}
	}
	l.unmatched("buyers_unknown", len(buyers), all, buyers)
	if s := share(silent, a.Customers.Len()); s >= 0.5 && share(len(buyers), all) >= 0.5 {
		l.unmatched("customers_without_orders", silent, a.Customers.Len(), nil)
	}
}

func (l *look) unmatched(code string, n, of int, keys map[string]bool) {
	if n == 0 || of == 0 {
		return
	}
	i := Issue{Code: code, Dimension: Consistency, Severity: Low, Unit: Customers, Count: n, Share: share(n, of)}
	if i.Share >= 0.5 {
		i.Severity = Medium
	}
	if i.Share >= 0.95 {
		i.Severity = High
	}
	var shown []string
	for k := range keys {
		shown = append(shown, k)
	}
	slices.Sort(shown)
	i.Examples = customers(shown)
	l.add(0.5, i)
}

// customers are the first keys as examples.
func customers(keys []string) []clean.Example {
	var out []clean.Example
	for _, k := range keys[:min(len(keys), 5)] {
		out = append(out, clean.Example{Customer: k, Day: core.NoDate})
	}
	return out
}
