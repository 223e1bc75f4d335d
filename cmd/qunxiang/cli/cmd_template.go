package cli

import (
	"context"
	"slices"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/workspace"
)

// newTemplate keeps, shows and hands on how files are read.
func newTemplate() *command {
	c := newCommand("template", "P.qx", "[list|save|show|export|add|remove]", "[NAME|F.json]")
	f := templateFlags{flags: c}
	c.flags.StringVar(&f.from, "from", "", "SOURCE")
	c.flags.StringVar(&f.to, "to", "", "F.json")
	c.flags.BoolVar(&f.force, "force", false, "")
	c.run = f.run
	return c
}

// templateFlags are the flags of "template".
type templateFlags struct {
	flags    *command
	from, to string
	force    bool
}

func (f *templateFlags) run(ctx context.Context, s *session, operands []string) error {
	action, name := "list", ""
	if len(operands) > 1 {
		action = operands[1]
	}
	if len(operands) > 2 {
		name = operands[2]
	}
	if known := []string{"list", "save", "show", "export", "add", "remove"}; !slices.Contains(known, action) {
		return misuse("usage_bad_choice", core.Args{"flag": "template", "value": action, "allowed": known})
	}
	if err := f.check(action, name); err != nil {
		return err
	}
	if action == "list" || action == "show" || action == "export" {
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		return f.tell(ctx, s, p, action, name)
	}
	p, err := s.project(ctx, operands[0])
	if err != nil {
		return err
	}
	return f.change(ctx, s, p, action, name)
}

// check refuses what the action cannot use.
func (f *templateFlags) check(action, name string) error {
	switch {
	case name == "" && action == "add":
		return misuse("usage_missing_operand", core.Args{"operand": "F.json", "usage": f.flags.usage(), "command": f.flags.name})
	case name == "" && action != "list":
		return misuse("usage_missing_operand", core.Args{"operand": "NAME", "usage": f.flags.usage(), "command": f.flags.name})
	case name != "" && action == "list":
		return misuse("usage_extra_operand", core.Args{"operand": name, "usage": f.flags.usage(), "command": f.flags.name})
	case f.from != "" && action != "save":
		return misuse("usage_only_with", core.Args{"flag": "--from", "other": "save"})
	case (f.to != "" || f.force) && action != "export":
		return misuse("usage_only_with", core.Args{"flag": "--to", "other": "export"})
	case f.to == "" && action == "export":
		return misuse("usage_missing_flag", core.Args{"flag": "--to", "usage": f.flags.usage(), "command": f.flags.name})
	case action == "export":
		return ending(f.to, "json")
	}
	return nil
}

// tell answers without changing anything.
func (f *templateFlags) tell(ctx context.Context, s *session, p *workspace.Project, action, name string) error {
	switch action {
	case "list":
		all, err := p.Templates(ctx)
		if err != nil {
			return err
		}
		return s.answer(view.Templates(all), func(w *printer) { printTemplates(w, all) })
	case "show":
		t, err := p.Template(ctx, name)
		if err != nil {
			return err
		}
		return s.answer(view.Template(t), func(w *printer) { printTemplate(w, t) })
	}
	if err := p.WriteTemplate(ctx, name, f.to, f.force); err != nil {
		return err
	}
	return s.answer(view.File(f.to), func(w *printer) { w.say("cli.file.done", "file", f.to) })
}

// change keeps or forgets a template.
func (f *templateFlags) change(ctx context.Context, s *session, p *workspace.Project, action, name string) error {
	var t core.Template
	var err error
	switch action {
	case "save":
		t, err = p.SaveTemplate(ctx, name, f.from)
	case "add":
		if t, err = workspace.ReadTemplate(name); err == nil {
			err = p.AddTemplate(ctx, t)
		}
	case "remove":
		err = p.RemoveTemplate(ctx, name)
	}
	if err != nil {
		return err
	}
	if err := p.Save(ctx); err != nil {
		return err
	}
	if action == "remove" {
		all, err := p.Templates(ctx)
		if err != nil {
			return err
		}
		return s.answer(view.Templates(all), func(w *printer) { w.say("cli.template.removed", "name", name) })
	}
	return s.answer(view.Template(t), func(w *printer) {
		w.say("cli.template.kept", "name", t.Name)
		printTemplate(w, t)
	})
}

func printTemplates(w *printer, all []core.Template) {
	if len(all) == 0 {
		w.say("cli.template.none")
		return
	}
	l, g := w.loc, &grid{}
	for _, t := range all {
		g.add(oneLine(t.Name), l.T("cli.kind."+string(t.Kind)), l.T("cli.template.columns", "count", len(t.Headers)), oneLine(t.From))
	}
	w.grid(g, "")
}

func printTemplate(w *printer, t core.Template) {
	printDetected(w, core.Detected{
		Encoding: t.Encoding, Delimiter: t.Delimiter, HeaderRow: t.HeaderRow, Sheet: t.Sheet, Mapping: t.Columns,
		DateOrder: t.DateOrder, Kind: t.Kind, Grain: t.Grain, Refunds: t.Refunds,
	})
	w.say("cli.template.headers", "headers", t.Headers)
}

// readLike completes the options of an import by a template: the one that was chosen, by
// name or as a file, or the one that fits.
func readLike(ctx context.Context, p *workspace.Project, file string, o core.ImportOptions, name string) (core.ImportOptions, error) {
	t, err := template(ctx, p, name)
	if err != nil {
		return o, err
	}
	return p.ReadLike(ctx, file, o, t)
}

// template finds the template of that name, or in the file of that name; "" is none.
func template(ctx context.Context, p *workspace.Project, name string) (*core.Template, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // no template is a choice of its own
	}
	t, err := p.Template(ctx, name)
	if err != nil && strings.HasSuffix(strings.ToLower(name), ".json") {
		t, err = workspace.ReadTemplate(name)
	}
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// printLike says what the file was read like.
func printLike(w *printer, u *core.TemplateUse) {
	if u == nil {
		return
	}
	if u.Kind == core.UsedTemplate {
		w.say("cli.like.template", "name", u.Name)
	} else {
		w.say("cli.like.source", "name", u.Name, "day", u.Day)
	}
	if len(u.Renamed) > 0 {
		w.say("cli.like.renamed", "columns", u.Renamed)
	}
}
