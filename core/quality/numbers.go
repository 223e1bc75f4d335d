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
	if n := len(c.Floats) - len(v); n > 0 {
		gaps := l.cells(c, func(x float64, there bool) bool { return !there })
		l.missing(table, c.Name, Customers, n, len(c.Floats), w, gaps, []clean.Step{step(clean.FillColumn, clean.Args{How: "median", Flag: true}), step(clean.DropColumn, clean.Args{})})
	}
	if len(v) < few {
		return
	}
	if guard.Is("id", c.Name) && whole64(v) && float64(distinct) > 0.95*float64(len(v)) {
		l.idColumn(c.Name, step)
		return
	}
	l.sentinels(c, v, distinct, w, step)
	l.outOfRange(c, v, w, step)
	l.unitsOf(c.Name, v, w)
}

// cells shows cells of a column of numbers.
func (l *look) cells(c *core.AttributeColumn, is func(x float64, there bool) bool) []clean.Example {
	return l.who(func(i int) (string, bool) {
		x, there := c.Floats[i], (c.Valid == nil || c.Valid[i]) && !math.IsNaN(c.Floats[i])
		if !is(x, there) {
			return "", false
		}
		if !there {
			return "", true
		}
		return strconv.FormatFloat(x, 'g', -1, 64), true
	})
}

func whole64(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return x != math.Trunc(x) })
}

// sentinels tells of numbers that stand for "not known": a value such as 999 or −1 that
// comes often, at the end of all others and far from them.
func (l *look) sentinels(c *core.AttributeColumn, v []float64, distinct int, w float64, step stepper) {
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
		Code: "sentinels", Dimension: Completeness, Severity: Medium, Unit: Customers, Count: n, Share: share(n, len(c.Floats)), Table: clean.TableCustomers, Column: c.Name,
		Examples: l.cells(c, func(x float64, there bool) bool {
			return there && slices.Contains(found, strconv.FormatFloat(x, 'g', -1, 64))
		}),
		Args: core.Args{"words": found}, Fixes: []clean.Step{step(clean.AsMissing, clean.Args{Words: found})},
	})
}

// nines reports 99, 999, 9999 … and 99, 999 as the positive part of −99, −999.
func nines(x float64) bool {
	s := strconv.FormatFloat(x, 'f', -1, 64)
	return len(s) >= 3 && strings.Trim(s, "9") == "" || s == "99"
}

// outOfRange tells of ages and years of birth that nobody has.
func (l *look) outOfRange(c *core.AttributeColumn, v []float64, w float64, step stepper) {
	var low, high float64
	switch {
	case is("age", c.Name):
		low, high = 0, 120
	case is("birthyear", c.Name):
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
		Code: "out_of_range", Dimension: Validity, Severity: Medium, Unit: Customers, Count: n, Share: share(n, len(v)), Table: clean.TableCustomers, Column: c.Name,
		Examples: l.cells(c, func(x float64, there bool) bool { return there && (x < low || x > high) }),
		Args:     core.Args{"low": low, "high": high, "least": v[0], "most": v[len(v)-1]}, Fixes: []clean.Step{step(clean.LimitColumn, clean.Args{Low: &low, High: &high})},
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
