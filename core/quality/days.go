package quality

import (
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/feature"
)

// earliest is the first day on which a shop's computer may have written an order.
func earliest() core.Date { return core.YMD(1980, 1, 1) }

// days looks for dates that cannot be: before there were computers, after the import.
func (l *look) days() {
	imported := core.NoDate
	for _, s := range l.Sources {
		if s.Kind == core.SourceTransactions && !s.Imported.IsZero() {
			imported = max(imported, core.DateOf(s.Imported)+1) // the shop may lie east of us
		}
	}
	first := earliest()
	early, late := clean.NewExamples(l.tx), clean.NewExamples(l.tx)
	nEarly, nLate, mEarly, mLate := 0, 0, int64(0), int64(0)
	l.each(l.tx.Rows(), func(i int) {
		switch d := l.tx.Day[i]; {
		case d < first:
			early.Offer(i)
			nEarly++
			mEarly += l.tx.Amount[i]
		case imported != core.NoDate && d > imported:
			late.Offer(i)
			nLate++
			mLate += l.tx.Amount[i]
		}
	})
	if nEarly > 0 {
		l.add(1, Issue{
			Code: "early_dates", Dimension: Validity, Severity: High, Unit: Rows, Count: nEarly, Share: share(nEarly, l.tx.Rows()), Amount: l.currency(mEarly), Examples: early.List(),
			Args: core.Args{"day": first}, Fixes: []clean.Step{fix(clean.KeepDates, clean.Args{From: &first})},
		})
	}
	if nLate > 0 {
		l.add(1, Issue{
			Code: "future_dates", Dimension: Validity, Severity: High, Unit: Rows, Count: nLate, Share: share(nLate, l.tx.Rows()), Amount: l.currency(mLate), Examples: late.List(),
			Args: core.Args{"day": imported}, Fixes: []clean.Step{fix(clean.KeepDates, clean.Args{To: &imported})},
		})
	}
	l.count(imported)
	l.apart()
}

// count counts the purchases of every day that can be.
func (l *look) count(imported core.Date) {
	from := earliest()
	ok := func(d core.Date) bool { return d >= from && (imported == core.NoDate || d <= imported) }
	l.first, l.last = core.NoDate, core.NoDate
	for _, d := range l.tx.Day {
		if ok(d) {
			if l.first == core.NoDate || d < l.first {
				l.first = d
			}
			l.last = max(l.last, d)
		}
	}
	const most = 400 * 366
	if l.first == core.NoDate || l.last-l.first > most {
		return
	}
	l.perDay = make([]int32, l.last-l.first+1)
	l.each(l.tx.Rows(), func(i int) {
		if d := l.tx.Day[i]; ok(d) {
			l.perDay[d-l.first]++
		}
	})
}

// alone is the distance in days from which a few rows before or after all others are
// taken for mistyped years, and the share of rows that they may be.
const (
	alone      = 365
	aloneShare = 0.01
)

// apart looks for a few rows that lie more than a year before or after all others.
func (l *look) apart() {
	if l.tx.Rows() < few || l.perDay == nil {
		return
	}
	back := slices.Clone(l.perDay)
	slices.Reverse(back)
	from, to := l.bulk(l.perDay), len(back)-1-l.bulk(back)
	if from == 0 && to == len(l.perDay)-1 || from > to {
		return
	}
	lo, hi := l.first+core.Date(from), l.first+core.Date(to)
	shown := clean.NewExamples(l.tx)
	count, amount := 0, int64(0)
	l.each(l.tx.Rows(), func(i int) {
		if d := l.tx.Day[i]; d >= l.first && d < lo || d > hi && d <= l.last {
			shown.Offer(i)
			count++
			amount += l.tx.Amount[i]
		}
	})
	l.add(1, Issue{
		Code: "dates_apart", Dimension: Validity, Severity: Medium, Unit: Rows, Count: count, Share: share(count, l.tx.Rows()), Amount: l.currency(amount), Examples: shown.List(),
		Args: core.Args{"from": lo, "to": hi}, Fixes: []clean.Step{fix(clean.KeepDates, clean.Args{From: &lo, To: &hi})},
	})
	l.perDay, l.first, l.last = l.perDay[from:to+1], lo, hi
}

// bulk is the position of the first day of most rows: behind the few rows, a hundredth of all at
// most, that a hole of a year parts from the others.
func (l *look) bulk(perDay []int32) int {
	from, n, gap, last := 0, 0, 0, -1
	for i, c := range perDay {
		if c == 0 {
			gap++
			continue
		}
		if last >= 0 && gap >= alone && share(n, l.tx.Rows()) <= aloneShare {
			from = i
		}
		n, gap, last = n+int(c), 0, i
	}
	return from
}

// The rule for holes in the time line: of the days of a shop that sells on nearly every
// one (weekday by weekday), those without a purchase, where that many in a row are no
// accident.
const (
	openShare = 0.9  // of the weeks, a weekday on which the shop is open has purchases
	chance    = 1e-4 // a hole is told where it would come by accident less often than this
	longest   = 10   // holes listed
)

// timeline looks for days without purchases in a shop that sells every day.
func (l *look) timeline() {
	if len(l.perDay) < 60 || l.tx.Rows() < 300 {
		return
	}
	open := l.openDays()
	rate := 0.0 // share of open days without a purchase, holes of a week and more left out
	days, empty, run := 0, 0, 0
	for i, c := range l.perDay {
		if !open[(int(l.first)+i)%7] {
			continue
		}
		days++
		if c > 0 {
			if run < 7 {
				empty += run
			}
			run = 0
		} else {
			run++
		}
	}
	if days == 0 {
		return
	}
	rate = (float64(empty) + 0.5) / float64(days+1)
	missing, holes := l.holes(open, max(2, int(math.Ceil(math.Log(chance/float64(days))/math.Log(rate)))))
	if len(holes) == 0 {
		return
	}
	i := Issue{Code: "gaps", Dimension: Timeliness, Severity: Medium, Unit: Days, Count: missing, Share: share(missing, days), Args: core.Args{"holes": len(holes)}}
	slices.SortStableFunc(holes, func(a, b hole) int { return int(b.days - a.days) })
	i.Args["from"], i.Args["to"], i.Args["days"] = holes[0].from, holes[0].from+holes[0].days-1, int(holes[0].days)
	for _, h := range holes[:min(len(holes), longest)] {
		i.Examples = append(i.Examples, clean.Example{Day: h.from, Before: h.from.String(), After: (h.from + h.days - 1).String()})
	}
	if holes[0].days >= 28 {
		i.Severity = High
	}
	l.add(1, i)
}

// openDays tells by the day of the week (days since 1970 modulo 7) whether the shop
// sells on it nearly always.
func (l *look) openDays() [7]bool {
	var has, all [7]int
	for i, c := range l.perDay {
		w := (int(l.first) + i) % 7
		all[w]++
		if c > 0 {
			has[w]++
		}
	}
	var open [7]bool
	for w := range open {
		open[w] = share(has[w], all[w]) >= openShare
	}
	return open
}

type hole struct{ from, days core.Date }

// holes lists the runs of at least so many open days without a purchase; days counts closed days
// in between as well.
func (l *look) holes(open [7]bool, least int) (missing int, out []hole) {
	for i := 0; i < len(l.perDay); i++ {
		if l.perDay[i] > 0 || !open[(int(l.first)+i)%7] {
			continue
		}
		j, n := i, 0
		end := i
		for ; j < len(l.perDay) && l.perDay[j] == 0; j++ {
			if open[(int(l.first)+j)%7] {
				n++
				end = j
			}
		}
		if n >= least {
			missing += n
			out = append(out, hole{l.first + core.Date(i), core.Date(end - i + 1)})
		}
		i = j
	}
	return missing, out
}

// The days after which data are called old: a month is free, a year is the end.
const (
	freshDays = 31
	oldDays   = 365 + freshDays
)

// fresh compares the last purchase with the as-of date, and with today where that is asked.
func (l *look) fresh() {
	if l.last == core.NoDate || l.tx.Rows() == 0 {
		return
	}
	against, code := l.AsOf, "stale"
	if against == feature.AsOf(l.tx) { // nobody chose it, and it may follow a mistyped date
		against = l.last + 1
	}
	if l.Today != core.NoDate && l.Today > against {
		against, code = l.Today, "stale_today"
	}
	age := int(against - l.last)
	if age <= freshDays {
		return
	}
	i := Issue{
		Code: code, Dimension: Timeliness, Severity: Low, Unit: Days, Count: age, Share: min(1, float64(age-freshDays)/(oldDays-freshDays)),
		Args: core.Args{"last": l.last, "against": against, "days": age},
	}
	if age > 90 {
		i.Severity = Medium
	}
	l.add(1, i)
}
