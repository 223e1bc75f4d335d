package quality

import (
	"math"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/clean"
)

// records looks at surveys, comments and events: answers that are missing, rows that are
// there twice, customers who are in no other table.
func (l *look) records() {
	for _, r := range l.Data.Records {
		if l.err = l.ctx.Err(); l.err != nil || r.Rows() == 0 {
			return
		}
		l.unanswered(r)
		l.strangers(r)
	}
}

// unanswered tells of the cells of a survey without a value, all items together: people
// skip questions.
func (l *look) unanswered(r *core.Records) {
	if r.Kind != core.SourceSurvey || len(r.Columns) == 0 {
		return
	}
	n, worst, most := 0, "", 0
	for i := range r.Columns {
		c := &r.Columns[i]
		empty := 0
		for k := range r.Rows() {
			if c.Floats != nil && (c.Valid != nil && !c.Valid[k] || math.IsNaN(c.Floats[k])) || c.Floats == nil && c.Codes[k] == core.NoCode {
				empty++
			}
		}
		n += empty
		if empty > most {
			worst, most = c.Name, empty
		}
	}
	if n == 0 {
		return
	}
	i := Issue{
		Code: "unanswered", Dimension: Completeness, Severity: Low, Unit: Cells, Count: n, Share: share(n, r.Rows()*len(r.Columns)), Table: clean.TableOf(r),
		Args: core.Args{"survey": r.Name, "worst": worst, "most": percent(share(most, r.Rows()))},
	}
	if i.Share >= 0.2 {
		i.Severity = Medium
	}
	l.add(0.5, i)
}

// strangers tells of customers of records who are in no other table.
func (l *look) strangers(r *core.Records) {
	if l.tx.Rows() == 0 && l.Data.Attributes == nil {
		return
	}
	known := l.known()
	live := make([]bool, r.Customers.Len())
	for _, c := range r.Customer {
		live[c] = true
	}
	all := 0
	var who []string
	for i, is := range live {
		if !is {
			continue
		}
		all++
		if key := r.Customers.At(i); !known[key] {
			who = append(who, key)
		}
	}
	if len(who) == 0 {
		return
	}
	slices.Sort(who)
	i := Issue{
		Code: "strangers", Dimension: Consistency, Severity: Low, Unit: Customers, Count: len(who), Share: share(len(who), all), Table: clean.TableOf(r),
		Examples: customers(who), Args: core.Args{"table": core.Message{Key: "quality.table." + string(r.Kind), Args: core.Args{"name": r.Name}}},
	}
	switch {
	case i.Share >= 0.95:
		i.Severity = High
	case i.Share >= 0.5:
		i.Severity = Medium
	}
	l.add(0.5, i)
}

// known are the keys of those who bought or are described.
func (l *look) known() map[string]bool {
	known := map[string]bool{}
	var b []byte
	if l.tx.Rows() > 0 {
		d, live := l.customers()
		for i, is := range live {
			if is {
				b = d.AppendTo(b[:0], i)
				known[string(b)] = true
			}
		}
	}
	if a := l.Data.Attributes; a != nil {
		for i := range a.Customers.Len() {
			b = a.Customers.AppendTo(b[:0], i)
			known[string(b)] = true
		}
	}
	return known
}

// pairs looks for the ends of ranges that stand the wrong way round: a minimum above its
// maximum, a start after its end.
func (l *look) pairs() {
	a := l.Data.Attributes
	if a == nil {
		return
	}
	for i := range a.Columns {
		from := &a.Columns[i]
		for _, p := range rangeWords() {
			at := strings.Index(strings.ToLower(from.Name), p[0])
			if at < 0 {
				continue
			}
			name := from.Name[:at] + p[1] + from.Name[at+len(p[0]):]
			to := slices.IndexFunc(a.Columns, func(c core.AttributeColumn) bool { return strings.EqualFold(c.Name, name) })
			if to >= 0 && (from.Floats == nil) == (a.Columns[to].Floats == nil) {
				l.reversed(from, &a.Columns[to])
				break
			}
		}
	}
}

func (l *look) reversed(from, to *core.AttributeColumn) {
	rows := l.Data.Attributes.Customers.Len()
	both, n := 0, 0
	var who []string
	for i := range rows {
		above, ok := after(from, to, i)
		if !ok {
			continue
		}
		if both++; above {
			n++
			who = append(who, l.Data.Attributes.Customers.At(i))
		}
	}
	if n == 0 || 2*n > both { // the names mean something else
		return
	}
	slices.Sort(who)
	l.add(0.2, Issue{
		Code: "reversed_range", Dimension: Consistency, Severity: Medium, Unit: Customers, Count: n, Share: share(n, both), Table: clean.TableCustomers, Column: from.Name,
		Args: core.Args{"from": from.Name, "to": to.Name}, Examples: customers(who),
	})
}

// after reports whether the start of a row's range lies after its end; ok is false where
// the two cannot be compared.
func after(from, to *core.AttributeColumn, i int) (above, ok bool) {
	if from.Floats != nil {
		if from.Valid != nil && !from.Valid[i] || to.Valid != nil && !to.Valid[i] {
			return false, false
		}
		return from.Floats[i] > to.Floats[i], true
	}
	if from.Codes[i] == core.NoCode || to.Codes[i] == core.NoCode {
		return false, false
	}
	a, errA := core.ParseDate(strings.ReplaceAll(first10(from.Dict[from.Codes[i]]), "/", "-"))
	b, errB := core.ParseDate(strings.ReplaceAll(first10(to.Dict[to.Codes[i]]), "/", "-"))
	return a > b, errA == nil && errB == nil
}

func first10(s string) string { return s[:min(len(s), 10)] }
