package value

import (
	"context"
	"math"

	"qunxiang/plugins/internal/twofold"
)

// mostCalls is the number of repeat purchases from which customers are counted together
// in the comparison by frequency.
const mostCalls = 7

// check compares what a model that has seen the data up to a day says of the days after
// with what happened then.
type check struct {
	calibration, end int // days
	automatic        bool
	weeks            float64
	customers        float64
	actual, expected float64 // purchases after the day
	mae, rmse        float64 // by customer
	naive            float64 // mean absolute error when everybody goes on at their own pace
	correlation      float64 // NaN where undefined
	byFrequency      []callRow
	tracking         []trackRow
}

// callRow is the mean of customers with as many repeat purchases before the day.
type callRow struct{ customers, actual, expected float64 }

// trackRow is a week of all customers who had bought by the calibration day.
type trackRow struct {
	end              int // its last day
	actual, expected float64
}

// shortest spans of a check that the method makes of its own accord, in days, and the
// fewest customers with repeat purchases that it is fitted to.
const (
	spanLeast      = 26 * 7
	checkLeast     = 30
	afterLeastDays = 7
)

// automaticEnd is the calibration day that leaves the last third of the weeks for the
// check; ok is false where the history is too short for that.
func (l *ledger) automaticEnd(end int) (day int, ok bool) {
	if end-l.first+1 < spanLeast {
		return 0, false
	}
	weeks := (end - l.first + 1) / 7
	return l.first + 7*((2*weeks+2)/3) - 1, true
}

// checkAfter makes the comparison for a model fitted to the histories as of the day.
func (l *ledger) checkAfter(ctx context.Context, f *fitted, h *histories, m *merged, calibration, end int, unit float64, w worker) (*check, error) {
	c := &check{calibration: calibration, end: end, weeks: float64(end-calibration) / 7}
	hz := horizon{Months: 1, Month: float64(end-calibration) / unit}
	look, err := f.outlooks(m, hz, false, w)
	if err != nil {
		return nil, err
	}
	c.compare(h, m, look, l.bought(calibration, end), hz.Month)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.tracking, err = l.track(ctx, f, calibration, end, unit)
	return c, err
}

// compare takes sums that do not hang on the order of customers.
func (c *check) compare(h *histories, m *merged, look []outlook, after []float64, span float64) {
	c.byFrequency = make([]callRow, mostCalls+1)
	expected := make([]twofold.Sum, mostCalls+1)
	var all, apart, naive, squares, yy, xy twofold.Sum
	xx := 0.0 // of whole numbers, as are the counts
	for i, x := range h.x {
		if x < 0 {
			continue
		}
		a, e := after[i], look[m.of[i]].orders
		at := min(int(x), mostCalls)
		c.byFrequency[at].customers++
		c.byFrequency[at].actual += a
		expected[at].Add(e)
		c.customers++
		c.actual += a
		all.Add(e)
		apart.Add(math.Abs(a - e))
		squares.AddProduct(a-e, a-e)
		xx += a * a
		yy.AddProduct(e, e)
		xy.AddProduct(a, e)
		if h.T[i] > 0 {
			a = math.Abs(a - float64(x)/h.T[i]*span)
		}
		naive.Add(a)
	}
	n := c.customers
	c.expected = all.Value()
	c.correlation = (xy.Value() - c.actual*c.expected/n) / math.Sqrt((xx-c.actual*c.actual/n)*(yy.Value()-c.expected*c.expected/n))
	c.mae, c.rmse, c.naive = apart.Value()/n, math.Sqrt(squares.Value()/n), naive.Value()/n
	for i := range c.byFrequency {
		if r := &c.byFrequency[i]; r.customers > 0 {
			r.actual /= r.customers
			r.expected = expected[i].Value() / r.customers
		}
	}
}

// track counts the repeat purchases of each week since the first purchase of all, of
// customers who had bought by the calibration day, and what the model expects: the sum
// over customers of E[X(t)], t since their own first purchase.
func (l *ledger) track(ctx context.Context, f *fitted, calibration, end int, unit float64) ([]trackRow, error) {
	weeks := (end - l.first + 1) / 7
	born := make([]float64, max(0, calibration-l.first)+1)
	actual := make([]float64, weeks)
	for i := range len(l.start) - 1 {
		from, to := l.start[i], l.start[i+1]
		if from == to || int(l.day[from]) > calibration {
			continue
		}
		born[int(l.day[from])-l.first]++
		for _, d := range l.day[from+1 : to] {
			if week := (int(d) - l.first) / 7; week < weeks {
				actual[week]++
			}
		}
	}
	ahead := f.ahead(0)
	byAge := make([]float64, 7*weeks+1) // expected repeat purchases of one customer by days since the first
	for day := range byAge {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		byAge[day] = ahead(0, float64(day)/unit)
	}
	out := make([]trackRow, weeks)
	before := 0.0
	for week := range out {
		total, now := 0.0, 7*(week+1)
		for day, n := range born {
			if n > 0 && day < now {
				total += n * byAge[now-day]
			}
		}
		out[week] = trackRow{end: l.first + now - 1, actual: actual[week], expected: total - before}
		before = total
	}
	return out, nil
}
