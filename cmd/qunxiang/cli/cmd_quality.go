package cli

import (
	"context"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/quality"
)

func newQuality() *command {
	c := newCommand("quality", "P.qx")
	today := c.flags.String("today", "", "DATE")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		day, err := dateFlag(*today)
		if err != nil {
			return err
		}
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		card, err := p.Quality(ctx, day)
		if err != nil {
			return err
		}
		if card.Issues, err = p.ShownIssues(ctx, card.Issues); err != nil {
			return err
		}
		currency := p.Head().Currency
		return s.answer(view.Quality(card, s.loc), func(w *printer) { printQuality(w, card, operands[0], currency) })
	}
	return c
}

// mostAlike is how many issues of one kind are printed; --json has them all.
const mostAlike = 5

func printQuality(w *printer, c *quality.Card, project, currency string) {
	l := w.loc
	w.say("cli.quality.score", "score", c.Score)
	g := &grid{head: []string{l.T("cli.col.dimension"), l.T("cli.col.points"), l.T("cli.col.issues")}, right: []bool{false, true, true}}
	for _, d := range c.Dimensions {
		g.add(l.T("quality.dimension."+string(d.Dimension)), l.Number(d.Score, 1), l.Int(d.Issues))
	}
	w.grid(g, "  ")
	printRows(w, c.Reconciliation)
	w.blank()
	if len(c.Issues) == 0 {
		w.say("cli.quality.none")
	}
	alike := map[string]int{}
	for _, i := range c.Issues {
		if alike[i.Code]++; alike[i.Code] <= mostAlike {
			printIssue(w, i, project, currency)
		}
	}
	for _, i := range c.Issues {
		if n := alike[i.Code] - mostAlike; n > 0 {
			w.line(i.Code + " " + l.T("cli.quality.more", "count", n))
			delete(alike, i.Code)
		}
	}
}

// printIssue writes an issue, examples, and what to do.
func printIssue(w *printer, i quality.Issue, project, currency string) {
	l := w.loc
	w.say("cli.quality.issue", "severity", l.T("quality.severity."+string(i.Severity)), "id", i.ID, "text", l.Message(inMoney(w, i.Message(), currency)))
	for k, e := range i.Examples {
		if k == 3 {
			break
		}
		w.line("    · " + exampleLine(w, e, currency))
	}
	w.say("cli.quality.do", "text", l.Message(i.Advice()))
	if f := i.Fix(); f != nil {
		w.say("cli.quality.fix", "project", quoted(project), "id", quoted(i.ID), "text", l.Message(f.Message()))
	}
}

// inMoney writes the amounts of a sentence as money.
func inMoney(w *printer, m core.Message, currency string) core.Message {
	out := core.Message{Key: m.Key, Args: core.Args{}}
	for k, v := range m.Args {
		if x, ok := v.(float64); ok && (k == "amount" || k == "fence" || k == "median" || k == "is" || k == "usual" || k == "before" || k == "after") {
			v = w.loc.Money(x, currency)
		}
		out.Args[k] = v
	}
	return out
}

// exampleLine is an example in a line.
func exampleLine(w *printer, e clean.Example, currency string) string {
	l := w.loc
	text := ""
	add := func(s string) {
		if s != "" && text != "" {
			text += "  "
		}
		text += s
	}
	if e.Row > 0 {
		add(l.T("cli.quality.example.row", "row", e.Row, "file", e.File))
	}
	add(oneLine(e.Customer))
	if e.Order != "" {
		add("#" + oneLine(e.Order))
	}
	if e.Before == "" && e.After == "" || e.Customer != "" {
		add(l.Date(e.Day))
	}
	if e.Amount != 0 {
		add(l.Money(e.Amount, currency))
	}
	switch {
	case e.After != "":
		add(oneLine(e.Before) + " → " + oneLine(e.After))
	case e.Before != "":
		add(oneLine(e.Before))
	}
	return text
}

// printRows accounts for all rows.
func printRows(w *printer, r quality.Reconciliation) {
	l := w.loc
	text := l.T("cli.quality.rows", "in", r.In, "used", r.Used)
	for _, e := range r.Excluded {
		text += l.T("cli.quality.rows.excluded", "count", e.Count, "reason", l.T("reason."+e.Reason))
	}
	for _, x := range r.Removed {
		text += l.T("cli.quality.rows.removed", "count", x.Rows, "step", x.Step)
	}
	w.line(text)
}
