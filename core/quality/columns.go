package quality

import (
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/guard"
)

// text is a column of words on its way to being judged.
type text struct {
	table, column string
	dict          []string
	codes         []uint32
	counts        []int // by entry of dict
	empty, rows   int
	absent        []span // rows of files without the column, not counted
	unit          Unit
	weight        float64 // of the column among its table's
}

func (t *text) filled() int { return t.rows - t.empty }

// distinct is the number of words in use.
func (t *text) distinct() (n int) {
	for _, c := range t.counts {
		if c > 0 {
			n++
		}
	}
	return n
}

// where shows cells of a column of words: of the customers with the first keys, of the
// purchases with the largest amounts.
func (l *look) where(t *text, is func(code uint32) bool) []clean.Example {
	if t.table != clean.TableCustomers {
		shown := clean.NewExamples(l.tx)
		for _, s := range present(t.absent, len(t.codes)) {
			for i := s.from; i < s.to; i++ {
				if is(t.codes[i]) {
					shown.Offer(i)
				}
			}
		}
		return shown.List()
	}
	return l.who(func(i int) (string, bool) {
		c := t.codes[i]
		if !is(c) {
			return "", false
		}
		if c == core.NoCode {
			return "", true
		}
		return t.dict[c], true
	})
}

// who shows the customers with the first keys, of those whose attributes are of a kind, with
// the value concerned.
func (l *look) who(is func(row int) (value string, ok bool)) []clean.Example {
	var out []clean.Example
	keys := l.Data.Attributes.Customers
	var b []byte
	for i := range keys.Len() {
		value, ok := is(i)
		if !ok {
			continue
		}
		b = keys.AppendTo(b[:0], i)
		at, _ := slices.BinarySearchFunc(out, string(b), func(e clean.Example, k string) int { return strings.Compare(e.Customer, k) })
		if at < 5 {
			out = slices.Insert(out, at, clean.Example{Customer: string(b), Day: core.NoDate, Before: value})
			out = out[:min(len(out), 5)]
		}
	}
	return out
}

// columns looks at the attributes of customers.
func (l *look) columns() {
	a := l.Data.Attributes
	if a == nil || a.Customers.Len() == 0 {
		return
	}
	w := 1 / float64(len(a.Columns))
	for i := range a.Columns {
		if l.err = l.ctx.Err(); l.err != nil {
			return
		}
		if c := &a.Columns[i]; c.Floats != nil {
			l.numbers(clean.TableCustomers, c, w)
		} else {
			l.text(textOf(clean.TableCustomers, c, w))
		}
	}
}

func textOf(table string, c *core.AttributeColumn, w float64) *text {
	t := &text{table: table, column: c.Name, dict: c.Dict, codes: c.Codes, counts: make([]int, len(c.Dict)), rows: len(c.Codes), unit: Customers, weight: w}
	for _, x := range c.Codes {
		if x == core.NoCode {
			t.empty++
		} else {
			t.counts[x]++
		}
	}
	return t
}

// text judges a column of words.
func (l *look) text(t *text) {
	step := func(k clean.Kind, a clean.Args) clean.Step {
		if a.Column = t.column; t.table != clean.TableCustomers {
			a.Table = t.table
		}
		return fix(k, a)
	}
	if l.emptyOrOne(t.table, t.column, t.rows, t.filled(), t.distinct(), step) {
		return
	}
	if t.empty > 0 {
		gaps := l.where(t, func(c uint32) bool { return c == core.NoCode })
		l.missing(t.table, t.column, t.unit, t.empty, t.rows, t.weight, gaps, []clean.Step{step(clean.FillColumn, clean.Args{How: "value", Value: clean.Unknown(t.dict)}), step(clean.DropColumn, clean.Args{})})
	}
	l.wordsForMissing(t, step)
	distinct := t.distinct()
	if t.table == clean.TableCustomers && guard.Is("id", t.column) && t.filled() >= few && float64(distinct) > 0.95*float64(t.filled()) {
		l.idColumn(t.column, step)
		return
	}
	if t.table == clean.TableCustomers && slices.Contains(l.Names, t.column) {
		return
	}
	if t.table == clean.TableCustomers && 2*distinct > t.filled() && t.filled() >= few { // names, addresses
		return
	}
	l.spellings(t, step)
	l.currencies(t)
}

type stepper func(clean.Kind, clean.Args) clean.Step

// emptyOrOne tells of a column that holds nothing, or one value only. It reports whether
// nothing more is to be said of it.
func (l *look) emptyOrOne(table, column string, rows, filled, distinct int, step stepper) bool {
	switch {
	case rows == 0:
		return true
	case filled == 0:
		l.add(0, Issue{
			Code: "empty_column", Dimension: Completeness, Severity: Low, Unit: Columns, Count: 1, Share: 1, Table: table, Column: column,
			Fixes: []clean.Step{step(clean.DropColumn, clean.Args{})},
		})
		return true
	case distinct == 1 && table == clean.TableCustomers && filled >= few && filled == rows:
		l.add(0, Issue{
			Code: "constant_column", Dimension: Consistency, Severity: Low, Unit: Columns, Count: 1, Share: 1, Table: table, Column: column,
			Fixes: []clean.Step{step(clean.DropColumn, clean.Args{})},
		})
		return true
	}
	return false
}

// missing tells of cells without a value.
func (l *look) missing(table, column string, unit Unit, n, rows int, w float64, gaps []clean.Example, fixes []clean.Step) {
	i := Issue{Code: "missing", Dimension: Completeness, Severity: Low, Unit: unit, Count: n, Share: share(n, rows), Table: table, Column: column, Examples: gaps, Fixes: fixes}
	switch {
	case i.Share >= 0.6:
		i.Severity = High
		slices.Reverse(i.Fixes) // hardly anything to fill from
	case i.Share >= 0.2:
		i.Severity = Medium
	}
	l.add(w, i)
}

// wordsForMissing tells of "unknown" and the like among the values.
func (l *look) wordsForMissing(t *text, step stepper) {
	n := 0
	var found []string
	for i, word := range t.dict {
		if t.counts[i] > 0 && is("missing", word) {
			found = append(found, word)
			n += t.counts[i]
		}
	}
	filled := func(s clean.Step) bool {
		return s.Kind == clean.FillColumn && s.Args.Column == t.column && is("missing", s.Args.Value)
	}
	if n == 0 || l.handled(filled) {
		return
	}
	slices.Sort(found)
	severity := Low
	if 5*n >= t.rows {
		severity = Medium
	}
	l.add(t.weight, Issue{
		Code: "words_for_missing", Dimension: Completeness, Severity: severity, Unit: t.unit, Count: n, Share: share(n, t.rows), Table: t.table, Column: t.column,
		Examples: l.where(t, func(c uint32) bool { return c != core.NoCode && slices.Contains(found, t.dict[c]) }),
		Args:     core.Args{"words": found}, Fixes: []clean.Step{step(clean.AsMissing, clean.Args{Words: found})},
	})
}

// manyWords is the number of distinct words above which spellings are not compared.
const manyWords = 50_000

// spellings tells of several spellings of one word.
func (l *look) spellings(t *text, step stepper) {
	if t.distinct() > manyWords {
		return
	}
	groups := clean.Spellings(t.dict, t.counts)
	if len(groups) == 0 {
		return
	}
	by := map[string]int{}
	for i, word := range t.dict {
		by[word] = t.counts[i]
	}
	i := Issue{Code: "spellings", Dimension: Consistency, Severity: Medium, Unit: t.unit, Table: t.table, Column: t.column}
	words := 0
	for _, g := range groups {
		for _, from := range g.From {
			i.Count += by[from]
			words++
			if len(i.Examples) < 5 {
				i.Examples = append(i.Examples, clean.Example{Day: core.NoDate, Before: from, After: g.To})
			}
		}
	}
	if i.Share = share(i.Count, t.rows); i.Share < 0.001 || t.distinct() > 1000 { // names rather than categories
		i.Severity = Low
	}
	i.Args = core.Args{"words": words, "a": groups[0].From[0], "b": groups[0].To}
	i.Fixes = []clean.Step{step(clean.Unify, clean.Args{Groups: groups}), step(clean.Unify, clean.Args{})}
	l.add(t.weight, i)
}

// currencies tells of a column that names several currencies: amounts beside it cannot be
// added.
func (l *look) currencies(t *text) {
	n := 0
	var found []string
	for i, word := range t.dict {
		if t.counts[i] > 0 && is("currency", word) {
			n += t.counts[i]
			found = append(found, word)
		}
	}
	if len(found) < 2 || float64(n) < 0.9*float64(t.filled()) {
		return
	}
	slices.Sort(found)
	l.add(0.5, Issue{
		Code: "currencies", Dimension: Consistency, Severity: High, Unit: t.unit, Count: n, Share: 1, Table: t.table, Column: t.column, Args: core.Args{"words": found[:min(len(found), 5)]},
	})
}

// idColumn tells of an attribute that names customers instead of describing them.
func (l *look) idColumn(column string, step stepper) {
	l.add(0, Issue{
		Code: "id_column", Dimension: Consistency, Severity: Low, Unit: Columns, Count: 1, Share: 1, Table: clean.TableCustomers, Column: column,
		Fixes: []clean.Step{step(clean.DropColumn, clean.Args{})},
	})
}
