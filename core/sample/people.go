package sample

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// person is one customer: the segment and positions in the lists of words.
type person struct {
	kind                   int // position in kinds
	surname, given, gender int
	age, city, channel     int
	registered             int // day; may be before the first day
	consent                bool
	days                   []int // of orders, rising
}

// kind is one planted segment: how many customers, when and how they buy.
type kind struct {
	key   string
	share float64
	// days draws the days of a customer's orders.
	days func(r *rand.Rand, c *calendar) []int
	// discount is the range of the factor on list prices.
	low, high float64
	// premium is the share of lines that come from the dearer half of the products;
	// pieces the largest quantity of a line, lines the mean number beyond the first.
	premium float64
	pieces  int
	lines   float64
}

// kinds returns the planted segments, best first. The shares and habits are chosen,
// not measured: they give a shop of the kind that owners describe, where few
// customers bring most of the money and more than a quarter come once.
func kinds() []kind {
	return []kind{
		{key: "loyal", share: 0.17, days: regular(55, 0.25), low: 0.95, high: 1, premium: 0.35, pieces: 2, lines: 0.8},
		{key: "big", share: 0.05, days: spread(4, 9, 420, 50), low: 0.95, high: 1, premium: 0.9, pieces: 6, lines: 1.6},
		{key: "new", share: 0.12, days: spread(1, 3, 75, 0), low: 0.9, high: 1, premium: 0.4, pieces: 2, lines: 0.5},
		{key: "bargain", share: 0.14, days: bargains, low: 0.5, high: 0.7, premium: 0.1, pieces: 3, lines: 0.9},
		{key: "onetime", share: 0.28, days: once, low: 0.9, high: 1, premium: 0.3, pieces: 2, lines: 0.3},
		{key: "sleeper", share: 0.18, days: stopped(3, 6, 240, 480), low: 0.9, high: 1, premium: 0.3, pieces: 2, lines: 0.6},
		{key: "lapsed", share: 0.06, days: stopped(8, 13, 180, 330), low: 0.95, high: 1, premium: 0.8, pieces: 4, lines: 1.4},
	}
}

// regular buys every gap days or so from some day in the first year until the end.
func regular(gap, jitter float64) func(*rand.Rand, *calendar) []int {
	return func(r *rand.Rand, c *calendar) []int {
		var days []int
		own := gap * math.Exp(jitter*r.NormFloat64())
		for at := float64(r.IntN(c.days() / 2)); int(at) < c.days(); at += own * (0.75 + 0.5*r.Float64()) {
			days = append(days, c.pick(r, c.all, int(at)-3, int(at)+3)) // a busy day nearby
		}
		slices.Sort(days)
		return append(days, c.pick(r, c.all, c.days()-30, c.days()-1)) // still there
	}
}

// spread buys low…high times within the last days, the last time within the last
// recent days (0 = no such rule).
func spread(low, high, last, recent int) func(*rand.Rand, *calendar) []int {
	return func(r *rand.Rand, c *calendar) []int {
		n := low + r.IntN(high-low+1)
		days := c.several(r, c.all, c.days()-last, c.days()-1, n)
		if recent > 0 {
			days[n-1] = max(days[n-1], c.pick(r, c.all, c.days()-recent, c.days()-1))
		}
		return days
	}
}

// stopped bought low…high times and for the last time between near and far days
// before the end.
func stopped(low, high, near, far int) func(*rand.Rand, *calendar) []int {
	return func(r *rand.Rand, c *calendar) []int {
		n := low + r.IntN(high-low+1)
		last := c.days() - 1 - near - r.IntN(far-near+1)
		days := c.several(r, c.all, max(0, last-300), last, n)
		days[n-1] = last
		return days
	}
}

// once bought on one day, at least four months ago.
func once(r *rand.Rand, c *calendar) []int {
	return []int{c.pick(r, c.all, 0, c.days()-120)}
}

// bargains buys on days of sale only, over the whole time.
func bargains(r *rand.Rand, c *calendar) []int {
	return c.several(r, c.sales, 0, c.days()-1, 3+r.IntN(4))
}

// newPeople draws n customers, numbered in the order of their first orders.
func newPeople(r *rand.Rand, w *words, c *calendar, n int) []person {
	list := kinds()
	of := assign(r, list, n)
	people := make([]person, n)
	for i := range people {
		p := person{kind: of[i], days: list[of[i]].days(r, c)}
		p.surname, p.given = r.IntN(len(w.Surnames)), r.IntN(len(w.Given))
		p.gender = min(r.IntN(5)/3, 1)
		p.age = min(max(int(38+11*r.NormFloat64()), 18), 79)
		p.city = int(float64(len(w.Cities)) * r.Float64() * r.Float64()) // the first cities are the largest
		p.channel = r.IntN(len(w.Channels))
		p.registered = p.days[0] - r.IntN(20)
		p.consent = r.IntN(10) < 8
		people[i] = p
	}
	slices.SortStableFunc(people, func(a, b person) int { return cmp.Compare(a.days[0], b.days[0]) })
	return people
}

// assign gives every customer a kind, by share, in random order. Rounding goes to
// the kinds one after the other, so that each has its share to the whole customer.
func assign(r *rand.Rand, list []kind, n int) []int {
	of := make([]int, 0, n)
	sum := 0.0
	for k, kind := range list {
		sum += kind.share
		for len(of) < int(math.Round(sum*float64(n))) && len(of) < n {
			of = append(of, k)
		}
	}
	for len(of) < n {
		of = append(of, len(list)-1)
	}
	r.Shuffle(n, func(i, j int) { of[i], of[j] = of[j], of[i] })
	return of
}
