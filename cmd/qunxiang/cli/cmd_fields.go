package cli

import (
	"context"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/workspace"
)

func newFields() *command {
	c := newCommand("fields", "P.qx")
	set := c.flags.StringArray("set", nil, "COLUMN=CLASS")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		classes, err := classFlags(*set)
		if err != nil {
			return err
		}
		open := s.look
		if len(classes) > 0 {
			open = s.project
		}
		p, err := open(ctx, operands[0])
		if err != nil {
			return err
		}
		if len(classes) > 0 {
			if err := p.SetClasses(ctx, classes); err != nil {
				return err
			}
			if err := p.Save(ctx); err != nil {
				return err
			}
		}
		fields, err := p.Fields(ctx)
		if err != nil {
			return err
		}
		return s.answer(view.Fields(fields, s.loc), func(w *printer) { printFields(w, fields) })
	}
	return c
}

// classFlags reads COLUMN=CLASS; "auto" goes back to what was found. A column's name may
// hold an equals sign itself: the last one counts.
func classFlags(set []string) (map[string]core.FieldClass, error) {
	out := map[string]core.FieldClass{}
	for _, s := range set {
		at := strings.LastIndexByte(s, '=')
		if at <= 0 || at == len(s)-1 {
			return nil, badFlag("set", s, "column_class")
		}
		class := core.FieldClass(strings.ToLower(strings.TrimSpace(s[at+1:])))
		if class == "auto" {
			class = ""
		}
		out[strings.TrimSpace(s[:at])] = class
	}
	return out, nil
}

func printFields(w *printer, fields []workspace.Field) {
	l := w.loc
	if len(fields) == 0 {
		w.say("cli.fields.none")
		return
	}
	file := 0
	var g *grid
	flush := func() {
		if g != nil {
			w.grid(g, "  ")
			w.blank()
		}
	}
	for _, f := range fields {
		if f.Source != file {
			flush()
			file = f.Source
			w.say("cli.fields.file", "id", f.Source, "file", f.File, "kind", l.T("cli.kind."+string(f.Kind)))
			g = &grid{head: []string{l.T("cli.fields.column"), l.T("cli.fields.class"), l.T("cli.fields.holds"), l.T("cli.fields.why"), l.T("cli.fields.sample")}}
		}
		holds := ""
		if f.Holds != "" {
			holds = l.T("privacy.kind." + string(f.Holds))
		}
		g.add(oneLine(f.Column), l.T("privacy.class."+string(f.Class)), holds, l.Message(view.FieldReason(f)), oneLine(f.Example))
	}
	flush()
	w.say("cli.fields.change")
}
