package event

import (
	"context"
	"slices"

	"qunxiang/core"
)

// Overview is what the events of a project are.
type Overview struct {
	AsOf      core.Date
	Events    int
	Customers int
	Later     int // rows after the as-of date, which count nowhere
	Undated   int // rows without a day, of Events
	First     core.Date
	Last      core.Date
	ByEvent   []Tally // most customers first, at most maxListed
	ByChannel []Tally
	ByMonth   []Month
	Pairs     []Pair // of the events of most customers
	Kinds     int    // distinct events
	Channels  int
	TooShort  bool // less than 180 days of history: no trend
}

// Tally counts one event or channel.
type Tally struct {
	Name      string
	Events    int
	Customers int
	First     core.Date
	Last      core.Date
}

// Month counts a calendar month.
type Month struct {
	Month     core.Date // its first day
	Events    int
	Customers int
}

// Pair is how customers of one event have another: of From customers, Both have the two,
// and Then of them had To for the first time on the day of their first From or after it.
type Pair struct {
	A, B             string
	From, Both, Then int
}

const (
	maxListed = 100
	maxPaired = 8
)

// Look makes the overview as of a date, NoDate for [AsOf]; nil where there are no events.
func Look(ctx context.Context, records []*core.Records, asOf core.Date) (*Overview, error) {
	if asOf == core.NoDate {
		asOf = AsOf(records)
	}
	at := slices.IndexFunc(records, func(r *core.Records) bool { return r.Kind == core.SourceEvents && r.Rows() > 0 })
	if at < 0 {
		return nil, nil
	}
	t, err := gather(ctx, records[at], asOf)
	if err != nil {
		return nil, err
	}
	o := &Overview{AsOf: asOf, Events: len(t.order), Customers: len(t.who), Later: t.later, Undated: t.undated, First: t.from, Last: t.to}
	o.TooShort = t.from == core.NoDate || t.from >= asOf-2*half
	events, err := t.rank(ctx, t.event)
	if err != nil {
		return nil, err
	}
	channels, err := t.rank(ctx, t.channel)
	if err != nil {
		return nil, err
	}
	o.Kinds, o.Channels = len(events), len(channels)
	o.ByEvent, o.ByChannel = tallies(events), tallies(channels)
	if o.ByMonth, err = t.months(ctx); err != nil {
		return nil, err
	}
	o.Pairs, err = t.pairs(ctx, head(events, maxPaired))
	return o, err
}

func tallies(list []ranked) []Tally {
	out := make([]Tally, 0, min(maxListed, len(list)))
	for _, x := range head(list, maxListed) {
		out = append(out, Tally{x.name, x.rows, x.customers, x.first, x.last})
	}
	return out
}

// months counts events and customers by calendar month.
func (t *table) months(ctx context.Context) ([]Month, error) {
	at := map[core.Date]*Month{}
	seen := map[core.Date]int{}
	for k := range t.who {
		if k%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, i := range t.rows(k) {
			d := t.day(int(i))
			if d == core.NoDate {
				continue
			}
			d -= core.Date(d.Time().Day() - 1)
			m := at[d]
			if m == nil {
				m = &Month{Month: d}
				at[d] = m
			}
			m.Events++
			if seen[d] != k+1 {
				seen[d] = k + 1
				m.Customers++
			}
		}
	}
	out := make([]Month, 0, len(at))
	for _, m := range at {
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b Month) int { return int(a.Month) - int(b.Month) })
	return out, nil
}

// pairs counts for every two of the events who has both, and in which order.
func (t *table) pairs(ctx context.Context, events []ranked) ([]Pair, error) {
	of := map[uint32]int{}
	for k, e := range events {
		of[e.code] = k
	}
	n := len(events)
	both, then := make([]int, n*n), make([]int, n*n)
	f := firsts{day: make([]core.Date, n), has: make([]bool, n)}
	for k := range t.who {
		if k%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		clear(f.has)
		for _, i := range t.rows(k) {
			if e, ok := of[code(t.event, i)]; ok {
				f.see(e, t.day(int(i)))
			}
		}
		f.count(both, then)
	}
	var out []Pair
	for a := range n {
		for b := range n {
			if a != b {
				out = append(out, Pair{events[a].name, events[b].name, events[a].customers, both[a*n+b], then[a*n+b]})
			}
		}
	}
	return out, nil
}

// firsts are the events that a customer has, with the first day of each.
type firsts struct {
	day []core.Date // NoDate = none has a day
	has []bool
}

func (f *firsts) see(e int, d core.Date) {
	if !f.has[e] || d != core.NoDate && (f.day[e] == core.NoDate || d < f.day[e]) {
		f.has[e], f.day[e] = true, d
	}
}

// count adds a customer to the pairs of events.
func (f *firsts) count(both, then []int) {
	n := len(f.has)
	for a := range n {
		for b := range n {
			if a == b || !f.has[a] || !f.has[b] {
				continue
			}
			both[a*n+b]++
			if f.day[a] != core.NoDate && f.day[b] >= f.day[a] {
				then[a*n+b]++
			}
		}
	}
}
