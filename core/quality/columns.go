package quality

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/guard"
)

// text is a column of words on its way to being judged.
type text struct {
	table, column string
	dict          []string
	counts        []int // by entry of dict
	empty, rows   int
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
	t := &text{table: table, column: c.Name, dict: c.Dict, counts: make([]int, len(c.Dict)), rows: len(c.Codes), unit: Customers, weight: w}
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
	l.missing(t.table, t.column, t.unit, t.empty, t.rows, t.weight, []clean.Step{step(clean.FillColumn, clean.Args{How: "value", Value: clean.Unknown(t.dict)}), step(clean.DropColumn, clean.Args{})})
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
func (l *look) missing(table, column string, unit Unit, n, rows int, w float64, fixes []clean.Step) {
	if n == 0 {
		return
	}
	i := Issue{Code: "missing", Dimension: Completeness, Severity: Low, Unit: unit, Count: n, Share: share(n, rows), Table: table, Column: column, Fixes: fixes}
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
		Args: core.Args{"words": found}, Fixes: []clean.Step{step(clean.AsMissing, clean.Args{Words: found})},
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

// numbers judges a column of numbers.
func (l *look) numbers(table string, c *core.AttributeColumn, w float64) {
	step := func(k clean.Kind, a clean.Args) clean.Step {
		a.Column = c.Name
		return fix(k, a)
	}
	v := make([]float64, 0, len(c.Floats))
	for i, x := range c.Floats {
		if (c.Valid == nil || c.Valid[i]) && !math.IsNaN(x) {
			v = append(v, x)
		}
	}
	slices.Sort(v)
	distinct := 0
	for i, x := range v {
		if i == 0 || x != v[i-1] {
			distinct++
		}
	}
	if l.emptyOrOne(table, c.Name, len(c.Floats), len(v), distinct, step) {
		return
	}
	l.missing(table, c.Name, Customers, len(c.Floats)-len(v), len(c.Floats), w, []clean.Step{step(clean.FillColumn, clean.Args{How: "median", Flag: true}), step(clean.DropColumn, clean.Args{})})
	if len(v) < few {
		return
	}
	if guard.Is("id", c.Name) && whole64(v) && float64(distinct) > 0.95*float64(len(v)) {
		l.idColumn(c.Name, step)
		return
	}
	l.sentinels(c.Name, v, distinct, len(c.Floats), w, step)
	l.outOfRange(c.Name, v, w, step)
	l.unitsOf(c.Name, v, w)
}

func whole64(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return x != math.Trunc(x) })
}

// sentinels tells of numbers that stand for "not known": a value such as 999 or −1 that
// comes often, at the end of all others and far from them.
func (l *look) sentinels(column string, v []float64, distinct, rows int, w float64, step stepper) {
	if distinct < 3 {
		return
	}
	top, low := v[len(v)-1], v[0]
	under, _ := slices.BinarySearch(v, top)
	above, _ := slices.BinarySearchFunc(v, low, func(x, t float64) int {
		if x <= t {
			return -1
		}
		return 1
	})
	often := max(5, len(v)/200)
	var found []string
	n := 0
	next := v[under-1]
	if nines(top) && len(v)-under >= often && next < top/3 {
		found = append(found, strconv.FormatFloat(top, 'g', -1, 64))
		n += len(v) - under
	}
	next = v[above]
	alone := low == -1 && next >= 0 && whole64(v) || low <= -9 && nines(-low) && next > low/3
	if alone && above >= often {
		found = append(found, strconv.FormatFloat(low, 'g', -1, 64))
		n += above
	}
	if n == 0 {
		return
	}
	l.add(w, Issue{
		Code: "sentinels", Dimension: Completeness, Severity: Medium, Unit: Customers, Count: n, Share: share(n, rows), Table: clean.TableCustomers, Column: column,
		Args: core.Args{"words": found}, Fixes: []clean.Step{step(clean.AsMissing, clean.Args{Words: found})},
	})
}

// nines reports 99, 999, 9999 … and 99, 999 as the positive part of −99, −999.
func nines(x float64) bool {
	s := strconv.FormatFloat(x, 'f', -1, 64)
	return len(s) >= 3 && strings.Trim(s, "9") == "" || s == "99"
}

// outOfRange tells of ages and years of birth that nobody has.
func (l *look) outOfRange(column string, v []float64, w float64, step stepper) {
	var low, high float64
	switch {
	case is("age", column):
		low, high = 0, 120
	case is("birthyear", column):
		low, high = 1900, 2100
		if l.AsOf != core.NoDate {
			high = float64(l.AsOf.Time().Year())
		}
	default:
		return
	}
	n := 0
	for _, x := range v {
		if x < low || x > high {
			n++
		}
	}
	if n == 0 || 10*n > len(v) { // so many: the header means something else
		return
	}
	l.add(w, Issue{
		Code: "out_of_range", Dimension: Validity, Severity: Medium, Unit: Customers, Count: n, Share: share(n, len(v)), Table: clean.TableCustomers, Column: column,
		Args: core.Args{"low": low, "high": high, "least": v[0], "most": v[len(v)-1]}, Fixes: []clean.Step{step(clean.LimitColumn, clean.Args{Low: &low, High: &high})},
	})
}

// unitsOf tells of a column of money or sizes in which a part of the values lies far from the
// others with nothing between: yuan beside ten thousands of yuan.
func (l *look) unitsOf(column string, v []float64, w float64) {
	at, _ := slices.BinarySearchFunc(v, 0, func(x, _ float64) int {
		if x <= 0 {
			return -1
		}
		return 1
	})
	v = v[at:]
	if len(v) < leastRows || v[len(v)-1] <= 1 { // shares and probabilities have no units
		return
	}
	least := max(5, len(v)/50)
	for i := least; i < len(v)-least; i++ {
		r := v[i] / v[i-1]
		if r < guard.UnitJump {
			continue
		}
		lo, hi := v[i/2], v[(i+len(v))/2] // the usual values of both parts
		// A part of few different values is a code; widely spread parts, or such as lie no power of
		// ten apart, are no units.
		times := math.Log10(hi / lo)
		if math.Abs(times-math.Round(times)) > 0.25 || distinctIn(v[:i]) < 10 || distinctIn(v[i:]) < 10 || v[i-1]/v[0] > hi/lo || v[len(v)-1]/v[i] > hi/lo {
			return
		}
		n := min(i, len(v)-i)
		l.add(w, Issue{
			Code: "units_of_column", Dimension: Consistency, Severity: High, Unit: Customers, Count: n, Share: 0.5 + share(n, 2*len(v)), Table: clean.TableCustomers, Column: column,
			Args: core.Args{"low": digits(lo), "high": digits(hi), "times": math.Pow10(int(math.Round(times)))},
		})
		return
	}
}

func distinctIn(sorted []float64) (n int) {
	for i, x := range sorted {
		if i == 0 || x != sorted[i-1] {
			n++
		}
	}
	return n
}
