package sample

import (
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"qunxiang/core"
)

// The two years of the sample. They are fixed: a sample must not change with the clock.
func firstDay() core.Date { return core.YMD(2024, 7, 1) }
func lastDay() core.Date  { return core.YMD(2026, 6, 30) }

// calendar is the shop's year: how busy each day is.
type calendar struct {
	first core.Date
	sale  []bool
	all   []float64 // running sum of weights; all[i] = days before i
	sales []float64 // the same over days of sale only
}

// newCalendar weighs the days: busy weekends, quiet Mondays, a slowly growing shop,
// and the seasons of the market.
func newCalendar(seasons []season) *calendar {
	weekday := [7]float64{time.Sunday: 1.25, time.Monday: 0.8, time.Tuesday: 0.85, time.Wednesday: 0.9, time.Thursday: 0.95, time.Friday: 1.1, time.Saturday: 1.35}
	n := int(lastDay()-firstDay()) + 1
	c := &calendar{first: firstDay(), sale: make([]bool, n), all: make([]float64, n+1), sales: make([]float64, n+1)}
	for i := range n {
		day := c.first + core.Date(i)
		w := weekday[day.Time().Weekday()] * (1 + 0.25*float64(i)/float64(n))
		for _, s := range seasons {
			if day >= s.From && day <= s.To {
				w *= s.Factor
				c.sale[i] = c.sale[i] || s.Sale
			}
		}
		c.all[i+1] = c.all[i] + w
		c.sales[i+1] = c.sales[i]
		if c.sale[i] {
			c.sales[i+1] += w
		}
	}
	return c
}

// days returns the number of days.
func (c *calendar) days() int { return len(c.sale) }

// pick draws a day from…to (positions, both included) by weight, only days of sale
// when sum is c.sales. Where no day has a weight it returns to.
func (c *calendar) pick(r *rand.Rand, sum []float64, from, to int) int {
	from, to = max(from, 0), min(to, c.days()-1)
	if from >= to || sum[to+1] == sum[from] {
		return to
	}
	at := sum[from] + r.Float64()*(sum[to+1]-sum[from])
	i := sort.SearchFloat64s(sum[from+1:to+2], at)
	return min(from+i, to)
}

// several draws n days like pick, in order; days may repeat.
func (c *calendar) several(r *rand.Rand, sum []float64, from, to, n int) []int {
	days := make([]int, n)
	for i := range days {
		days[i] = c.pick(r, sum, from, to)
	}
	slices.Sort(days)
	return days
}
