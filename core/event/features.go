package event

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"qunxiang/core"
)

// The names of the features; the prefixes come before the name of an event or channel.
const (
	Count         = "events"           // rows
	Count30       = "events_30d"       // of the as-of date and the 30 days before it
	Count90       = "events_90d"       // … and the 90 days before it
	Types         = "event_types"      // distinct events
	Days          = "event_days"       // distinct days with an event
	Since         = "days_since_event" // from the last event to the as-of date
	Trend         = "event_trend"      // −1 … 1: the last 90 days against the 90 before them
	MainChannel   = "channel_main"     // through which most events came
	EventPrefix   = "event_"
	ChannelPrefix = "channel_share_"
)

const (
	maxEvents   = 20 // events with a column of their own, those of most customers
	maxChannels = 10
	half        = 90 // days on each side of the trend
)

func byCustomers(a, b ranked) int {
	return cmp.Or(cmp.Compare(b.customers, a.customers), cmp.Compare(b.rows, a.rows), cmp.Compare(a.name, b.name))
}

// Features makes a row for every customer with an event up to the as-of date (NoDate =
// [AsOf]): the columns named above. Customers are in the order of their codes; nil where
// there are no events.
func Features(ctx context.Context, records []*core.Records, asOf core.Date) (*core.Attributes, error) {
	if asOf == core.NoDate {
		asOf = AsOf(records)
	}
	for _, r := range records {
		if r.Kind != core.SourceEvents || r.Rows() == 0 {
			continue
		}
		t, err := gather(ctx, r, asOf)
		if err != nil {
			return nil, err
		}
		if len(t.who) == 0 {
			return nil, nil
		}
		return t.features(ctx)
	}
	return nil, nil
}

// maker fills the columns customer by customer.
type maker struct {
	*table
	count, count30, count90, types, days, since, trend core.AttributeColumn
	ofEvent                                            map[uint32]int // code → column of events
	events                                             []core.AttributeColumn
	ofChannel                                          map[uint32]int
	shares                                             []core.AttributeColumn
	main                                               core.AttributeColumn
	rankOf                                             []int // of each channel's code
}

func (t *table) features(ctx context.Context) (*core.Attributes, error) {
	n := len(t.who)
	m := &maker{table: t, ofEvent: map[uint32]int{}, ofChannel: map[uint32]int{}}
	m.count, m.count30, m.count90, m.types = column(Count, n), column(Count30, n), column(Count90, n), column(Types, n)
	m.days, m.since, m.trend = column(Days, n), column(Since, n), column(Trend, n)
	taken := map[string]bool{Types: true, Days: true, Trend: true}
	events, err := t.rank(ctx, t.event)
	if err != nil {
		return nil, err
	}
	for k, e := range head(events, maxEvents) {
		m.ofEvent[e.code] = k
		m.events = append(m.events, column(free(EventPrefix+e.name, taken), n))
	}
	channels, err := t.rank(ctx, t.channel)
	if err != nil {
		return nil, err
	}
	for k, c := range head(channels, maxChannels) {
		m.ofChannel[c.code] = k
		m.shares = append(m.shares, column(free(ChannelPrefix+c.name, taken), n))
	}
	if len(channels) > 0 {
		m.rankOf = make([]int, len(t.channel.Dict))
		for k, c := range channels {
			m.rankOf[c.code] = k
		}
		m.main = core.AttributeColumn{Name: MainChannel, Codes: make([]uint32, n), Dict: t.channel.Dict}
	}
	for k := range t.who {
		if k%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m.customer(k)
	}
	return m.attributes(), nil
}

func head(list []ranked, n int) []ranked { return list[:min(n, len(list))] }

func column(name string, n int) core.AttributeColumn {
	return core.AttributeColumn{Name: name, Floats: make([]float64, n), Valid: make([]bool, n)}
}

// free is a name that is not taken; commas would divide a list of names.
func free(name string, taken map[string]bool) string {
	name = strings.ReplaceAll(name, ",", " ")
	for taken[name] {
		name += " (event)"
	}
	taken[name] = true
	return name
}

func set(c *core.AttributeColumn, k int, v float64) { c.Floats[k], c.Valid[k] = v, true }

func (m *maker) customer(k int) {
	rows := m.rows(k)
	set(&m.count, k, float64(len(rows)))
	m.when(k, rows)
	m.what(k, rows)
	m.through(k, rows)
}

// when fills what days tell.
func (m *maker) when(k int, rows []uint32) {
	days := make([]core.Date, 0, len(rows))
	for _, i := range rows {
		if d := m.day(int(i)); d != core.NoDate {
			days = append(days, d)
		}
	}
	if len(days) == 0 {
		return
	}
	slices.Sort(days)
	within := func(n core.Date) int { // events of the as-of date and the n days before it
		at, _ := slices.BinarySearch(days, m.asOf-n)
		return len(days) - at
	}
	last, before := within(half), within(2*half)
	set(&m.count30, k, float64(within(30)))
	set(&m.count90, k, float64(last))
	set(&m.since, k, float64(m.asOf-days[len(days)-1]))
	if days[0] < m.asOf-2*half && before > 0 {
		before -= last
		set(&m.trend, k, float64(last-before)/float64(last+before))
	}
	set(&m.days, k, float64(len(slices.Compact(days))))
}

// what fills the counts of events.
func (m *maker) what(k int, rows []uint32) {
	if m.event == nil {
		return
	}
	codes := make([]uint32, 0, len(rows))
	for c := range m.events {
		m.events[c].Valid[k] = true
	}
	for _, i := range rows {
		e := code(m.event, i)
		if e == core.NoCode {
			continue
		}
		codes = append(codes, e)
		if at, ok := m.ofEvent[e]; ok {
			m.events[at].Floats[k]++
		}
	}
	slices.Sort(codes)
	set(&m.types, k, float64(len(slices.Compact(codes))))
}

// through fills the channels: shares of the events that tell theirs.
func (m *maker) through(k int, rows []uint32) {
	if m.rankOf == nil {
		return
	}
	codes := make([]uint32, 0, len(rows))
	for _, i := range rows {
		if c := code(m.channel, i); c != core.NoCode {
			codes = append(codes, c)
		}
	}
	m.main.Codes[k] = core.NoCode
	if len(codes) == 0 {
		return
	}
	for c := range m.shares {
		m.shares[c].Valid[k] = true
	}
	slices.Sort(codes)
	total, best := float64(len(codes)), 0
	for len(codes) > 0 {
		c, n := codes[0], 1
		for n < len(codes) && codes[n] == c {
			n++
		}
		if at, ok := m.ofChannel[c]; ok {
			m.shares[at].Floats[k] = float64(n) / total
		}
		if main := m.main.Codes[k]; n > best || n == best && m.rankOf[c] < m.rankOf[main] {
			best, m.main.Codes[k] = n, c
		}
		codes = codes[n:]
	}
}

// attributes are the columns that say something.
func (m *maker) attributes() *core.Attributes {
	a := &core.Attributes{Customers: &core.Dict{}}
	var b []byte
	for _, c := range m.who {
		b = m.r.Customers.AppendTo(b[:0], int(c))
		a.Customers.AppendString(string(b))
	}
	add := func(columns ...core.AttributeColumn) {
		for _, c := range columns {
			if c.Codes != nil || slices.Contains(c.Valid, true) {
				a.Columns = append(a.Columns, c)
			}
		}
	}
	add(m.count, m.count30, m.count90, m.types, m.days, m.since, m.trend)
	add(m.events...)
	add(m.shares...)
	if m.rankOf != nil {
		add(m.main)
	}
	return a
}
