package cli

import (
	"context"
	"maps"
	"slices"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core/advise"
	"qunxiang/core/guard"
	"qunxiang/core/workspace"
)

func newAdvise() *command {
	c := newCommand("advise", "P.qx")
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
		a, err := p.Advise(ctx, day)
		if err != nil {
			return err
		}
		return s.answer(view.Advise(a, s.workspace().Say), func(w *printer) { printAdvice(w, a, s.workspace().Say, operands[0]) })
	}
	return c
}

func printAdvice(w *printer, a *workspace.Advised, say view.Say, project string) {
	l := w.loc
	if len(a.Advice) == 0 {
		w.say("cli.advise.none", "count", a.Facts.Customers)
	}
	for i, x := range a.Advice {
		if i > 0 {
			w.blank()
		}
		w.say("cli.advise.method", "rank", i+1, "name", a.Names[x.Method], "score", l.Number(x.Score, 2))
		w.line("  " + adviceCommand(x, project))
		for _, r := range x.Reasons {
			w.line("  · " + l.Message(r.Message()) + " [" + r.Rule + "]")
		}
	}
	if len(a.Guards) > 0 {
		w.blank()
	}
	for _, d := range guard.Diagnostics(a.Guards, say) {
		w.line(diagnosticLine(l, d))
	}
}

// adviceCommand is the command that follows an advice.
func adviceCommand(x advise.Advice, project string) string {
	parts := []string{program, "run", quoted(project), x.Method, "--name", x.Method}
	for _, id := range slices.Sorted(maps.Keys(x.Params)) {
		for line := range strings.SplitSeq(x.Params[id], "\n") { // of several texts, one a line
			parts = append(parts, "--set", quoted(id+"="+line))
		}
	}
	if len(x.Features) > 0 {
		parts = append(parts, "--features", quoted(strings.Join(x.Features, ",")))
	}
	return strings.Join(parts, " ")
}

// quoted is a word as a shell takes it.
func quoted(s string) string {
	if strings.ContainsAny(s, " \t'\"$`\\&;()<>|*?[]#~!") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}
