package guard

import (
	"cmp"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/feature"
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
	customer, order uint32
	day             core.Date
	clock           int32
	amount          int64
}

func compareLines(a, b line) int {
	return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.order, b.order), cmp.Compare(a.day, b.day), cmp.Compare(a.clock, b.clock), cmp.Compare(a.amount, b.amount))
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

// duplicatedOrders looks at all rows of some customers. With order numbers an order
// whose lines all stand there twice is doubled (two equal lines of one order are none);
// without them, rows of one customer and day over the same amount are.
func duplicatedOrders(l *look) []Finding {
	lines := l.lines()
	if len(lines) < fewCustomers {
		return nil
	}
	excess, of := 0, len(lines)
	if l.tx.Order != nil {
		orders, several, twice := countDoubled(lines)
		if float64(twice) < doubled*float64(several) || float64(twice) < doubledAll*float64(orders) || twice < 5 {
			return nil
		}
		excess, of = twice, orders
	} else {
		for i := 1; i < len(lines); i++ {
			if lines[i] == lines[i-1] && lines[i].amount != 0 {
				excess++
			}
		}
		limit := repeated
		if l.tx.Clock != nil {
			limit = exactly
		}
		if float64(excess) < limit*float64(of) || excess < 5 {
			return nil
		}
	}
	return []Finding{{
		Code: DuplicatedOrders, Severity: sdk.SeverityWarning, Rows: excess,
		Args: core.Args{"share": math.Round(1000*float64(excess)/float64(of)) / 10, "looked": of},
	}}
}

// lines are the purchases of some customers, sorted.
func (l *look) lines() []line {
	n := l.tx.Rows()
	if n == 0 {
		return nil
	}
	step := uint32(1 + n/linesSeen)
	var out []line
	for i, c := range l.tx.Customer {
		if c%step != 0 || l.tx.Amount[i] <= 0 {
			continue
		}
		one := line{customer: c, day: l.tx.Day[i], amount: l.tx.Amount[i]}
		if l.tx.Order != nil {
			one.order = l.tx.Order[i]
		}
		if l.tx.Clock != nil {
			one.clock = l.tx.Clock[i]
		}
		out = append(out, one)
	}
	slices.SortFunc(out, compareLines)
	return out
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

// mixedUnits compares the median amounts of months that follow each other, and of files.
func mixedUnits(l *look) []Finding {
	if l.tx.Rows() < 2*unitRows || l.Info.ID != "" && !l.usesMoney() {
		return nil
	}
	if f := l.jump(l.byMonth()); f != nil {
		return f
	}
	return l.jump(l.bySource())
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
	name   any // a date or the name of a file
	amount []float64
}

func (l *look) byMonth() []part {
	step := 1 + l.tx.Rows()/unitLooks
	months := map[int][]float64{}
	for i := 0; i < l.tx.Rows(); i += step {
		if a := l.tx.Amount[i]; a > 0 {
			t := l.tx.Day[i].Time()
			m := t.Year()*12 + int(t.Month()) - 1
			months[m] = append(months[m], core.Money(a, l.tx.Scale))
		}
	}
	var keys []int
	for m := range months {
		keys = append(keys, m)
	}
	slices.Sort(keys)
	var out []part
	for _, m := range keys {
		out = append(out, part{core.YMD(m/12, m%12+1, 1), months[m]})
	}
	return out
}

// bySource splits the rows by the files that they came from, which follow each other.
func (l *look) bySource() []part {
	var out []part
	at, step := 0, 1+l.tx.Rows()/unitLooks
	for _, s := range l.Sources {
		if s.Kind != core.SourceTransactions {
			continue
		}
		p := part{name: s.Name}
		for i := at; i < min(at+s.Report.Lines, l.tx.Rows()); i += step {
			if a := l.tx.Amount[i]; a > 0 {
				p.amount = append(p.amount, core.Money(a, l.tx.Scale))
			}
		}
		at += s.Report.Lines
		out = append(out, p)
	}
	if at != l.tx.Rows() { // rows that an import skipped, or an erased customer's: no telling
		return nil
	}
	return out
}

func (l *look) jump(parts []part) []Finding {
	before, name := nan, any(nil)
	for _, p := range parts {
		if len(p.amount) < unitRows {
			continue
		}
		m := median(p.amount)
		if r := max(m/before, before/m); r >= unitJump && !math.IsInf(r, 1) {
			return []Finding{{
				Code: MixedUnits, Severity: sdk.SeverityWarning, Columns: []string{feature.Monetary},
				Args: core.Args{"from": name, "to": p.name, "before": round3(before), "after": round3(m), "times": math.Round(r)},
			}}
		}
		before, name = m, p.name
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
