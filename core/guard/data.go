package guard

import (
	"cmp"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/internal/large"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// onlyOnce is the share of customers with one order above which frequency hardly tells
// them apart.
const onlyOnce = 0.6

// oneTimeBuyers concerns runs that look at the number of orders.
func oneTimeBuyers(l *look) []Finding {
	used := l.Info.ID == "" || l.uses(feature.Frequency) || l.uses(feature.FrequencyDays) || len(l.Info.Details) > 0
	if !used || l.Features == nil {
		return nil
	}
	c := l.Features.Table.Column(feature.Frequency)
	if c == nil || c.Kind != table.Int64 {
		return nil
	}
	once, all := 0, 0
	for _, r := range l.Rows {
		if !c.Missing(int(r)) {
			all++
			if c.Ints[r] == 1 {
				once++
			}
		}
	}
	if all < fewCustomers || float64(once) <= onlyOnce*float64(all) {
		return nil
	}
	return []Finding{{
		Code: OneTimeBuyers, Severity: sdk.SeverityWarning, Columns: []string{feature.Frequency}, Rows: once,
		Args: core.Args{"count": once, "share": math.Round(1000*float64(once)/float64(all)) / 10},
	}}
}

// collapsed: equal values cannot be told apart, so that quantiles fall together and there
// are fewer scores than were asked for.
func collapsed(l *look) []Finding {
	if _, ok := l.Info.Param("bins"); !ok || len(l.rows) < fewCustomers {
		return nil
	}
	if b := l.Params.Text("binning"); b != "independent" && b != "nested" {
		return nil
	}
	bins := l.Params.Int("bins")
	var out []Finding
	for _, c := range l.numeric() {
		if c.Role != "recency" && c.Role != "frequency" && c.Role != "monetary" {
			continue
		}
		if n := scores(l.column(c), bins); n < bins {
			out = append(out, Finding{
				Code: Collapsed, Severity: sdk.SeverityInfo, Param: "bins", Columns: []string{c.Name},
				Args: core.Args{"column": c.Name, "found": n, "bins": bins},
			})
		}
	}
	return out
}

// scores counts the different scores that midrank percentiles give.
func scores(v []float64, bins int) int {
	r, n := ranked(v), 0.0
	for _, x := range r {
		if !math.IsNaN(x) {
			n++
		}
	}
	seen := map[int]bool{}
	for _, x := range r {
		if !math.IsNaN(x) {
			seen[int((x+0.5)/n*float64(bins))] = true
		}
	}
	return len(seen)
}

// line is a row of the transactions as far as it tells one from another.
type line struct {
	customer, order, product uint32
	day                      core.Date
	clock                    int32
	amount                   int64
}

func compareLines(a, b line) int {
	return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.order, b.order), cmp.Compare(a.day, b.day), cmp.Compare(a.clock, b.clock), cmp.Compare(a.amount, b.amount), cmp.Compare(a.product, b.product))
}

// The shares from which rows count as imported twice: of orders whose lines are all
// there twice among orders of several lines, and of rows that repeat another.
const (
	doubled    = 0.8
	doubledAll = 0.01
	repeated   = 0.05
	exactly    = 0.01 // with the time of day
	linesSeen  = 100_000
)

// duplicatedOrders tells of rows that seem to be there twice.
func duplicatedOrders(l *look) []Finding {
	d := l.history().Doubled
	if d == nil || !l.usesOrders() {
		return nil
	}
	return []Finding{{
		Code: DuplicatedOrders, Severity: sdk.SeverityWarning, Rows: d.Rows,
		Args: core.Args{"share": math.Round(1000*float64(d.Rows)/float64(d.Of)) / 10, "looked": d.Of},
	}}
}

// doubledRows looks at all rows of some customers. With order numbers an order whose
// lines all stand there twice is doubled (two equal lines of one order are none); without
// them, rows of one customer and day over the same amount are.
func doubledRows(tx *core.Transactions) *Doubled {
	lines := someLines(tx)
	if len(lines) < fewCustomers {
		return nil
	}
	if tx.Order != nil {
		orders, several, twice := countDoubled(lines)
		if float64(twice) < doubled*float64(several) || float64(twice) < doubledAll*float64(orders) || twice < 5 {
			return nil
		}
		return &Doubled{Rows: twice, Of: orders}
	}
	excess, limit := 0, repeated
	for i := 1; i < len(lines); i++ {
		if lines[i] == lines[i-1] && lines[i].amount != 0 {
			excess++
		}
	}
	if tx.Clock != nil {
		limit = exactly
	}
	if float64(excess) < limit*float64(len(lines)) || excess < 5 {
		return nil
	}
	return &Doubled{Rows: excess, Of: len(lines)}
}

// someLines are the purchases of some customers, sorted.
func someLines(tx *core.Transactions) []line {
	n := tx.Rows()
	if n == 0 {
		return nil
	}
	step := uint32(1 + n/linesSeen)
	// A code is a multiple of the step where its product with this is no larger than it
	// (D. Lemire, O. Kaser, N. Kurz, "Faster remainder by direct computation", 2019, §3.3).
	inverse := ^uint64(0)/uint64(step) + 1
	out := make([]line, min(n, linesSeen+linesSeen/4))
	large.Hint(out)
	out = out[:0]
	products := productCodes(tx)
	start := make([]uint32, tx.Customers.Len()/int(step)+2) // by customer: where theirs begin
	for lo := 0; lo < n; lo += 4 {                          // four at once, since nearly all are passed over
		hi := min(lo+4, n)
		if c := tx.Customer[lo:hi]; len(c) == 4 && min(inverse*uint64(c[0]), inverse*uint64(c[1]), inverse*uint64(c[2]), inverse*uint64(c[3])) > inverse-1 {
			continue
		}
		for i := lo; i < hi; i++ {
			c := tx.Customer[i]
			if inverse*uint64(c) > inverse-1 || tx.Amount[i] <= 0 {
				continue
			}
			one := line{customer: c, day: tx.Day[i], amount: tx.Amount[i]}
			if tx.Order != nil {
				one.order = tx.Order[i]
			}
			if tx.Clock != nil {
				one.clock = tx.Clock[i]
			}
			if products != nil {
				one.product = products[i]
			}
			out = append(out, one)
			start[c/step+1]++
		}
	}
	for i := 1; i < len(start); i++ {
		start[i] += start[i-1]
	}
	sorted, next := make([]line, len(out)), slices.Clone(start)
	large.Hint(sorted)
	for _, one := range out {
		at := &next[one.customer/step]
		sorted[*at] = one
		*at++
	}
	for i := 1; i < len(start); i++ {
		if of := sorted[start[i-1]:start[i]]; !slices.IsSortedFunc(of, compareLines) {
			slices.SortFunc(of, compareLines)
		}
	}
	return sorted
}

// productCodes tell the products of the rows apart, where they are known: in a shop of one
// price all lines of an order cost the same.
func productCodes(tx *core.Transactions) []uint32 {
	for i := range tx.Labels {
		if tx.Labels[i].Role == string(core.RoleProduct) {
			return tx.Labels[i].Codes
		}
	}
	return nil
}

// countDoubled counts orders, those of several lines, and those whose lines pair up.
func countDoubled(lines []line) (orders, several, twice int) {
	for i := 0; i < len(lines); {
		j := i
		for j < len(lines) && lines[j].customer == lines[i].customer && lines[j].order == lines[i].order {
			j++
		}
		orders++
		if lines[i].order == core.NoCode {
			orders += j - i - 1
			i = j
			continue
		}
		if j-i > 1 {
			several++
			pairs := (j-i)%2 == 0
			for k := i; pairs && k < j; k += 2 {
				pairs = lines[k] == lines[k+1]
			}
			if pairs {
				twice++
			}
		}
		i = j
	}
	return orders, several, twice
}

// A jump of the usual amount by this factor is no business but another unit: fen and yuan
// lie a factor of 100 apart, ten thousands and units one of 10,000.
const (
	unitJump  = 30
	unitRows  = 30
	unitLooks = 200_000
)

// mixedUnits tells of months or files whose usual amounts lie far apart.
func mixedUnits(l *look) []Finding {
	if l.history().Rows < 2*unitRows || l.Info.ID != "" && !l.usesMoney() {
		return nil
	}
	j := l.history().Jump
	if j == nil {
		return nil
	}
	from, to := any(j.FromFile), any(j.ToFile)
	if j.Months {
		from, to = j.From, j.To
	}
	return []Finding{{
		Code: MixedUnits, Severity: sdk.SeverityWarning, Columns: []string{feature.Monetary},
		Args: core.Args{"from": from, "to": to, "before": j.Before, "after": j.After, "times": j.Times},
	}}
}

// unitsJump compares the median amounts of months that follow each other, and of files.
func unitsJump(tx *core.Transactions, sources []core.Source) *Jump {
	if j := jump(byMonth(tx)); j != nil {
		j.Months = true
		return j
	}
	return jump(bySource(tx, sources))
}

func (l *look) usesMoney() bool {
	if len(l.Info.Details) > 0 {
		return true
	}
	for _, c := range l.features() {
		if c.Unit == "money" {
			return true
		}
	}
	return false
}

// part is the purchases of a month or a file.
type part struct {
	month  core.Date // its first day
	file   string
	amount []float64
}

// Level is the usual amount of a month's purchases.
type Level struct {
	From   core.Date // first day of the month
	Rows   int       // purchases looked at
	Median float64   // in units of the currency
}

// Levels returns the usual amounts of the months that have purchases enough to tell one.
func Levels(tx *core.Transactions) []Level {
	var out []Level
	for _, p := range byMonth(tx) {
		if len(p.amount) >= unitRows {
			out = append(out, Level{From: p.month, Rows: len(p.amount), Median: median(p.amount)})
		}
	}
	return out
}

// UnitJump is the factor between usual amounts from which they are in different units.
const UnitJump = unitJump

func byMonth(tx *core.Transactions) []part {
	step := 1 + tx.Rows()/unitLooks
	first, last := feature.Span(tx)
	month := func(d core.Date) int {
		t := d.Time()
		return t.Year()*12 + int(t.Month()) - 1
	}
	if first == core.NoDate || month(last)-month(first) > 12*300 { // no calendar of a shop
		return nil
	}
	out := make([]part, month(last)-month(first)+1)
	months := make([]uint16, last-first+1) // by day, from the first
	for i := range out {
		m := month(first) + i
		out[i].month = core.YMD(m/12, m%12+1, 1)
		next := core.YMD((m+1)/12, (m+1)%12+1, 1)
		for d := max(first, out[i].month); d < min(next, last+1); d++ {
			months[d-first] = uint16(i)
		}
	}
	count := make([]int, len(out))
	for i := 0; i < tx.Rows(); i += step {
		if tx.Amount[i] > 0 {
			count[months[tx.Day[i]-first]]++
		}
	}
	all := large.Room[float64](tx.Rows()/step + 1)
	for i, n := range count {
		out[i].amount, all = all[:0:n], all[n:n:cap(all)]
	}
	for i := 0; i < tx.Rows(); i += step {
		if a := tx.Amount[i]; a > 0 {
			p := &out[months[tx.Day[i]-first]]
			p.amount = append(p.amount, core.Money(a, tx.Scale))
		}
	}
	return out
}

// bySource splits the rows by the files that they came from, which follow each other.
func bySource(tx *core.Transactions, sources []core.Source) []part {
	if len(sources) < 2 {
		return nil
	}
	var out []part
	at, step := 0, 1+tx.Rows()/unitLooks
	for _, s := range sources {
		if s.Kind != core.SourceTransactions {
			continue
		}
		p := part{file: s.Name}
		for i := at; i < min(at+s.Report.Lines, tx.Rows()); i += step {
			if a := tx.Amount[i]; a > 0 {
				p.amount = append(p.amount, core.Money(a, tx.Scale))
			}
		}
		at += s.Report.Lines
		out = append(out, p)
	}
	if at != tx.Rows() { // rows that an import skipped, or an erased customer's: no telling
		return nil
	}
	return out
}

// jump returns the first step between parts that follow each other.
func jump(parts []part) *Jump {
	parts = slices.DeleteFunc(parts, func(p part) bool { return len(p.amount) < unitRows })
	if len(parts) < 2 {
		return nil
	}
	before, from := none(), part{}
	for _, p := range parts {
		m := median(p.amount)
		if r := max(m/before, before/m); r >= unitJump && !math.IsInf(r, 1) {
			return &Jump{From: from.month, To: p.month, FromFile: from.file, ToFile: p.file, Before: round3(before), After: round3(m), Times: math.Round(r)}
		}
		before, from = m, p
	}
	return nil
}

// round3 keeps three digits.
func round3(x float64) float64 {
	if x == 0 {
		return 0
	}
	p := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(x))))
	return math.Round(x*p) / p
}

// sureOrder is the confidence from which the order of day and month is not in doubt.
const sureOrder = 0.7

// ambiguousDates: files whose dates read both ways.
func ambiguousDates(l *look) []Finding {
	if !l.usesOrders() {
		return nil
	}
	var out []Finding
	for _, s := range l.Sources {
		conf, ok := s.Report.Detected.Confidence["dateOrder"]
		if s.Kind != core.SourceTransactions || !ok || conf >= sureOrder {
			continue
		}
		out = append(out, Finding{
			Code: AmbiguousDates, Severity: sdk.SeverityWarning, Columns: []string{s.Report.Detected.Mapping[core.RoleDate]}, Rows: s.Report.Lines,
			Args: core.Args{"file": s.Name, "column": s.Report.Detected.Mapping[core.RoleDate], "order": string(s.Report.Detected.DateOrder)},
		})
	}
	return out
}
