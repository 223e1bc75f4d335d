package ingest

import (
	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/num"
)

// needed is a column of records in which a row that counts has something.
type needed struct {
	slot int
	why  reason
}

// neededOf lists the columns that every row of records must fill.
func neededOf(l *layout) []needed {
	var out []needed
	for _, n := range [...]struct {
		role core.Role
		why  reason
	}{{core.RoleText, missingText}, {core.RoleEvent, missingEvent}} {
		if c, ok := l.roles[n.role]; ok && l.records() {
			out = append(out, needed{c, n.why})
		}
	}
	return out
}

// records reports whether the rows are answers, comments or events.
func (l *layout) records() bool {
	return l.kind == core.SourceSurvey || l.kind == core.SourceComments || l.kind == core.SourceEvents
}

// betterOrder is [txBuilder.betterOrder] for a table of records.
func (b *attrBuilder) betterOrder(l *layout) core.DateOrder {
	c, ok := l.roles[core.RoleDate]
	if !ok || !l.records() {
		return ""
	}
	read := func(o core.DateOrder) int {
		style := l.dates
		style.Order = o
		_, good := parseDays(b.keys[c].Dict(), style)
		n := 0
		for _, code := range b.codes[c] {
			if code != core.NoCode && good[code] == dayRead {
				n++
			}
		}
		return n
	}
	now := read(l.dates.Order)
	if now == b.rows {
		return ""
	}
	best, most := core.DateOrder(""), now+b.rows/20
	for _, o := range orders {
		if n := read(o); n > most {
			best, most = o, n
		}
	}
	return best
}

// What a cell of a column of dates turned out to be.
const (
	dayBad = iota
	dayRead
	dayMissing
)

// parseDays reads every entry of a dictionary as a day.
func parseDays(d *core.Dict, style day.Style) (days []core.Date, what []uint8) {
	days, what = make([]core.Date, d.Len()), make([]uint8, d.Len())
	var b []byte
	for i := range days {
		b = d.AppendTo(b[:0], i)
		st, ok := day.Parse(b, style)
		switch {
		case ok:
			days[i], what[i] = st.Day, dayRead
		case isMissing(string(b)):
			days[i], what[i] = core.NoDate, dayMissing
		}
	}
	return days, what
}

// finishRecords makes a survey, comments or events of the rows.
func (b *attrBuilder) finishRecords(l *layout, sum string) (*Result, error) {
	keep, days := b.dated(l)
	if len(keep) == 0 {
		return nil, b.nothing(l)
	}
	r := &core.Records{Kind: l.kind, Day: days}
	if k := b.plan.key; k >= 0 {
		codes := pick(b.codes[k], keep)
		r.Customers = prune(b.keys[k].Dict(), codes)
		r.Customer = codes
	} else {
		r.Customers = &core.Dict{Numbers: make([]uint32, len(keep))}
		for i, k := range keep {
			r.Customers.Numbers[i] = k + 1
			r.Customer = append(r.Customer, uint32(i))
		}
	}
	hints := l.hints
	for s := range b.keys {
		if l.isKey(s) {
			continue
		}
		codes := pick(b.codes[s], keep)
		dict := prune(b.keys[s].Dict(), codes)
		col, odd := b.cell(l, s, dict, codes)
		if odd > 0 {
			hints = append(hints, core.Message{Key: "import.hint.not_numbers", Args: core.Args{"column": l.names[s], "count": odd}})
		}
		if dict.Len() > 0 {
			r.Columns = append(r.Columns, col)
		}
	}
	out := &Result{Records: r, Anonymous: b.plan.key < 0, Fingerprint: sum}
	out.Report = core.ImportReport{
		Rows: b.reconciliation(), Detected: l.det, Customers: r.Customers.Len(), Records: r.Rows(),
		FirstDate: core.NoDate, LastDate: core.NoDate, Hints: append(hints, b.remarks(l)...),
	}
	out.Report.FirstDate, out.Report.LastDate = dateSpan(days)
	return out, nil
}

// dated returns the rows whose date can be read or is missing, with their days; nil
// days where no column is a date.
func (b *attrBuilder) dated(l *layout) (keep []uint32, days []core.Date) {
	c, ok := l.roles[core.RoleDate]
	if !ok {
		for i := range b.rows {
			keep = append(keep, uint32(i))
		}
		return keep, nil
	}
	read, what := parseDays(b.keys[c].Dict(), l.dates)
	days = []core.Date{}
	for i, code := range b.codes[c] {
		switch {
		case code == core.NoCode || what[code] == dayMissing:
			days = append(days, core.NoDate)
		case what[code] == dayBad:
			b.exclude(badDate, b.rowNumber(i))
			continue
		default:
			days = append(days, read[code])
		}
		keep = append(keep, uint32(i))
	}
	return keep, days
}

// cell makes the column of a slot: texts, events and channels stay what they are, a
// rating or a weight is a number, everything else is what its cells say.
func (b *attrBuilder) cell(l *layout, s int, d *core.Dict, codes []uint32) (col core.AttributeColumn, odd int) {
	role := core.Role("")
	for r, c := range l.roles {
		if c == s {
			role = r
		}
	}
	switch role {
	case core.RoleText, core.RoleEvent, core.RoleChannel:
		return categoryColumn(l.attributes[s], d, codes, textKinds(d)), 0
	case core.RoleRating, core.RoleWeight:
		return forcedNumbers(l.attributes[s], d, codes, l.numbers[s])
	}
	return l.attribute(s, d, codes)
}

// textKinds marks the entries that say that there is nothing.
func textKinds(d *core.Dict) []uint8 {
	kind := make([]uint8, d.Len())
	var b []byte
	for i := range kind {
		if b = d.AppendTo(b[:0], i); isMissing(string(b)) {
			kind[i] = 2
		}
	}
	return kind
}

// forcedNumbers makes a column of numbers whatever the cells are; those that are
// neither numbers nor missing are counted.
func forcedNumbers(name string, d *core.Dict, codes []uint32, style num.Style) (core.AttributeColumn, int) {
	values, kind := make([]float64, d.Len()), make([]uint8, d.Len())
	var b []byte
	for i := range values {
		b = d.AppendTo(b[:0], i)
		if v, ok := num.Float(b, style); ok {
			values[i], kind[i] = v, 1
		} else if isMissing(string(b)) {
			kind[i] = 2
		}
	}
	odd := 0
	for _, c := range codes {
		if c != core.NoCode && kind[c] == 0 {
			odd++
		}
	}
	return numberColumn(name, codes, values, kind), odd
}

// remarks are what the user should know of the rows left out.
func (b *attrBuilder) remarks(l *layout) []core.Message {
	var out []core.Message
	if b.invalid != nil {
		out = append(out, core.Message{Key: "import.hint.invalid_text"})
	}
	if n := b.count[badDate]; n > 0 {
		out = append(out, core.Message{Key: "import.hint.unreadable_rows", Args: core.Args{"count": n}})
	}
	if n := b.count[missingCustomer]; n*5 > b.in {
		out = append(out, core.Message{Key: "import.hint.many_without_customer", Args: core.Args{"count": n, "share": float64(n) * 100 / float64(b.in)}})
	}
	if _, ok := l.roles[core.RoleDate]; !ok && l.kind == core.SourceEvents {
		out = append(out, core.Message{Key: "import.hint.events_without_date"})
	}
	return out
}

// nothing is the error for a table of records of which no row counts.
func (b *attrBuilder) nothing(l *layout) error {
	worst := used
	for why := used + 1; why < reasons; why++ {
		if why != blankRow && b.count[why] > b.count[worst] {
			worst = why
		}
	}
	if worst == used {
		return dataError("no_rows", core.Where{})
	}
	w := core.Where{Row: b.examples[worst][0]}
	role := map[reason]core.Role{badDate: core.RoleDate, missingCustomer: core.RoleCustomer, missingText: core.RoleText, missingEvent: core.RoleEvent}[worst]
	if c, ok := l.roles[role]; ok {
		w.Column = l.names[c]
	}
	return dataErrorArgs("no_usable_rows", w, core.Args{"rows": b.in, "reason": core.Message{Key: "reason." + reasonIDs[worst]}})
}

// dateSpan returns the first and the last of days, NoDate where there is none.
func dateSpan(days []core.Date) (first, last core.Date) {
	first, last = core.NoDate, core.NoDate
	for _, d := range days {
		if d == core.NoDate {
			continue
		}
		if first == core.NoDate || d < first {
			first = d
		}
		last = max(last, d)
	}
	return first, last
}

// isEmptyCell reports whether a cell of a needed column says nothing.
func isEmptyCell(cell []byte) bool { return len(cell) == 0 || isMissing(string(cell)) }
