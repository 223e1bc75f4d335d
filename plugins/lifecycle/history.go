package lifecycle

import (
	"context"
	"math"
	"slices"

	"qunxiang/sdk/table"
)

// history is the purchase days of all customers: those of customer c are
// days[start[c]:start[c+1]], rising, each day once, with what was paid on it.
type history struct {
	start []int32
	days  []int32
	paid  []float64
}

// newHistory reads the long table of orders of n customers, up to the as-of date. It is
// nil where the table cannot be used, or ctx has ended.
func newHistory(ctx context.Context, t *table.Table, n, asOf int) *history {
	who, day, amount := ordersOf(t, n)
	if who == nil {
		return nil
	}
	h := &history{start: make([]int32, 1, n+1)}
	at := 0
	for c := range n {
		if c%stride == 0 && ctx.Err() != nil {
			return nil
		}
		first := len(h.days)
		for ; at < len(who) && who[at] == int64(c); at++ {
			if day[at] > int64(asOf) {
				continue
			}
			d := int32(day[at])
			if k := len(h.days); k > first && h.days[k-1] == d {
				h.paid[k-1] += amount[at]
				continue
			}
			h.days, h.paid = append(h.days, d), append(h.paid, amount[at])
		}
		h.start = append(h.start, int32(len(h.days)))
	}
	return h
}

// ordersOf returns the columns of the long table, nil where it is not as promised.
func ordersOf(t *table.Table, n int) (customer, day []int64, amount []float64) {
	if t == nil {
		return nil, nil, nil
	}
	c, d, a := t.Column("customer"), t.Column("day"), t.Column("amount")
	if c == nil || d == nil || a == nil || c.Kind != table.Int64 || d.Kind != table.Int64 || a.Kind != table.Float64 || !inOrder(c.Ints, d.Ints, n) {
		return nil, nil, nil
	}
	return c.Ints, d.Ints, a.Floats
}

// inOrder reports rows by customer and then by day, as they are promised.
func inOrder(who, day []int64, n int) bool {
	for i := range who {
		if who[i] < 0 || who[i] >= int64(n) || day[i] < math.MinInt32 || day[i] > math.MaxInt32 {
			return false
		}
		if i > 0 && (who[i] < who[i-1] || who[i] == who[i-1] && day[i] < day[i-1]) {
			return false
		}
	}
	return true
}

// of returns the purchase days of a customer up to a day, and what was paid.
func (h *history) of(c int, upTo int32) ([]int32, []float64) {
	days, paid := h.days[h.start[c]:h.start[c+1]], h.paid[h.start[c]:h.start[c+1]]
	n, _ := slices.BinarySearch(days, upTo+1)
	return days[:n], paid[:n]
}

// span returns the first and the last purchase day of all; ok is false without any.
func (h *history) span() (first, last int32, ok bool) {
	if len(h.days) == 0 {
		return 0, 0, false
	}
	return slices.Min(h.days), slices.Max(h.days), true
}

// buyer is one customer's rhythm as seen on a day.
type buyer struct {
	purchases int     // distinct purchase days; 0 = none yet
	first     int     // day of the first
	last      int     // day of the last
	logGap    float64 // log of the median gap in days; with gaps only
	trend     float64 // Laplace's statistic; with three purchases or more
	amounts   float64 // what is paid lately over what was paid before; 0 = cannot be said
}

// gaps is how many gaps between purchases there are.
func (b buyer) gaps() int { return max(0, b.purchases-1) }

// see describes a customer as of a day from their purchases up to then. scratch is
// reused between calls.
func see(days []int32, paid []float64, asOf int, scratch *[]float64) buyer {
	b := buyer{purchases: len(days)}
	if len(days) == 0 {
		return b
	}
	b.first, b.last = int(days[0]), int(days[len(days)-1])
	gaps := (*scratch)[:0]
	for i := range days[1:] {
		gaps = append(gaps, float64(days[i+1]-days[i]))
	}
	*scratch = gaps
	if len(gaps) > 0 {
		b.logGap = math.Log(median(gaps))
	}
	if len(days) > 2 {
		b.trend = laplace(days, asOf)
	}
	b.amounts = lately(paid)
	return b
}

// median sorts v and returns its middle; v has at least one value.
func median(v []float64) float64 {
	slices.Sort(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

// laplace is the statistic of Laplace's test for trend: with m purchases after the
// first at t₁ … tₘ days after it and L days of observation since, (mean(t)/L − ½)·√(12m)
// is about standard normal when the pace is constant, above nought when it rises.
// A later last purchase never lowers it.
//
// Source: D. R. Cox and P. A. W. Lewis, The Statistical Analysis of Series of Events
// (1966), section 3.3.
func laplace(days []int32, asOf int) float64 {
	length := float64(asOf) - float64(days[0])
	if length <= 0 {
		return 0
	}
	sum := 0.0
	for _, d := range days[1:] {
		sum += float64(d - days[0])
	}
	m := float64(len(days) - 1)
	return (sum/m/length - 0.5) * math.Sqrt(12*m)
}

// lately is the mean paid on the later half of the purchase days over that on the
// earlier half; a day in the middle belongs to neither. It is 0 below four days, or
// where nothing was paid before.
func lately(paid []float64) float64 {
	n := len(paid)
	if n < 4 {
		return 0
	}
	before, after := 0.0, 0.0
	for i := range n / 2 {
		before += paid[i]
		after += paid[n-1-i]
	}
	if before <= 0 || math.IsInf(before, 0) || math.IsInf(after, 0) {
		return 0
	}
	return max(0, after/before)
}
