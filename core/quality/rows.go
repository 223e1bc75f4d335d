package quality

import (
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
)

// duplicates looks for rows that are there twice. Without order numbers and times two
// equal purchases of a customer on a day are nothing unusual, and it takes many of them.
func (l *look) duplicates() {
	if l.tx.Rows() == 0 {
		return
	}
	r, err := clean.FindRepeats(l.ctx, l.tx, clean.EqualRows)
	if err != nil {
		l.err = err
		return
	}
	pasted := l.history().Doubled != nil
	switch {
	case len(r.Rows) == 0:
	case l.numbered():
		l.equalRows(l.doubled(r.Rows, pasted))
	case pasted:
		i := l.repeats("doubled_orders", clean.EqualRows, r.Rows)
		i.Severity = High
		l.add(1, i)
	case l.tells():
		l.equalRows(r.Rows)
	}
	l.shared()
	l.changed()
}

// equalRows tells of rows that equal another one.
func (l *look) equalRows(rows []int32) {
	if len(rows) == 0 {
		return
	}
	i := l.repeats("equal_rows", clean.EqualRows, rows)
	if i.Severity = Low; i.Share >= 0.02 {
		i.Severity = Medium
	}
	l.add(1, i)
}

// doubled tells of orders that are there twice as a whole, and returns the other rows. That all
// of several lines come twice is no accident; an order of one line comes twice by accident
// too, so without any of several lines, and no sign of a file loaded twice, nothing is told.
func (l *look) doubled(rows []int32, pasted bool) []int32 {
	whole := clean.WholeOrders(l.tx, rows)
	lines := map[uint32]int{}
	several := false
	for _, r := range whole {
		lines[l.tx.Order[r]]++
		several = several || lines[l.tx.Order[r]] > 1
	}
	if !several && !pasted || len(whole) == 0 {
		return rows
	}
	i := l.repeats("doubled_orders", clean.EqualOrders, whole)
	if i.Severity = Medium; pasted {
		i.Severity = High
	}
	l.add(1, i)
	return slices.DeleteFunc(slices.Clone(rows), func(r int32) bool { return lines[l.tx.Order[r]] > 0 })
}

// tells reports whether rows have columns enough that two equal ones are suspicious.
func (l *look) tells() bool {
	labels := 0
	for _, c := range l.tx.Labels {
		if c.Role == string(core.RoleProduct) {
			labels++
		}
	}
	return l.numbered() || l.tx.Clock != nil && labels > 0
}

// An order that is there in two states is told where at most this share of the orders is:
// where many are, lines over one product are how the shop works.
const fewChanged = 0.02

// changed looks for lines of an order that are there in several states, as in exports of
// different days put together.
func (l *look) changed() {
	if !l.numbered() {
		return
	}
	r, err := clean.FindRepeats(l.ctx, l.tx, clean.ChangedLines)
	if err != nil {
		l.err = err
		return
	}
	s := share(r.Orders, clean.CountOrders(l.tx))
	if r.Orders == 0 || s > fewChanged {
		return
	}
	i := l.repeats("changed_orders", clean.ChangedLines, r.Rows)
	i.Unit, i.Count, i.Share, i.Severity = Orders, r.Orders, s, Low
	if s >= 0.002 {
		i.Severity = Medium
	}
	l.add(1, i)
}

// numbered reports whether the rows have order numbers of the file; those that an import
// makes of customer and time tell nothing new.
func (l *look) numbered() bool {
	if l.tx.Order == nil {
		return false
	}
	for _, s := range l.Sources {
		if _, ok := s.Report.Detected.Mapping[core.RoleOrder]; ok && s.Kind == core.SourceTransactions {
			return true
		}
	}
	return len(l.Sources) == 0
}

// repeats is an issue about rows that would go.
func (l *look) repeats(code, how string, rows []int32) Issue {
	shown := clean.NewExamples(l.tx)
	sum := int64(0)
	orders := map[uint32]bool{}
	for _, row := range rows {
		shown.Offer(int(row))
		sum += l.tx.Amount[row]
		if l.tx.Order != nil && l.tx.Order[row] != core.NoCode {
			orders[l.tx.Order[row]] = true
		}
	}
	amount := l.currency(sum)
	return Issue{
		Code: code, Dimension: Uniqueness, Unit: Rows, Count: len(rows), Share: share(len(rows), l.tx.Rows()), Amount: amount, Examples: shown.List(),
		Args: core.Args{"orders": len(orders), "amount": amount}, Fixes: []clean.Step{fix(clean.DropDuplicates, clean.Args{How: how})},
	}
}

// shared looks for order numbers that several customers have.
func (l *look) shared() {
	if !l.numbered() {
		return
	}
	r, err := clean.FindRepeats(l.ctx, l.tx, clean.SharedNumber)
	if err != nil {
		l.err = err
		return
	}
	if len(r.Rows) == 0 {
		return
	}
	i := l.repeats("shared_orders", clean.SharedNumber, r.Rows)
	orders := clean.CountOrders(l.tx)
	i.Dimension, i.Unit, i.Count, i.Share, i.Severity = Consistency, Orders, r.Orders, share(r.Orders, orders), Low
	switch {
	case i.Share >= 0.2: // numbers that begin anew: every till, every day
		i.Severity, i.Code, i.Fixes = Medium, "reused_orders", nil
	case i.Share >= 0.01:
		i.Severity = Medium
	}
	l.add(1, i)
}

// labels looks at the text columns of the purchases: cells without a value, words for
// missing, and spellings of one word.
func (l *look) labels() {
	for i := range l.tx.Labels {
		c := &l.tx.Labels[i]
		if c.Role == string(core.RoleStatus) {
			continue
		}
		counts, empty := make([]int, c.Dict.Len()), 0
		l.each(l.tx.Rows(), func(r int) {
			if x := c.Codes[r]; x == core.NoCode {
				empty++
			} else {
				counts[x]++
			}
		})
		absent := l.absent(c.Role, c.Codes)
		t := &text{
			table: clean.TableTransactions, column: c.Role, codes: c.Codes, dict: make([]string, c.Dict.Len()), counts: counts,
			empty: empty - length(absent), rows: l.tx.Rows() - length(absent), absent: absent, unit: Rows, weight: 0.2,
		}
		for k := range t.dict {
			t.dict[k] = c.Dict.At(k)
		}
		l.text(t)
	}
}
