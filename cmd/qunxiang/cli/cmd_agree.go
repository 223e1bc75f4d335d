package cli

import (
	"context"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/workspace"
)

func newAgree() *command {
	c := newCommand("agree", "P.qx", "A", "B")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		a, err := p.Agree(ctx, operands[1], 0, operands[2], 0)
		if err != nil {
			return err
		}
		return s.answer(view.Agree(a), func(w *printer) { printAgreement(w, a) })
	}
	return c
}

func printAgreement(w *printer, a *workspace.Agreement) {
	l := w.loc
	w.say("cli.agree.head", "a", a.A.Name, "b", a.B.Name, "customers", a.Customers)
	w.say("cli.agree.indices", "ari", l.Number(a.ARI, 3), "ami", l.Number(a.AMI, 3))
	w.say("cli.agree.word."+agreementWord(a.ARI), "ari", l.Number(a.ARI, 3))
	w.blank()
	g := &grid{head: []string{""}, right: []bool{false}}
	for _, b := range a.B.Segments {
		g.head, g.right = append(g.head, oneLine(b.Name.In(l.Lang))), append(g.right, true)
	}
	for i, s := range a.A.Segments {
		row := []string{oneLine(s.Name.In(l.Lang))}
		for _, n := range a.Table[i] {
			row = append(row, l.Int(n))
		}
		g.add(row...)
	}
	w.grid(g, "  ")
	w.blank()
	for _, p := range a.Pairs {
		w.say("cli.agree.pair", "a", a.A.Segments[p.A].Name, "b", a.B.Segments[p.B].Name, "count", p.Customers, "jaccard", l.Number(p.Jaccard, 2))
	}
	if a.Customers > 0 {
		w.say("cli.agree.core", "count", a.Core, "share", l.Percent(float64(a.Core)/float64(a.Customers)))
	}
	for _, o := range []struct {
		count int
		s     *core.Segmentation
	}{{a.OnlyA, a.A}, {a.OnlyB, a.B}} {
		if o.count > 0 {
			w.say("cli.agree.only", "count", o.count, "name", o.s.Name)
		}
	}
}

// agreementWord is the word for an adjusted Rand index, after the scale of Steinley,
// "Properties of the Hubert–Arabie adjusted Rand index", Psychological Methods 9 (2004):
// 0.90 excellent, 0.80 good, 0.65 moderate, below that poor.
func agreementWord(ari float64) string {
	switch {
	case ari >= 0.9:
		return "excellent"
	case ari >= 0.8:
		return "good"
	case ari >= 0.65:
		return "moderate"
	}
	return "poor"
}
