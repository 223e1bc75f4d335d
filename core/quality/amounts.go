package quality

import (
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/guard"
)

// An amount is far out when its logarithm lies more than this many robust standard
// deviations above the median: one in a billion of a lognormal shop's. The deviation
// is the largest of three that few odd values cannot move: the median absolute deviation, that
// of the upper half alone (P. Rosenmai's "double MAD", for skewed amounts), and the interquartile range,
// each scaled to the normal distribution (P. J. Rousseeuw, C. Croux, "Alternatives to the median absolute deviation", 1993).
const (
	farOut    = 6
	farTimes  = 20 // and it is at least this many times the median
	seenRows  = 1 << 20
	leastRows = 100
)

// amounts looks for purchases that are far larger than the others.
func (l *look) amounts() {
	fence, median, ok := l.fence()
	if !ok || l.handled(func(s clean.Step) bool { return s.Kind == clean.Outliers }) {
		return
	}
	shown := clean.NewExamples(l.tx)
	n, sum := 0, int64(0)
	buyers := map[uint32]bool{}
	limit := int64(math.Ceil(fence * math.Pow10(l.tx.Scale)))
	l.each(l.tx.Rows(), func(i int) {
		if a := l.tx.Amount[i]; a > limit {
			shown.Offer(i)
			n++
			sum += a
			buyers[l.tx.Customer[i]] = true
		}
	})
	if n == 0 {
		return
	}
	high, amount := nice(fence), l.currency(sum)
	if high <= median || int64(high*math.Pow10(l.tx.Scale)) < limit {
		high = math.Ceil(fence*100) / 100
	}
	i := Issue{
		Code: "large_amounts", Dimension: Validity, Severity: Low, Unit: Rows, Count: n, Share: share(n, l.tx.Rows()), Amount: amount, Examples: shown.List(),
		Args: core.Args{"customers": len(buyers), "fence": high, "median": median, "amount": amount},
		Fixes: []clean.Step{
			fix(clean.Outliers, clean.Args{How: "group", High: &high}), fix(clean.Outliers, clean.Args{How: "cap", High: &high}), fix(clean.Outliers, clean.Args{How: "drop", High: &high}),
		},
	}
	if total := clean.Sum(l.tx); total > 0 && amount >= 0.05*total {
		i.Severity = Medium
	}
	l.add(0.5, i)
}

// fence is the amount above which one is far out, and the usual amount.
func (l *look) fence() (fence, usual float64, ok bool) {
	// Of more rows than that, some are looked at, chosen by what is in them.
	step := uint64(1 + l.tx.Rows()/seenRows)
	v := make([]int64, 0, min(l.tx.Rows(), seenRows))
	l.each(l.tx.Rows(), func(i int) {
		if a := l.tx.Amount[i]; a > 0 && (step == 1 || mixed(a, l.tx.Day[i], l.tx.Customer[i])%step == 0) {
			v = append(v, a)
		}
	})
	if len(v) < leastRows {
		return 0, 0, false
	}
	slices.Sort(v)
	at := func(q float64) float64 { return math.Log(float64(v[int(q*float64(len(v)-1))])) }
	middle := at(0.5)
	away := make([]float64, len(v)) // distances from the median: two sorted runs
	for i, a := range v {
		away[i] = math.Abs(math.Log(float64(a)) - middle)
	}
	slices.Sort(away)
	scale := max(1.4826*away[len(away)/2], (at(0.75)-middle)/0.6745, (at(0.75)-at(0.25))/1.349)
	if scale < 0.05 { // one price
		scale = 0.05
	}
	usual = core.Money(v[len(v)/2], l.tx.Scale)
	return usual * max(math.Exp(farOut*scale), farTimes), usual, true
}

// mixed spreads a row over the numbers, for choosing some of many.
func mixed(a int64, d core.Date, c uint32) uint64 {
	h := uint64(a)*0x9e3779b97f4a7c15 ^ uint64(uint32(d))<<32 ^ uint64(c)
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// nice rounds up to two digits.
func nice(x float64) float64 {
	if x <= 0 {
		return x
	}
	p := math.Pow(10, math.Floor(math.Log10(x))-1)
	return math.Ceil(x/p) * p
}

// shift is the factor between the usual amounts of months that follow each other from
// which it is told.
const shift = 4

// units looks for months and files whose amounts are in another unit, and for months in
// which the usual amount changes suddenly.
func (l *look) units() {
	if l.tx.Rows() < 2*few {
		return
	}
	levels := guard.Levels(l.tx)
	if found := l.unitMonths(levels); found {
		return
	}
	if j := l.history().Jump; j != nil && !j.Months {
		l.unitFile(j)
		return
	}
	var worst float64
	var at int
	for i := 1; i < len(levels); i++ {
		a, b := levels[i-1].Median, levels[i].Median
		if levels[i-1].Rows >= leastRows && levels[i].Rows >= leastRows && max(a/b, b/a) > worst {
			worst, at = max(a/b, b/a), i
		}
	}
	if worst < shift {
		return
	}
	l.add(0.2, Issue{
		Code: "amount_jump", Dimension: Consistency, Severity: Medium, Unit: Rows, Count: levels[at].Rows, Share: share(levels[at].Rows, l.tx.Rows()),
		Args: core.Args{"month": levels[at].From, "before": digits(levels[at-1].Median), "after": digits(levels[at].Median), "times": math.Round(10*worst) / 10},
	})
}

// unitMonths tells of each run of months whose amounts lie about a power of ten, a hundred
// at least, from the usual ones.
func (l *look) unitMonths(levels []guard.Level) bool {
	if len(levels) < 2 {
		return false
	}
	usual := usualLevel(levels)
	off := func(v guard.Level) int {
		if r := max(v.Median/usual, usual/v.Median); r < guard.UnitJump || math.IsInf(r, 1) {
			return 0
		}
		return int(math.Round(math.Log10(v.Median / usual)))
	}
	found := false
	for i := 0; i < len(levels); {
		j, power := i+1, off(levels[i])
		for j < len(levels) && off(levels[j]) == power {
			j++
		}
		if power != 0 {
			found = true
			l.unitRun(levels[i].From, levels[j-1].From, levels[i].Median, usual, power)
		}
		i = j
	}
	return found
}

// usualLevel is the median of the months' usual amounts, by rows.
func usualLevel(levels []guard.Level) float64 {
	sorted := slices.Clone(levels)
	slices.SortFunc(sorted, func(a, b guard.Level) int {
		switch {
		case a.Median < b.Median:
			return -1
		case a.Median > b.Median:
			return 1
		}
		return int(a.From - b.From)
	})
	all, half := 0, 0
	for _, v := range sorted {
		all += v.Rows
	}
	for _, v := range sorted {
		if half += v.Rows; 2*half >= all {
			return v.Median
		}
	}
	return sorted[0].Median
}

func (l *look) unitRun(first, last core.Date, is, usual float64, power int) {
	t := last.Time()
	end := core.DateOf(t.AddDate(0, 1, -1))
	shown := clean.NewExamples(l.tx)
	n, amount := 0, int64(0)
	l.each(l.tx.Rows(), func(i int) {
		if d := l.tx.Day[i]; d >= first && d <= end {
			shown.Offer(i)
			n++
			amount += l.tx.Amount[i]
		}
	})
	l.add(0.5, Issue{
		Code: "mixed_units", Dimension: Consistency, Severity: High, Unit: Rows, Count: n, Share: max(0.5, share(n, l.tx.Rows())), Amount: l.currency(amount), Examples: shown.List(), File: first.Time().Format("2006-01"),
		Args:  core.Args{"from": first, "to": end, "is": digits(is), "usual": digits(usual), "times": math.Pow10(max(power, -power))},
		Fixes: []clean.Step{fix(clean.Rescale, clean.Args{From: &first, To: &end, Factor: math.Pow10(-power)})},
	})
}

// unitFile tells of two files in different units; that of fewer rows is to be changed.
func (l *look) unitFile(j *guard.Jump) {
	var from, to core.Source
	for _, s := range l.Sources {
		if s.Kind == core.SourceTransactions && s.Name == j.FromFile {
			from = s
		}
		if s.Kind == core.SourceTransactions && s.Name == j.ToFile {
			to = s
		}
	}
	odd, other, is, usual := to, from, j.After, j.Before
	if from.Report.Lines < to.Report.Lines {
		odd, other, is, usual = from, to, j.Before, j.After
	}
	power := int(math.Round(math.Log10(is / usual)))
	l.add(0.5, Issue{
		Code: "mixed_units_file", Dimension: Consistency, Severity: High, Unit: Rows, Count: odd.Report.Lines, Share: max(0.5, share(odd.Report.Lines, l.tx.Rows())), Amount: odd.Report.Amount, File: odd.Name,
		Args:  core.Args{"file": odd.Name, "other": other.Name, "is": digits(is), "usual": digits(usual), "times": math.Pow10(max(power, -power))},
		Fixes: []clean.Step{fix(clean.Rescale, clean.Args{File: odd.ID, Factor: math.Pow10(-power)})},
	})
}

// digits keeps three digits of an amount.
func digits(x float64) float64 {
	if x == 0 {
		return 0
	}
	p := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(x))))
	return math.Round(x*p) / p
}

// money looks for customers who paid nothing in the end, or got money back.
func (l *look) money() {
	if l.tx.Rows() == 0 {
		return
	}
	net, buys := make([]int64, l.tx.Customers.Len()), make([]bool, l.tx.Customers.Len())
	paid := false
	l.each(l.tx.Rows(), func(i int) {
		c := l.tx.Customer[i]
		net[c] += l.tx.Amount[i]
		buys[c] = true
		paid = paid || l.tx.Amount[i] != 0
	})
	if !paid { // a file without money
		return
	}
	var below, zero []uint32
	all, lost := 0, int64(0)
	for c, is := range buys {
		if !is {
			continue
		}
		all++
		switch {
		case net[c] < 0:
			below = append(below, uint32(c))
			lost += net[c]
		case net[c] == 0:
			zero = append(zero, uint32(c))
		}
	}
	l.moneyless("negative_customers", below, all, l.currency(lost), net)
	l.moneyless("zero_customers", zero, all, 0, net)
}

func (l *look) moneyless(code string, who []uint32, all int, amount float64, net []int64) {
	if len(who) == 0 {
		return
	}
	i := Issue{Code: code, Dimension: Validity, Severity: Low, Unit: Customers, Count: len(who), Share: share(len(who), all), Amount: amount, Args: core.Args{"amount": amount}}
	if i.Share >= 0.02 {
		i.Severity = Medium
	}
	slices.SortFunc(who, func(a, b uint32) int {
		if net[a] != net[b] {
			if net[a] < net[b] {
				return -1
			}
			return 1
		}
		return compareKeys(l.tx.Customers, a, b)
	})
	for _, c := range who[:min(len(who), 5)] {
		i.Examples = append(i.Examples, clean.Example{Customer: l.tx.Customers.At(int(c)), Day: core.NoDate, Amount: core.Money(net[c], l.tx.Scale)})
	}
	if len(who) <= 10_000 {
		var keys []string
		for _, c := range who {
			keys = append(keys, l.tx.Customers.At(int(c)))
		}
		slices.Sort(keys)
		i.Fixes = []clean.Step{fix(clean.DropCustomers, clean.Args{Customers: keys})}
	}
	l.add(0.5, i)
}

func compareKeys(d *core.Dict, a, b uint32) int {
	return slices.Compare(d.AppendTo(nil, int(a)), d.AppendTo(nil, int(b)))
}
