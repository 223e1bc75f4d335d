package view

import "qunxiang/core/event"

// Events is the answer of "events".
func Events(o *event.Overview) Object {
	months := make([]Object, 0, len(o.ByMonth))
	for _, m := range o.ByMonth {
		months = append(months, Object{{"month", m.Month.Time().Format("2006-01")}, {"events", m.Events}, {"customers", m.Customers}})
	}
	pairs := make([]Object, 0, len(o.Pairs))
	for _, p := range o.Pairs {
		pairs = append(pairs, Object{
			{"from", p.A}, {"to", p.B}, {"customersFrom", p.From}, {"customersBoth", p.Both}, {"customersInOrder", p.Then}, {"share", number(float64(p.Both) / float64(p.From))},
		})
	}
	return Object{
		{"asOf", date(o.AsOf)},
		{"events", o.Events},
		{"customers", o.Customers},
		{"later", o.Later},
		{"undated", o.Undated},
		{"firstDate", date(o.First)},
		{"lastDate", date(o.Last)},
		{"kinds", o.Kinds},
		{"channels", o.Channels},
		{"byEvent", tallies(o.ByEvent, o.Events)},
		{"byChannel", tallies(o.ByChannel, o.Events)},
		{"byMonth", months},
		{"pairs", pairs},
		{"trendTooShort", o.TooShort},
	}
}

func tallies(all []event.Tally, total int) []Object {
	out := make([]Object, 0, len(all))
	for _, t := range all {
		out = append(out, Object{
			{"name", t.Name},
			{"events", t.Events},
			{"share", number(float64(t.Events) / float64(total))},
			{"customers", t.Customers},
			{"firstDate", date(t.First)},
			{"lastDate", date(t.Last)},
		})
	}
	return out
}
