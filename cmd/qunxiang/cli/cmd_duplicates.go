package cli

import (
	"context"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core/identity"
	"qunxiang/core/workspace"
)

func newDuplicates() *command {
	c := newCommand("duplicates", "P.qx")
	accept := c.flags.StringArray("accept", nil, "sure|ID,…")
	reject := c.flags.StringArray("reject", nil, "ID,…")
	later := c.flags.StringArray("later", nil, "ID,…")
	reopen := c.flags.StringArray("reopen", nil, "ID,…")
	most := c.flags.Int("most", 50, "N")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		d := workspace.PairDecision{Reject: ids(*reject), Later: ids(*later), Reopen: ids(*reopen)}
		for _, id := range ids(*accept) {
			if id == string(identity.BandSure) {
				d.Sure = true
			} else {
				d.Accept = append(d.Accept, id)
			}
		}
		found, err := s.duplicates(ctx, operands[0], d)
		if err != nil {
			return err
		}
		return s.answer(view.Duplicates(found, s.loc), func(w *printer) { printDuplicates(w, found, *most) })
	}
	return c
}

// duplicates looks for pairs, and decides where something is to be decided.
func (s *session) duplicates(ctx context.Context, path string, d workspace.PairDecision) (*workspace.Duplicates, error) {
	if !d.Sure && len(d.Accept)+len(d.Reject)+len(d.Later)+len(d.Reopen) == 0 {
		p, err := s.look(ctx, path)
		if err != nil {
			return nil, err
		}
		return p.Duplicates(ctx, s.progress())
	}
	p, err := s.project(ctx, path)
	if err != nil {
		return nil, err
	}
	found, err := p.DecideDuplicates(ctx, d, s.progress())
	if err != nil {
		return nil, err
	}
	return found, p.Save(ctx)
}

// ids splits lists at commas.
func ids(lists []string) []string {
	var out []string
	for _, l := range lists {
		for id := range strings.SplitSeq(l, ",") {
			if id = strings.TrimSpace(id); id != "" {
				out = append(out, id)
			}
		}
	}
	return out
}

func printDuplicates(w *printer, d *workspace.Duplicates, most int) {
	l := w.loc
	w.say("cli.duplicates.head", "customers", d.Customers, "pairs", d.Compared)
	if len(d.Columns) == 0 {
		w.say("cli.duplicates.no_columns")
	}
	sure, review := d.Count(identity.BandSure, workspace.PairOpen), d.Count(identity.BandReview, workspace.PairOpen)
	w.say("cli.duplicates.counts", "sure", sure, "review", review, "merged", d.Merged)
	if d.Conflicts > 0 {
		w.say("cli.duplicates.conflicts", "count", d.Conflicts)
	}
	if d.Refused > 0 {
		w.say("cli.duplicates.refused", "count", d.Refused)
	}
	if len(d.Pairs) > 0 && most > 0 {
		w.blank()
		g := &grid{head: []string{"ID", l.T("cli.duplicates.a"), l.T("cli.duplicates.b"), l.T("cli.duplicates.score"), l.T("cli.duplicates.band"), l.T("cli.duplicates.state"), l.T("cli.duplicates.reasons")}, right: []bool{false, false, false, true}}
		for _, p := range d.Pairs[:min(len(d.Pairs), max(0, most))] {
			g.add(p.ID, oneLine(p.A), oneLine(p.B), l.Number(p.Score, 1), l.T("identity.band."+string(p.Band)), l.T("identity.state."+p.State), view.Reasons(p.Reasons, l))
		}
		w.grid(g, "  ")
		if n := len(d.Pairs) - most; n > 0 {
			w.say("cli.duplicates.more", "count", n)
		}
	}
	if len(d.Shared) > 0 {
		w.blank()
		w.say("cli.duplicates.shared")
		for _, s := range d.Shared[:min(len(d.Shared), 20)] {
			key := "cli.duplicates.shared.many"
			if s.Dummy {
				key = "cli.duplicates.shared.dummy"
			}
			w.say(key, "what", l.T("identity.evidence."+string(s.Evidence)), "value", oneLine(s.Value), "count", s.Customers)
		}
	}
	if sure+review > 0 {
		w.blank()
		w.say("cli.duplicates.next")
	}
}
