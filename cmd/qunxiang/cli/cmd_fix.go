package cli

import (
	"context"
	"strings"

	"github.com/spf13/pflag"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/quality"
	"qunxiang/core/workspace"
)

// fixFlags are the flags of "fix" as they were typed.
type fixFlags struct {
	dry, list, undo, redo bool
	off, on, remove       int
	choice                int
	steps                 []string
}

func newFix() *command {
	c := newCommand("fix", "P.qx", "[ISSUE…]")
	var f fixFlags
	f.register(c.flags)
	c.run = func(ctx context.Context, s *session, operands []string) error {
		issues := operands[1:]
		if err := f.check(c.flags, issues); err != nil {
			return err
		}
		if f.list || !f.edits(c.flags) && len(issues) == 0 && len(f.steps) == 0 {
			return listSteps(ctx, s, operands[0])
		}
		open := s.project
		if f.dry {
			open = s.look
		}
		p, err := open(ctx, operands[0])
		if err != nil {
			return err
		}
		edit, err := f.edit(ctx, p, c.flags, issues)
		if err != nil {
			return err
		}
		change, err := p.EditSteps(ctx, edit, f.dry)
		if err != nil {
			return err
		}
		if !f.dry {
			if err := p.Save(ctx); err != nil {
				return err
			}
		}
		if change.Steps.Steps, err = p.ShownSteps(ctx, change.Steps.Steps); err != nil {
			return err
		}
		currency := p.Head().Currency
		return s.answer(view.Fix(change, !f.dry, s.loc), func(w *printer) { printFix(w, change, f.dry, currency) })
	}
	return c
}

func (f *fixFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&f.dry, "dry-run", false, "")
	flags.BoolVar(&f.list, "list", false, "")
	flags.BoolVar(&f.undo, "undo", false, "")
	flags.BoolVar(&f.redo, "redo", false, "")
	flags.IntVar(&f.off, "off", 0, "N")
	flags.IntVar(&f.on, "on", 0, "N")
	flags.IntVar(&f.remove, "remove", 0, "N")
	flags.IntVar(&f.choice, "choice", 1, "N")
	flags.StringArrayVar(&f.steps, "step", nil, "JSON")
}

// oneEdit are the flags that change the steps there are.
func oneEdit() []string { return []string{"undo", "redo", "off", "on", "remove"} }

// edits reports whether one of them was given.
func (f *fixFlags) edits(flags *pflag.FlagSet) bool {
	for _, name := range oneEdit() {
		if flags.Changed(name) {
			return true
		}
	}
	return false
}

// check refuses what cannot be done at once.
func (f *fixFlags) check(flags *pflag.FlagSet, issues []string) error {
	n := 0
	var names []string
	for _, name := range oneEdit() {
		names = append(names, "--"+name)
		if flags.Changed(name) {
			n++
		}
	}
	if n > 1 || n == 1 && (len(issues) > 0 || len(f.steps) > 0 || f.list) {
		return misuse("usage_one_edit", core.Args{"flags": strings.Join(append(names, "ISSUE", "--step", "--list"), " ")})
	}
	return nil
}

// edit is what is to be done with the steps.
func (f *fixFlags) edit(ctx context.Context, p *workspace.Project, flags *pflag.FlagSet, issues []string) (workspace.StepEdit, error) {
	switch {
	case f.undo:
		return clean.List.Undo, nil
	case f.redo:
		return clean.List.Redo, nil
	case flags.Changed("off"):
		return func(l clean.List) (clean.List, error) { return l.Switch(f.off, false) }, nil
	case flags.Changed("on"):
		return func(l clean.List) (clean.List, error) { return l.Switch(f.on, true) }, nil
	case flags.Changed("remove"):
		return func(l clean.List) (clean.List, error) { return l.Remove(f.remove) }, nil
	}
	steps, err := f.added(ctx, p, issues)
	return func(l clean.List) (clean.List, error) {
		for _, s := range steps {
			var err error
			if l, _, err = l.Add(s); err != nil {
				return l, err
			}
		}
		return l, nil
	}, err
}

// added are the steps that mend the issues, and those written by hand.
func (f *fixFlags) added(ctx context.Context, p *workspace.Project, issues []string) ([]clean.Step, error) {
	var steps []clean.Step
	for _, text := range f.steps {
		s, err := clean.ParseStep([]byte(text))
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	if len(issues) == 0 {
		return steps, nil
	}
	card, err := p.Quality(ctx, core.NoDate)
	if err != nil {
		return nil, err
	}
	for _, id := range issues {
		s, err := fixOf(card, id, f.choice)
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// fixOf is one of the steps that mend an issue.
func fixOf(card *quality.Card, id string, choice int) (clean.Step, error) {
	i, ok := card.Issue(id)
	if !ok {
		known := []string{}
		for _, x := range card.Issues {
			if len(x.Fixes) > 0 {
				known = append(known, x.ID)
			}
		}
		return clean.Step{}, misuse("usage_unknown_issue", core.Args{"issue": id, "known": known})
	}
	switch n := len(i.Fixes); {
	case n == 0:
		return clean.Step{}, &core.Error{Code: "issue_without_fix", Origin: core.OriginData, Op: "fix", Args: core.Args{"issue": i.ID, "advice": i.Advice()}}
	case choice < 1 || choice > n:
		return clean.Step{}, misuse("usage_choice", core.Args{"issue": i.ID, "count": n, "choice": choice})
	}
	return i.Fixes[choice-1], nil
}

// listSteps shows the steps, and the issues that can be mended.
func listSteps(ctx context.Context, s *session, path string) error {
	p, err := s.look(ctx, path)
	if err != nil {
		return err
	}
	change, err := p.EditSteps(ctx, func(l clean.List) (clean.List, error) { return l, nil }, true)
	if err != nil {
		return err
	}
	card, err := p.Quality(ctx, core.NoDate)
	if err != nil {
		return err
	}
	if card.Issues, err = p.ShownIssues(ctx, card.Issues); err != nil {
		return err
	}
	if change.Steps.Steps, err = p.ShownSteps(ctx, change.Steps.Steps); err != nil {
		return err
	}
	out := view.Fix(change, false, s.loc)
	return s.answer(append(out, view.Fixable(card, s.loc)), func(w *printer) { printSteps(w, change, card) })
}

func printSteps(w *printer, c workspace.StepsChange, card *quality.Card) {
	l := w.loc
	if len(c.Steps.Steps) == 0 {
		w.say("cli.fix.steps.none")
	} else {
		w.say("cli.fix.steps")
		for i, s := range c.Steps.Steps {
			printStep(w, s, c.Effects[i])
		}
	}
	shown := false
	for _, i := range card.Issues {
		for k, f := range i.Fixes {
			if !shown {
				w.blank()
				w.say("cli.fix.issues")
				shown = true
			}
			text := "  " + quoted(i.ID)
			if k > 0 {
				text += " --choice " + l.Int(k+1)
			}
			w.line(text + "   " + l.Message(f.Message()))
		}
	}
}

func printStep(w *printer, s clean.Step, e clean.Effect) {
	l := w.loc
	text := l.T("cli.fix.added", "step", s.ID, "text", l.Message(s.Message()))
	if s.Off {
		text += l.T("cli.fix.off")
	}
	w.line(text)
	switch {
	case s.Off:
	case e.Remark.Key != "":
		w.say("cli.fix.remark", "text", l.Message(e.Remark))
	default:
		w.say("cli.fix.effect", "rows", e.Rows, "customers", e.Customers)
	}
}

// printFix shows the steps and the data before and after.
func printFix(w *printer, c workspace.StepsChange, dry bool, currency string) {
	l := w.loc
	if len(c.Steps.Steps) == 0 {
		w.say("cli.fix.steps.none")
	}
	for i, s := range c.Steps.Steps {
		printStep(w, s, c.Effects[i])
	}
	w.blank()
	g := &grid{head: []string{"", l.T("cli.fix.before"), l.T("cli.fix.after"), l.T("cli.fix.change")}, right: []bool{false, true, true, true}}
	count := func(key string, a, b int) {
		if a != 0 || b != 0 {
			g.add(l.T("cli.fix."+key), l.Int(a), l.Int(b), l.Int(b-a))
		}
	}
	count("rows", c.Before.Rows, c.After.Rows)
	count("orders", c.Before.Orders, c.After.Orders)
	count("customers", c.Before.Customers, c.After.Customers)
	count("records", c.Before.Records, c.After.Records)
	if c.Before.Rows > 0 {
		g.add(l.T("cli.fix.amount"), l.Money(c.Before.Money, currency), l.Money(c.After.Money, currency), l.Money(c.After.Money-c.Before.Money, currency))
	}
	w.grid(g, "  ")
	if dry {
		w.say("cli.fix.dry")
	}
}
