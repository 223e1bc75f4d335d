package tiers

import (
	"context"
	"math"
	"slices"
	"time"

	"qunxiang/sdk/table"
)

// change is the value of a customer from a day on.
type change struct {
	day   int
	value float64
}

// hold is how a customer holds a tier.
type hold struct {
	tier  int
	by    string // heldByValue, heldByKeep or heldByGrace
	left  int    // days of grace left, where heldByGrace
	until int    // the day on which the tier is lost without new orders; noDay = never
	value float64
}

// policy is the ladder with what protects from a downgrade.
type policy struct {
	ladder []tier
	keep   float64 // share of a threshold at which a tier is kept
	grace  int     // days below that line after which it is lost
}

// line is the value at which a tier, once reached, is kept.
func (p policy) line(t tier) float64 { return min(t.from, p.keep*t.from) }

// earned returns the highest tier whose threshold a value reaches.
func (p policy) earned(v float64) int {
	at := 0
	for i, t := range p.ladder[1:] {
		if v >= t.from {
			at = i + 1
		}
	}
	return at
}

// held is the state of one tier's switch.
type held struct {
	on    bool
	below int // the day since when the value is below the line; noDay = it is not
}

const noDay = math.MinInt

// settle takes the tier away when its grace is over by a day, and returns the day on
// which it ended, noDay where it did not.
func (h *held) settle(day, grace int) (lost int) {
	if !h.on || h.below == noDay || day-h.below < grace {
		return noDay
	}
	lost = h.below + grace
	*h = held{below: noDay}
	return lost
}

// move takes the switch of a tier through a change and returns the day on which the tier
// was lost until then, noDay where it was not.
func (p policy) move(h *held, t tier, c change) (lost int) {
	lost = h.settle(c.day, p.grace)
	switch {
	case c.value >= t.from:
		*h = held{on: true, below: noDay}
	case h.on && c.value >= p.line(t):
		h.below = noDay
	case h.on && h.below == noDay:
		h.below = c.day
	}
	return max(lost, h.settle(c.day, p.grace))
}

// at follows a customer's value from the first change to the as-of date and returns how
// the tier stands then. Changes are in order of days, one a day, none after asOf; the
// last one holds until asOf.
func (p policy) at(path []change, asOf int) hold {
	var store [maxTiers + 1]held
	states := store[:len(p.ladder)]
	for i := range states {
		states[i].below = noDay
	}
	v := 0.0
	for _, c := range path {
		v = c.value
		for i := 1; i < len(states); i++ {
			p.move(&states[i], p.ladder[i], c)
		}
	}
	out := hold{by: heldByValue, value: v, until: noDay}
	for i := 1; i < len(states); i++ {
		h := &states[i]
		h.settle(asOf, p.grace)
		if !h.on {
			continue
		}
		out.tier, out.by, out.left = i, heldByValue, 0
		switch {
		case h.below != noDay:
			out.by, out.left = heldByGrace, p.grace-(asOf-h.below)
		case v < p.ladder[i].from:
			out.by = heldByKeep
		}
	}
	return out
}

// until returns the day on which the tier is lost when the value changes as the path
// says and then no more; noDay where it is kept for good.
func (p policy) until(path []change, tier, asOf int) int {
	h := held{below: noDay}
	for _, c := range path {
		if lost := p.move(&h, p.ladder[tier], c); lost > asOf {
			return lost
		}
	}
	if h.on && h.below != noDay {
		return h.below + p.grace
	}
	return noDay
}

// orders is the long table, by customer.
type orders struct {
	customer, day []int64
	amount        []float64
}

// readOrders returns the long table of orders, nil where there is none that can be used.
func readOrders(t *table.Table) *orders {
	if t == nil {
		return nil
	}
	who, day, amount := t.Column("customer"), t.Column("day"), t.Column("amount")
	if who == nil || day == nil || amount == nil || who.Kind != table.Int64 || day.Kind != table.Int64 || amount.Kind != table.Float64 {
		return nil
	}
	return &orders{customer: who.Ints, day: day.Ints, amount: amount.Floats}
}

// first returns the first day with an order.
func (o *orders) first() int {
	if len(o.day) == 0 {
		return math.MaxInt
	}
	return int(slices.Min(o.day))
}

// measure is what of the orders counts.
type measure uint8

const (
	ofMoney measure = iota + 1
	ofOrders
	ofDays
)

// measures names the columns whose history the orders tell.
func measureOf(column string) measure {
	return map[string]measure{"monetary": ofMoney, "frequency": ofOrders, "frequency_days": ofDays}[column]
}

// follow judges every customer by the orders. Of a window of months only the orders in
// it count; without one the value on the as-of date is the column's own, today.
// f, which may be nil, counts the moves.
func follow(ctx context.Context, p policy, o *orders, m measure, months, asOf int, today []float64, f *forecast) ([]hold, error) {
	out := make([]hold, len(today))
	w := window{months: months, ends: map[int]int{}}
	from := 0
	for c := range out {
		if c%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for from < len(o.customer) && o.customer[from] < int64(c) {
			from++
		}
		to := from
		for to < len(o.customer) && o.customer[to] == int64(c) {
			to++
		}
		steps := o.steps(from, to, m, asOf)
		path := w.path(steps, math.MaxInt)
		past := path[:upTo(path, asOf)]
		if months == 0 {
			path = endAt(past, change{day: asOf, value: today[c]})
			past = path
		}
		out[c] = p.at(past, asOf)
		if k := out[c].tier; k > 0 {
			out[c].until = p.until(path, k, asOf)
		}
		if f != nil && f.ready && len(steps) > 0 {
			f.add(p, past, steps[0].day, asOf, out[c].tier)
		}
		from = to
	}
	return out, nil
}

// upTo counts the changes up to a day.
func upTo(path []change, day int) int {
	n, _ := slices.BinarySearchFunc(path, day+1, func(c change, d int) int { return c.day - d })
	return n
}

// endAt makes c the last change of a path.
func endAt(path []change, c change) []change {
	if n := len(path); n > 0 && path[n-1].day >= c.day {
		path = path[:n-1]
	}
	if n := len(path); n > 0 && path[n-1].value == c.value {
		return path
	}
	return append(path, c)
}

// steps returns what each day with orders adds, rising by day.
func (o *orders) steps(from, to int, m measure, asOf int) []change {
	var out []change
	for i := from; i < to; i++ {
		day := int(o.day[i])
		if day > asOf {
			continue
		}
		add := 1.0
		if m == ofMoney {
			add = o.amount[i]
		}
		n := len(out)
		switch {
		case n == 0 || out[n-1].day != day:
			out = append(out, change{day: day, value: add})
		case m != ofDays:
			out[n-1].value += add
		}
	}
	slices.SortStableFunc(out, func(a, b change) int { return a.day - b.day })
	return out
}

// window is the months of history that count; 0 = all.
type window struct {
	months int
	ends   map[int]int // day → first day on which it no longer counts
}

// path turns what each day adds into the value from each day on: orders enter on their
// day and leave when the window has passed over them. It ends with the last change up to
// a day.
func (w *window) path(steps []change, last int) []change {
	var out []change
	total, leave := 0.0, 0
	for enter := 0; enter < len(steps) || w.months > 0 && leave < len(steps); {
		day := math.MaxInt
		if enter < len(steps) {
			day = steps[enter].day
		}
		if w.months > 0 && leave < len(steps) {
			day = min(day, w.end(steps[leave].day))
		}
		if day > last {
			break
		}
		for enter < len(steps) && steps[enter].day == day {
			total += steps[enter].value
			enter++
		}
		for w.months > 0 && leave < enter && w.end(steps[leave].day) <= day {
			total -= steps[leave].value
			leave++
		}
		out = append(out, change{day: day, value: tidy(total)})
	}
	return out
}

// tidy takes the noise of adding and subtracting cents away.
func tidy(v float64) float64 {
	const most, digits = 1e9, 1e6
	if math.Abs(v) < most {
		return math.Round(v*digits) / digits
	}
	return v
}

// end returns the first day whose window no longer has the given day: the window of a
// day reaches back to the same day of the month that many months before, or that
// month's last day, both ends counting.
func (w *window) end(day int) int {
	if e, ok := w.ends[day]; ok {
		return e
	}
	t := date(day)
	e := int(time.Date(t.Year(), t.Month()+time.Month(w.months), t.Day(), 0, 0, 0, 0, time.UTC).Unix()/86400) - 4
	for w.start(e) <= day {
		e++
	}
	w.ends[day] = e
	return e
}

// start returns the first day of a day's window.
func (w *window) start(day int) int {
	t := date(day)
	last := time.Date(t.Year(), t.Month()-time.Month(w.months)+1, 0, 0, 0, 0, 0, time.UTC)
	return int(last.Unix()/86400) - max(0, last.Day()-t.Day())
}

func date(day int) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }
