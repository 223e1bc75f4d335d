package cli

import (
	"context"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core/event"
)

func newEvents() *command {
	c := newCommand("events", "P.qx")
	asOf := c.flags.String("as-of", "", "DATE")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		day, err := dateFlag(*asOf)
		if err != nil {
			return err
		}
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		o, err := p.Events(ctx, day)
		if err != nil {
			return err
		}
		return s.answer(view.Events(o), func(w *printer) { printEvents(w, o) })
	}
	return c
}

const maxEventLines = 20

func printEvents(w *printer, o *event.Overview) {
	l := w.loc
	w.say("cli.events.head", "events", o.Events, "customers", o.Customers, "from", l.Date(o.First), "to", l.Date(o.Last), "asOf", l.Date(o.AsOf))
	if o.Undated > 0 {
		w.say("cli.events.undated", "count", o.Undated)
	}
	if o.Later > 0 {
		w.say("cli.events.later", "count", o.Later)
	}
	if o.TooShort {
		w.say("cli.events.short")
	}
	printTallies(w, "cli.col.event", o.ByEvent, o.Kinds, o.Events)
	printTallies(w, "cli.col.channel", o.ByChannel, o.Channels, o.Events)
	if len(o.ByMonth) > 0 {
		w.blank()
		g := &grid{head: []string{l.T("cli.col.month"), l.T("cli.col.events"), l.T("cli.col.customers")}, right: []bool{false, true, true}}
		for _, m := range o.ByMonth[max(0, len(o.ByMonth)-24):] {
			g.add(m.Month.Time().Format("2006-01"), l.Int(m.Events), l.Int(m.Customers))
		}
		w.grid(g, "  ")
	}
	printPairs(w, o.Pairs)
}

func printTallies(w *printer, title string, all []event.Tally, kinds, total int) {
	if len(all) == 0 {
		return
	}
	l := w.loc
	w.blank()
	g := &grid{head: []string{l.T(title), l.T("cli.col.events"), l.T("cli.col.share"), l.T("cli.col.customers"), l.T("cli.col.last")}, right: []bool{false, true, true, true}}
	for _, t := range all[:min(maxEventLines, len(all))] {
		g.add(short(t.Name, 40), l.Int(t.Events), l.Percent(float64(t.Events)/float64(total)), l.Int(t.Customers), l.Date(t.Last))
	}
	w.grid(g, "  ")
	if kinds > maxEventLines {
		w.say("cli.events.more", "count", kinds-maxEventLines)
	}
}

// printPairs shows how many customers of one event have the next as well.
func printPairs(w *printer, pairs []event.Pair) {
	if len(pairs) == 0 {
		return
	}
	l := w.loc
	w.blank()
	w.say("cli.events.pairs")
	g := &grid{head: []string{l.T("cli.col.from"), l.T("cli.col.to"), l.T("cli.col.customers"), l.T("cli.col.share"), l.T("cli.col.in_order")}, right: []bool{false, false, true, true, true}}
	for _, p := range pairs[:min(maxEventLines, len(pairs))] {
		g.add(short(p.A, 24), short(p.B, 24), l.Int(p.Both), l.Percent(float64(p.Both)/float64(p.From)), l.Int(p.Then))
	}
	w.grid(g, "  ")
}
